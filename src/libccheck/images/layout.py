"""`oci:` and `oci-archive:`: an OCI image layout, as a directory or in an archive."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from libccheck.errors import LibccheckError
from libccheck.images import platforms
from libccheck.images.packed import Blob, Parts, archive_parts, assembled, directory_parts, parted, tag_of
from libccheck.model import Image

_NAMES = ("org.opencontainers.image.ref.name", "io.containerd.image.name")
_ATTESTATION = "vnd.docker.reference.type"
_DEEPEST = 4  # an index in an index
_MOST = 1000


def open_layout(rest: str, reference: str, platform: str | None = None, _: Sequence[str] = ()) -> Image:
    """The image in the layout directory `PATH[:NAME]`."""
    path, name = parted(rest, reference)
    if not os.path.isfile(os.path.join(path, "index.json")):
        raise LibccheckError(
            f"{path} has no index.json, so it is no OCI image layout",
            subject=reference,
            hint=f"a root file system is named as dir:{path}" if os.path.isdir(path) else f"oci-archive:{path}",
        )
    return _opened(directory_parts(path), name, reference, "oci", platform)


def open_layout_archive(rest: str, reference: str, platform: str | None = None, _: Sequence[str] = ()) -> Image:
    """The image in the archived layout `PATH[:NAME]`."""
    path, name = parted(rest, reference)
    parts = archive_parts(path, reference)
    if "index.json" not in parts.files:
        raise LibccheckError(
            f"{path} has no index.json, so it is no OCI image layout",
            subject=reference,
            hint=f"what docker save writes is named as docker-archive:{path}, a root file system as tar:{path}",
        )
    return _opened(parts, name, reference, "oci-archive", platform)


def _opened(parts: Parts, name: str, reference: str, source: str, platform: str | None) -> Image:
    try:
        described = _named(parts, parts.json("index.json"), name)
        manifest, digest = _manifest(parts, described, platform)
        layers = manifest.get("layers") or []
        config = manifest.get("config")
        if not isinstance(config, Mapping) or not isinstance(layers, list):
            raise parts.fault("a manifest is malformed")
        blobs = [Blob(parts.bytes(_blob(parts, each)), _digest(parts, each)) for each in layers]
        data = parts.json(_blob(parts, config))
    except LibccheckError as error:
        raise LibccheckError(error.message, subject=reference, hint=error.hint) from error
    return assembled(parts, data, blobs, reference=reference, source=source, digest=digest, platform=platform)


def _named(parts: Parts, index: Any, name: str) -> list[Mapping[str, Any]]:
    """What the layout's index holds under that name; all of it where none is given and there is one."""
    entries = _manifests(parts, index)
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


def _manifest(parts: Parts, entries: list[Mapping[str, Any]], platform: str | None) -> tuple[Mapping[str, Any], str]:
    """The manifest for that platform, indexes in the index opened, and its digest."""
    found: list[tuple[str | None, Mapping[str, Any], str]] = []
    todo = [(each, 0) for each in entries]
    for each, depth in todo:
        if len(todo) > _MOST or depth > _DEEPEST:
            raise parts.fault("its indexes have no end")
        if _is_attestation(each):
            continue
        digest = _digest(parts, each)
        data = parts.json(_blob(parts, each))
        if isinstance(data, Mapping) and "manifests" in data:
            todo += [(below, depth + 1) for below in _manifests(parts, data)]
        elif isinstance(data, Mapping):
            found.append((_platform(each), data, digest))
    for wanted in platforms.acceptable(platform or platforms.host()):
        for own, data, digest in found:
            if own == wanted:
                return data, digest
    if len(found) == 1 and (found[0][0] is None or platform is None):
        return found[0][1], found[0][2]
    held = ", ".join(sorted({f"--platform {own}" for own, _, _ in found if own}))
    raise LibccheckError(
        f"{parts.path} holds no image for {platform or platforms.host()}",
        hint=f"it is there for {held}" if held else "",
    )


def _manifests(parts: Parts, index: Any) -> list[Mapping[str, Any]]:
    entries = index.get("manifests") if isinstance(index, Mapping) else None
    if not isinstance(entries, list) or not all(isinstance(each, Mapping) for each in entries):
        raise parts.fault("an index lists no manifests")
    if not entries:
        raise parts.fault("an index is empty")
    return entries


def _name(entry: Mapping[str, Any]) -> str:
    annotations = entry.get("annotations")
    if not isinstance(annotations, Mapping):
        return ""
    found = next((annotations[key] for key in reversed(_NAMES) if isinstance(annotations.get(key), str)), "")
    return str(found)


def _is_attestation(entry: Mapping[str, Any]) -> bool:
    annotations = entry.get("annotations")
    return isinstance(annotations, Mapping) and _ATTESTATION in annotations


def _platform(entry: Mapping[str, Any]) -> str | None:
    found = entry.get("platform")
    return platforms.of_config(found) if isinstance(found, Mapping) else None


def _digest(parts: Parts, entry: Any) -> str:
    digest = entry.get("digest") if isinstance(entry, Mapping) else None
    algorithm, _, value = digest.partition(":") if isinstance(digest, str) else ("", "", "")
    if not algorithm.isalnum() or not value.isalnum() or not value.isascii() or not 32 <= len(value) <= 128:
        raise parts.fault("a digest in it is malformed")
    return f"{algorithm}:{value}"


def _blob(parts: Parts, entry: Any) -> str:
    return "blobs/" + _digest(parts, entry).replace(":", "/")
