"""What ld.so knows while it loads: the objects in order, errno, what it has printed (`include/link.h`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from libccheck.launch.glibc.release import Release
from libccheck.model import Died, Elf, Finding, Host, Loader, Outcome, Step, Unclear, User
from libccheck.record import NamedTuple
from libccheck.tree import Tree

if TYPE_CHECKING:
    from libccheck.launch.glibc.statictls import StaticTls

MAIN, LOADER, VDSO, LIBRARY = "main", "loader", "vdso", "library"


class Version(NamedTuple):
    """One entry of l_versions: `file` is None for a version that the object itself defines."""

    name: str
    hidden: bool
    file: str | None
    odd_hash: int | None = None

    @property
    def key(self) -> tuple[str, int | None]:
        """What two versions are compared by: the hash first, then the name."""
        return self.name, self.odd_hash


class Object:
    """One struct link_map.

    name: l_name, "" for the program; names: l_libname, what it has been asked for as; path: the real path of the file.
    """

    __slots__ = (
        "dependencies", "elf", "how", "identity", "kind", "loader", "name", "names", "origin", "path", "relocated",
        "requested", "rpath", "runpath", "soname_known", "versions",
    )  # fmt: skip

    def __init__(self, kind: str, name: str, path: str, elf: Elf, loader: Object | None = None) -> None:
        self.kind = kind
        self.name = name
        self.names: list[str] = [name] if kind == MAIN else []
        self.path = path
        self.elf = elf
        self.loader = loader
        self.requested = ""
        self.how = ""
        self.origin: str | None = None
        self.dependencies: list[Object] | None = None
        self.soname_known = False
        self.rpath: list[Directory] | None = None
        self.runpath: list[Directory] | None = None
        self.versions: dict[int, Version] = {}
        self.identity: Loader | None = None
        self.relocated = False

    def answers_to(self, name: str) -> bool:
        """_dl_name_match_p()."""
        return name == self.name or name in self.names

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name or self.path}>"


class Directory:
    """One struct r_search_path_elem; `exists` says of each hwcaps subdirectory whether it is there, None if unknown."""

    __slots__ = ("exists", "name")

    def __init__(self, name: str, subdirectories: int) -> None:
        self.name = name
        known = True if not name.startswith("/") else None
        self.exists: list[bool | None] = [known] * subdirectories


class Signalled(Exception):  # noqa: N818 - the loader's own notion, a longjmp, not an error of ours
    """_dl_signal_error(): caught by whoever asked for the object, else the end of the process.

    earlier: findings about what has been told before, and would have been the end as well.
    """

    def __init__(self, text: str, about: str, errno: str | None, occasion: str | None, finding: Finding) -> None:
        super().__init__(text)
        self.text = text
        self.about = about
        self.errno = errno
        self.occasion = occasion
        self.finding = finding
        self.earlier: tuple[Finding, ...] = ()


class Ending(Exception):  # noqa: N818 - the process ends here, which is an answer, not an error of ours
    """The process ends without a word of _dl_signal_error(): by signal, assertion, exit; or nobody can tell."""

    def __init__(self, outcome: Outcome, *findings: Finding) -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.findings = findings


class Environment(NamedTuple):
    """What of the environment ld.so listens to; `diverting` names a variable that makes it do something else."""

    library_path: str | None = None
    preload: str | None = None
    bind_now: bool = False
    verbose: bool = False
    original_sort: bool = False
    assumed_kernel: tuple[int, ...] = ()
    diverting: str | None = None


class Loading:
    """One start of ld.so: its surroundings, which stay, and its state, which grows; `own` is the loader's own file.

    scope: the global one, once everything is loaded; opening: whether the program runs, and has called dlopen(3).
    """

    __slots__ = (
        "cache", "chain", "cwd", "defaults", "directories", "environment", "errno", "host", "interpreter",
        "library_path", "opening", "own", "preloading", "progname", "release", "scope", "secure", "static_tls",
        "stderr", "steps", "subdirectories", "tokens", "tree", "user",
    )  # fmt: skip

    def __init__(
        self,
        tree: Tree,
        user: User,
        cwd: str,
        host: Host,
        release: Release,
        environment: Environment,
        progname: str,
        interpreter: str,
        own: Elf,
        secure: bool,
    ) -> None:
        self.tree = tree
        self.user = user
        self.cwd = cwd
        self.host = host
        self.release = release
        self.environment = environment
        self.progname = progname
        self.interpreter = interpreter
        self.own = own
        self.secure = secure
        self.errno: str | None = None
        self.stderr: list[str] = []
        self.steps: list[Step] = []
        self.chain: list[Object] = []
        self.directories: dict[str, Directory] = {}
        self.subdirectories: tuple[str, ...] = ("",)
        self.tokens: dict[str, str | None] = {}
        self.cache: object = None
        self.defaults: tuple[str, ...] = ()
        self.library_path: list[Directory] = []
        self.preloading = False
        self.opening = False
        self.scope: list[Object] = []
        self.static_tls: StaticTls | None = None

    def shown(self, item: Object) -> str:
        """DSO_FILENAME(): the program is called by its argv[0]."""
        return item.name or self.progname

    def fail(
        self,
        text: str,
        about: str,
        code: str,
        subject: str,
        *,
        errno: str | None = None,
        occasion: str | None = None,
        message: str = "",
        evidence: tuple[Step, ...] = (),
    ) -> Signalled:
        finding = Finding(code, subject, message or (f"{about}: {text}" if about else text), evidence)
        return Signalled(text, about, errno, occasion, finding)

    def crash(self, signal: str, message: str, code: str = "LC207", subject: str | None = None) -> Ending:
        return self.end(Died(None, signal), Finding(code, subject or self.interpreter, message, ()))

    def end(self, outcome: Died, *findings: Finding) -> Ending:
        """The end of the process, after what it has printed so far."""
        return Ending(outcome._replace(stderr="".join(self.stderr) + outcome.stderr), *findings)

    def undecided(self, reason: str, code: str, subject: str) -> Ending:
        """Nobody can tell how it goes on from here."""
        return Ending(Unclear(reason), Finding(code, subject, reason, ()))

    def inconsistent(self, file: str, function: str, line: int, assertion: str) -> Ending:
        """assert() inside of ld.so."""
        text = f"Inconsistency detected by ld.so: {file}: {line}: {function}: Assertion `{assertion}' failed!\n"
        message = f"the loader finds itself inconsistent: {function}: {assertion}"
        return self.end(Died(127, None, text), Finding("LC207", self.interpreter, message, ()))
