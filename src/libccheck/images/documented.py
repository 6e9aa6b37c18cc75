"""Base images that nobody here has read: what is documented of them, from the table in `catalog/documented.tsv`.

A line has the names of images that have the same facts ("~" before one that will mean something newer some day), the C
library, its version, where its parts lie ("multiarch" for Debian's way), and who says so, with tabs between them.
"""

from __future__ import annotations

from collections.abc import Iterator

from libccheck.interpreters import usual_paths
from libccheck.machines import platform_machine
from libccheck.model import Config, Documented, Image, Provenance
from libccheck.record import NamedTuple
from libccheck.releases import FLOATING
from libccheck.tree import EMPTY

DATE = "2026-09-30"
PLATFORMS = ("linux/amd64", "linux/arm64")
FILE = __file__.rpartition("/")[0].rpartition("/")[0] + "/catalog/documented.tsv"
_TRIPLETS = {"linux/amd64": "x86_64-linux-gnu", "linux/arm64": "aarch64-linux-gnu"}
_FLOATING = "~"
_FIELDS = 5


class Fact(NamedTuple):
    """One line of the table for one of its names; `first`: whether it is the first that stands there."""

    name: str
    floating: bool
    libc: str
    version: str
    directory: str
    source: str
    first: bool


def facts() -> Iterator[Fact]:
    """All of them, in the order of the table."""
    with open(FILE, encoding="utf-8") as file:
        for line in file:
            fields = line.rstrip("\n").split("\t")
            if not line.startswith("#") and len(fields) == _FIELDS:
                libc, version, directory, source = fields[1:]
                for at, name in enumerate(fields[0].split(" ")):
                    known = name.removeprefix(_FLOATING), name.startswith(_FLOATING)
                    yield Fact(*known, libc, version, directory, source, not at)


def open_documented(name: str, reference: str, platform: str) -> Image | None:
    """The image without a tree; None where nothing is documented of it for that platform."""
    fact = next((each for each in facts() if each.name == name), None)
    return _image(fact, reference, platform) if fact is not None and platform in PLATFORMS else None


def documented_bases(platform: str) -> Iterator[Image]:
    """Those of distributions, each release by its first name; images of languages stand on them."""
    for each in facts() if platform in PLATFORMS else ():
        if each.first and each.name.partition(":")[0] not in FLOATING:
            yield _image(each, each.name.removesuffix(":latest"), platform)


def _image(fact: Fact, reference: str, platform: str) -> Image:
    directory = f"/lib/{_TRIPLETS[platform]}" if fact.directory == "multiarch" else fact.directory
    interpreter = usual_paths(fact.libc, platform_machine(platform))[0]
    note = f"documented: {fact.libc} {fact.version}; its files were not read, and what that does not decide is unclear"
    return Image(
        reference,
        "catalog",
        None,
        platform,
        None,
        (),
        Config(),
        EMPTY,
        as_of=DATE,
        floating=fact.floating,
        provenance=Provenance(fact.source, "", "", DATE, note),
        documented=Documented(fact.libc, fact.version, (interpreter,), directory),
    )
