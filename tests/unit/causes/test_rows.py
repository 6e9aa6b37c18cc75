"""Each text of the catalog of failures leads to its cause first, however it is wrapped and whatever it is about."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libccheck.causes import causes
from tests.unit.causes.pastes import WRAPPERS
from tests.unit.causes.rows import GCOMPAT, LANGUAGES, LATER, ROWS, Row

ALL = (*ROWS, *LATER, *GCOMPAT, *LANGUAGES)
CATALOG = [
    f"{stage}{number}" for stage, last in (("A", 23), ("B", 26), ("C", 14), ("D", 4)) for number in range(1, last + 1)
]
WORDLESS = {
    "C12": "names resolve differently: what is printed is the program's own",
    "C14": "threads crash for want of stack: Segmentation fault, as for A21",
}
"""Rows that print nothing of their own, and why."""


def label(row: Row) -> str:
    return f"{row.row}-{row.code or 'none'}-{row.words[:40]}"


@pytest.mark.parametrize("row", ALL, ids=label)
def test_the_right_cause_comes_first(row: Row) -> None:
    assert causes(row.words)[0].code == row.code


def test_every_row_of_the_catalog_is_there() -> None:
    assert {row.row for row in ROWS} | set(WORDLESS) == {*CATALOG, "B5a"}


@pytest.mark.parametrize("wrapper", WRAPPERS, ids=str)
def test_wrappers_change_nothing(wrapper: str) -> None:
    wrapped = {row: WRAPPERS[wrapper].replace("{}", row.words) for row in ALL}
    assert {row: text for row, text in wrapped.items() if causes(text)[0].code != row.code} == {}


@pytest.mark.parametrize("row", ALL, ids=label)
def test_logs_in_json_change_nothing(row: Row) -> None:
    docker = json.dumps({"log": f"{row.words}\n", "stream": "stderr", "time": "2026-11-23T10:00:01Z"})
    nested = json.dumps({"ts": 1, "kubernetes": {"pod": "web"}, "record": {"level": "error", "message": row.words}})
    assert [causes(text)[0].code for text in (docker, nested)] == [row.code, row.code]


DIRECTORY = st.text("abcdefgxyz0123456789_-.+", min_size=1, max_size=12).filter(lambda text: text.strip("."))
NAME = st.from_regex(r"[a-z][a-z0-9_-]{0,14}[a-z0-9]", fullmatch=True).filter(
    lambda text: not re.search(r"entry-?point$|^(?:ba|da|a|z|k)?sh$|^env$|^configure$|^gradlew$|^mvnw$", text)
)
PLACE = st.lists(DIRECTORY, max_size=4).map(lambda parts: "".join(f"/{part}" for part in parts))
RELEASE = st.lists(st.integers(0, 99), max_size=3).map(lambda parts: "".join(f".{part}" for part in parts))


@settings(max_examples=25)
@given(
    place=PLACE, name=NAME, library=NAME, release=RELEASE, symbol=st.from_regex(r"_{0,2}[a-z]\w{1,20}", fullmatch=True)
)
def test_other_paths_sonames_and_symbols_change_nothing(
    place: str, name: str, library: str, release: str, symbol: str
) -> None:
    for row in ALL:
        words = re.sub(r"(?<![\w./-])/app\b(?![/.])", f"{place}/{name}", row.words)
        words = re.sub(r"(?<![\w/.])\./(?:app|tool|x)\b(?![.-])", f"./{name}", words)
        words = re.sub(r"/lib(?:/x86_64-linux-gnu)?/(?=lib)", f"{place}/", words)
        words = re.sub(r"libfoo\.so\.1|libssl\.so\.1\.1|libicuuc\.so\.72", f"lib{library}.so{release}", words)
        words = words.replace("frobnicate", symbol).replace("__fprintf_chk", symbol)
        assert causes(words)[0].code == row.code, words


@given(
    version=st.tuples(
        st.sampled_from(["GLIBC", "GLIBCXX", "CXXABI", "OPENSSL", "LIBFOO", "V"]), st.integers(0, 9), st.integers(0, 99)
    )
)
def test_whatever_version_is_missing(version: tuple[str, int, int]) -> None:
    name, major, minor = version
    words = f"/app: /lib/libany.so.6: version `{name}_{major}.{minor}' not found (required by /app)"
    assert causes(words)[0].code == "LC203"


@given(number=st.integers(1, 999), quoted=st.booleans())
def test_whatever_line_of_runc_speaks(number: int, quoted: bool) -> None:
    said = '"no such file or directory"' if quoted else ": no such file or directory"
    sep = " " if quoted else ""
    assert causes(f"standard_init_linux.go:{number}: exec user process caused{sep}{said}")[0].code == "LC101"
