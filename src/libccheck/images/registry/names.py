"""Names of images in registries, as Docker reads them: `[HOST[:PORT]/]PATH[:TAG][@DIGEST]`."""

from __future__ import annotations

import ipaddress
import os
import re

from libccheck.errors import LibccheckError
from libccheck.record import NamedTuple

DOCKER_HUB = "docker.io"
_DOCKER_HUB_HOST = "registry-1.docker.io"
_ALIASES = ("index.docker.io", _DOCKER_HUB_HOST)
_PATH = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?|\[[0-9A-Fa-f:]+\](?::\d{1,5})?")


class Name(NamedTuple):
    """registry: "docker.io", "localhost:5000"; path: "library/alpine"; digest where the name is pinned, else None."""

    registry: str
    path: str
    tag: str
    digest: str | None

    @property
    def reference(self) -> str:
        """What a manifest is asked for by."""
        return self.digest or self.tag

    @property
    def host(self) -> str:
        return _DOCKER_HUB_HOST if self.registry == DOCKER_HUB else self.registry


def parse(text: str, reference: str) -> Name:
    """Raises LibccheckError for what is no name of an image."""
    rest, at, digest = text.removeprefix("//").partition("@")
    first, slash, others = rest.partition("/")
    has_host = bool(slash) and ("." in first or ":" in first or first == "localhost")
    registry, rest = (first, others) if has_host else (DOCKER_HUB, rest)
    registry = DOCKER_HUB if registry in _ALIASES else registry
    path, colon, tag = rest.partition(":")
    if registry == DOCKER_HUB and "/" not in path:
        path = f"library/{path}"
    sound = (
        _HOST.fullmatch(registry)
        and _PATH.fullmatch(path)
        and (not colon or _TAG.fullmatch(tag))
        and (not at or _DIGEST.fullmatch(digest))
    )
    if not sound:
        raise LibccheckError(
            f"{text!r} is no name of an image in a registry", subject=reference, hint="as in registry:ghcr.io/o/app:1.2"
        )
    return Name(registry, path, tag or "latest", digest or None)


def authority(host: str, port: int) -> tuple[str, int]:
    """HOST[:PORT] in its parts, an IPv6 address without its brackets; `port` where none is said."""
    name, colon, said = host.rpartition(":")
    if colon and said.isdigit() and not host.endswith("]"):
        return name.strip("[]"), int(said)
    return host.strip("[]"), port


def is_loopback(host: str) -> bool:
    """Whether a HOST[:PORT] is this machine itself."""
    name, _ = authority(host, 0)
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def mirrors(registry: str) -> list[str]:
    """Where the user wants images of that registry to be asked for first: LIBCCHECK_MIRRORS, "docker.io=HOST,..."."""
    found = []
    for each in os.environ.get("LIBCCHECK_MIRRORS", "").split(","):
        of, _, host = each.strip().partition("=")
        if of == registry and host:
            if not _HOST.fullmatch(host):
                raise LibccheckError(f"LIBCCHECK_MIRRORS names {host!r}, which is no HOST or HOST:PORT")
            found.append(host)
    return found
