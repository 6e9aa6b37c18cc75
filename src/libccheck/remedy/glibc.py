"""A way out for a program that wants a newer glibc than the image has: link it against that older one, with zig."""

from __future__ import annotations

import re
from collections.abc import Iterator

from libccheck.libc import image_libc
from libccheck.model import Elf, File, Finding
from libccheck.remedy.case import Case
from libccheck.remedy.commands import command, word
from libccheck.remedy.compiled import Compiled
from libccheck.remedy.hypothesis import for_older_glibc
from libccheck.remedy.offer import MAKERS, TOOL, Offer, offered

_OLDEST = (2, 17)
_VERSION = re.compile(r"GLIBC_(\d+)\.(\d+)(?:\.\d+)?\Z")
_TARGETS = {
    "linux/386": "x86-linux-gnu",
    "linux/amd64": "x86_64-linux-gnu",
    "linux/arm64": "aarch64-linux-gnu",
}
_LIBRARIES = ("libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1", "libresolv.so.2")
_HEADERS = (
    # what newer headers make of a function's name, and what older ones leave it
    (re.compile(r"__isoc23_(.*)"), (r"__isoc99_\1", r"\1")),
    (re.compile(r"(fcntl)64"), (r"\1",)),
)
_STAT = {"stat": "__xstat", "fstat": "__fxstat", "lstat": "__lxstat", "fstatat": "__fxstatat", "mknod": "__xmknod"}


def older_glibc(case: Case, made: Compiled, finding: Finding) -> tuple[Offer, ...]:
    """Only where each function that the program asks for was there already."""
    platform, image = case.check.image.platform, case.check.image
    libc = image_libc(image)
    found = _release(libc.version) if libc is not None and libc.family == "glibc" and libc.version else None
    target = _TARGETS.get(platform)
    if finding.code != "LC203" or made.cpp or found is None or found < _OLDEST or target is None:
        return ()
    exported = {name for elf in _libraries(case) for name in _exports(elf)}
    older = for_older_glibc(
        case.check.program.content, lambda version: _is_newer(version, found), lambda name: _called(name, exported)
    )
    if older is None:
        return ()
    release = f"{found[0]}.{found[1]}"
    words = {"compiler": "cc", "target": f"{target}.{release}", "output": word(case.file_name)}
    return offered(
        TOOL if made.told else MAKERS,
        f"link it against glibc {release}, which the image has",
        [command("zig", sources=made.sources, **words)],
        case.with_content(older),
        f"predicted for this program with each symbol bound to its version there{made.proviso}",
    )


def _release(version: str) -> tuple[int, int] | None:
    match = re.match(r"(\d+)\.(\d+)", version)
    return (int(match[1]), int(match[2])) if match else None


def _is_newer(version: str, than: tuple[int, int]) -> bool:
    match = _VERSION.match(version)
    return (int(match[1]), int(match[2])) > than if match else version.startswith("GLIBC_ABI_")


def _called(name: str, exported: set[str]) -> str | None:
    if name in exported:
        return name
    if name.removesuffix("64") in _STAT:
        name = _STAT[name.removesuffix("64")] + ("64" if name.endswith("64") else "")
    names = [name] + [pattern.sub(each, name) for pattern, to in _HEADERS for each in to if pattern.fullmatch(name)]
    return next((each for each in names if each in exported), None)


def _libraries(case: Case) -> Iterator[Elf]:
    """The parts of glibc that the image has."""
    directories = {each.path.rpartition("/")[0] for each in case.check.launch.objects if each.path.startswith("/")}
    libc = image_libc(case.check.image)
    for directory in dict.fromkeys([*(libc.directories if libc else ()), *sorted(directories)]):
        for name in _LIBRARIES:
            node = case.tree.resolve(f"{directory}/{name}").node
            elf = node.load().elf if isinstance(node, File) else None
            if elf is not None:
                yield elf


def _exports(elf: Elf) -> Iterator[str]:
    symbols = elf.tables.symbols
    if symbols is not None:
        yield from (name for name, section in zip(symbols.names, symbols.sections, strict=True) if section)
