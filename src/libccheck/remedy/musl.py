"""A way out for a program of glibc where the image has musl: link it against that."""

from __future__ import annotations

import re
from collections.abc import Mapping

from libccheck.interpreters import usual_paths
from libccheck.libc import image_libc, program_libc
from libccheck.machines import machine_name
from libccheck.remedy.case import Case
from libccheck.remedy.commands import command, word
from libccheck.remedy.compiled import Compiled, lost_of_names
from libccheck.remedy.exports import Export, exported
from libccheck.remedy.hypothesis import for_other_libc
from libccheck.remedy.offer import MAKERS, TOOL, Offer, offered

_NAMES = (
    # what the headers of glibc make of a function's name
    (re.compile(r"__isoc(?:23|99)_(\w+)"), r"\1"),
    (re.compile(r"__(\w+)_chk"), r"\1"),
    (re.compile(r"(\w+)64"), r"\1"),
    (re.compile(r"_IO_(getc|putc)"), r"\1"),
    (re.compile(r"__(strdup|strndup|strtok_r)"), r"\1"),
)
_STAT = {"__xstat": "stat", "__fxstat": "fstat", "__lxstat": "lstat", "__fxstatat": "fstatat", "__xmknod": "mknod"}


def dynamic_musl(case: Case, made: Compiled) -> tuple[Offer, ...]:
    """Only where musl has each function that the program asks for, by the name that its own headers give it."""
    content = case.check.program.content
    elf = content.elf
    libc = image_libc(case.check.image)
    if elf is None or made.cpp or program_libc(elf) != "glibc" or libc is None or libc.family != "musl":
        return ()
    machine = machine_name(elf)
    interpreter = usual_paths("musl", machine)[0]
    there = exported(case, (interpreter.rpartition("/")[2], f"libc.musl-{machine}.so.1", "libc.so"))
    other = for_other_libc(content, interpreter, ("libc.so",), lambda name: _called(name, there))
    if other is None:
        return ()
    return offered(
        TOOL if made.told else MAKERS,
        f"link it against musl {libc.version or ''}".rstrip() + ", which the image has",
        [command("musl", output=word(case.file_name), sources=made.sources)],
        case.with_content(other),
        f"predicted for this program with each symbol bound to musl's{made.proviso}",
        lost=lost_of_names(elf),
    )


def _called(name: str, there: Mapping[str, Export]) -> str | None:
    """The function that musl's headers have in place of that name."""
    names = [name, _STAT.get(name.removesuffix("64"), name)]
    names += [pattern.sub(plain, name) for pattern, plain in _NAMES if pattern.fullmatch(name)]
    return next((each for each in names if each in there), None)
