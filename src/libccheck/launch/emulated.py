"""A program of another machine in the hands of qemu-user: `fs/binfmt_misc.c`, then `linux-user/elfload.c` of qemu.

Whoever does not get as far as the program's own code is told so in qemu's words, with status 255.
"""

from __future__ import annotations

from libccheck.launch.refusal import LOADER, PROGRAM, not_opened, unfit, unopenable
from libccheck.machines import emulator_for, machine_name
from libccheck.model import (
    Died,
    Directory,
    Elf,
    Emulator,
    File,
    Finding,
    Host,
    Node,
    Outcome,
    Process,
    Special,
    Step,
    Unclear,
)
from libccheck.record import NamedTuple
from libccheck.tree import Tree, may

_HEADER, _ENTRY = {32: 52, 64: 64}, {32: 32, 64: 56}
_PT_LOAD, _PT_INTERP = 1, 3
_PROGRAMS = (2, 3)  # e_type: EXEC, DYN
_BUFFER = 1024  # BPRM_BUF_SIZE: what is read of a file at once, zeros behind its end
_NOT_READ, _GIVEN_UP = 1, 255
_INVALID = "Invalid ELF image for this architecture"
_INCOMPLETE = "Incomplete read of file header"
_STRERROR = {
    "EACCES": "Permission denied",
    "EISDIR": "Is a directory",
    "ELOOP": "Too many levels of symbolic links",
    "ENAMETOOLONG": "File name too long",
    "ENOENT": "No such file or directory",
    "ENOTDIR": "Not a directory",
    "ENXIO": "No such device or address",
}
_SIGNALS = {
    "SIGILL": (4, "Illegal instruction"),
    "SIGBUS": (7, "Bus error"),
    "SIGFPE": (8, "Floating point exception"),
    "SIGSEGV": (11, "Segmentation fault"),
}


class Guest(NamedTuple):
    """What the emulator is given: the program as it was asked for and as it is, and its surroundings."""

    emulator: Emulator
    tree: Tree
    process: Process
    named: str
    file: File
    elf: Elf


class Taken(NamedTuple):
    """The program and its interpreter (None where it names none: path and file then too) are in memory."""

    interpreter: str | None
    path: str | None
    file: File | None


class Given(NamedTuple):
    """It goes no further."""

    outcome: Outcome
    finding: Finding


def rule(host: Host, elf: Elf) -> Emulator | None:
    """The emulator that binfmt_misc hands this file to: by its header, in which only the system may be any."""
    if elf.kind not in _PROGRAMS or elf.ident[6] != 1 or any(elf.ident[8:16]):
        return None
    found = emulator_for(host, machine_name(elf))
    return found if found is not None and found.path else None


def argv(emulator: Emulator, named: str, given: tuple[str, ...]) -> tuple[str, ...]:
    """The program's, as it sees it: without the flag P the kernel puts the path in place of argv[0]."""
    return given if "P" in emulator.flags else (named, *given[1:])


def load(guest: Guest, steps: list[Step]) -> Taken | Given:
    """load_elf_binary() and load_elf_interp(); `steps` grows."""
    if _HEADER[guest.elf.bits] <= guest.elf.size <= _BUFFER and len(guest.elf.segments) < guest.elf.phnum:
        return _undecided(guest, steps)
    trouble = _program_trouble(guest)
    if trouble is not None:
        return _given_up(guest, steps, *trouble)
    asked = _interpreter(guest.elf)
    return Taken(None, None, None) if asked is None else _open_interpreter(guest, asked, steps)


def dies(outcome: Outcome) -> Outcome:
    """qemu takes a signal that ends the program for its own end, and says so."""
    if not isinstance(outcome, Died) or outcome.signal not in _SIGNALS:
        return outcome
    number, name = _SIGNALS[outcome.signal]
    text = f"qemu: uncaught target signal {number} ({name}) - core dumped\n"
    return outcome._replace(stderr=outcome.stderr + text)


def _program_trouble(guest: Guest) -> tuple[str | None, str, str] | None:
    """The words behind the program's name (None: on standard output, which is lost), code and reason."""
    elf = guest.elf
    if "O" not in guest.emulator.flags and not may(guest.file, guest.process.user, 4):
        return None, "LC104", "may be executed, but not read, and the emulator has to read it"
    if elf.size < _HEADER[elf.bits]:
        return None, "LC107", f"is cut off: {elf.size} bytes are no ELF header"
    if elf.phentsize != _ENTRY[elf.bits]:
        return _INVALID, "LC107", "is damaged: its program headers cannot be read"
    if len(elf.segments) < elf.phnum and elf.size > _BUFFER:
        return _INCOMPLETE, "LC107", "is damaged: its program headers lie beyond its end"
    segment = next((each for each in elf.segments if each.type == _PT_INTERP), None)
    if segment is not None and segment.offset + segment.filesz > max(elf.size, _BUFFER):
        return _INCOMPLETE, "LC107", "names its loader beyond its own end"
    if segment is not None and (elf.interpreter or b"")[segment.filesz - 1 : segment.filesz] != b"\0":
        return "Invalid PT_INTERP entry", "LC107", "names its loader without a NUL at the end"
    if not any(each.type == _PT_LOAD for each in elf.segments):
        return "Error mapping file: Invalid argument", "LC107", "is damaged: it has nothing to be mapped"
    return None


def _interpreter(elf: Elf) -> str | None:
    if elf.interpreter is None or all(each.type != _PT_INTERP for each in elf.segments):
        return None
    return elf.interpreter.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _open_interpreter(guest: Guest, asked: str, steps: list[Step]) -> Taken | Given:
    """open(2) for reading: nobody looks for an execute bit here."""
    user = guest.process.user
    found = guest.tree.resolve(asked, guest.process.cwd, user=user)
    errno = found.errno or _unreadable(guest, found.node)
    how = f"{LOADER} of {guest.named}" + (f", leads to {found.path}" if found.path != asked else "")
    word, why = unopenable(errno, found.node, found.path, user) if errno else ("found", "")
    steps.append(Step("open", asked, word, how))
    if errno is not None:
        finding = not_opened(LOADER, asked, guest.named, errno, found.path, why, tuple(steps))
        text = f"Could not open '{asked}': {_STRERROR.get(errno, errno)}"
        return Given(_died(guest, text), finding)
    if isinstance(found.node, Directory):
        return _unfit(guest, asked, "Error reading file header: Is a directory", "is a directory", steps)
    if not isinstance(found.node, File):
        return _unfit(guest, asked, "Error reading file header: Invalid argument", "is not a regular file", steps)
    elf = found.node.load().elf
    if elf is None or not _fits(guest.elf, elf):
        why = "is not an ELF file" if elf is None else f"is of no use to a program for {machine_name(guest.elf)}"
        return _unfit(guest, asked, _INVALID, why, steps)
    return Taken(asked, found.path, found.node)


def _unreadable(guest: Guest, node: Node | None) -> str | None:
    if isinstance(node, Special) and node.kind == "s":
        return "ENXIO"
    return None if node is None or may(node, guest.process.user, 4) else "EACCES"


def _fits(program: Elf, loader: Elf) -> bool:
    """elf_check_ident() and elf_check_ehdr()."""
    same = loader.ident[4:7] == program.ident[4:7] and loader.machine == program.machine
    return same and loader.phentsize == _ENTRY[program.bits] and loader.kind in _PROGRAMS


def _given_up(guest: Guest, steps: list[Step], text: str | None, code: str, why: str) -> Given:
    steps.append(Step("read", guest.named, text or "refused", f"{why}; read by {guest.emulator.path}"))
    finding = unfit(PROGRAM, code, guest.named, "", why, tuple(steps))
    if text is None:
        return Given(Died(_NOT_READ, None), finding)
    return Given(_died(guest, f"{guest.named}: {text}"), finding)


def _undecided(guest: Guest, steps: list[Step]) -> Given:
    """Cut off in its program headers: zeros go on where the file ends, and half a header may pass for one."""
    reason = f"{guest.named} ends within its program headers, and the emulator reads on in zeros"
    steps.append(Step("read", guest.named, "cut off", f"read by {guest.emulator.path}"))
    return Given(Unclear(reason), Finding("LC902", guest.named, reason, tuple(steps)))


def _unfit(guest: Guest, asked: str, text: str, why: str, steps: list[Step]) -> Given:
    steps.append(Step("read", asked, text, why))
    finding = unfit(LOADER, "LC103", asked, guest.named, why, tuple(steps))
    return Given(_died(guest, f"{asked}: {text}"), finding)


def _died(guest: Guest, text: str) -> Died:
    return Died(_GIVEN_UP, None, f"{guest.emulator.path.rpartition('/')[2]}: {text}\n")
