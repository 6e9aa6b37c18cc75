"""What a program is besides machine code, from hand-made bytes."""

from __future__ import annotations

import pytest

from libccheck import elf as elf_reader
from libccheck.model import Elf, Symbols, Tables
from libccheck.toolchain.marks import Mark, marks
from tests.forge import elf
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
