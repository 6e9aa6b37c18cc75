"""Whether a file can be loaded: open_verify() and _dl_map_object_from_fd() of `elf/dl-load.c`."""

from __future__ import annotations

from libccheck.launch.glibc.header import OSABI_GNU, abi_versions, has_float_abi, matches, systems
from libccheck.launch.glibc.machine import ELF_HEADER, PROGRAM_HEADER
from libccheck.launch.glibc.mapping import fault, is_cut_off, is_odd, regions, wraps
from libccheck.launch.glibc.stack import opening_trouble
from libccheck.launch.glibc.state import LIBRARY, Loading, Object, Signalled
from libccheck.launch.search import opened
from libccheck.model import Directory, Elf, File, Loader, Special
from libccheck.record import NamedTuple
from libccheck.tree import may

_EV_CURRENT = 1
_ET_EXEC, _ET_DYN = 2, 3
_PT_LOAD, _PT_DYNAMIC = 1, 2
_DF_1_PIE = 0x08000000


class Candidate(NamedTuple):
    """A file that open_verify() took: the name it was opened by, its real path, and on whose word."""

    name: str
    path: str
    elf: Elf
    how: str
    identity: Loader | None


class Wanted(NamedTuple):
    """What is looked for: the name as asked for, and by whom; `other_class` grows true on the way."""

    name: str
    asked_by: Object


def open_verify(loading: Loading, wanted: Wanted, name: str, how: str, other_class: list[str]) -> Candidate | None:
    """None where the search goes on, with `loading.errno` set."""
    path, node = _opened(loading, name, how)
    if node is None:
        return None
    loading.errno = None
    elf, identity = _content(loading, wanted, name, how, node)
    reason = _other(loading, elf)
    if reason is not None:
        if reason == "wrong class":
            other_class.append(name)
        loading.steps.append(opened(name, reason, how))
        loading.errno = "ENOENT"
        return None
    trouble = _header_trouble(loading, elf)
    if trouble is not None:
        code = "LC209" if trouble.startswith("cannot dynamically") else "LC202"
        raise unusable(loading, wanted, name, how, trouble, code=code)
    if _skipped_by_tag(loading, elf):
        loading.steps.append(opened(name, "needs a newer kernel", how))
        loading.errno = "ENOENT"
        return None
    loading.steps.append(opened(name, "found", how))
    return Candidate(name, path, elf, how, identity)


def unusable(
    loading: Loading, wanted: Wanted, name: str, how: str, text: str, errno: str | None = None, code: str = "LC202"
) -> Signalled:
    """The message names the file as it was opened; the finding the library as it was asked for."""
    loading.steps.append(opened(name, text, how))
    message = f"{loading.shown(wanted.asked_by)} needs {wanted.name}, and {name} is no use: {text}"
    return loading.fail(text, name, code, wanted.name, errno=errno, message=message)


def map_object(loading: Loading, wanted: Wanted, candidate: Candidate) -> Object:
    """Make an object of the candidate, or find the one that the file already is."""
    for known in loading.chain:
        if known.kind == LIBRARY and known.path == candidate.path:
            if wanted.name not in known.names:
                known.names.append(wanted.name)
            return known
    _check_mapping(loading, wanted, candidate)
    made = Object(LIBRARY, candidate.name, candidate.path, candidate.elf, wanted.asked_by)
    made.names.append(wanted.name)
    made.requested = wanted.name
    made.how = candidate.how
    made.identity = candidate.identity
    made.origin = _origin(loading, candidate.name)
    loading.chain.append(made)
    return made


def _opened(loading: Loading, name: str, how: str) -> tuple[str, File | Directory | None]:
    """open(2) for reading, and read(2) as far as it fails."""
    found = loading.tree.resolve(name, loading.cwd, user=loading.user)
    errno, node = found.errno, found.node
    if errno is None and node is not None and not may(node, loading.user, 4):
        errno = "EACCES"
    if isinstance(node, Special) and errno is None:
        if node.kind == "s":
            errno = "ENXIO"
        else:
            raise loading.undecided(f"{name} is a device or a FIFO", "LC902", name)
    if errno is not None:
        loading.steps.append(opened(name, errno, how))
        loading.errno = errno
        return found.path, None
    return found.path, node  # type: ignore[return-value]


def _content(
    loading: Loading, wanted: Wanted, name: str, how: str, node: File | Directory
) -> tuple[Elf, Loader | None]:
    if isinstance(node, Directory):
        raise unusable(loading, wanted, name, how, "cannot read file data", "EISDIR")
    content = node.load()
    if node.size < ELF_HEADER[loading.own.bits]:
        raise unusable(loading, wanted, name, how, "file too short")
    if content.elf is None:
        if not content.head and node.size:
            raise loading.undecided(f"the content of {name} is not known", "LC902", wanted.name)
        raise unusable(loading, wanted, name, how, "invalid ELF header")
    return content.elf, content.loader


def _other(loading: Loading, elf: Elf) -> str | None:
    """Files for other machines are passed over in silence, unless their header is odd."""
    own = loading.own
    if elf.ident[4] != own.bits // 32:
        return "wrong class"
    if _ident_trouble(loading, elf) is not None or elf.version != _EV_CURRENT:
        return None
    if elf.machine != own.machine:
        return "wrong machine"
    return None if matches(own, elf) else "another ABI of the same machine"


def _ident_trouble(loading: Loading, elf: Elf) -> str | None:
    own, ident = loading.own, elf.ident
    if ident[5] != (1 if own.little_endian else 2):
        return f"ELF file data encoding not {'little' if own.little_endian else 'big'}-endian"
    if ident[6] != 1:
        return "ELF file version ident does not match current one"
    if ident[7] not in systems(own.machine):
        return "ELF file OS ABI invalid"
    if ident[8] and not (ident[7] == OSABI_GNU and ident[8] < abi_versions(own.machine, loading.release)):
        return "ELF file ABI version invalid"
    if any(ident[9:]):
        return "nonzero padding in e_ident"
    return None if has_float_abi(own, elf) else "internal error"


def _header_trouble(loading: Loading, elf: Elf) -> str | None:
    trouble = _ident_trouble(loading, elf)
    if trouble is not None:
        return trouble
    if elf.version != _EV_CURRENT:
        return "ELF file version does not match current one"
    if elf.kind not in (_ET_EXEC, _ET_DYN):
        return "only ET_DYN and ET_EXEC can be loaded"
    if elf.kind == _ET_EXEC and loading.release.since(20) and not loading.release.since(31):
        return "cannot dynamically load executable"
    if elf.phentsize != PROGRAM_HEADER[elf.bits]:
        return "ELF file's phentsize not the expected size"
    if len(elf.segments) < elf.phnum:
        return "cannot read file data"
    return None


def _skipped_by_tag(loading: Loading, elf: Elf) -> bool:
    """Until 2.35 a library whose ABI tag asks for a newer kernel is passed over."""
    if elf.abi_tag is None or loading.release.since(36):
        return False
    system, *wanted = elf.abi_tag
    kernel = loading.environment.assumed_kernel or loading.host.kernel
    return bool(system) or bool(kernel and tuple(kernel[:3]) < tuple(wanted))


def _check_mapping(loading: Loading, wanted: Wanted, candidate: Candidate) -> None:
    elf, page = candidate.elf, loading.host.page_size
    text = _headers_trouble(loading, elf)
    if text is None and wraps(elf):
        raise loading.undecided(f"{candidate.name} is damaged: its memory has no end", "LC902", wanted.name)
    if text is None:
        found = regions(elf, page)
        text = found if isinstance(found, str) else None
        signal = fault(elf, page, found, loading.release.since(35)) if not isinstance(found, str) else None
        if signal is not None:
            loading.steps.append(opened(candidate.name, signal, candidate.how))
            why = "is cut off" if is_cut_off(elf) else "is damaged"
            raise loading.crash(signal, f"{candidate.name}, which {loading.shown(wanted.asked_by)} needs, {why}")
    if text is None and is_odd(elf, page):
        raise loading.undecided(f"{candidate.name} is damaged: its segments overlap", "LC902", wanted.name)
    if text is None and elf.dynamic_flags_1 & _DF_1_PIE and loading.release.has("refuses-pie"):
        text = "cannot dynamically load position-independent executable"
    code = "LC209" if text is None or text.startswith("cannot dynamically") else "LC202"
    errno = None
    if text is None and loading.opening:
        text, errno = opening_trouble(loading, elf)
    if text is not None:
        # Here the loader names the library as it was asked for, not the file.
        trouble = unusable(loading, wanted, candidate.name, candidate.how, text, errno, code)
        trouble.about = wanted.name
        raise trouble


def _headers_trouble(loading: Loading, elf: Elf) -> str | None:
    page, release = loading.host.page_size, loading.release
    loads = [each for each in elf.segments if each.type == _PT_LOAD]
    for load in loads:
        shift = load.vaddr - load.offset
        if release.has("page-aligned"):
            if shift % page:
                return "ELF load command address/offset not page-aligned"
        elif load.align % page:
            return "ELF load command alignment not page-aligned"
        elif shift & (load.align - 1):
            return "ELF load command address/offset not properly aligned"
    if not loads:
        return "object file has no loadable segments"
    if elf.kind != _ET_DYN:
        return "cannot dynamically load executable"
    dynamic = [each for each in elf.segments if each.type == _PT_DYNAMIC]
    if not any(each.filesz for each in dynamic) or (release.since(35) and not all(each.filesz for each in dynamic)):
        return "object file has no dynamic section"
    return None


def _origin(loading: Loading, name: str) -> str:
    if not name.startswith("/"):
        name = f"{loading.cwd.rstrip('/')}/{name}"
    return name.rpartition("/")[0] or "/"
