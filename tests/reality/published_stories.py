"""Programs that npm or pip installed for one C library, where the image has the other."""

from __future__ import annotations

from tests.reality.stories import Story

_INSTALL = " install --cpu=x64 --os=linux --libc="
_PIP = "pip install --no-deps --only-binary=:all: --platform="


def _npm(
    name: str, root: str, libc: str, package: str, installed: str, instead: str, program: str, by: str = "npm"
) -> Story:
    """A project with a lock file; another package has the program for the other C library."""
    parent, _, version = package.rpartition("@")
    places = [f"node_modules/{each}" for each in (installed, instead)]
    if by == "pnpm":
        places = [
            f"node_modules/.pnpm/{each.replace('/', '+')}@{version}/node_modules/{each}"
            for each in (installed, instead)
        ]
    return Story(
        f"{by}-{name}",
        root,
        f"install {instead} {version}",
        (by,),
        {"package.json": f'{{"name": "app", "private": true, "dependencies": {{"{parent}": "{version}"}}}}\n'},
        f"{by}{_INSTALL}{libc} --ignore-scripts",
        f"{places[0]}/{program}",
        made=f"{places[1]}/{program}",
        word=None,
    )


def _pip(name: str, root: str, platform: str, package: str, file: str, instead: str) -> Story:
    return Story(
        f"pip-{name}-{root}",
        root,
        f"install {package.replace('==', ' ')} from its {instead} wheel",
        ("pip",),
        {"requirements.txt": f"{package}\n"},
        f"{_PIP}{platform} --target=lib/site-packages -r requirements.txt",
        f"lib/site-packages/{file}",
        word=None,
    )


_BIOME = ("@biomejs/biome@1.9.4", "@biomejs/cli-linux-x64", "@biomejs/cli-linux-x64-musl", "biome")
_SASS = ("sass-embedded@1.89.2", "sass-embedded-linux-musl-x64", "sass-embedded-linux-x64", "dart-sass/src/dart")

PUBLISHED = (
    *(_npm("biome", "musl", "glibc", *_BIOME, by) for by in ("npm", "pnpm")),
    *(_npm("sass", "whole-host", "musl", *_SASS, by) for by in ("npm", "pnpm")),
    _pip("ruff", "musl", "manylinux2014_x86_64", "ruff==0.6.9", "bin/ruff", "musllinux"),
    _pip("ninja", "musl", "manylinux2014_x86_64", "ninja==1.13.0", "bin/ninja", "musllinux"),
    _pip("ninja", "whole-host", "musllinux_1_2_x86_64", "ninja==1.13.0", "bin/ninja", "manylinux"),
)
