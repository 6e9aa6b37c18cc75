"""The headers of a tar archive: ustar, old and new GNU, PAX, sparse files; the data stays where it is.

Layouts: POSIX.1-2017 pax (ustar and pax interchange formats), GNU tar's manual, "Basic Tar Format" and "Storing sparse
files".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from libccheck.errors import LibccheckError
from libccheck.images.inflate import CutOffError
from libccheck.record import NamedTuple

BLOCK = 512
_MAX_NAME = 4096  # PATH_MAX: the kernel could not look up more
_MAX_RECORDS = 1 << 20
_MAX_PIECES = 1 << 16
_ZERO = bytes(BLOCK)

_KINDS = {
    b"1": "hardlink",
    b"2": "link",
    b"3": "c",
    b"4": "b",
    b"5": "directory",
    b"6": "p",
    b"D": "directory",
    b"M": "skip",
    b"N": "skip",
    b"V": "skip",
}


class Source(Protocol):
    """What tar reads: `images.inflate` has two."""

    position: int

    def take(self, count: int) -> memoryview: ...
    def some(self, count: int) -> memoryview: ...
    def skip(self, count: int) -> None: ...


class Member(NamedTuple):
    """One member; its data are the next `stored` bytes of the source, which the reader may take or leave.

    kind: "file", "hardlink", "link", "directory", "c", "b" or "p". pieces: of a sparse file, (offset, length) of what
    is stored, in order; else None. size: of the file, in bytes.
    """

    name: str
    kind: str
    mode: int
    uid: int
    gid: int
    size: int
    target: str
    stored: int
    pieces: tuple[tuple[int, int], ...] | None


def members(source: Source) -> Iterator[Member]:
    """The members in order; CutOffError in the middle of one, LibccheckError where it is no tar archive."""
    shared: dict[bytes, bytes] = {}
    records: dict[bytes, bytes] = {}
    while header := _header(source):
        flag = bytes(header[156:157])
        size = _number(header[124:136])
        if flag in (b"x", b"X", b"g"):
            found = _records(_short(source, size))
            (shared if flag == b"g" else records).update(found)
        elif flag in (b"L", b"K"):
            name = bytes(_short(source, size)).split(b"\0", 1)[0]
            records[b"path" if flag == b"L" else b"linkpath"] = name
        else:
            member, padding = _member(source, header, flag, {**shared, **records} if shared else records)
            records = {}
            end = source.position + member.stored
            if member.kind != "skip":
                yield member
            source.skip(end + padding - source.position)
    if records:
        raise CutOffError  # the member that they belong to is not there


def _header(source: Source) -> bytes | None:
    """The next header block; None at the end of the archive."""
    block = bytes(source.some(BLOCK))
    if not block or block == _ZERO:
        return None
    if len(block) < BLOCK:
        source.take(1)  # there is none: raises CutOffError
    total = sum(block) - sum(block[148:156]) + 8 * 0x20
    if _number(block[148:156]) != total:
        signed = total - 256 * sum(1 for byte in block[:148] + block[156:] if byte > 127)
        if _number(block[148:156]) != signed:
            raise LibccheckError("a header's checksum is wrong")
    return block


def _member(source: Source, header: bytes, flag: bytes, records: dict[bytes, bytes]) -> tuple[Member, int]:
    stored = _integer(records[b"size"]) if records.get(b"size") else _number(header[124:136])
    name = records.get(b"path") or _name(header)
    kind = _KINDS.get(flag, "file")
    if kind == "file" and flag in (b"\0", b"0") and name.endswith(b"/"):
        kind = "directory"  # as before ustar
    size, pieces = stored, None
    if kind != "file":
        size = 0
        stored = stored if flag in (b"D", b"M", b"N") else 0
    padding = -stored % BLOCK
    if kind == "file" and flag == b"S":
        pieces = _old_sparse(source, header)
        size = _number(header[483:495])
    elif kind == "file" and b"GNU.sparse.major" in records:
        pieces, used = _new_sparse(source, stored)
        name = records.get(b"GNU.sparse.name", name)
        size = _integer(records.get(b"GNU.sparse.realsize"))
        stored -= used
    elif kind == "file" and b"GNU.sparse.size" in records:
        pieces = _pairs(records.get(b"GNU.sparse.map", b"").split(b","))
        name = records.get(b"GNU.sparse.name", name)
        size = _integer(records[b"GNU.sparse.size"])
    if pieces is not None and sum(length for _, length in pieces) > stored:
        raise LibccheckError("a sparse file's map is longer than its data")
    member = Member(
        _text(name),
        kind,
        _number(header[100:108]) & 0o7777,
        _integer(records[b"uid"]) if records.get(b"uid") else _number(header[108:116]),
        _integer(records[b"gid"]) if records.get(b"gid") else _number(header[116:124]),
        size,
        _text(records.get(b"linkpath") or header[157:257].split(b"\0", 1)[0]),
        stored,
        pieces,
    )
    return member, padding


def _name(header: bytes) -> bytes:
    name = header[:100].split(b"\0", 1)[0]
    if header[257:263] == b"ustar\0" and (prefix := header[345:500].split(b"\0", 1)[0]):
        return prefix + b"/" + name
    return name


def _text(name: bytes) -> str:
    if len(name) > _MAX_NAME:
        raise LibccheckError(f"a name in it is {len(name)} bytes long")
    return name.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")


def _number(field: bytes) -> int:
    """An octal number, or GNU's base 256 where the highest bit is set."""
    if field[0] & 0x80:
        value = int.from_bytes(field, "big") & ((1 << (8 * len(field) - 1)) - 1)
        if field[0] == 0xFF or value >= 1 << 63:
            raise LibccheckError("a header holds a negative or excessive number")
        return value
    digits = field.split(b"\0", 1)[0].strip()
    if not digits:
        return 0
    if digits.strip(b"01234567"):
        raise LibccheckError("a header holds a malformed number")
    return int(digits, 8)


def _integer(value: bytes | None) -> int:
    if value is None or not value.isdigit() or len(value) > 19:
        raise LibccheckError("an extended header holds a malformed number")
    return int(value)


def _short(source: Source, size: int) -> memoryview:
    if size > _MAX_RECORDS:
        raise LibccheckError(f"an extended header is {size} bytes long")
    data = source.take(size)
    source.skip(-size % BLOCK)
    return data


def _records(data: memoryview) -> dict[bytes, bytes]:
    """PAX records, "LENGTH KEY=VALUE\\n"; GNU's old sparse maps come as repeated keys and are joined."""
    text = bytes(data)
    found: dict[bytes, bytes] = {}
    pairs: list[bytes] = []
    at = 0
    while at < len(text) and text[at]:
        space = text.find(b" ", at, at + 20)
        length = text[at:space] if space > 0 else b""
        end = at + int(length) if length.isdigit() else 0
        key, equals, value = text[space + 1 : end - 1].partition(b"=")
        if not space < end <= len(text) or not equals or text[end - 1] != 0x0A:
            raise LibccheckError("an extended header is malformed")
        if key in (b"GNU.sparse.offset", b"GNU.sparse.numbytes"):
            pairs.append(value)
        else:
            found[key] = value
        at = end
    if pairs:
        found[b"GNU.sparse.map"] = b",".join(pairs)
    return found


def _old_sparse(source: Source, header: bytes) -> tuple[tuple[int, int], ...]:
    """GNU tar's own sparse format: four pieces in the header, 21 in each block that follows."""
    fields = [header[at : at + 12] for at in range(386, 482, 12)]
    more = header[482]
    while more:
        block = bytes(source.take(BLOCK))
        fields += [block[at : at + 12] for at in range(0, 504, 12)]
        more = block[504]
        if len(fields) > 2 * _MAX_PIECES:
            raise LibccheckError("a sparse file has too many pieces")
    numbers = [_number(field) for field in fields]
    return tuple((start, length) for start, length in zip(numbers[::2], numbers[1::2], strict=False) if length)


def _new_sparse(source: Source, stored: int) -> tuple[tuple[tuple[int, int], ...], int]:
    """PAX sparse format 1.0: decimal lines before the data, padded to a block; also how many bytes they took."""
    lines: list[bytes] = []
    rest = b""
    used = 0
    while not lines or len(lines) < 1 + 2 * _integer(lines[0]):
        if used >= stored or used > _MAX_RECORDS:
            raise LibccheckError("a sparse file's map is malformed")
        *whole, rest = (rest + bytes(source.take(BLOCK))).split(b"\n")
        lines += whole
        used += BLOCK
    return _pairs(lines[1 : 1 + 2 * _integer(lines[0])]), used


def _pairs(numbers: list[bytes]) -> tuple[tuple[int, int], ...]:
    if len(numbers) > 2 * _MAX_PIECES:
        raise LibccheckError("a sparse file has too many pieces")
    values = [_integer(each) for each in numbers if each]
    return tuple((start, length) for start, length in zip(values[::2], values[1::2], strict=False) if length)
