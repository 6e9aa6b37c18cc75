"""The `#!` line of a script, read as the kernel reads it (`fs/binfmt_script.c`)."""

from __future__ import annotations

from libccheck.record import NamedTuple

_BUFFER = 256  # BINPRM_BUF_SIZE, include/uapi/linux/binfmts.h


class Line(NamedTuple):
    """What a `#!` line names. `argument` is all the rest as one, blanks inside it included; it may be empty."""

    interpreter: str
    argument: str | None


def is_script(head: bytes) -> bool:
    return head[:2] == b"#!"


def read(head: bytes) -> Line | None:
    """The `#!` line at the start of a file; None where the kernel answers ENOEXEC to it.

    It is None where nothing stands behind the `#!`, and where the name may go on beyond the buffer. A file that ends
    before the line does names the empty path, which is the working directory.
    """
    buffer = head[:_BUFFER].ljust(_BUFFER, b"\0")
    end = buffer.find(b"\n")
    nul = buffer.find(b"\0")
    if end < 0 or 0 <= nul < end:
        end = _BUFFER - 1
        start = _not_blank(buffer, 2, end)
        if start is None or _terminator(buffer, start, end) is None:
            return None
    while buffer[end - 1] in b" \t":
        end -= 1
    start = _not_blank(buffer, 2, end)
    if start is None or start == end:
        return None
    split = _terminator(buffer, start, end)
    if split is None or not buffer[split]:
        return Line(_text(buffer[start:end]), None)
    behind = _not_blank(buffer, split, end)
    return Line(_text(buffer[start:split]), None if behind is None else _text(buffer[behind:end]))


def _not_blank(buffer: bytes, first: int, last: int) -> int | None:
    return next((at for at in range(first, last + 1) if buffer[at] not in b" \t"), None)


def _terminator(buffer: bytes, first: int, last: int) -> int | None:
    return next((at for at in range(first, last + 1) if buffer[at] in b" \t\0"), None)


def _text(name: bytes) -> str:
    return name.partition(b"\0")[0].decode("utf-8", "surrogateescape")
