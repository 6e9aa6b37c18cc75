"""Where trees come from: `open_image` takes a reference to the module that reads its kind of source."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from libccheck.errors import LibccheckError
from libccheck.images.opening import Opening, Progress
from libccheck.model import Image

_SCHEMES = {
    # scheme: module, the function that opens, the one that says for which platforms there is an image, if any; both get
    # what stands behind the colon, the reference, and how to open it
    "catalog": ("catalog", "open_catalog", "catalog_platforms"),
    "dir": ("directory", "open_directory", ""),
    "docker": ("engine", "open_docker", ""),
    "docker-archive": ("saved", "open_saved", ""),
    "file": ("archive", "open_file", ""),
    "oci": ("layout", "open_layout", "layout_platforms"),
    "oci-archive": ("layout", "open_layout_archive", "layout_archive_platforms"),
    "name": ("named", "open_named", "named_platforms"),
    "podman": ("engine", "open_podman", ""),
    "registry": ("registry", "open_registry", "registry_platforms"),
    "scratch": ("scratch", "open_scratch", ""),
    "tar": ("archive", "open_tar", ""),
}
_UNWRITTEN = ("file", "name", "scratch")  # schemes that nobody writes
ALL = "all"


def open_image(
    reference: str,
    *,
    platform: str | None = None,
    catalogs: Sequence[str] = (),
    cached: bool = True,
    insecure: Sequence[str] = (),
    progress: Progress | None = None,
    documented: bool = False,
) -> Image:
    """The image that `reference` names: `SCHEME:...`, `scratch`, a path that exists, or a bare name.

    A bare name is taken from the engine if it holds it, else from the catalog, else from the registry. `platform` is as
    Docker writes it, the default is the host's or what the root's programs are made for. `catalogs` are directories
    looked at before the user's own catalog and the built-in one. `cached`: whether layers are taken from the user's
    cache and kept there. `insecure` names registries that may be spoken to without TLS; `progress` is called while
    layers are read. `documented`: whether an image without a tree will do, of which only documented facts are known, as
    it does for `check` alone. Raises LibccheckError.
    """
    return _opened(reference, Opening(_normal(platform), catalogs, cached, insecure, progress, documented))


def open_images(
    reference: str,
    *,
    platform: str | None = None,
    catalogs: Sequence[str] = (),
    cached: bool = True,
    insecure: Sequence[str] = (),
    progress: Progress | None = None,
    documented: bool = False,
) -> tuple[Image, ...]:
    """The same for several platforms: with `platform` "all" an image for each platform that its source has it for."""
    if platform != ALL:
        return (_opened(reference, Opening(_normal(platform), catalogs, cached, insecure, progress, documented)),)
    how = Opening(None, catalogs, cached, insecure, progress, documented)
    scheme, rest = _parted(reference)
    held = _function(scheme, 2)(rest, reference, how) if _SCHEMES[scheme][2] else ()
    return tuple(_opened(reference, how._replace(platform=each)) for each in held or (None,))


def _opened(reference: str, how: Opening) -> Image:
    scheme, rest = _parted(reference)
    image: Image = _function(scheme, 1)(rest, reference, how)
    return image


def _normal(platform: str | None) -> str | None:
    if platform is None:
        return None
    from libccheck.images.platforms import normal

    return normal(platform)


def _parted(reference: str) -> tuple[str, str]:
    """Which kind of source it is, and what that is to open."""
    scheme, colon, rest = reference.partition(":")
    if colon and scheme in _SCHEMES and scheme not in _UNWRITTEN:
        return scheme, rest
    if reference == "scratch":
        return "scratch", ""
    if not reference:
        raise LibccheckError("an image without a name", hint="name one, as in alpine:3.20 or dir:rootfs")
    if os.path.exists(reference):
        return _kind_of(reference), reference
    if _is_path(reference):
        raise LibccheckError(f"{reference} does not exist", subject=reference, hint="check the path of the image")
    return "name", reference


def _function(scheme: str, which: int) -> Callable[[str, str, Opening], Any]:
    found: Callable[[str, str, Opening], Any] = getattr(
        import_module(f"libccheck.images.{_SCHEMES[scheme][0]}"), _SCHEMES[scheme][which]
    )
    return found


def _kind_of(path: str) -> str:
    if not os.path.isdir(path):
        return "file"
    is_layout = os.path.isfile(os.path.join(path, "oci-layout")) and os.path.isfile(os.path.join(path, "index.json"))
    return "oci" if is_layout else "dir"


def _is_path(reference: str) -> bool:
    return reference.startswith(("/", "./", "../", "~")) or reference.endswith((".tar", ".tgz", ".gz", ".xz", ".zst"))
