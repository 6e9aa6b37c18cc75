"""A workbench on which the commands of a remedy are carried out as they stand: shell, compilers, and COPY and FROM."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from libccheck.remedy.commands import TEMPLATES, is_instruction
from tests import rust_for_musl, toolchains
from tests.reality import builders, foreign_apt, rpm_packages, standins

_TOOLS = {"cc": "gcc", "c++": "g++", "musl-gcc": "musl-gcc", "patchelf": "patchelf"}
_INSTALLED = {
    # tools that lie in a directory of their own: what names it, what of it is called, and Debian's packages of them
    "go": (toolchains.go_root, ("go",), ("golang-go",)),
    "cargo": (toolchains.rust_root, ("cargo", "rustc"), ("cargo", "rustc")),
}
_FROM_ELSEWHERE = ("npm ", "pnpm ", "pip ")
"""What the network may fail."""
_OF_DEBIAN = Path("/usr")
_WORD = r"(?:[^\s'\"]|'[^']*'|\"'\")+"
_NAMED = {
    "compiler": r"(?:cc|c\+\+)",
    "edit": r"'1s\|[^']*'",
    "insertion": r"'1i #![^']*'",
    "cc": r"'zig cc [^']*'",
    "requirement": _WORD,
    "target": _WORD,
    "platforms": "--platform=[a-z0-9_]+(?: --platform=[a-z0-9_]+)*",
    "python": "(?:--python-version=[0-9.]+ )?",
    "machine": r"(?:GO\w+=\w+ ?)*",
    "options": "(?:.+ )?",
    "output": _WORD,
    "program": _WORD,
    "interpreter": _WORD,
    "line": _WORD,
    "paths": r"(?!--).+",
    "reference": r"[^ -][^ ]*",
}


def template_of(command: str) -> str:
    """The key of the template that a command was made of."""
    found = [key for key, text in TEMPLATES.items() if _pattern(text).fullmatch(command)]
    assert len(found) == 1, (command, found)
    return found[0]


class Bench:
    """A directory with the program's sources, and a layer to which the program is copied when all is done.

    `root` is what the layer lies on; after a FROM or a RUN it is another one.
    """

    def __init__(
        self,
        room: Path,
        roots: Callable[[str], Path],
        *,
        root: Path | None = None,
        compiler: str = "gcc",
        builder: str | None = None,
    ) -> None:
        self.sources = room / "source"
        self.layer = room / "layer"
        self.sources.mkdir()
        (self.layer / "proc").mkdir(parents=True)
        self.layer.chmod(0o755)
        self.root = root
        self.builder = builder
        self._roots = roots
        self._tools = room / "bin"
        self._compiler = compiler

    def rebuild(self, files: Mapping[str, str | bytes], command: str) -> None:
        """As the build of an image does it: out of the sources alone."""
        shutil.rmtree(self.sources)
        self.sources.mkdir()
        self.write(files)
        self.run(command)

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            path = self.sources / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def run(self, command: str, *, here: bool = False) -> None:
        """One command in the directory of the sources, in the builder if there is one and it is not to be `here`.

        Raises toolchains.MissingError where its tool is not there.
        """
        brought = self._provide(command)
        environment = {**toolchains.environment(), "PATH": f"{self._tools}{os.pathsep}{os.environ['PATH']}"}
        if not here and self.builder not in (None, builders.own()):
            # what is not Debian's is taken along; of what is, the release has one of its own
            carried = [each for each, _ in brought if each != _OF_DEBIAN]
            packages = tuple(name for each, names in brought if each == _OF_DEBIAN for name in names)
            shared = [self._tools, toolchains.BUILD, *carried]
            ran = builders.run(
                self.builder, command, cwd=self.sources, environment=environment, shared=shared, packages=packages
            )
        else:
            ran = subprocess.run(
                ["sh", "-c", command], cwd=self.sources, env=environment, capture_output=True, text=True, check=False
            )
        if ran.returncode and command.startswith(_FROM_ELSEWHERE):
            raise toolchains.MissingError(f"{command}: {ran.stderr[-300:]}")
        assert not ran.returncode, f"{command}\n{ran.stderr}"

    def carry_out(self, command: str) -> None:
        """A shell command, or a line of a Dockerfile."""
        if not is_instruction(command):
            self.run(command, here=True)
            return
        instruction, _, rest = command.partition(" ")
        options = {}
        while rest.startswith("--"):
            option, _, rest = rest.partition(" ")
            key, _, options_value = option.partition("=")
            options[key] = options_value
        if rest.endswith(" AS build"):
            self.builder = builders.suite_of(rest.removesuffix(" AS build"))
        elif instruction == "FROM":
            self.root = self._roots(rest)
        elif instruction == "RUN":
            self._run_in_root(rest)
        else:
            source, destination = json.loads(rest) if rest.startswith("[") else rest.split(" ")
            self._copy(source, destination, options)

    def place(self, file: str, made: str = "") -> None:
        """COPY the program, unless a remedy has done it in its own way; `made`: where it lies, if that is elsewhere."""
        target = self.layer / Path(file).name
        if not target.exists():
            shutil.copy(self.sources / (made or file), target)

    def _copy(self, source: str, destination: str, options: Mapping[str, str]) -> None:
        """As BuildKit does it: the file that a link leads to, inside its root; the mode kept or the one wanted."""
        donor = options.get("--from")
        found = self.sources / source if donor is None else _inside(self._roots(donor), source)
        target = Path(f"{self.layer}{destination}")
        target.parent.mkdir(parents=True, exist_ok=True)
        if found.is_dir():
            shutil.copytree(found, target, symlinks=True)
            return
        shutil.copy(found, target)
        if "--chmod" in options:
            target.chmod(int(options["--chmod"], 8))

    def _run_in_root(self, command: str) -> None:
        """As root, in a copy of the root, with this machine's network; apk is stood in for, as is apt-get
        for another machine, and rpm's managers work from outside."""
        assert self.root is not None
        changed = self.layer.parent / "changed"
        subprocess.run(["cp", "-a", "--reflink=auto", self.root, changed], check=True)
        if command.startswith("apk "):
            standins.install(command.split()[3:], changed)
            self.root = changed
            return
        if rpm_packages.is_for(command):
            rpm_packages.install(command, changed, self.layer.parent)
            self.root = changed
            return
        if foreign_apt.is_in(changed):
            foreign_apt.install(command, changed)
            self.root = changed
            return
        shutil.copy("/etc/resolv.conf", changed / "etc/resolv.conf")
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
        words = ["unshare", "--mount", "--pid", "--fork", "chroot", str(changed), "sh", "-c", command]
        ran = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        assert not ran.returncode, f"{command}\n{ran.stdout[-1000:]}\n{ran.stderr}"
        self.root = changed

    def _provide(self, command: str) -> list[tuple[Path, tuple[str, ...]]]:
        """The tools that the command calls, by the names that it calls them; where those lie that have a directory of
        their own, and Debian's packages of them."""
        self._tools.mkdir(exist_ok=True)
        words = re.findall(r"[\w+-]+", command)
        for name, tool in {**_TOOLS, "cc": self._compiler}.items():
            if name in words or (name == "cc" and "go" in words):
                self._tool(name, toolchains.command(tool))
        if "zig" in words or "zigbuild" in words:
            self._tool("zig", toolchains.command("zig:any")[:3])
        if "pip" in words:
            self._tool("pip", (sys.executable, "-m", "pip", "--disable-pip-version-check"))
        if {"npm", "pnpm"} & {*words} and not shutil.which("npm"):
            raise toolchains.MissingError("npm is not installed")
        if "pnpm" in words:
            self._tool("pnpm", ("npm", "exec", "--yes", "--", "pnpm@10"))
        if "zigbuild" in words:
            self._tool("cargo-zigbuild", toolchains.command("cargo-zigbuild"))
        used = [each for each in _INSTALLED if each in words]
        for each in used:
            root, names, _ = _INSTALLED[each]
            for name in names:
                self._tool(name, (str(root() / "bin" / name),))
        if rust_for_musl.TARGET in command:
            self._tool("rustc", rust_for_musl.compiler())
        return [(root(), packages) for root, _, packages in map(_INSTALLED.__getitem__, used)]

    def _tool(self, name: str, command: tuple[str, ...]) -> None:
        words = command[:-1] if name == "zig" and command[-1] == "cc" else command
        path = self._tools / name
        path.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        path.chmod(0o755)


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    texts = [re.escape(part) if at % 2 == 0 else _NAMED.get(part, ".+") for at, part in enumerate(parts)]
    return re.compile("".join(texts))


def _inside(root: Path, path: str) -> Path:
    """What an absolute path leads to in that root."""
    here = root
    todo = [part for part in reversed(path.split("/")) if part]
    while todo:
        below = here / todo.pop()
        if below.is_symlink():
            target = os.readlink(below)
            here = root if target.startswith("/") else here
            todo += [part for part in reversed(target.split("/")) if part]
        else:
            here = (here if here == root else here.parent) if below.name == ".." else below
    return Path(os.path.normpath(here))
