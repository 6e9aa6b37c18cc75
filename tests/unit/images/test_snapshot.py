"""An image through a file of snapshots and back is the same image."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libccheck.content import content
from libccheck.errors import LibccheckError
from libccheck.images import store as store_module
from libccheck.images.directory import open_directory
from libccheck.images.snapshot import pack_image, unpack_image
from libccheck.images.store import BASED, HEADER, Store
from libccheck.images.storing import Storing
from libccheck.model import (
    Config,
    Directory,
    Elf,
    File,
    Image,
    Layer,
    Link,
    Loader,
    Node,
    Provenance,
    Relocations,
    Segment,
    Special,
    Symbols,
    Tables,
    VersionDefined,
    VersionNeed,
    VersionsNeeded,
)
from libccheck.tree import Tree
from tests.archives import plain
from tests.forge import elf
from tests.reality.sample import few

_OF_A_DIRECTORY = 60
BARE = Image("x", "tar", None, "linux/amd64", 0, (), Config(), None)


def through(path: Path, *images: Image) -> list[Image]:
    """Those images after a write and a read of one file."""
    storing = Storing()
    heads = [pack_image(image, storing) for image in images]
    storing.write(str(path), "")
    store = Store(str(path))
    return [unpack_image(store, head, image.reference, image.source) for head, image in zip(heads, images, strict=True)]


def image_of(nodes: dict[str, Node]) -> Image:
    return BARE._replace(tree=Tree({"/": Directory(0o755, 0, 0), **nodes}))


def node_of(data: bytes, path: str = "", mode: int = 0o755) -> File:
    return File(mode, 0, 0, len(data), None, lambda: content(data, path))


def test_every_field_of_an_image_survives(tmp_path: Path) -> None:
    image = image_of({})._replace(
        digest="sha256:1",
        size=1 << 40,
        layers=(Layer("sha256:2", 3, "RUN x\ny"), Layer("sha256:4", 5, "")),
        config=Config(("a", "b c"), ("",), (("K", "V=W"), ("E", "")), "u", "/w", ("CMD", "x"), ("/bin/sh", "-c")),
        provenance=Provenance("there", "file", "sum", "2024-01-01", "note"),
    )
    (read,) = through(tmp_path / "s", image)
    assert read._replace(tree=None) == image._replace(tree=None)
    assert plain(read.tree) == plain(image.tree)


def test_every_kind_of_node_survives(tmp_path: Path) -> None:
    script, text = b"#!/bin/sh\nexit\n", b"root:x:0:0:::\n"
    image = image_of(
        {
            "/a": node_of(script),
            "/b": Link("../a\udce9"),
            "/caf\udce9 \n\t": Directory(0o1777, 4_000_000_000, 5),
            "/dev": Special("c", 0o666, 0, 5),
            "/etc": Directory(0o755, 0, 0),
            "/etc/passwd": node_of(text, "/etc/passwd", 0o644),
            "/prog": node_of(elf(kind=2, needed=["libc.so.6"]))._replace(mode=0o4755, uid=1, gid=2, layer=7),
            "/unmarked": node_of(b"\0" + elf(needed=["libc.so.6"], exports=["x"])[1:], mode=0o644),
            "/with:colon": Link("1234:e5"),
        }
    )
    (read,) = through(tmp_path / "s", image)
    assert plain(read.tree) == plain(image.tree)
    assert len(read.tree.nodes) == 10
    assert "/b" in read.tree.nodes
    assert "/c" not in read.tree.nodes
    with pytest.raises(KeyError):
        read.tree.nodes["/c"]


def test_a_node_is_the_same_object_each_time(tmp_path: Path) -> None:
    (read,) = through(tmp_path / "s", image_of({"/a": node_of(b"#!x")}))
    assert read.tree.nodes.get("/a") is read.tree.nodes.get("/a")


def test_many_kinds_of_nodes_have_a_sign_each(tmp_path: Path) -> None:
    image = image_of({f"/{uid}": Directory(0o755, uid, 0) for uid in range(0, 60_000, 1)})
    (read,) = through(tmp_path / "s", image)
    assert plain(read.tree) == plain(image.tree)


def test_data_that_nobody_can_execute_is_not_kept(tmp_path: Path) -> None:
    (read,) = through(tmp_path / "s", image_of({"/a": File(0o644, 0, 0, 3, None, lambda: content(b""))}))
    node = read.tree.nodes["/a"]
    assert isinstance(node, File)
    assert node.load() == content(b"")


def test_one_entry_is_read_without_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = {f"/d{number}": Directory(0o755, 0, 0) for number in range(5)}
    many: dict[str, Node] = {f"/d{number % 5}/{number}" + "x" * 50: Link("y") for number in range(3000)}
    images = [image_of({**folders, **many}), image_of({"/other": node_of(elf(kind=2, exports=["unique"]))})]
    first, _ = through(tmp_path / "s", *images)
    read: list[int] = []
    blob = Store.blob

    def counting(store: Store, number: int, depth: int = 0) -> bytes:
        read.append(number)
        return blob(store, number, depth)

    monkeypatch.setattr(Store, "blob", counting)
    assert first.tree.nodes.get("/d2/7" + "x" * 50) is not None
    assert len(read) < 4


def test_equal_facts_are_stored_once(tmp_path: Path) -> None:
    library = elf(soname="libx.so", exports=[f"function_{number}" for number in range(500)])
    through(tmp_path / "one", image_of({"/a": node_of(library)}))
    through(tmp_path / "two", image_of({"/a": node_of(library)}), image_of({"/elsewhere": node_of(library)}))
    assert (tmp_path / "two").stat().st_size < (tmp_path / "one").stat().st_size + 200


def test_similar_facts_are_stored_against_each_other(tmp_path: Path) -> None:
    names = [f"function_{number * 7919 % 10007}" for number in range(500)]
    versions = [elf(soname="libx.so", exports=names[: 500 - number]) for number in range(4)]
    storing = Storing()
    heads = [pack_image(image_of({"/lib": node_of(data)}), storing) for data in versions]
    assert sum(blob[0] == BASED for blob in storing.blobs) >= 3
    storing.write(str(tmp_path / "s"), "")
    for head, data in zip(heads, versions, strict=True):
        node = unpack_image(Store(str(tmp_path / "s")), head, "x", "tar").tree.nodes["/lib"]
        assert isinstance(node, File)
        assert node.load() == content(data)


def test_a_file_that_grows_keeps_what_it_held(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    images = [image_of({"/lib": node_of(elf(soname="x", exports=[f"f{n}_{i}" for i in range(700)]))}) for n in range(4)]
    heads = []
    for image in images:
        storing = Storing(Store(path) if os.path.exists(path) else None)
        heads.append(pack_image(image, storing))
        storing.write(path, "")
    store = Store(path)
    for head, image in zip(heads, images, strict=True):
        assert plain(unpack_image(store, head, "x", "tar").tree) == plain(image.tree)
    assert len(store.chunks) == 3


_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
_WORD = st.integers(0, (1 << 32) - 1)
_LONG = st.integers(0, (1 << 64) - 1)


@st.composite
def _elves(draw: st.DrawFn) -> tuple[Elf, Loader | None]:
    count = draw(st.integers(0, 5))
    octets = st.binary(min_size=count, max_size=count)
    symbols = Symbols(
        names=tuple(draw(_TEXT) for _ in range(count)),
        infos=draw(octets),
        others=draw(octets),
        sections=draw(octets),
        valued=draw(octets),
        sizes=tuple(draw(st.sampled_from([0, 0, 8, 1 << 63])) for _ in range(count)),
        versions=tuple(draw(st.lists(st.integers(0, 0xFFFF), max_size=count))),
    )
    runs = st.lists(st.tuples(_WORD, _WORD, st.integers(1, 100)), max_size=4).map(tuple)
    relocations = Relocations(draw(runs), draw(runs), draw(runs))
    tables = Tables(lambda: symbols, lambda: relocations)
    texts = st.lists(_TEXT, max_size=3).map(tuple)
    optional = st.none() | _TEXT
    needs = st.builds(VersionNeed, _TEXT, st.integers(0, 0x7FFF), st.booleans(), st.none())
    segments = st.builds(Segment, _WORD, _WORD, _LONG, _LONG, _LONG, _LONG, _LONG)
    defined = st.builds(VersionDefined, _TEXT, st.integers(0, 0x7FFF), st.booleans(), st.booleans(), st.none())
    wanted = st.builds(VersionsNeeded, _TEXT, st.lists(needs, max_size=2).map(tuple))
    found = Elf(
        ident=draw(st.binary(min_size=16, max_size=16)),
        bits=draw(st.sampled_from([32, 64])),
        little_endian=draw(st.booleans()),
        kind=draw(_WORD),
        machine=draw(_WORD),
        flags=draw(_WORD),
        entry=draw(_LONG),
        phentsize=draw(_WORD),
        phnum=draw(_WORD),
        segments=draw(st.lists(segments, max_size=3).map(tuple)),
        size=1 << 40,
        interpreter=draw(st.none() | st.binary(max_size=9)),
        tags=draw(st.lists(_LONG, max_size=3).map(tuple)),
        soname=draw(optional),
        needed=draw(texts),
        rpath=draw(optional),
        runpath=draw(optional),
        audit=draw(texts),
        auxiliary=draw(texts),
        filters=draw(texts),
        dynamic_flags=draw(_LONG),
        dynamic_flags_1=draw(_LONG),
        plt_is_rela=draw(st.booleans()),
        versions_needed=draw(st.lists(wanted, max_size=2).map(tuple)),
        versions_defined=draw(st.none() | st.lists(defined, max_size=2).map(tuple)),
        gnu_hash=draw(st.none() | _WORD),
        sysv_hash=draw(st.integers(0, 2)),
        isa_needed=draw(_WORD),
        abi_tag=draw(st.none() | st.tuples(_WORD, _WORD, _WORD, _WORD)),
        tables=tables,
    )
    return found, draw(st.none() | st.builds(Loader, _TEXT, optional, texts, texts))


@settings(max_examples=200)
@given(_elves())
def test_the_facts_of_any_elf_file_survive(tmp_path_factory: pytest.TempPathFactory, made: tuple[Elf, Loader]) -> None:
    from libccheck.model import Content

    found = Content(b"\x7fELF", made[0], made[1], None)
    image = image_of({"/x": File(0o755, 0, 0, 1, None, lambda: found)})
    (read,) = through(tmp_path_factory.mktemp("s") / "s", image)
    node = read.tree.nodes["/x"]
    assert isinstance(node, File)
    assert node.load() == found


def test_tables_that_were_left_out_stay_left_out(tmp_path: Path) -> None:
    whole = content(elf(kind=2, needed=["libc.so.6"]))
    assert whole.elf is not None
    found = whole._replace(elf=whole.elf._replace(tables=Tables(lambda: None, lambda: None)))
    (read,) = through(tmp_path / "s", image_of({"/x": File(0o755, 0, 0, 1, None, lambda: found)}))
    node = read.tree.nodes["/x"]
    assert isinstance(node, File)
    assert node.load() == found


def test_the_programs_and_libraries_of_this_machine_survive(tmp_path: Path) -> None:
    """Some ELF files of the usual directories, symbols and relocations included."""
    root = open_directory("/", "dir:/")
    nodes: dict[str, Node] = {}
    for folder in ("/bin", "/sbin", "/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"):
        real = root.tree.resolve(folder).path
        for name in few(sorted(getattr(root.tree.nodes, "names")(real)), _OF_A_DIRECTORY):  # noqa: B009
            node = root.tree.nodes.get(f"{real}/{name}")
            if isinstance(node, File) and not node.mode & 0o6000:
                nodes[f"{real}/{name}"] = node
    image = image_of(nodes)
    (read,) = through(tmp_path / "s", image)
    assert sum(isinstance(node, File) and node.load().elf is not None for node in nodes.values()) > 50
    assert plain(read.tree) == plain(image.tree)


# ---------------------------------------------------------------------------------------------------------------------
# Files that others have written


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "s"
    library = elf(soname="libx.so", needed=["libc.so"], exports=[f"f{n}" for n in range(40)])
    through(path, image_of({"/lib": node_of(library), "/b": node_of(b"#!/bin/sh\n"), "/l": Link("b")}))
    return path


def look_at_everything(path: Path) -> None:
    store = Store(str(path))
    for number in range(len(store)):
        with suppress(LibccheckError):
            plain(unpack_image(store, number, "x", "tar").tree)


def test_a_file_cut_off_anywhere_is_damaged(sound: Path) -> None:
    data = sound.read_bytes()
    for length in range(0, len(data), 7):
        sound.write_bytes(data[:length])
        with pytest.raises(LibccheckError, match="is damaged"):
            Store(str(sound))


@settings(max_examples=500)
@given(st.data())
def test_a_file_with_other_bytes_is_damaged_or_another_image(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("s") / "s"
    library = elf(soname="libx.so", needed=["libc.so"], exports=[f"f{n}" for n in range(40)])
    storing = Storing()
    setattr(storing, "_smallest", lambda raw, _: (b"\0" + raw, 0))  # noqa: B010  # so that damage goes deep
    pack_image(image_of({"/lib": node_of(library), "/b": node_of(b"#!/bin/sh\n"), "/l": Link("b")}), storing)
    storing.write(str(path), "")
    damaged = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(HEADER.size, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(damaged)
    with suppress(LibccheckError):
        look_at_everything(path)


def test_a_blob_that_expands_without_bound_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_MAX_BLOB", 1000)
    storing = Storing()
    number = storing.add(bytes(5000), "x")
    storing.write(str(tmp_path / "s"), "")
    with pytest.raises(LibccheckError, match="is damaged"):
        Store(str(tmp_path / "s")).blob(number)


def test_blobs_that_are_each_others_dictionary_are_damaged(tmp_path: Path) -> None:
    storing = Storing()
    storing.blobs = [bytes((BASED, 1, 0, 0, 0, 3, 0)), bytes((BASED, 0, 0, 0, 0, 3, 0))]
    storing.write(str(tmp_path / "s"), "")
    with pytest.raises(LibccheckError, match="is damaged"):
        Store(str(tmp_path / "s")).blob(0)


def test_another_kind_of_file_is_damaged(tmp_path: Path) -> None:
    for data in (b"", b"hello", bytes(1000)):
        (tmp_path / "s").write_bytes(data)
        with pytest.raises(LibccheckError, match="not a file of snapshots"):
            Store(str(tmp_path / "s"))


def test_a_write_that_fails_leaves_the_old_file(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sound.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(LibccheckError, match="No space left"):
        Storing(Store(str(sound))).write(str(sound), "")
    assert sound.read_bytes() == before
    assert os.listdir(sound.parent) == [sound.name]
