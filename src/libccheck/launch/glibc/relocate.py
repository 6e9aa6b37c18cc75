"""Binding every symbol that must be bound at the start: `elf/dl-reloc.c`, `elf/do-rel.h`, `sysdeps/*/dl-machine.h`."""

from __future__ import annotations

from libccheck.launch.glibc.lookup import COPY, PLT, look_up, symbols_of
from libccheck.launch.glibc.machine import Types, types
from libccheck.launch.glibc.mapping import protects
from libccheck.launch.glibc.state import LOADER, MAIN, VDSO, Ending, Loading, Object, Version
from libccheck.model import Died, Finding, Relocations, Symbols, Unclear
from libccheck.record import NamedTuple

_DT_SYMBOLIC, _DT_BIND_NOW = 16, 24
_DF_SYMBOLIC, _DF_BIND_NOW, _DF_1_NOW = 2, 8, 1
_STB_LOCAL, _STB_WEAK = 0, 2
_STT_OBJECT, _STT_FUNC, _STT_GNU_IFUNC = 1, 2, 10
_ABSOLUTE, _ET_DYN = 2, 3
_STV_PROTECTED = 3
_X86 = (3, 62)
_NONE = (0, 256)  # R_*_NONE, R_AARCH64_NONE


class Miss(NamedTuple):
    """A symbol with nothing at its address, which only shows when it is used; `finding` where there surely is not."""

    item: Object
    symbol: str
    finding: Finding | None = None


def relocate_all(loading: Loading, order: list[Object], scope: list[Object]) -> list[Miss]:
    """Relocate from the last to the first, and say what will be missing later."""
    lazily: list[Miss] = []
    ordered = list(reversed(order))
    if loading.release.since(41):
        libc = next((each for each in ordered if each.elf.soname == "libc.so.6"), None)
        if libc is not None:
            ordered.remove(libc)
            ordered.insert(0, libc)
    for item in ordered:
        if item.kind in (LOADER, VDSO):
            item.relocated = True
            continue
        lazily += _relocate(loading, item, scope)
        item.relocated = True
    return lazily


def _relocate(loading: Loading, item: Object, scope: list[Object]) -> list[Miss]:
    kinds = types(item.elf.machine)
    if kinds is None:
        reason = f"the relocations of machine {item.elf.machine} are not known"
        raise loading.undecided(reason, "LC901", loading.interpreter)
    relocations = item.elf.tables.relocations
    if relocations is None:
        name = loading.shown(item)
        raise loading.undecided(f"the relocations of {name} were left out", "LC902", name)
    own = [item, *scope] if _is_symbolic(item) else scope
    symbols = symbols_of(loading, item)
    lazy = not (loading.environment.bind_now or _binds_now(item))
    done: set[tuple[int, int]] = set()
    misses = []
    for kind, symbol in _eager(item, relocations, kinds, lazy):
        if (kind, symbol) not in done:
            done.add((kind, symbol))
            if not _bind(loading, item, own, symbols, kinds, kind, symbol):
                misses.append(Miss(item, symbols.names[symbol]))
    protected = protects(item.elf, loading.host.page_size)
    if protected is None:
        raise loading.crash("SIGSEGV", f"{loading.shown(item)} has memory protected that is not its own")
    if not protected:
        text = "cannot apply additional memory protection after relocation"
        raise loading.fail(text, item.name, "LC209", loading.shown(item), errno="ENOMEM")
    return misses + _lazy_misses(loading, item, own, symbols, relocations, kinds) if lazy else misses


def _eager(item: Object, relocations: Relocations, kinds: Types, lazy: bool) -> list[tuple[int, int]]:
    """Types and symbols in the loader's order, a type that may not be bound lazily as its complement. REL goes before
    RELA, each with those for the PLT behind it."""
    plt = []
    for kind, symbol, _ in relocations.plt:
        if not lazy or kind == kinds.descriptor:
            plt.append((kind, symbol))
        elif kinds.complete and kind not in (kinds.slot, kinds.indirect):
            plt.append((~kind, symbol))
    rel = [(kind, symbol) for kind, symbol, _ in relocations.rel]
    rela = [(kind, symbol) for kind, symbol, _ in relocations.rela]
    if item.elf.plt_is_rela:
        return [*rel, *rela, *plt]
    return [*rel, *plt, *rela]


def _bind(
    loading: Loading, item: Object, scope: list[Object], symbols: Symbols, kinds: Types, kind: int, symbol: int
) -> bool:
    """Whether something is at the address, as far as can be told."""
    if kind < 0:
        raise _bad_type(loading, item, ~kind, "unexpected PLT reloc type 0x")
    if kind in kinds.without:
        # No linker leaves a symbol unused; whoever made it so has left nothing at the address.
        return kind not in _NONE or not 0 < symbol < len(symbols.names)
    type_class = PLT if kind in kinds.plt else COPY if kind == kinds.copy else 0
    found = None
    bound = symbol < len(symbols.names) and _is_bound(symbols, symbol)
    if bound:
        found = _resolve(loading, item, scope, symbols, symbol, type_class)
    if not type_class and kind not in kinds.plain and kinds.complete:
        raise _bad_type(loading, item, kind, "unexpected reloc type 0x")
    if loading.static_tls is not None and (found or not bound):
        loading.static_tls.see(kind, found[0] if found else item)
    if found is None:
        return not bound or not _was_there(loading, item, symbols, symbol)
    owner, at = found
    theirs = symbols_of(loading, owner)
    if theirs.infos[at] & 15 == _STT_GNU_IFUNC and theirs.sections[at]:
        _check_indirect(loading, item, owner, symbols.names[symbol])
    if theirs.others[at] & 3 == _STV_PROTECTED and item.kind == MAIN:
        _check_protected(loading, owner, symbols, symbol, type_class)
    if type_class == COPY:
        wanted, there = symbols.sizes[symbol], theirs.sizes[at]
        if there > wanted or (there < wanted and loading.environment.verbose):
            text = f"Symbol `{symbols.names[symbol]}' has different size in shared object, consider re-linking"
            loading.stderr.append(f"{loading.progname}: {text}\n")
    return not _is_elsewhere(loading, owner, theirs, at)


def _was_there(loading: Loading, item: Object, symbols: Symbols, at: int) -> bool:
    """Whether a weak symbol, which need not be there, was when the file was linked: it has a version."""
    return _version(loading, item, symbols, at) is not None


def _is_elsewhere(loading: Loading, owner: Object, symbols: Symbols, at: int) -> bool:
    """Whether code or data has an address that does not move with its library, since 2.28: nobody makes such."""
    if symbols.sections[at] != _ABSOLUTE or owner.elf.kind != _ET_DYN or not loading.release.since(28):
        return False
    return symbols.infos[at] & 15 in (_STT_OBJECT, _STT_FUNC, _STT_GNU_IFUNC)


def _is_bound(symbols: Symbols, at: int) -> bool:
    """Local and hidden symbols are the object's own affair."""
    if symbols.infos[at] >> 4 == _STB_LOCAL:
        return False
    return symbols.others[at] & 3 not in (1, 2)


def _resolve(
    loading: Loading, item: Object, scope: list[Object], symbols: Symbols, at: int, type_class: int
) -> tuple[Object, int] | None:
    name = symbols.names[at]
    if not item.versions and at < len(symbols.versions) and symbols.versions[at] & 0x7FFF:
        raise loading.crash("SIGSEGV", f"{loading.shown(item)} has a DT_VERSYM, but no versions")
    version = _version(loading, item, symbols, at)
    found = look_up(loading, scope, name, version, type_class)
    if isinstance(found, Object):
        assert version is not None
        raise _not_in_file(loading, item, name, version)
    if found is None and symbols.infos[at] >> 4 != _STB_WEAK:
        text = f"undefined symbol: {name}" + (f", version {version.name}" if version else "")
        about = loading.shown(item)
        message = f"{about} needs the symbol {name}{f' of version {version.name}' if version else ''}: nobody has it"
        raise loading.fail(text, about, "LC204", name, occasion="symbol lookup error", message=message)
    return found


def _version(loading: Loading, item: Object, symbols: Symbols, at: int) -> Version | None:
    if at >= len(symbols.versions):
        return None
    index = symbols.versions[at] & 0x7FFF
    found = item.versions.get(index)
    if found is None and item.versions and index > max(item.versions):
        reason = f"which version {loading.shown(item)} wants of {symbols.names[at]}: there is none of number {index}"
        raise loading.undecided(reason, "LC902", loading.shown(item))
    return found if found is not None and found.name else None


def _not_in_file(loading: Loading, item: Object, name: str, version: Version) -> Exception:
    """Until 2.29 the object that the need names is asked last, even for a weak symbol."""
    comma = "" if loading.release.has("relocation-error-format") else ","
    text = f"symbol {name}{comma} version {version.name} not defined in file {version.file} with link time reference"
    about = loading.shown(item)
    message = f"{about} needs the symbol {name} of version {version.name}, and {version.file} does not have it"
    return loading.fail(text, about, "LC204", name, occasion="relocation error", message=message)


def _check_protected(loading: Loading, owner: Object, symbols: Symbols, at: int, type_class: int) -> None:
    """_dl_check_protected_symbol(), since 2.36 in these words."""
    if not loading.release.since(36):
        return
    name = symbols.names[at]
    if type_class & COPY:
        text = f"copy relocation against non-copyable protected symbol `{name}' in `{owner.name}'"
    elif type_class & PLT and symbols.valued[at] and not symbols.sections[at]:
        text = f"direct reference to protected function `{name}' in `{owner.name}' may break pointer equality"
    else:
        return
    loading.stderr.append(f"warning: {text}\n")


def _check_indirect(loading: Loading, item: Object, owner: Object, name: str) -> None:
    """A function that is chosen at run time, in an object that is not ready to choose; only x86 looks."""
    if owner is item or owner.relocated or item.elf.machine not in _X86 or not loading.release.since(26):
        return
    if owner.kind == MAIN:
        if not loading.release.has("ifunc-executable"):
            return
        text = (
            f"{loading.progname}: IFUNC symbol '{name}' referenced in '{item.name}' is defined in the executable"
            " and creates an unsatisfiable circular dependency.\n"
        )
        raise loading.end(Died(127, None, text), Finding("LC209", name, text.rstrip(), ()))
    loading.stderr.append(f"{loading.progname}: Relink `{item.name}' with `{owner.name}' for IFUNC symbol `{name}'\n")


def _bad_type(loading: Loading, item: Object, kind: int, text: str) -> Exception:
    """Two digits, or eight where the machine has 64 bits and the type is large."""
    digits = f"{kind & 0xFFFFFFFF:08x}" if kind > 0xFF and item.elf.bits == 64 else f"{kind & 0xFF:02x}"
    return loading.fail(text + digits, item.name, "LC208", f"0x{digits}")


def _is_symbolic(item: Object) -> bool:
    return item.kind != MAIN and (_DT_SYMBOLIC in item.elf.tags or bool(item.elf.dynamic_flags & _DF_SYMBOLIC))


def _binds_now(item: Object) -> bool:
    elf = item.elf
    return _DT_BIND_NOW in elf.tags or bool(elf.dynamic_flags & _DF_BIND_NOW) or bool(elf.dynamic_flags_1 & _DF_1_NOW)


def _lazy_misses(
    loading: Loading, item: Object, scope: list[Object], symbols: Symbols, relocations: Relocations, kinds: Types
) -> list[Miss]:
    """What would end the program when it is first called."""
    misses = []
    for kind, at, _ in relocations.plt:
        if kind != kinds.slot or at >= len(symbols.names) or not _is_bound(symbols, at):
            continue
        name, version = symbols.names[at], _version(loading, item, symbols, at)
        try:
            found = look_up(loading, scope, name, version, PLT)
        except Ending as ending:
            if isinstance(ending.outcome, Unclear):
                raise
            found = None
        if isinstance(found, tuple):
            if _is_elsewhere(loading, found[0], symbols_of(loading, found[0]), found[1]):
                misses.append(Miss(item, name))
        elif symbols.infos[at] >> 4 == _STB_WEAK:
            if version is not None:
                misses.append(Miss(item, name))
        else:
            message = f"{loading.shown(item)} dies when it first calls {name}, which nobody has"
            misses.append(Miss(item, name, Finding("LC301", name, message, ())))
    return misses
