"""Programs linked with uClibc-ng whose library is there, but not with what they want of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.reality.corpus import HERE, Entry, Placed, Symlink
from tests.reality.programs.sources import (
    BAR_OF_FOO,
    FOO,
    FOO_DATA,
    FOO_TLS,
    HELLO,
    OTHER,
    USES_BAR,
    USES_DATA,
    USES_FOO,
    USES_TLS,
    USES_WEAK,
    calling,
    library,
    program,
)
from tests.reality.workshop import Built

_LIB, _BAR = f"{HERE}/lib/libfoo.so", f"{HERE}/lib/libbar.so"
_BESIDE = f"-Wl,--disable-new-dtags,-rpath,{HERE}/lib"
_UNIQUE = FOO + (
    '__asm__(".type foo_data, @gnu_unique_object\\n.globl foo_data\\n.data\\nfoo_data: .long 0\\n.size foo_data, 4");\n'
)
_IFUNC = (
    "static int one(void) { return 0; } static void *pick(void) { return one; }\n"
    'int foo(void) __attribute__((ifunc("pick")));\n'
)
_CALLS_IFUNC = _IFUNC + "int other(void) { return foo(); }\n"
_ADDRESS = "int foo(void); int (*pointer)(void) = foo; int bar(void) { return 0; }\n"
_OWN_TLS = "__thread int mine = 1; int foo(void) { return mine; }\n"
_CONSTRUCTED = FOO + "int set; __attribute__((constructor)) static void begin(void) { set = 1; }\n"
_TEXT = "int foo_data; int foo(void) { return foo_data; }\n"

_Row = tuple[str, Built, Mapping[str, Placed], tuple[tuple[str, str], ...]]


def stories(tool: str) -> Iterator[_Row]:
    """Name, program, files, environment."""
    for name, main, found, *env in (*_functions(tool), *_data(tool), *_kinds(tool), *_libcs(tool)):
        files = found if isinstance(found, dict) else {_LIB: Entry(found)}
        yield name, main, files, tuple(env)


def _functions(tool: str) -> Iterator[tuple[Any, ...]]:
    none, other = library(tool, FOO), library(tool, OTHER)
    for how in ("now", "lazy"):
        wants = program(tool, USES_FOO, _BESIDE, f"-Wl,-z,{how}", libraries=(none,))
        yield f"function-there-{how}", wants, none
        yield f"function-missing-{how}", wants, other
        yield f"function-missing-{how}-bind-now", wants, other, ("LD_BIND_NOW", "1")
        yield f"function-missing-{how}-bind-now-empty", wants, other, ("LD_BIND_NOW", "")
        hidden = library(tool, FOO, "libfoo.so", "-fvisibility=hidden")
        yield f"function-hidden-{how}", wants, hidden
        unbound = library(tool, BAR_OF_FOO, "libbar.so", f"-Wl,-z,{how}")
        chain = program(tool, USES_BAR, _BESIDE, "-Wl,--allow-shlib-undefined", libraries=(unbound,))
        yield f"function-of-library-missing-{how}", chain, {_BAR: Entry(unbound)}
    pointed = library(tool, _ADDRESS, "libbar.so")
    chain = program(tool, USES_BAR, _BESIDE, "-Wl,--allow-shlib-undefined", libraries=(pointed,))
    yield "pointer-of-library-missing", chain, {_BAR: Entry(pointed)}
    for style in ("gnu", "sysv", "both"):
        styled = library(tool, FOO, "libfoo.so", f"-Wl,--hash-style={style}")
        yield f"hash-{style}", program(tool, USES_FOO, _BESIDE, "-Wl,-z,now", libraries=(none,)), styled
    weak = program(tool, USES_WEAK, _BESIDE, libraries=(none,))
    yield "weak-missing", weak, other
    yield "weak-there", weak, none
    two = library(tool, FOO, versions="FOO_1 { };\nFOO_2 { global: foo; local: *; } FOO_1;\n")
    one = library(tool, FOO, versions="FOO_1 { global: foo; local: *; };\n")
    wants = program(tool, USES_FOO, _BESIDE, libraries=(two,))
    yield "version-missing", wants, one
    yield "version-there", wants, two
    yield "no-versions", wants, none
    without = program(tool, USES_FOO, _BESIDE, "-fno-plt", libraries=(none,))
    yield "no-plt-missing", without, other


def _data(tool: str) -> Iterator[tuple[Any, ...]]:
    none, data = library(tool, FOO), library(tool, FOO_DATA)
    for how, options in (("copied", ("-no-pie", "-fno-pie")), ("pointed-at", ("-pie", "-fPIC"))):
        wants = program(tool, USES_DATA, _BESIDE, *options, libraries=(data,))
        yield f"data-{how}", wants, data
        yield f"data-missing-{how}", wants, none
        yield f"data-resized-{how}", wants, library(tool, FOO_DATA.replace("int foo_data", "long foo_data"))
        yield f"data-unique-{how}", wants, library(tool, _UNIQUE)
        yield (
            f"data-protected-{how}",
            wants,
            library(
                tool, FOO_DATA.replace("int foo_data =", 'int foo_data __attribute__((visibility("protected"))) =')
            ),
        )
    tls = library(tool, FOO_TLS)
    yield "tls", program(tool, USES_TLS, _BESIDE, "-Wl,--allow-shlib-undefined", libraries=(tls,)), tls
    yield "tls-missing", program(tool, USES_TLS, _BESIDE, "-Wl,--allow-shlib-undefined", libraries=(tls,)), none
    yield "tls-in-library", program(tool, USES_FOO, _BESIDE, libraries=(none,)), library(tool, _OWN_TLS)
    own = HELLO.replace("int main(void) {", "__thread int mine = 1; int main(void) { mine++;")
    yield "tls-in-program", program(tool, own, "-O0"), {}
    text = library(tool, _TEXT, "libfoo.so", "-fno-pic", "-mcmodel=large", "-Wl,-z,notext")
    yield "text-relocations", program(tool, USES_FOO, _BESIDE, libraries=(none,)), text


def _kinds(tool: str) -> Iterator[tuple[Any, ...]]:
    """Relocations that the loader does not know, and ways to link."""
    none = library(tool, FOO)
    wants = program(tool, USES_FOO, _BESIDE, libraries=(none,))
    now = program(tool, USES_FOO, _BESIDE, "-Wl,-z,now", libraries=(none,))
    for name, main in (("lazy", wants), ("now", now)):
        yield f"indirect-{name}", main, library(tool, _IFUNC)
        yield (
            f"indirect-within-{name}",
            main,
            library(tool, _CALLS_IFUNC + FOO.replace("foo", "unused"), "libfoo.so", "-Wl,-Bsymbolic"),
        )
    yield "packed", program(tool, HELLO, "-Wl,-z,pack-relative-relocs"), {}
    yield (
        "packed-library",
        wants,
        library(
            tool, _ADDRESS.replace("int foo(void);", FOO), "libfoo.so", "-Wl,-Bsymbolic", "-Wl,-z,pack-relative-relocs"
        ),
    )
    yield "not-combined", program(tool, HELLO, "-Wl,-z,nocombreloc"), {}
    yield (
        "relative-not-counted",
        wants,
        library(tool, _ADDRESS.replace("int foo(void);", FOO), "libfoo.so", "-Wl,-Bsymbolic", "-Wl,-z,nocombreloc"),
    )
    yield "executable-stack", program(tool, HELLO, "-Wl,-z,execstack"), {}
    yield "no-relro", program(tool, HELLO, "-Wl,-z,norelro"), {}
    yield "stripped", program(tool, HELLO, "-s"), {}
    yield "constructor", wants, library(tool, _CONSTRUCTED)
    for name, call in {
        "printf": calling('printf("%s", "") + 1000', "stdio.h"),
        "malloc": calling("(long) malloc(100) != 0", "stdlib.h"),
        "getaddrinfo": calling("getaddrinfo(0, 0, 0, 0) != 1000", "sys/types.h", "sys/socket.h", "netdb.h"),
    }.items():
        yield f"calls-{name}", program(tool, call), {}
        yield f"calls-{name}-now", program(tool, call, "-Wl,-z,now"), {}


def _libcs(tool: str) -> Iterator[tuple[Any, ...]]:
    """Another C library, or none, under the name of the one that is wanted."""
    generation = tool.partition(":")[2]
    name = f"{HERE}/lib/libc.so.{generation}"
    stub = library(tool, "void _exit(int code) { for (;;); }\n", f"libc.so.{generation}")
    yield "libc-is-a-stub-lazy", program(tool, HELLO, _BESIDE, "-Wl,-z,lazy"), {name: Entry(stub)}
    yield "libc-is-a-stub-now", program(tool, HELLO, _BESIDE, "-Wl,-z,now"), {name: Entry(stub)}
    yield (
        "libc-is-a-stub-lazy-fixed",
        program(tool, HELLO, _BESIDE, "-Wl,-z,lazy", "-no-pie", "-fno-pie"),
        {name: Entry(stub)},
    )
    yield "libc-is-text", program(tool, HELLO, _BESIDE), {name: Entry(b"text, and no more\n")}
    loader = f"-Wl,--dynamic-linker=/lib/ld64-uClibc.so.{generation}"
    foreign = program("gcc", HELLO, loader, _BESIDE)
    yield "made-for-glibc", foreign, {}
    yield "made-for-glibc-libc-there", foreign, {f"{HERE}/lib/libc.so.6": Symlink(f"/lib/libc.so.{generation}")}
    yield "made-for-musl", program("musl-gcc", HELLO, loader, _BESIDE), {}
