"""Programs inside zip files (wheels among them) and tarballs (as npm has them), read with bounds."""

from __future__ import annotations

import difflib
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from errno import EINVAL
from typing import Any, BinaryIO

from libccheck.content import content
from libccheck.errors import LibccheckError
from libccheck.images import inflate, tar
from libccheck.model import Failure, Program
from libccheck.record import NamedTuple

_SIGNS = (b"\x7fELF", b"#!")
_MOST_BYTES = 1 << 30  # of one program
_MOST_IN_ALL = 1 << 33  # of all that is unpacked on the way
_MOST_MEMBERS = 200_000
_CHUNK = 1 << 20
_BUFFER = 1 << 16
_TAR_SIGN = b"ustar"


class _Member(NamedTuple):
    """One file of an archive: `path` inside, `mode` its permission bits, `data` its bytes or why there are none."""

    path: str
    mode: int
    data: bytes | str


def is_archive(data: Any) -> bool:
    """Whether these bytes are a zip file, a tar archive or a compressed one."""
    head = bytes(data[:512])
    if head.startswith((b"PK\3\4", b"PK\5\6")) or head[257:262] == _TAR_SIGN:
        return True
    method = inflate.compression(head) if not head.startswith(b"\x5d\0\0") else None
    return method is not None and _is_tar(data, method)


def unpack(path: str, data: Any, inside: str, digest: bool) -> Iterator[Program | Failure]:
    """The program called `inside` in the archive at `path`, whatever it is; all programs in it where that is ""."""
    wanted = inside.removeprefix("./").strip("/")
    zipped = bytes(data[:2]) == b"PK"
    names: list[str] = []
    found = False
    for member in _zip_members(path, data, wanted, names) if zipped else _tar_members(path, data, wanted, names):
        found = True
        yield _program(f"{path}!{member.path}", member, digest)
    if found:
        return
    if wanted:
        near = difflib.get_close_matches(wanted, names, 1, 0.6)
        near = near or [name for name in names if name.rpartition("/")[2] == wanted.rpartition("/")[2]]
        hint = f"did you mean {path}!{near[0]}" if near else f"libccheck inspect {path} shows the programs in it"
        raise LibccheckError(f"there is no {inside} in {path}", subject=f"{path}!{inside}", hint=hint)
    raise LibccheckError(f"there is no program in {path}", subject=path, hint="name a file in it as ARCHIVE!PATH")


def _program(path: str, member: _Member, digest: bool) -> Program | Failure:
    if isinstance(member.data, str):
        return Failure(path, f"cannot read {path}: {member.data}", "unpack it and name the file")
    view = memoryview(member.data)
    sha256 = hashlib.sha256(view).hexdigest() if digest else None
    return Program(path, content(view), member.mode, len(view), view, sha256)


def _zip_members(path: str, data: Any, wanted: str, names: list[str]) -> Iterator[_Member]:
    try:
        archive = zipfile.ZipFile(_opened(data))
        infos = archive.infolist()
    except Exception as error:  # zipfile raises more than BadZipFile on what is damaged
        raise _damaged(path, error) from error
    if len(infos) > _MOST_MEMBERS:
        raise LibccheckError(f"more than {_MOST_MEMBERS} files in {path}", subject=path, hint="unpack it")
    budget = _MOST_IN_ALL
    for info in infos:
        names.append(info.filename)
        if info.is_dir() or (wanted and info.filename != wanted):
            continue
        mode = info.external_attr >> 16 & 0o7777 or 0o644
        try:
            with archive.open(info) as file:
                head = file.read(4)
                if wanted or head.startswith(_SIGNS):
                    read = _bounded(head, file, min(_MOST_BYTES, budget))
                    budget -= len(read)
                    yield _Member(info.filename, mode, read)
        except LibccheckError:
            raise
        except Exception as error:  # as above; the other members can still be looked at
            yield _Member(info.filename, mode, _reason(error))


def _bounded(head: bytes, file: Any, most: int) -> bytes:
    pieces = [head]
    size = len(head)
    while piece := file.read(_CHUNK):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise ValueError(f"it unpacks to more than {most >> 20} MiB")
    return b"".join(pieces)


def _tar_members(path: str, data: Any, wanted: str, names: list[str]) -> Iterator[_Member]:
    source = _source(path, data)
    try:
        for number, member in enumerate(tar.members(source)):
            if number >= _MOST_MEMBERS or source.position > _MOST_IN_ALL:
                raise LibccheckError(f"there is more in {path} than a package holds", subject=path, hint="unpack it")
            name = member.name.removeprefix("./")
            names.append(name)
            if member.kind == "file" and (not wanted or name == wanted):
                read = _stored(source, member, bool(wanted))
                if read is not None:
                    yield _Member(name, member.mode, read)
    except inflate.CutOffError:
        raise LibccheckError(f"{path} is cut off", subject=path, hint="fetch or make it again") from None
    except LibccheckError as error:
        if error.subject:
            raise
        raise LibccheckError(f"{path} is damaged: {error.message}", subject=path, hint=error.hint) from error


def _stored(source: Any, member: tar.Member, anyway: bool) -> bytes | str | None:
    """The data of a tar member; None where they are no program and nobody asked for them."""
    head = bytes(source.take(min(4, member.stored)))
    if not anyway and (member.pieces is not None or not head.startswith(_SIGNS)):
        return None
    if member.pieces is not None:
        return "it is stored as a sparse file"
    if member.stored > _MOST_BYTES:
        return f"it is longer than {_MOST_BYTES >> 20} MiB"
    return head + bytes(source.take(member.stored - len(head)))


def _source(path: str, data: Any) -> Any:
    method = inflate.compression(bytes(data[:16]))
    if method is None:
        return inflate.Mapped(memoryview(data))
    return inflate.Stream(inflate.inflated(_opened(data), method, path))


def _is_tar(data: Any, method: str) -> bool:
    """Whether what is compressed begins as a tar archive does; nothing is if it cannot be unpacked at all."""
    try:
        head = inflate.Stream(inflate.inflated(_opened(data), method, "")).some(512)
    except (LibccheckError, inflate.CutOffError):
        return False
    return bytes(head[257:262]) == _TAR_SIGN


def _opened(data: Any) -> BinaryIO:
    return io.BufferedReader(_File(data), _BUFFER)


class _File(io.RawIOBase):
    """Bytes that are at hand, as a file; nothing is copied but what is read."""

    def __init__(self, data: Any) -> None:
        super().__init__()
        self._data = memoryview(data)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        at = offset + (0, self._at, len(self._data))[whence]
        if at < 0:
            raise OSError(EINVAL, "negative position")
        self._at = at
        return at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        piece = self._data[self._at : self._at + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def _damaged(path: str, error: Exception) -> LibccheckError:
    return LibccheckError(f"{path} is damaged: {_reason(error)}", subject=path, hint="fetch or make it again")


def _reason(error: Exception) -> str:
    if isinstance(error, RuntimeError) and "password" in str(error):
        return "it is encrypted"
    if isinstance(error, zlib.error):
        return "its compressed data are damaged"
    text = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return text[:1].lower() + text[1:]
