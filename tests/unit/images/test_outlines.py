"""What tells early that a program will not start, out of images and back from the catalog's blob."""

from __future__ import annotations

from pathlib import Path

import pytest

from libccheck.errors import LibccheckError
from libccheck.images.catalog import Catalog, built_in
from libccheck.images.cataloging import Addition, add
from libccheck.images.outlines import outline_of, pack, unpack
from libccheck.images.storing import Storing
from libccheck.model import Outline, Provenance
from tests.forge import GLIBC, elf
from tests.values import image


def test_libraries_are_found_wherever_they_are_and_links_to_them_too() -> None:
    library = elf(soname="liba.so.1", exports=["a"])
    root = image(
        {
            "/opt/liba.so.1": library,
            "/lib/liba.so": "/opt/liba.so.1",
            "/lib/libgone.so": "nowhere",
            "/lib/lib b.so": library,
            GLIBC: library,
        }
    )
    outline = outline_of(root)
    assert set(outline.libraries) == {"liba.so.1", "liba.so", "ld-linux-x86-64.so.2"}
    assert outline.present == {GLIBC}
    assert "/lib/ld-musl-x86_64.so.1" in outline.absent


def test_one_that_cannot_be_used_is_there() -> None:
    outline = outline_of(image({"/bin/bash": "bash"}))
    assert "/bin/bash" in outline.present


def test_a_blob_gives_back_what_was_put_into_it() -> None:
    outlines = {
        "a:1": Outline(
            frozenset(("/bin/sh",)), frozenset(), {"liba.so": frozenset(("A_1", "A_2")), "b.so": frozenset()}
        ),
        "b:1": Outline(frozenset(), frozenset(("/x",)), {}),
    }
    assert unpack(pack(outlines)) == outlines
    assert unpack(pack({})) == {}


@pytest.mark.parametrize("line", ["a\tb", "a\tb\tc\td=9", "V", "a\tb\tc\td=x"])
def test_a_damaged_blob_is_an_error_of_the_catalog(line: str, tmp_path: Path) -> None:
    path = str(tmp_path / "snapshots.bin")
    storing = Storing()
    number = storing.add(line.encode(), "outlines")
    storing.write(path, f"O\tlinux/amd64\t{number}\n")
    with pytest.raises(LibccheckError, match="damaged"):
        Catalog(path).outlines("linux/amd64")


def test_every_built_in_entry_has_the_outline_of_its_image() -> None:
    catalog = Catalog(built_in())
    outlines = {platform: catalog.outlines(platform) for platform in {each.platform for each in catalog.entries()}}
    for number, entry in enumerate(catalog.entries()):
        assert entry.name in outlines[entry.platform]
        if number % 12 == 0:
            assert outlines[entry.platform][entry.name] == outline_of(catalog.image(entry, entry.name))


def test_entries_of_a_catalog_without_outlines_get_theirs_when_one_is_added(tmp_path: Path) -> None:
    path = str(tmp_path / "snapshots.bin")
    first = Addition("a:1", image({"/bin/sh": b"#!x"}), Provenance("x", "", "", "2026-01-01", ""))
    add(path, [first])
    known = Catalog(path)
    lines = [line for line in known.store.index.splitlines() if not line.startswith("O")]
    Storing(known.store).write(path, "".join(f"{line}\n" for line in lines))
    assert Catalog(path).outlines("linux/amd64") == {}
    add(path, [first._replace(name="b:1")])
    assert set(Catalog(path).outlines("linux/amd64")) == {"a:1", "b:1"}
