"""Programs that ask one C library for something that another, or an older one, does not have."""

from __future__ import annotations

from collections.abc import Iterator

from tests.reality.corpus import Program, one_file
from tests.reality.programs.sources import HELLO, ZIG_MUSL, calling, program
from tests.reality.workshop import Built

_GLIBCS = ("2.17", "2.28", "2.31", "2.36", "2.38", "2.41")
CALLS = {
    "pthread": calling("!pthread_create((pthread_t *)&start, 0, (void *(*)(void *))start, 0)", "pthread.h"),
    "dlopen": calling("dlopen(0, RTLD_NOW)", "dlfcn.h"),
    "math": calling("pow(2.0, (double)getpid()) + exp((double)getpid()) > 0", "math.h"),
    "fmod": calling("fmod((double)getpid(), 3.0) >= 0", "math.h"),
    "stat": calling('!stat("/", &(struct stat){0})', "sys/stat.h"),
    "strtol": calling('!strtol("0", 0, 10)', "stdlib.h"),
    "fcntl": calling("fcntl(0, F_GETFD) >= -1", "fcntl.h"),
    "timer": calling("timer_create(0, 0, (timer_t *)&start) <= 0", "time.h", "signal.h"),
}
NEW_CALLS = {
    "getrandom": ("2.25", calling("getrandom((char[1]){0}, 1, 0) >= -1", "sys/random.h")),
    "arc4random": ("2.36", calling("arc4random() + 1u", "stdlib.h")),
    "strlcpy": ("2.38", calling('strlcpy((char[9]){0}, "x", 9) == 1', "string.h")),
}
_ONLY_GLIBC = {
    "backtrace": calling("backtrace((void *[3]){0}, 3) >= 0", "execinfo.h"),
    "version": calling("gnu_get_libc_version()", "gnu/libc-version.h"),
    "resolver": calling("!res_init()", "sys/types.h", "netinet/in.h", "arpa/nameser.h", "resolv.h"),
    "fortified": calling("read(0, (char[64]){0}, (unsigned)getpid() % 64) >= -1", "stdlib.h"),
    "printf": calling('printf("%s", getenv("HOME")) + 1000', "stdio.h", "stdlib.h"),
}
_OPTIMIZED = ("-O2", "-D_FORTIFY_SOURCE=2")


def _programs() -> Iterator[Program]:
    for version in _GLIBCS:
        tool = f"zig:x86_64-linux-gnu.{version}"
        number = tuple(map(int, version.split(".")))
        yield one_file(f"glibc-{version}-hello", program(tool, HELLO))
        for name, source in CALLS.items():
            yield one_file(f"glibc-{version}-{name}", program(tool, source, "-lm", "-lpthread", "-ldl", "-lrt"))
        for name, (since, source) in NEW_CALLS.items():
            if number >= tuple(map(int, since.split("."))):
                yield one_file(f"glibc-{version}-{name}", program(tool, source))
    for name, source in CALLS.items():
        yield one_file(f"musl-{name}", program(ZIG_MUSL, source))
    for name, source in {**CALLS, **_ONLY_GLIBC}.items():
        yield one_file(f"gcc-{name}", Built("gcc", source, (*_OPTIMIZED, "-lm", "-lresolv")))
        yield one_file(f"gcc-lazy-{name}", Built("gcc", source, (*_OPTIMIZED, "-Wl,-z,lazy", "-lm", "-lresolv")))
    yield from _kinds()


def _kinds() -> Iterator[Program]:
    """Ways to link, C++ included."""
    for name, options in {
        "static": ("-static",),
        "static-pie": ("-static-pie",),
        "no-pie": ("-no-pie",),
        "sysv-hash": ("-Wl,--hash-style=sysv",),
        "relr": ("-Wl,-z,pack-relative-relocs",),
        "executable-stack": ("-Wl,-z,execstack",),
        "no-default-directories": ("-Wl,-z,nodefaultlib",),
        "x86-64-v2": ("-Wl,-z,x86-64-v2",),
        "x86-64-v4": ("-Wl,-z,x86-64-v4",),
        "not-as-needed": ("-Wl,--no-as-needed", "-lpthread", "-ldl", "-lrt", "-lutil", "-lm", "-lresolv"),
        "stripped": ("-s",),
    }.items():
        yield one_file(f"gcc-{name}", Built("gcc", HELLO, options))
        if name not in ("not-as-needed",):
            yield one_file(f"musl-gcc-{name}", Built("musl-gcc", HELLO, options))
    for name, options in {"": (), "-static-libraries": ("-static-libstdc++", "-static-libgcc")}.items():
        source = calling("std::to_string(getpid()).size()", "string")
        yield one_file(f"c++{name}", Built("g++", source, ("-x", "c++", *options)))
        yield one_file(f"c++-throwing{name}", Built("g++", _THROWS, ("-x", "c++", *options)))


_THROWS = """#include <iostream>
#include <stdexcept>
#include <unistd.h>
int main() {
    std::cout << "started" << std::endl;
    try { throw std::runtime_error("x"); } catch (const std::exception &error) { return error.what()[0] != 'x'; }
}
"""

PROGRAMS = tuple(_programs())
