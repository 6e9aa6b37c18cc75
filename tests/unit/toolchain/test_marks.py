"""What a program is besides machine code, from hand-made bytes."""

from __future__ import annotations

import struct

import pytest

from libccheck import elf as elf_reader
from libccheck.model import Elf, Symbols, Tables, VersionDefined
from libccheck.toolchain.mark import spans
from libccheck.toolchain.marks import Mark, marks
from libccheck.toolchain.sections import sections
from libccheck.toolchain.sources import source_files
from tests.forge import elf, with_sections
from tests.unit.toolchain.test_go import program as with_data

SUM = bytes.fromhex("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae")
PACKED = "packed: what it really is shows when it runs"


def plain() -> Elf:
    found = elf_reader.read(elf(kind=2))
    assert found is not None
    return found


def with_symbols(exports: tuple[str, ...] = (), imports: tuple[str, ...] = ()) -> Elf:
    names = ("", *exports, *imports)
    sections = [0, *(1 for _ in exports), *(0 for _ in imports)]
    zeros = [0] * len(names)
    symbols = Symbols(names, zeros, zeros, sections, zeros, zeros, ())
    return plain()._replace(tables=Tables(lambda: symbols, lambda: None))


def test_an_ordinary_program_has_none() -> None:
    assert marks(plain(), bytes(1000)) == ()


def test_upx_packs_and_leaves_its_name_at_both_ends() -> None:
    data = bytes(200) + b"UPX!" + b"\n$Id: UPX 3.96 Copyright (C)" + bytes(100_000) + b"UPX!" + bytes(20)
    assert marks(plain(), data) == (Mark("upx", "3.96", PACKED),)
    assert marks(plain(), data[:-24]) == ()


@pytest.mark.parametrize(("number", "python"), [(27, "2.7"), (39, "3.9"), (311, "3.11")])
def test_pyinstaller_leaves_a_cookie_near_the_end(number: int, python: str) -> None:
    cookie = b"MEI\014\013\012\013\016" + bytes(12) + number.to_bytes(4, "big") + b"libpython"
    assert marks(plain(), bytes(99_999) + cookie + bytes(500)) == (Mark("pyinstaller", "", f"with Python {python}"),)
    assert marks(plain(), cookie + bytes(99_999)) == ()


@pytest.mark.parametrize(("start", "detail"), [(0, "host of a .dll beside it"), (9, "single file")])
def test_dotnet_says_where_its_bundle_begins(start: int, detail: str) -> None:
    data = b"Microsoft.NETCore.App.Runtime.linux-x64/8.0.4" + bytes(3) + start.to_bytes(8, "little") + SUM
    assert marks(*with_data(data)) == (Mark("dotnet", "8.0.4", detail),)


def test_a_sum_that_is_not_the_programs_own_data_is_no_bundle() -> None:
    found, data = with_data(bytes(64))
    assert marks(found, data + bytes(8) + SUM) == ()


def test_dotnet_compiled_ahead_of_time_exports_its_header() -> None:
    assert marks(with_symbols(("DotNetRuntimeDebugHeader",)), b"") == (Mark("dotnet", "", "compiled ahead of time"),)


@pytest.mark.parametrize(("fuse", "detail"), [(b"0", "Node.js itself"), (b"1", "single executable")])
def test_node_is_a_single_executable_where_its_fuse_is_blown(fuse: bytes, detail: str) -> None:
    data = (
        b"NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:" + fuse + b"\0https://nodejs.org/download/release/v20.11.0/"
    )
    found, whole = with_data(data)
    found = found._replace(tables=with_symbols(("napi_create_function",)).tables)
    assert marks(found, whole) == (Mark("node", "20.11.0", detail),)


def test_a_native_image_of_graalvm() -> None:
    found = marks(with_symbols(("graal_create_isolate",)), b"\0GraalVM CE 22.3.1 Java 17\0")
    assert found == (Mark("graalvm", "22.3.1", "native image"),)


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("m.cpython-311-x86_64-linux-gnu.so", "extension module, ABI cpython-311, x86_64-linux-gnu"),
        ("_x.abi3.so", "extension module, ABI abi3"),
        ("plain.so", "extension module"),
        ("a-1.0-cp39-abi3-musllinux_1_1_x86_64.whl!a/b.abi3.so", "extension module, ABI abi3, musllinux_1_1_x86_64"),
    ],
)
def test_modules_of_python_have_their_abi_in_their_name(path: str, detail: str) -> None:
    assert marks(with_symbols(("PyInit_m",)), b"", path) == (Mark("python", "", detail),)


@pytest.mark.parametrize(
    ("exports", "imports", "detail"),
    [
        (("napi_register_module_v1",), (), "module of Node.js, N-API"),
        ((), ("napi_module_register",), "module of Node.js, N-API"),
        (("node_register_module_v115",), (), "module of Node.js, ABI 115"),
        ((), ("node_module_register",), "module of Node.js, bound to one ABI"),
    ],
)
def test_modules_of_node(exports: tuple[str, ...], imports: tuple[str, ...], detail: str) -> None:
    assert marks(with_symbols(exports, imports), b"") == (Mark("napi", "", detail),)


def test_modules_of_ruby_and_java() -> None:
    assert marks(with_symbols(("Init_json",), ("rb_define_module",)), b"") == (Mark("ruby", "", "extension"),)
    assert marks(with_symbols(("Init_json",)), b"") == ()
    assert marks(with_symbols(("Java_a_B_c",)), b"") == (Mark("jni", "", "library of Java (JNI)"),)
    assert marks(with_symbols((), ("JNI_OnLoad",)), b"") == ()


def having(*names: str) -> tuple[Elf, bytes]:
    """A program with sections of these names."""
    data = with_sections(elf(kind=2), dict.fromkeys(names, bytes(8)))
    found = elf_reader.read(data)
    assert found is not None
    return found, data


def test_sections_have_the_names_that_their_table_says() -> None:
    assert [each.name for each in sections(*having(".text", ".svm_heap"))] == [
        "",
        ".text",
        ".svm_heap",
        ".shstrtab",
    ]


@pytest.mark.parametrize("start", [1 << 40, (1 << 64) - 1, 1 << 63])
def test_a_table_of_sections_beyond_the_file_is_none(start: int) -> None:
    found, data = having(".text")
    data = data[:40] + struct.pack("<Q", start) + data[48:]
    assert sections(found, data) == ()
    assert source_files(found, data) == ()


def test_a_static_native_image_is_known_by_its_heap() -> None:
    found, data = having(".svm_heap")
    assert marks(found, data + b"GraalVM CE 25+37.1 (serial gc)") == (Mark("graalvm", "25+37.1", "native image"),)
    assert marks(*having(".svm_heaps")) == ()


def test_what_dotnet_compiled_ahead_of_time_is_known_by_its_code_where_no_header_is_exported() -> None:
    assert marks(*having("__managedcode")) == (Mark("dotnet", "", "compiled ahead of time"),)


def of_bun(data: bytes) -> tuple[Elf, bytes]:
    found, whole = with_data(data)
    return found._replace(versions_defined=(VersionDefined("BUN_1.2", 2, base=False, weak=False),)), whole


RELEASE = b"bun/1.3.14 npm/? node/v24.3.0"


@pytest.mark.parametrize(
    ("inside", "behind", "detail"),
    [
        (b"", b"", "Bun itself"),
        (b"\n---- Bun! ----\n", bytes(200), "single executable"),
        (b"", b"\n---- Bun! ----\n" + bytes(8), "single executable"),
        (b"", b"\n---- Bun! ----\n" + bytes(200), "Bun itself"),
    ],
    ids=["without", "in a section", "at the end", "before the end"],
)
def test_bun_is_a_single_executable_where_an_application_ends_in_it(inside: bytes, behind: bytes, detail: str) -> None:
    found, whole = of_bun(RELEASE + inside)
    assert marks(found, whole + behind) == (Mark("bun", "1.3.14", detail),)


def of_deno(behind: bytes, notes: bytes = b"") -> tuple[Elf, bytes]:
    found, whole = with_data(b"d3n0l4nd\0Deno/0.82.0\0Deno/2.9.8Deno/2.9.8+fe7ed01")
    segments = tuple(each._replace(flags=4) for each in found.segments)
    note = segments[0]._replace(type=4, offset=len(whole), filesz=len(notes))
    found = found._replace(segments=(*segments, note), tables=with_symbols(("napi_create_function",)).tables)
    return found, whole + notes + behind


@pytest.mark.parametrize(
    ("behind", "notes", "detail"),
    [
        (bytes(99), b"", "Deno itself"),
        (b"d3n0l4nd" + bytes(16), b"", "single executable"),
        (bytes(99), struct.pack("<III", 4, 99, 0x53554901) + b"SUI\0\x08\0d3n0l4nd", "single executable"),
        (bytes(99), struct.pack("<III", 4, 99, 0x53554901) + b"SUI\0\x07\0another", "Deno itself"),
    ],
    ids=["without", "at the end", "in a note", "another note"],
)
def test_deno_is_a_single_executable_where_an_application_was_added(behind: bytes, notes: bytes, detail: str) -> None:
    assert marks(*of_deno(behind, notes)) == (Mark("deno", "2.9.8", detail),)


@pytest.mark.parametrize(
    ("behind", "detail"),
    [
        (b"}\n<nexe~~sentinel>" + bytes(16), "bundled by nexe"),
        (b"}\n<nexe~~sentinel>" + bytes(17), "Node.js itself"),
        (b'{"a":1}\n,\n"/snapshot/app/index.js"\n,\n{}\n,\n{}\n,\n0\n);\n})', "bundled by pkg"),
        (b'{"a":1}\n,\n"/elsewhere/index.js"\n,\n{}\n,\n{}\n,\n0\n);\n})', "Node.js itself"),
    ],
    ids=["nexe", "before the end", "pkg", "another"],
)
def test_pkg_and_nexe_add_an_application_at_the_end_of_node(behind: bytes, detail: str) -> None:
    found, whole = with_data(b"NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:0\0")
    assert marks(found, whole + behind) == (Mark("node", "", detail),)


def test_what_has_the_interpreter_of_python_is_no_module_of_it() -> None:
    found = with_symbols(("Py_Initialize", "PyInit__ast"))
    assert marks(found, b"") == (Mark("python", "", "the interpreter is inside"),)


@pytest.mark.parametrize(
    ("imports", "detail"), [((), "single file, compiled from Python"), (("Py_GetVersion",), "compiled from Python")]
)
def test_what_nuitka_made_looks_whether_it_came_out_of_a_single_file(imports: tuple[str, ...], detail: str) -> None:
    found, whole = with_data(b"NUITKA_ONEFILE_PARENT\0")
    found = found._replace(segments=tuple(each._replace(flags=4) for each in found.segments))
    found = found._replace(tables=with_symbols((), imports).tables)
    assert marks(found, whole) == (Mark("nuitka", "", detail),)


def test_no_byte_is_looked_at_twice_however_often_it_is_mapped() -> None:
    found, data = with_data(bytes(1000))
    (each,) = found.segments
    many = found._replace(segments=(each, each._replace(filesz=1 << 40), *[each] * 1000, each._replace(offset=1 << 40)))
    assert list(spans(many, len(data), writable=True)) == [(128, len(data))]
    assert list(spans(many, len(data), writable=False)) == []
