"""One execve(2) up to the point where user space goes on: `fs/exec.c`, `fs/binfmt_script.c`, `fs/binfmt_elf.c`."""

from __future__ import annotations

from libccheck.launch import script
from libccheck.launch.call import Call, Opened, give_up, stuck
from libccheck.launch.handover import Handover, Stuck
from libccheck.launch.mapping import fault, is_cut_off, mapping_fault
from libccheck.launch.refusal import (
    COMMAND,
    EMULATOR,
    LOADER,
    PROGRAM,
    SCRIPT,
    STUB,
    not_opened,
    refused_errno,
    shown,
    unopenable,
)
from libccheck.machines import machine_name, runs
from libccheck.model import Died, Elf, Emulator, File, Host, Process, Refused, Step, Unclear
from libccheck.tree import Tree

_MAX_REWRITES = 5  # exec_binprm: `depth > 5` is ELOOP
_BUFFER = 256
_HEADER = {32: 52, 64: 64}
_ENTRY = {32: 32, 64: 56}
_ET_REL, _ET_EXEC, _ET_DYN, _ET_CORE = 1, 2, 3, 4
_MOST_HEADERS = 65536
_PT_INTERP = 3
_PATH_MAX = 4096
_DT_NEEDED, _DT_DEBUG = 1, 21
_STARTS = ("__libc_start_main", "__uClibc_main")
"""What a program's first code calls where the C library is not inside."""
_DF_1_PIE = 0x08000000


def execve(
    tree: Tree, path: str, process: Process, host: Host, role: str = PROGRAM, asked_by: str = ""
) -> Handover | Stuck:
    """Follow `path` through `#!` lines to an ELF program and its loader, or to where the kernel gives up.

    `role` and `asked_by` say who calls, for the findings: the launch itself, env on behalf of a script, gcompat's stub.
    """
    call = Call(tree, process, host, [])
    argv = process.argv
    scripts: list[str] = []
    opened = _open(call, path, role, asked_by)
    while not isinstance(opened, Stuck):
        if len(scripts) > _MAX_REWRITES:
            return stuck(call, Refused("ELOOP"), "LC109", path, "the #! lines lead through more than five scripts")
        if opened.content.elf is not None:
            emulator = _emulator(host, opened.content.elf)
            if emulator is not None and len(scripts) < _MAX_REWRITES:
                return _emulate(call, opened, opened.content.elf, emulator, argv, tuple(scripts))
            if emulator is None:
                return _load(call, opened, opened.content.elf, path, process._replace(argv=argv), tuple(scripts))
            return stuck(call, Refused("ELOOP"), "LC109", path, "#! lines and an emulator are more than five rewrites")
        line = script.read(opened.content.head) if script.is_script(opened.content.head) else None
        if line is None:
            return _not_a_program(call, opened)
        argument = () if line.argument is None else (line.argument,)
        argv = (line.interpreter, *argument, opened.named, *argv[1:])
        scripts.append(opened.path)
        opened = _open(call, line.interpreter, SCRIPT, opened.named)
    return opened


def _open(call: Call, named: str, role: str, asked_by: str) -> Opened | Stuck:
    """open_exec(): the path walk, a regular file, an execute bit. An empty name in a file is the working directory."""
    user = call.process.user
    called = role in (PROGRAM, COMMAND, STUB)
    found = call.tree.resolve(named or ("" if called else "."), call.process.cwd, user=user)
    errno = found.errno or refused_errno(found.node, user)
    how = f"{role} of {asked_by}" if asked_by else ""
    if found.path != named:
        word = "there is no" if errno == "ENOENT" and named.startswith(f"{found.path}/") else "leads to"
        how += f"{', ' if how else ''}{word} {found.path}"
    word, why = unopenable(errno, found.node, found.path, user) if errno else ("found", "")
    call.steps.append(Step("exec" if called else "open", named, word, how))
    if errno is not None or not isinstance(found.node, File):
        finding = not_opened(role, named, asked_by, errno or "EACCES", found.path, why, tuple(call.steps))
        return Stuck(Refused(errno or "EACCES"), (finding,), tuple(call.steps))
    content = found.node.load()
    opened = Opened(named, role, asked_by, found.path, found.node, content)
    if content.elf is None and len(content.head) < min(_BUFFER, found.node.size):
        return stuck(call, Unclear(f"the content of {shown(found.path)} is not known"), "LC902", named, "left out")
    return opened


def _load(
    call: Call, program: Opened, elf: Elf, execfn: str, process: Process, scripts: tuple[str, ...]
) -> Handover | Stuck:
    """load_elf_binary()."""
    refused = _program_refused(call, program, elf)
    if refused is not None:
        return refused
    asked = _interpreter(call, program, elf)
    if isinstance(asked, Stuck):
        return asked
    loader = None if asked is None else _open(call, asked, LOADER, program.named)
    if isinstance(loader, Stuck):
        return loader
    refused = _loader_refused(call, loader, elf) if loader else None
    refused = refused or _crashed(call, program, elf, loader)
    if refused is not None:
        return refused
    return _handed(call, program, elf, loader, execfn, process, scripts)


def _handed(
    call: Call,
    program: Opened,
    elf: Elf,
    loader: Opened | None,
    execfn: str,
    process: Process,
    scripts: tuple[str, ...],
) -> Handover:
    return Handover(
        path=program.path,
        elf=elf,
        interpreter=loader.named if loader else None,
        loader_path=loader.path if loader else None,
        loader_file=loader.file if loader else None,
        loader_elf=loader.content.elf if loader else None,
        loader=loader.content.loader if loader else None,
        process=process,
        execfn=execfn,
        steps=tuple(call.steps),
        scripts=scripts,
    )


def _emulator(host: Host, elf: Elf) -> Emulator | None:
    if not host.emulated:
        return None
    from libccheck.launch import emulated

    return emulated.rule(host, elf)


def _emulate(
    call: Call, program: Opened, elf: Elf, emulator: Emulator, argv: tuple[str, ...], scripts: tuple[str, ...]
) -> Handover | Stuck:
    """load_misc_binary(): without the flag F the emulator is a program of the image, and has to be there itself."""
    from libccheck.launch import emulated

    if "F" not in emulator.flags:
        found = _open(call, emulator.path, EMULATOR, program.named)
        if isinstance(found, Stuck):
            return found
        refused = _program_refused(call, found, found.content.elf) if found.content.elf else _not_a_program(call, found)
        if refused is not None:
            return refused
    else:
        call.steps.append(Step("open", emulator.path, "found", f"emulates {emulator.machine} on the host"))
    process = call.process._replace(argv=emulated.argv(emulator, program.named, argv))
    taken = emulated.load(emulated.Guest(emulator, call.tree, process, program.named, program.file, elf), call.steps)
    if isinstance(taken, emulated.Given):
        return Stuck(taken.outcome, (taken.finding,), tuple(call.steps))
    loader = None
    if taken.interpreter is not None and taken.path is not None and taken.file is not None:
        loader = Opened(taken.interpreter, LOADER, program.named, taken.path, taken.file, taken.file.load())
    crashed = _crashed(call, program, elf, loader)
    if crashed is not None:
        return crashed._replace(outcome=emulated.dies(crashed.outcome))
    return _handed(call, program, elf, loader, program.named, process, scripts)._replace(emulator=emulator)


def _program_refused(call: Call, program: Opened, elf: Elf) -> Stuck | None:
    """ENOEXEC, in the kernel's order. What is no program of any machine is LC107, not LC102."""
    machine = machine_name(elf)
    kinds = {_ET_REL: "is an object file that was never linked", _ET_CORE: "is a core dump"}
    if elf.size < _HEADER[elf.bits]:
        code, why = "LC107", f"is cut off: {elf.size} bytes are no ELF header"
    elif elf.kind not in (_ET_EXEC, _ET_DYN):
        code, why = "LC107", kinds.get(elf.kind, f"is an ELF file of unknown type {elf.kind}")
    elif not runs(call.host, machine):
        code, why = "LC102", f"is a program for {machine}, the image runs on {call.host.machine}"
    elif not _headers_fit(elf):
        code, why = "LC107", "is damaged: its program headers cannot be read"
    else:
        return None
    return give_up(call, program, Refused("ENOEXEC"), code, why)


def _headers_fit(elf: Elf) -> bool:
    """load_elf_phdrs(): one known size, at least one, at most 64 KiB of them, all inside the file."""
    entry = _ENTRY[elf.bits]
    return elf.phentsize == entry and 0 < elf.phnum * entry <= _MOST_HEADERS and len(elf.segments) == elf.phnum


def _interpreter(call: Call, program: Opened, elf: Elf) -> str | Stuck | None:
    """The first PT_INTERP; its last byte must be NUL, what stands before the first NUL counts."""
    segment = next((each for each in elf.segments if each.type == _PT_INTERP), None)
    if segment is None:
        return None
    text = elf.interpreter or b""
    if not 2 <= segment.filesz <= _PATH_MAX:
        errno, why = "ENOEXEC", f"names its loader in {segment.filesz} bytes"
    elif segment.offset >= 1 << 63:
        errno, why = "EINVAL", "names its loader at a negative offset"
    elif segment.offset + segment.filesz > elf.size:
        errno, why = "EIO", "names its loader beyond its own end"
    elif text[segment.filesz - 1 : segment.filesz] != b"\0":
        errno, why = "ENOEXEC", "names its loader without a NUL at the end"
    else:
        return text.partition(b"\0")[0].decode("utf-8", "surrogateescape")
    return give_up(call, program, Refused(errno), "LC107", why)


def _loader_refused(call: Call, loader: Opened, program: Elf) -> Stuck | None:
    """The same checks, by the program's class and machine: too short is EIO, all else ELIBBAD; the type comes later."""
    elf = loader.content.elf
    size = loader.file.size
    if size < _HEADER[program.bits]:
        return give_up(call, loader, Refused("EIO"), "LC103", f"is too short: {size} bytes are no ELF header")
    if elf is None:
        why = "is not an ELF file"
    elif elf.machine != program.machine:
        why = f"is for {machine_name(elf)}"
    elif elf.bits != program.bits or not _headers_fit(elf):
        why = "is damaged: its program headers cannot be read"
    else:
        return None
    return give_up(call, loader, Refused("ELIBBAD"), "LC103", why)


def _crashed(call: Call, program: Opened, elf: Elf, loader: Opened | None) -> Stuck | None:
    """What goes wrong behind the point of no return ends in a signal. A loader can be run as a program."""
    page = call.host.page_size
    signal = mapping_fault(elf, page) if loader else fault(elf, page)
    if loader is None and is_library(elf) and not (program.content.loader and elf.entry):
        return give_up(call, program, Died(None, signal or "SIGSEGV"), "LC108", "is a shared library, not a program")
    if loader is None and _DT_NEEDED in elf.tags:
        unbound = _unbound(call, program, elf, signal)
        if unbound is not None:
            return unbound
    if signal is not None:
        why = "is cut off" if is_cut_off(elf) else "is damaged: it cannot be mapped"
        return give_up(call, program, Died(None, signal), "LC107", why)
    other = loader.content.elf if loader else None
    if loader is not None and other is not None:
        signal = fault(other, page) if other.kind in (_ET_EXEC, _ET_DYN) else "SIGSEGV"
        if signal is not None:
            return give_up(call, loader, Died(None, signal), "LC103", "is an ELF file, but no loader that can be run")
    for opened in (loader, program):
        if opened is not None and opened.content.elf is not None and is_cut_off(opened.content.elf):
            reason = f"{shown(opened.named)} is cut off; what it does depends on whether it uses what is missing"
            return give_up(call, opened, Unclear(reason), "LC902", "is cut off")
    return None


def _unbound(call: Call, program: Opened, elf: Elf, signal: str | None) -> Stuck | None:
    """Nobody binds its symbols: one whose own C library is inside starts all the same, as far as it goes without."""
    if elf.tables.symbols is None:
        reason = f"{shown(program.named)} names no loader, and which symbols it wants was left out"
        return give_up(call, program, Unclear(reason), "LC902", "names no loader")
    if elf.tables.imports.isdisjoint(_STARTS):
        return None
    return give_up(call, program, Died(None, signal or "SIGSEGV"), "LC107", "needs libraries but names no loader")


def is_library(elf: Elf) -> bool:
    """Whether an ELF file without PT_INTERP is a library: linkers mark a static PIE by DF_1_PIE or DT_DEBUG."""
    return elf.kind == _ET_DYN and bool(elf.tags) and not elf.dynamic_flags_1 & _DF_1_PIE and _DT_DEBUG not in elf.tags


def _not_a_program(call: Call, opened: Opened) -> Stuck:
    why = script.not_a_program(opened.content.head, opened.file.size)
    return give_up(call, opened, Refused("ENOEXEC"), "LC107", why)
