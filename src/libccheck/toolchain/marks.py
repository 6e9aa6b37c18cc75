"""What a program is besides machine code: packed, a bundle, a native image, or a module of another runtime.

It goes by what each maker has to leave in the file so that its own start code finds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from libccheck.model import Elf
from libccheck.record import NamedTuple

_NEAR = 1 << 16
_MOST = 1 << 28

# UPX, src/stub/src/include/header.S, and the text that src/packer.cpp writes
_UPX = re.compile(rb"UPX!")
_UPX_TEXT = re.compile(rb"\$Id: UPX (\d[\w.]{0,15}) Copyright")
# PyInstaller, bootloader/src/pyi_archive.h: the cookie, four numbers, the name of Python's library
_COOKIE = re.compile(rb"MEI\014\013\012\013\016.{8}.{4}(.{4})", re.DOTALL)
# .NET, src/native/corehost/apphost/bundle_marker.cpp: where the bundle begins (0: there is none), then a fixed sum
_BUNDLE = re.compile(
    rb"(.{8})" + re.escape(bytes.fromhex("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae")), re.DOTALL
)
_DOTNET = re.compile(rb"Microsoft\.NETCore\.App\.Runtime\.[\w.-]{1,40}/(\d+\.\d+\.\d+)")
# Node.js: the fuse that postject turns (src/node_sea.cc), and where its release comes from
_FUSE = re.compile(rb"NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:([01])")
_NODE = re.compile(rb"nodejs\.org/download/[\w-]{1,16}/v(\d+\.\d+\.\d+)[\w.-]*/")
_GRAALVM = re.compile(rb"GraalVM (?:CE |EE )?(\d[\w.+-]{0,30})")
_ABI = re.compile(r"\.(cpython-\d+[a-z]*|abi3|pypy\d+-pp\d+|graalpy[\w-]*?)(?:-([\w-]+))?\.so$")
_WHEEL = re.compile(r"-(\w*(?:manylinux|musllinux)[\w.]*)\.whl(?:!|$)")


class Mark(NamedTuple):
    """name: "go" (without build information), "upx", "pyinstaller", "dotnet", "node", "graalvm", "python", "napi", ...

    version: of that, as far as the file says, else "". detail: what it is there, as in "single file".
    """

    name: str
    version: str
    detail: str


def marks(elf: Elf, data: Any, path: str = "") -> tuple[Mark, ...]:
    """All that are found; `data`: the program's bytes, `path`: its name, where an ABI tag may stand."""
    exports, imports = _names(elf)
    found = [mark for look in _EVERYWHERE for mark in look(elf, data)]
    found += _by_symbols(elf, data, frozenset(exports))
    found += _modules(exports, imports, path)
    return tuple(dict.fromkeys(found))


def _names(elf: Elf) -> tuple[list[str], list[str]]:
    """The symbols that it has and those that it wants."""
    symbols = elf.tables.symbols
    if symbols is None:
        return [], []
    pairs = list(zip(symbols.names, symbols.sections, strict=False))
    return [name for name, section in pairs if section], [name for name, section in pairs if not section]


def _upx(_: Elf, data: Any) -> Iterator[Mark]:
    head, tail = bytes(data[:_NEAR]), bytes(data[-_NEAR:])
    if _UPX.search(head[:512]) and _UPX.search(tail):
        said = _UPX_TEXT.search(head) or _UPX_TEXT.search(tail)
        yield Mark("upx", said[1].decode("ascii") if said else "", "packed: what it really is shows when it runs")


def _pyinstaller(_: Elf, data: Any) -> Iterator[Mark]:
    for match in _COOKIE.finditer(bytes(data[-_NEAR:])):
        number = int.from_bytes(match[1], "big")
        if 27 <= number < 1000:
            major, minor = divmod(number, 100) if number >= 100 else divmod(number, 10)
            yield Mark("pyinstaller", "", f"with Python {major}.{minor}")
            return


def _dotnet(elf: Elf, data: Any) -> Iterator[Mark]:
    match = _written(_BUNDLE, elf, data)
    if match is not None:
        yield Mark("dotnet", _first(_DOTNET, data), "single file" if any(match[1]) else "host of a .dll beside it")


def _by_symbols(elf: Elf, data: Any, names: frozenset[str]) -> Iterator[Mark]:
    if "DotNetRuntimeDebugHeader" in names and "DotNetRuntimeInfo" not in names:
        yield Mark("dotnet", _first(_DOTNET, data), "compiled ahead of time")
    if "napi_create_function" in names or "node_module_register" in names:
        fuse = _written(_FUSE, elf, data)
        single = fuse is not None and fuse[1] == b"1"
        yield Mark("node", _first(_NODE, data), "single executable" if single else "Node.js itself")
    if "graal_create_isolate" in names or "__svm_version_info" in names:
        yield Mark("graalvm", _first(_GRAALVM, data), "native image")


def _modules(exports: list[str], imports: list[str], path: str) -> Iterator[Mark]:
    if any(name.startswith("PyInit_") for name in exports):
        tag = _ABI.search(path)
        wheel = _WHEEL.search(path)
        detail = [f"ABI {tag[1]}" if tag else "", tag[2] or "" if tag else "", wheel[1] if wheel else ""]
        yield Mark("python", "", ", ".join(["extension module", *filter(None, detail)]))
    register = [name for name in exports if re.fullmatch(r"(?:napi|node)_register_module_v\d+", name)]
    if register or ("napi_module_register" in imports or "node_module_register" in imports):
        is_stable = "napi_module_register" in imports or any(name.startswith("napi_") for name in register)
        fixed = next((each.rpartition("_v")[2] for each in register if each.startswith("node_")), "")
        how = "N-API" if is_stable else f"ABI {fixed}".rstrip() if fixed else "bound to one ABI"
        yield Mark("napi", "", f"module of Node.js, {how}")
    if any(name.startswith("Init_") for name in exports) and any(name.startswith("rb_") for name in imports):
        yield Mark("ruby", "", "extension")
    if any(name.startswith("Java_") or name == "JNI_OnLoad" for name in exports):
        yield Mark("jni", "", "library of Java (JNI)")


def _written(pattern: re.Pattern[bytes], elf: Elf, data: Any) -> re.Match[bytes] | None:
    """What stands in a program's own data, where tools change it after the link."""
    for each in elf.segments:
        if each.type == 1 and each.flags & 2 and each.offset < len(data):
            match = pattern.search(data, each.offset, min(each.offset + min(each.filesz, _MOST), len(data)))
            if match is not None:
                return match
    return None


def _first(pattern: re.Pattern[bytes], data: Any) -> str:
    match = pattern.search(data, 0, min(len(data), _MOST))
    return match[1].decode("ascii", "replace") if match else ""


_EVERYWHERE: tuple[Callable[[Elf, Any], Iterator[Mark]], ...] = (_upx, _pyinstaller, _dotnet)
