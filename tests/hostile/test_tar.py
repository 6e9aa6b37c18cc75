"""Archives that lie, are cut off or never end: one clear line, bounded work, and nothing outside the root."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libccheck.errors import LibccheckError
from libccheck.images import inflate
from libccheck.images.archive import open_tar
from libccheck.images.inflate import CutOffError, Mapped
from libccheck.images.tar import members
from libccheck.model import File, Image
from tests.archives import Item, tar
from tests.forge import elf

ITEMS = [Item("etc/passwd", b"root:x:0:0:::\n"), Item("bin/tool", elf(kind=2)), Item("long/" + "n" * 200, b"x" * 3000)]


def opened(path: Path, data: bytes) -> Image:
    path.write_bytes(data)
    return open_tar(str(path), f"tar:{path}")


def refusal(path: Path, data: bytes) -> LibccheckError:
    with pytest.raises(LibccheckError) as raised:
        opened(path, data)
    assert raised.value.subject == f"tar:{path}"
    assert "\n" not in raised.value.message
    return raised.value


def changed(header: bytes, at: int, field: bytes) -> bytes:
    """A header block with another field, its checksum made right."""
    block = bytearray(header[:512])
    block[at : at + len(field)] = field
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + header[512:]


@pytest.mark.parametrize("squeeze", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_an_archive_cut_off_anywhere_is_said_to_be_so(tmp_path: Path, squeeze: type[bytes]) -> None:
    whole = tar(ITEMS)
    data = squeeze(whole)
    end = len(whole.rstrip(b"\0")) if squeeze is bytes else len(data)  # zeros follow that nobody misses
    for length in {*range(13, end, 97), end - 1} - set(range(0, end, 512)):
        assert "is cut off" in refusal(tmp_path / "root", data[:length]).message, length


def test_an_extended_header_without_its_member_is_a_cut_off_archive(tmp_path: Path) -> None:
    whole = tar(ITEMS[2:])
    for length in (512, 1024):
        assert "is cut off" in refusal(tmp_path / "root", whole[:length]).message


def test_damage_in_compressed_data_is_found(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(tar(ITEMS)))
    data[-6] ^= 1
    assert "is damaged" in refusal(tmp_path / "root", bytes(data)).message


def boundaries(data: bytes) -> list[tuple[int, str]]:
    source = Mapped(memoryview(data))
    return [(source.position - 512, member.name) for member in members(source)]


@settings(max_examples=300)
@given(st.data())
def test_a_damaged_header_is_a_clear_line_or_another_archive(data: st.DataObject) -> None:
    whole = bytearray(tar(ITEMS, data.draw(st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]))))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.sampled_from([at for at, _ in boundaries(bytes(tar(ITEMS)))]))
        at = start + data.draw(st.integers(0, 511))
        whole[at] = data.draw(st.integers(0, 255))
        whole[start:] = changed(bytes(whole[start:]), 0, b"")
    try:
        for member in members(Mapped(memoryview(whole))):
            assert len(member.name) <= 4096
    except (LibccheckError, CutOffError):
        pass


@pytest.mark.parametrize(
    "data", [b"hello\n", b"\x7fELF" + bytes(2000), b"MZ" * 600, b"\x1f\x8b" + bytes(100), b"BZh9junk"]
)
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    refusal(tmp_path / "root", data)


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    assert "is empty" in refusal(tmp_path / "root", b"").message


def test_a_missing_file_and_a_directory_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(LibccheckError, match="does not exist"):
        open_tar(str(tmp_path / "no"), "tar:no")
    with pytest.raises(LibccheckError, match="not a regular file") as raised:
        open_tar(str(tmp_path), "tar:d")
    assert f"dir:{tmp_path}" in raised.value.hint


def test_a_size_that_lies_is_a_cut_off_archive(tmp_path: Path) -> None:
    for size in (b"77777777777\0", b"\x80" + bytes(3) + b"\x7f" + b"\xff" * 7):
        data = changed(tar([Item("a", b"#!x", mode=0o755)]), 124, size)
        assert "is cut off" in refusal(tmp_path / "root", data).message
        assert "is cut off" in refusal(tmp_path / "root", gzip.compress(data)).message


@pytest.mark.parametrize("field", [b"-1", b"9999", b"abc", b"\xff" * 12])
def test_a_malformed_number_is_refused(tmp_path: Path, field: bytes) -> None:
    assert (
        "not a sound tar archive"
        in refusal(tmp_path / "root", changed(tar(ITEMS), 124, field.ljust(12, b"\0"))).message
    )


def test_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    data = bytearray(tar(ITEMS))
    data[5] ^= 1
    assert "checksum" in refusal(tmp_path / "root", bytes(data)).message


@pytest.mark.parametrize(
    "records", [b"99 path=x\n", b"x path=x\n", b"7 path\n", b"0 \n", b"5 a=b", b"999999999999 a=b\n"]
)
def test_malformed_extended_headers_are_refused(tmp_path: Path, records: bytes) -> None:
    header = changed(tar([Item("x", records)]), 156, b"x")
    assert "extended header is malformed" in refusal(tmp_path / "root", header).message


@pytest.mark.parametrize("key", [b"size", b"uid", b"gid"])
@pytest.mark.parametrize("value", [b"-1", b"x", b"9" * 30])
def test_malformed_numbers_in_extended_headers_are_refused(tmp_path: Path, key: bytes, value: bytes) -> None:
    record = b" " + key + b"=" + value + b"\n"
    length = next(number for number in range(99) if len(b"%d" % number + record) == number)
    data = changed(tar([Item("x", b"%d" % length + record)]), 156, b"x")[:1024] + tar([Item("a", b"")])
    assert "malformed number" in refusal(tmp_path / "root", data).message


@pytest.mark.parametrize("kind", [b"x", b"g", b"L", b"K"])
def test_an_extended_header_without_end_is_refused(tmp_path: Path, kind: bytes) -> None:
    data = changed(changed(tar([Item("x", b"")]), 124, b"00777777777\0"), 156, kind)
    assert "extended header is" in refusal(tmp_path / "root", data + bytes(1024)).message


def test_a_name_longer_than_any_path_is_refused(tmp_path: Path) -> None:
    assert "bytes long" in refusal(tmp_path / "root", tar([Item("n" * 5000, b"")])).message


@pytest.mark.parametrize("name", ["/etc/passwd", "../../etc/passwd", "./../etc/passwd", "a/../../etc/passwd"])
def test_names_that_climb_stay_in_the_root(tmp_path: Path, name: str) -> None:
    assert "/etc/passwd" in set(opened(tmp_path / "root", tar([Item(name, b"root:x:0:0:::\n")])).tree)


def test_links_that_climb_are_never_followed_on_this_machine(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"#!secret")
    items = [Item("up", target=f"../../../../..{outside}"), Item("hard", target=str(outside), kind=tarfile.LNKTYPE)]
    assert opened(tmp_path / "root", tar(items[:1])).tree.resolve("/up").errno == "ENOENT"
    assert "hard link" in refusal(tmp_path / "root", tar(items[1:])).message


def test_a_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflate, "_FREE", 1 << 24)
    zeros = changed(tar([Item("zeros", b"")]), 124, b"17777777777\0")[:512] + bytes(1 << 26)
    for squeeze in (gzip.compress, bz2.compress):
        assert "times its size" in refusal(tmp_path / "root", squeeze(zeros)).message


def test_a_large_file_costs_time_but_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "root.tgz"
    path.write_bytes(gzip.compress(tar([Item("weights", b"\0\1\2\3" * (1 << 24)), Item("bin/sh", elf(kind=2))]), 1))
    tracemalloc.start()
    try:
        image = open_tar(str(path), "tar:x")
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
    assert image.size is not None
    assert image.size > 1 << 26


def test_deep_directories_cannot_multiply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("libccheck.images.layers._MAX_NODES", 10_000)
    items = [Item(f"{number}/" + "d/" * 1000 + "f", b"") for number in range(50)]
    assert "more than 10000 files" in refusal(tmp_path / "root", tar(items)).message


def test_a_sparse_map_that_lies_is_refused(tmp_path: Path) -> None:
    header = changed(changed(tar([Item("s", b"x" * 512)]), 156, b"S"), 386, b"00000000000\0" + b"00000777777\0")
    assert "sparse" in refusal(tmp_path / "root", changed(header, 483, b"00000777777\0")).message


def test_a_huge_sparse_file_is_not_filled(tmp_path: Path) -> None:
    header = changed(tar([Item("s", elf(kind=2) + bytes(512))]), 156, b"S")
    size = len(elf(kind=2))
    header = changed(header, 386, b"00000000000\0%011o\0" % size)
    image = opened(tmp_path / "root", changed(header, 483, b"00377777777\0"))
    node = image.tree.nodes.get("/s")
    assert isinstance(node, File)
    assert (node.size, node.load().elf is not None) == (0o377777777, True)
    assert "sparse file of" in refusal(tmp_path / "root", changed(header, 483, b"77777777777\0")).message
