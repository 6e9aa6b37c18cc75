"""Programs that npm or pip installed for one C library, where the image has the other."""

from __future__ import annotations

from tests.reality.stories import Story

_NPM = "npm install --cpu=x64 --os=linux --libc="
_PIP = "pip install --no-deps --only-binary=:all: --platform="


def _npm(name: str, root: str, libc: str, package: str, installed: str, instead: str, program: str) -> Story:
    """A project with a lock file; another package has the program for the other C library."""
    return Story(
        f"npm-{name}",
        root,
        f"install {instead} {package.rpartition('@')[2]}",
        ("npm",),
        {"package.json": '{"name": "app", "version": "1.0.0", "private": true}\n'},
        f"{_NPM}{libc} --ignore-scripts {package}",
        f"node_modules/{installed}/{program}",
        made=f"node_modules/{instead}/{program}",
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


PUBLISHED = (
    _npm(
        "biome",
        "musl",
        "glibc",
        "@biomejs/biome@1.9.4",
        "@biomejs/cli-linux-x64",
        "@biomejs/cli-linux-x64-musl",
        "biome",
    ),
    _npm(
        "sass",
        "whole-host",
        "musl",
        "sass-embedded@1.89.2",
        "sass-embedded-linux-musl-x64",
        "sass-embedded-linux-x64",
        "dart-sass/src/dart",
    ),
    _pip("ruff", "musl", "manylinux2014_x86_64", "ruff==0.6.9", "bin/ruff", "musllinux"),
    _pip("ninja", "musl", "manylinux2014_x86_64", "ninja==1.13.0", "bin/ninja", "musllinux"),
    _pip("ninja", "whole-host", "musllinux_1_2_x86_64", "ninja==1.13.0", "bin/ninja", "manylinux"),
)
