"""Which packages of a Go program call C: the names of cgo's stubs stand in the runtime's table of functions.

They survive `strip`. `net` has `net._C2func_getaddrinfo`; C's own side of it, `_cgo_<hash>_C2func_...`, is not counted.
What takes from C only constants and types, or gives functions to it, has no stub, and needs C no less.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

_STUB = re.compile(rb"\._C2?func_")
_PACKAGE = re.compile(rb"[\w.~%/-]+\Z")
_SILENT = re.compile(rb"\*main\._Ctype_|\0_cgoexp_[0-9a-f]+_")
_SUPPORT = re.compile(rb"\0runtime/cgo\.")
_MOST_STUBS = 4096
_LONGEST_PATH = 256
_MOST_BYTES = 1 << 28

STANDARD = frozenset(("net", "os/user", "runtime/cgo"))
"""Packages of the standard library that do without C where cgo is off."""


def gives_or_takes(data: Any) -> bool:
    """Whether the program's own package has types of C, or some package gives functions to C."""
    return _holds(_SILENT, data)


def has_support_for_c(data: Any) -> bool:
    """Whether `runtime/cgo` is in it, which some package has brought."""
    return _holds(_SUPPORT, data)


def callers_of_c(data: Any) -> tuple[str, ...]:
    """Import paths as the program has them, sorted; "main" is the program's own package."""
    found = set()
    for match in islice(_STUB.finditer(data, 0, min(len(data), _MOST_BYTES)), _MOST_STUBS):
        before = bytes(data[max(match.start() - _LONGEST_PATH, 0) : match.start()]).rpartition(b"\0")[2]
        name = _PACKAGE.search(before)
        if name and name.start() == 0:
            found.add(name[0].decode("ascii").replace("%2e", "."))
    return tuple(sorted(found))


def _holds(pattern: re.Pattern[bytes], data: Any) -> bool:
    return pattern.search(data, 0, min(len(data), _MOST_BYTES)) is not None
