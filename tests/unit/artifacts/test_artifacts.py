"""What PROGRAM arguments stand for, on real files and archives."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from libccheck.artifacts import expand
from libccheck.model import Failure, Program
from tests.forge import elf

PROGRAM = elf(kind=2)
SCRIPT = b"#!/bin/sh\necho\n"
FILES = {"pkg/app": PROGRAM, "pkg/run.sh": SCRIPT, "pkg/README.md": b"# read me\n", "pkg/empty": b""}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*arguments: str) -> list[str]:
    """Paths of programs; of failures their subject and message."""
    return [each.path if isinstance(each, Program) else f"{each.subject}: {each.message}" for each in expand(arguments)]


def one(argument: str, *, digest: bool = False) -> Program:
    (program,) = expand([argument], digest=digest)
    assert isinstance(program, Program)
    return program


def failure(argument: str) -> Failure:
    (failed,) = expand([argument])
    assert isinstance(failed, Failure)
    return failed


def tree(top: str = "tree") -> None:
    for name, data in FILES.items():
        path = Path(top, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def zipped(name: str = "app.whl", files: dict[str, bytes] = FILES, how: int = zipfile.ZIP_DEFLATED) -> str:
    with zipfile.ZipFile(name, "w", how) as archive:
        for path, data in files.items():
            info = zipfile.ZipInfo(path)
            info.external_attr = 0o100755 << 16
            info.compress_type = how
            archive.writestr(info, data)
    return name


def tarred(name: str = "pkg.tgz", mode: str = "w:gz", files: dict[str, bytes] = FILES) -> str:
    with tarfile.open(name, mode) as archive:  # type: ignore[call-overload]
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size, info.mode = len(data), 0o755
            archive.addfile(info, io.BytesIO(data))
    return name


def test_a_file_is_itself_whatever_it_is() -> None:
    Path("notes.txt").write_text("text")
    assert found("notes.txt") == ["notes.txt"]


def test_a_directory_is_every_elf_file_and_script_below_it() -> None:
    tree()
    assert found("tree") == ["tree/pkg/app", "tree/pkg/run.sh"]


def test_links_in_a_directory_are_not_followed() -> None:
    tree()
    os.symlink("..", "tree/loop")
    os.symlink("pkg/app", "tree/again")
    os.mkfifo("tree/fifo")
    assert found("tree") == ["tree/pkg/app", "tree/pkg/run.sh"]


def test_a_link_that_is_named_is_followed() -> None:
    tree()
    os.symlink("tree/pkg/app", "link")
    assert found("link") == ["link"]


def test_a_directory_without_programs_is_told() -> None:
    os.mkdir("empty")
    assert found("empty") == ["empty: there is no program in empty"]


def test_an_unreadable_file_in_a_directory_is_told_and_the_others_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    tree()
    real = os.open

    def refuse(path: str, flags: int, *rest: int) -> int:
        if str(path).endswith("app"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *rest)

    monkeypatch.setattr(os, "open", refuse)
    assert found("tree") == ["tree/pkg/app: cannot read tree/pkg/app: permission denied", "tree/pkg/run.sh"]


def test_a_glob_is_what_it_matches() -> None:
    tree()
    assert found("tree/pkg/*.sh") == ["tree/pkg/run.sh"]
    assert found("tree/**/app") == ["tree/pkg/app"]
    assert found("*.so") == ["*.so: nothing is called *.so"]


def test_a_file_whose_name_looks_like_a_glob_is_that_file() -> None:
    Path("app[1]").write_bytes(PROGRAM)
    assert found("app[1]") == ["app[1]"]


def test_a_file_with_an_exclamation_mark_is_that_file() -> None:
    Path("app!1").write_bytes(PROGRAM)
    assert found("app!1") == ["app!1"]


@pytest.mark.parametrize(
    "make",
    [
        zipped,
        lambda: zipped("app.zip", how=zipfile.ZIP_STORED),
        lambda: zipped("app.zip", how=zipfile.ZIP_LZMA),
        tarred,
        lambda: tarred("pkg.tar", "w"),
        lambda: tarred("pkg.tar.xz", "w:xz"),
        lambda: tarred("pkg.tar.bz2", "w:bz2"),
        lambda: tarred("pkg", "w:gz"),
    ],
)
def test_an_archive_is_every_program_in_it(make: object) -> None:
    name = make()  # type: ignore[operator]
    assert found(name) == [f"{name}!pkg/app", f"{name}!pkg/run.sh"]


@pytest.mark.parametrize("make", [zipped, tarred])
def test_a_path_in_an_archive_is_that_file_whatever_it_is(make: object) -> None:
    name = make()  # type: ignore[operator]
    program = one(f"{name}!pkg/app", digest=True)
    assert (bytes(program.data), program.size, program.mode) == (PROGRAM, len(PROGRAM), 0o755)
    assert program.digest == hashlib.sha256(PROGRAM).hexdigest()
    assert program.content.elf is not None
    assert found(f"{name}!pkg/README.md") == [f"{name}!pkg/README.md"]
    assert found(f"{name}!./pkg/empty") == [f"{name}!pkg/empty"]


@pytest.mark.parametrize("make", [zipped, tarred])
def test_a_path_that_is_not_in_an_archive_brings_the_nearest(make: object) -> None:
    name = make()  # type: ignore[operator]
    failed = failure(f"{name}!pkg/apps")
    assert (failed.message, failed.hint) == (f"there is no pkg/apps in {name}", f"did you mean {name}!pkg/app")
    assert failure(f"{name}!run.sh").hint == f"did you mean {name}!pkg/run.sh"
    assert failure(f"{name}!zzzzzzzz").hint == f"libccheck inspect {name} shows the programs in it"


def test_a_path_in_what_is_no_archive_is_told() -> None:
    tree()
    assert failure("tree!pkg/app").message == "tree is not an archive"
    assert failure("tree/pkg/app!x").message == "tree/pkg/app is not an archive"
    assert failure("nowhere!x").message == "cannot read nowhere!x: no such file or directory"


def test_an_archive_without_programs_is_told() -> None:
    assert failure(zipped(files={"a.txt": b"text"})).message == "there is no program in app.whl"
    assert failure(tarred(files={"a.txt": b"text"})).message == "there is no program in pkg.tgz"
    assert failure(zipped(files={})).message == "there is no program in app.whl"


def test_what_is_compressed_but_no_tarball_is_itself() -> None:
    import gzip

    Path("image.gz").write_bytes(gzip.compress(b"x" * 2000))
    assert found("image.gz") == ["image.gz"]


def test_a_program_that_ends_in_a_zip_file_is_itself() -> None:
    Path("self").write_bytes(PROGRAM + Path(zipped()).read_bytes())
    assert found("self") == ["self"]


def test_each_program_comes_once_in_order() -> None:
    tree()
    assert found("tree/pkg/run.sh", "tree", "tree/pkg/app") == ["tree/pkg/run.sh", "tree/pkg/app"]


def test_what_fails_does_not_stop_the_rest() -> None:
    tree()
    assert found("missing", "tree/pkg/app") == [
        "missing: cannot read missing: no such file or directory",
        "tree/pkg/app",
    ]
