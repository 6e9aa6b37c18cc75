"""Images in parts: named files of an archive or a layout directory, and what becomes of a config and its layers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from libccheck.errors import LibccheckError
from libccheck.images import listing, platforms, recent
from libccheck.images.archive import is_compressed, unpacked
from libccheck.images.config import config_of, without_halves
from libccheck.images.held import Held
from libccheck.images.inflate import CutOffError, Filed
from libccheck.images.layers import clean
from libccheck.images.opening import Opening
from libccheck.images.stack import stacked
from libccheck.images.tar import members
from libccheck.model import Image, Layer
from libccheck.record import NamedTuple

_MAX_JSON = 1 << 22
_MAX_LINKS = 8
_MAX_LAYERS = 1000  # engines mount 128 at most


class Parts(NamedTuple):
    """The files that an archive of images or a layout holds: `path` for messages, names to their bytes.

    manifests: the folder of manifests, which only a registry keeps apart from other blobs. sizes: those of all files,
    where they can be told without their bytes.
    """

    path: str
    files: Mapping[str, Held]
    manifests: str = "blobs"
    sizes: Mapping[str, int] | None = None

    def json(self, name: str) -> Any:
        """A JSON file among them; raises LibccheckError where it is missing or malformed."""
        import json

        data = self.held(name)
        if len(data) > _MAX_JSON:
            raise self.fault(f"its {name} has {len(data)} bytes")
        try:
            text = bytes(data)
            found = json.loads(text)
            return without_halves(found) if b"\\ud" in text.lower() or b"\xed" in text else found
        except (ValueError, RecursionError) as error:
            raise self.fault(f"its {name} is not JSON") from error

    def held(self, name: str) -> Held:
        """The bytes of a file among them."""
        found = self.files.get("/".join(clean(name)))
        if found is None:
            raise self.fault(f"it lacks {name}")
        return found

    def size(self, name: str) -> int:
        """How many bytes a file among them has."""
        if self.sizes is None:
            return len(self.held(name))
        found = self.sizes.get("/".join(clean(name)))
        if found is None:
            raise self.fault(f"it lacks {name}")
        return found

    def manifest_name(self, digest: str) -> str:
        return f"{self.manifests}/{digest.replace(':', '/')}"

    def fault(self, message: str) -> LibccheckError:
        return LibccheckError(f"{self.path}: {message}", hint="fetch or make it again")


class Blob(NamedTuple):
    """One layer: the digest to show, its size as stored, its diff-id ("" where nobody says), how to get its bytes."""

    digest: str
    size: int
    diff_id: str
    data: Callable[[], Held]


def archive_parts(path: str, reference: str, how: Opening) -> Parts:
    """What an archive holds; a compressed one is unpacked into a file that has no name, unless it was before."""
    name = recent.name_of(path) if how.cached else None
    listed = None if name is None else listing.known(name)
    if listed is not None:
        files = listing.Listed(listed, lambda: parts_of(unpacked(path, reference), path, reference).files)
        return Parts(path, files, sizes=listed.sizes)
    parts = parts_of(unpacked(path, reference), path, reference)
    if name is not None and name == recent.name_of(path) and is_compressed(path, reference):
        listing.keep(name, parts.files)
    return parts


def parts_of(held: Held, path: str, reference: str) -> Parts:
    """What the archive with these bytes holds, called `path` in messages."""
    files: dict[str, Held] = {}
    links: dict[str, str] = {}
    source = Filed(held)
    try:
        for member in members(source):
            parts = clean(member.name)
            if member.kind == "file":
                files["/".join(parts)] = held.part(source.position, member.stored)
            elif member.kind in ("link", "hardlink"):
                above = "/".join(parts[:-1]) + "/" if member.kind == "link" else ""
                links["/".join(parts)] = "/".join(clean(above + member.target))
    except CutOffError:
        raise LibccheckError(f"{path} is cut off", subject=reference, hint="fetch or make it again") from None
    except LibccheckError as error:
        raise LibccheckError(f"{path} is not a sound tar archive: {error.message}", subject=reference) from error
    for name in links:  # docker save up to 24 writes a layer that comes twice as a link
        target = name
        for _ in range(_MAX_LINKS):
            target = links.get(target, target)
        if target in files:
            files[name] = files[target]
    return Parts(path, files)


def directory_parts(path: str) -> Parts:
    """What a layout directory holds, opened when asked for."""
    return Parts(path, _Directory(path))


def assembled(
    parts: Parts, config: Any, blobs: Sequence[Blob], *, reference: str, source: str, digest: str, how: Opening
) -> Image:
    """The image that a config and its layers, lowest first, make."""
    if not isinstance(config, Mapping):
        raise parts.fault("its config is not a JSON object")
    if len(blobs) > _MAX_LAYERS:
        raise parts.fault(f"it has {len(blobs)} layers, more than any engine mounts")
    own, platform = platforms.of_config(config), how.platform
    if platform is not None and own is not None and own not in platforms.acceptable(platform):
        raise LibccheckError(
            f"{parts.path} holds an image for {own}, not for {platform}", subject=reference, hint="leave out --platform"
        )
    created = _history(config, len(blobs))
    layers = tuple(Layer(blob.digest, blob.size, line, blob.diff_id) for blob, line in zip(blobs, created, strict=True))
    try:
        tree, size = stacked(blobs, how)
        return Image(
            reference=reference,
            source=source,
            digest=digest,
            platform=own or platform or platforms.of_tree(tree) or platforms.host(),
            size=size,
            layers=layers,
            config=config_of(config.get("config")),
            tree=tree,
        )
    except LibccheckError as error:
        message = error.message if error.message.startswith(parts.path) else f"{parts.path}: {error.message}"
        raise LibccheckError(message, subject=reference, hint=error.hint) from error


def diff_ids(config: Any, count: int) -> list[str]:
    """The diff-id of each layer, "" where the config does not fit."""
    rootfs = config.get("rootfs") if isinstance(config, Mapping) else None
    found = rootfs.get("diff_ids") if isinstance(rootfs, Mapping) else None
    if isinstance(found, list) and len(found) == count and all(isinstance(each, str) for each in found):
        return found
    return [""] * count


def parted(rest: str, reference: str) -> tuple[str, str]:
    """`PATH[:NAME]` in its two parts; a path may hold colons, as far as it exists."""
    at = len(rest)
    while at > 0:
        if os.path.exists(rest[:at]):
            return rest[:at], rest[at + 1 :]
        at = rest.rfind(":", 0, at)
    path = rest.partition(":")[0]
    raise LibccheckError(f"{path} does not exist", subject=reference, hint="check the path of the image")


def tag_of(name: str) -> str:
    """A name as it is compared: without Docker's own registry, with a tag."""
    for registry in ("docker.io/", "index.docker.io/"):
        name = name.removeprefix(registry)
    name = name.removeprefix("library/")
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


class _Directory(Mapping[str, Held]):
    """Files below a directory, mapped when asked for; a link is not followed."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __getitem__(self, name: str) -> Held:
        try:
            file = os.open(os.path.join(self._path, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            raise KeyError(name) from None
        except (OSError, ValueError) as error:
            raise LibccheckError(f"cannot read {self._path}/{name}: {getattr(error, 'strerror', error)}") from error
        try:
            return Held.of_file(file)
        except (OSError, ValueError) as error:
            raise LibccheckError(f"cannot read {self._path}/{name}: it is not a file") from error
        finally:
            os.close(file)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _history(config: Mapping[str, Any], count: int) -> list[str]:
    """For each layer the line that made it, "" where the history does not fit."""
    history = config.get("history")
    lines = []
    for each in history if isinstance(history, list) else ():
        if isinstance(each, Mapping) and not each.get("empty_layer"):
            line = each.get("created_by")
            lines.append(line if isinstance(line, str) and "\0" not in line else "")
    return lines if len(lines) == count else [""] * count
