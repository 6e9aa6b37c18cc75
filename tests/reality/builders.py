"""Releases of Debian with compilers in them, as the public builder images have them, and commands run inside."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from tests import toolchains
from tests.reality import roots

_COMPILERS = f"{roots.BY_APT},gcc,g++,libc6-dev"
_ENTER = """
set -e
mount --make-rprivate /
root=$1; shift
for each in "$@"; do mkdir -p "$root$each"; mount --rbind "$each" "$root$each"; done
mount -t proc proc "$root/proc"
exec chroot "$root" sh -c "$COMMAND"
"""


def suite_of(reference: str) -> str | None:
    """The release of Debian that a tag ends in: "bookworm" of "golang:1.24-bookworm"."""
    match = re.search(r"-(stretch|buster|bullseye|bookworm|trixie|sid)\Z", reference)
    return match[1] if match else None


def own() -> str:
    """The release that this machine is."""
    match = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.M)
    return match[1] if match else ""


def run(
    suite: str,
    command: str,
    *,
    cwd: Path,
    environment: Mapping[str, str],
    shared: Iterable[Path],
    packages: tuple[str, ...] = (),
) -> subprocess.CompletedProcess[str]:
    """One shell command inside that release, which sees these directories of this machine where they are here, and has
    these packages of its own besides the compilers of C.

    Raises toolchains.MissingError where the release cannot be had, or nothing mounted.
    """
    if os.getuid():
        raise toolchains.MissingError(f"{suite} with compilers is entered by root")
    name = "-".join(("compilers", suite, *packages))
    root = roots.ROOTS.made(name, partial(roots.debian, suite, packages=",".join((_COMPILERS, *packages))))
    seen = list(dict.fromkeys(str(each.resolve()) for each in (cwd, *shared)))
    inside = f"cd {shlex.quote(str(cwd.resolve()))} && {command}"
    entering = ["unshare", "--mount", "sh", "-c", _ENTER, "sh", str(root), *seen]
    return subprocess.run(entering, env={**environment, "COMMAND": inside}, capture_output=True, text=True, check=False)
