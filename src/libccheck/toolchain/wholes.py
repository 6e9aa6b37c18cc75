"""What makes a whole program of something else: UPX, PyInstaller, Nuitka, .NET, GraalVM."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from libccheck.model import Elf
from libccheck.toolchain.mark import NEAR, Mark, loaded, version
from libccheck.toolchain.sections import sections

# UPX, src/stub/src/include/header.S, and the text that src/packer.cpp writes
_UPX = re.compile(rb"UPX!")
_UPX_TEXT = re.compile(rb"\$Id: UPX (\d[\w.]{0,15}) Copyright")
# PyInstaller, bootloader/src/pyi_archive.h: the cookie, four numbers, the name of Python's library
_COOKIE = re.compile(rb"MEI\014\013\012\013\016.{8}.{4}(.{4})", re.DOTALL)
# Nuitka, nuitka/build/static_src/OnefileBootstrap.c: what a single file tells the program that it unpacks
_NUITKA = re.compile(rb"NUITKA_ONEFILE_PARENT\0")
# .NET, src/native/corehost/apphost/bundle_marker.cpp: behind where the bundle begins (0: there is none) a fixed sum
_BUNDLE = re.compile(re.escape(bytes.fromhex("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae")))
_DOTNET = re.compile(rb"Microsoft\.NETCore\.App\.Runtime\.[\w.-]{1,40}/(\d+\.\d+\.\d+)")
# .NET ahead of time, src/coreclr/tools/aot/ILCompiler.Compiler: where the code that it compiled stands
_OF_ILCOMPILER = "__managedcode"
# GraalVM, substratevm: the heap that a native image begins with
_OF_SUBSTRATE = ".svm_heap"
_GRAALVM = re.compile(rb"GraalVM (?:CE |EE )?(\d[\w.+-]{0,30})")


def upx(data: Any) -> Iterator[Mark]:
    head, tail = bytes(data[:NEAR]), bytes(data[-NEAR:])
    if _UPX.search(head[:512]) and _UPX.search(tail):
        said = _UPX_TEXT.search(head) or _UPX_TEXT.search(tail)
        yield Mark("upx", said[1].decode("ascii") if said else "", "packed: what it really is shows when it runs")


def pyinstaller(data: Any) -> Iterator[Mark]:
    for match in _COOKIE.finditer(bytes(data[-NEAR:])):
        number = int.from_bytes(match[1], "big")
        if 27 <= number < 1000:
            major, minor = divmod(number, 100) if number >= 100 else divmod(number, 10)
            yield Mark("pyinstaller", "", f"with Python {major}.{minor}")
            return


def nuitka(elf: Elf, data: Any, symbols: Collection[str]) -> Iterator[Mark]:
    """symbols: those that it has and those that it wants; a single file has nothing of Python but what it unpacks."""
    if loaded(_NUITKA, elf, data, writable=False):
        is_python = any(name.startswith("Py") for name in symbols)
        yield Mark("nuitka", "", "compiled from Python" if is_python else "single file, compiled from Python")


def dotnet(elf: Elf, data: Any, exports: Collection[str]) -> Iterator[Mark]:
    """exports: the symbols that it has; a single file has the whole runtime and exports that too."""
    match = loaded(_BUNDLE, elf, data, writable=True)
    if match is not None:
        single = any(bytes(data[max(match.start() - 8, 0) : match.start()]))
        yield Mark("dotnet", version(_DOTNET, data), "single file" if single else "host of a .dll beside it")
    elif "DotNetRuntimeInfo" not in exports and (
        "DotNetRuntimeDebugHeader" in exports or _has_section(elf, data, _OF_ILCOMPILER)
    ):
        yield Mark("dotnet", version(_DOTNET, data), "compiled ahead of time")


def graalvm(elf: Elf, data: Any, exports: Collection[str]) -> Iterator[Mark]:
    """exports: the symbols that it has; a static one has none."""
    named = "graal_create_isolate" in exports or "__svm_version_info" in exports
    if named or _has_section(elf, data, _OF_SUBSTRATE):
        yield Mark("graalvm", version(_GRAALVM, data), "native image")


def _has_section(elf: Elf, data: Any, name: str) -> bool:
    return any(each.name == name for each in sections(elf, data))
