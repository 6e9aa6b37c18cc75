"""The `#!` line of a script, read as the kernel reads it (`fs/binfmt_script.c`), and what has none."""

from __future__ import annotations

from libccheck.record import NamedTuple

_BUFFER = 256  # BINPRM_BUF_SIZE, include/uapi/linux/binfmts.h
_NEITHER = "is neither a program nor a script"
_NOT_ELF = {
    b"MZ": "is a Windows program",
    b"\xcf\xfa\xed\xfe": "is a macOS program",
    b"\xce\xfa\xed\xfe": "is a macOS program",
    b"\xca\xfe\xba\xbe": "is a macOS universal program or a Java class",
    b"\xef\xbb\xbf": "begins with a byte order mark",
    b"!<arch>": "is a static library",
    b"version https://git-lfs": "is a git-lfs pointer",
}


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


def not_a_program(head: bytes, size: int) -> str:
    """What a file of `size` bytes is that neither is ELF nor has a `#!` line to be read, as a predicate."""
    why = next((text for magic, text in _NOT_ELF.items() if head.startswith(magic)), _NEITHER)
    if not size:
        return "is empty"
    if is_script(head):
        return "has a #! line that the kernel cannot read"
    return "is text without a #! line" if why == _NEITHER and b"\0" not in head else why


def _not_blank(buffer: bytes, first: int, last: int) -> int | None:
    return next((at for at in range(first, last + 1) if buffer[at] not in b" \t"), None)


def _terminator(buffer: bytes, first: int, last: int) -> int | None:
    return next((at for at in range(first, last + 1) if buffer[at] in b" \t\0"), None)


def _text(name: bytes) -> str:
    return name.partition(b"\0")[0].decode("utf-8", "surrogateescape")
