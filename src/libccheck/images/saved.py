"""`docker-archive:`: what `docker save`, `podman save` and skopeo write, one image or several."""

from __future__ import annotations

from typing import Any

from libccheck.errors import LibccheckError
from libccheck.images.held import Held
from libccheck.images.opening import USUAL, Opening
from libccheck.images.packed import Blob, Parts, archive_parts, assembled, diff_ids, parted, tag_of
from libccheck.model import Image


def open_saved(rest: str, reference: str, how: Opening = USUAL) -> Image:
    """The image in the archive `PATH[:NAME]`; the name may be left out where there is one image, or be `@INDEX`."""
    path, name = parted(rest, reference)
    parts = archive_parts(path, reference, how)
    if "manifest.json" not in parts.files:
        raise LibccheckError(
            f"{path} has no manifest.json, so it is no archive of images",
            subject=reference,
            hint=f"a root file system is named as tar:{path}, an OCI layout as oci-archive:{path}",
        )
    config, blobs, digest = saved(parts, name, reference)
    return assembled(parts, config, blobs, reference=reference, source="docker-archive", digest=digest, how=how)


def saved(parts: Parts, name: str, reference: str) -> tuple[Any, list[Blob], str]:
    """The config of the image of that name, its layers, lowest first, and the digest of its config."""
    entry = _chosen(parts, name, reference)
    config_name, layers = entry.get("Config"), entry.get("Layers") or []
    if not isinstance(config_name, str) or not isinstance(layers, list):
        raise parts.fault("its manifest.json is malformed")
    if not all(isinstance(each, str) for each in layers):
        raise parts.fault("its manifest.json is malformed")
    config = parts.json(config_name)
    blobs = [_layer(parts, each, digest) for each, digest in zip(layers, diff_ids(config, len(layers)), strict=True)]
    return config, blobs, _sha256(parts.held(config_name))


def _layer(parts: Parts, name: str, diff_id: str) -> Blob:
    return Blob(diff_id, parts.size(name), diff_id, lambda: parts.held(name))


def _chosen(parts: Parts, name: str, reference: str) -> dict[str, Any]:
    manifest = parts.json("manifest.json")
    if not isinstance(manifest, list) or not manifest or not all(isinstance(each, dict) for each in manifest):
        raise parts.fault("its manifest.json lists no image")
    names = [_names(each) for each in manifest]
    if name.startswith("@") and name[1:].isdecimal() and int(name[1:]) < len(manifest):
        return dict(manifest[int(name[1:])])
    if not name:
        if len(manifest) == 1:
            return dict(manifest[0])
        shown = " ".join(each[0] if each else f"@{number}" for number, each in enumerate(names))
        raise LibccheckError(
            f"{parts.path} holds {len(manifest)} images", subject=reference, hint=f"name one behind a colon: {shown}"
        )
    for each, tags in zip(manifest, names, strict=True):
        if tag_of(name) in map(tag_of, tags):
            return dict(each)
    shown = " ".join(tag for tags in names for tag in tags) or "images without names: say @0"
    raise LibccheckError(f"{parts.path} holds no {name}", subject=reference, hint=f"it holds {shown}")


def _names(entry: dict[str, Any]) -> list[str]:
    tags = entry.get("RepoTags")
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def _sha256(data: Held) -> str:
    from hashlib import sha256

    return f"sha256:{sha256(bytes(data)).hexdigest()}"
