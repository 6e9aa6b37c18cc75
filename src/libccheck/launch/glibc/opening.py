"""dlopen(3) of a library, and what dlerror(3) says where it fails: `elf/dl-open.c`, `dlfcn/dlerror.c`."""

from __future__ import annotations

from libccheck.launch.glibc import dependencies, relocate, soundness, stack, versions
from libccheck.launch.glibc.paths import find
from libccheck.launch.glibc.state import LIBRARY, LOADER, VDSO, Loading, Object, Signalled
from libccheck.launch.glibc.statictls import StaticTls
from libccheck.launch.handover import Library
from libccheck.model import Finding, Outcome, Rejected, Started, Step

_X86 = (3, 62)
_STRERROR = {
    "EACCES": "Permission denied",
    "EINVAL": "Invalid argument",
    "EIO": "Input/output error",
    "EISDIR": "Is a directory",
    "ELOOP": "Too many levels of symbolic links",
    "ENAMETOOLONG": "File name too long",
    "ENODEV": "No such device",
    "ENOENT": "No such file or directory",
    "ENOMEM": "Cannot allocate memory",
    "ENOTDIR": "Not a directory",
    "ENXIO": "No such device or address",
    "EPERM": "Operation not permitted",
}


def dlopen(loading: Loading, library: Library) -> tuple[Outcome, tuple[Finding, ...]]:
    """The call, made by the program itself, after `loading` has come to its entry.

    Raises Ending where it takes the whole process with it.
    """
    if not library.lazy:
        loading.environment = loading.environment._replace(bind_now=True)
    loading.steps.append(Step("load", library.path, "asked for", f"{library.call} by {loading.chain[0].path}"))
    loading.errno, loading.opening = None, True
    try:
        lately = _open(loading, library.path)
    except Signalled as signalled:
        finding = signalled.finding
        return Rejected(_dlerror(signalled), "".join(loading.stderr)), (finding,)
    return Started("".join(loading.stderr)), tuple(lately)


def _open(loading: Loading, path: str) -> list[Finding]:
    """dl_open_worker_begin(); the findings are about what only shows later."""
    main, known = loading.chain[0], len(loading.chain)
    opened = find(loading, path, main)
    if len(loading.chain) == known:
        return []
    opened.loader = None  # __RTLD_CALLMAP: the caller only lends its search path
    own = dependencies.load_all(loading, [], opened)
    soundness.check_whole(loading, [each for each in own if not _is_ready(each)])
    versions.check_opened(loading, [each for each in own if not _is_ready(each)], own)
    order = dependencies.relocation_order(loading, own, opened)
    _check_level(loading, order)
    return _relocate(loading, order, own)


def _relocate(loading: Loading, order: list[Object], own: list[Object]) -> list[Finding]:
    """The last one first, each in the global scope and then in that of the library that was asked for."""
    scope = [*loading.scope, *(each for each in own if all(each is not known for known in loading.scope))]
    new = [each for each in order if not _is_ready(each)]
    loading.static_tls = StaticTls(loading, new)
    lately: list[relocate.Miss] = []
    for item in reversed(new):
        lately += relocate.relocate_all(loading, [item], scope)
    soundness.check(loading, new)
    soundness.check_first_steps(loading, lately)
    later = [each.finding for each in lately if each.finding] + loading.static_tls.findings
    return later + [_executable_stack(each) for each in new if stack.is_new(loading, each)]


def _executable_stack(item: Object) -> Finding:
    message = f"{item.name} makes the stack executable, which dlopen refuses from glibc 2.41 on"
    return Finding("LC304", item.name, message, ())


def _is_ready(item: Object) -> bool:
    """Whether it was there when the program began."""
    return item.relocated or item.kind in (LOADER, VDSO)


def _check_level(loading: Loading, order: list[Object]) -> None:
    """dl_isa_level_check() since 2.33, which here is an error as any other."""
    if loading.chain[0].elf.machine not in _X86 or not loading.release.has("isa-level"):
        return
    level = loading.host.isa_level or 4
    for item in reversed(order):
        if item.kind == LIBRARY and not item.relocated and item.elf.isa_needed & ~((1 << level) - 1):
            wanted = f"x86-64-v{item.elf.isa_needed.bit_length()}"
            message = f"{item.name} wants a CPU of level {wanted}"
            raise loading.fail("CPU ISA level is lower than required", item.name, "LC205", wanted, message=message)


def _dlerror(signalled: Signalled) -> str:
    """Without the occasion, which only a process that ends is told."""
    about = f"{signalled.about}: " if signalled.about else ""
    errno = f": {_STRERROR.get(signalled.errno, signalled.errno)}" if signalled.errno else ""
    return f"{about}{signalled.text}{errno}"
