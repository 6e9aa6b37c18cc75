"""A way out for what npm or pip installed: the same package's artefact for the C library that the image has."""

from __future__ import annotations

import re

from libccheck.dotted import dotted
from libccheck.interpreters import usual_paths
from libccheck.libc import image_libc, program_libc
from libccheck.machines import machine_name
from libccheck.model import Content, Elf, Finding
from libccheck.remedy.case import Case
from libccheck.remedy.commands import Command, command, word
from libccheck.remedy.hypothesis import static, taking
from libccheck.remedy.offer import FILE, Offer, offered
from libccheck.toolchain.published import module_directory
from libccheck.twins import LIBCS, Twin, twin

_FOR = ("LC101", "LC103", "LC201", "LC202", "LC203", "LC204", "LC207", "LC208", "LC209")
_SONAMES = {"glibc": "libc.so.6", "musl": "libc.so"}
_INSTALLERS = {"npm": "npm 10.3", "pnpm": "pnpm 10.14", "pip": "pip"}
"""From which release on each installs for another C library; yarn does by its settings."""
_WHEELS = {"glibc": "manylinux", "musl": "musllinux"}
_INSTALLED = re.compile(r"((?:.*/)?(?:site|dist)-packages)/[^!]*\Z", re.DOTALL)
_PYTHON = re.compile(r"\.cpython-3(\d{1,2})-[\w-]+\.so\Z", re.ASCII)


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    """Only where the package is known to be there for the other C library, and the image has what that takes of it."""
    elf = case.check.program.content.elf
    own = program_libc(elf) if elf is not None else None
    libc = image_libc(case.check.image)
    if elf is None or own not in LIBCS or finding.code not in _FOR or (libc is not None and libc.family == own):
        return ()
    published = case.published(case.check.program)
    other, machine = LIBCS[own == "glibc"], machine_name(elf)
    found = twin(published.ecosystem, published.name, published.version, other, machine) if published else None
    if published is None or found is None or published.installer not in _INSTALLERS:
        return ()
    if found.needs and libc is not None and dotted(libc.version) < dotted(found.floor):
        return ()
    where, line = _pip(case, found, published.version) if found.platforms else _npm(case, found, published.installer)
    wheel = _WHEELS[found.libc]
    return offered(
        FILE,
        f"install {found.name} {published.version}".rstrip() + (f" from its {wheel} wheel" if found.platforms else ""),
        [line],
        case.with_content(_in_its_place(case.check.program.content, elf, found, machine)),
        f"predicted for {_what(elf, found)}; the package itself is not looked at; {where}",
    )


def _npm(case: Case, found: Twin, installer: str) -> tuple[str, Command]:
    """For the whole project: npm does not install by name what is not for the machine that it runs on."""
    there = module_directory(case.check.program.path)
    beside = there[0].removesuffix(there[1]) if there else "node_modules/"
    place = "node_modules/.pnpm" if installer == "pnpm" else beside + found.name
    line = command(installer, cpu=found.cpu, libc=found.libc)
    return f"run it beside package.json, with {_INSTALLERS[installer]} or newer; it is then in {word(place)}", line


def _pip(case: Case, found: Twin, version: str) -> tuple[str, Command]:
    """Into the directory of packages that it is in, else into a new one."""
    path = case.check.program.path
    installed = _INSTALLED.match(path)
    target = installed[1] if installed else _WHEELS[found.libc]
    python = _PYTHON.search(path)
    line = command(
        "pip",
        platforms=" ".join(f"--platform={each}" for each in found.platforms),
        python=f"--python-version=3.{python[1]} " if python else "",
        target=word(target),
        requirement=f"{found.name}=={version}" if version else found.name,
    )
    return f"it is then in {word(target)}", line


def _in_its_place(content: Content, elf: Elf, found: Twin, machine: str) -> Content:
    if not found.needs and elf.interpreter is not None:
        return static(content)
    needs = [(_SONAMES[found.libc] if name == "libc" else name, versions) for name, versions in found.needs]
    return taking(content, needs, usual_paths(found.libc, machine)[0] if elf.interpreter is not None else None)


def _what(elf: Elf, found: Twin) -> str:
    kind = "program" if elf.interpreter is not None else "library"
    names = [f"{found.libc} {found.floor}" if name == "libc" else name for name, _ in found.needs]
    seen = ", ".join(found.seen)
    return f"a {kind} that takes of the image {', '.join(names) or 'nothing'}, as {found.name} does ({seen})"
