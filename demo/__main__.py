"""The demo: builds its programs, then asks the real command line what becomes of them in real base images."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

from demo.build import BUILD, PROJECT, Recipe, build_all, recipes

_PLACE = BUILD / "demo"
_SMALL = ("--image", "alpine:3.20", "--image", "busybox:glibc", "--image", "busybox:musl", "--image", "scratch")
_DEBIAN = ("--image", "debian:bookworm", "--image", "debian:bullseye")
_CHECKS: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("The server was built with cgo, where glibc is. Copied into alpine, it is there and yet not found:",
     ("./httpd", "--image", "alpine:3.20"), 1),
    ("Built without cgo, it needs nothing of the image:",
     ("./httpd-static", "--image", "scratch"), 0),
    ("busybox:musl is musl by name only. It holds no loader, so no program for musl starts in it:",
     ("./hello-musl", "--image", "busybox:musl"), 1),
    ("An older Debian has the loader and the library, in another release:",
     ("./hello-glibc", "--image", "debian:bullseye"), 1),
    ("All of them everywhere:",
     ("./httpd", "./httpd-static", "./hello-glibc", "./hello-musl", *_SMALL, *_DEBIAN), 1),
)  # fmt: skip


def main() -> int:
    for recipe in recipes():
        place = _PLACE / recipe.name
        print(f"# {_relative(place)} is already built" if place.exists() else f"$ {_shown(recipe)}", flush=True)
    build_all(recipes(), _PLACE)
    return max([_check(*each) for each in _CHECKS])


def _check(story: str, arguments: tuple[str, ...], expected: int) -> int:
    """Run and show one check; 1 where its exit status is not the expected one."""
    print(f"\n# {story}\n$ {shlex.join(('libccheck', 'check', *arguments))}", flush=True)
    command = Path(sysconfig.get_path("scripts")) / "libccheck"
    status = subprocess.run([command, "check", *arguments], cwd=_PLACE, check=False).returncode
    print(f"# exit status {status}", flush=True)
    if status != expected:
        print(f"demo: exit status {expected} was expected", file=sys.stderr)
    return int(status != expected)


def _shown(recipe: Recipe) -> str:
    """The command as one could type it in the project's directory."""
    command = [_relative(_PLACE / recipe.name) if each == "{output}" else _relative(each) for each in recipe.command]
    variables = [f"{key}={shlex.quote(value)}" for key, value in recipe.environment]
    return f"(cd {recipe.directory} && {' '.join((*variables, shlex.join(command)))})".replace(f"{PROJECT}{os.sep}", "")


def _relative(path: str | Path) -> str:
    return str(path).replace(f"{PROJECT}{os.sep}", "")


if __name__ == "__main__":
    sys.exit(main())
