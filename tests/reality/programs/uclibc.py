"""Programs linked with uClibc-ng, for the names of each generation, and what its loader finds or does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import NamedTuple

from tests.reality.corpus import HERE, Entry, Folder, Placed, Program, Symlink
from tests.reality.programs import opened, uclibc_symbols
from tests.reality.programs.sources import (
    ARM64,
    BAR,
    BAR_OF_FOO,
    FOO,
    HELLO,
    I386,
    OTHER,
    USES_BAR,
    USES_BOTH,
    USES_FOO,
    program,
    static,
)
from tests.reality.programs.sources import library as made
from tests.reality.workshop import Built, Changed
from tests.uclibc import GENERATIONS

_LIB, _BAR, _OTHER = f"{HERE}/lib/libfoo.so", f"{HERE}/lib/libbar.so", f"{HERE}/other/libfoo.so"
_RPATH = "-Wl,--disable-new-dtags,-rpath,"
_RUNPATH = "-Wl,--enable-new-dtags,-rpath,"
_BESIDE = f"{_RPATH}{HERE}/lib"
_TEXT = Entry(b"/* GNU ld script */ GROUP ( /lib/libfoo.so.1 )\n" * 30)


class Story(NamedTuple):
    """A program, the libraries placed with it, and how it is called; `place` is its path, else below HERE."""

    name: str
    main: Built
    files: Mapping[str, Placed] = {}
    env: tuple[tuple[str, str], ...] = ()
    cwd: str = "/"
    argv: tuple[str, ...] = ()
    place: str = ""


def _programs(generation: str) -> Iterator[Program]:
    tool = f"uclibc:{generation}"
    symbols = (Story(*each) for each in uclibc_symbols.stories(tool))
    kinds = (_places, _paths, _interpreters, _contents, _chains, _preloads)
    for each in (*(story for kind in kinds for story in kind(tool)), *symbols):
        name = f"uclibc-{generation}-{each.name}"
        path = each.place or f"{HERE}/{name}"
        files = {path: Entry(each.main), **each.files}
        yield Program(name, path, files, env=each.env, cwd=each.cwd, argv=each.argv)
    yield from opened.programs(tool)


def _foo(tool: str) -> Built:
    return made(tool, FOO)


def _places(tool: str) -> Iterator[Story]:
    """The right library, in places where the loader looks and where it does not."""
    foo = _foo(tool)
    plain = program(tool, USES_FOO, libraries=(foo,))
    there: dict[str, Placed] = {_LIB: Entry(foo)}
    yield Story("hello", program(tool, HELLO))
    yield Story("fixed", program(tool, HELLO, "-no-pie", "-fno-pie"))
    yield Story("hello-renamed", program(tool, HELLO), argv=("renamed",))
    yield Story("absent", plain)
    yield Story("absent-renamed", plain, argv=("renamed",))
    yield Story("not-looked-at", plain, there)
    for directory in ("/lib", "/usr/lib", "/usr/local/lib", "/usr/X11R6/lib", "/lib64"):
        yield Story(f"in{directory.replace('/', '-')}", plain, {f"{directory}/libfoo.so": Entry(foo)})
    upwards = program(tool, USES_FOO, f"{_RPATH}$ORIGIN/app/lib", libraries=(foo,))
    yield Story("at-the-top", upwards, there, place="/uclibc-at-the-top")
    link = {**there, _OTHER: Symlink("../lib/libfoo.so")}
    yield Story("through-a-link", program(tool, USES_FOO, f"{_RPATH}{HERE}/other", libraries=(foo,)), link)
    long = made(tool, FOO, "libfoo.so", f"-Wl,-soname,{'x' * 1100}.so")
    yield Story("endless-name", program(tool, USES_FOO, _BESIDE, libraries=(long,)), {_LIB: Entry(foo)})


def _paths(tool: str) -> Iterator[Story]:
    """Search paths of every kind, and lists with colons in odd places."""
    foo = _foo(tool)
    plain = program(tool, USES_FOO, libraries=(foo,))
    there: dict[str, Placed] = {_LIB: Entry(foo)}
    both = {**there, _OTHER: _TEXT}

    def by(path: str, tag: str = _RPATH) -> Built:
        return program(tool, USES_FOO, f"{tag}{path}", libraries=(foo,))

    for tag, kind in ((_RPATH, "rpath"), (_RUNPATH, "runpath")):
        yield Story(f"{kind}", by(f"{HERE}/lib", tag), there)
        yield Story(f"{kind}-second", by(f"/no/such:{HERE}/lib", tag), there)
        yield Story(f"{kind}-origin", by("$ORIGIN/lib", tag), there)
        yield Story(f"{kind}-origin-second", by("/no/such:$ORIGIN/lib", tag), there)
        yield Story(f"{kind}-origin-up", by("$ORIGIN/../app/lib", tag), there)
        yield Story(f"{kind}-origin-in-braces", by("${ORIGIN}/lib", tag), there)
        yield Story(f"{kind}-origin-alone", by("$ORIGIN", tag), {f"{HERE}/libfoo.so": Entry(foo)})
        yield Story(f"{kind}-relative", by("lib", tag), there, cwd=HERE)
        yield Story(f"{kind}-colon-first", by(f":{HERE}/lib", tag), there)
        yield Story(f"{kind}-colons", by(f"/no/such::{HERE}/lib", tag), there)
        path = (("LD_LIBRARY_PATH", f"{HERE}/other"),)
        yield Story(f"{kind}-against-library-path", by(f"{HERE}/lib", tag), both, env=path)
        yield Story(f"{kind}-text-first", by(f"{HERE}/other:{HERE}/lib", tag), both)

    def said(name: str, value: str, *more: tuple[str, str], cwd: str = "/") -> Story:
        return Story(f"library-path-{name}", plain, there, env=(("LD_LIBRARY_PATH", value), *more), cwd=cwd)

    yield said("there", f"{HERE}/lib")
    yield said("second", f"/no/such/directory:{HERE}/lib")
    yield said("origin", "$ORIGIN/lib")
    yield said("relative", "lib", cwd=HERE)
    yield said("colon", ":", cwd=f"{HERE}/lib")
    yield said("empty", "", cwd=f"{HERE}/lib")
    yield said("colon-last", f"{HERE}/none:", cwd=f"{HERE}/lib")
    yield said("colon-first", f":{HERE}/lib", cwd="/")
    yield said("empty-then-a-path", "", ("OTHER", f"/no/such:{HERE}/lib"))
    yield said("empty-then-no-path", "", ("OTHER", "nothing"))
    yield said("twice-text", f"{HERE}/other:{HERE}/lib")._replace(files=both)


def _interpreters(tool: str) -> Iterator[Story]:
    """The loader under other names: beside itself it looks for libraries."""
    foo, generation = _foo(tool), tool.partition(":")[2]
    name = f"ld64-uClibc.so.{generation}"
    elsewhere = f"-Wl,--dynamic-linker=/opt/uclibc/lib/{name}"
    link: dict[str, Placed] = {f"/opt/uclibc/lib/{name}": Symlink(f"/lib/{name}")}
    plain = program(tool, USES_FOO, elsewhere, libraries=(foo,))
    yield Story("elsewhere", program(tool, HELLO, elsewhere), link)
    yield Story("elsewhere-absent", plain, link)
    yield Story("elsewhere-beside", plain, {**link, "/opt/uclibc/lib/libfoo.so": Entry(foo)})
    yield Story("elsewhere-text", plain, {**link, "/opt/uclibc/lib/libfoo.so": _TEXT, "/usr/lib/libfoo.so": Entry(foo)})
    top = program(tool, USES_FOO, f"-Wl,--dynamic-linker=/{name}", libraries=(foo,))
    yield Story("at-top-absent", top, {f"/{name}": Symlink(f"/lib/{name}")})
    relative = program(tool, USES_FOO, f"-Wl,--dynamic-linker=lib/{name}", libraries=(foo,))
    yield Story("relative-absent", relative)
    yield Story("needs-the-loader", _patched(tool, HELLO, "--add-needed", "ld64-uClibc.so.1"))
    yield Story("needs-the-old-loader", _patched(tool, HELLO, "--add-needed", "ld64-uClibc.so.0"))
    yield Story("needs-the-loader-elsewhere", _patched(tool, HELLO, "--add-needed", "/opt/ld64-uClibc.so.0"))
    for libc in ("libc.so.0", "libc.so.1"):
        yield Story(f"needs-{libc}", _patched(tool, HELLO, "--add-needed", libc))


def _patched(tool: str, source: str, *options: str) -> Built:
    return program(tool, source)._replace(patch=options)


def _contents(tool: str) -> Iterator[Story]:
    """Something else under the library's name, alone, and before the right one."""
    foo = _foo(tool)
    beside = program(tool, USES_FOO, _BESIDE, libraries=(foo,))
    twice = program(tool, USES_FOO, f"{_BESIDE}:{HERE}/other", libraries=(foo,))
    cut = ("in-header", 40), ("behind-header", 64), ("in-program-headers", 150), ("in-tables", 700)
    wrong: dict[str, Placed] = {
        "text": _TEXT,
        "short-text": Entry(b"version https://git-lfs.github.com/spec/v1\n"),
        "empty": Entry(b""),
        "of-i386": Entry(made(I386, FOO)),
        "of-arm64": Entry(made(ARM64, FOO)),
        "an-object": Entry(Built(tool, FOO, ("-c",), name="foo.o")),
        "a-static-program": Entry(static()),
        "big-endian": Entry(Changed(foo, lambda data: data[:5] + b"\2" + data[6:])),
        "of-class-32": Entry(Changed(foo, lambda data: data[:4] + b"\1" + data[5:])),
        "without-magic": Entry(Changed(foo, lambda data: b"\x7fELG" + data[4:])),
        "a-directory": Folder(),
        "dangling": Symlink("libfoo.so.1"),
        "loop": Symlink("libfoo.so"),
        "private": Entry(foo, 0o600),
        "not-executable": Entry(foo, 0o644),
        "private-text": Entry(b"text", 0o600),
        **{f"cut-{name}": Entry(Changed(foo, itemgetter(slice(size)))) for name, size in cut},
    }
    for name, placed in wrong.items():
        yield Story(name, beside, {_LIB: placed})
        yield Story(f"{name}-first", twice, {_LIB: placed, _OTHER: Entry(foo)})
    yield Story("a-program", beside, {_LIB: Entry(program(tool, HELLO))})
    yield Story("text-in-lib", program(tool, USES_FOO, libraries=(foo,)), {"/lib/libfoo.so": _TEXT})
    yield Story("text-in-usr-lib", program(tool, USES_FOO, libraries=(foo,)), {"/usr/lib/libfoo.so": _TEXT})
    yield Story("directory-in-lib", program(tool, USES_FOO, libraries=(foo,)), {"/lib/libfoo.so": Folder()})


def _chains(tool: str) -> Iterator[Story]:
    """Libraries that need libraries: whose search path counts, and which is missed first."""
    foo, bar = _foo(tool), made(tool, BAR, "libbar.so")
    both = program(tool, USES_BOTH, _BESIDE, libraries=(foo, bar))
    needy = made(tool, BAR_OF_FOO, "libbar.so")._replace(libraries=(foo,))
    chain = program(tool, USES_BAR, _BESIDE, "-Wl,--allow-shlib-undefined", libraries=(needy,))
    yield Story("two-absent", both)
    yield Story("second-absent", both, {_LIB: Entry(foo)})
    yield Story("first-absent", both, {_BAR: Entry(bar)})
    yield Story("two-there", both, {_LIB: Entry(foo), _BAR: Entry(bar)})
    yield Story("first-text-second-absent", both, {_LIB: _TEXT})
    yield Story("grandchild-absent", chain, {_BAR: Entry(needy)})
    yield Story("path-of-parent", chain, {_BAR: Entry(needy), _LIB: Entry(foo)})
    for tag, kind in ((_RPATH, "rpath"), (_RUNPATH, "runpath")):
        for path, name in ((f"{HERE}/lib", ""), ("$ORIGIN", "-origin")):
            child = made(tool, BAR_OF_FOO, "libbar.so", f"{tag}{path}")._replace(libraries=(foo,))
            yield Story(f"{kind}-of-child{name}", chain, {_BAR: Entry(child), _LIB: Entry(foo)})
    slash = made(tool, FOO, "libfoo.so", f"-Wl,-soname,{_LIB}")
    direct = program(tool, USES_FOO, libraries=(slash,))
    yield Story("slash-there", direct, {_LIB: Entry(foo)})
    yield Story("slash-absent", direct)
    yield Story("slash-elsewhere", direct, {"/usr/lib/libfoo.so": Entry(foo)})
    yield Story("slash-text", direct, {_LIB: _TEXT, "/usr/lib/libfoo.so": Entry(foo)})
    relative = program(tool, USES_FOO, libraries=(made(tool, FOO, "libfoo.so", "-Wl,-soname,lib/libfoo.so"),))
    yield Story("slash-relative", relative, {_LIB: Entry(foo)}, cwd=HERE)
    same: dict[str, Placed] = {_LIB: Entry(foo), _BAR: Symlink("libfoo.so")}
    yield Story("one-file-two-names", both, same)


def _preloads(tool: str) -> Iterator[Story]:
    hello, foo, other = program(tool, HELLO), _foo(tool), made(tool, OTHER, "libother.so")
    there: dict[str, Placed] = {_LIB: Entry(foo), f"{HERE}/lib/libother.so": Entry(other)}

    def preload(name: str, value: str, *more: tuple[str, str], main: Built = hello) -> Story:
        return Story(f"preload-{name}", main, there, env=(("LD_PRELOAD", value), *more))

    yield preload("absent", "/no/such/library.so")
    yield preload("there", _LIB)
    yield preload("two", f"{_LIB}:{HERE}/lib/libother.so")
    yield preload("two-with-blanks", f"  {_LIB} \t /no/such.so :{HERE}/lib/libother.so ")
    yield preload("by-name", "libfoo.so", ("LD_LIBRARY_PATH", f"{HERE}/lib"))
    yield preload("name-absent", "libfoo.so")
    yield preload("nothing", "")
    yield preload("text", f"{HERE}/lib/text.so")._replace(files={f"{HERE}/lib/text.so": _TEXT})
    yield preload("for-the-program", _LIB, main=program(tool, USES_FOO, libraries=(made(tool, FOO, "libfoo.so"),)))
    hole = program(tool, USES_FOO, f"{_RPATH}{HERE}/other", "-Wl,-z,now", libraries=(foo,))
    yield preload("instead", _LIB, main=hole)._replace(files={**there, _OTHER: Entry(other)})


PROGRAMS = tuple(each for generation in GENERATIONS for each in _programs(generation))
