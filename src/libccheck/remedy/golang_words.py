"""How a command says what a Go program was built with: machine, options, package; and what goes with its C."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from libccheck.remedy.commands import word
from libccheck.toolchain.go import GoBuild

_LOST = {
    "net": "names by nsswitch and mDNS",
    "os/user": "users of LDAP (os/user then reads only /etc/passwd)",
}
_LOST_WITH = {
    # settings of the build that ask for a loader or for C
    "-buildmode=pie": "loading at random addresses (-buildmode=pie)",
    "-race=true": "the race detector (-race)",
    "-msan=true": "the memory sanitizer (-msan)",
    "-asan=true": "the address sanitizer (-asan)",
}
PURE = {"net": "netgo", "os/user": "osusergo"}
"""Tags that have these packages do without C."""
MACHINES = {
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
_USUAL = {
    # what `go build` sets unasked; where it is something else, the command has to say so
    "GOARCH": "amd64",
    "GO386": "sse2",
    "GOAMD64": "v1",
    "GOARM": "",
    "GOARM64": "v8.0",
    "GOPPC64": "power8",
    "GORISCV64": "rva20u64",
    "GOEXPERIMENT": "",
    "GOFIPS140": "off",
}
_OF_MACHINE = ("GOARCH", "GO386", "GOAMD64", "GOARM", "GOARM64", "GOPPC64", "GORISCV64")
_WITH_C = re.compile(r"--?(linkmode|extld|extldflags)(=|\Z)")
_FLAG = re.compile(r"[ \t\r\n]*(?:'([^']*)'|\"([^\"]*)\"|([^ \t\r\n]+))")  # cmd/internal/quoted, Split


def build_words(
    build: GoBuild,
    output: str,
    *,
    tags: Iterable[str] = (),
    ldflags: str = "",
    machine: str | None = None,
    by_c: bool = False,
) -> dict[str, str]:
    """The variables and options of the build that still count, the program's path, and its package inside the main
    module.

    tags, ldflags: what comes to those that it was built with. machine: another one, as `MACHINES` says it. by_c:
    whether a compiler of C still links it as it did, with what that was told.
    """
    tagged = [*(build.setting("-tags") or "").split(","), *tags]
    tagged = list(dict.fromkeys(each for each in tagged if each))
    flags = build.setting("-ldflags") or ""
    linked = [each for each in (flags if by_c else _without_c(flags), ldflags) if each]
    options = [f"-tags={','.join(tagged)}"] if tagged else []
    options += ["-trimpath"] if build.setting("-trimpath") == "true" else []
    options += [f"-ldflags={' '.join(linked)}"] if linked else []
    inside = build.path.removeprefix(build.main.path) if build.main is not None else ""
    package = f".{inside}" if inside.startswith("/") and inside != build.path else "."
    return {
        "machine": _variables(build, machine),
        "options": "".join(f"{shlex.quote(each)} " for each in options),
        "output": word(output),
        "package": shlex.quote(package),
    }


def unsaid(build: GoBuild) -> str:
    """What the program cannot say of its build, for the basis of a remedy."""
    if build.setting("-trimpath") == "true" and build.setting("-ldflags") is None:
        return "; with -trimpath it does not say its -ldflags"
    return ""


def lost(callers: tuple[str, ...], *, everything: bool = False) -> list[str]:
    """What these packages did by C; a program that does not name its functions any more may use all of it."""
    return [text for package, text in _LOST.items() if everything or package in callers]


def lost_of_build(build: GoBuild) -> list[str]:
    """What its build was asked for that a static one does not have."""
    said = {f"{key}={value}" for key, value in build.settings}
    return [text for setting, text in _LOST_WITH.items() if setting in said]


def _variables(build: GoBuild, machine: str | None) -> str:
    own = {key: value for key, usual in _USUAL.items() if (value := build.setting(key) or usual) != usual}
    if machine is not None:
        own = {key: value for key, value in own.items() if key not in _OF_MACHINE}
    words = [machine] if machine else []
    words += [f"{key}={shlex.quote(value)}" for key, value in own.items()]
    return "".join(f"{each} " for each in words)


def _without_c(flags: str) -> str:
    """Those of the linker itself, without what it tells a compiler of C."""
    words = [next(filter(None, each.groups()), "") for each in _FLAG.finditer(flags)]
    kept: list[str] = []
    values = iter(words)
    for each in values:
        match = _WITH_C.match(each)
        if match is None:
            kept.append(each)
        elif not match[2]:
            next(values, None)
    return flags if kept == words else " ".join(map(_quoted, kept))


def _quoted(flag: str) -> str:
    if flag and not re.search(r"[\s'\"]", flag):
        return flag
    return f'"{flag}"' if "'" in flag else f"'{flag}'"
