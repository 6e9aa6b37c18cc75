"""What glibc's ld.so makes of a program, in its own words: `elf/rtld.c`."""

from __future__ import annotations

from libccheck.launch.glibc import dependencies, earlyinit, relocate, soundness, versions
from libccheck.launch.glibc.environment import preload
from libccheck.launch.glibc.mapping import fault, regions
from libccheck.launch.glibc.release import release, strerror
from libccheck.launch.glibc.setup import begin
from libccheck.launch.glibc.state import LIBRARY, LOADER, Ending, Loading, Object, Signalled
from libccheck.launch.handover import Ended, Handover, Library
from libccheck.model import Died, Finding, Host, Loaded, Outcome, Started, Step, Unclear
from libccheck.tree import Tree

_PT_LOAD, _PT_PHDR = 1, 6
_ET_DYN = 3
_X86 = (3, 62)
_LIBC = "libc.so.6"


def load(tree: Tree, handover: Handover, host: Host, library: Library | None = None) -> Ended:
    """Follow ld.so from its first instruction to the jump to the program's entry, or to where it gives up.

    With `library` the program then loads that.
    """
    found = release(handover.loader) if handover.loader else None
    if found is None or handover.loader is None or handover.loader_elf is None:
        reason = f"the release of the loader {handover.interpreter} cannot be read"
        return Ended(Unclear(reason), (Finding("LC901", handover.interpreter or "", reason, ()),), handover.steps, ())
    loading = begin(tree, handover, host, found, handover.loader, handover.loader_elf)
    outcome: Outcome
    findings: tuple[Finding, ...]
    try:
        findings = tuple(_start(loading))
        outcome = Started("".join(loading.stderr))
        if library is not None:
            from libccheck.launch.glibc import opening

            outcome, findings = opening.dlopen(loading, library)
    except Signalled as signalled:
        outcome = Died(127, None, "".join(loading.stderr) + _fatal(loading, signalled))
        findings = (*signalled.earlier, signalled.finding)
    except Ending as ending:
        outcome, findings = ending.outcome, ending.findings
    return Ended(outcome, findings, (*handover.steps, *loading.steps), _objects(loading))


def _start(loading: Loading) -> list[Finding]:
    """dl_main(); the findings are about what only shows later."""
    if loading.environment.diverting:
        variable = loading.environment.diverting
        raise loading.undecided(f"{variable} makes the loader do something else", "LC901", loading.interpreter)
    _check_kernel(loading)
    _check_processor(loading)
    _check_program(loading)
    scope = loading.scope = dependencies.load_all(loading, preload(loading))
    _place_loader(loading, scope)
    soundness.check_whole(loading, scope)
    missing = versions.check(loading, loading.chain, scope)
    if missing:
        raise loading.end(Died(1, None), *missing)
    order = dependencies.relocation_order(loading, scope)
    _check_level(loading, order)
    lazily = relocate.relocate_all(loading, order, scope)
    earlyinit.check(loading)
    soundness.check(loading, order)
    _check_same_build(loading)
    soundness.check_first_steps(loading, lazily)
    return [each.finding for each in lazily if each.finding] + _unstated(loading, order)


def _fatal(loading: Loading, signalled: Signalled) -> str:
    """fatal_error() of `elf/dl-catch.c`."""
    occasion = signalled.occasion or "error while loading shared libraries"
    about = f"{signalled.about}: " if signalled.about else ""
    errno = f": {strerror(signalled.errno)}" if signalled.errno else ""
    return f"{loading.progname}: {occasion}: {about}{signalled.text}{errno}\n"


def _check_program(loading: Loading) -> None:
    """The kernel has mapped the program; its dynamic section is read first of all."""
    main, page = loading.chain[0], loading.host.page_size
    if main.elf.kind == _ET_DYN and all(each.type != _PT_PHDR for each in main.elf.segments):
        raise loading.crash("SIGSEGV", f"{main.path} has no PT_PHDR, by which the loader finds it in memory")
    found = regions(main.elf, page) if any(each.type == _PT_LOAD for each in main.elf.segments) else []
    signal = fault(main.elf, page, found, loading.release.since(35)) if isinstance(found, list) and found else None
    if signal is not None:
        raise loading.crash(signal, f"{main.path} is cut off")


def _check_kernel(loading: Loading) -> None:
    """DL_SYSDEP_OSCHECK, until 2.35: the number stands in the code, and in the loader's own ABI tag."""
    tag, kernel = loading.chain[1].elf.abi_tag, loading.host.kernel
    wanted = loading.release.value("kernel") or (".".join(map(str, tag[1:])) if tag else None)
    if not kernel or wanted is None or not loading.release.has("kernel-check"):
        return
    if tuple(kernel[:3]) < tuple(map(int, wanted.split("."))):
        raise loading.end(
            Died(127, None, "FATAL: kernel too old\n"),
            Finding("LC206", wanted, f"the C library needs Linux {wanted} or later", ()),
        )


def _check_processor(loading: Loading) -> None:
    """A loader that was itself built for a better processor says so first of all."""
    level = loading.host.isa_level
    wanted = next(
        (each for each in (2, 3, 4) if level is not None and level < each and _built_for(loading, each)), None
    )
    if wanted is not None:
        name = f"x86-64-v{wanted}"
        finding = Finding("LC205", name, f"the C library wants a CPU of level {name}", ())
        raise loading.end(Died(127, None, f"Fatal glibc error: CPU does not support {name}\n"), finding)


def _built_for(loading: Loading, level: int) -> bool:
    return loading.release.has(f"cpu-v{level}")


def _place_loader(loading: Loading, scope: list[Object]) -> None:
    """The loader stands in the chain where the scope has it; where nobody needs it, only since 2.41."""
    itself = next(each for each in loading.chain if each.kind == LOADER)
    loading.chain.remove(itself)
    at = next((position for position, each in enumerate(scope) if each is itself), len(scope))
    if at < len(scope) or loading.release.since(41):
        loading.chain.insert(loading.chain.index(scope[at - 1]) + 1, itself)


def _check_level(loading: Loading, order: list[Object]) -> None:
    """Since 2.33 on x86: the last object first. Bits beyond the four levels are levels that no processor has."""
    if loading.chain[0].elf.machine not in _X86 or not loading.release.has("isa-level"):
        return
    level = loading.host.isa_level or 4
    for item in reversed(order):
        if item.kind == LOADER or not item.elf.isa_needed & ~((1 << level) - 1):
            continue
        name = loading.shown(item)
        wanted = f"x86-64-v{item.elf.isa_needed.bit_length()}"
        finding = Finding("LC205", wanted, f"{name} wants a CPU of level {wanted}", ())
        raise loading.end(Died(127, None, f"{name}: CPU ISA level is lower than required\n"), finding)


def _unstated(loading: Loading, order: list[Object]) -> list[Finding]:
    """What would have been the end on a lesser processor, where nobody has said which it is."""
    if loading.host.isa_level is not None or loading.chain[0].elf.machine not in _X86:
        return []
    levels = [(level, loading.interpreter) for level in (2, 3, 4) if _built_for(loading, level)]
    if loading.release.has("isa-level"):
        levels += [(each.elf.isa_needed.bit_length(), loading.shown(each)) for each in order if each.kind != LOADER]
    level, name = max(levels, default=(0, ""))
    if level <= 1:
        return []
    step = Step("read", name, f"x86-64-v{level}", "GNU_PROPERTY_X86_ISA_1_NEEDED, or the loader's own words")
    return [Finding("LC314", f"x86-64-v{level}", f"{name} wants a CPU of level x86-64-v{level}", (step,))]


def _check_same_build(loading: Loading) -> None:
    """A loader and a C library of two builds share structures that nothing checks."""
    libc = next((each for each in loading.chain if each.elf.soname == _LIBC and each.identity), None)
    loader = next((each.identity for each in loading.chain if each.kind == LOADER), None)
    own = libc.identity.version if libc and libc.identity else None
    theirs = loader.version if loader else None
    if libc is None or own is None or own == theirs:
        return
    reason = f"the loader is of glibc {theirs}, {libc.name} of {own}"
    raise loading.undecided(reason, "LC901", loading.interpreter)


def _objects(loading: Loading) -> tuple[Loaded, ...]:
    return tuple(
        Loaded(each.requested, each.name, loading.shown(each.loader) if each.loader else "", each.how)
        for each in loading.chain
        if each.kind == LIBRARY
    )
