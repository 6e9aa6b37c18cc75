"""Pairs that the tests of reality really run, predicted again with a mutant: does one of them come out otherwise?"""

from __future__ import annotations

import importlib
import os
import random
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import DataObject, data

import libccheck.launch
from libccheck.images import open_image
from libccheck.model import Host, Launch, Outcome, Process, Started, Unclear, User
from libccheck.tree import Tree
from tests import toolchains
from tests.mutants.calls import Call, call_of, called
from tests.mutants.mutate import Mutant
from tests.mutants.overlay import Overlay
from tests.reality import foreign_roots
from tests.reality.compare import HOST, Compared, Comparison, as_shown, disagreements
from tests.reality.corpus import Program
from tests.reality.emulators import EMULATORS
from tests.reality.foreign_roots import FOREIGN_ROOTS
from tests.reality.layers import PLATFORM, DiskGround, Layers, laid_over, remembering
from tests.reality.perturbed.drawing import Draw
from tests.reality.perturbed.stage import KINDS, Stage
from tests.reality.programs import PROGRAMS, foreign
from tests.reality.reality import Reality
from tests.reality.roots import ROOTS, Roots
from tests.reality.sample import seed
from tests.reality.workshop import Workshop

_PACKAGE = "libccheck.launch"
_USER = User(65534, 65534)
_SECONDS = 120
_MACHINES = ("i386", "arm64", "s390x")
"""Besides this one: of 32 bits, emulated, and with the other order of bytes."""


class Pair(NamedTuple):
    """A program in a tree. `reality` is the prediction without a mutant, which the tests hold against what happens;
    `code` what the corpus declares, None where it leaves that to the root. `calls`: functions of the launch model."""

    program: Program
    process: Process
    tree: Tree
    host: Host
    reality: Outcome
    code: str | None
    calls: frozenset[Call]


class Bench:
    """Lays pairs out; what they consist of is there until its end. A context manager."""

    def __init__(self) -> None:
        self._workshop = Workshop(toolchains.BUILD / "corpus")
        self._stack = ExitStack()
        self._layers = self._stack.enter_context(Layers(self._workshop))
        self._roots: dict[str, tuple[Tree, DiskGround]] = {}

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def corpus(self, roots_of_each: int) -> Iterator[Pair]:
        """Each program in so many roots, LIBCCHECK_SEED chooses; what cannot be had here is left out."""
        others = tuple(f"{each}-" for each in foreign.NAMES if each not in _MACHINES)
        for name, program in PROGRAMS.items():
            if name.startswith(others):
                continue
            roots, names, host = _surroundings(name)
            for root in random.Random(f"{seed()} {name}").sample(names, min(roots_of_each, len(names))):
                try:
                    tree, ground = self._root(roots, root)
                    layer = self._layers.lay_out(name, ground)
                except toolchains.MissingError:
                    continue
                declared = program.code is not None and (program.tool is None or roots.roots[root].ordinary)
                code = (program.code or "starts") if declared else None
                yield from _pair(program, laid_over(tree, layer), host, code)

    def spoiled(self, of_each_kind: int) -> Iterator[Pair]:
        """So many of each kind of perturbation."""
        for program, root in self._drawn(of_each_kind):
            tree, ground = self._root(ROOTS, root)
            layer = self._stack.enter_context(self._layers.once(program, ground))
            yield from _pair(program, laid_over(tree, layer), HOST, None)

    def _drawn(self, of_each_kind: int) -> Iterator[tuple[Program, str]]:
        with Reality() as reality:
            stage = Stage(Comparison(reality, self._layers, ROOTS, trees=32), self._workshop)
            for kind in KINDS:
                yield from _examples(stage, kind, of_each_kind)

    def _root(self, roots: Roots, name: str) -> tuple[Tree, DiskGround]:
        if name not in self._roots:
            path = roots.path(name)
            self._roots[name] = remembering(open_image(f"dir:{path}", platform=PLATFORM).tree), DiskGround(path)
        return self._roots[name]


def _examples(stage: Stage, kind: str, count: int) -> list[tuple[Program, str]]:
    found: list[tuple[Program, str]] = []

    @seeded(seed())
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data())
    def draw(drawn: DataObject) -> None:
        chosen = Draw(drawn)
        scene = stage.scene(chosen, kind)
        found.append((KINDS[kind](chosen, scene), scene.root))

    draw()
    return found


def noticed(mutant: Mutant, overlay: Overlay, pairs: Sequence[Pair]) -> str:
    """By "pairs", "time" where one of them does not end, or nothing."""
    call = call_of(mutant)
    concerned = [each for each in pairs if call in each.calls]
    if not concerned:
        return ""
    with overlay.holding(mutant) as directory:
        child = os.fork()
        if not child:
            status = 1
            try:
                signal.alarm(_SECONDS)
                status = int(_comes_out_otherwise(directory, concerned))
            finally:
                os._exit(status)
        _, how = os.waitpid(child, 0)
    if os.WIFSIGNALED(how) and os.WTERMSIG(how) == signal.SIGALRM:
        return "time"
    return "pairs" if how else ""


def _comes_out_otherwise(directory: Path, pairs: Sequence[Pair]) -> bool:
    """Whether any does, by the model of the launch in that directory."""
    for name in [each for each in sys.modules if each.startswith(_PACKAGE)]:
        del sys.modules[name]
    libccheck.__path__ = [str(directory / "libccheck"), *libccheck.__path__]
    try:
        anew = importlib.import_module(_PACKAGE)
        return not all(_holds(each, _launched(anew, each)) for each in pairs)
    except Exception:
        return True


def _holds(pair: Pair, launched: Launch) -> bool:
    compared = Compared(pair.reality, launched, "", ())
    return pair.code in (None, compared.code) and not any(disagreements(pair.program, compared))


def _pair(program: Program, tree: Tree, host: Host, declared: str | None) -> Iterator[Pair]:
    """None where nothing is predicted."""
    # What its files are made of is laid out, and too much to be kept of so many.
    bare = program._replace(files={})
    pair = Pair(bare, bare.process(_USER), remembering(tree), host, Started(), None, frozenset())
    with called() as calls:
        launched = _launched(libccheck.launch, pair)
    if not isinstance(launched.outcome, Unclear):
        compared = Compared(as_shown(launched.outcome, program), launched, "", ())
        code = declared if declared == compared.code else None
        yield pair._replace(reality=compared.reality, code=code, calls=frozenset(calls))


def _launched(module: Any, pair: Pair) -> Launch:
    opens = pair.program.opens
    library = module.Library(opens.path, opens.lazy) if opens else None
    launched: Launch = module.launch(pair.tree, pair.program.path, pair.process, pair.host, library)
    return launched


def _surroundings(name: str) -> tuple[Roots, list[str], Host]:
    """The roots that a program is tried in, and on which host."""
    machine = name.partition("-")[0]
    if machine not in foreign.NAMES:
        of_uclibc = name.startswith("uclibc-")
        return ROOTS, [each for each in ROOTS.roots if each.startswith("uclibc-") == of_uclibc], HOST
    emulated = EMULATORS.get(machine)
    emulators = (emulated.emulator(),) if emulated else ()
    return FOREIGN_ROOTS, foreign_roots.of(machine), HOST._replace(emulated=emulators)
