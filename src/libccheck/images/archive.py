"""`tar:`: a root file system in a tar archive, plain or compressed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, BinaryIO, NoReturn

from libccheck.errors import LibccheckError
from libccheck.images import listing, platforms, recent
from libccheck.images.config import DEFAULT
from libccheck.images.entries import entries_of
from libccheck.images.held import Held
from libccheck.images.inflate import CutOffError, Filed, Stream, compression, inflated
from libccheck.images.layers import Entry, clean, merge, size
from libccheck.images.opening import USUAL, Opening
from libccheck.model import Image
from libccheck.record import NamedTuple
from libccheck.tree import Tree

_HINT = "tar: reads a root file system as tar, plain or compressed with gzip, xz, bzip2 or zstd"


class _Kind(NamedTuple):
    """Of an archive that is no root: what it is in words, the scheme that reads it, and the function that does."""

    what: str
    scheme: str
    module: str
    function: str


def open_tar(path: str, reference: str, how: Opening = USUAL) -> Image:
    """The image whose root file system is in that archive; no config but Docker's default PATH."""
    return _opened(path, reference, how, _refused)


def open_file(path: str, reference: str, how: Opening = USUAL) -> Image:
    """The image in an archive of any kind, as what it turns out to be."""
    return _opened(path, reference, how, _handed_over)


def unpacked(path: str, reference: str) -> Held:
    """All bytes of the archive; those of a compressed one in a file that has no name."""
    with opened(path, reference) as file:
        method = compression(file.read(8))
        file.seek(0)
        try:
            if method is None:
                return Held.of_file(file.fileno())
            from tempfile import TemporaryFile

            with TemporaryFile() as plain:
                plain.writelines(inflated(file, method, path))
                plain.flush()
                return Held.of_file(plain.fileno())
        except CutOffError:
            raise LibccheckError(f"{path} is cut off", subject=reference, hint="fetch or make it again") from None
        except LibccheckError as error:
            raise LibccheckError(error.message, subject=reference, hint=error.hint) from error
        except (OSError, ValueError) as error:
            raise LibccheckError(f"cannot unpack {path}: {error}", subject=reference) from error


def is_compressed(path: str, reference: str) -> bool:
    """Whether it has to be unpacked."""
    with opened(path, reference) as file:
        return compression(file.read(8)) is not None


def opened(path: str, reference: str) -> BinaryIO:
    """The archive, if it is a regular file that can be read and holds anything."""
    try:
        if not os.path.exists(path):
            raise LibccheckError(f"{path} does not exist", subject=reference, hint="check the path of the archive")
        if not os.path.isfile(path):
            hint = f"name it as dir:{path}" if os.path.isdir(path) else ""
            raise LibccheckError(f"{path} is not a regular file", subject=reference, hint=hint)
        if os.path.getsize(path) == 0:
            raise LibccheckError(f"{path} is empty", subject=reference, hint="fetch or make it again")
        return open(path, "rb", buffering=0)
    except OSError as error:
        raise LibccheckError(f"cannot read {path}: {error.strerror}", subject=reference) from error


class _Found(NamedTuple):
    """in_place: whether what the entries load stays in the archive, as it does in one that is not compressed."""

    entries: list[Entry]
    in_place: bool


def _read(path: str, reference: str) -> _Found:
    with opened(path, reference) as file:
        return _found(file, path, reference)


def _found(file: BinaryIO, path: str, reference: str) -> _Found:
    method = compression(file.read(8))

    def source() -> Filed | Stream:
        file.seek(0)
        if method is None:
            return Filed(Held.of_file(file.fileno()))
        return Stream(inflated(file, method, path))

    try:
        return _Found(entries_of(source), method is None)
    except CutOffError:
        raise LibccheckError(f"{path} is cut off", subject=reference, hint="fetch or make it again") from None
    except LibccheckError as error:
        message = error.message if path in error.message else f"{path} is not a sound tar archive: {error.message}"
        raise LibccheckError(message, subject=reference, hint=error.hint or _HINT) from error
    except OSError as error:
        raise LibccheckError(f"cannot read {path}: {error.strerror}", subject=reference) from error


def _image(found: _Found, path: str, reference: str, how: Opening, name: str | None) -> Image:
    """The image of a root archive that had this name, if any, when its reading began."""
    try:
        tree = merge([found.entries], whiteouts=False)
        if name is not None and name == recent.name_of(path):
            recent.keep(name, found.entries, tree, in_place=found.in_place)
    except LibccheckError as error:
        raise LibccheckError(f"{path}: {error.message}", subject=reference, hint=error.hint) from error
    return _of_tree(tree, size(tree), reference, how)


def _of_tree(tree: Tree, total: int, reference: str, how: Opening) -> Image:
    return Image(
        reference=reference,
        source="tar",
        digest=None,
        platform=how.platform or platforms.of_tree(tree) or platforms.host(),
        size=total,
        layers=(),
        config=DEFAULT,
        tree=tree,
    )


def _opened(path: str, reference: str, how: Opening, other: Callable[[_Kind, str, str, Opening], Image]) -> Image:
    """The image of a root archive; `other` does with any other what is to be done."""
    name = recent.name_of(path) if how.cached else None
    known = None if name is None else recent.known(name, path)
    if known is not None:
        return _of_tree(*known, reference, how)
    listed = None if name is None else listing.known(name)
    kind = None if listed is None else _other_kind(listed.sizes)
    if kind is None:
        found = _read(path, reference)
        kind = _other_kind("/".join(clean(entry.path)) for entry in found.entries)
        if kind is None:
            return _image(found, path, reference, how, name)
    return other(kind, path, reference, how)


def _refused(kind: _Kind, path: str, reference: str, _: Opening) -> NoReturn:
    hint = f"name it as {kind.scheme}:{path}"
    raise LibccheckError(f"{path} is {kind.what}, not a root file system", subject=reference, hint=hint)


def _handed_over(kind: _Kind, path: str, reference: str, how: Opening) -> Image:
    opener: Any = getattr(import_module(kind.module), kind.function)
    image: Image = opener(path, reference, how)
    return image


def _other_kind(names: Iterable[str]) -> _Kind | None:
    """What an archive of these names is that holds an image's parts rather than a root."""
    names = set(names)
    if any(name.split("/", 1)[0] in ("bin", "etc", "lib", "sbin", "usr") for name in names):
        return None
    if "manifest.json" in names:
        words = "an archive of images as docker save writes it"
        return _Kind(words, "docker-archive", "libccheck.images.saved", "open_saved")
    if "oci-layout" in names:
        return _Kind("an OCI image layout", "oci-archive", "libccheck.images.layout", "open_layout_archive")
    return None
