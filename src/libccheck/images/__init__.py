"""Where trees come from: `open_image` takes a reference to the module that reads its kind of source."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from libccheck.errors import LibccheckError
from libccheck.model import Image

_Opener = Callable[[str, str, "str | None", Sequence[str]], Image]

_SCHEMES = {
    # scheme: module and function, which gets what stands behind the colon, the reference, platform and catalogs
    "catalog": ("libccheck.images.catalog", "open_catalog"),
    "dir": ("libccheck.images.directory", "open_directory"),
    "docker": ("libccheck.images.engine", "open_docker"),
    "docker-archive": ("libccheck.images.saved", "open_saved"),
    "oci": ("libccheck.images.layout", "open_layout"),
    "oci-archive": ("libccheck.images.layout", "open_layout_archive"),
    "podman": ("libccheck.images.engine", "open_podman"),
    "tar": ("libccheck.images.archive", "open_tar"),
}
_LATER = {
    "registry": "skopeo copy docker://{} oci:image, then --image oci:image; or look into libccheck catalog list",
}


def open_image(
    reference: str,
    *,
    platform: str | None = None,
    catalogs: Sequence[str] = (),
    progress: Any = None,  # noqa: ARG001
) -> Image:
    """The image that `reference` names: `SCHEME:...`, `scratch`, a path that exists, or a name of the catalog.

    `platform` is as Docker writes it, the default is the host's or what the root's programs are made for. `catalogs`
    are directories looked at before the user's own catalog and the built-in one. Raises LibccheckError.
    """
    if platform is not None:
        from libccheck.images.platforms import normal

        platform = normal(platform)
    scheme, colon, rest = reference.partition(":")
    if colon and scheme in _SCHEMES:
        return _opener(scheme)(rest, reference, platform, catalogs)
    if colon and scheme in _LATER:
        raise LibccheckError(
            f"this version cannot read {scheme}: images", subject=reference, hint=_LATER[scheme].format(rest)
        )
    if reference == "scratch":
        return _scratch(platform)
    if not reference:
        raise LibccheckError("an image without a name", hint="name one, as in alpine:3.20 or dir:rootfs")
    if os.path.exists(reference):
        return _opener(_kind_of(reference))(reference, reference, platform, catalogs)
    if _is_path(reference):
        raise LibccheckError(f"{reference} does not exist", subject=reference, hint="check the path of the image")
    from libccheck.images.sockets import holds

    return _opener("docker" if holds(reference) else "catalog")(reference, reference, platform, catalogs)


def _opener(scheme: str) -> _Opener:
    module, name = _SCHEMES[scheme] if scheme != "file" else ("libccheck.images.archive", "open_file")
    opener: _Opener = getattr(import_module(module), name)
    return opener


def _scratch(platform: str | None) -> Image:
    from libccheck.images.platforms import host
    from libccheck.model import Config
    from libccheck.tree import EMPTY

    return Image("scratch", "scratch", None, platform or host(), 0, (), Config(), EMPTY)


def _kind_of(path: str) -> str:
    if not os.path.isdir(path):
        return "file"
    is_layout = os.path.isfile(os.path.join(path, "oci-layout")) and os.path.isfile(os.path.join(path, "index.json"))
    return "oci" if is_layout else "dir"


def _is_path(reference: str) -> bool:
    return reference.startswith(("/", "./", "../", "~")) or reference.endswith((".tar", ".tgz", ".gz", ".xz", ".zst"))
