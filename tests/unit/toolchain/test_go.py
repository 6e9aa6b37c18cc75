"""Go build information, from hand-made bytes in both formats."""

from __future__ import annotations

import struct
from typing import Literal

import pytest

from libccheck import elf as elf_reader
from libccheck.model import Elf
from libccheck.toolchain.go import Module, build_info, has_function_table, release

MARK = bytes(range(16))
TEXT = (
    b"path\texample.org/httpd\n"
    b"mod\texample.org/httpd\t(devel)\t\n"
    b"dep\tgithub.com/mattn/go-sqlite3\tv1.14.0\th1:x=\n"
    b"=>\tgithub.com/fork/go-sqlite3\tv1.15.0\th1:y=\n"
    b"build\t-compiler=gc\n"
    b"build\tCGO_ENABLED=1\n"
    b'build\t-ldflags="-s -w"\n'
)


def program(data: bytes, base: int = 0x400000) -> tuple[Elf, bytes]:
    """A 64-bit little-endian program whose one writable segment holds `data`, from byte 128 on."""
    header = (
        b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    )
    segment = struct.pack("<IIQQQQQQ", 1, 6, 128, base, base, len(data), len(data), 4096)
    whole = (header + segment).ljust(128, b"\0") + data
    elf = elf_reader.read(whole)
    assert elf is not None
    return elf, whole


def inline(text: bytes) -> bytes:
    length, out = len(text), b""
    while length > 0x7F:
        out += bytes([length & 0x7F | 0x80])
        length >>= 7
    return out + bytes([length]) + text


def test_inline_strings_of_go_1_18_and_later() -> None:
    data = b"\xff Go buildinf:\x08\x02".ljust(32, b"\0") + inline(b"go1.24.1") + inline(MARK + TEXT + MARK)
    found = build_info(*program(data))
    assert found is not None
    assert found.version == "go1.24.1"
    assert found.path == "example.org/httpd"
    assert found.main == Module("example.org/httpd", "(devel)")
    assert found.setting("CGO_ENABLED") == "1"
    assert found.setting("-ldflags") == "-s -w"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (r'"-s -X \"main.name=a b\""', '-s -X "main.name=a b"'),
        (r'"a\\b\tc\u00e9\x01\U0001f600"', "a\\b\tc\u00e9\1\U0001f600"),
        (r'"\ud800\Uffffffff"', "\ufffd\ufffd"),
        ("`a b`", "a b"),
        ('"', '"'),
        ("plain", "plain"),
    ],
)
def test_settings_are_quoted_as_go_quotes(written: str, value: str) -> None:
    text = f"path\texample.org/httpd\nbuild\t-ldflags={written}\n".encode()
    data = b"\xff Go buildinf:\x08\x02".ljust(32, b"\0") + inline(b"go1.24.1") + inline(MARK + text + MARK)
    found = build_info(*program(data))
    assert found is not None
    assert found.setting("-ldflags") == value


def test_a_replaced_module_is_named_by_its_replacement() -> None:
    data = b"\xff Go buildinf:\x08\x02".ljust(32, b"\0") + inline(b"go1.24.1") + inline(MARK + TEXT + MARK)
    found = build_info(*program(data))
    assert found is not None
    assert found.modules == (Module("github.com/fork/go-sqlite3", "v1.15.0"),)


def test_pointers_to_strings_before_go_1_18() -> None:
    base = 0x400000
    version, text = b"go1.13.4", MARK + TEXT + MARK
    strings = struct.pack("<QQQQ", base + 64, len(version), base + 64 + len(version), len(text))
    data = b"\xff Go buildinf:\x08\x00" + struct.pack("<QQ", base + 32, base + 48) + strings + version + text
    found = build_info(*program(data, base))
    assert found is not None
    assert found.version == "go1.13.4"
    assert found.path == "example.org/httpd"


def test_big_endian_pointers() -> None:
    base = 0x400000
    strings = struct.pack(">QQQQ", base + 64, 6, 0, 0)
    data = b"\xff Go buildinf:\x08\x01" + struct.pack(">QQ", base + 32, base + 48) + strings + b"go1.15"
    found = build_info(*program(data, base))
    assert found is not None
    assert found.version == "go1.15"
    assert found.modules == ()


def test_a_mark_without_a_version_is_passed_over() -> None:
    data = b"\xff Go buildinf:\x08\x02".ljust(32, b"\0") + inline(b"not go")
    assert build_info(*program(data)) is None


def test_lengths_that_lie_give_nothing() -> None:
    data = b"\xff Go buildinf:\x08\x02".ljust(32, b"\0") + b"\xff\xff\xff\xff\x7f" + b"go1.24"
    assert build_info(*program(data)) is None


LITTLE = program(b"")[0]
BIG = LITTLE._replace(little_endian=False)
OFFSETS = (72, 500, 600, 700, 800)


def table(size: int = 8, order: Literal["little", "big"] = "little", offsets: tuple[int, ...] = OFFSETS) -> bytes:
    words = b"".join(each.to_bytes(size, order) for each in (9001, 854, 0, *offsets))
    return (0xFFFFFFF1).to_bytes(4, order) + bytes((0, 0, 1, size)) + words


def test_a_program_without_build_information_is_known_by_its_table_of_functions() -> None:
    for size in (4, 8):
        assert has_function_table(LITTLE, b"code" * 9 + table(size) + b"rest")
        assert has_function_table(BIG, b"code" * 9 + table(size, "big") + b"rest")
        assert not has_function_table(BIG, table(size))


@pytest.mark.parametrize("offsets", [(72, 500, 400, 700, 800), (500, 600, 700, 800, 900)])
def test_bytes_that_only_begin_like_such_a_table_are_none(offsets: tuple[int, ...]) -> None:
    assert not has_function_table(LITTLE, table(offsets=offsets))
    assert not has_function_table(LITTLE, table()[:40])
    assert not has_function_table(LITTLE, table()[1:])
    assert not has_function_table(LITTLE, b"")


OF_GO_1_2 = (
    (0xFFFFFFFB).to_bytes(4, "little")
    + bytes((0, 0, 1, 8))
    + struct.pack("<8Q", 900, 0x401000, 72, 0x401100, 96, 0x401200, 120, 0x401300)
)
OF_GO_1_16 = (
    (0xFFFFFFFA).to_bytes(4, "little") + bytes((0, 0, 1, 8)) + struct.pack("<8Q", 900, 85, 64, 500, 600, 700, 800, 0)
)


@pytest.mark.parametrize("header", [OF_GO_1_2, OF_GO_1_16, table()])
def test_the_release_of_a_program_without_build_information(header: bytes) -> None:
    """It stands amid other strings, and only its header says where it ends."""
    base = 0x400000
    strings = b"abcgo1.11go1.12.90goexit".ljust(32, b"\0") + struct.pack("<QQ", base + 9, 8)
    assert release(*program(strings + header, base)) == "go1.12.9"
    assert release(*program(bytes(48) + header, base)) == ""
    assert release(*program(strings, base)) is None


def test_functions_that_do_not_ascend_are_no_table() -> None:
    words = struct.pack("<8Q", 900, 0x401000, 72, 0x400100, 96, 0x401200, 120, 0x401300)
    assert not has_function_table(LITTLE, OF_GO_1_2[:8] + words)
