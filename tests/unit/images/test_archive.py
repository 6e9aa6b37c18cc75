"""`tar:`: plain or compressed, of every dialect, gives the same tree as the directory that it was made of."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from libccheck.content import content
from libccheck.errors import LibccheckError
from libccheck.images import entries, open_image
from libccheck.images.archive import open_tar
from libccheck.images.directory import open_directory
from libccheck.model import Directory, File, Image, Link, Special
from tests.archives import Item, plain, tar
from tests.forge import MUSL, elf

PROGRAM = elf(interpreter=MUSL, needed=["libc.so"], exports=["answer"])
ITEMS = [
    Item("./", mode=0o755),
    Item("./etc", mode=0o755),
    Item("./etc/passwd", b"root:x:0:0::/root:/bin/sh\n", mode=0o644),
    Item("./etc/motd", b"hello\n", mode=0o644),
    Item("./bin", mode=0o755),
    Item("./bin/tool", PROGRAM, mode=0o4755, uid=1000, gid=1001),
    Item("./bin/script", b"#!/bin/sh\necho\n", mode=0o755),
    Item("./bin/sh", target="tool"),
    Item("./empty", b"", mode=0o600),
    Item("./unmarked", b"\0" + PROGRAM[1:], mode=0o644),
]


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def opened(path: Path) -> Image:
    return open_tar(str(path), f"tar:{path}")


def file_of(image: Image, path: str) -> File:
    node = image.tree.nodes.get(path)
    assert isinstance(node, File)
    return node


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_member_is_a_node(tmp_path: Path, form: int) -> None:
    image = opened(written(tmp_path / "root.tar", tar(ITEMS, form)))
    nodes = image.tree.nodes
    assert set(nodes) == {"/"} | {item.name[1:] for item in ITEMS[1:]}
    assert nodes["/bin"] == Directory(0o755, 0, 0)
    assert nodes["/bin/sh"] == Link("tool")
    assert file_of(image, "/bin/tool")[:5] == (0o4755, 1000, 1001, len(PROGRAM), None)
    assert file_of(image, "/bin/tool").load() == content(PROGRAM)
    assert file_of(image, "/etc/passwd").load().text == ITEMS[2].data
    assert file_of(image, "/bin/script").load().head == ITEMS[6].data
    assert file_of(image, "/etc/motd").load().head == b""
    assert file_of(image, "/unmarked").load() == content(b"\0" + PROGRAM[1:])
    assert file_of(image, "/unmarked").load().unmarked is not None
    assert image.size == sum(len(item.data or b"") for item in ITEMS)
    assert (image.source, image.platform) == ("tar", "linux/amd64")
    assert dict(image.config.env)["PATH"].endswith(":/bin")


@pytest.mark.parametrize(
    "squeeze",
    [gzip.compress, bz2.compress, lzma.compress, lambda data: lzma.compress(data, lzma.FORMAT_ALONE)],
    ids=["gzip", "bzip2", "xz", "lzma"],
)
def test_a_compressed_archive_gives_the_same_tree(tmp_path: Path, squeeze: object) -> None:
    data = tar(ITEMS)
    image = opened(written(tmp_path / "root", squeeze(data)))  # type: ignore[operator]
    assert plain(image.tree) == plain(opened(written(tmp_path / "root.tar", data)).tree)


def test_zstd_gives_the_same_tree(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    data = tar(ITEMS)
    squeezed = zstandard.ZstdCompressor().compress(data[:1000]) + zstandard.ZstdCompressor().compress(data[1000:])
    image = opened(written(tmp_path / "root.tar.zst", squeezed))
    assert plain(image.tree) == plain(opened(written(tmp_path / "root.tar", data)).tree)


def test_without_the_zstd_package_there_is_a_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "zstandard", None)
    path = written(tmp_path / "root.tar.zst", b"\x28\xb5\x2f\xfd" + bytes(100))
    with pytest.raises(LibccheckError, match="needs the package zstandard") as raised:
        opened(path)
    assert "pip install" in raised.value.hint


def test_gzip_members_one_after_the_other_are_one_archive(tmp_path: Path) -> None:
    data = tar(ITEMS)
    squeezed = b"".join(gzip.compress(data[at : at + 700]) for at in range(0, len(data), 700)) + bytes(64)
    image = opened(written(tmp_path / "root.tgz", squeezed))
    assert plain(image.tree) == plain(opened(written(tmp_path / "root.tar", data)).tree)


def test_a_directory_gives_the_same_tree(tmp_path: Path) -> None:
    root = tmp_path / "root"
    data = tar([item._replace(uid=os.getuid(), gid=os.getgid()) for item in ITEMS])
    with tarfile.open(fileobj=io.BytesIO(data)) as members:
        members.extractall(root, filter="fully_trusted")
    directory = open_directory(str(root), f"dir:{root}")
    found = plain(opened(written(tmp_path / "root.tar", data)).tree)
    assert {**plain(directory.tree), "/": found["/"]} == found
    assert directory.platform == "linux/amd64"


def test_long_names_and_bytes_that_are_not_utf_8_survive(tmp_path: Path) -> None:
    long, odd = "d/" + "n" * 150 + "/" + "f" * 150, "caf\udce9"
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        items = [Item(long, b"x"), Item(odd, b"y"), Item("l", target="t" * 200)]
        nodes = opened(written(tmp_path / f"{form}.tar", tar(items, form))).tree.nodes
        assert f"/{long}" in nodes
        assert f"/{odd}" in nodes
        assert nodes["/l"] == Link("t" * 200)


def test_devices_and_fifos_are_there_but_hold_nothing(tmp_path: Path) -> None:
    items = [
        Item("null", kind=tarfile.CHRTYPE, mode=0o666),
        Item("sda", kind=tarfile.BLKTYPE, mode=0o660),
        Item("p", kind=tarfile.FIFOTYPE, mode=0o600),
    ]
    nodes = opened(written(tmp_path / "root.tar", tar(items))).tree.nodes
    assert [nodes[path] for path in ("/null", "/sda", "/p")] == [
        Special("c", 0o666, 0, 0),
        Special("b", 0o660, 0, 0),
        Special("p", 0o600, 0, 0),
    ]


def test_a_hard_link_has_the_content_of_its_target(tmp_path: Path) -> None:
    items = [Item("a", PROGRAM), Item("b", target="a", kind=tarfile.LNKTYPE)]
    for name, data in (("plain", tar(items)), ("gzip", gzip.compress(tar(items)))):
        image = opened(written(tmp_path / name, data))
        assert file_of(image, "/b").load() == content(PROGRAM)
        assert image.size == len(PROGRAM)


def test_a_name_that_counts_as_text_has_its_text_even_as_a_hard_link(tmp_path: Path) -> None:
    items = [Item("store/0", b"root:x:0:0:::\n"), Item("etc/passwd", target="store/0", kind=tarfile.LNKTYPE)]
    for name, data in (("plain", tar(items)), ("gzip", gzip.compress(tar(items)))):
        image = opened(written(tmp_path / name, data))
        assert file_of(image, "/etc/passwd").load().text == b"root:x:0:0:::\n"


def test_what_comes_later_in_the_archive_replaces_what_came_before(tmp_path: Path) -> None:
    image = opened(written(tmp_path / "root.tar", tar([Item("a", b"#!old"), Item("a", b"#!new")])))
    assert file_of(image, "/a").load().head == b"#!new"


@pytest.mark.parametrize("form", ["gnu", "posix --sparse-version=0.0", "posix --sparse-version=0.1", "posix"])
@pytest.mark.parametrize("buffer", [100, 1 << 24])
def test_a_sparse_program_is_whole(tmp_path: Path, form: str, buffer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "_MAX_BUFFER", buffer)
    holes = PROGRAM + bytes(1 << 20) + b"tail" + bytes(1 << 20)
    with (tmp_path / "program").open("wb") as file:
        for start, data in ((0, PROGRAM), (len(PROGRAM) + (1 << 20), b"tail")):
            file.seek(start)
            file.write(data)
        file.truncate(len(holes))
    path = tmp_path / "root.tar"
    command = ["tar", "--create", f"--file={path}", "--sparse", f"--directory={tmp_path}"]
    form, *more = form.split()
    subprocess.run([*command, f"--format={form}", *more, "program"], check=True)
    assert path.stat().st_size < 1 << 20
    expected = content(holes)
    for data in (path.read_bytes(), gzip.compress(path.read_bytes())):
        image = opened(written(tmp_path / "copy", data))
        assert file_of(image, "/program").size == len(holes)
        assert file_of(image, "/program").load() == expected


def test_a_program_too_large_for_the_buffer_is_read_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "_MAX_BUFFER", 100)
    image = opened(written(tmp_path / "root.tgz", gzip.compress(tar(ITEMS))))
    assert file_of(image, "/bin/tool").load() == content(PROGRAM)


def test_the_platform_is_that_of_the_programs_unless_said(tmp_path: Path) -> None:
    path = written(tmp_path / "root.tar", tar([Item("bin/sh", elf(kind=2, machine=183))]))
    assert open_image(f"tar:{path}").platform == "linux/arm64"
    assert open_image(f"tar:{path}", platform="riscv64").platform == "linux/riscv64"


def test_an_archive_of_images_is_recognized(tmp_path: Path) -> None:
    path = written(tmp_path / "saved.tar", tar([Item("manifest.json", b"[]"), Item("abc/layer.tar", b"")]))
    with pytest.raises(LibccheckError, match="as docker save writes it") as raised:
        opened(path)
    assert f"docker-archive:{path}" in raised.value.hint


def test_an_oci_layout_is_recognized(tmp_path: Path) -> None:
    with pytest.raises(LibccheckError, match="an OCI image layout"):
        opened(written(tmp_path / "oci.tar", tar([Item("oci-layout", b"{}"), Item("index.json", b"{}")])))


def test_a_root_that_happens_to_hold_a_manifest_is_a_root(tmp_path: Path) -> None:
    image = opened(written(tmp_path / "root.tar", tar([Item("manifest.json", b"[]"), Item("etc/motd", b"")])))
    assert "/manifest.json" in image.tree.nodes
