"""What dnf and zypper are asked for of a real library is what rpm's own generator notes of it.

Programs of this machine have one of their libraries taken away. The model then has to say that they start with another
of that name, of which it knows nothing but what they take; and the words that it asks for it with are held against
what `elfdeps`, which rpmbuild calls, says of the real one.
"""

from __future__ import annotations

import random
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from libccheck import check, open_image, read_program
from libccheck.launch import launch
from libccheck.model import Host, Image, Loaded, Node, Process, Started
from libccheck.remedy.plausible import has_library
from libccheck.tree import EMPTY
from tests import toolchains
from tests.extent import everything
from tests.reality.sample import dear, seed
from tests.values import image

GENERATOR = Path("/usr/lib/rpm/elfdeps")
LOADER = "/lib64/ld-linux-x86-64.so.2"
DIRECTORIES = ("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu")
OF_RPM: dict[str, Node | bytes | str] = {
    "/usr/bin/dnf": b"",
    "/etc/yum.repos.d/a.repo": b"",
    "/etc/os-release": b"ID=fedora\nVERSION_ID=99\n",
}
PROGRAMS, OF_EACH, LARGEST = 12, 2, 12


class Taken(NamedTuple):
    """A program, what it loads, and the library that is taken away."""

    program: Path
    objects: tuple[Loaded, ...]
    library: Loaded


@cache
def machine() -> Image:
    return open_image("dir:/", platform="linux/amd64")


def taken() -> Iterator[Taken]:
    """Some libraries of some programs; with LIBCCHECK_PROOFS of all."""
    paths = sorted(each for each in Path("/usr/bin").iterdir() if each.is_file() and not each.is_symlink())
    draw = random.Random(seed())
    draw.shuffle(paths)
    programs = 0
    for path in paths:
        if path.open("rb").read(4) != b"\x7fELF":
            continue
        result = launch(machine().tree, str(path), Process((str(path),)), Host("x86_64"))
        usual = [each for each in result.objects if each.path.startswith(DIRECTORIES)]
        if not isinstance(result.outcome, Started) or (not everything() and not 1 < len(usual) <= LARGEST):
            continue
        own = [each for each in usual if has_library(EMPTY, each.name, "/", ())]
        programs += bool(own)
        for each in draw.sample(own, min(OF_EACH, len(own))):
            yield Taken(path, result.objects, each)
        if programs >= PROGRAMS and not everything():
            return


def noted(path: str) -> set[str]:
    """What rpm's generator says that the file provides."""
    ran = subprocess.run([GENERATOR, "--provides"], input=f"{path}\n", capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def asked(each: Taken) -> list[str]:
    nodes: dict[str, Node | bytes | str] = {**OF_RPM, **{f"{directory}/a": b"" for directory in DIRECTORIES}}
    for path in (LOADER, *(other.path for other in each.objects if other is not each.library)):
        found = machine().tree.resolve(path).node
        assert found is not None
        nodes[path] = found
    (made,) = check([read_program(str(each.program))], [image(nodes)], bases=lambda _: ()).checks
    (line,) = (other.commands[0] for other in made.remedies if other.title.startswith("install what provides "))
    return shlex.split(line.partition("weak_deps=False ")[2].partition(" && ")[0])


def test_what_is_asked_for_is_what_rpm_notes() -> None:
    dear("taking libraries away from programs of this machine")
    if not GENERATOR.exists():
        toolchains.missing("rpm's elfdeps is not installed")
    counted = 0
    for each in taken():
        words = asked(each)
        assert words
        assert set(words) <= noted(str(Path(each.library.path).resolve())), (each.program, each.library.name)
        counted += 1
    assert counted >= PROGRAMS
