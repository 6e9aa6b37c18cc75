"""The C sources of the corpus, and how each toolchain is told what to make of them."""

from __future__ import annotations

from typing import NamedTuple

from tests.reality.workshop import Built
from tests.uclibc import GENERATIONS

ARM64 = "zig:aarch64-linux-musl"
I386 = "zig:x86-linux-musl"
OLD_GLIBC = "zig:x86_64-linux-gnu.2.17"
ZIG_MUSL = "zig:x86_64-linux-musl"


class Kind(NamedTuple):
    """What a toolchain makes: the C library of its dynamic programs; `name` is how the corpus calls it.

    other_class, other_machine: toolchains for machines of the other word size, and of the same one.
    """

    name: str
    family: str
    other_class: str = I386
    other_machine: str = ARM64


class Architecture(NamedTuple):
    """A machine besides x86-64. name: Debian's; machine: as libccheck calls it; zig, gnu, musl: parts of zig's targets.

    oldest: the first glibc for which zig links all that the corpus calls.
    """

    name: str
    machine: str
    zig: str
    oldest: str
    other_class: str
    other_machine: str
    gnu: str = "gnu"
    musl: str = "musl"

    def glibc(self, version: str = "") -> str:
        """The toolchain for that version of glibc, the oldest by default."""
        return f"zig:{self.zig}-linux-{self.gnu}.{version or self.oldest}"

    @property
    def of_musl(self) -> str:
        return f"zig:{self.zig}-linux-{self.musl}"


ARCHITECTURES = {
    each.name: each
    for each in (
        Architecture("i386", "i386", "x86", "2.17", ARM64, "zig:arm-linux-musleabihf"),
        Architecture("arm64", "aarch64", "aarch64", "2.17", I386, "zig:x86_64-linux-musl"),
        Architecture("armhf", "armhf", "arm", "2.17", ARM64, I386, "gnueabihf", "musleabihf"),
        Architecture("riscv64", "riscv64", "riscv64", "2.27", I386, ARM64),
        Architecture("ppc64el", "ppc64le", "powerpc64le", "2.32", I386, ARM64),
        Architecture("s390x", "s390x", "s390x", "2.17", "zig:powerpc-linux-musleabi", "zig:powerpc64-linux-musl"),
    )
}


DYNAMIC = {
    "gcc": Kind("gcc", "glibc"),
    OLD_GLIBC: Kind("zig", "glibc"),
    "musl-gcc": Kind("musl-gcc", "musl"),
    ZIG_MUSL: Kind("zig-musl", "musl"),
}
"""Those that make programs for x86-64."""

UCLIBC = {f"uclibc:{each}": Kind(f"uclibc-{each}", "uclibc") for each in GENERATIONS}

KINDS = (
    DYNAMIC
    | UCLIBC
    | {
        tool: Kind(f"{each.name}-{family}", family, each.other_class, each.other_machine)
        for each in ARCHITECTURES.values()
        for family, tool in (("glibc", each.glibc()), ("musl", each.of_musl))
    }
)

# What is written after the announcement is no longer the loader's: it waits to be killed.
_START = '#include <unistd.h>\nstatic void start(void) { if (write(1, "started\\n", 8) != 8) _exit(99); sleep(1); }\n'
HELLO = _START + "int main(void) { start(); return 0; }\n"
USES_FOO = _START + "int foo(void); int main(void) { start(); return foo(); }\n"
USES_BAR = _START + "int bar(void); int main(void) { start(); return bar(); }\n"
USES_BOTH = _START + "int foo(void); int bar(void); int main(void) { start(); return foo() + bar(); }\n"
USES_DATA = _START + "extern int foo_data; int main(void) { start(); return foo_data; }\n"
USES_WEAK = _START + "int foo(void) __attribute__((weak)); int main(void) { start(); return foo ? foo() : 0; }\n"
FAR_TLS = (
    'static const char *const far[20000] = {[0 ... 19999] = "far"}; __thread volatile int mine = 1;\n'
    + _START
    + "int main(void) { start(); return !far[mine]; }\n"
)
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
    dynamic = ("-dynamic",) if tool.startswith("zig:") and "musl" in tool else ()
    return Built(tool, source, (*dynamic, *options), libraries)


def library(tool: str, source: str, name: str = "libfoo.so", *options: str, versions: str = "") -> Built:
    """A shared library that needs nothing, not even a C library; its soname is its file name."""
    plain: tuple[str, ...] = ("-shared", "-fPIC", "-nostdlib", f"-Wl,-soname,{name}")
    if tool.startswith("zig:arm-"):
        plain += ("-fno-unwind-tables", "-fno-asynchronous-unwind-tables")  # they would need a part of libgcc
    return Built(tool, source, (*plain, *options), name=name, versions=versions)


def static(tool: str = ZIG_MUSL) -> Built:
    """A program without any library, which announces itself by bare system calls; for x86-64 or i386."""
    return Built(tool, _BARE_I386 if "x86-" in tool else _BARE, ("-nostdlib", "-static"))


def foreign(tool: str) -> Built:
    """A program that is never meant to run."""
    return Built(tool, "void _start(void) { for (;;); }\n", ("-nostdlib", "-static"))
