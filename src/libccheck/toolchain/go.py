"""Go's build information, in both of its formats (`src/debug/buildinfo/buildinfo.go`)."""

from __future__ import annotations

import re
from itertools import islice, pairwise
from typing import Any

from libccheck.model import Elf
from libccheck.record import NamedTuple
from libccheck.toolchain.mark import spans

_MAGIC = re.compile(rb"\xff Go buildinf:")
_HEADER_SIZE = 32
_ALIGN = 16
_INLINE = 2
_BIG_ENDIAN = 1
_MAX_TEXT = 1 << 20
_MOST_MAGICS = 256
_MOST_BYTES = 1 << 28

# src/debug/gosym/pclntab.go: the magic of Go 1.2, 1.16, 1.18 or 1.20, two zeros, the instruction quantum, the pointer
# size
_TABLES: dict[Any, tuple[re.Pattern[bytes], int]] = {
    # what to look for, beginning with what is always the same, and how many bytes of the table stand before it
    "little": (re.compile(rb"\xff\xff\xff\0\0[\1\2\4][\4\x08](?<=[\xf0\xf1\xfa\xfb].{7})", re.DOTALL), 1),
    "big": (re.compile(rb"\xff\xff\xff[\xf0\xf1\xfa\xfb]\0\0[\1\2\4][\4\x08]"), 0),
}
_GO_1_2, _GO_1_16 = 0xFB, 0xFA
_LONGEST_HEADER = 128
_RELEASE = re.compile(rb"go1\.\d")
_WHOLE_RELEASE = re.compile(rb"go1\.\d{1,2}(?:\.\d{1,2}|rc\d|beta\d)?")
_MOST_RELEASES = 64
_ESCAPE = re.compile(r"\\(?:([\"'\\abfnrtv])|x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")
_ESCAPES = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))


class Module(NamedTuple):
    """One module of the build: `version` as go.mod has it, "(devel)" for the main one without a tag."""

    path: str
    version: str


class GoBuild(NamedTuple):
    """What `go version -m` prints. settings: ("CGO_ENABLED", "1"), ("-tags", "netgo"), ... from Go 1.18 on."""

    version: str
    path: str
    main: Module | None
    modules: tuple[Module, ...]
    settings: tuple[tuple[str, str], ...]

    @property
    def outside(self) -> str | None:
        """A module of the build that lies beside the main one, of a workspace or in place of another; None for none."""
        beside = (
            each.path
            for each in self.modules
            if each.path.startswith(("../", "/")) or (each.version == "(devel)" and not each.path.startswith("./"))
        )
        return next(beside, None)

    def setting(self, key: str) -> str | None:
        """The value of one build setting, or None where the program does not say."""
        return next((value for name, value in self.settings if name == key), None)


def build_info(elf: Elf, data: Any) -> GoBuild | None:
    """The build information in `data`, the program's bytes; None where it is not a Go program or says nothing."""
    for start, end in _places(elf, len(data)):
        for match in islice(_MAGIC.finditer(data, start, end), _MOST_MAGICS):
            if (match.start() - start) % _ALIGN and match.start() % _ALIGN:
                continue
            found = _decode(elf, data, match.start())
            if found is not None:
                return found
    return None


def has_function_table(elf: Elf, data: Any) -> bool:
    """Whether the runtime's table of functions is in `data`: a Go program, from Go 1.2 on, that says nothing else."""
    order: Any = "little" if elf.little_endian else "big"
    pattern, before = _TABLES[order]
    for match in islice(pattern.finditer(data, 0, min(len(data), _MOST_BYTES)), _MOST_MAGICS):
        start = match.start() - before
        size = data[start + 7]
        words = bytes(data[start + 8 : start + 8 + 8 * size])
        if len(words) < 8 * size:
            continue
        numbers = [int.from_bytes(words[at : at + size], order) for at in range(0, 8 * size, size)]
        if _is_header(data[start + (0 if order == "little" else 3)], numbers):
            return True
    return False


def release(elf: Elf, data: Any) -> str | None:
    """Of a program without build information the release as in "go1.12.9", "" where it does not show.

    None where the runtime's table of functions is not there: no Go program.
    """
    if not has_function_table(elf, data):
        return None
    for match in islice(_RELEASE.finditer(data, 0, min(len(data), _MOST_BYTES)), _MOST_RELEASES):
        length = _length_of_string(elf, data, match.start())
        text = bytes(data[match.start() : match.start() + length])
        if length and _WHOLE_RELEASE.fullmatch(text):
            return text.decode("ascii")
    return ""


def _length_of_string(elf: Elf, data: Any, at: int) -> int:
    """By the header (address, length) of the Go string whose bytes stand there; strings have no end of their own."""
    size = elf.bits // 8
    order: Any = "little" if elf.little_endian else "big"
    for held in elf.segments:
        if held.type == 1 and held.offset <= at < held.offset + held.filesz:
            address = (at - held.offset + held.vaddr).to_bytes(size, order)
            for start, end in _places(elf, len(data)):
                match = re.compile(re.escape(address)).search(data, start, end)
                if match is not None:
                    return int.from_bytes(bytes(data[match.end() : match.end() + size]), order)
    return 0


def _is_header(magic: int, numbers: list[int]) -> bool:
    """Whether these words can follow the magic of a table of functions."""
    if magic == _GO_1_2:
        # how many functions, then the address of each and where it is described, in order
        count, *pairs = numbers
        return count > 2 and _ascend(pairs[0:6:2]) and _ascend(pairs[1:6:2])
    # functions, files, from Go 1.18 on where the code starts, then the offsets of five tables, one behind the other
    offsets = numbers[2:7] if magic == _GO_1_16 else numbers[3:]
    return offsets[0] <= _LONGEST_HEADER and _ascend(offsets)


def _ascend(numbers: list[int]) -> bool:
    return all(one < other for one, other in pairwise(numbers))


def _places(elf: Elf, size: int) -> list[tuple[int, int]]:
    """Where Go's own reader looks: the linker puts it at the start of the data."""
    return [*spans(elf, size, writable=True)] or [(0, size)]


def _decode(elf: Elf, data: Any, at: int) -> GoBuild | None:
    header = bytes(data[at : at + _HEADER_SIZE])
    if len(header) < _HEADER_SIZE:
        return None
    pointer_size, flags = header[14], header[15]
    if flags & _INLINE:
        version, after = _inline(data, at + _HEADER_SIZE)
        text, _ = _inline(data, after)
    elif pointer_size in (4, 8):
        order: Any = "big" if flags & _BIG_ENDIAN else "little"
        where = [int.from_bytes(header[_ALIGN + n : _ALIGN + n + pointer_size], order) for n in (0, pointer_size)]
        version, text = (_pointed(elf, data, each, pointer_size, order) for each in where)
    else:
        return None
    if not version.startswith((b"go", b"devel")):
        return None
    return _parse(version.decode("utf-8", "replace"), _unwrap(text).decode("utf-8", "replace"))


def _inline(data: Any, at: int) -> tuple[bytes, int]:
    """A string after its length as a varint; and where the next thing stands."""
    length = shift = 0
    for byte in bytes(data[at : at + 5]):
        at += 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            break
    if length > _MAX_TEXT:
        return b"", at
    return bytes(data[at : at + length]), at + length


def _pointed(elf: Elf, data: Any, address: int, pointer_size: int, order: Any) -> bytes:
    """The Go string (pointer, length) whose header stands at that address."""
    header = _memory(elf, data, address, 2 * pointer_size)
    if len(header) < 2 * pointer_size:
        return b""
    start = int.from_bytes(header[:pointer_size], order)
    length = int.from_bytes(header[pointer_size:], order)
    return _memory(elf, data, start, length) if length <= _MAX_TEXT else b""


def _memory(elf: Elf, data: Any, address: int, length: int) -> bytes:
    for each in elf.segments:
        if each.type == 1 and each.vaddr <= address < each.vaddr + each.filesz:
            start = each.offset + address - each.vaddr
            return bytes(data[start : min(start + length, each.offset + each.filesz)])
    return b""


def _unwrap(text: bytes) -> bytes:
    """Without the 16 byte marks at both ends that the linker lays around the module list."""
    return text[16:-16] if len(text) >= 33 and text[-17:-16] == b"\n" else b""


def _parse(version: str, text: str) -> GoBuild:
    path = ""
    main: Module | None = None
    modules: list[Module] = []
    settings: list[tuple[str, str]] = []
    for line in text.splitlines():
        kind, _, rest = line.partition("\t")
        fields = rest.split("\t")
        if kind == "path":
            path = rest
        elif kind in ("mod", "dep", "=>") and fields[0]:
            module = Module(fields[0], fields[1] if len(fields) > 1 else "")
            if kind == "mod":
                main = module
            elif kind == "dep":
                modules.append(module)
            elif modules:
                modules[-1] = module
        elif kind == "build":
            key, _, value = rest.partition("=")
            settings.append((_unquote(key), _unquote(value)))
    return GoBuild(version, path, main, tuple(modules), tuple(settings))


def _unquote(text: str) -> str:
    """As `strconv.Unquote`, of what `strconv.Quote` writes."""
    if len(text) > 1 and text[0] == text[-1] == "`":
        return text[1:-1]
    return _ESCAPE.sub(_unescaped, text[1:-1]) if len(text) > 1 and text[0] == text[-1] == '"' else text


def _unescaped(match: re.Match[str]) -> str:
    name, *codes = match.groups()
    if name:
        return _ESCAPES.get(name, name)
    number = int(next(filter(None, codes)), 16)
    return chr(number) if number < 0xD800 or 0xE000 <= number < 0x110000 else "\ufffd"
