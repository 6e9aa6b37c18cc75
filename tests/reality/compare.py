"""A program in a root, predicted and really executed, and what the two disagree in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from libccheck.images import open_image
from libccheck.launch import Library, launch
from libccheck.model import Died, File, Host, Launch, Outcome, Rejected, Started, Unclear
from libccheck.tree import Tree
from tests.reality.binding import binding
from tests.reality.corpus import Program
from tests.reality.layers import PLATFORM, DiskGround, Layers, laid_over, remembering
from tests.reality.processor import isa_level, kernel_release
from tests.reality.programs import PROGRAMS
from tests.reality.programs.given import NEVER_SAID
from tests.reality.programs.sources import KINDS
from tests.reality.reality import Reality
from tests.reality.roots import Roots
from tests.reality.words import place

HOST = Host("x86_64", kernel=kernel_release(), isa_level=isa_level())


class Compared(NamedTuple):
    """`loader`: the family of the loader that the program comes to, "static" or "none"; `binding` as in that module."""

    reality: Outcome
    launch: Launch
    loader: str
    disagreements: tuple[str, ...]
    binding: str = ""

    @property
    def code(self) -> str:
        """Of the first finding; "starts" where it starts."""
        return "starts" if isinstance(self.launch.outcome, Started) else self.launch.findings[0].code


class Comparison:
    """Programs and roots, brought together by their names. It keeps what is laid out, and the last `trees` roots.

    `host` is what the predictions are told of the machine on which `reality` runs.
    """

    def __init__(self, reality: Reality, layers: Layers, roots: Roots, trees: int = 4, host: Host = HOST) -> None:
        self._reality, self._layers, self._roots, self._host = reality, layers, roots, host
        self._tree = lru_cache(trees)(self._read)

    def compare(self, name: str, root: str) -> Compared:
        """One pair; MissingError where the program cannot be built or the root not be had."""
        program = PROGRAMS[name]
        compared = self._compared(program, root, self._layers.lay_out(name, self.ground(root)))
        declared = self._declared(program, root)
        if declared in (None, compared.code) or isinstance(compared.launch.outcome, Unclear):
            return compared
        wrong = f"code {compared.code}, but the corpus declares {declared}"
        return compared._replace(disagreements=(*compared.disagreements, wrong))

    def compare_once(self, program: Program, root: str) -> Compared:
        """The same for a program that is none of the corpus."""
        with self._layers.once(program, self.ground(root)) as layer:
            return self._compared(program, root, layer)

    def predict(self, name: str, root: str) -> tuple[Tree, Launch]:
        """The tree with the program in it, and what is predicted in it."""
        program = PROGRAMS[name]
        tree = laid_over(self._tree(root), self._layers.lay_out(name, self.ground(root)))
        return tree, launch(tree, program.path, program.process(self._reality.user), self._host)

    def ground(self, root: str) -> DiskGround:
        return DiskGround(self._roots.path(root))

    def read(self, root: str, path: str) -> bytes:
        """A file of the root, by its real path."""
        return Path(f"{self._roots.path(root)}{path}").read_bytes()

    def execute(self, name: str, root: str) -> Outcome:
        return self._executed(PROGRAMS[name], root, self._layers.lay_out(name, self.ground(root)))

    def _executed(
        self, program: Program, root: str, layer: Path, word: str | None = None, *, patient: bool = False
    ) -> Outcome:
        layers, process = (layer, self._roots.path(root)), program.process(self._reality.user)
        return self._reality.execute(
            layers, program.path, process, word=word or program.word, images=program.images, patient=patient
        )

    def _compared(self, program: Program, root: str, layer: Path) -> Compared:
        reality = self._executed(program, root, layer)
        tree = laid_over(self._tree(root), layer)
        opens = program.opens
        library = Library(opens.path, opens.lazy) if opens else None
        predicted = launch(tree, program.path, program.process(self._reality.user), self._host, library)
        word = None
        if program.word is None and isinstance(reality, Started) and _shows_late(predicted):
            # What dies in its first code has reached its entry point, too: only its end shows who is right.
            word = NEVER_SAID
            reality = self._executed(program, root, layer, word)
        if isinstance(reality, Unclear) and not _is_endless(predicted):
            reality = self._executed(program, root, layer, word, patient=True)
        loader, how = _loader(tree, program), binding(tree, program.path, program.cwd, predicted, reality)
        compared = Compared(reality, predicted, loader, (), how)
        return compared._replace(disagreements=tuple(disagreements(program, compared)))

    def _declared(self, program: Program, root: str) -> str | None:
        """The code that the corpus foretells for this root."""
        if not self._roots.path(root).stat().st_mode & 0o001:
            # Nobody but root comes further than "/", though who is further in can stay there.
            return "LC104" if program.path.startswith("/") else None
        if program.code is None:
            return None
        if program.tool and not (self._roots.roots[root].ordinary and self._starts(program.tool, root)):
            return None
        return program.code or "starts"

    def _starts(self, tool: str, root: str) -> bool:
        return isinstance(self.execute(f"{KINDS[tool].name}-hello", root), Started)

    def _read(self, root: str) -> Tree:
        return remembering(open_image(f"dir:{self._roots.path(root)}", platform=PLATFORM).tree)


def disagreements(program: Program, compared: Compared) -> Iterator[str]:
    """What of the prediction reality does not bear out, each as a sentence."""
    reality, predicted = compared.reality, compared.launch
    if isinstance(reality, Unclear) and not _is_endless(predicted):
        yield reality.reason
    if isinstance(predicted.outcome, Unclear):
        if _is_endless(predicted) and not isinstance(reality, Unclear):
            yield f"predicted to go on without end: {predicted.findings}"
        return
    if as_shown(predicted.outcome, program) != reality:
        yield f"predicted {predicted.outcome!r}"
    real = place(reality)
    if compared.code not in real.codes:
        yield f"code {compared.code}, but reality's words are of {' or '.join(sorted(real.codes)) or 'no code'}"
    elif real.subject is not None and not _same(predicted.findings[0].subject, real.subject):
        yield f"subject {predicted.findings[0].subject!r}, but the loader names {real.subject!r}"


def _is_endless(predicted: Launch) -> bool:
    """Whether it is said to do something for ever: what cannot be decided has a code of its own."""
    return isinstance(predicted.outcome, Unclear) and not predicted.findings[0].code.startswith("LC9")


def _shows_late(predicted: Launch) -> bool:
    return isinstance(predicted.outcome, Died) or _is_endless(predicted)


def as_shown(outcome: Outcome, program: Program) -> Outcome:
    """A refused library as its program shows it."""
    if isinstance(outcome, Rejected) and program.opens is not None:
        said = outcome.dlerror or "(null)"  # as printf(3) has it, where dlerror(3) says nothing
        return Died(program.opens.status, None, f"{outcome.stderr}{said}\n")
    return outcome


def _same(predicted: str, named: str) -> bool:
    """Loaders name a file by its path where they have opened it, the contract by its name in DT_NEEDED."""
    return predicted == named or predicted.rpartition("/")[2] == named.rpartition("/")[2]


def _loader(tree: Tree, program: Program) -> str:
    """Who loads the program, or the interpreter of the script that it is."""
    path, cwd = program.path, program.cwd
    for _ in range(8):
        node = tree.resolve(path, cwd).node
        content = node.load() if isinstance(node, File) else None
        if content is None or not (content.elf or content.head.startswith(b"#!")):
            return "none"
        if content.elf:
            return _family(tree, content.elf.interpreter, cwd)
        line = content.head[2:].partition(b"\n")[0].partition(b"\0")[0].split()
        path = line[0].decode(errors="surrogateescape") if line else ""
    return "none"


def _family(tree: Tree, interpreter: bytes | None, cwd: str) -> str:
    if interpreter is None:
        return "static"
    node = tree.resolve(interpreter.rstrip(b"\0").decode(errors="surrogateescape"), cwd).node
    loader = node.load().loader if isinstance(node, File) else None
    return loader.family if loader else "none"
