"""Which libraries were linked into a program, by texts of theirs that nothing takes out."""

from __future__ import annotations

import re
from typing import Any

from libccheck.toolchain.mark import anywhere

_GLIBC = re.compile(rb"gconv-modules")
_CPP = re.compile(rb"terminate called|libc\+\+abi")


def has_glibc_inside(data: Any) -> bool:
    """Whether glibc was linked into it statically."""
    return anywhere(_GLIBC, data) is not None


def has_cpp_inside(data: Any) -> bool:
    """Whether a library of C++ was."""
    return anywhere(_CPP, data) is not None
