"""Rust's target x86_64-unknown-linux-musl, as rustup would add it: the standard library built of Debian's source.

It stays below .build, by the hash of what it is made of; making it takes a minute or two.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from demo.build import BUILD

from tests.alone import alone
from tests.uclibc import MissingError

TARGET = "x86_64-unknown-linux-musl"
_COMPILER = Path("/usr/bin/rustc")
_MUSL = Path("/usr/lib/x86_64-linux-musl")
_OF_MUSL = ("crt1.o", "crti.o", "crtn.o", "rcrt1.o", "Scrt1.o", "libc.a")
_OF_GCC = ("crtbegin.o", "crtend.o", "crtbeginS.o", "crtendS.o")
_UNUSED = re.compile(r"\[.*(?:dev|build)-dependencies.*\]")
_FOR_UNWINDING = r"""
#define _GNU_SOURCE
#include <link.h>
#include <pthread.h>
/* What GCC's unwinder, made for glibc, takes from there: where an address has its frames; and functions of threads. */
void *of_threads[] = {pthread_once, pthread_mutex_lock, pthread_mutex_unlock, pthread_getspecific,
                      pthread_setspecific, pthread_key_create};
struct found { unsigned long long flags; void *start, *end, *map, *frames; };
struct asked { unsigned long address; struct found *found; };
static int look(struct dl_phdr_info *info, size_t size, void *data) {
    struct asked *asked = data;
    int here = 0;
    void *frames = 0;
    (void)size;
    for (int n = 0; n < info->dlpi_phnum; n++) {
        const ElfW(Phdr) *each = &info->dlpi_phdr[n];
        unsigned long start = info->dlpi_addr + each->p_vaddr;
        if (each->p_type == PT_LOAD && asked->address - start < each->p_memsz) {
            here = 1;
            asked->found->start = (void *)start;
            asked->found->end = (void *)(start + each->p_memsz);
        }
        if (each->p_type == PT_GNU_EH_FRAME) frames = (void *)start;
    }
    asked->found->frames = frames;
    return here && frames;
}
int _dl_find_object(void *address, struct found *found) {
    struct asked asked = {(unsigned long)address, found};
    return dl_iterate_phdr(look, &asked) ? 0 : -1;
}
"""


def compiler() -> tuple[str, ...]:
    """rustc with that target; MissingError where it cannot be had."""
    return str(_COMPILER), "--sysroot", str(_built(_cargo()))


def _cargo() -> str:
    found = shutil.which("cargo")
    if found is None:
        raise MissingError("cargo is not installed")
    return found


@functools.cache
def _built(cargo: str) -> Path:
    sources = Path("/usr/src") / f"rustc-{_version()}" / "library"
    for each in (sources / "vendor", _MUSL / "rcrt1.o"):
        if not each.exists():
            raise MissingError(
                f"{each} is not there: the packages rust-web-src and musl-dev, of the compiler's release"
            )
    key = hashlib.sha256(f"{_version()} {_FOR_UNWINDING}".encode()).hexdigest()[:8]
    path = BUILD / f"rust-{_version()}-musl-{key}"
    if not path.exists():
        with alone(path):
            if not path.exists():
                with tempfile.TemporaryDirectory(dir=BUILD) as room:
                    _make(cargo, sources, Path(room), Path(room) / "sysroot")
                    (Path(room) / "sysroot").rename(path)
    return path


def _version() -> str:
    if not _COMPILER.exists():
        raise MissingError("Debian's rustc is not installed")
    return _run([str(_COMPILER), "--version"]).split()[1]


def _make(cargo: str, sources: Path, room: Path, sysroot: Path) -> None:
    """The compiler's own library beside that for musl, with the objects that start a program and unwind it."""
    target = sysroot / "lib" / "rustlib" / TARGET / "lib"
    target.mkdir(parents=True)
    own = Path(_run([str(_COMPILER), "--print", "sysroot"]).strip()) / "lib" / "rustlib"
    for each in own.iterdir():
        if each.name != TARGET:
            (target.parent.parent / each.name).symlink_to(each)
    for each in _libraries(cargo, sources, room):
        shutil.copy(each, target)
    inside = target / "self-contained"
    inside.mkdir()
    gcc = Path(_run(["gcc", "-print-libgcc-file-name"]).strip()).parent
    for each in (*(_MUSL / name for name in _OF_MUSL), *(gcc / name for name in _OF_GCC)):
        shutil.copy(each, inside)
    shutil.copy(gcc / "libgcc_eh.a", inside / "libunwind.a")
    (room / "unwinding.c").write_text(_FOR_UNWINDING)
    _run(["musl-gcc", "-O2", "-fPIC", "-c", "unwinding.c"], cwd=room)
    _run(["ar", "r", str(inside / "libunwind.a"), "unwinding.o"], cwd=room)


def _libraries(cargo: str, sources: Path, room: Path) -> list[Path]:
    """Built without what only its tests and its builds with C need, which Debian does not package."""
    library = room / "library"
    shutil.copytree(sources, library, symlinks=True)
    (library / "Cargo.lock").unlink()
    for each in library.rglob("Cargo.toml"):
        if "vendor" not in each.parts:
            each.write_text(_used(each.read_text()))
    (room / "home").mkdir()
    (room / "home" / "config.toml").write_text(
        f'[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "{library}/vendor"\n'
    )
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("CARGO_PROFILE", "RUST"))},
        "CARGO_HOME": str(room / "home"),
        "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
        "CARGO_PROFILE_RELEASE_OPT_LEVEL": "1",
        "RUSTC": str(_COMPILER),
        "RUSTC_BOOTSTRAP": "1",
        "RUSTFLAGS": "-Zforce-unstable-if-unmarked",
    }
    made = room / "target"
    command = [cargo, "build", "-q", "--release", "--offline", "--target", TARGET, "--target-dir", str(made)]
    _run([*command, "--manifest-path=std/Cargo.toml", "--features=panic-unwind"], cwd=library, environment=environment)
    return list((made / TARGET / "release" / "deps").glob("*.rlib"))


def _used(manifest: str) -> str:
    kept = []
    unused = False
    for line in manifest.splitlines():
        unused = bool(_UNUSED.match(line)) if line.startswith("[") else unused
        if not unused and line.strip() not in ('"coretests",', '"alloctests",'):
            kept.append(line.replace('"dep:cc"', ""))
    return "\n".join(kept) + "\n"


def _run(command: list[str], *, cwd: Path | None = None, environment: dict[str, str] | None = None) -> str:
    ran = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{ran.stderr[-3000:]}")
    return ran.stdout
