#!/usr/bin/env python3
"""Write `catalog/packages.bin`: what packages of distributions hold, as far as a program's start depends on it.

    python tools/packages.py PLACE
    python tools/packages.py --stated

PLACE keeps what was downloaded: for each suite of Debian and each architecture in `packages.json` apt's lists, and the
packages themselves, which apt-get chose and fetched; and under `alpine/` roots of Alpine by the names that
`packages.json` has for them, whose files are compared with apk's own record of them. It comes to 1.1 GB, and takes some
ten minutes, two of which are a processor's.

An entry of the file is an image whose layers are the packages: their files without documentation, and of a program the
ELF facts. A layer's line is the package's name, its version, and which of the other layers it is installed with.
`--stated` leaves all that was read as it is, and puts in anew only what `stated.json` says of packages of Alpine.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

import stated
from packaged.alpine import alpine
from packaged.debian import PLATFORMS, debian
from packaged.exported import facts
from packaged.values import MERGED, Package

from libccheck.images.catalog import Catalog
from libccheck.images.snapshot import pack_image
from libccheck.images.storing import Storing
from libccheck.model import Config, Directory, File, Image, Layer, Link, Node, Provenance
from libccheck.tree import Tree

RECIPES = Path(__file__).with_name("packages.json")
TARGET = Path(__file__).parents[1] / "src/libccheck/catalog/packages.bin"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write(__doc__ or "")
        return 2
    images = list(_there() if arguments[0] == "--stated" else _read(Path(arguments[0]).resolve()))
    there = {(each.reference, each.platform): each for each in images}
    for release, platform in product(stated.FACTS["releases"], stated.FACTS["platforms"]):
        key = f"alpine:{release}", platform
        there[key] = stated.with_stated(*key, there.get(key))
    storing = Storing()
    lines = [_entry(storing, each) for each in there.values()]
    TARGET.unlink(missing_ok=True)
    storing.write(str(TARGET), "".join(lines))
    sys.stdout.write(f"{TARGET}: {TARGET.stat().st_size} bytes\n")
    return 0


def _there() -> Iterator[Image]:
    """What the file has, read whole before it is replaced."""
    catalog = Catalog(str(TARGET))
    for entry in catalog.entries():
        image = catalog.image(entry, entry.name)
        yield image._replace(tree=Tree({path: image.tree.nodes[path] for path in image.tree}))


def _read(place: Path) -> Iterator[Image]:
    recipes = json.loads(RECIPES.read_text(encoding="utf-8"))
    for suite, also in recipes["suites"].items():
        for architecture in recipes["architectures"]:
            packages = debian(place, suite, architecture, recipes["debian"], also)
            date = datetime.now(timezone.utc).date().isoformat()
            source = Provenance("read from Debian's packages", "", "", date, "")
            yield _image(f"debian:{suite}", PLATFORMS[architecture], packages, source, merged=True)
    for name, recipe in recipes["alpine"].items():
        packages = list(alpine(place / "alpine" / recipe["root"], recipe["packages"], recipes["alpine-base"]))
        whose = f"read from an installed Alpine {recipe['release']}, each file as apk recorded it"
        source = Provenance(whose, recipe["origin"], "", recipe["date"], "")
        yield _image(f"alpine:{name}", "linux/amd64", packages, source, merged=False)


def _entry(storing: Storing, image: Image) -> str:
    """The entry's line of the index."""
    date = image.provenance.date if image.provenance else ""
    return "\t".join(("E", image.reference, image.platform, str(pack_image(image, storing)), date, "", "", "")) + "\n"


def _image(name: str, platform: str, packages: list[Package], source: Provenance, *, merged: bool) -> Image:
    nodes: dict[str, Node] = {"/": Directory(0o755, 0, 0)}
    for number, package in enumerate(packages):
        nodes.update(_nodes(package, number))
    nodes.update({f"/{each}": Link(f"usr/{each}") for each in MERGED if merged})
    for path in list(nodes):
        while (path := path.rpartition("/")[0]) and path not in nodes:
            nodes[path] = Directory(0o755, 0, 0)
    layers = tuple(Layer("", each.size, " ".join((each.name, each.version, *each.requires))) for each in packages)
    return Image(name, "catalog", None, platform, 0, layers, Config(), Tree(nodes), provenance=source)


def _nodes(package: Package, number: int) -> Iterator[tuple[str, Node]]:
    for path, (mode, data) in package.files.items():
        if isinstance(data, str):
            yield path, Link(data)
        else:
            yield path, File(mode, 0, 0, len(data), number, facts(path, data, exports=package.asked))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
