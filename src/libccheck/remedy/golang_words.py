"""How a command says what a Go program was built with: options, machine, package; and what goes with its C."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from libccheck.remedy.commands import word
from libccheck.toolchain.go import GoBuild

_LOST = {
    "net": "names by nsswitch and mDNS",
    "os/user": "users of LDAP (os/user then reads only /etc/passwd)",
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
_WITHOUT_EFFECT = ("-linkmode", "-extld", "-extldflags")


def build_words(build: GoBuild, output: str, *, tags: Iterable[str] = (), ldflags: str = "") -> dict[str, str]:
    """The options of the build that still count, the program's path, and its package inside the main module.

    tags, ldflags: what comes to those that it was built with.
    """
    tagged = [*(build.setting("-tags") or "").split(","), *tags]
    tagged = list(dict.fromkeys(each for each in tagged if each))
    flags = build.setting("-ldflags") or ""
    linked = [flags] if flags and not any(each in flags for each in _WITHOUT_EFFECT) else []
    linked += [ldflags] if ldflags else []
    options = [f"-tags={','.join(tagged)}"] if tagged else []
    options += ["-trimpath"] if build.setting("-trimpath") == "true" else []
    options += [f"-ldflags={' '.join(linked)}"] if linked else []
    inside = build.path.removeprefix(build.main.path) if build.main is not None else ""
    package = f".{inside}" if inside.startswith("/") and inside != build.path else "."
    return {
        "options": "".join(f"{shlex.quote(each)} " for each in options),
        "output": word(output),
        "package": shlex.quote(package),
    }


def lost(callers: tuple[str, ...], *, everything: bool = False) -> list[str]:
    """What these packages did by C; a program that does not name its functions any more may use all of it."""
    return [text for package, text in _LOST.items() if everything or package in callers]
