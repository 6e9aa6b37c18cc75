"""What rules a base image out before it is opened: only what no launch there could get over."""

from __future__ import annotations

import re
from collections.abc import Collection

from libccheck.interpreters import interpreter_libc
from libccheck.kinds import interpreter_of
from libccheck.model import Base, Elf, Outline, Program

_LIBRARY = re.compile(r"[\w.+-]+\.so[\w.+-]*\Z", re.ASCII)
_OWN_OF_MUSL = re.compile(r"lib(c|crypt|dl|m|pthread|resolv|rt|util|xnet)\.")  # ldso/dynlink.c, load_library


def ruled_out(program: Program, base: Base, brought: Collection[str]) -> tuple[str, str] | None:
    """The code of the rule and the reason; None where only a launch can tell.

    `brought` are the names of the files that are placed into the image: they may be what the image lacks.
    """
    outline = base.outline()
    if outline is None:
        return None
    interpreter = interpreter_of(program)
    if interpreter in outline.absent and interpreter.rpartition("/")[2] not in brought:
        code = "LC105" if program.content.elf is None else "LC101"
        return code, f"{interpreter} is not there"
    elf = program.content.elf
    family = interpreter_libc(interpreter) if elf is not None and interpreter is not None else None
    if elf is None or family is None or interpreter not in outline.present or family != base.libc:
        return None
    return _library(elf, outline, family, brought) or (_version(elf, outline, brought) if family == "glibc" else None)


def _library(elf: Elf, outline: Outline, family: str, brought: Collection[str]) -> tuple[str, str] | None:
    for name in elf.needed:
        known = name in outline.libraries or name in brought or not _LIBRARY.match(name)
        if not known and not (family == "musl" and _OWN_OF_MUSL.match(name)):
            return "LC201", f"{name} is not there"
    return None


def _version(elf: Elf, outline: Outline, brought: Collection[str]) -> tuple[str, str] | None:
    """By what the libraries define under that name, wherever they are; one that defines nothing may pass."""
    for need in elf.versions_needed:
        defined = outline.libraries.get(need.file)
        if not defined or need.file in brought or need.file not in elf.needed:
            continue
        for each in need.versions:
            if not each.weak and each.name not in defined:
                return "LC203", f"{need.file} there has no {each.name}"
    return None
