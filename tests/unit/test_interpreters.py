"""Whose loader a path is."""

from __future__ import annotations

import pytest

from libccheck.interpreters import KNOWN, PATHS, Owner, owner, usual_paths


@pytest.mark.parametrize(
    ("path", "machine", "whose"),
    [
        ("/lib64/ld-linux-x86-64.so.2", "x86_64", Owner("glibc", None, True)),
        ("/lib/ld-linux-x86-64.so.2", "x86_64", Owner("glibc", None, False)),
        ("/lib/ld-linux.so.2", "i386", Owner("glibc", None, True)),
        ("/lib/ld-linux.so.2", "x86_64", Owner("glibc", None, False)),
        ("/lib/ld64.so.1", "s390x", Owner("glibc", None, True)),
        ("/lib64/ld64.so.1", "ppc64", Owner("glibc", None, True)),
        ("/lib/ld-musl-armhf.so.1", "armhf", Owner("musl", None, True)),
        ("/lib/ld-musl-powerpc64le.so.1", "ppc64le", Owner("musl", None, True)),
        ("/lib/ld-uClibc.so.1", "aarch64", Owner("uclibc", None, True)),
        ("/lib/ld64-uClibc.so.0", "x86_64", Owner("uclibc", None, True)),
        ("/lib/ld64-uClibc.so.0.9.32", "x86_64", Owner("uclibc", None, True)),
        ("/system/bin/linker64", "aarch64", Owner("bionic", None, True)),
        ("/nix/store/abc-glibc-2.39/lib/ld-linux-x86-64.so.2", "x86_64", Owner("glibc", "Nix", False)),
        ("/gnu/store/abc-glibc/lib/ld-linux-x86-64.so.2", "x86_64", Owner("glibc", "Guix", False)),
        ("/home/linuxbrew/.linuxbrew/lib/ld.so", "x86_64", Owner(None, "Homebrew", False)),
        ("/usr/glibc-compat/lib/ld-linux-x86-64.so.2", "x86_64", Owner("glibc", "the glibc package for Alpine", False)),
        ("/libexec/ld-elf.so.1", "x86_64", Owner(None, "FreeBSD", False)),
        ("/usr/lib/ld.so.1", "x86_64", Owner(None, "Solaris", False)),
        ("/opt/secondary/loader", "x86_64", Owner(None, None, False)),
    ],
)
def test_a_path_tells_whose_loader_it_is(path: str, machine: str, whose: Owner) -> None:
    assert owner(path, machine) == whose


def test_toolchains_write_the_first_of_the_usual_paths() -> None:
    assert usual_paths("uclibc", "x86_64")[:2] == ("/lib/ld64-uClibc.so.1", "/lib/ld64-uClibc.so.0")
    assert usual_paths("glibc", "riscv64")[0] == "/lib/ld-linux-riscv64-lp64d.so.1"
    assert usual_paths("musl", "s390") == ()


def test_no_path_is_known_twice_for_one_machine() -> None:
    rows = [(each.path, machine) for each in KNOWN for machine in each.machines]
    assert len(rows) == len(set(rows))
    assert len(PATHS) == len(set(PATHS))
