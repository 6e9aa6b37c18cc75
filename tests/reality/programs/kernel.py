"""Programs that the kernel refuses, and their neighbors that it does not: ELF headers, interpreters, modes, paths."""

from __future__ import annotations

import struct
from collections.abc import Callable

from tests.reality.corpus import HERE, Entry, Folder, Program, Symlink, one_file
from tests.reality.programs.sources import (
    ARM64,
    FOO,
    HELLO,
    I386,
    OLD_GLIBC,
    USES_FOO,
    foreign,
    library,
    program,
    static,
)
from tests.reality.workshop import Built, Changed

_NIX = "/nix/store/9m6y4rf0hhmgzsl0b2d5sgqxdwbhqy0a-glibc-2.40-66/lib/ld-linux-x86-64.so.2"
_OWN = f"{HERE}/loader"
_FOREIGN = foreign(ARM64)
_OTHERS = (
    "arm-linux-musleabihf",
    "riscv64-linux-musl",
    "s390x-linux-musl",
    "powerpc64le-linux-musl",
    "mips-linux-musleabi",
)
_OBJECT = Built(OLD_GLIBC, HELLO, ("-c",), name="hello.o")
_LIBRARY = library(OLD_GLIBC, FOO)
_LIBRARY_386 = library(I386, FOO)
_GLIBC_386 = ("-dynamic", "-Wl,--dynamic-linker=/lib/ld-linux.so.2")
_INSIDE = ("-static-pie", "-nodefaultlibs", "-Wl,--start-group,-lgcc,-lgcc_eh,-lc,--end-group", "-Wl,-Bdynamic")
_STARTS = ""
_BARE_FOO = "int foo(void); void _start(void) { foo(); for (;;); }\n"


def _cut(size: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:size]


def _set(offset: int, form: str, value: int) -> Callable[[bytes], bytes]:
    """One field of the ELF header overwritten."""

    def change(data: bytes) -> bytes:
        field = struct.pack(form, value)
        return data[:offset] + field + data[offset + len(field) :]

    return change


def _replace(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """The first occurrence, by something of the same length."""
    assert len(old) == len(new)
    return lambda data: data.replace(old, new, 1)


def _wants(interpreter: str) -> Built:
    return program(OLD_GLIBC, HELLO, f"-Wl,--dynamic-linker={interpreter}")


def _with_loader(name: str, loader: Entry | Symlink | Folder, code: str, at: str = _OWN) -> Program:
    """A program whose interpreter is the file `at`."""
    path = f"{HERE}/{name}"
    return Program(name, path, {at: loader, path: Entry(_wants(_OWN))}, code)


def _call(name: str, path: str, code: str, cwd: str = "/", **more: Entry | Symlink | Folder) -> Program:
    """A static program HERE/hello, called by `path`; `more` stands beside it."""
    files = {f"{HERE}/{key}": value for key, value in more.items()}
    return Program(name, path, {f"{HERE}/hello": Entry(static()), **files}, code, cwd=cwd)


_INTERPRETERS = (
    one_file("interpreter-of-nix", _wants(_NIX), "LC101"),
    one_file("interpreter-of-android", _wants("/system/bin/linker64"), "LC101"),
    one_file("interpreter-of-uclibc", _wants("/lib/ld64-uClibc.so.1")),
    one_file("interpreter-relative", _wants("no/such/loader"), "LC101"),
    one_file("interpreter-below-file", _wants(f"{HERE}/interpreter-below-file/ld.so")),
    one_file("interpreter-is-root", _wants("/"), "LC103"),
    one_file("interpreter-is-itself", _wants(f"{HERE}/interpreter-is-itself")),
    one_file("interpreter-empty-name", Changed(_wants("/"), _replace(b"/\0", b"\0\0"))),
    one_file("interpreter-unterminated", Changed(_wants(_NIX), _replace(b".so.2\0", b".so.2x"))),
    _with_loader("loader-is-text", Entry(b"#!/bin/sh\n" + b"# padding\n" * 20), "LC103"),
    _with_loader("loader-is-short", Entry(b"short\n"), "LC103"),
    _with_loader("loader-is-empty", Entry(b""), "LC103"),
    _with_loader("loader-is-a-directory", Folder(), "LC103"),
    _with_loader("loader-is-not-executable", Entry(program(OLD_GLIBC), 0o644), "LC103"),
    _with_loader("loader-dangles", Symlink("/no/such/file"), "LC101"),
    _with_loader("loader-loops", Symlink(_OWN), "LC103"),
    _with_loader("loader-of-arm64", Entry(_FOREIGN), "LC103"),
    _with_loader("loader-of-i386", Entry(static(I386)), "LC103"),
    _with_loader("loader-is-an-object", Entry(_OBJECT), "LC103"),
    _with_loader("loader-in-private-directory", Folder(0o700), "LC103", HERE + "/private")._replace(
        files={
            f"{HERE}/private": Folder(0o700),
            f"{HERE}/private/loader": Entry(program(OLD_GLIBC)),
            f"{HERE}/loader-in-private-directory": Entry(_wants(f"{HERE}/private/loader")),
        }
    ),
)

_HEADERS = (
    one_file("static", static(), _STARTS),
    one_file("static-x86", static(I386), _STARTS),
    one_file("dynamic-x86-musl", program(I386, _BARE_FOO, "-nostdlib", "-dynamic", libraries=(_LIBRARY_386,))),
    one_file("dynamic-x86-glibc", program(I386, _BARE_FOO, "-nostdlib", *_GLIBC_386, libraries=(_LIBRARY_386,))),
    one_file("arm64", _FOREIGN, "LC102"),
    *(one_file(each.partition("-")[0], foreign(f"zig:{each}"), "LC102") for each in _OTHERS),
    one_file("arm64-object", Changed(_OBJECT, _set(18, "<H", 183))),
    one_file("big-endian", Changed(static(), _set(5, "<B", 2))),
    one_file("machine-unknown", Changed(static(), _set(18, "<H", 0x7777))),
    one_file("x32-header", Changed(static(), _set(4, "<B", 1))),
    one_file("object", _OBJECT, "LC107"),
    one_file("core", Changed(static(), _set(16, "<H", 4))),
    one_file("no-headers", Changed(static(), _set(56, "<H", 0))),
    one_file("headers-of-odd-size", Changed(static(), _set(54, "<H", 57))),
    one_file("headers-beyond-the-end", Changed(static(), _set(32, "<Q", 1 << 40))),
    one_file("entry-zero", Changed(static(), _set(24, "<Q", 0))),
    *(one_file(f"cut-at-{size}", Changed(static(), _cut(size))) for size in (3, 4, 16, 20, 40, 63)),
    one_file("cut-in-headers", Changed(static(), _cut(100))),
    one_file("library-run", _LIBRARY, "LC108"),
    one_file("library-unbound", Built("gcc", USES_FOO, _INSIDE, libraries=(_LIBRARY,)), _STARTS),
    one_file("all-unbound", Built("gcc", HELLO, ("-pie", "-fPIE", "-Wl,--no-dynamic-linker")), "LC107"),
)

_NOT_PROGRAMS = (
    one_file("empty", b"", "LC107"),
    one_file("text", b"echo started\n", "LC107"),
    one_file("byte-order-mark", b"\xef\xbb\xbf#!/bin/sh\necho started\n", "LC107"),
    one_file("utf-16", "#!/bin/sh\necho started\n".encode("utf-16"), "LC107"),
    one_file("windows-program", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff" + bytes(200), "LC107"),
    one_file("mac-program", b"\xcf\xfa\xed\xfe\x07\0\0\x01\x03\0\0\0\x02\0\0\0" + bytes(200), "LC107"),
    one_file("jar", b"PK\x03\x04\x14\0\x08\x08" + bytes(200), "LC107"),
    one_file("wasm", b"\0asm\x01\0\0\0" + bytes(60), "LC107"),
    one_file("git-lfs-pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "LC107"),
)

_PATHS = (
    one_file("not-executable", static(), "LC104", mode=0o644),
    one_file("private", static(), "LC104", mode=0o700),
    one_file("execute-only", static(), _STARTS, mode=0o111),
    one_file("setuid", static(), _STARTS, mode=0o4755),
    _call("missing", f"{HERE}/no-such-program", "LC100"),
    _call("below-a-file", f"{HERE}/hello/hello", "LC100"),
    _call("slash-behind", f"{HERE}/hello/", "LC100"),
    _call("a-directory", f"{HERE}/folder", "LC104", folder=Folder()),
    _call("through-a-link", f"{HERE}/link", "", link=Symlink("hello")),
    _call("through-an-absolute-link", f"{HERE}/link", "", link=Symlink(f"{HERE}/hello")),
    _call("through-links-above-the-root", f"{HERE}/link", "", link=Symlink(f"../../../../..{HERE}/hello")),
    _call("through-a-dangling-link", f"{HERE}/link", "LC100", link=Symlink("nothing")),
    _call("through-a-link-loop", f"{HERE}/link", "LC100", link=Symlink("link")),
    _call("relative", "./hello", "", HERE),
    _call("relative-elsewhere", "./hello", "LC100"),
    Program(
        "in-private-directory",
        f"{HERE}/private/hello",
        {f"{HERE}/private": Folder(0o700), f"{HERE}/private/hello": Entry(static())},
        "LC104",
    ),
)

PROGRAMS = (*_INTERPRETERS, *_HEADERS, *_NOT_PROGRAMS, *_PATHS)
