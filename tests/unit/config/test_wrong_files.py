"""Every wrong configuration is told by one line, with the file, the line in it, and a hint where there is one."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from libccheck import load_config
from libccheck.cli.complaints import complain
from libccheck.errors import UsageError
from tests.unit.config.wrong import WRONG


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(UsageError) as raised:
        load_config()
    assert complain(raised.value) == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(("text", "line", "message", "hint"), WRONG.values(), ids=WRONG)
def test_one_line_says_what_is_wrong_and_where(
    text: str, line: int, message: str, hint: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(".libccheck.toml").write_text(text)
    error, *more = told(capsys).splitlines()
    assert error == f"error: .libccheck.toml:{line}: {message}"
    if hint is not None:
        assert more == ([f" hint: {hint}"] if hint else [])


OF_ALL_TOOLS = {
    what: case for what, case in WRONG.items() if "[tool.libccheck]" not in case[0] and "column" not in case[2]
}
"""Without what is about TOML itself, or the other file."""


@pytest.mark.parametrize(("text", "line", "message", "hint"), OF_ALL_TOOLS.values(), ids=OF_ALL_TOOLS)
def test_the_same_in_the_file_of_all_tools(
    text: str, line: int, message: str, hint: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    before = '[project]\nname = "x"\ndescription = """\n[[tool.libccheck.ignore]]\n"""\n\n'
    inner = re.sub(r"^(\[+)(?=\w)", r"\1tool.libccheck.", text, flags=re.MULTILINE)
    Path("pyproject.toml").write_text(f"{before}[tool.libccheck]\n{inner}")
    error, *more = told(capsys).splitlines()
    assert error == f"error: pyproject.toml:{line + 7}: {message}"
    if hint is not None:
        assert more == ([f" hint: {hint.replace('[[', '[[tool.libccheck.')}"] if hint else [])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'user = "a"\nuser = "\xff"\n', ".libccheck.toml:2: it is not UTF-8"),
        (b'\xef\xbb\xbfuser = "a"\n', ".libccheck.toml:1: it begins with a byte order mark"),
        (b"#" * (1 << 20) + b"\n", ".libccheck.toml: it has more than 1 MiB"),
        (b"x = " + b"[" * 100_000, ".libccheck.toml: it is nested too deeply"),
        (b"\0", ".libccheck.toml:1: invalid statement, column 1"),
    ],
)
def test_what_is_no_text_at_all(data: bytes, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(".libccheck.toml").write_bytes(data)
    assert told(capsys).splitlines()[0] == f"error: {said}"


def test_a_file_that_may_not_be_read_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    Path(".libccheck.toml").write_text("")
    monkeypatch.setattr(os, "open", refuse)
    assert told(capsys) == "error: .libccheck.toml: cannot read it: permission denied\n"


@pytest.mark.parametrize("table", ["tool = 1\n", "[tool]\nlibccheck = 3\n"])
def test_a_table_that_is_none(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("pyproject.toml").write_text(f"# libccheck\n{table}")
    if "libccheck = " in table:
        assert told(capsys) == "error: pyproject.toml:3: libccheck is no table\n"
    else:
        assert load_config() is None
