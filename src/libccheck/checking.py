"""Programs times images: one prediction a pair, and what could not be looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from libccheck import __version__
from libccheck.errors import LibccheckError
from libccheck.launch import Library, launch
from libccheck.machines import platform_machine
from libccheck.model import (
    Base,
    Check,
    Died,
    Directory,
    Documented,
    Failure,
    Finding,
    Host,
    Image,
    Launch,
    Process,
    Program,
    Refused,
    Rejected,
    Remedy,
    Report,
    Started,
)
from libccheck.origins import origins
from libccheck.placement import Copy, LoadedBy, binds_lazily, place_copy, place_loader, place_of, place_program
from libccheck.process import Overrides, process_of, working_directory
from libccheck.record import NamedTuple
from libccheck.tree import Tree

if TYPE_CHECKING:
    from libccheck.toolchain.published import Published


def check(
    programs: Sequence[Program],
    images: Sequence[Image],
    *,
    at: str | None = None,
    copies: Sequence[Copy] = (),
    env: Mapping[str, str] | None = None,
    user: str | None = None,
    workdir: str | None = None,
    arg0: str | None = None,
    loaded_by: LoadedBy | None = None,
    host: Host | None = None,
    failures: Sequence[Failure] = (),
    bases: Callable[[str], Iterable[Base]] | None = None,
    packages: Callable[[str, str], Image | None] | None = None,
    published: Callable[[Program], Published | None] | None = None,
    with_needs: bool = False,
) -> Report:
    """One check a pair, program by program, in the order given.

    Each program is placed at `/<its file name>`, or at `at` (a directory if that ends in "/"), beside the `copies`.
    With `loaded_by` they are libraries, and the prediction is what becomes of that program's dlopen(3).
    `host` is the image's platform where it is None; one whose machine is "" takes only that from the platform.
    What cannot be placed becomes an error of the report, after `failures`; the other pairs still get their verdict.
    With `bases`, a function that gives the base images of a platform, each check that fails, or starts with warnings,
    has its remedies.
    packages: what a release's packages hold, as `libccheck.remedy.Case` says, for the remedies too. published: of which
    package of npm or PyPI a program is part, where its path does not tell, or not of which version.
    With `with_needs` each check tells who needs what.
    """
    overrides = Overrides(env or {}, user, workdir)
    setting = _Setting(at, copies, overrides, arg0, loaded_by, host, with_needs, packages, published)
    prepared = [_guarded(image.reference, _prepare, image, setting) for image in images]
    results = [
        _guarded(program.path, _pair, program, each, setting, bases)
        for program in programs
        for each in prepared
        if isinstance(each, _Prepared)
    ]
    errors = [*failures, *(each for each in (*prepared, *results) if isinstance(each, Failure))]
    checks = tuple(each for each in results if isinstance(each, Check))
    return Report(__version__, checks, tuple(dict.fromkeys(errors)))


def failure_of(error: LibccheckError, subject: str) -> Failure:
    """What could not be looked at, as a report tells it."""
    return Failure(error.subject or subject, error.message, error.hint, error.status)


def host_of(platform: str, wanted: Host | None) -> Host:
    """The host that a check assumes: what the user said of it, on the machine of the image's platform."""
    if wanted is None:
        return Host(platform_machine(platform))
    return wanted if wanted.machine else wanted._replace(machine=platform_machine(platform))


class _Setting(NamedTuple):
    """What is the same for every pair."""

    at: str | None
    copies: Sequence[Copy]
    overrides: Overrides
    arg0: str | None
    loaded_by: LoadedBy | None
    host: Host | None
    with_needs: bool
    packages: Callable[[str, str], Image | None] | None
    published: Callable[[Program], Published | None] | None


class _Prepared(NamedTuple):
    """An image, its tree with what is copied into it, and the process that runs there; argv still open."""

    image: Image
    tree: Tree
    process: Process


class _Placed(NamedTuple):
    """A program in an image, ready to be launched; or a library, and the path of the program that loads it."""

    tree: Tree
    place: str
    process: Process
    host: Host
    loaded_by: str | None = None
    documented: Documented | None = None

    def launch(self) -> Launch:
        if self.documented is not None:
            from libccheck.launch.documented import launch_documented

            return launch_documented(self.tree, self.place, self.process, self.host, self.documented)
        if self.loaded_by is None:
            return launch(self.tree, self.place, self.process, self.host)
        library = Library(self.place, binds_lazily(self.loaded_by))
        return launch(self.tree, self.loaded_by, self.process, self.host, library)


def _prepare(image: Image, setting: _Setting) -> _Prepared:
    """A container runtime makes the working directory if it is not there."""
    if image.documented is not None and setting.loaded_by is not None:
        raise LibccheckError(
            "what is documented of it tells nothing of libraries that a program loads",
            hint="check against the image itself: docker:, registry: or tar:",
        )
    tree = image.tree
    workdir = working_directory(image.config, setting.overrides)
    for copy in setting.copies:
        tree = place_copy(tree, copy, workdir)
    if tree.resolve(workdir).errno == "ENOENT":
        tree = tree.overlay({workdir: Directory(0o755, 0, 0)})
    return _Prepared(image, tree, process_of(image.config, tree, setting.overrides))


def _place(program: Program, prepared: _Prepared, setting: _Setting) -> _Placed:
    place = place_of(program.path, setting.at, prepared.process.cwd)
    tree = place_program(prepared.tree, program, place)
    loaded_by = None
    if setting.loaded_by is not None:
        tree, loaded_by = place_loader(tree, prepared.process, setting.loaded_by)
    argv = (loaded_by or place if setting.arg0 is None else setting.arg0,)
    host = host_of(prepared.image.platform, setting.host)
    return _Placed(tree, place, prepared.process._replace(argv=argv), host, loaded_by, prepared.image.documented)


def _pair(
    program: Program, prepared: _Prepared, setting: _Setting, bases: Callable[[str], Iterable[Base]] | None
) -> Check:
    placed = _place(program, prepared, setting)
    result = Check(program, prepared.image, placed.host, placed.place, placed.launch(), process=placed.process)
    if placed.loaded_by is not None:
        result = result._replace(loaded_by=placed.loaded_by)
    if setting.with_needs:
        from libccheck.needs import needs_of

        result = result._replace(needs=needs_of(result.launch, placed.place, placed.tree, placed.process.cwd))
    if prepared.image.layers:
        result = result._replace(origins=origins(result.launch, placed.tree, placed.process.cwd))
    if prepared.image.documented is not None:
        return result
    started = isinstance(result.launch.outcome, Started)
    if started:
        from libccheck.advice import advice

        result = result._replace(advice=advice(result, placed.tree))
    if bases is None or (started and placed.loaded_by is not None):
        return result
    if not (result.advice if started else isinstance(result.launch.outcome, (Refused, Died, Rejected))):
        return result
    return result._replace(remedies=_ways_out(result, placed, setting, bases))


def _ways_out(
    result: Check, placed: _Placed, setting: _Setting, bases: Callable[[str], Iterable[Base]]
) -> tuple[Remedy, ...]:
    from libccheck.advice import advice
    from libccheck.remedy import Case, by_path, no_packages, remedies

    def elsewhere(program: Program, image: Image) -> Launch:
        return _place(program, _prepare(image, setting), setting).launch()

    def advise(launch: Launch, tree: Tree) -> tuple[Finding, ...]:
        return advice(result._replace(launch=launch), tree)

    def in_tree(tree: Tree) -> Launch:
        return placed._replace(tree=tree).launch()

    packages, published = setting.packages or no_packages, setting.published or by_path
    return remedies(Case(result, placed.tree, in_tree, bases, elsewhere, packages, advise, published))


def _guarded(subject: str, function: Callable[..., object], *arguments: object) -> object:
    try:
        return function(*arguments)
    except LibccheckError as error:
        return failure_of(error, subject)
