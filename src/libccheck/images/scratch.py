"""`scratch`: the image with nothing in it."""

from __future__ import annotations

from libccheck.images import platforms
from libccheck.images.opening import USUAL, Opening
from libccheck.model import Config, Image
from libccheck.tree import EMPTY


def open_scratch(_: str, reference: str, how: Opening = USUAL) -> Image:
    return Image(reference, "scratch", None, how.platform or platforms.host(), 0, (), Config(), EMPTY)
