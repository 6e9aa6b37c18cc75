"""`oci:` and `oci-archive:`: an OCI image layout, as a directory or in an archive."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from libccheck.errors import LibccheckError
from libccheck.images.indexes import chosen, digest_of, listed, manifests
from libccheck.images.opening import USUAL, Opening
from libccheck.images.packed import Blob, Parts, archive_parts, assembled, diff_ids, directory_parts, parted, tag_of
from libccheck.model import Image

_NAMES = ("org.opencontainers.image.ref.name", "io.containerd.image.name")


def open_layout(rest: str, reference: str, how: Opening = USUAL) -> Image:
    """The image in the layout directory `PATH[:NAME]`."""
    parts, name = _layout(rest, reference)
    return _opened(parts, name, reference, "oci", how)


def open_layout_archive(rest: str, reference: str, how: Opening = USUAL) -> Image:
    """The image in the archived layout `PATH[:NAME]`."""
    parts, name = _archive(rest, reference, how)
    return _opened(parts, name, reference, "oci-archive", how)


def layout_platforms(rest: str, reference: str, _: Opening = USUAL) -> tuple[str, ...]:
    """The platforms that the image in a layout directory is there for."""
    parts, name = _layout(rest, reference)
    return _platforms(parts, name)


def layout_archive_platforms(rest: str, reference: str, how: Opening = USUAL) -> tuple[str, ...]:
    parts, name = _archive(rest, reference, how)
    return _platforms(parts, name)


def image_of(parts: Parts, fields: Any, digest: str, *, reference: str, source: str, how: Opening) -> Image:
    """The image of a manifest, whose config and layers are among the parts."""
    if not isinstance(fields, Mapping):
        raise parts.fault("a manifest is malformed")
    layers, config = fields.get("layers") or [], fields.get("config")
    if not isinstance(config, Mapping) or not isinstance(layers, list):
        raise parts.fault("a manifest is malformed")
    data = parts.json(_blob(parts, config))
    blobs = [_layer(parts, *each) for each in zip(layers, diff_ids(data, len(layers)), strict=True)]
    return assembled(parts, data, blobs, reference=reference, source=source, digest=digest, how=how)


def _layout(rest: str, reference: str) -> tuple[Parts, str]:
    path, name = parted(rest, reference)
    if not os.path.isfile(os.path.join(path, "index.json")):
        raise LibccheckError(
            f"{path} has no index.json, so it is no OCI image layout",
            subject=reference,
            hint=f"a root file system is named as dir:{path}" if os.path.isdir(path) else f"oci-archive:{path}",
        )
    return directory_parts(path), name


def _archive(rest: str, reference: str, how: Opening) -> tuple[Parts, str]:
    path, name = parted(rest, reference)
    parts = archive_parts(path, reference, how)
    if "index.json" not in parts.files:
        raise LibccheckError(
            f"{path} has no index.json, so it is no OCI image layout",
            subject=reference,
            hint=f"what docker save writes is named as docker-archive:{path}, a root file system as tar:{path}",
        )
    return parts, name


def _opened(parts: Parts, name: str, reference: str, source: str, how: Opening) -> Image:
    try:
        manifest = chosen(parts, manifests(parts, _named(parts, parts.json("index.json"), name)), how.platform)
        return image_of(parts, manifest.read(), manifest.digest, reference=reference, source=source, how=how)
    except LibccheckError as error:
        raise LibccheckError(error.message, subject=reference, hint=error.hint) from error


def _platforms(parts: Parts, name: str) -> tuple[str, ...]:
    found = manifests(parts, _named(parts, parts.json("index.json"), name))
    return tuple(dict.fromkeys(each.platform for each in found if each.platform))


def _named(parts: Parts, index: Any, name: str) -> list[Mapping[str, Any]]:
    """What the layout's index holds under that name; all of it where none is given and there is one."""
    entries = listed(parts, index)
    if not name:
        names = {_name(each) for each in entries}
        if len(names) > 1:
            shown = " ".join(sorted(each for each in names if each))
            raise LibccheckError(f"{parts.path} holds several images", hint=f"name one behind a colon: {shown}")
        return entries
    found = [each for each in entries if _name(each) == name or tag_of(_name(each)) == tag_of(name)]
    if not found:
        shown = " ".join(sorted({_name(each) for each in entries} - {""})) or "one image without a name: say none"
        raise LibccheckError(f"{parts.path} holds no {name}", hint=f"it holds {shown}")
    return found


def _name(entry: Mapping[str, Any]) -> str:
    annotations = entry.get("annotations")
    if not isinstance(annotations, Mapping):
        return ""
    found = next((annotations[key] for key in reversed(_NAMES) if isinstance(annotations.get(key), str)), "")
    return str(found)


def _layer(parts: Parts, entry: Any, diff_id: str) -> Blob:
    digest = digest_of(parts, entry)
    size = entry.get("size")
    name = _blob(parts, entry)
    return Blob(digest, size if isinstance(size, int) else 0, diff_id, lambda: parts.held(name))


def _blob(parts: Parts, entry: Any) -> str:
    return "blobs/" + digest_of(parts, entry).replace(":", "/")
