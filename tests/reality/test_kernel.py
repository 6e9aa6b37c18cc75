"""execve(2) itself: programs changed field by field, scripts and paths of every kind, really exec'ed and compared."""

from __future__ import annotations

import os
import platform
import random
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from libccheck.content import content
from libccheck.launch.handover import Handover
from libccheck.launch.kernel import execve
from libccheck.model import Directory, File, Host, Link, Node, Outcome, Process, Started, Unclear, User
from libccheck.tree import Tree
from tests import tiny, toolchains
from tests.extent import everything
from tests.reality.reality import Reality, UnavailableError
from tests.reality.sample import seed

_HOST = Host("x86_64")
_OF_EACH = 250
_EXECUTE, _ACCESS = 1, 7
_GIANT, _IMPOSSIBLE = 1 << 30, 1 << 40
_LOWEST = 0x10000
_VALUES = (0, 1, 2, 3, 7, 0x10, 0x38, 0x7F, 0x80, 0xFF)

_STATIC = tiny.program()
_LOADER = tiny.program(kind=3)
_LOADER_32 = tiny.program(bits=32, kind=3)
_DYNAMIC = tiny.program(interpreter=b"/ld")
_DYNAMIC_32 = tiny.program(bits=32, interpreter=b"/ld")

_PROGRAMS: Mapping[str, tuple[bytes, bytes | None]] = {
    # what stands at /app and at /ld, the first changed
    "static": (_STATIC, None),
    "static-pie": (tiny.program(kind=3), None),
    "with-data": (tiny.program(data=True), None),
    "static-x86": (tiny.program(bits=32), None),
    "dynamic": (_DYNAMIC, _LOADER),
    "dynamic-x86": (_DYNAMIC_32, _LOADER_32),
}
_LOADERS: Mapping[str, tuple[bytes, bytes]] = {"x86-64": (_DYNAMIC, _LOADER), "x86": (_DYNAMIC_32, _LOADER_32)}


class Root:
    """A root on disk and the same as a tree."""

    def __init__(self, place: Path, below: Path, reality: Reality) -> None:
        self._place = place
        self._below = below  # an overlay wants two layers
        self._reality = reality
        self._nodes: dict[str, Node] = {"/": Directory(0o755, os.getuid(), os.getgid())}
        place.chmod(0o755)
        self.add("/proc", 0o755)

    def add(self, path: str, node: bytes | str | int, mode: int = 0o755) -> None:
        """Bytes make a file, text a link, a number a directory of that mode."""
        real = self._place / path[1:]
        if isinstance(node, str):
            real.symlink_to(node)
            self._nodes[path] = Link(node)
        elif isinstance(node, int):
            real.mkdir()
            real.chmod(node)
            self._nodes[path] = Directory(node, os.getuid(), os.getgid())
        else:
            real.unlink(missing_ok=True)
            real.write_bytes(node)
            real.chmod(mode)
            self._nodes[path] = File(mode, os.getuid(), os.getgid(), len(node), None, lambda: content(node))

    def close(self, path: str) -> None:
        """Nobody may search that directory any longer, not even its owner."""
        (self._place / path[1:]).chmod(0o600)
        self._nodes[path] = Directory(0o600, os.getuid(), os.getgid())

    def compare(self, path: str = "/app", cwd: str = "/") -> tuple[Outcome, Outcome]:
        """Prediction and reality; who is handed the process over announces itself in both cases."""
        user = self._reality.user
        process = Process((path, "argument"), (), cwd, User(user.uid, user.gid, user.groups))
        handed = execve(Tree(self._nodes), path, process, _HOST)
        predicted = Started() if isinstance(handed, Handover) else handed.outcome
        return predicted, self._reality.execute([self._place, self._below], path, process)

    def agrees(self, path: str = "/app", cwd: str = "/") -> str:
        """Empty, or how the two differ. What is unclear may be anything."""
        predicted, real = self.compare(path, cwd)
        same = predicted == real or isinstance(predicted, Unclear)
        return "" if same else f"predicted {predicted!r}, really {real!r}"


@pytest.fixture(scope="module")
def reality() -> Iterator[Reality]:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        toolchains.missing("the programs are made for x86-64 Linux")
    try:
        reality = Reality()
    except UnavailableError as error:
        toolchains.missing(error)
    with reality:
        yield reality


@pytest.fixture
def root(reality: Reality, tmp_path: Path) -> Iterator[Root]:
    place, below = tmp_path / "root", tmp_path / "below"
    place.mkdir()
    below.mkdir()
    yield Root(place, below, reality)
    for each in place.iterdir():
        if each.is_dir() and not each.is_symlink():
            each.chmod(0o700)


@pytest.mark.parametrize("name", _PROGRAMS)
def test_program_with_a_changed_byte(root: Root, name: str) -> None:
    program, loader = _PROGRAMS[name]
    if loader is not None:
        root.add("/ld", loader)
    disagreements = []
    for what, changed in _some(_changes(program)):
        if _is_comparable(changed, loader is not None):
            root.add("/app", changed)
            disagreements += [f"{what}: {how}" for how in [root.agrees()] if how]
    assert not disagreements


@pytest.mark.parametrize("name", _LOADERS)
def test_interpreter_with_a_changed_byte(root: Root, name: str) -> None:
    program, loader = _LOADERS[name]
    root.add("/app", program)
    disagreements = []
    for what, changed in _some(_changes(loader)):
        if _is_comparable(changed, False):
            root.add("/ld", changed)
            disagreements += [f"{what}: {how}" for how in [root.agrees()] if how]
    assert not disagreements


_LONG = b"/" * 251
_LINES = (
    b"#!", b"#!\n", b"#! ", b"#!  \n", b"#!\t\n", b"#!/i", b"#!/i\n", b"#! \t/i \t\n", b"#!/i ", b"#!/i  x y \n",
    b"#!/i x\0y\n", b"#!/i\0x\n", b"#!\0/i\n", b"#!/i\r\n", b"#!/i \r\n", b"\xef\xbb\xbf#!/i\n", b" #!/i\n", b"#",
    b"", b"#!i\n", b"#!./i\n", b"#!d/i\n", b"#!../i\n", b"#!/private/i\n", b"#!/text\n", b"#!/empty\n", b"#!/d\n",
    b"#!/i/\n", b"#!/i/x\n", b"#!/link\n", b"#!/dangling\n", b"#!/loop\n", b"#!/arm\n", b"#!/nothing\n", b"#!.\n",
    b"#!/\n", b"#!/unexecutable\n", b'#!"/i"\n', b"#!\xff\n", b"#!/" + b"n" * 249, b"#!/" + b"n" * 250 + b"\n",
    b"#!" + _LONG + b"i\n", b"#!" + _LONG + b"ii", b"#!" + _LONG + b"/i\n", b"#!" + _LONG + b"/ii\n",
    b"#!" + _LONG + b"/i x\n", b"#!" + _LONG + b"/i", b"#!" + _LONG + b"//i\n", b"#!" + b" " * 251 + b"/i\n",
    b"#!" + b" " * 252 + b"/i\n", b"#!" + b" " * 254, b"#!/i " + b"x" * 300,
)  # fmt: skip


@pytest.mark.parametrize("cwd", ["/", "/d"])
def test_scripts(root: Root, cwd: str) -> None:
    _furnish(root)
    disagreements = []
    for line in _LINES:
        root.add("/app", line)
        disagreements += [f"{line!r}: {how}" for how in [root.agrees(cwd=cwd)] if how]
    assert not disagreements


@pytest.mark.parametrize("depth", range(1, 8))
@pytest.mark.parametrize("last", [_STATIC, b"#!/nothing\n", b""])
def test_nested_scripts(root: Root, depth: int, last: bytes) -> None:
    root.add(f"/s{depth}", last)
    for number in range(depth):
        root.add(f"/s{number}", f"#!/s{number + 1}\n".encode())
    assert root.agrees("/s0") == ""


_CALLED = (
    "/i", "./i", "i/", "/i/", "/i/x", "/d", "/d/", "/d/i", "d/i", "../d/i", "/d/../i", "/nothing/../i", "/private/i",
    "/private", "/unexecutable", "/owner", "/text", "/empty", "/link", "/dangling", "/loop", "/l39", "/l40", "/l41",
    "/arm", "/nothing", "/" + "n" * 256, "/" + "./" * 2046 + "i", "/" + "./" * 2047 + "i", "./", "/",
)  # fmt: skip


@pytest.mark.parametrize("cwd", ["/", "/d"])
def test_paths(root: Root, cwd: str) -> None:
    _furnish(root)
    disagreements = [f"{path}: {how}" for path in _CALLED for how in [root.agrees(path, cwd)] if how]
    assert not disagreements


def _furnish(root: Root) -> None:
    for path in ("/i", "/d/i", "/private/i"):
        if path != "/i":
            root.add(path.rpartition("/")[0], 0o755)
        root.add(path, _STATIC)
    root.close("/private")
    root.add("/unexecutable", _STATIC, 0o644)
    root.add("/owner", _STATIC, 0o700)
    root.add("/text", b"echo started\n")
    root.add("/empty", b"")
    root.add("/arm", tiny.program(machine=183))
    for name, target in {"link": "d/i", "dangling": "/nothing/x", "loop": "/loop"}.items():
        root.add(f"/{name}", target)
    for number in range(42):
        root.add(f"/l{number}", f"l{number - 1}" if number else "/i")


def _changes(program: bytes) -> list[tuple[str, bytes]]:
    """Each byte of the headers set to other values, and the file cut at each length.

    The low half of the entry is left alone: where it leads to other code, nobody can tell what that does.
    """
    changes = [(f"cut at {size}", program[:size]) for size in range(len(program))]
    for at in range(tiny.header_size(program)):
        if at not in (24, 25):
            values = {*_VALUES, program[at] ^ 1, program[at] ^ 0x10, program[at] ^ 0x80} - {program[at]}
            changes += [
                (f"byte {at} is {value:#x}", program[:at] + bytes([value]) + program[at + 1 :])
                for value in sorted(values)
            ]
    return changes


def _some(changes: list[tuple[str, bytes]]) -> Iterable[tuple[str, bytes]]:
    if everything():
        return changes
    return random.Random(seed()).sample(changes, min(_OF_EACH, len(changes)))


def _is_comparable(program: bytes, dynamic: bool) -> bool:
    """Not where it depends on this machine's memory and settings, nor where a real loader would miss segments.

    Memory that can be executed only is kept from being read where the processor has protection keys, and what the
    program is to say lies there.
    """
    elf = content(program).elf
    if elf is None:
        return True
    loads = [segment for segment in elf.segments if segment.type == 1]
    if any(segment.flags & _ACCESS == _EXECUTE for segment in loads):
        return False
    for segment in loads:
        if _GIANT < segment.memsz - segment.filesz < _IMPOSSIBLE or (elf.kind == 2 and segment.vaddr < _LOWEST):
            return False
    return (bool(loads) or not dynamic) and not (elf.machine == 3 and elf.bits == 64)
