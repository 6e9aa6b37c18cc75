"""Image indexes: which manifest is meant, by platform, attestations passed over, indexes in the index opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from libccheck.errors import LibccheckError
from libccheck.images import platforms
from libccheck.images.packed import Parts
from libccheck.record import NamedTuple

_ATTESTATION = "vnd.docker.reference.type"
INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_DEEPEST = 4  # an index in an index
_MOST = 1000


class Manifest(NamedTuple):
    """One manifest: for which platform as its index says, None where it does not; its digest; what reads it."""

    platform: str | None
    digest: str
    read: Callable[[], Any]


def manifests(parts: Parts, entries: list[Mapping[str, Any]]) -> list[Manifest]:
    """All manifests that these descriptors lead to, in order."""
    found: list[Manifest] = []
    todo = [(each, 0) for each in entries]
    for each, depth in todo:
        if len(todo) > _MOST or depth > _DEEPEST:
            raise parts.fault("its indexes have no end")
        if is_attestation(each):
            continue
        digest, platform = digest_of(parts, each), _platform(each)
        read = partial(parts.json, parts.manifest_name(digest))
        if platform is None or each.get("mediaType") in INDEXES:
            data = read()
            if isinstance(data, Mapping) and "manifests" in data:
                todo += [(below, depth + 1) for below in listed(parts, data)]
                continue
            read = partial(_same, data)
        found.append(Manifest(platform, digest, read))
    return found


def chosen(parts: Parts, found: list[Manifest], platform: str | None) -> Manifest:
    """The one for that platform, or for the host's; the only one where nobody says what it is for."""
    for wanted in platforms.acceptable(platform or platforms.host()):
        for each in found:
            if each.platform == wanted:
                return each
    if len(found) == 1 and (found[0].platform is None or platform is None):
        return found[0]
    held = ", ".join(sorted({f"--platform {each.platform}" for each in found if each.platform}))
    raise LibccheckError(
        f"{parts.path} holds no image for {platform or platforms.host()}",
        hint=f"it is there for {held}" if held else "",
    )


def listed(parts: Parts, index: Any) -> list[Mapping[str, Any]]:
    """The descriptors in an index."""
    entries = index.get("manifests") if isinstance(index, Mapping) else None
    if not isinstance(entries, list) or not all(isinstance(each, Mapping) for each in entries):
        raise parts.fault("an index lists no manifests")
    if not entries:
        raise parts.fault("an index is empty")
    return entries


def digest_of(parts: Parts, entry: Any) -> str:
    """The digest in a descriptor, "sha256:..."."""
    digest = entry.get("digest") if isinstance(entry, Mapping) else None
    algorithm, _, value = digest.partition(":") if isinstance(digest, str) else ("", "", "")
    if not algorithm.isalnum() or not value.isalnum() or not value.isascii() or not 32 <= len(value) <= 128:
        raise parts.fault("a digest in it is malformed")
    return f"{algorithm}:{value}"


def is_attestation(entry: Mapping[str, Any]) -> bool:
    annotations = entry.get("annotations")
    return isinstance(annotations, Mapping) and _ATTESTATION in annotations


def _platform(entry: Mapping[str, Any]) -> str | None:
    found = entry.get("platform")
    return platforms.of_config(found) if isinstance(found, Mapping) else None


def _same(data: Any) -> Any:
    return data
