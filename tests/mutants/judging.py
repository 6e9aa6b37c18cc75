"""Whether the tests notice a mutant: by another prediction for a pair that was really run, else by the unit tests."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import pickle
import signal
import subprocess
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from libccheck.images import open_image
from libccheck.model import Process, Unclear, User
from libccheck.tree import Tree
from tests import toolchains
from tests.mutants.mutate import Mutant
from tests.reality.corpus import Program
from tests.reality.layers import PLATFORM, DiskGround, Layers, remembering
from tests.reality.programs import PROGRAMS
from tests.reality.roots import ROOTS

_USER = User(65534, 65534)
_PACKAGE = "libccheck.launch"
_SECONDS = 120
_UNITS = ("tests/unit/launch", "tests/unit/test_check.py", "tests/unit/test_copies.py", "tests/test_cases.py")


class Pair(NamedTuple):
    """A program that lies in a tree, ready to be judged."""

    program: Program
    process: Process
    tree: Tree


def pairs(names: Sequence[tuple[str, str]], layers: Layers) -> Iterator[Pair]:
    """Of (program, root); those whose compiler or root is not there are left out."""
    trees: dict[str, tuple[Tree, DiskGround]] = {}
    for name, root in names:
        try:
            path = ROOTS.path(root)
            if root not in trees:
                trees[root] = remembering(open_image(f"dir:{path}", platform=PLATFORM).tree), DiskGround(path)
            tree, ground = trees[root]
            program = PROGRAMS[name]
            yield Pair(program, program.process(_USER), remembering(layers.on(tree, name, ground)))
        except toolchains.MissingError:
            continue


def predictions(all_pairs: Sequence[Pair]) -> list[object]:
    """What is compared with reality of each: outcome, words included, code and subject."""
    launch = importlib.import_module(_PACKAGE)
    model = importlib.import_module("libccheck.model")
    compare = importlib.import_module("tests.reality.compare")
    found: list[object] = []
    for program, process, tree in all_pairs:
        opens = program.opens
        library = launch.Library(opens.path, opens.lazy) if opens else None
        made = launch.launch(tree, program.path, process, compare.HOST, library)
        first = made.findings[0] if made.findings else None
        started = isinstance(made.outcome, model.Started)
        unclear = isinstance(made.outcome, Unclear)
        found.append((type(made.outcome).__name__,) if unclear else (made.outcome, started or (first and first[:1])))
    return found


def noticed(mutant: Mutant, all_pairs: Sequence[Pair], expected: Sequence[object]) -> str:
    """By what the mutant is noticed: "pairs", "time" or "unit tests"; empty where it survives."""
    return _in_child(lambda: _differs(mutant, all_pairs, expected)) or _by_unit_tests(mutant)


def _differs(mutant: Mutant, all_pairs: Sequence[Pair], expected: Sequence[object]) -> bool:
    """Whether any prediction is another one, or none comes."""
    for name in [each for each in sys.modules if each.partition(".")[0] in ("libccheck", "tests") and _is_code(each)]:
        del sys.modules[name]
    with _instead(mutant):
        try:
            return any(predictions([pair]) != [known] for pair, known in zip(all_pairs, expected, strict=True))
        except Exception:
            return True


def _is_code(name: str) -> bool:
    """Modules that import the model of the launch, and so have to be imported anew."""
    return name.startswith((_PACKAGE, "libccheck.checking", "tests.reality.compare"))


def _in_child(judge: Callable[[], bool]) -> str:
    child = os.fork()
    if not child:
        signal.alarm(_SECONDS)
        status = 2
        try:
            status = int(judge())
        finally:
            os._exit(status)
    _, how = os.waitpid(child, 0)
    if os.WIFSIGNALED(how):
        return "time"
    return "pairs" if os.WEXITSTATUS(how) else ""


def _by_unit_tests(mutant: Mutant) -> str:
    """pytest in a process of its own, which finds the mutant before the module."""
    code = (
        "import sys, pickle, pytest\n"
        "from tests.mutants import judging\n"
        "mutant = pickle.load(sys.stdin.buffer)\n"
        "sys.meta_path.insert(0, judging.Finder(mutant))\n"
        "sys.exit(pytest.main(['-q', '-x', '-p', 'no:cacheprovider', *sys.argv[1:]]))\n"
    )
    try:
        run = subprocess.run(
            [sys.executable, "-c", code, *_UNITS],
            cwd=toolchains.PROJECT,
            input=pickle.dumps(mutant),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "time"
    return "unit tests" if run.returncode else ""


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the mutant for its module."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, name: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:  # noqa: ARG002
        if name != self._mutant.module:
            return None
        file = self._mutant.file
        places = [str(file.parent)] if file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(name, file, loader=self, submodule_search_locations=places)

    def exec_module(self, module: types.ModuleType) -> None:
        exec(compile(self._mutant.tree, str(self._mutant.file), "exec"), module.__dict__)


@contextmanager
def _instead(mutant: Mutant) -> Iterator[None]:
    finder = Finder(mutant)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
