"""Programs that load a library by dlopen(3), and libraries that are fit for it in every way but one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.reality.corpus import HERE, Entry, Folder, Opened, Placed, Program, Symlink
from tests.reality.programs.sources import (
    BAR,
    BAR_OF_FOO,
    DYNAMIC,
    FOO,
    HELLO,
    KINDS,
    OTHER,
    library,
    program,
)
from tests.reality.workshop import Built, Changed

REFUSED = 42
"""The exit status of a program that is refused its library."""

_OPENS = f"""#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>
int main(int argc, char **argv) {{
    if (!dlopen(argv[1], argc > 2 ? RTLD_LAZY : RTLD_NOW)) {{
        fprintf(stderr, "%s\\n", dlerror());
        _exit({REFUSED});
    }}
    if (write(1, "started\\n", 8) != 8) _exit(99);
    sleep(1);
    return 0;
}}
int of_program(void) {{ return 0; }}
"""
_OWN = "int of_program(void); int bar(void) { return of_program(); }\n"
_TABLE = "int foo(void); int (*table[])(void) = {foo}; int bar(void) { return table[0](); }\n"
_TLS = "__thread char block[%d]%s; char bar(void) { return block[0]; }\n"
_WANTED_TLS = "extern __thread int foo_tls; int bar(void) { return foo_tls; }\n"
_FOO_TLS = "__thread int foo_tls = 1; int foo(void) { return foo_tls; }\n"
_NEWER = "#include <stdlib.h>\nint bar(void) { return (int)arc4random(); }\n"
_FOO_OF_BAR = "int bar(void); int foo(void) { return bar(); }\n"
_POINTERS = "static int one, two; int *bar[] = {&one, &two, &one};\n"
_CONSTRUCTOR = "static int done; __attribute__((constructor)) static void run(void) { done = 1; }\nint *bar = &done;\n"
_PLACE = f"{HERE}/lib/libbar.so"
_FOO = f"{HERE}/lib/libfoo.so"


class _Story(NamedTuple):
    """A library, and what is placed with it; `main` are options for the program."""

    name: str
    bar: Placed
    files: Mapping[str, Placed] = {}
    lazy: bool = False
    main: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()


def programs(tool: str) -> Iterator[Program]:
    kind = KINDS[tool]
    links = ("-ldl",) if kind.family == "glibc" else ()
    for each in (*_wrong(tool), *_needs(tool), *_symbols(tool), *_tls(tool), *_flags(tool)):
        main = program(tool, _OPENS, *each.main, *links)
        path = f"{HERE}/{kind.name}-opens-{each.name}"
        files = {path: Entry(main), _PLACE: each.bar, **each.files}
        argv = (path, _PLACE, *(("lazily",) if each.lazy else ()))
        opened = Opened(_PLACE, each.lazy, REFUSED)
        yield Program(path.rpartition("/")[2], path, files, argv=argv, env=each.env, opens=opened)


def _beside(tool: str) -> str:
    """Where the library itself is; not every uClibc expands $ORIGIN, and none does in a DT_RUNPATH."""
    return f"-Wl,--disable-new-dtags,-rpath,{HERE}/lib" if KINDS[tool].family == "uclibc" else "-Wl,-rpath,$ORIGIN"


def _bar(tool: str, source: str, *options: str, libraries: tuple[Built, ...] = (), versions: str = "") -> Built:
    return library(tool, source, "libbar.so", *options, versions=versions)._replace(libraries=libraries)


def _wrong(tool: str) -> Iterator[_Story]:
    """Something else under the library's name."""
    plain = library(tool, FOO, "libbar.so")
    yield _Story("fine", Entry(plain))
    yield _Story("text", Entry(b"/* GNU ld script */ GROUP ( /lib/libbar.so.1 )\n" * 30))
    yield _Story("empty", Entry(b""))
    yield _Story("cut-behind-header", Entry(Changed(plain, lambda data: data[:64])))
    yield _Story("of-other-class", Entry(library(KINDS[tool].other_class, FOO, "libbar.so")))
    yield _Story(
        "of-other-machine", Entry(library(KINDS[tool].other_machine, "int *p; int **bar = &p;\n", "libbar.so"))
    )
    yield _Story("an-object", Entry(Built(tool, FOO, ("-c",), name="foo.o")))
    yield _Story("a-program", Entry(program(tool, HELLO, "-pie", "-fPIE")))
    yield _Story("a-fixed-program", Entry(program(tool, HELLO, "-no-pie", "-fno-pie")))
    yield _Story("a-directory", Folder())
    yield _Story("dangling", Symlink("libbar.so.1"))
    yield _Story("a-loop", Symlink("libbar.so"))
    yield _Story("private", Entry(plain, 0o600))


def _needs(tool: str) -> Iterator[_Story]:
    """Libraries that the library needs: where they are looked for."""
    foo = library(tool, FOO)
    needy, origin = _bar(tool, BAR_OF_FOO, libraries=(foo,)), _bar(tool, BAR_OF_FOO, _beside(tool), libraries=(foo,))
    there: dict[str, Placed] = {_FOO: Entry(foo)}
    beside = "-Wl,-rpath,$ORIGIN/lib"
    yield _Story("absent", Entry(needy))
    yield _Story("not-looked-at", Entry(needy), there)
    yield _Story("by-own-runpath", Entry(origin), there)
    yield _Story("by-runpath-of-program", Entry(needy), there, main=(beside, "-Wl,--enable-new-dtags"))
    yield _Story("by-rpath-of-program", Entry(needy), there, main=(beside, "-Wl,--disable-new-dtags"))
    yield _Story("by-library-path", Entry(needy), there, env=(("LD_LIBRARY_PATH", f"{HERE}/lib"),))
    yield _Story("needs-text", Entry(origin), {_FOO: Entry(b"text\n" * 50)})
    yield _Story("needs-other-class", Entry(origin), {_FOO: Entry(library(KINDS[tool].other_class, FOO))})
    middle = library(tool, OTHER, "libmiddle.so", _beside(tool))._replace(libraries=(foo,))
    wants = _bar(tool, BAR_OF_FOO, _beside(tool), libraries=(middle,))
    yield _Story("of-the-library-of-its-library", Entry(wants), {**there, f"{HERE}/lib/libmiddle.so": Entry(middle)})
    back = library(tool, _FOO_OF_BAR)
    yield _Story("wanted-by-its-library", Entry(_bar(tool, BAR, _beside(tool), libraries=(foo,))), {_FOO: Entry(back)})
    yield _Story("needs-without-symbol", Entry(origin), {_FOO: Entry(library(tool, OTHER))})
    yield _Story("needs-without-symbol-lazily", Entry(origin), {_FOO: Entry(library(tool, OTHER))}, lazy=True)


def _symbols(tool: str) -> Iterator[_Story]:
    """Symbols and versions."""
    two = library(tool, FOO, versions="FOO_1 { };\nFOO_2 { global: foo; local: *; } FOO_1;\n")
    one = library(tool, FOO, versions="FOO_1 { global: foo; local: *; };\n")
    wants = _bar(tool, BAR_OF_FOO, _beside(tool), libraries=(two,))
    yield _Story("version-there", Entry(wants), {_FOO: Entry(two)})
    yield _Story("version-missing", Entry(wants), {_FOO: Entry(one)})
    yield _Story("no-versions", Entry(wants), {_FOO: Entry(library(tool, FOO))}, lazy=True)
    hole = _bar(tool, BAR_OF_FOO)
    yield _Story("function-missing", Entry(hole))
    yield _Story("function-missing-lazily", Entry(hole), lazy=True)
    yield _Story("function-missing-bound-now", Entry(_bar(tool, BAR_OF_FOO, "-Wl,-z,now")), lazy=True)
    yield _Story("pointer-missing-lazily", Entry(_bar(tool, _TABLE)), lazy=True)
    yield _Story("of-program", Entry(_bar(tool, _OWN)), main=("-Wl,--export-dynamic",))
    yield _Story("of-program-hidden", Entry(_bar(tool, _OWN)))
    if KINDS[tool].name == "gcc":
        newer = Built(tool, _NEWER, ("-shared", "-fPIC"), name="libbar.so")
        yield _Story("of-a-newer-libc", Entry(newer))
        yield _Story("of-a-newer-libc-lazily", Entry(newer), lazy=True)


def _tls(tool: str) -> Iterator[_Story]:
    """Thread-local data, at a fixed place or not."""
    fixed = "-ftls-model=initial-exec"
    yield _Story("tls-small", Entry(_bar(tool, _TLS % (16, ""), fixed)))
    yield _Story("tls-large", Entry(_bar(tool, _TLS % (4000, ""), fixed)))
    yield _Story("tls-aligned", Entry(_bar(tool, _TLS % (16, " __attribute__((aligned(4096)))"), fixed)))
    foo = library(tool, _FOO_TLS, "libfoo.so", "-ftls-model=global-dynamic", "-fno-plt")
    wants = _bar(tool, _WANTED_TLS, fixed, _beside(tool), libraries=(foo,))
    yield _Story("tls-of-another", Entry(wants), {_FOO: Entry(foo)})


def _flags(tool: str) -> Iterator[_Story]:
    """What the linker was told, if it is GNU's."""
    if KINDS[tool].name in ("gcc", "musl-gcc") or KINDS[tool].family == "uclibc":
        yield _Story("stack", Entry(_bar(tool, FOO, "-Wl,-z,execstack")))
        yield _Story("stack-of-both", Entry(_bar(tool, FOO, "-Wl,-z,execstack")), main=("-Wl,-z,execstack",))
        yield _Story("not-to-be-opened", Entry(_bar(tool, FOO, "-Wl,-z,nodlopen")))
        packed = "-Wl,-z,pack-relative-relocs"
        yield _Story("packed", Entry(_bar(tool, _POINTERS, packed)))
        yield _Story("packed-with-constructor", Entry(_bar(tool, _CONSTRUCTOR, packed)))


PROGRAMS = tuple(each for tool in DYNAMIC for each in programs(tool))
