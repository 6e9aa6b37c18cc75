"""What is rarely asked of an ELF file: `.comment` and the notes that no loader reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from elftools.common.exceptions import ELFError
from elftools.common.utils import struct_parse
from elftools.elf.elffile import ELFFile
from elftools.elf.notes import iter_notes

from libccheck.record import NamedTuple

_MOST_HEADERS = 4096
_MOST_NOTES = 256
_MOST_READS = 1 << 18
_MOST_BYTES = 1 << 20
_MOST_LINES = 256
_LONGEST_ID = 64  # as long as the longest hash

_FDO = "FDO"
_DLOPEN = 0x407C0C0A  # https://systemd.io/ELF_DLOPEN_METADATA
_PACKAGE = 0xCAFE1A7E  # https://systemd.io/ELF_PACKAGE_METADATA
_NT_GNU_BUILD_ID = 3
_SHF_COMPRESSED = 0x800
_COMMENT = b".comment\0"


class Dlopen(NamedTuple):
    """What a program says it will dlopen: any of these sonames, for that feature; priority as in "recommended"."""

    sonames: tuple[str, ...]
    feature: str
    description: str
    priority: str


class Notes(NamedTuple):
    """comment: the lines of `.comment`. build_id: hexadecimal. package: the fields of its package note.

    complete: false where the section headers or the notes are damaged, so that something may be missing.
    """

    comment: tuple[str, ...] = ()
    build_id: str | None = None
    dlopen: tuple[Dlopen, ...] = ()
    package: tuple[tuple[str, str], ...] = ()
    complete: bool = True


def read(data: Any) -> Notes:
    """What the sections and notes of these bytes say; never raises on content, and its work is bounded."""
    comment: list[str] = []
    found: list[tuple[str, int, bytes]] = []
    complete = True
    stream: Any = _Stream(data)
    try:
        elf = ELFFile(stream)
    except Exception:  # pyelftools raises whatever its parsers do
        return Notes(complete=False)
    for part, into in ((_comment, comment), (_notes, found)):
        try:
            into.extend(part(elf))  # type: ignore[arg-type]
        except Exception:  # as above; what came before it and what the other part says still counts
            complete = False
    return _gathered(tuple(comment), found, complete)


class _Stream:
    """Bytes as a file that hands out no more than a bound, in one read and in all."""

    def __init__(self, data: Any) -> None:
        self._data = data
        self._at = 0
        self._reads = _MOST_READS

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(0, offset + (0, self._at, len(self._data))[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        self._reads -= 1
        if not self._reads:
            raise ELFError("more to read than any real file has")
        if size < 0 or size > _MOST_BYTES:
            size = _MOST_BYTES
        piece = bytes(self._data[self._at : self._at + size])
        self._at += len(piece)
        return piece


def _comment(elf: Any) -> Iterator[str]:
    sections = list(_headers(elf, "sh", elf.structs.Elf_Shdr))
    names = _bytes(elf, sections[elf["e_shstrndx"]]) if elf["e_shstrndx"] < len(sections) else b""
    for section in sections:
        name = names[section["sh_name"] :][: len(_COMMENT)]
        if name == _COMMENT and not section["sh_flags"] & _SHF_COMPRESSED:
            lines = _bytes(elf, section).split(b"\0")
            yield from (line.decode("utf-8", "surrogateescape") for line in lines[:_MOST_LINES] if line)


def _notes(elf: Any) -> Iterator[tuple[str, int, bytes]]:
    """Owner, type and descriptor of each note, in the segments that are mapped and in sections that are not."""
    segments = (each for each in _headers(elf, "ph", elf.structs.Elf_Phdr) if each["p_type"] == "PT_NOTE")
    places = [(each["p_offset"], each["p_filesz"]) for each in segments]
    sections = (each for each in _headers(elf, "sh", elf.structs.Elf_Shdr) if each["sh_type"] == "SHT_NOTE")
    places += [(each["sh_offset"], each["sh_size"]) for each in sections]
    seen = set()
    for offset, size in places:
        for note in islice(iter_notes(elf, offset, size), _MOST_NOTES):
            if note["n_offset"] not in seen:
                seen.add(note["n_offset"])
                yield note["n_name"] or "", _number(note["n_type"]), note["n_descdata"]


def _headers(elf: Any, kind: str, layout: Any) -> Iterator[Any]:
    """The section or program headers. Those of elftools itself would also parse what each of them points to."""
    start, size, count = (elf[f"e_{kind}{field}"] for field in ("off", "entsize", "num"))
    for number in range(min(count, _MOST_HEADERS)):
        yield struct_parse(layout, elf.stream, start + number * size)


def _bytes(elf: Any, section: Any) -> bytes:
    elf.stream.seek(section["sh_offset"])
    data: bytes = elf.stream.read(section["sh_size"])
    return data


def _number(kind: Any) -> int:
    return kind if isinstance(kind, int) else _NT_GNU_BUILD_ID if kind == "NT_GNU_BUILD_ID" else -1


def _gathered(comment: tuple[str, ...], found: list[tuple[str, int, bytes]], complete: bool) -> Notes:
    build_id = None
    dlopen: list[Dlopen] = []
    package: dict[str, str] = {}
    for name, kind, data in found:
        if name == "GNU" and kind == _NT_GNU_BUILD_ID and len(data) <= _LONGEST_ID:
            build_id = build_id or data.hex()
        elif name == _FDO and kind == _DLOPEN:
            dlopen.extend(_dlopen(_json(data)))
        elif name == _FDO and kind == _PACKAGE:
            fields = _json(data)
            package.update({k: v for k, v in fields.items() if isinstance(v, str)} if isinstance(fields, dict) else {})
    return Notes(comment, build_id, tuple(dict.fromkeys(dlopen)), tuple(package.items()), complete)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data.rstrip(b"\0"))
    except (ValueError, RecursionError):
        return None


def _dlopen(entries: Any) -> Iterator[Dlopen]:
    for each in entries if isinstance(entries, list) else ():
        sonames = each.get("soname") if isinstance(each, dict) else None
        if isinstance(sonames, list) and sonames and all(isinstance(name, str) for name in sonames):
            words = [each.get(key) for key in ("feature", "description", "priority")]
            feature, description, priority = (word if isinstance(word, str) else "" for word in words)
            yield Dlopen(tuple(sonames), feature, description, priority)
