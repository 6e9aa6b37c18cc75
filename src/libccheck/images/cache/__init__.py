"""What is kept of layers and of images that were read once: plain data, private to the user, bounded.

A layer's file is named by its diff-id, which was verified when it was read; that of a merged tree by the diff-ids of
its layers, whose files it points into; that of a root archive by what the system says of the archive; that of a config
or a manifest by its digest, or by the name that an engine has for the image. Files come by rename, so that nobody sees
half of one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TypeVar

from libccheck import __version__
from libccheck.errors import LibccheckError
from libccheck.images import inplace
from libccheck.images.cache.layer import pack_layer, unpack_layer
from libccheck.images.cache.place import Place, place
from libccheck.images.cache.tree import Load, in_layers, pack_tree, unpack_tree, where_in_layer
from libccheck.images.held import Held
from libccheck.images.layers import Entry, size
from libccheck.images.store import Store
from libccheck.images.storing import Storing
from libccheck.model import File
from libccheck.tree import Tree

_FORMAT = f"{__version__}-2"
"""Part of each file's name: what another version of libccheck has kept is not looked at."""
_LAYER, _TREE, _ROOT, _DOCUMENT = ".layer", ".tree", ".root", ".json"
_HINT = "libccheck cache clear, then try again"

_Value = TypeVar("_Value")


class Cache:
    """The files of one directory; a file that is damaged or of another version is as good as none."""

    def __init__(self, where: Place) -> None:
        self._where = where

    @staticmethod
    def of_user() -> Cache | None:
        """The user's own; None where its directory is not private to the user, or cannot be."""
        found = place()
        return Cache(found) if found.is_private() else None

    def layer(self, diff_id: str, number: int | None) -> list[Entry] | None:
        """The entries of a layer, numbered so in its image; None for one that stands alone."""
        store = self._store(diff_id, _LAYER)
        return None if store is None else self._whole(store, lambda: list(unpack_layer(store, number)))

    def add(self, diff_id: str, entries: list[Entry], unpacked: int) -> None:
        """Keep a layer whose content has that diff-id and is so many bytes long."""
        writer = Storing(quick=True)
        pack_layer(entries, writer)
        self._write(writer, diff_id, _LAYER, str(unpacked))

    def sizes(self, diff_ids: Sequence[str]) -> list[int] | None:
        """How many bytes each of these layers has unpacked; None unless all of them are kept."""
        stores = [self._store(each, _LAYER) for each in diff_ids]
        sizes = [int(each.index) for each in stores if each is not None and each.index.isdecimal()]
        return sizes if len(sizes) == len(diff_ids) else None

    def document(self, digest: str) -> str | None:
        """A config or a manifest by its digest, a config also by the name that an engine has for the image."""
        store = self._store(digest, _DOCUMENT)
        return None if store is None else store.index

    def add_document(self, digest: str, text: str) -> None:
        """Keep a config or a manifest."""
        self._write(Storing(quick=True), digest, _DOCUMENT, text)

    def tree(self, diff_ids: Sequence[str]) -> tuple[Tree, int] | None:
        """The tree that these layers make, and its size in bytes."""
        store = self._store(_together(diff_ids), _TREE)
        if store is None:
            return None
        stores = [self._store(each, _LAYER) for each in diff_ids]
        whole = [each for each in stores if each is not None]
        return self._tree(store, in_layers(whole)) if len(whole) == len(stores) else None

    def root(self, name: str, archive: Held) -> tuple[Tree, int] | None:
        """The tree in a root archive of that name, whose contents are read from the archive, and its size in bytes."""
        store = self._store(name, _ROOT)
        return None if store is None else self._tree(store, inplace.loader(archive))

    def keep(self, diff_ids: Sequence[str], tree: Tree) -> tuple[Tree, int]:
        """Keep the tree that those layers make, whose content is in the files of the layers."""
        return tree, self._keep(_together(diff_ids), _TREE, tree, where_in_layer)

    def keep_root(self, name: str, tree: Tree) -> None:
        """Keep the tree in a root archive, whose content stays in the archive."""
        self._keep(name, _ROOT, tree, inplace.where)

    def _keep(self, digest: str, kind: str, tree: Tree, where: Callable[[File, str], str]) -> int:
        writer = Storing(quick=True)
        total = size(tree)
        pack_tree(tree, total, writer, where)
        self._write(writer, digest, kind)
        self._where.prune()
        return total

    def _tree(self, store: Store, load: Load) -> tuple[Tree, int] | None:
        return self._whole(store, lambda: unpack_tree(store, load))

    def _store(self, digest: str, kind: str) -> Store | None:
        path = self._path(digest, kind)
        try:
            store = Store(path, _HINT)
            os.utime(path)
        except FileNotFoundError:
            return None
        except (OSError, LibccheckError):
            self._where.remove(path)
            return None
        return store

    def _whole(self, store: Store, read: Callable[[], _Value]) -> _Value | None:
        try:
            return read()
        except LibccheckError:
            self._where.remove(store.path)
            return None

    def _write(self, writer: Storing, digest: str, kind: str, index: str = "") -> None:
        try:
            writer.write(self._path(digest, kind), index)
        except LibccheckError as error:
            raise LibccheckError(error.message, hint="make room, or add --no-cache") from error

    def _path(self, digest: str, kind: str) -> str:
        name = digest.rpartition(":")[2]
        if not (name.isascii() and name.isalnum()):  # as a registry or an engine may call it, and no file of ours
            name = sha256(digest.encode("utf-8", "surrogateescape")).hexdigest()
        return f"{self._where.directory}/{name}-{_FORMAT}{kind}"


def _together(diff_ids: Sequence[str]) -> str:
    return sha256(" ".join(diff_ids).encode()).hexdigest()
