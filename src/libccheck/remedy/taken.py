"""What programs and libraries take of libraries that are not there: the versions, and the symbols."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from libccheck.dotted import dotted
from libccheck.imagined import Taken
from libccheck.libc import interpreter_text
from libccheck.model import Content, Elf, File, Launch, Loader
from libccheck.musl_symbols import SINCE
from libccheck.record import NamedTuple
from libccheck.tree import Tree

_INDEX = 0x7FFF
_WEAK = 2
_FUNCTION, _INDIRECT = 2, 10
_NOTHING = Content(b"", None, None, None)


class Part(NamedTuple):
    """What is taken of one library, each once, in the order of the tables."""

    versions: tuple[str, ...]
    symbols: tuple[Taken, ...]


def parts(
    tree: Tree, program: Elf, launch: Launch, libraries: Mapping[str, str], opened: Elf | None = None
) -> dict[str, Part]:
    """What the program, and what that launch of it has loaded, take of these libraries.

    libraries: the soname to the real path at which nobody knows the file, or is to lie another than now. opened: what
    the program opens by dlopen.
    """
    paths = [each.path for each in launch.objects if tree.resolve(each.path).path not in libraries.values()]
    others = (elf for path in paths if (elf := _content(tree, path).elf))
    takers = [program, *([opened] if opened is not None else []), *others]
    loader = _content(tree, interpreter_text(program) or "")
    given = {each for elf in (*takers[1:], *([loader.elf] if loader.elf else [])) for each in _defined(elf)}
    given.update(_of_later_releases(loader.loader) if loader.loader else ())
    return {name: _taken_of(name, takers, given) for name in libraries}


def _taken_of(name: str, takers: Sequence[Elf], given: Collection[str]) -> Part:
    """takers: what is loaded, the program first. given: the names of symbols that others have, or are to have.

    A symbol with a version says of which library it is; one without is of any that nobody else has it of.
    """
    versions = [
        each.name for elf in takers for need in elf.versions_needed if need.file == name for each in need.versions
    ]
    found: dict[tuple[str, str], Taken] = {}
    of_program = frozenset(_defined(takers[0]))
    for at, elf in enumerate(takers):
        known = of_program.union(given) if at else given
        for each in (*_versioned(elf, name), *_unversioned(elf, name, known, is_program=at == 0)):
            found.setdefault((each.name, each.version), each)
    return Part(tuple(dict.fromkeys(versions)), tuple(found.values()))


def _defined(elf: Elf) -> Iterator[str]:
    """The names of the symbols that a file has."""
    symbols = elf.tables.symbols
    for name, section in zip(symbols.names, symbols.sections, strict=True) if symbols else ():
        if section:
            yield name


def _of_later_releases(loader: Loader) -> Iterator[str]:
    """What a later musl has: a symbol of that name is missing from this one, and not from a library."""
    if loader.family == "musl":
        yield from (name for name, since in SINCE.items() if dotted(since) > (dotted(loader.version) or (9,)))


def _versioned(elf: Elf, library: str) -> Iterator[Taken]:
    symbols = elf.tables.symbols
    needs = [each for need in elf.versions_needed if need.file == library for each in need.versions]
    names = {each.index & _INDEX: each.name for each in needs}
    for at, number in enumerate(symbols.versions) if symbols and names else ():
        if symbols and number & _INDEX in names:
            yield _taken(elf, at, names[number & _INDEX])


def _unversioned(elf: Elf, library: str, given: Collection[str], *, is_program: bool) -> Iterator[Taken]:
    """Where the linker has made room in the program for what is copied into it, the symbol is not undefined."""
    symbols = elf.tables.symbols
    if symbols is None or library not in elf.needed:
        return
    copied = _relocated(elf) if is_program else ()
    for at, name in enumerate(symbols.names):
        number = symbols.versions[at] & _INDEX if at < len(symbols.versions) else 0
        wanted = at in copied if symbols.sections[at] else symbols.infos[at] >> 4 != _WEAK
        if name and number < 2 and wanted and name not in given:
            yield _taken(elf, at, "")


def _relocated(elf: Elf) -> frozenset[int]:
    found = elf.tables.relocations
    return frozenset(symbol for table in (found.rel, found.rela) for _, symbol, _ in table) if found else frozenset()


def _taken(elf: Elf, at: int, version: str) -> Taken:
    symbols = elf.tables.symbols
    assert symbols is not None
    kind = symbols.infos[at] & 15
    return Taken(symbols.names[at], version, _FUNCTION if kind == _INDIRECT else kind, symbols.sizes[at])


def _content(tree: Tree, path: str) -> Content:
    node = tree.resolve(path).node
    return node.load() if isinstance(node, File) else _NOTHING
