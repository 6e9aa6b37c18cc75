"""dlopen(3) of a library, and what dlerror(3) says where it fails: the end of `ldso/dynlink.c`."""

from __future__ import annotations

from collections.abc import Callable

from libccheck.launch.handover import Library
from libccheck.launch.musl import findings
from libccheck.launch.musl.findings import Failed, library_error, relocation_error
from libccheck.launch.musl.objects import LeftOutError, Object
from libccheck.launch.musl.search import Search
from libccheck.launch.musl.symbols import Missing, Scope, failures
from libccheck.launch.musl.tls import static_only
from libccheck.launch.musl.versions import Features
from libccheck.model import Finding, Outcome, Rejected, Started, Step

_DT_BIND_NOW = 24
_DF_BIND_NOW, _DF_1_NOW = 8, 1

Load = Callable[[str, Object | None], Object | None]


class Opening:
    """One call. `objects` is the list of the process, which grows; `load` is load_library()."""

    def __init__(self, objects: list[Object], load: Load, search: Search, ldso: Object, known: Features) -> None:
        self._objects = objects
        self._load = load
        self._search = search
        self._ldso = ldso
        self._features = known
        self._before = tuple(objects)
        self._later: list[str] = []

    def dlopen(self, library: Library) -> tuple[Outcome, tuple[Finding, ...]]:
        """The first error is the last: nothing is reported twice, and nothing more is tried."""
        self._search.steps.append(Step("load", library.path, "asked for", f"{library.call} by {self._objects[0].path}"))
        found = self._load(library.path, self._objects[0])
        if found is None:
            return self._unavailable(library.path, None)
        failed = self._load_dependencies()
        if failed is not None:
            return failed
        for each in self.new:
            missing = self._relocate(each, library.lazy)
            if missing is not None:
                return Rejected(self._cut(relocation_error(missing))), findings.failures((), (missing,))
            refused = self._check_tls(each)
            if refused is not None:
                return refused
        return Started(""), tuple(findings.called_later(each) for each in dict.fromkeys(self._later))

    @property
    def new(self) -> list[Object]:
        """The objects that the call has brought."""
        return [each for each in self._objects[len(self._before) :] if each is not self._ldso]

    def _load_dependencies(self) -> tuple[Outcome, tuple[Finding, ...]] | None:
        position = len(self._before)
        while position < len(self._objects):
            requester = self._objects[position]
            for name in requester.elf.needed:
                if self._load(name, requester) is None:
                    return self._unavailable(name, requester)
            position += 1
        return None

    def _unavailable(self, name: str, requester: Object | None) -> tuple[Outcome, tuple[Finding, ...]]:
        errno = self._search.errno
        text = library_error(name, errno, requester)
        failed = Failed(name, requester or self._objects[0], errno, tuple(self._search.steps))
        return Rejected(self._cut(text)), findings.failures((failed,), ())

    def _relocate(self, item: Object, lazy: bool) -> Missing | None:
        """The first failure of do_relocs(); since 1.1.17 functions may come later, if that will do for the caller."""
        scope = Scope(self._objects, self._ldso, self._features)
        deferred = lazy and self._features.deferred and not _binds_now(item)
        for missing in failures(item, scope, self._features):
            if deferred and missing.symbol is not None and scope.is_function(missing.type):
                self._later.append(missing.symbol)
            else:
                return missing
        return None

    def _check_tls(self, item: Object) -> tuple[Outcome, tuple[Finding, ...]] | None:
        """Since 1.1.20 a fixed distance from the thread pointer is for what was there from the start."""
        if not self._features.static_tls_refused:
            return None
        scope = Scope(self._objects, self._ldso, self._features)
        for name, owner in static_only(item, scope):
            if any(owner is each for each in self._before) or owner is self._ldso:
                continue
            if name is None:
                raise LeftOutError(f"in which words {item.name} is refused for its thread-local data")
            what = f"initial-exec TLS resolves to dynamic definition in {owner.name}"
            message = f"{item.name} wants its thread-local data where only what is there from the start can have it"
            return Rejected(f"Error relocating {item.name}: {name}: {what}"), (Finding("LC209", name, message, ()),)
        return None

    def _cut(self, text: str) -> str:
        if not self._features.short_messages:
            return text
        return text.encode("utf-8", "surrogateescape")[:127].decode("utf-8", "surrogateescape")


def _binds_now(item: Object) -> bool:
    elf = item.elf
    return _DT_BIND_NOW in elf.tags or bool(elf.dynamic_flags & _DF_BIND_NOW) or bool(elf.dynamic_flags_1 & _DF_1_NOW)
