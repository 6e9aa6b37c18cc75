"""pyelftools as a witness of the ELF reader, over the ELF files of the machine.

By default over a sample of 300 (LIBCCHECK_SEED picks another one); LIBCCHECK_PROOFS=1 takes all of them.
"""

from __future__ import annotations

import mmap
import os
import random
import stat
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

import pytest
from elftools.common.exceptions import ELFError
from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile

from libccheck.elf import Sparse, parts, read
from libccheck.model import Elf, VersionNeed
from tests.extent import everything

SEED = int(os.environ.get("LIBCCHECK_SEED", "0"))
SAMPLE = 300
PLACES = ("/usr/bin", "/usr/lib", "/usr/libexec", "/usr/local", "/usr/sbin", "/opt")
TEXTS = (".py", ".pyc", ".h", ".hpp", ".txt", ".md", ".rst", ".html", ".js", ".c", ".go", ".gz", ".json", ".mo", ".zig")
NOT_FILES = ("/proc", "/sys", "/dev", "/run", "/tmp")
BASE, WEAK = 1, 2
NOWHERE = "a symbol that nobody has"


class Facts(NamedTuple):
    """What both readers say of a file. Undefined symbols as (name, version index, weak)."""

    interpreter: str | None
    soname: str | None
    needed: list[str]
    rpath: str | None
    runpath: str | None
    versions_needed: list[tuple[str, list[tuple[str, int, bool]]]]
    versions_defined: list[tuple[str, int, bool]]
    symbols: int
    undefined: list[tuple[str, int, bool]]


@cache
def files() -> tuple[str, ...]:
    """ELF files, each once, whatever its names and copies."""
    seen: set[tuple[int, bytes]] = set()
    paths = sorted(walk())
    if not everything():
        random.Random(SEED).shuffle(paths)
    return tuple(islice((path for path in paths if is_new_elf(path, seen)), None if everything() else SAMPLE))


def walk() -> Iterator[str]:
    for place in ("/",) if everything() else PLACES:
        for directory, inside, names in os.walk(place):
            if directory == "/":
                inside[:] = [name for name in inside if "/" + name not in NOT_FILES]
            yield from (os.path.join(directory, name) for name in names if not name.endswith(TEXTS))


def is_new_elf(path: str, seen: set[tuple[int, bytes]]) -> bool:
    """Files of one size that begin alike, build identifier included, count as one."""
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size < 64:
            return False
        with open(path, "rb") as file:
            mark = (status.st_size, file.read(4096))
    except OSError:
        return False
    if mark[1][:4] != b"\x7fELF" or mark in seen:
        return False
    seen.add(mark)
    return True


NOTHING = Facts(None, None, [], None, None, [], [], 0, [])


def ours(elf: Elf) -> Facts:
    interpreter = None if elf.interpreter is None else elf.interpreter.split(b"\0")[0].decode("latin-1")
    symbols = elf.tables.symbols
    assert symbols is not None
    return Facts(
        interpreter,
        elf.soname,
        list(elf.needed),
        elf.rpath,
        elf.runpath,
        [(need.file, [_version(each) for each in need.versions]) for need in elf.versions_needed],
        [(each.name, each.index, each.base) for each in elf.versions_defined or ()],
        len(symbols.names),
        [
            (name, symbols.versions[at] if symbols.versions else 0, symbols.infos[at] >> 4 == WEAK)
            for at, name in enumerate(symbols.names)
            if at and not symbols.sections[at]
        ],
    )


def _version(need: VersionNeed) -> tuple[str, int, bool]:
    """Its hash is its name's in whatever a linker has made."""
    assert need.odd_hash is None, need
    return need.name, need.index, need.weak


def theirs(file: Any) -> Facts | None:
    """The same by pyelftools; None where the file is stripped of the sections that it reads."""
    sections = {section.name: section for section in file.iter_sections()}
    dynamic = next((each for each in file.iter_segments() if isinstance(each, DynamicSegment)), None)
    if dynamic is not None and not {".dynsym", ".dynamic"} <= set(sections):
        return None
    if dynamic is not None and sections[".dynamic"].header.sh_type == "SHT_NOBITS":
        return NOTHING  # a .debug file, whose program headers point at what is not there
    values: dict[str, list[str]] = {}
    for tag in dynamic.iter_tags() if dynamic else ():
        for kind in ("needed", "soname", "rpath", "runpath"):
            if tag.entry.d_tag == "DT_" + kind.upper():
                values.setdefault(kind, []).append(getattr(tag, kind))
    interpreter = next((each for each in file.iter_segments() if each.header.p_type == "PT_INTERP"), None)
    symbols = sections.get(".dynsym") if dynamic is not None else None
    return Facts(
        interpreter.get_interp_name() if interpreter else None,
        values["soname"][-1] if "soname" in values else None,
        values.get("needed", []),
        values["rpath"][-1] if "rpath" in values else None,
        values["runpath"][-1] if "runpath" in values else None,
        their_needs(sections.get(".gnu.version_r") if dynamic is not None else None),
        their_definitions(sections.get(".gnu.version_d") if dynamic is not None else None),
        symbols.num_symbols() if symbols else 0,
        their_undefined(symbols, sections.get(".gnu.version")),
    )


def their_needs(section: Any) -> list[tuple[str, list[tuple[str, int, bool]]]]:
    return [
        (need.name, [(each.name, each.entry.vna_other, bool(each.entry.vna_flags & WEAK)) for each in versions])
        for need, versions in (section.iter_versions() if section else ())
    ]


def their_definitions(section: Any) -> list[tuple[str, int, bool]]:
    return [
        (next(iter(names)).name, each.entry.vd_ndx, bool(each.entry.vd_flags & BASE))
        for each, names in (section.iter_versions() if section else ())
    ]


def their_undefined(symbols: Any, versions: Any) -> list[tuple[str, int, bool]]:
    numbers: dict[Any, int] = {"VER_NDX_LOCAL": 0, "VER_NDX_GLOBAL": 1}
    found = []
    for at, symbol in enumerate(symbols.iter_symbols() if symbols else ()):
        if at and symbol.entry.st_shndx == "SHN_UNDEF":
            version: Any = versions.get_symbol(at).entry["ndx"] if versions else 0
            weak = symbol.entry.st_info.bind == "STB_WEAK"
            found.append((symbol.name, numbers.get(version, version), weak))
    return found


@pytest.mark.parametrize("path", files())
def test_both_readers_say_the_same(path: str) -> None:
    if not os.path.exists(path):
        pytest.skip("gone since")
    with open(path, "rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as view:
        elf = read(view)
        assert elf is not None
        assert lookups_that_fail(elf) == []
        facts = ours(elf)
        kept = Sparse(len(view), [(at, view[at : at + length]) for at, length in parts(view)])
        assert read(kept) == elf
        try:
            witness = theirs(ELFFile(stream))
        except ELFError as error:
            pytest.skip(f"pyelftools: {error}")
    if witness is None:
        pytest.skip("no sections to compare with")
    if witness is NOTHING:
        facts = facts._replace(interpreter=None)
    assert facts == witness


def lookups_that_fail(elf: Elf) -> list[tuple[int, str]]:
    """Defined symbols that DT_GNU_HASH does not lead to, though a linker put them there; and what is not there."""
    symbols = elf.tables.symbols
    if symbols is None or elf.gnu_hash is None:
        return []
    hashed = [at for at in range(elf.gnu_hash, len(symbols.names)) if symbols.sections[at]]
    asked = hashed if everything() else random.Random(SEED).sample(hashed, min(len(hashed), SAMPLE))
    failed = [(at, symbols.names[at]) for at in asked if at not in elf.tables.hashed(symbols.names[at], elf.gnu_hash)]
    return failed + [(at, NOWHERE) for at in elf.tables.hashed(NOWHERE, elf.gnu_hash)]


def test_there_are_files_to_compare() -> None:
    assert len(files()) >= 50
