"""The C sources of the corpus, and how each toolchain is told what to make of them."""

from __future__ import annotations

from typing import NamedTuple

from tests.reality.workshop import Built

ARM64 = "zig:aarch64-linux-musl"
I386 = "zig:x86-linux-musl"
OLD_GLIBC = "zig:x86_64-linux-gnu.2.17"
ZIG_MUSL = "zig:x86_64-linux-musl"


class Kind(NamedTuple):
    """What a toolchain makes: the C library of its dynamic programs; `name` is how the corpus calls it."""

    name: str
    family: str


DYNAMIC = {
    "gcc": Kind("gcc", "glibc"),
    OLD_GLIBC: Kind("zig", "glibc"),
    "musl-gcc": Kind("musl-gcc", "musl"),
    ZIG_MUSL: Kind("zig-musl", "musl"),
}

# What is written after the announcement is no longer the loader's: it waits to be killed.
_START = '#include <unistd.h>\nstatic void start(void) { if (write(1, "started\\n", 8) != 8) _exit(99); sleep(1); }\n'
HELLO = _START + "int main(void) { start(); return 0; }\n"
USES_FOO = _START + "int foo(void); int main(void) { start(); return foo(); }\n"
USES_BAR = _START + "int bar(void); int main(void) { start(); return bar(); }\n"
USES_BOTH = _START + "int foo(void); int bar(void); int main(void) { start(); return foo() + bar(); }\n"
USES_DATA = _START + "extern int foo_data; int main(void) { start(); return foo_data; }\n"
USES_WEAK = _START + "int foo(void) __attribute__((weak)); int main(void) { start(); return foo ? foo() : 0; }\n"
USES_TLS = _START + "extern __thread int foo_tls; int main(void) { start(); return foo_tls; }\n"

_BARE = """void _start(void) {
    __asm__ volatile("syscall" :: "a"(1), "D"(1), "S"("started\\n"), "d"(8) : "rcx", "r11", "memory");
    __asm__ volatile("syscall" :: "a"(60), "D"(0) : "rcx", "r11", "memory");
}
"""
_BARE_I386 = """void _start(void) {
    __asm__ volatile("int $0x80" :: "a"(4), "b"(1), "c"("started\\n"), "d"(8) : "memory");
    __asm__ volatile("int $0x80" :: "a"(1), "b"(0) : "memory");
}
"""

FOO = "int foo(void) { return 0; }\n"
FOO_DATA = "int foo_data = 0; int foo(void) { return foo_data; }\n"
FOO_TLS = "__thread int foo_tls = 0; int foo(void) { return foo_tls; }\n"
BAR_OF_FOO = "int foo(void); int bar(void) { return foo(); }\n"
BAR = "int bar(void) { return 0; }\n"
OTHER = "int other(void) { return 0; }\n"


def calling(call: str, *headers: str) -> str:
    """A program that announces itself, then evaluates one expression."""
    includes = "".join(f"#include <{each}>\n" for each in headers)
    return f"#define _GNU_SOURCE\n{includes}{_START}int main(void) {{ start(); return !({call}); }}\n"


def program(tool: str, source: str = HELLO, *options: str, libraries: tuple[Built, ...] = ()) -> Built:
    """A dynamic program."""
    dynamic = ("-dynamic",) if tool == ZIG_MUSL else ()
    return Built(tool, source, (*dynamic, *options), libraries)


def library(tool: str, source: str, name: str = "libfoo.so", *options: str, versions: str = "") -> Built:
    """A shared library that needs nothing, not even a C library; its soname is its file name."""
    plain = ("-shared", "-fPIC", "-nostdlib", f"-Wl,-soname,{name}")
    return Built(tool, source, (*plain, *options), name=name, versions=versions)


def static(tool: str = ZIG_MUSL) -> Built:
    """A program without any library, which announces itself by bare system calls; for x86-64 or i386."""
    return Built(tool, _BARE_I386 if "x86-" in tool else _BARE, ("-nostdlib", "-static"))


def foreign(tool: str) -> Built:
    """A program that is never meant to run."""
    return Built(tool, "void _start(void) { for (;;); }\n", ("-nostdlib", "-static"))
