"""Archives that lie: one clear line each, and never more work than a bound."""

from __future__ import annotations

import io
import random
import resource
import struct
import tarfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from libccheck.artifacts import archives, expand
from libccheck.model import Failure, Program
from tests.forge import elf

PROGRAM = elf(kind=2)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    before = time.process_time()
    yield
    assert time.process_time() - before < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 3 << 20  # KiB


def messages(name: str) -> list[str]:
    return [each.message if isinstance(each, Failure) else f"ok {each.path}" for each in expand([name])]


def zip_of(name: str, **files: bytes) -> str:
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return name


def test_a_zip_that_is_cut_off_is_one_line() -> None:
    data = Path(zip_of("a.zip", app=PROGRAM, b=b"#!/bin/sh")).read_bytes()
    for end in range(4, len(data), 7):
        Path("cut.zip").write_bytes(data[:end])
        assert messages("cut.zip") == ["cut.zip is damaged: file is not a zip file"]


def test_a_damaged_member_is_told_and_the_others_are_there() -> None:
    data = bytearray(Path(zip_of("a.zip", app=PROGRAM, b=b"#!/bin/sh\n" * 9)).read_bytes())
    at = data.find(b"app") + 3
    data[at + 8] ^= 0xFF
    Path("a.zip").write_bytes(data)
    first, second = messages("a.zip")
    assert first.startswith("cannot read a.zip!app: ")
    assert second == "ok a.zip!b"


def test_random_damage_never_raises() -> None:
    chance = random.Random(3)
    with tarfile.open("a.tgz", "w:gz") as archive:
        info = tarfile.TarInfo("app")
        info.size = len(PROGRAM)
        archive.addfile(info, io.BytesIO(PROGRAM))
    for source in (zip_of("a.zip", app=PROGRAM, b=b"#!/bin/sh"), "a.tgz"):
        whole = Path(source).read_bytes()
        for _ in range(400):
            data = bytearray(whole)
            for _ in range(chance.randint(1, 6)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            Path("damaged").write_bytes(data)
            for each in expand(["damaged", "damaged!app"]):
                assert isinstance(each, (Program, Failure))


def test_a_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MOST_BYTES", 1 << 20)
    zip_of("bomb.zip", app=b"\x7fELF" + bytes(64 << 20), small=PROGRAM)
    assert messages("bomb.zip") == ["cannot read bomb.zip!app: it unpacks to more than 1 MiB", "ok bomb.zip!small"]


def test_many_programs_have_one_bound_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MOST_IN_ALL", 3 << 20)
    data = b"\x7fELF" + bytes(1 << 20)
    zip_of("many.zip", **{f"app{number}": data for number in range(8)})
    assert [line.partition(":")[0] for line in messages("many.zip")].count("ok many.zip!app0") == 1
    assert sum(line.startswith("ok") for line in messages("many.zip")) == 2


def test_what_is_no_program_is_never_unpacked_whole() -> None:
    """Two GiB of zeros in two MiB: only the first bytes are read."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = 2048 * (packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)) + packer.flush()
    header = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, 0, len(packed), (2 << 30) - 1, 4, 0) + b"zero"
    entry = struct.pack(
        "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0, 0, len(packed), (2 << 30) - 1, 4, 0, 0, 0, 0, 0, 0
    )
    body = header + packed
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(entry) + 4, len(body), 0)
    Path("zero.zip").write_bytes(body + entry + b"zero" + end)
    assert messages("zero.zip") == ["there is no program in zero.zip"]


def test_an_encrypted_member_is_told() -> None:
    data = bytearray(Path(zip_of("a.zip", app=PROGRAM)).read_bytes())
    for sign in (b"PK\3\4", b"PK\1\2"):
        at = data.find(sign) + (6 if sign == b"PK\3\4" else 8)
        data[at] |= 1
    Path("a.zip").write_bytes(data)
    assert messages("a.zip") == ["cannot read a.zip!app: it is encrypted"]


def test_a_tarball_that_is_cut_off_is_one_line() -> None:
    with tarfile.open("a.tar", "w") as archive:
        for name in ("app", "b"):
            info = tarfile.TarInfo(name)
            info.size = len(PROGRAM)
            archive.addfile(info, io.BytesIO(PROGRAM))
    data = Path("a.tar").read_bytes()
    Path("cut.tar").write_bytes(data[: 512 + 600])
    assert messages("cut.tar") == ["ok cut.tar!app", "cut.tar is cut off"]
    import gzip

    Path("cut.tgz").write_bytes(gzip.compress(data)[:100])
    assert messages("cut.tgz")[-1] == "cut.tgz is cut off"


def test_a_member_too_large_is_told_and_the_others_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MOST_BYTES", 1 << 20)
    with tarfile.open("a.tgz", "w:gz") as archive:
        for name, data in (("large", b"\x7fELF" + bytes(2 << 20)), ("app", PROGRAM)):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    assert messages("a.tgz") == ["cannot read a.tgz!large: it is longer than 1 MiB", "ok a.tgz!app"]


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MOST_MEMBERS", 3)
    zip_of("a.zip", **{f"f{number}": b"x" for number in range(5)})
    assert messages("a.zip") == ["more than 3 files in a.zip"]
    with tarfile.open("a.tar", "w") as archive:
        for number in range(5):
            archive.addfile(tarfile.TarInfo(f"f{number}"))
    assert messages("a.tar") == ["there is more in a.tar than a package holds"]


def test_paths_that_lead_out_are_names_and_nothing_else() -> None:
    zip_of("a.zip", **{"../../etc/app": PROGRAM, "/abs": PROGRAM})
    assert messages("a.zip") == ["ok a.zip!../../etc/app", "ok a.zip!/abs"]
    assert not Path("../../etc/app").exists()


def test_a_link_in_a_tarball_leads_nowhere() -> None:
    with tarfile.open("a.tar", "w") as archive:
        info = tarfile.TarInfo("passwd")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    assert messages("a.tar") == ["there is no program in a.tar"]
