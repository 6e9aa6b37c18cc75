"""`catalog:`: base images by their public names, each a snapshot in a file of snapshots.

An index has lines with tabs between the fields: "E", name, platform, blob of the head, date, size, libc, its version;
"A", another name, the entry's name. Either ends in "floating" where the name will mean something newer some day. "O",
platform, blob with the outlines of its entries.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from libccheck.errors import LibccheckError
from libccheck.images.opening import USUAL, Opening
from libccheck.images.platforms import acceptable, host
from libccheck.images.snapshot import unpack_image
from libccheck.images.store import Store
from libccheck.model import Image, Outline
from libccheck.record import NamedTuple

FILE = "snapshots.bin"
FLOATING = "floating"
_DEFAULT_REGISTRY = ("docker.io/", "index.docker.io/", "registry-1.docker.io/")


class NotHeldError(LibccheckError):
    """No catalog holds an image by that name, or none for that platform."""


class Entry(NamedTuple):
    """One line of the index: a base image for one platform; `size` in bytes, `date` that of its file or packages."""

    name: str
    platform: str
    head: int
    date: str
    size: int | None
    libc: str
    libc_version: str
    floating: bool = False


class Alias(NamedTuple):
    """Another name of an entry; a floating one will name a newer entry some day."""

    name: str
    target: str
    floating: bool


class Catalog:
    """The entries of one file."""

    __slots__ = ("path", "store")

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            self.store = Store(path)
        except OSError as error:
            raise LibccheckError(f"cannot read the catalog {path}: {error.strerror}", subject=path) from error

    def find(self, name: str, platform: str) -> Entry | None:
        start = f"E\t{name}\t{platform}\t"
        return self._entry(self._line(start))

    def alias(self, name: str) -> Alias | None:
        fields = self._line(f"A\t{name}\t").split("\t")
        return Alias(fields[1], fields[2], fields[-1] == FLOATING) if len(fields) > 2 else None

    def entries(self) -> Iterator[Entry]:
        for line in self.store.index.split("\n"):
            entry = self._entry(line) if line.startswith("E\t") else None
            if entry is not None:
                yield entry

    def aliases(self) -> Iterator[Alias]:
        for line in self.store.index.split("\n"):
            fields = line.split("\t")
            if fields[0] == "A" and len(fields) > 2:
                yield Alias(fields[1], fields[2], fields[-1] == FLOATING)

    def outlines(self, platform: str) -> dict[str, Outline]:
        """What tells early that a program will not start there, by the names of the entries."""
        fields = self._line(f"O\t{platform}\t").split("\t")
        if len(fields) < 3:
            return {}
        from libccheck.images.outlines import unpack

        try:
            return unpack(self.store.blob(int(fields[2])))
        except (ValueError, IndexError) as reason:
            self.store.damaged(reason)

    def image(self, entry: Entry, reference: str, alias: Alias | None = None) -> Image:
        """The image of that entry; `alias` is the name that led to it."""
        image = unpack_image(self.store, entry.head, reference, "catalog")
        provenance = image.provenance
        if provenance is not None and alias is not None:
            note = f"{alias.name} is {entry.name}" + (f"; {provenance.note}" if provenance.note else "")
            provenance = provenance._replace(note=note)
        return image._replace(
            as_of=entry.date,
            floating=entry.floating or (alias is not None and alias.floating),
            provenance=provenance,
            platform=entry.platform,
        )

    def _line(self, start: str) -> str:
        index = self.store.index
        at = 0 if index.startswith(start) else index.find("\n" + start) + 1
        if at == 0 and not index.startswith(start):
            return ""
        end = index.find("\n", at)
        return index[at : end if end >= 0 else len(index)]

    def _entry(self, line: str) -> Entry | None:
        if not line:
            return None
        try:
            _, name, platform, head, date, size, libc, version, *more = line.split("\t")
            return Entry(
                name, platform, int(head), date, int(size) if size else None, libc, version, more == [FLOATING]
            )
        except ValueError as reason:
            self.store.damaged(reason)


def open_catalog(name: str, reference: str, how: Opening = USUAL) -> Image:
    """The image that a catalog holds under that name, for that platform or one whose images it takes.

    Else what is documented of it, where that will do.
    """
    wanted = normal_name(name, reference)
    held: list[str] = []
    for path in paths(how.catalogs):
        catalog = Catalog(path)
        alias = catalog.alias(wanted)
        target = alias.target if alias is not None else wanted
        for each in acceptable(how.platform or host()):
            entry = catalog.find(target, each)
            if entry is not None:
                return catalog.image(entry, reference, alias)
        held += [entry.platform for entry in catalog.entries() if entry.name == target]
    if not held:
        from libccheck.images.documented import open_documented

        known = open_documented(wanted, reference, how.platform or host())
        if known is not None and how.documented:
            return known
        if known is not None:
            raise NotHeldError(
                f"the catalog holds no {wanted}, only facts that are documented of it",
                subject=reference,
                hint="they serve check and catalog show; an engine, a registry or an archive has the image itself",
            )
    if held:
        raise NotHeldError(
            f"the catalog holds {wanted}, but not for {how.platform or host()}",
            subject=reference,
            hint="it is there for " + ", ".join(f"--platform {each}" for each in sorted(set(held))),
        )
    raise NotHeldError(f"the catalog holds no {wanted}", subject=reference, hint=_hint(wanted, how.catalogs))


def catalog_platforms(name: str, reference: str, how: Opening = USUAL) -> tuple[str, ...]:
    """The platforms that a catalog holds that image for; of the first catalog that holds it at all."""
    wanted = normal_name(name, reference)
    for path in paths(how.catalogs):
        catalog = Catalog(path)
        alias = catalog.alias(wanted)
        target = alias.target if alias is not None else wanted
        held = tuple(entry.platform for entry in catalog.entries() if entry.name == target)
        if held:
            return held
    raise NotHeldError(f"the catalog holds no {wanted}", subject=reference, hint=_hint(wanted, how.catalogs))


def paths(catalogs: Sequence[str] = ()) -> list[str]:
    """The files of the catalogs in order: those named, those of LIBCCHECK_CATALOG, the user's own, the built-in one."""
    named = [*catalogs, *filter(None, os.environ.get("LIBCCHECK_CATALOG", "").split(os.pathsep))]
    found = [os.path.join(each, FILE) if os.path.isdir(each) else each for each in named]
    own = os.path.join(own_directory(), FILE)
    return [*found, *([own] if os.path.exists(own) else []), built_in()]


def built_in() -> str:
    """The catalog that comes with libccheck."""
    return __file__.rpartition("/")[0].rpartition("/")[0] + "/catalog/" + FILE


def own_directory() -> str:
    """Where the user's own catalog lies, by the XDG base directory specification."""
    data = os.environ.get("XDG_DATA_HOME", "")
    if not data.startswith("/"):
        data = os.path.join(os.path.expanduser("~"), ".local", "share")
    return os.path.join(data, "libccheck", "catalog")


def normal_name(name: str, reference: str) -> str:
    """The name with its tag, as the catalog writes it: "docker.io/library/alpine" is "alpine:latest"."""
    if "@" in name:
        raise NotHeldError(
            "the catalog knows images by tag, not by digest", subject=reference, hint=f"say {name.partition('@')[0]}"
        )
    for registry in _DEFAULT_REGISTRY:
        name = name.removeprefix(registry)
    name = name.removeprefix("library/")
    if not name or any(each.isspace() for each in name):
        raise LibccheckError(f"{name!r} is no name of an image", subject=reference)
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def _hint(name: str, catalogs: Sequence[str]) -> str:
    close = _near(name, catalogs)
    if close:
        return f"did you mean {' or '.join(close)}? (libccheck catalog list shows all)"
    return "libccheck catalog list shows what it holds; an exported root can be read with tar: or dir:"


def _near(name: str, catalogs: Sequence[str]) -> list[str]:
    """Names that were perhaps meant: other tags of that image, or the same tag of an image of a similar name."""
    from difflib import get_close_matches

    tags: dict[str, dict[str, None]] = {}
    for path in paths(catalogs):
        catalog = Catalog(path)
        for each in (*(entry.name for entry in catalog.entries()), *(alias.name for alias in catalog.aliases())):
            image, _, tag = each.rpartition(":")
            tags.setdefault(image, {})[tag] = None
    image, _, tag = name.rpartition(":")
    if image in tags:
        return [
            f"{image}:{each}" for each in get_close_matches(tag, list(tags[image]), 3, 0.5) or list(tags[image])[:3]
        ]
    found = []
    for near in get_close_matches(image, list(tags), 3, 0.6):
        found.append(f"{near}:{tag if tag in tags[near] else next(iter(tags[near]))}")
    return found
