"""A stand-in for gcompat, written for these tests: neither its code nor its files can be had where they run.

A stub that does with a program what gcompat's does, and says the same of what fails; and a library with a few of the
names that musl lacks. The files lie where Alpine's package has them.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tests import toolchains

LOADER, LIBRARY = "lib/ld-linux-x86-64.so.2", "lib/libgcompat.so.0"
_NAMES = ("libc.so.6", "libcrypt.so.1", "libm.so.6", "libpthread.so.0", "libresolv.so.2", "librt.so.1", "libutil.so.1")

_STUB = r"""
typedef unsigned long word;
struct header { unsigned type, flags; word offset, address, physical, size, memory, alignment; };
extern const char _DYNAMIC[] __attribute__((visibility("hidden")));
static const char mark[] __attribute__((used)) = "a stand-in for: This is the gcompat ELF interpreter stub.";
static char preload[4096], target[4096], *arguments[4096];

static long call(long number, long first, long second, long third)
{
    __asm__ volatile("syscall" : "+a"(number) : "D"(first), "S"(second), "d"(third) : "rcx", "r11", "memory");
    return number;
}

static void end(const char *why, const char *more)
{
    for (; *why; why++) call(1, 2, (long)why, 1);
    for (; *more; more++) call(1, 2, (long)more, 1);
    call(60, 1, 0, 0);
}

/* What a static program's own start makes of the headers of another one. */
static void start(const word *given)
{
    const struct header *header = 0, *block = 0;
    word count = 0, base = 0;
    for (; given[0]; given += 2) {
        if (given[0] == 3) header = (const void *)given[1];
        if (given[0] == 5) count = given[1];
    }
    for (; count; count--, header++) {
        if (header->type == 2) base = (word)_DYNAMIC - header->address;
        if (header->type == 7) block = header;
    }
    for (word at = 0; block && at < block->size; at++) ((const volatile char *)(base + block->address))[at];
}

static const char *reason(long error)
{
    return error == -2 ? "No such file or directory\n" : error == -13 ? "Permission denied\n"
         : error == -8 ? "Exec format error\n" : error == -20 ? "Not a directory\n"
         : error == -40 ? "Symbolic link loop\n" : "?\n";
}

static const char *inside(const char *text, const char *part)
{
    for (; *text; text++) {
        word at = 0;
        while (part[at] && text[at] == part[at]) at++;
        if (!part[at]) return text + at;
    }
    return 0;
}

__attribute__((used)) void run(word *stack)
{
    word count = *stack, length = 0, at = 0;
    char **given = (char **)(stack + 1), **environment = given + count + 1, **last = environment;
    const char *more = "", *each;
    while (*last) last++;
    start((word *)(last + 1));
    for (char **one = environment; *one; one++)
        if (inside(*one, "LD_PRELOAD=") == *one + 11) { more = *one + 11; break; }
    for (each = "/lib/libgcompat.so.0 "; *each; each++) preload[length++] = *each;
    for (; *more && length < sizeof preload; more++) preload[length++] = *more;
    if (length == sizeof preload) end("too many preloaded libraries", "");
    if (call(89, (long)"/proc/self/exe", (long)target, sizeof target - 1) < 0) end("readlink", "\n");
    if (inside(target, "ld-linux-x86-64.so.2")) end("", "");
    arguments[at++] = "ld-linux-x86-64.so.2";
    arguments[at++] = "--argv0";
    arguments[at++] = given[0];
    arguments[at++] = "--preload";
    arguments[at++] = preload;
    arguments[at++] = "--";
    arguments[at++] = target;
    for (word one = 1; one < count; one++) arguments[at++] = given[one];
    end("execve: ", reason(call(59, (long)"/lib/ld-musl-x86_64.so.1", (long)arguments, (long)environment)));
}

__asm__(".globl _start\n_start: mov %rsp,%rdi\nand $-16,%rsp\ncall run\n");
"""

_SHIM = r"""
#include <stdarg.h>
#include <stdio.h>
int __vfprintf_chk(FILE *file, int flag, const char *form, va_list rest) { return vfprintf(file, form, rest); }
int __printf_chk(int flag, const char *form, ...)
{
    va_list rest;
    va_start(rest, form);
    return vprintf(form, rest);
}
int __fprintf_chk(FILE *file, int flag, const char *form, ...)
{
    va_list rest;
    va_start(rest, form);
    return vfprintf(file, form, rest);
}
const char *gnu_get_libc_version(void) { return "2.8"; }
"""

_BARE = ("-O1", "-ffreestanding", "-fno-stack-protector", "-fcf-protection=none", "-fno-asynchronous-unwind-tables")


def install(root: Path) -> None:
    """The files and links of the package."""
    for path, source, options in (
        (LOADER, _STUB, (*_BARE, "-fPIE", "-nostdlib", "-static-pie", "-Wl,--no-dynamic-linker,-e,_start")),
        (LIBRARY, _SHIM, ("-O1", "-fPIC", "-shared", "-fno-stack-protector", "-Wl,-soname,libgcompat.so.0")),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(_compiled(source, options))
        (root / path).chmod(0o755)
    (root / "lib64").mkdir(exist_ok=True)
    (root / "lib64/ld-linux-x86-64.so.2").symlink_to("../lib/ld-linux-x86-64.so.2")
    for name in _NAMES:
        (root / "lib" / name).symlink_to("libgcompat.so.0")


def _compiled(source: str, options: tuple[str, ...]) -> bytes:
    compiler = toolchains.command("gcc" if "-nostdlib" in options else "musl-gcc")
    with tempfile.TemporaryDirectory() as room:
        made = Path(room) / "made"
        order = [*compiler, *options, "-w", "-o", str(made), "-x", "c", "-"]
        subprocess.run(order, input=source, text=True, check=True, capture_output=True)
        return made.read_bytes()
