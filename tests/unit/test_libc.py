"""Which C library meets which."""

from __future__ import annotations

import pytest

from libccheck.content import content
from libccheck.libc import image_libc, program_libc
from libccheck.model import Elf, File, Loader
from tests.forge import GLIBC, MUSL, elf
from tests.values import file, image


def read(data: bytes) -> Elf:
    found = content(data).elf
    assert found is not None
    return found


def loader(family: str, version: str) -> File:
    """A file that is known by its content to be that loader."""
    known = content(elf(soname="ld.so"))._replace(loader=Loader(family, version, ("/lib",), ()))
    return file(b"")._replace(load=lambda: known)


@pytest.mark.parametrize(
    ("interpreter", "libc"),
    [
        (GLIBC, "glibc"),
        (MUSL, "musl"),
        ("/lib/ld64-uClibc.so.0", "uclibc"),
        ("/lib/ld.so.1", "glibc"),
        ("/nix/store/abc-glibc-2.39/lib/ld-linux-x86-64.so.2", "glibc"),
        ("/system/bin/linker64", "bionic"),
        ("/lib/ld-research.so.1", None),
    ],
)
def test_a_program_is_known_by_the_loader_it_names(interpreter: str, libc: str | None) -> None:
    assert program_libc(read(elf(interpreter=interpreter, needed=["libx.so"]))) == libc


@pytest.mark.parametrize(
    ("needed", "libc"),
    [
        (["libm.so.6", "libc.so.6"], "glibc"),
        (["libc.musl-x86_64.so.1"], "musl"),
        (["libc.so"], "musl"),
        (["libc.so.0"], "uclibc"),
        (["libz.so.1"], None),
    ],
)
def test_a_library_is_known_by_what_it_needs(needed: list[str], libc: str | None) -> None:
    assert program_libc(read(elf(needed=needed))) == libc


def test_a_static_program_has_none() -> None:
    assert program_libc(read(elf(kind=2))) is None


def test_an_image_is_known_by_its_loader_behind_every_link() -> None:
    found = image_libc(image({"/lib64": "usr/lib64", "/usr/lib64/ld-linux-x86-64.so.2": loader("glibc", "2.36")}))
    assert found is not None
    assert (found.family, found.version) == ("glibc", "2.36")


def test_an_image_without_a_loader_has_none() -> None:
    assert image_libc(image({"/bin/sh": elf(kind=2), "/lib/libc.so.6": elf(soname="libc.so.6")})) is None


@pytest.mark.parametrize(("shell", "libc"), [(MUSL, "musl"), (GLIBC, "glibc")])
def test_with_two_loaders_the_shell_decides(shell: str, libc: str) -> None:
    both = {GLIBC: loader("glibc", "2.35"), MUSL: loader("musl", "1.2.5")}
    found = image_libc(image({**both, "/bin/busybox": elf(interpreter=shell), "/bin/sh": "busybox"}))
    assert found is not None
    assert found.family == libc


def test_the_platform_says_which_loaders_count() -> None:
    arm = image({"/lib/ld-musl-aarch64.so.1": loader("musl", "1.2.5")})
    assert image_libc(arm) is None
    assert image_libc(arm._replace(platform="linux/arm64")) is not None
