"""Programs and the library that they need, present in every way but the right one, for each toolchain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.reality.corpus import HERE, Entry, Folder, Placed, Program, Symlink
from tests.reality.programs.sources import (
    BAR,
    BAR_OF_FOO,
    DYNAMIC,
    FAR_TLS,
    FOO,
    FOO_DATA,
    FOO_TLS,
    HELLO,
    KINDS,
    OTHER,
    USES_BAR,
    USES_BOTH,
    USES_DATA,
    USES_FOO,
    USES_TLS,
    USES_WEAK,
    library,
    program,
)
from tests.reality.workshop import Built, Changed

_BESIDE = "-Wl,-rpath,$ORIGIN/lib"
_LIB = f"{HERE}/lib/libfoo.so"
_BAR = f"{HERE}/lib/libbar.so"


class _Story(NamedTuple):
    """A program, the libraries placed with it, and the code that it meets in an ordinary root of its own kind."""

    name: str
    main: Built
    code: str | None
    files: Mapping[str, Placed] = {}
    env: tuple[tuple[str, str], ...] = ()
    cwd: str = "/"


def programs(tool: str) -> Iterator[Program]:
    for each in (*_places(tool), *_contents(tool), *_symbols(tool), *_chains(tool)):
        path = f"{HERE}/{KINDS[tool].name}-{each.name}"
        files = {path: Entry(each.main), **each.files}
        yield Program(path.rpartition("/")[2], path, files, each.code, tool, env=each.env, cwd=each.cwd)


def _places(tool: str) -> Iterator[_Story]:
    """The right library, in places where the loader looks and where it does not."""
    foo = library(tool, FOO)
    plain = program(tool, USES_FOO, libraries=(foo,))
    beside = program(tool, USES_FOO, _BESIDE, libraries=(foo,))
    there: dict[str, Placed] = {_LIB: Entry(foo)}
    path = ("LD_LIBRARY_PATH", f"/no/such/directory:{HERE}/lib")
    yield _Story("hello", program(tool, HELLO), "")
    yield _Story("absent", plain, "LC201")
    yield _Story("not-looked-at", plain, "LC201", there)
    yield _Story("by-runpath", beside, "", there)
    yield _Story("by-library-path", plain, "", there, env=(path,))
    here = "" if KINDS[tool].family == "glibc" else "LC201"
    yield _Story("by-library-path-here", plain, here, there, env=(("LD_LIBRARY_PATH", ":"),), cwd=f"{HERE}/lib")
    yield _Story("in-usr-lib", plain, "", {"/usr/lib/libfoo.so": Entry(foo)})
    yield _Story("in-lib", plain, "", {"/lib/libfoo.so": Entry(foo)})
    in_local = "" if KINDS[tool].family == "musl" else "LC201"
    yield _Story("in-usr-local-lib", plain, in_local, {"/usr/local/lib/libfoo.so": Entry(foo)})
    yield _Story("preload-absent", program(tool, HELLO), "", env=(("LD_PRELOAD", "/no/such/library.so"),))
    yield _Story("preload-present", program(tool, HELLO), "", there, env=(("LD_PRELOAD", _LIB),))
    braces = program(tool, USES_FOO, "-Wl,-rpath,${ORIGIN}/../app/lib", libraries=(foo,))
    yield _Story("by-origin-in-braces", braces, "", there)
    lib = program(tool, USES_FOO, "-Wl,-rpath,$ORIGIN/$LIB:/no/such", libraries=(foo,))
    yield _Story("by-lib-token", lib, "LC201", there)
    link = {**there, f"{HERE}/other/libfoo.so": Symlink("../lib/libfoo.so")}
    linked = program(tool, USES_FOO, "-Wl,-rpath,$ORIGIN/other", libraries=(foo,))
    yield _Story("through-a-link", linked, "", link)
    if tool == "gcc":
        yield _Story("far-thread-data", program(tool, FAR_TLS, "-fPIE", "-pie"), "")


def _contents(tool: str) -> Iterator[_Story]:
    """Something else under the library's name."""
    glibc = KINDS[tool].family == "glibc"
    foo = library(tool, FOO)
    beside = program(tool, USES_FOO, _BESIDE, libraries=(foo,))

    def wrong(name: str, placed: Placed, code: str | None) -> _Story:
        return _Story(name, beside, code, {_LIB: placed})

    yield wrong("text", Entry(b"/* GNU ld script */ GROUP ( /lib/libfoo.so.1 )\n" * 30), "LC202")
    yield wrong("short-text", Entry(b"version https://git-lfs.github.com/spec/v1\n"), "LC202")
    yield wrong("empty", Entry(b""), "LC202")
    yield wrong("cut-in-header", Entry(Changed(foo, lambda data: data[:40])), "LC202")
    yield wrong("cut-behind-header", Entry(Changed(foo, lambda data: data[:64])), "LC202")
    yield wrong("of-other-class", Entry(library(KINDS[tool].other_class, FOO)), "LC202")
    yield wrong("of-other-machine", Entry(library(KINDS[tool].other_machine, FOO)), "LC201" if glibc else "")
    yield wrong("an-object", Entry(Built(tool, FOO, ("-c",), name="foo.o")), "LC202")
    yield wrong("a-program", Entry(program(tool, HELLO, "-pie", "-fPIE")), None)
    yield wrong("a-directory", Folder(), None)
    yield wrong("dangling", Symlink("libfoo.so.1"), "LC201")
    yield wrong("loop", Symlink("libfoo.so"), None)
    yield wrong("private", Entry(foo, 0o600), "LC201")
    yield wrong("not-executable", Entry(foo, 0o644), "")
    twice = program(tool, USES_FOO, "-Wl,-rpath,$ORIGIN/lib:$ORIGIN/other", libraries=(foo,))
    yield _Story(
        "other-class-first",
        twice,
        "" if glibc else "LC202",
        {_LIB: Entry(library(KINDS[tool].other_class, FOO)), _other(): Entry(foo)},
    )
    yield _Story(
        "other-machine-first", twice, "", {_LIB: Entry(library(KINDS[tool].other_machine, FOO)), _other(): Entry(foo)}
    )
    yield _Story("private-first", twice, "", {_LIB: Entry(foo, 0o600), _other(): Entry(foo)})
    yield _Story("text-first", twice, "LC202", {_LIB: Entry(b"text\n" * 50), _other(): Entry(foo)})


def _other() -> str:
    return f"{HERE}/other/libfoo.so"


def _symbols(tool: str) -> Iterator[_Story]:
    """The library is there, but its versions or symbols are others than at link time."""
    glibc = KINDS[tool].family == "glibc"
    one = library(tool, FOO, versions="FOO_1 { global: foo; local: *; };\n")
    two = library(tool, FOO, versions="FOO_1 { };\nFOO_2 { global: foo; local: *; } FOO_1;\n")
    none = library(tool, FOO)
    wants_two = program(tool, USES_FOO, _BESIDE, libraries=(two,))
    wants_none = program(tool, USES_FOO, _BESIDE, libraries=(none,))
    yield _Story("version-there", wants_two, "", {_LIB: Entry(two)})
    yield _Story("version-missing", wants_two, "LC203" if glibc else "", {_LIB: Entry(one)})
    yield _Story("versions-new", wants_none, "", {_LIB: Entry(two)})
    for how in ("now", "lazy"):
        wants = program(tool, USES_FOO, _BESIDE, f"-Wl,-z,{how}", libraries=(none,))
        code = "" if glibc and how == "lazy" else "LC204"
        yield _Story(f"function-missing-{how}", wants, code, {_LIB: Entry(library(tool, OTHER))})
        versioned = program(tool, USES_FOO, _BESIDE, f"-Wl,-z,{how}", libraries=(two,))
        yield _Story(f"no-versions-{how}", versioned, None if glibc else "", {_LIB: Entry(none)})
        hidden = library(tool, OTHER, versions="FOO_1 { };\nFOO_2 { global: other; local: *; } FOO_1;\n")
        yield _Story(f"version-without-function-{how}", versioned, code, {_LIB: Entry(hidden)})
    data = library(tool, FOO_DATA)
    for how, options in (("copied", ("-no-pie", "-fno-pie")), ("pointed-at", ("-pie", "-fPIE"))):
        wants = program(tool, USES_DATA, _BESIDE, *options, libraries=(data,))
        yield _Story(f"data-{how}", wants, "", {_LIB: Entry(data)})
        yield _Story(f"data-missing-{how}", wants, "LC204", {_LIB: Entry(none)})
        wide = library(tool, FOO_DATA.replace("int foo_data", "long foo_data"))
        yield _Story(f"data-resized-{how}", wants, "", {_LIB: Entry(wide)})
    tls = library(tool, FOO_TLS)
    yield _Story("tls", program(tool, USES_TLS, _BESIDE, libraries=(tls,)), "", {_LIB: Entry(tls)})
    yield _Story("tls-missing", program(tool, USES_TLS, _BESIDE, libraries=(tls,)), "LC204", {_LIB: Entry(none)})
    weak = program(tool, USES_WEAK, _BESIDE, libraries=(none,))
    yield _Story("weak-missing", weak, "", {_LIB: Entry(library(tool, OTHER))})


def _chains(tool: str) -> Iterator[_Story]:
    """Libraries that need libraries: whose search path counts, and who is named."""
    glibc = KINDS[tool].family == "glibc"
    foo, bar = library(tool, FOO), library(tool, BAR, "libbar.so")
    both = program(tool, USES_BOTH, _BESIDE, libraries=(foo, bar))
    needy = library(tool, BAR_OF_FOO, "libbar.so")._replace(libraries=(foo,))
    chain = program(tool, USES_BAR, _BESIDE, "-Wl,--allow-shlib-undefined", libraries=(needy,))
    origin = library(tool, BAR_OF_FOO, "libbar.so", "-Wl,-rpath,$ORIGIN")._replace(libraries=(foo,))
    yield _Story("two-absent", both, "LC201")
    yield _Story("second-absent", both, "LC201", {_LIB: Entry(foo)})
    yield _Story("two-there", both, "", {_LIB: Entry(foo), _BAR: Entry(bar)})
    yield _Story("grandchild-absent", chain, "LC201", {_BAR: Entry(needy)})
    yield _Story("runpath-of-parent", chain, "LC201" if glibc else "", {_BAR: Entry(needy), _LIB: Entry(foo)})
    yield _Story("runpath-of-child", chain, "", {_BAR: Entry(origin), _LIB: Entry(foo)})
    hole = library(tool, BAR_OF_FOO, "libbar.so", "-Wl,-z,now")
    yield _Story("symbol-of-library-missing", chain, "LC204", {_BAR: Entry(hole)})


PROGRAMS = tuple(each for tool in DYNAMIC for each in programs(tool))
