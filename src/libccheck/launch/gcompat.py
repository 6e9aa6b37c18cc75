"""gcompat's stand-in for glibc's loader (`loader/loader.c`): musl's loader, executed with a library preloaded."""

from __future__ import annotations

from libccheck.launch import musl
from libccheck.launch.handover import Ended, Handover, Library, Stuck
from libccheck.launch.kernel import execve
from libccheck.launch.lookup import variable
from libccheck.launch.musl.findings import STRERROR
from libccheck.launch.musl.versions import number
from libccheck.launch.refusal import STUB, shown
from libccheck.machines import machine_name
from libccheck.model import Died, File, Finding, Host, Loader, Outcome, Refused, Segment, Step, Unclear
from libccheck.record import NamedTuple
from libccheck.tree import Tree

_PT_LOAD, _PT_DYNAMIC, _PT_TLS = 1, 2, 7
_WORD = 8
_VDSO_PAGES = 8  # with its data, on current kernels
_THREAD, _BUILTIN_TLS = 216, 336  # bytes, on 64-bit machines: struct pthread and what goes with it, builtin_tls
_PATH_MAX = 4096
_STATUS = 1
_OPTION_OF_ARGV0 = (1, 1, 17)
"""The release of musl from which its loader knows `--argv0`."""


class Stub(NamedTuple):
    """What is compiled in: the loader that it executes, the library that it preloads, the name that it goes by."""

    loader: str
    library: str
    name: str


def load(tree: Tree, handover: Handover, host: Host, library: Library | None = None) -> Ended:
    """What becomes of `ld-linux-...so.N --argv0 NAME --preload "LIBRARY $LD_PRELOAD" -- PROGRAM`, by musl's loader.

    musl takes the name that it is called by for its own, which answers a NEEDED of glibc's loader.
    """
    stub = _stub(handover)
    preload = f"{stub.library} {variable(handover.process, 'LD_PRELOAD') or ''}"
    ended = _loses_itself(handover, host.page_size) or _gives_up(handover, stub, preload)
    if ended is not None:
        return ended
    taken = execve(tree, stub.loader, handover.process, host, STUB, handover.interpreter or "")
    steps = handover.steps + taken.steps
    if isinstance(taken, Stuck):
        return _refused(taken, steps)
    file, loader = _opened(tree, taken)
    if file is None or loader is None or loader.family != "musl":
        reason = f"{shown(stub.loader)} is not musl's loader, which gcompat means to run"
        return _ended(Unclear(reason), "LC901", stub.loader, reason, steps)
    if number(loader.version) < _OPTION_OF_ARGV0:
        reason = f"whether {shown(stub.loader)}, of musl {loader.version}, knows the options of gcompat"
        return _ended(Unclear(reason), "LC902", stub.loader, reason, steps)
    called = handover._replace(interpreter=stub.name, loader_path=taken.path, loader_file=file, steps=steps)
    called = called._replace(loader_elf=taken.elf, loader=loader, execfn=handover.path)
    return musl.load(tree, called, host, library, preload=preload)


def _stub(handover: Handover) -> Stub:
    """By the strings in it, else as it is built by default."""
    markers = handover.loader.markers if handover.loader else ()
    said = dict(each.split("=", 1) for each in markers if "=" in each)
    return Stub(
        said.get("hands-on-to") or f"/lib/ld-musl-{machine_name(handover.elf)}.so.1",
        said.get("library") or "/lib/libgcompat.so.0",
        said.get("name") or (handover.interpreter or "").rpartition("/")[2],
    )


def _loses_itself(handover: Handover, page: int) -> Ended | None:
    """Whether the stub's own start (`static_init_tls` of musl) copies a TLS block from where nothing is mapped.

    It goes by AT_PHDR, which is the program's, and takes its own dynamic section for the program's: the distance
    between the program's two leads from the stub's to the block. Above the stub lies nothing; between its segments and
    below it, what it has allocated and, on current kernels, the vDSO with pages that cannot be read everywhere.
    """
    program = handover.elf.segments
    block = next((each for each in reversed(program) if each.type == _PT_TLS), None)
    theirs = next((each.vaddr for each in reversed(program) if each.type == _PT_DYNAMIC), None)
    stub = handover.loader_elf.segments if handover.loader_elf else ()
    own = next((each.vaddr for each in stub if each.type == _PT_DYNAMIC), None)
    if block is None or not block.filesz or theirs is None or own is None:
        return None
    start = own + block.vaddr - theirs
    readable, end = start, 0
    for first, last in _mapped(stub, page):
        readable, end = last if first <= readable < last else readable, max(end, last)
    if readable >= start + block.filesz:
        return None
    needed = block.memsz + max(block.align, _WORD) + _THREAD
    allocated = -(-needed // page) * page if needed > _BUILTIN_TLS else 0
    interpreter = handover.interpreter or ""
    message = "gcompat's stub takes the program's TLS block for its own"
    if -allocated - _VDSO_PAGES * page <= start and readable < end:
        reason = f"{message}, and whether it can read what is there depends on the kernel"
        return _ended(Unclear(reason), "LC902", interpreter, reason, handover.steps)
    return _ended(Died(None, "SIGSEGV", ""), "LC207", interpreter, f"{message}, and dies of SIGSEGV", handover.steps)


def _mapped(segments: tuple[Segment, ...], page: int) -> list[tuple[int, int]]:
    """The whole pages that they lie in, in order."""
    loads = [each for each in segments if each.type == _PT_LOAD]
    return sorted((each.vaddr // page * page, -(-(each.vaddr + each.memsz) // page) * page) for each in loads)


def _gives_up(handover: Handover, stub: Stub, preload: str) -> Ended | None:
    """What the stub itself refuses; the second it says on standard output."""
    interpreter = handover.interpreter or ""
    if len(preload.encode("utf-8", "surrogateescape")) >= _PATH_MAX:
        died = Died(_STATUS, None, "too many preloaded libraries")
        return _ended(died, "LC209", interpreter, "LD_PRELOAD is too long for gcompat's stub", handover.steps)
    if stub.name in handover.path:
        message = f"gcompat's stub takes {shown(handover.path)} for itself, by its path, and ends"
        return _ended(Died(_STATUS, None, ""), "LC209", interpreter, message, handover.steps)
    return None


def _refused(taken: Stuck, steps: tuple[Step, ...]) -> Ended:
    outcome = taken.outcome
    if isinstance(outcome, Refused):
        outcome = Died(_STATUS, None, f"execve: {STRERROR.get(outcome.errno, outcome.errno)}\n")
    return Ended(outcome, taken.findings, steps, ())


def _opened(tree: Tree, taken: Handover) -> tuple[File | None, Loader | None]:
    node = tree.nodes.get(taken.path)
    return (node, node.load().loader) if isinstance(node, File) else (None, None)


def _ended(outcome: Outcome, code: str, subject: str, message: str, steps: tuple[Step, ...]) -> Ended:
    return Ended(outcome, (Finding(code, subject, message, steps),), steps, ())
