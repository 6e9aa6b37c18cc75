"""What uClibc's loader relocates at the start, and how that ends: `_dl_fixup` and `ldso/<machine>/elfinterp.c`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from libccheck.launch.uclibc import mapping
from libccheck.launch.uclibc.objects import LOADER, FaultError, LeftOutError, Object, StoppedError
from libccheck.launch.uclibc.symbols import COPY, PLT, TLS, WEAK, Scope, has_address, table_of
from libccheck.launch.uclibc.versions import Features
from libccheck.machines import machine_name
from libccheck.model import Died, Elf, Finding, Runs, Step
from libccheck.record import NamedTuple

_DT_RELA, _DT_REL, _DT_BIND_NOW, _DT_JMPREL = 7, 17, 24, 23
_COUNTS = {True: 0x6FFFFFF9, False: 0x6FFFFFFA}  # DT_RELACOUNT, DT_RELCOUNT
_DF_BIND_NOW, _DF_1_NOW = 8, 1
_PROTECTED = 3
_NOT_RESOLVED, _GIVES_UP = 255, 1


class _Kinds(NamedTuple):
    """Relocation types of a machine, and how its part of the loader goes on. tls: those that read the defining object.

    all_missing: it does not stop at the first symbol that is missing. silent: an odd type among the functions to be
    bound later ends it without a word.
    """

    addends: bool
    plain: frozenset[int]
    copy: int
    slot: int
    tls: frozenset[int]
    relative: int
    all_missing: bool = False
    silent: bool = False


_KINDS = {
    "x86_64": _Kinds(True, frozenset((1, 2, 6, 7, 10)), 5, 7, frozenset((16, 17, 18)), 8, silent=True),
    "i386": _Kinds(False, frozenset((1, 2, 6, 7, 8)), 5, 7, frozenset((14, 35, 36, 37)), 8),
    "arm": _Kinds(False, frozenset((1, 2, 21, 22, 23)), 20, 22, frozenset((17, 18, 19)), 23, all_missing=True),
    "aarch64": _Kinds(True, frozenset((257, 1025, 1026, 1027)), 1024, 1026, frozenset((1030, 1031)), 1027),
}
_KINDS["armhf"] = _KINDS["arm"]
_NAMES = (
    *("NONE", "64", "PC32", "GOT32", "PLT32", "COPY", "GLOB_DAT", "JUMP_SLOT", "RELATIVE", "GOTPCREL", "32", "32S"),
    *("16", "PC16", "8", "PC8", "DTPMOD64", "DTPOFF64", "TPOFF64", "TLSGD", "TLSLD", "DTPOFF32", "GOTTPOFF"),
    "TPOFF32",
)
"""`_dl_reltypes_tab` of x86_64, without R_X86_64_."""


class Relocation:
    """The fix-ups of one process; `say` takes what is written, behind nothing. `see` is told the type of what reads the
    object that defines a thread-local variable, and that object."""

    def __init__(
        self,
        objects: Sequence[Object],
        scope: Scope,
        known: Features,
        progname: str,
        say: Callable[[str], None],
        see: Callable[[int, Object], None] | None = None,
    ) -> None:
        self._see = see
        self._objects, self._scope, self._known = objects, scope, known
        self._progname, self._say = progname, say
        self._machine = machine_name(objects[0].elf)

    def run(self, now: bool) -> None:
        """Everything that is bound at the start, the last object first."""
        chain = [each for each in reversed(self._objects) if each.kind != LOADER]
        kinds = self._kinds(chain)
        for each in chain:
            failures = list(self._of(each, kinds, now))
            if failures:
                raise StoppedError(Died(_NOT_RESOLVED, None), *failures)

    def failures(self, item: Object, *, now: bool) -> Iterator[Finding]:
        """What is missing of an object that comes later."""
        yield from self._of(item, self._kinds([item]), now)

    def bound_again(self, item: Object) -> Iterator[Finding]:
        """The functions of an object that was there already, if they were left for later."""
        tables = item.elf.tables.relocations
        if item.kind == LOADER or _binds_now(item.elf, now=False) or tables is None:
            return
        yield from self._parse(item, tables.plt, self._kinds([item]))

    def lazily(self, item: Object, now: bool) -> Iterator[str]:
        """The functions of an object that nobody has, which shows when they are called."""
        kinds = _KINDS.get(self._machine)
        tables = item.elf.tables.relocations
        if kinds is None or tables is None or item.kind == LOADER or _binds_now(item.elf, now):
            return
        table = table_of(item.elf)
        for kind, index, _ in tables.plt:
            if kind == kinds.slot and index and not self._is_bound(item, index, PLT)[0]:
                yield table.names[index]

    def _kinds(self, chain: list[Object]) -> _Kinds:
        kinds = _KINDS.get(self._machine)
        if kinds is None:
            raise LeftOutError(f"the relocations of {self._machine} are not known")
        if any(each.elf.tables.relocations is None for each in chain):
            raise LeftOutError("the relocations of a library were not kept")
        return kinds

    def _of(self, item: Object, kinds: _Kinds, now: bool) -> Iterator[Finding]:
        """_dl_fixup() of one object: what is missing of it."""
        tables, tags = item.elf.tables.relocations, item.elf.tags
        assert tables is not None
        if (_DT_REL if kinds.addends else _DT_RELA) in tags:
            message = f"{item.name} has relocations in a form that {self._machine} does not have"
            yield Finding("LC208", item.name, message, ())
            return
        runs = tables.rela if kinds.addends else tables.rel
        if runs:
            mapping.relocate(item.elf, item.name)
        if _COUNTS[kinds.addends] in tags:
            leading = next((at for at, run in enumerate(runs) if run[0] != kinds.relative), len(runs))
            runs = runs[leading:]
        yield from self._parse(item, runs, kinds)
        if _DT_JMPREL not in tags:
            return
        if _binds_now(item.elf, now):
            yield from self._parse(item, tables.plt, kinds)
            return
        odd = next((kind for kind, _, _ in tables.plt if kind not in (0, kinds.slot)), None)
        if odd is not None and not kinds.silent:
            raise LeftOutError(f"what becomes of relocations of type {odd} in {item.name}")
        if odd is not None:
            raise StoppedError(Died(_GIVES_UP, None), self._unsupported(item, odd))

    def _parse(self, item: Object, runs: Runs, kinds: _Kinds) -> Iterator[Finding]:
        """_dl_parse(): the first that fails ends it."""
        table = table_of(item.elf)
        for kind, index, _ in runs:
            if index >= max(1, len(table.names)):
                raise LeftOutError(f"a relocation of {item.name} refers to a symbol beyond its table")
            owner: Object | None = item
            if index:
                type_class = COPY if kind == kinds.copy else PLT if kind == kinds.slot or kind in kinds.tls else 0
                bound, owner = self._is_bound(item, index, type_class)
                if not bound:
                    yield self._missing(item, table.names[index])
                    if kinds.all_missing:
                        continue
                    return
            if kind in kinds.tls and self._known.tls:
                if owner is None:
                    raise FaultError("SIGSEGV", item.name)
                if self._see:
                    self._see(kind, owner)
            elif kind and kind != kinds.copy and kind not in kinds.plain:
                yield self._unhandled(item, kind, table.names[index] if index else "")
                return

    def _is_bound(self, item: Object, index: int, type_class: int) -> tuple[bool, Object | None]:
        """Whether _dl_do_reloc() goes on, and the object that it found."""
        table = table_of(item.elf)
        owner: Object | None = item
        found: tuple[Object, int] | None = (item, index)
        if table.others[index] & 3 != _PROTECTED:
            found = self._scope.find(table.names[index], type_class)
            owner = found[0] if found else None
        theirs, at = (table_of(found[0].elf), found[1]) if found else (table, index)
        if found is not None and has_address(theirs, at):
            return True, owner
        return theirs.infos[at] & 15 == TLS or theirs.infos[at] >> 4 == WEAK, owner

    def _missing(self, item: Object, name: str) -> Finding:
        self._say(f"\n{self._progname}: symbol '{name}': {self._text(self._known.unresolved, item)}")
        step = Step("look up", name, "not found", f"wanted by {item.name}")
        return Finding("LC204", name, f"symbol {name} not found, wanted by {item.name}", (step,))

    def _unhandled(self, item: Object, kind: int, name: str) -> Finding:
        shown = f"{kind:#x}"
        if self._known.names_types and self._machine != "x86_64":
            raise LeftOutError(f"how the loader calls relocations of type {kind}")
        if self._known.names_types:
            shown = f"R_X86_64_{_NAMES[kind]}" if kind < len(_NAMES) else str(kind)
        symbol = f"symbol '{name}': " if name else ""
        where = f" in lib '{item.name}'" if " in lib " in self._known.unresolved else ""
        self._say(f"\n{self._progname}: {symbol}can't handle reloc type {shown}{where}\n")
        finding = self._unsupported(item, kind)
        if where:
            return finding
        raise StoppedError(Died(_GIVES_UP, None), finding)

    def _unsupported(self, item: Object, kind: int) -> Finding:
        step = Step("look up", f"relocation type {kind}", "unsupported", f"a relocation of {item.name}")
        return Finding("LC208", item.name, f"relocations of type {kind} in {item.name} are not supported", (step,))

    def _text(self, text: str, item: Object) -> str:
        return f"{text.replace('%s', item.name)}\n"


def _binds_now(elf: Elf, now: bool) -> bool:
    flags = elf.dynamic_flags & _DF_BIND_NOW or elf.dynamic_flags_1 & _DF_1_NOW
    return now or bool(flags) or _DT_BIND_NOW in elf.tags
