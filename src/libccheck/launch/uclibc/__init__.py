"""What the loader of uClibc and uClibc-ng makes of a program: `ldso/ldso/ldso.c`, in its words."""

from __future__ import annotations

from collections.abc import Sequence

from libccheck.launch.constructors import has_constructors
from libccheck.launch.handover import Ended, Handover, Library
from libccheck.launch.uclibc import findings, mapping
from libccheck.launch.uclibc.objects import (
    LIBRARY,
    LOADER,
    PROGRAM,
    FaultError,
    LeftOutError,
    Object,
    StoppedError,
)
from libccheck.launch.uclibc.process import SETUID, is_privileged, own_name
from libccheck.launch.uclibc.relocate import Relocation
from libccheck.launch.uclibc.search import Search
from libccheck.launch.uclibc.symbols import PLT, Scope, table_of
from libccheck.launch.uclibc.versions import features
from libccheck.model import Died, Elf, File, Finding, Host, Loaded, Loader, Outcome, Started, Step, Unclear
from libccheck.tree import Tree

_NO_PRELOAD, _NO_LIBRARY, _REFUSED, _NO_FUNCTION, _NO_ERROR = 15, 16, 1, 1, 0
_PT_TLS = 7
_ET_EXEC = 2
_DT_TEXTREL, _DT_INIT_ARRAY, _DT_RELR = 22, 25, 36
_CALLED_FIRST = ("__uClibc_main", "__libc_start_main")
_DIVERTING = ("LD_TRACE_LOADED_OBJECTS", "LD_DEBUG", "LD_DEBUG_OUTPUT")
_HEADER_TEXT = "Invalid ELF header\n"
_TLS_TEXT = "Program uses unsupported TLS data!\n"
_TEXT_TEXT = "Can't modify application's text section; use the GCC option -fPIE for position-independent executables.\n"
_LIBRARY_TEXT = "Can't modify {}'s text section. Use GCC option -fPIC for shared objects, please.\n"


def load(tree: Tree, handover: Handover, host: Host, library: Library | None = None) -> Ended:
    """Load the libraries of a program and relocate them, up to the jump to its entry; it goes on to load `library`."""
    if handover.loader is None or handover.loader_elf is None:
        raise ValueError("there is no loader to follow")
    return _Ldso(tree, handover, host, handover.loader, handover.loader_elf).run(library)


class _Ldso:
    """One process at its start; `objects` is `_dl_loaded_modules`, `lines` what was written."""

    def __init__(self, tree: Tree, handover: Handover, host: Host, loader: Loader, elf: Elf) -> None:
        self._handover, self._page = handover, host.page_size
        self._known = features(loader)
        self._progname = own_name(handover, self._known)
        self._secure = is_privileged(tree, handover)
        self._lines: list[str] = []
        self._search = Search(tree, handover, self._known, self._progname, self._secure, self._lines.append)
        self._now = self._secure or self._search.environment("LD_BIND_NOW") is not None
        self._ldso = Object(LOADER, elf, handover.interpreter or "")
        self._ldso.real, self._ldso.node = handover.loader_path, handover.loader_file
        self._program = Object(PROGRAM, handover.elf, self._progname)
        self.objects = [self._program]
        self._refused = ""
        self.passed_over: str | None = None

    def run(self, library: Library | None) -> Ended:
        try:
            outcome, found = self._start(opens=library is not None)
            if library is not None:
                outcome, found = self._opened(library)
            return self._ended(outcome, found)
        except StoppedError as end:
            outcome = end.outcome
            if isinstance(outcome, Died):
                outcome = outcome._replace(stderr="".join(self._lines) + outcome.stderr)
            return self._ended(outcome, end.findings)
        except FaultError as fault:
            finding = findings.crash(self._handover, fault.signal, fault.about)
            return self._ended(Died(None, fault.signal, "".join(self._lines)), (finding,))
        except LeftOutError as fact:
            return self._ended(Unclear(fact.reason), (Finding(fact.code, self._progname, fact.reason),))

    def _start(self, *, opens: bool) -> tuple[Outcome, tuple[Finding, ...]]:
        """_dl_get_ready_to_run()"""
        self._check_program()
        self._check_environment()
        self._search.map_cache()
        self._preload()
        self._load_needed()
        scope, now = self._scope(), self._now
        relocation = Relocation(self.objects, scope, self._known, self._progname, self._lines.append)
        relocation.run(now)
        self._protect(self.objects)
        self._check_packed(self.objects)
        self._check_single_loader(scope)
        missing = [(each, name) for each in self.objects for name in relocation.lazily(each, now)]
        called = (*_CALLED_FIRST, "dlopen") if opens else _CALLED_FIRST
        first = next((name for each, name in missing if each is self._program and name in called), None)
        if first is not None:
            text = self._known.lazy.replace("%s", self._progname, 1).replace("%s", first, 1)
            text = text.replace("%s", self._program.name)
            finding = findings.missing_at_call(first, self._program)
            raise StoppedError(Died(_NO_FUNCTION, None, f"{text}\n"), finding)
        acting = next(
            ((each, name) for each, name in missing if each.kind == LIBRARY and has_constructors(each.elf)), None
        )
        if acting is not None:
            raise LeftOutError(
                f"whether {acting[0].name} calls {acting[1]} before the program begins, which nobody has"
            )
        advice = {name: findings.lazily_missing(name, each) for each, name in missing}
        return Started("".join(self._lines)), tuple(advice.values())

    def _check_program(self) -> None:
        if not mapping.takes_itself(self._ldso.elf):
            raise StoppedError(Died(_NO_ERROR, None, _HEADER_TEXT), findings.own_header(self._handover))
        elf = self._handover.elf
        mapping.check_program(elf, self._page, self._progname)
        if self._known.chain_scope and "/" not in self._ldso.name:
            raise FaultError("SIGSEGV", self._ldso.name)
        if self._known.keeps_text and _DT_TEXTREL in elf.tags:
            raise StoppedError(Died(_REFUSED, None, _TEXT_TEXT), findings.refusal(self._handover, _TEXT_TEXT))
        if not self._known.tls and any(each.type == _PT_TLS for each in elf.segments):
            raise StoppedError(Died(_REFUSED, None, _TLS_TEXT), findings.refusal(self._handover, _TLS_TEXT))

    def _check_environment(self) -> None:
        known = _DIVERTING if self._known.names_types else _DIVERTING[:1]
        diverting = next((each for each in known if self._search.environment(each) is not None), None)
        if diverting and not self._secure:
            raise LeftOutError(f"{diverting} makes the loader do something else", "LC901")

    # -- libraries

    def _preload(self) -> None:
        text = self._search.environment("LD_PRELOAD") if self._known.preload_variable else None
        # Up to 0.9.33 a privileged program preloads nothing.
        if self._secure and not self._known.preload_ignored:
            text = None
        for name in (text or "").replace(":", " ").replace("\t", " ").split(" "):
            if not name or (self._secure and "/" in name):
                continue
            if self.load_library(name, None, only_setuid=self._secure) is None:
                if not self._known.preload_ignored:
                    raise self._cannot_load(name, None, _NO_PRELOAD)
                self._say(f": library '{name}' from LD_PRELOAD can't be preloaded: ignored.\n")
        for name in self._listed(self._known.preload) if self._known.preload else ():
            if self.load_library(name, None) is None:
                raise self._cannot_load(name, None, _NO_PRELOAD)

    def _listed(self, path: str) -> list[str]:
        """The names in /etc/ld.so.preload, comments left out."""
        opened = self._search.open(path, "names what is to be preloaded")
        if opened is None:
            if self._search.steps[-1].found == "EACCES":
                self._say(f": can't open file '{path}'\n")
            return []
        if not isinstance(opened[0], File):
            self._say(mapping.cannot_map(self._known.map_lines.preload, path))
            return []
        text = opened[0].load().text
        if text is None:
            raise LeftOutError(f"what {path} says was not kept")
        lines = text.partition(b"\0")[0].decode("utf-8", "surrogateescape").split("\n")
        names = " ".join(line.partition("#")[0] for line in lines).replace(":", " ").replace("\t", " ")
        return [each for each in names.split(" ") if each]

    def _load_needed(self) -> None:
        position = 0
        while position < len(self.objects):
            requester = self.objects[position]
            for name in requester.elf.needed:
                if name.rpartition("/")[2] == self._ldso.elf.soname:
                    self._add_loader(name, requester)
                elif self.load_library(name, requester) is None:
                    raise self._cannot_load(name, requester, _NO_LIBRARY)
            position += 1

    def _add_loader(self, name: str, requester: Object) -> None:
        """add_ldso(), once; up to 0.9.32 it is left for later."""
        if self._ldso not in self.objects and not self._known.chain_scope:
            self._ldso.wanted, self._ldso.needed_by, self._ldso.how = name, requester, "the loader itself"
            self.objects.append(self._ldso)

    def load_library(self, name: str, requester: Object | None, *, only_setuid: bool = False) -> Object | None:
        """_dl_load_shared_library(); `passed_over` says afterwards why the last file that it tried was no good."""
        self._refused, self._before, self._why = "", len(self._search.steps), ""
        for path, how in self._search.candidates(name, requester):
            found = self._open(path, how, only_setuid)
            if found is None:
                continue
            if found not in self.objects:
                found.wanted, found.needed_by, found.how = name, requester, how
                self.objects.append(found)
            return found
        self.passed_over = self._why
        return None

    def _open(self, path: str, how: str, only_setuid: bool) -> Object | None:
        """_dl_load_elf_shared_library()"""
        opened, self._why = self._search.open(path, how), ""
        if opened is None or (only_setuid and not (isinstance(opened[0], File) and opened[0].mode & SETUID)):
            return None
        node, real = opened
        for each in self.objects[1:]:
            if each.real == real or each.node is node:
                return each
        fixed = self._program.elf.kind == _ET_EXEC
        elf = mapping.accept(node, path, self._ldso.elf, self._known, self._page, fixed=fixed)
        if isinstance(elf, mapping.Refused):
            self._refused, self._why = elf.text.partition(": ")[2], elf.why
            self._search.steps[-1] = self._search.steps[-1]._replace(found=elf.why)
            self._say(elf.text)
            return None
        for text in mapping.remarks(elf, path):
            self._say(text)
        if self._known.keeps_text and _DT_TEXTREL in elf.tags:
            text = _LIBRARY_TEXT.format(path)
            raise StoppedError(Died(_REFUSED, None, text), findings.refusal(self._handover, text))
        added = Object(LIBRARY, elf, path)
        added.real, added.node = real, node if isinstance(node, File) else None
        return added

    def _cannot_load(self, name: str, requester: Object | None, status: int) -> StoppedError:
        text = f"{self._progname}: can't load library '{name}'\n"
        return StoppedError(Died(status, None, text), self.not_found(name, requester))

    def not_found(self, name: str, requester: Object | None, why: str = "to be preloaded") -> Finding:
        """What the last search was for; `why` where no library needs it."""
        wanted = f"needed by {requester.name}" if requester else why
        return findings.library(name, wanted, self._refused, self._search.steps[self._before :])

    def _opened(self, library: Library) -> tuple[Outcome, tuple[Finding, ...]]:
        from libccheck.launch.uclibc.opening import Opening
        from libccheck.launch.uclibc.statictls import StaticTls

        room = StaticTls(self.objects)

        def relocation(scope: Scope) -> Relocation:
            return Relocation(self.objects, scope, self._known, self._progname, self._lines.append, room.see)

        self._search.steps.append(Step("load", library.path, "asked for", f"{library.call} by {self._handover.path}"))
        opening = Opening(self, self._known, self._now, relocation)
        outcome, found = opening.dlopen(library)
        written = "".join(self._lines)
        if isinstance(outcome, Started):
            self._protect(opening.new)
            self._check_packed(opening.new)
        return outcome._replace(stderr=written), found

    def _say(self, text: str) -> None:
        self._lines.append(self._progname + text)

    # -- what it comes to

    def _scope(self) -> Scope:
        if self._ldso not in self.objects:
            self.objects.append(self._ldso)
        return Scope(self.objects, self._known)

    def _protect(self, objects: Sequence[Object]) -> None:
        """_dl_protect_relro(): a failure ends it, as if all were well."""
        for each in objects:
            if mapping.protects_nothing(each.elf, self._page):
                text = f"{each.name}: cannot apply additional memory protection after relocation"
                raise StoppedError(Died(_NO_ERROR, None, text), findings.refusal(self._handover, text))

    def _check_packed(self, objects: Sequence[Object]) -> None:
        """DT_RELR is passed over: pointers stay as the linker wrote them, and the first jump through one is wild."""
        for each in objects:
            if _DT_RELR in each.elf.tags and (each is self._program or _DT_INIT_ARRAY in each.elf.tags):
                finding = findings.packed(self._handover, each.name)
                raise StoppedError(Died(None, "SIGSEGV"), finding)

    def _check_single_loader(self, scope: Scope) -> None:
        """The loader, loaded again as a library of another name: the C library calls that copy, which knows nothing."""
        for copy in self.objects[: self.objects.index(self._ldso)]:
            if copy.real != self._ldso.real:
                continue
            for each in self.objects:
                names = table_of(each.elf).names[1:] if each is not copy and each is not self._ldso else ()
                if any(found and found[0] is copy for found in (scope.find(name, PLT) for name in names)):
                    raise FaultError("SIGSEGV", copy.name)

    def _ended(self, outcome: Outcome, found: tuple[Finding, ...]) -> Ended:
        objects = [
            Loaded(each.wanted, each.name, each.needed_by.name if each.needed_by else "LD_PRELOAD", each.how)
            for each in self.objects[1:]
            if each.wanted
        ]
        return Ended(outcome, found, self._handover.steps + tuple(self._search.steps), tuple(objects))
