"""A static program with glibc in it that loads libraries nevertheless: the name service switch, and iconv."""

from __future__ import annotations

from libccheck.advice.situation import Situation, missing
from libccheck.model import Finding

_GLIBC = b"gconv-modules"  # in every static program that glibc is linked into
_CGO = b"\0runtime/cgo"  # what Go keeps where it calls C
_SWITCH = (b"_nss_%s_%s", b"libnss_%s")
_ICONV = b"\0iconv_open\0"  # in the symbol table, where that is not stripped


def advice(situation: Situation) -> list[Finding]:
    """glibc's libc.a loads both from the image, of the very release that it was linked with."""
    if situation.is_go and _CGO not in situation.functions:
        return []
    if not situation.contains(_GLIBC):
        return []
    if any(situation.contains(each) for each in _SWITCH):
        what, about = "libnss", "looks up users or hosts"
    elif situation.contains(_ICONV):
        what, about = "gconv", "converts character sets"
    else:
        return []
    message = f"it is static and {about}: glibc then loads {what} modules of its own release, which the image must have"
    return [missing("LC306", what, message, ("libc.so.6", f"{situation.name} is static and asks for {what} modules"))]
