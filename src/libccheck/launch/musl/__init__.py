"""What musl's loader makes of a program: `ldso/dynlink.c`, in its words."""

from __future__ import annotations

from collections.abc import Sequence

from libccheck.launch.handover import Ended, Handover, Library
from libccheck.launch.mapping import is_cut_off
from libccheck.launch.musl import findings
from libccheck.launch.musl.findings import STRERROR, Failed
from libccheck.launch.musl.mapping import check_program, gives_itself_away, map_library, seen, span
from libccheck.launch.musl.objects import FaultError, LeftOutError, Object
from libccheck.launch.musl.search import Opened, Search
from libccheck.launch.musl.symbols import Missing, Scope, defines, failures
from libccheck.launch.musl.versions import features
from libccheck.machines import machine_name
from libccheck.model import (
    Died,
    Directory,
    Elf,
    File,
    Finding,
    Host,
    Loaded,
    Loader,
    Outcome,
    Special,
    Started,
    Step,
    Unclear,
)
from libccheck.tree import Tree, may

_ARCHS = {"ppc": "powerpc", "ppc64": "powerpc64", "ppc64le": "powerpc64le"}
"""musl's names of machines, where they are not ours."""

_PATH_FILE = "path="
_STATUS, _REFUSED = 127, 1
_MESSAGE = 127  # bytes that a message may have up to 1.1.8
_PT_TLS = 7
_DT_INIT_ARRAY, _DT_RELR = 25, 36
_ET_EXEC = 2
_SETUID, _SETGID = 0o4000, 0o2010
_BUILTIN_TLS, _BUILTIN_ALIGN = 64, 16  # what takes no calloc(), at the least


def load(
    tree: Tree, handover: Handover, host: Host, library: Library | None = None, *, preload: str | None = None
) -> Ended:
    """Load the libraries of a program and relocate them, up to the jump to its entry; then it loads `library`, if any.

    With `preload` the loader was executed itself, with the program as its argument and this behind `--preload`, and
    `interpreter` is its argv[0].
    """
    loader, elf = handover.loader, handover.loader_elf
    if loader is None or elf is None:
        raise ValueError("there is no loader to follow")
    refusal = _refusal(tree, handover, elf) if preload is not None else None
    return refusal or _Ldso(tree, handover, host, loader, elf, preload).run(library)


class _Ldso:
    """One process at its start. `objects` is the list that begins with the program; `lines` is what was written."""

    def __init__(
        self, tree: Tree, handover: Handover, host: Host, loader: Loader, loader_elf: Elf, preload: str | None
    ) -> None:
        self._handover = handover
        self._preload = preload
        self._preloader = "LD_PRELOAD" if preload is None else "--preload"
        self._page = host.page_size
        self._features = features(loader)
        interpreter = handover.interpreter or ""
        path_file = _path_file(loader, loader_elf)
        secure = _is_privileged(tree, handover)
        self._search = Search(tree, handover.process, interpreter, path_file, self._features, secure=secure)
        self._ldso = Object(loader_elf, interpreter, handover.loader_path or interpreter)
        self._ldso.shortname = "libc.so"
        self._program = Object(handover.elf, _program_name(handover), handover.path)
        self._objects = [self._program]
        self._taken = [span(handover.elf, self._page)] if handover.elf.kind == _ET_EXEC else []
        self._lines: list[str] = []
        self._failed: list[Failed] = []
        self._missing: list[Missing] = []

    def run(self, library: Library | None) -> Ended:
        try:
            if self._preload is None:
                check_program(self._handover.elf, self._page)
            if gives_itself_away(self._handover.elf, self._page):
                raise LeftOutError(
                    f"the loader clears memory in which the dynamic section of {self._program.name} lies"
                )
            self._load_all()
            self._relocate_all()
            outcome, found = self._outcome()
            if library is not None and isinstance(outcome, Started):
                outcome, found = self._opened(library)
            return self._ended(outcome, found)
        except FaultError as fault:
            finding = findings.crash(self._handover, str(fault), self._objects[-1])
            return self._ended(Died(None, str(fault), self._stderr()), (finding,))
        except LeftOutError as fact:
            return self._ended(Unclear(str(fact)), (Finding("LC902", self._program.name, str(fact)),))

    # -- libraries

    def _load_all(self) -> None:
        preload = self._search.environment(self._preloader) if self._preload is None else self._preload
        for name in _preloads(preload or ""):
            self._load(name, None)
        position = 0
        while position < len(self._objects):
            requester = self._objects[position]
            for name in requester.elf.needed:
                before = len(self._search.steps)
                if self._load(name, requester) is None:
                    errno = self._search.errno
                    self._failed.append(Failed(name, requester, errno, tuple(self._search.steps[before:])))
                    self._write(findings.library_error(name, errno, requester))
            position += 1

    def _load(self, name: str, requester: Object | None) -> Object | None:
        """load_library()"""
        if not name:
            self._search.errno = "EINVAL"
            return None
        if self._search.is_libc(name):
            if self._ldso not in self._objects:
                self._ldso.wanted, self._ldso.needed_by = name, requester
                self._ldso.how = "the loader is the C library"
                self._objects.append(self._ldso)
            return self._ldso
        if "/" in name:
            found = self._search.open(name, f"path in {requester.name if requester else self._preloader}")
        else:
            known = next((each for each in self._objects[1:] if each.shortname == name), None)
            if known is not None:
                return known
            found = self._search.find(name, requester)
        return None if found is None else self._take(name, found, requester)

    def _take(self, name: str, found: Opened, requester: Object | None) -> Object | None:
        """The second half of load_library(), from fstat() on."""
        node = found.node
        if isinstance(node, Special):
            raise LeftOutError(f"{found.name} is a device or a pipe")
        if isinstance(node, Directory):
            self._search.errno = "EISDIR"
            return None
        for known in self._objects[1:]:
            if known is not self._ldso and (known.path == found.path or known.node is node):
                if known.shortname is None and "/" not in name:
                    known.shortname = known.name.rpartition("/")[2]
                return known
        elf = seen(node, self._ldso.elf)
        place = "ENOEXEC" if elf is None else map_library(elf, self._features, self._taken, self._page)
        if elf is None or isinstance(place, str):
            self._search.errno = str(place)
            return None
        if self._features.single_libc and defines(elf, "__libc_start_main") and defines(elf, "stdin"):
            return self._load("libc.so", requester)
        added = Object(elf, found.name, found.path, wanted=name, needed_by=requester)
        added.node, added.place, added.how = node, place, self._search.steps[-1].how
        if "/" not in name:
            added.shortname = found.name.rpartition("/")[2]
        self._objects.append(added)
        return added

    # -- relocations

    def _relocate_all(self) -> None:
        scope = Scope(self._objects, self._ldso, self._features)
        for each in (*self._objects[1:], self._program):
            if each is self._ldso:
                continue
            for missing in failures(each, scope, self._features):
                self._missing.append(missing)
                self._write(findings.relocation_error(missing), missing.times)

    def _write(self, line: str, times: int = 1) -> None:
        if self._features.short_messages:
            line = line.encode("utf-8", "surrogateescape")[:_MESSAGE].decode("utf-8", "surrogateescape")
        self._lines.extend([line] * times)

    # -- what it comes to

    def _outcome(self) -> tuple[Outcome, tuple[Finding, ...]]:
        if self._lines:
            if self._features.own_calloc and self._calls_own_calloc():
                raise LeftOutError("the loader calls the program's own calloc(), which is not relocated")
            return Died(_STATUS, None, self._stderr()), findings.failures(self._failed, self._missing)
        crash = self._run_constructors(self._objects)
        return crash or (Started(""), findings.advice(self._handover))

    def _opened(self, library: Library) -> tuple[Outcome, tuple[Finding, ...]]:
        from libccheck.launch.musl.opening import Opening

        opening = Opening(self._objects, self._load, self._search, self._ldso, self._features)
        outcome, found = opening.dlopen(library)
        crash = self._run_constructors(opening.new) if isinstance(outcome, Started) else None
        return crash or (outcome, found)

    def _run_constructors(self, objects: Sequence[Object]) -> tuple[Outcome, tuple[Finding, ...]] | None:
        """Where one of them crashes, because its relocations are in a form that the loader does not read."""
        for each in objects:
            if _DT_RELR not in each.elf.tags or not (each is self._program or _DT_INIT_ARRAY in each.elf.tags):
                continue
            if self._features.relr is None:
                raise LeftOutError(f"whether the loader reads the packed relocations of {each.name}")
            if not self._features.relr:
                return Died(None, "SIGSEGV", ""), (findings.packed(self._handover, each.name),)
        cut = next((each for each in objects if is_cut_off(each.elf)), None)
        for each in objects:
            if each.place is not None:
                each.place.run_constructors()
        if cut is not None:
            raise LeftOutError(f"{cut.name} is cut off: what it does depends on whether it uses what is missing")
        return None

    def _calls_own_calloc(self) -> bool:
        """Whether the TLS block is allocated, and not by the loader itself."""
        blocks = [part for each in self._objects for part in each.elf.segments if part.type == _PT_TLS]
        if sum(part.memsz for part in blocks) <= _BUILTIN_TLS and all(part.align <= _BUILTIN_ALIGN for part in blocks):
            return False
        found = Scope(self._objects, self._ldso, self._features).find("calloc", defined=True)
        return found is not None and found[0] is not self._ldso

    def _stderr(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)

    def _ended(self, outcome: Outcome, found: tuple[Finding, ...]) -> Ended:
        objects = [
            Loaded(each.wanted, each.name, each.needed_by.name if each.needed_by else self._preloader, each.how)
            for each in self._objects[1:]
        ]
        return Ended(outcome, found, self._handover.steps + tuple(self._search.steps), tuple(objects))


def _refusal(tree: Tree, handover: Handover, loader: Elf) -> Ended | None:
    """What the loader says of a program that it cannot open and map itself."""
    found = tree.resolve(handover.path, user=handover.process.user)
    if not isinstance(found.node, File):
        return None
    if not may(found.node, handover.process.user, 4):
        text = f"cannot load {handover.path}: {STRERROR['EACCES']}"
    elif seen(found.node, loader) is None:
        text = f"{handover.path}: Not a valid dynamic program"
    else:
        return None
    step = Step("open", handover.path, "refused", f"musl's loader as a command, called {handover.interpreter}")
    finding = Finding("LC209", handover.path, f"musl's loader says: {text}", (step,))
    died = Died(_REFUSED, None, f"{handover.interpreter}: {text}\n")
    return Ended(died, (finding,), (*handover.steps, step), ())


def _path_file(loader: Loader, elf: Elf) -> str:
    """The file that holds the search path, as the loader spells it; it is the one that knows its own architecture."""
    known = next((each[len(_PATH_FILE) :] for each in loader.markers if each.startswith(_PATH_FILE)), "")
    machine = machine_name(elf)
    return known or f"/etc/ld-musl-{_ARCHS.get(machine, machine)}.path"


def _program_name(handover: Handover) -> str:
    """AT_EXECFN, but argv[0] where that is of no use to anybody."""
    name = handover.execfn
    if name.startswith("/proc/") and handover.process.argv:
        return handover.process.argv[0]
    return name


def _is_privileged(tree: Tree, handover: Handover) -> bool:
    """AT_SECURE: the program's set-user-ID or set-group-ID bit makes the process somebody else."""
    node = tree.resolve(handover.path).node
    user = handover.process.user
    if not isinstance(node, File):
        return False
    by_user = bool(node.mode & _SETUID) and node.uid != user.uid
    return by_user or (node.mode & _SETGID == _SETGID and node.gid != user.gid)


def _preloads(text: str) -> list[str]:
    """load_preload(): white space and colons separate; what follows the last separator is a name even if empty."""
    for separator in ":\t\n\v\f\r":
        text = text.replace(separator, " ")
    *names, last = text.split(" ")
    return [*(each for each in names if each), last] if text else []
