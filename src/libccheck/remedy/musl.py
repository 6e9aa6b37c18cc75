"""A way out for a program of glibc where the image has musl: link it against that."""

from __future__ import annotations

from libccheck.interpreters import usual_paths
from libccheck.libc import image_libc, program_libc
from libccheck.machines import machine_name
from libccheck.remedy.case import Case
from libccheck.remedy.commands import command, word
from libccheck.remedy.compiled import Compiled, its_compiler, lost_of_names
from libccheck.remedy.exports import exported
from libccheck.remedy.hypothesis import for_other_libc
from libccheck.remedy.musl_calls import called
from libccheck.remedy.offer import MAKERS, TOOL, Offer, offered


def dynamic_musl(case: Case, made: Compiled) -> tuple[Offer, ...]:
    """Only where musl has each function that the program asks for, by the name that its own headers give it."""
    content = case.check.program.content
    elf = content.elf
    libc = image_libc(case.check.image)
    if elf is None or made.cpp or program_libc(elf) != "glibc" or libc is None or libc.family != "musl":
        return ()
    machine, machine_there = machine_name(elf), its_compiler(case.check.image.platform)
    interpreter = usual_paths("musl", machine)[0]
    there = exported(case, (interpreter.rpartition("/")[2], f"libc.musl-{machine}.so.1", "libc.so"))
    other = for_other_libc(content, interpreter, ("libc.so",), lambda name: called(name, there))
    if other is None:
        return ()
    return offered(
        TOOL if made.told else MAKERS,
        f"link it against musl {libc.version or ''}".rstrip() + ", which the image has",
        [command("musl", output=word(case.file_name), sources=made.sources)],
        case.with_content(other),
        f"predicted for this program with each symbol bound to musl's{machine_there}{made.proviso}",
        lost=lost_of_names(elf),
    )
