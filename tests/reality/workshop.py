"""Makes the files of the corpus out of their recipes, each once: what is made stays in a cache by the recipe's hash."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from demo.build import Recipe, build

from tests import toolchains
from tests.alone import alone


class Built(NamedTuple):
    """A file that a compiler makes of C source.

    tool: as `toolchains.command` takes it. libraries: linked by their file names. versions: a linker's version script.
    patch: options for patchelf, applied afterwards.
    """

    tool: str
    source: str
    options: tuple[str, ...] = ()
    libraries: tuple[Built, ...] = ()
    name: str = "program"
    versions: str = ""
    patch: tuple[str, ...] = ()


class Changed(NamedTuple):
    """A file with its bytes changed."""

    of: Built
    change: Callable[[bytes], bytes]


class Demo(NamedTuple):
    """A program of the demo."""

    recipe: Recipe


Content = bytes | Path | Built | Changed | Demo
"""What a file holds; a path is a file that is there."""


class Workshop:
    """Everything lands below `directory`; several threads and processes may make things."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def read(self, content: Content) -> bytes:
        """The bytes; toolchains.MissingError where a tool is not there."""
        if isinstance(content, Built):
            return self.make(content).read_bytes()
        if isinstance(content, Changed):
            return content.change(self.read(content.of))
        if isinstance(content, Demo):
            return build(content.recipe, self._directory.parent / "demo").read_bytes()
        if isinstance(content, Path):
            return content.read_bytes()
        return content

    def make(self, built: Built) -> Path:
        """The file, made where it is not yet there."""
        path = self._directory / _key(built) / built.name
        if not path.exists():
            with alone(path.parent):
                if not path.exists():
                    self._compile(built, path)
        return path

    def _compile(self, built: Built, path: Path) -> None:
        libraries = [self.make(each) for each in built.libraries]
        self._directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._directory) as name:
            room = Path(name)
            (room / "source.c").write_text(built.source)
            (room / "versions").write_text(built.versions)
            dynamic = not any(each.startswith("-static") for each in built.options)
            command = [*toolchains.command(built.tool, dynamic=dynamic), "source.c", "-o", built.name, *built.options]
            command += [f"-Wl,--version-script={room / 'versions'}"] if built.versions else []
            for library in libraries:
                command += [f"-L{library.parent}", f"-l:{library.name}"]
            _run(command, room)
            if built.patch:
                _run([*toolchains.command("patchelf"), *built.patch, built.name], room)
            path.parent.mkdir(exist_ok=True)
            os.replace(room / built.name, path)


def _run(command: list[str], room: Path) -> None:
    run = subprocess.run(command, cwd=room, env=toolchains.environment(), capture_output=True, check=False)
    if run.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{run.stderr.decode()}")


def _key(built: Built) -> str:
    tools = {built.tool} | ({"patchelf"} if built.patch else set())
    versions = [toolchains.version(each) for each in sorted(tools)]
    return hashlib.sha256(repr((built, versions)).encode()).hexdigest()[:24]
