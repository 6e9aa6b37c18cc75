"""Which distribution an image is, and which release of it, by its os-release."""

from __future__ import annotations

import re

from libccheck.model import File, Image

_PLACES = ("/etc/os-release", "/usr/lib/os-release")


def distribution(image: Image) -> str | None:
    """Its name in the image's os-release, else in its reference."""
    name = image.reference.rpartition("/")[2].partition(":")[0]
    return _field(image, "ID") or name or None


def release(image: Image) -> str | None:
    """As "debian:bookworm", "alpine:3.20"; None where the image does not say, or is of none yet."""
    name = _field(image, "ID")
    if name == "debian":
        suite = _field(image, "VERSION_CODENAME")
        return f"debian:{suite}" if suite else None
    if name == "alpine":
        number = re.match(r"(\d+\.\d+)\.\d+\Z", _field(image, "VERSION_ID") or "")
        return f"alpine:{number[1]}" if number else None
    return None


def numbered(image: Image) -> tuple[str, str]:
    """ID and VERSION_ID of its os-release, as ("fedora", "41"), "" for what it does not say."""
    return _field(image, "ID") or "", _field(image, "VERSION_ID") or ""


def _field(image: Image, key: str) -> str | None:
    """The value of one line of os-release(5); a name of letters, digits, dots, lines and underscores."""
    for path in _PLACES:
        node = image.tree.resolve(path).node
        text = node.load().text if isinstance(node, File) else None
        match = re.search(rf"^{key}=[\"']?([\w.-]+)", (text or b"").decode("utf-8", "replace"), re.MULTILINE)
        if match:
            return match[1]
    return None
