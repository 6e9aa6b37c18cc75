"""Text out of files, made safe for a terminal: what controls it or cannot be encoded is shown as an escape."""

from __future__ import annotations

_TABLE = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
_TABLE.update({ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"})
_TABLE.update({code: f"\\u{code:04x}" for code in (0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))})
_TABLE.update({0xDC00 + byte: f"\\x{byte:02x}" for byte in range(0x80, 0x100)})


def visible(text: str) -> str:
    """One line that shows every character; a lone surrogate stands for the byte that was not UTF-8."""
    if text.isascii() and text.isprintable():
        return text
    text = text.translate(_TABLE)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def visible_lines(text: str) -> list[str]:
    """The lines of what a loader writes, each made visible."""
    return [visible(line) for line in text.removesuffix("\n").split("\n")]
