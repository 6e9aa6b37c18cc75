"""Ways out by another build of a Go program: without cgo, with a static musl, for another machine."""

from __future__ import annotations

import shlex

from libccheck.model import Content, Finding
from libccheck.remedy.case import Case
from libccheck.remedy.commands import Command, command, word
from libccheck.remedy.hypothesis import for_machine, static
from libccheck.remedy.offer import BUILD, TOOL, Offer, offered
from libccheck.toolchain.cgo import STANDARD, callers_of_c
from libccheck.toolchain.go import GoBuild, build_info

_LOST = {
    "net": "names by nsswitch and mDNS",
    "os/user": "users of LDAP (os/user then reads only /etc/passwd)",
}
_MACHINES = {
    "linux/386": "GOARCH=386",
    "linux/amd64": "GOARCH=amd64",
    "linux/arm/v5": "GOARCH=arm GOARM=5",
    "linux/arm/v6": "GOARCH=arm GOARM=6",
    "linux/arm/v7": "GOARCH=arm GOARM=7",
    "linux/arm64": "GOARCH=arm64",
    "linux/loong64": "GOARCH=loong64",
    "linux/ppc64le": "GOARCH=ppc64le",
    "linux/riscv64": "GOARCH=riscv64",
    "linux/s390x": "GOARCH=s390x",
}
_WITHOUT_EFFECT = ("-linkmode", "-extld", "-extldflags")


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    program = case.check.program
    elf = program.content.elf
    build = build_info(elf, program.data) if elf is not None and finding.code not in ("LC104", "LC107") else None
    if elf is None or build is None:
        return ()
    callers = callers_of_c(program.data)
    needing = [each for each in callers if each not in STANDARD]
    if finding.code == "LC102":
        return () if needing else _other_machine(case, build, program.content)
    if elf.interpreter is None:
        return ()
    return _with_musl(case, build, callers, needing) if needing else _without_cgo(case, build, callers)


def _without_cgo(case: Case, build: GoBuild, callers: tuple[str, ...]) -> tuple[Offer, ...]:
    """A position-independent program has a loader even without cgo."""
    was_on = build.setting("CGO_ENABLED") != "0"
    if not was_on and build.setting("-buildmode") != "pie":
        return ()
    return offered(
        BUILD,
        "build it without cgo" if was_on else "build it without -buildmode=pie",
        [command("go-static", **build_words(build, case.file_name))],
        case.with_content(static(case.check.program.content)),
        "predicted for a static build of this program",
        lost=_lost(callers, everything=not callers) if was_on else (),
    )


def _with_musl(case: Case, build: GoBuild, callers: tuple[str, ...], needing: list[str]) -> tuple[Offer, ...]:
    who = "its own code" if needing == ["main"] else needing[0].removeprefix("main")
    if case.check.image.platform != _native(build):
        return ()
    flags = shlex.quote("-linkmode external -extldflags -static")
    return offered(
        TOOL,
        "link it statically against musl",
        [command("go-musl", flags=flags, **build_words(build, case.file_name))],
        case.with_content(static(case.check.program.content)),
        f"predicted for a static build of this program; CGO_ENABLED=0 is no way, since {who} needs C",
        lost=_lost(callers),
    )


def _other_machine(case: Case, build: GoBuild, content: Content) -> tuple[Offer, ...]:
    platform = case.check.image.platform
    machine = _MACHINES.get(platform)
    other = for_machine(static(content), case.check.host.machine)
    if machine is None or other is None:
        return ()
    return offered(
        BUILD,
        f"build it for {platform}",
        [_machine_command(case, build, machine)],
        case.with_content(other),
        "predicted for a static build of this program for that machine",
    )


def _lost(callers: tuple[str, ...], *, everything: bool = False) -> list[str]:
    """What these packages did by C; a program that does not name its functions any more may use all of it."""
    return [text for package, text in _LOST.items() if everything or package in callers]


def _machine_command(case: Case, build: GoBuild, machine: str) -> Command:
    return command("go-machine", machine=machine, **build_words(build, case.file_name))


def _native(build: GoBuild) -> str:
    return f"linux/{build.setting('GOARCH') or 'amd64'}"


def build_words(build: GoBuild, output: str) -> dict[str, str]:
    """The options of the build that still count, the program's path, and its package inside the main module."""
    options = [f"-tags={build.setting('-tags')}"] if build.setting("-tags") else []
    options += ["-trimpath"] if build.setting("-trimpath") == "true" else []
    flags = build.setting("-ldflags") or ""
    options += [f"-ldflags={flags}"] if flags and not any(each in flags for each in _WITHOUT_EFFECT) else []
    inside = build.path.removeprefix(build.main.path) if build.main is not None else ""
    package = f".{inside}" if inside.startswith("/") and inside != build.path else "."
    return {
        "options": "".join(f"{shlex.quote(each)} " for each in options),
        "output": word(output),
        "package": shlex.quote(package),
    }
