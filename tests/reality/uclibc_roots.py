"""Roots with a real uClibc-ng, laid out in the ways in which its loader finds libraries or does not."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests import uclibc
from tests.reality.assembled import Recipe, busybox

_LOADER, _LIBC = "ld64-uClibc.so", "libc.so"
_OLD_CACHE = b"ld.so-1.7.0\0"
_ELF, _LIBC6, _LIBC0 = 1, 3, 4


def roots(*, all_variants: bool) -> Iterator[Recipe]:
    """All of them; a second build of uClibc-ng takes its time."""
    yield "uclibc-ng", _plain, True
    yield "uclibc-ng-0", _old_names, False
    yield "uclibc-ng-1", _new_names, False
    yield "uclibc-ng-alpine", _alpine_names, False
    yield "uclibc-ng-cache", _cached, False
    for name, data in _CACHES.items():
        yield f"uclibc-ng-cache-{name}", partial(_with_cache, data), False
    yield "uclibc-ng-no-libc", _no_libc, False
    yield "uclibc-ng-preload-file", _preload_file, False
    yield "uclibc-ng-without-busybox", _bare, False
    if all_variants:
        yield "uclibc-threads", partial(_complete, "threads"), True
        yield "uclibc-threads-preload-file", _threads_preload_file, False


def _complete(variant: str, root: Path) -> None:
    busybox(root)
    _install(variant, root, "lib")


def _plain(root: Path) -> None:
    _complete("plain", root)


def _bare(root: Path) -> None:
    _install("plain", root, "lib")


def _old_names(root: Path) -> None:
    """As uClibc 0.9 names its files."""
    _only(root, "0")


def _new_names(root: Path) -> None:
    _only(root, "1")


def _alpine_names(root: Path) -> None:
    """As Alpine up to 2.7 did."""
    busybox(root)
    _rename(root, "0.9.32")


def _only(root: Path, generation: str) -> None:
    busybox(root)
    _rename(root, generation)


def _rename(root: Path, generation: str) -> None:
    """The loader and the C library under the names of one generation; each asks for the other by its own names."""
    here = uclibc.built()
    _copy(here / "lib" / f"{_LOADER}.1", root / "lib" / f"{_LOADER}.{generation}")
    _copy(here / "lib" / f"{_LIBC}.1", root / "lib" / f"{_LIBC}.{generation}")


def _cached(root: Path) -> None:
    """The C library where only ld.so.cache finds it, behind entries that lead nowhere or do not count."""
    _plain(root)
    for generation in uclibc.GENERATIONS:
        (root / "lib" / f"{_LIBC}.{generation}").unlink(missing_ok=True)
    _copy(uclibc.built() / "lib" / f"{_LIBC}.1", root / "opt/lib/libc-there.so")
    entries = [(_ELF, "libc.so.1", "/opt/gone/libc.so.1"), (_LIBC6, "libc.so.0", "/opt/lib/libc-there.so")]
    entries += [(kind, f"libc.so.{each}", "/opt/lib/libc-there.so") for kind, each in ((_ELF, 1), (_LIBC0, "0.9.32"))]
    _write(root / "etc/ld.so.cache", cache(entries))


def _with_cache(data: bytes, root: Path) -> None:
    _plain(root)
    _write(root / "etc/ld.so.cache", data)


def _no_libc(root: Path) -> None:
    _plain(root)
    for each in (root / "lib").glob("libc.so.*"):
        each.unlink()


def _preload_file(root: Path) -> None:
    _plain(root)
    _write(root / "etc/ld.so.preload", b"/no/such/library.so # nobody reads this\n")


def _threads_preload_file(root: Path) -> None:
    _complete("threads", root)
    _write(root / "etc/ld.so.preload", b"# the first\n/lib/libc.so.1:\t/no/such/library.so # the second\n")


def cache(entries: list[tuple[int, str, str]]) -> bytes:
    """An /etc/ld.so.cache in the old format: kind, name and path of each."""
    strings, table = b"", b""
    for kind, name, path in entries:
        table += struct.pack("<iII", kind, len(strings), len(strings) + len(name) + 1)
        strings += f"{name}\0{path}\0".encode()
    return _OLD_CACHE + struct.pack("<i", len(entries)) + table + strings


_CACHES = {
    "of-glibc": b"glibc-ld.so.cache1.1" + bytes(28),
    "empty": b"",
    "cut": _OLD_CACHE,
    "boundless": cache([(_ELF, "libfoo.so", "/x")])[:-5] + b"\0",
}


def _install(variant: str, root: Path, directory: str) -> None:
    """The files and links as `make install` has them, loader and C library alone."""
    source = uclibc.built(variant) / "lib"
    target = _folder(root / directory)
    for each in sorted(source.iterdir()):
        if each.is_symlink():
            (target / each.name).symlink_to(each.readlink())
        elif ".so" in each.name:
            _copy(each, target / each.name)


def _copy(source: Path, target: Path) -> None:
    _folder(target.parent)
    shutil.copyfile(source, target)
    target.chmod(0o755)


def _write(path: Path, data: bytes) -> None:
    _folder(path.parent)
    path.write_bytes(data)
    path.chmod(0o644)


def _folder(path: Path) -> Path:
    if not path.exists():
        _folder(path.parent)
        path.mkdir()
        path.chmod(0o755)
    return path
