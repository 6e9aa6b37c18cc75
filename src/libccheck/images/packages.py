"""What the packages of distributions hold, as far as a program's start depends on it: `catalog/packages.bin`."""

from __future__ import annotations

from libccheck.images.catalog import Catalog, built_in
from libccheck.model import Image

_FILE = "packages.bin"


def packages(release: str, platform: str) -> Image | None:
    """Those of a release ("debian:bookworm", "alpine:3.20"), as an image whose layers are the packages.

    Each layer's line is the package's name, its version, and which of the others come with it. None where they are not
    known. Raises LibccheckError where the file is damaged.
    """
    catalog = Catalog(built_in().rpartition("/")[0] + "/" + _FILE)
    entry = catalog.find(release, platform)
    return None if entry is None else catalog.image(entry, release)
