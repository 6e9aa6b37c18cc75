"""A real uClibc-ng, built from the source that Debian packages as uclibc-source, and how gcc links with it.

It stays below .build, by the hash of what it is made of; making it takes a minute or two, which is left to CI and to
`make proofs`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from demo.build import BUILD

from tests.alone import alone
from tests.extent import ELSEWHERE, patient

_SOURCES = "/usr/src"
_HEADERS = ("linux", "asm-generic")
_CONFIGURED = {
    "RUNTIME_PREFIX": '"/"',
    "DEVEL_PREFIX": '"/usr/"',
    "LDSO_GNU_HASH_SUPPORT": "y",  # without it the loader cannot read the C library that is built here
}
_THREADS = {
    **_CONFIGURED,
    "HAS_NO_THREADS": "n",
    "UCLIBC_HAS_THREADS_NATIVE": "y",
    "LDSO_PRELOAD_FILE_SUPPORT": "y",
    "LDSO_STANDALONE_SUPPORT": "y",
    "UCLIBC_HAS_SSP": "n",
}
VARIANTS = {"plain": _CONFIGURED, "threads": _THREADS}
"""How it is configured: as `make defconfig` has it, and with threads, hence thread-local storage, and more."""

GENERATIONS = ("1", "0", "0.9.32")
"""What uClibc-ng, uClibc 0.9 and Alpine's uClibc end their sonames and interpreters in."""

_SPECS = """*cpp_options:
-nostdinc -isystem {here}/usr/include -isystem {here}/headers -isystem include%s

*cc1:
-nostdinc -isystem {here}/usr/include -isystem {here}/headers -isystem include%s

*startfile:
%{{!shared: {here}/usr/lib/Scrt1.o}} {here}/usr/lib/crti.o crtbeginS.o%s

*endfile:
crtendS.o%s {here}/usr/lib/crtn.o

*lib:
{here}/link/libc.so.{generation} {here}/usr/lib/uclibc_nonshared.a --as-needed {loader} --no-as-needed

*link:
%{{shared:-shared}} %{{pie:-pie}} --dynamic-linker=/lib/ld64-uClibc.so.{generation} --hash-style=both

"""


class MissingError(Exception):
    """A tool is not on this machine."""


def built(variant: str = "plain") -> Path:
    """Where it is installed: lib, usr/lib, usr/include, and the kernel's headers; MissingError where it cannot be."""
    tarball = _tarball()
    if tarball is None:
        raise MissingError("the package uclibc-source is not installed")
    path = _place(tarball, variant)
    if not path.exists() and not patient():
        raise MissingError(f"uClibc-ng takes minutes to build: {ELSEWHERE}")
    with alone(path):
        if not path.exists():
            _build(tarball, VARIANTS[variant], path)
    return path


def at_hand(variant: str = "plain") -> bool:
    """Whether it is built already, or is to be."""
    tarball = _tarball()
    return patient() or (tarball is not None and _place(tarball, variant).exists())


def options(generation: str) -> tuple[str, ...]:
    """How gcc is told to link with it, for the interpreter and the C library of that generation."""
    here = built().resolve()
    specs = here / f"specs-{generation}"
    with alone(specs):
        if not specs.exists():
            _rename_library(here, f"libc.so.{generation}")
            unfinished = here / f"{specs.name}.{os.getpid()}"
            unfinished.write_text(_SPECS.format(here=here, generation=generation, loader=here / "lib/ld64-uClibc.so.1"))
            unfinished.rename(specs)
    return (f"-specs={specs}",)


def _rename_library(here: Path, soname: str) -> None:
    """The C library to link with, which says the soname that programs are to ask for."""
    library, unfinished = here / "link" / soname, here / f"{soname}.{os.getpid()}"
    library.parent.mkdir(exist_ok=True)
    shutil.copyfile(here / "lib/libc.so.1", unfinished)
    _run(unfinished.parent, _found("patchelf"), "--set-soname", soname, unfinished.name)
    unfinished.rename(library)


def _tarball() -> Path | None:
    return max(Path(_SOURCES).glob("uClibc-ng-*.tar.xz"), default=None)


def _version(tarball: Path) -> str:
    return tarball.name.removesuffix(".tar.xz")


def _place(tarball: Path, variant: str) -> Path:
    key = hashlib.sha256(repr((_version(tarball), VARIANTS[variant])).encode()).hexdigest()[:8]
    return BUILD / f"{_version(tarball)}-{variant}-{key}"


def _build(tarball: Path, configured: dict[str, str], path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=BUILD, ignore_cleanup_errors=True) as name:
        room = Path(name)
        with tarfile.open(tarball) as file:
            file.extractall(room, filter="data")
        source, made = room / _version(tarball), room / "made"
        _copy_headers(made / "headers")
        _make(source, "defconfig")
        _configure(source / ".config", {**configured, "KERNEL_HEADERS": f'"{made}/headers"'})
        _make(source, "oldconfig")
        _make(source, f"-j{os.cpu_count()}")
        _make(source, f"PREFIX={made}", "install")
        made.rename(path)


def _copy_headers(target: Path) -> None:
    """Those of the kernel, which stand among the machine's own."""
    asm = next(Path("/usr/include").glob("*-linux-gnu/asm"), None)
    sources = [Path("/usr/include", each) for each in _HEADERS]
    if asm is None or not all(each.is_dir() for each in sources):
        raise MissingError("the package linux-libc-dev is not installed")
    for each in (*sources, asm):
        shutil.copytree(each, target / each.name)


def _configure(file: Path, values: dict[str, str]) -> None:
    lines = [line for line in file.read_text().splitlines() if not any(_sets(line, each) for each in values)]
    lines += [f"{name}={value}" if value != "n" else f"# {name} is not set" for name, value in values.items()]
    file.write_text("\n".join(lines) + "\n")


def _sets(line: str, name: str) -> bool:
    return line.startswith(f"{name}=") or line == f"# {name} is not set"


def _make(source: Path, *arguments: str) -> None:
    _run(source, _found("make"), *arguments)


def _run(directory: Path, *command: str) -> None:
    """Questions about the configuration are answered with what they propose; a make above is none of its business."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS", "LD_", "CFLAGS"))}
    run = subprocess.run(
        command, cwd=directory, env=clean, input="\n" * 400, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{_end(run.stdout)}\n{_end(run.stderr)}")


def _end(text: str, lines: int = 30) -> str:
    return "\n".join(text.splitlines()[-lines:])


def _found(tool: str) -> str:
    path = shutil.which(tool)
    if path is None:
        raise MissingError(f"{tool} is not installed")
    return path
