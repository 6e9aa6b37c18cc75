"""Standard output and files: where a report goes, how wide it may be and whether in color."""

from __future__ import annotations

import os
import sys

from libccheck.errors import UsageError
from libccheck.formats.paper import Paper

_DEFAULT_WIDTH = 80
_NARROWEST = 40


def paper(file: str | None) -> Paper:
    """A file, or standard output as it is; `COLUMNS`, `NO_COLOR`, `FORCE_COLOR` and `TERM=dumb` have the last word."""
    if file is not None:
        return Paper()
    return Paper(_width(), _color(), (sys.stdout.encoding or "").lower().startswith("utf"))


def emit(text: str, file: str | None = None) -> None:
    """Write a whole report. A reader who went away takes no part in the verdict, so that is no error."""
    if file is not None:
        _write(text, file, "w")
        return
    encoding = sys.stdout.encoding or "ascii"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()


def add(text: str, file: str) -> None:
    """Write a report behind what the file holds."""
    _write(text, file, "a")


def discard_output() -> None:
    """What is still buffered must not fail at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(text: str, file: str, mode: str) -> None:
    try:
        with open(file, mode, encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise UsageError(f"cannot write the report: {(error.strerror or str(error)).lower()}", subject=file) from None


def _width() -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return max(int(columns), _NARROWEST)
    try:
        return max(os.get_terminal_size(sys.stdout.fileno()).columns or _DEFAULT_WIDTH, _NARROWEST)
    except (OSError, ValueError):
        return _DEFAULT_WIDTH


def _color() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
