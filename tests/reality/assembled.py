"""Roots put together by hand: a real loader and its libraries, laid out as small images do it, or spoiled."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from tests import toolchains
from tests.reality import gcompat

_GLIBC = "lib64/ld-linux-x86-64.so.2"
_MUSL = "lib/ld-musl-x86_64.so.1"
_APPLETS = ("sh", "env", "cat", "ls", "true")
_STUBS = ("libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1")
_EVERYTHING = ("libc.so.6", "libm.so.6", "libresolv.so.2", *_STUBS)
_LIBRARY_DIRECTORIES = ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu", "lib64", "usr/lib64", "lib", "usr/lib")

Source = Callable[[], Path]
"""A function that gives a whole root with glibc in it, or "/"."""
Recipe = tuple[str, Callable[[Path], None], bool]
"""Name, what fills an empty directory, and whether it is as a distribution gives it out."""


def roots(sources: Mapping[str, Source]) -> Iterator[Recipe]:
    """All of them; `sources` are this machine ("host") and the suites of Debian."""
    yield "empty", _etc, True
    yield "static-busybox", busybox, True
    yield "musl", _musl, True
    yield "musl-path-file", _musl_path_file, False
    yield "musl-path-file-empty", _musl_path_file_empty, False
    yield "musl-as-glibc", _musl_as_glibc, False
    yield "musl-as-all-of-glibc", _musl_as_all_of_glibc, False
    yield "gcompat", _gcompat, False
    yield "gcompat-without-library", _gcompat_without_library, False
    yield "gcompat-without-musl", _gcompat_without_musl, False
    for name, source in sources.items():
        yield f"minimal-{name}", partial(_minimal, source), False
        yield f"whole-{name}", partial(_whole, source), name == "host"
        yield f"spread-{name}", partial(_spread, source), False
    old, new, host = sources["bullseye"], sources["trixie"], sources["host"]
    yield "mixed-new-loader", partial(_mixed, new, old), False
    yield "mixed-old-loader", partial(_mixed, old, new), False
    yield "glibc-and-musl", partial(_both, host), False
    yield "glibc-preload", partial(_preload, host), False
    yield "glibc-under-musl-name", partial(_glibc_under_musl_name, host), False
    yield "private", partial(_private, host), False
    for name, spoil in _SPOILED.items():
        yield f"loader-{name}", partial(_spoiled, host, spoil), False


def _etc(root: Path) -> None:
    for each in ("etc", "tmp"):
        _folder(root / each)
    _write(root / "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")


def busybox(root: Path) -> None:
    """No loader at all: busybox itself is static."""
    _etc(root)
    source = Path(toolchains.command("busybox")[0])
    if b"ld-linux" in source.read_bytes()[:4096]:
        raise toolchains.MissingError("busybox here is not static")
    _copy(source, root / "bin/busybox")
    for each in _APPLETS:
        (root / "bin" / each).symlink_to("busybox")
    _folder(root / "usr/bin")
    (root / "usr/bin/env").symlink_to("../../bin/busybox")


def _musl(root: Path) -> None:
    busybox(root)
    loader = Path("/", _MUSL)
    if not loader.exists():
        raise toolchains.MissingError(f"the package musl is not installed: no {loader}")
    _copy(loader.resolve(), root / _MUSL)
    (root / "lib/libc.musl-x86_64.so.1").symlink_to("ld-musl-x86_64.so.1")


def _musl_path_file(root: Path) -> None:
    _musl(root)
    _write(root / "etc/ld-musl-x86_64.path", "/opt/lib:/usr/lib\n/no/such/directory\n")


def _musl_path_file_empty(root: Path) -> None:
    _musl(root)
    _write(root / "etc/ld-musl-x86_64.path", "")


def _musl_as_glibc(root: Path) -> None:
    """What people do to get over the first error."""
    _musl(root)
    _folder(root / "lib64")
    (root / _GLIBC).symlink_to(f"../{_MUSL}")


def _musl_as_all_of_glibc(root: Path) -> None:
    """As Alpine's old libc6-compat laid it out."""
    _musl(root)
    (root / "lib64").symlink_to("lib")
    for each in ("ld-linux-x86-64.so.2", *_EVERYTHING):
        (root / "lib" / each).symlink_to("libc.musl-x86_64.so.1")


def _gcompat(root: Path) -> None:
    """As Alpine's package lays it out, by what stands in for it."""
    _musl(root)
    gcompat.install(root)


def _gcompat_without_library(root: Path) -> None:
    _gcompat(root)
    (root / gcompat.LIBRARY).unlink()


def _gcompat_without_musl(root: Path) -> None:
    _gcompat(root)
    (root / _MUSL).unlink()


def _minimal(source: Source, root: Path) -> None:
    """As busybox:glibc: everything in /lib, and few libraries."""
    busybox(root)
    _loader(root, source(), "lib/ld-linux-x86-64.so.2")
    (root / "lib64").symlink_to("lib")
    _libraries(root, source(), "lib", "libc.so.6", "libm.so.6", "libpthread.so.0", "libresolv.so.2")


def _whole(source: Source, root: Path) -> None:
    """All of glibc, and what GCC adds, in /usr/lib behind links."""
    busybox(root)
    _folder(root / "usr/lib")
    (root / "lib").symlink_to("usr/lib")
    (root / "lib64").symlink_to("usr/lib")
    _loader(root, source(), "usr/lib/ld-linux-x86-64.so.2")
    _libraries(root, source(), "usr/lib", *_EVERYTHING, "libgcc_s.so.1", "libstdc++.so.6", optional=True)


def _spread(source: Source, root: Path) -> None:
    """Libraries where only ld.so.cache finds them, with an entry that leads nowhere."""
    busybox(root)
    _loader(root, source(), _GLIBC)
    _libraries(root, source(), "lib", "libc.so.6")
    _libraries(root, source(), "opt/lib", *_EVERYTHING[1:], "libgcc_s.so.1", "libstdc++.so.6", optional=True)
    _libraries(root, source(), "opt/gone", "libm.so.6")
    _write(root / "etc/ld.so.conf", "/opt/gone\n/opt/lib\n")
    ldconfig = shutil.which("ldconfig", path="/usr/sbin:/sbin:" + os.environ["PATH"])
    if not ldconfig:
        raise toolchains.MissingError("ldconfig is not installed")
    subprocess.run([ldconfig, "-r", str(root), "-X"], check=True, capture_output=True)
    shutil.rmtree(root / "opt/gone")


def _mixed(loader: Source, libc: Source, root: Path) -> None:
    """Two releases of glibc mixed: the loader of one, the libraries of the other."""
    busybox(root)
    _loader(root, loader(), _GLIBC)
    _libraries(root, libc(), "lib", *_EVERYTHING)


def _both(source: Source, root: Path) -> None:
    _musl(root)
    _loader(root, source(), _GLIBC)
    _libraries(root, source(), "lib/x86_64-linux-gnu", *_EVERYTHING)


def _preload(source: Source, root: Path) -> None:
    _minimal(source, root)
    _write(root / "etc/ld.so.preload", "/lib/libm.so.6 /no/such/library.so\n")


def _glibc_under_musl_name(source: Source, root: Path) -> None:
    _minimal(source, root)
    (root / _MUSL).symlink_to("ld-linux-x86-64.so.2")


def _private(source: Source, root: Path) -> None:
    """As an archive of a directory by mktemp(1) unpacks: nobody but root may search it."""
    _minimal(source, root)
    root.chmod(0o700)


def _spoiled(source: Source, spoil: Callable[[Path], None], root: Path) -> None:
    """A whole glibc whose loader alone is spoiled."""
    busybox(root)
    _libraries(root, source(), "lib", *_EVERYTHING)
    _loader(root, source(), _GLIBC)
    spoil(root / _GLIBC)


def _cut(loader: Path) -> None:
    loader.write_bytes(loader.read_bytes()[:50])


def _instead(loader: Path, data: bytes) -> None:
    loader.write_bytes(data)


def _of_machine(loader: Path, machine: int) -> None:
    data = bytearray(loader.read_bytes())
    data[18:20] = machine.to_bytes(2, "little")
    loader.write_bytes(data)


def _link(loader: Path, target: str) -> None:
    loader.unlink()
    loader.symlink_to(target)


def _directory(loader: Path) -> None:
    loader.unlink()
    _folder(loader)


_SPOILED: dict[str, Callable[[Path], None]] = {
    "absent": lambda loader: loader.unlink(),
    "not-executable": lambda loader: loader.chmod(0o644),
    "unreadable": lambda loader: loader.chmod(0o711),
    "cut": _cut,
    "empty": lambda loader: _instead(loader, b""),
    "text": lambda loader: _instead(loader, b"version https://git-lfs.github.com/spec/v1\n" * 3),
    "of-arm64": lambda loader: _of_machine(loader, 183),
    "of-i386": lambda loader: _of_machine(loader, 3),
    "dangling": lambda loader: _link(loader, "/usr/lib/no-such-loader"),
    "looping": lambda loader: _link(loader, "ld-linux-x86-64.so.2"),
    "a-directory": _directory,
    "in-private-directory": lambda loader: loader.parent.chmod(0o700),
}


def _loader(root: Path, source: Path, path: str) -> None:
    found = source / _GLIBC
    if not found.exists() and not found.is_symlink():
        raise toolchains.MissingError(f"no {_GLIBC} in {source}")
    _copy(_inside(source, found), root / path)


def _libraries(root: Path, source: Path, directory: str, *names: str, optional: bool = False) -> None:
    for name in names:
        places = [source / each / name for each in _LIBRARY_DIRECTORIES]
        found = [each for each in places if each.exists() or each.is_symlink()]
        if found:
            _copy(_inside(source, found[0]), root / directory / name)
        elif not optional:
            raise toolchains.MissingError(f"no {name} in {source}")


def _inside(root: Path, path: Path) -> Path:
    """The file that a path leads to, absolute links taken as the root's own."""
    for _ in range(40):
        for each in (*reversed(path.parents), path):
            if each.is_symlink() and each.is_relative_to(root) and each != root:
                target = os.readlink(each)
                there = root / target.lstrip("/") if target.startswith("/") else each.parent / target
                path = Path(os.path.normpath(there / path.relative_to(each)))
                break
        else:
            return path
    raise AssertionError(f"{path} loops")


def _copy(source: Path, target: Path) -> None:
    _folder(target.parent)
    shutil.copyfile(source, target)
    target.chmod(0o755)


def _write(path: Path, text: str) -> None:
    _folder(path.parent)
    path.write_text(text)
    path.chmod(0o644)


def _folder(path: Path) -> None:
    if not path.exists():
        _folder(path.parent)
        path.mkdir()
        path.chmod(0o755)
