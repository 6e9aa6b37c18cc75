"""gcompat's stand-in for glibc's loader (`loader/loader.c`): musl's loader, executed with a library preloaded."""

from __future__ import annotations

from libccheck.launch import musl
from libccheck.launch.handover import Ended, Handover, Library
from libccheck.launch.lookup import variable
from libccheck.launch.refusal import shown
from libccheck.machines import machine_name
from libccheck.model import Died, File, Finding, Host, Outcome, Process, Step, Unclear
from libccheck.tree import Tree, may

_PT_DYNAMIC, _PT_TLS = 2, 7
_WORD = 8
_VDSO_PAGES = 8  # with its data, on current kernels
_THREAD, _BUILTIN_TLS = 216, 336  # bytes, on 64-bit machines: struct pthread and what goes with it, builtin_tls
_STRERROR = {"EACCES": "Permission denied", "ELOOP": "Symbolic link loop", "ENOENT": "No such file or directory"}


def load(tree: Tree, handover: Handover, host: Host, library: Library | None = None) -> Ended:
    """What musl's loader makes of the program, called as `ld-linux-...so.N --preload libgcompat.so.0 -- program`.

    musl takes the name that it is called by for its own, which answers a NEEDED of glibc's loader.
    """
    if _loses_itself(handover, host.page_size):
        interpreter = handover.interpreter or ""
        message = "gcompat's stub takes the program's TLS block for its own, and dies of SIGSEGV"
        return _ended(Died(None, "SIGSEGV", ""), "LC207", interpreter, message, handover.steps)
    path = _said(handover, "hands-on-to") or f"/lib/ld-musl-{machine_name(handover.elf)}.so.1"
    found = tree.resolve(path, user=handover.process.user)
    node = found.node
    step = Step("exec", path, found.errno or "found", f"gcompat's stub at {handover.interpreter}")
    steps = (*handover.steps, step)
    if not isinstance(node, File) or not may(node, handover.process.user, 1):
        errno = found.errno or "EACCES"
        text = f"execve: {_STRERROR.get(errno, errno)}\n"
        return _ended(Died(1, None, text), "LC101", path, f"gcompat runs the loader {path}, which it cannot", steps)
    content = node.load()
    if content.loader is None or content.loader.family != "musl" or content.elf is None:
        reason = f"{shown(path)} is not musl's loader, which gcompat means to run"
        return _ended(Unclear(reason), "LC901", path, reason, steps)
    name = _said(handover, "name") or (handover.interpreter or "").rpartition("/")[2]
    process = _with_preload(handover)
    called = handover._replace(interpreter=name, loader_path=found.path, loader_file=node, steps=steps)
    called = called._replace(loader_elf=content.elf, loader=content.loader, process=process, execfn=handover.path)
    return musl.load(tree, called, host, library, command=True)


def _loses_itself(handover: Handover, page: int) -> bool:
    """Whether the stub's own start (`static_init_tls` of musl) copies a TLS block from where nothing is mapped.

    It goes by AT_PHDR, which is the program's, and takes its own dynamic section for the program's: the distance
    between the program's two leads from the stub's to the block. Below the stub lie the vDSO and what it has allocated.
    """
    program = handover.elf.segments
    block = next((each for each in reversed(program) if each.type == _PT_TLS), None)
    theirs = next((each.vaddr for each in reversed(program) if each.type == _PT_DYNAMIC), None)
    stub = handover.loader_elf.segments if handover.loader_elf else ()
    own = next((each.vaddr for each in stub if each.type == _PT_DYNAMIC), None)
    if block is None or not block.filesz or theirs is None or own is None:
        return False
    needed = block.memsz + max(block.align, _WORD) + _THREAD
    allocated = -(-needed // page) * page if needed > _BUILTIN_TLS else 0
    return own + block.vaddr - theirs < -allocated - _VDSO_PAGES * page


def _with_preload(handover: Handover) -> Process:
    library = _said(handover, "library") or "/lib/libgcompat.so.0"
    process = handover.process
    value = f"{library} {variable(process, 'LD_PRELOAD') or ''}"
    others = tuple(pair for pair in process.env if pair[0] != "LD_PRELOAD")
    return process._replace(env=(*others, ("LD_PRELOAD", value)))


def _said(handover: Handover, marker: str) -> str | None:
    """What the stub says of itself under that marker."""
    markers = handover.loader.markers if handover.loader else ()
    return next((each[len(marker) + 1 :] for each in markers if each.startswith(f"{marker}=")), None)


def _ended(outcome: Outcome, code: str, subject: str, message: str, steps: tuple[Step, ...]) -> Ended:
    return Ended(outcome, (Finding(code, subject, message, steps),), steps, ())
