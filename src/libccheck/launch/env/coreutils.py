"""What GNU env makes of its arguments: `src/env.c` of coreutils."""

from __future__ import annotations

from libccheck.launch.env.getopt import NO, OPTIONAL, REQUIRED, Options, scan
from libccheck.launch.env.quoting import quote
from libccheck.launch.env.splitting import Malformed, split
from libccheck.launch.env.values import Asked, Said, Tool, meant
from libccheck.model import Directory, Process
from libccheck.tree import Tree, may

_CANCELED = 125
_HINT = "use -[v]S to pass options in shebang lines"
_SHORT = {"i": NO, "0": NO, "v": NO, "u": REQUIRED, "C": REQUIRED, "S": REQUIRED}
_LONG = {
    "ignore-environment": (NO, "i"),
    "null": (NO, "0"),
    "unset": (REQUIRED, "u"),
    "chdir": (REQUIRED, "C"),
    "default-signal": (OPTIONAL, "signal"),
    "ignore-signal": (OPTIONAL, "signal"),
    "block-signal": (OPTIONAL, "signal"),
    "list-signal-handling": (NO, "signal"),
    "debug": (NO, "v"),
    "split-string": (REQUIRED, "S"),
    "help": (NO, "help"),
    "version": (NO, "version"),
}


def read(tree: Tree, tool: Tool, process: Process, *, utf8: bool) -> Asked | Said:
    """What env runs, or with which words it gives up before."""
    return _Env(tree, tool, process, utf8).read()


def failed(tool: Tool, argv0: str, command: str, strerror: str, *, missing: bool, utf8: bool) -> str:
    """What it prints when no execve of `command` succeeded."""
    name = "env" if tool.short_name else argv0
    text = f"{name}: {quote(command, utf8=utf8)}: {strerror}\n"
    if missing and tool.version >= (8, 30) and any(each in command for each in _hinted(tool)):
        text += f"{name}: {_HINT}\n"
    return text


def _hinted(tool: Tool) -> str:
    return tool.blanks if tool.version >= (9,) else " "


class _Canceled(Exception):  # noqa: N818 (the name of the exit status)
    """env ends with status 125 (or 0, for --help); the text is what it prints last."""


class _Env:
    def __init__(self, tree: Tree, tool: Tool, process: Process, utf8: bool) -> None:
        self._tree = tree
        self._tool = tool
        self._process = process
        self._utf8 = utf8
        self._argv0 = process.argv[0]
        self._name = "env" if tool.short_name else self._argv0
        self._said = ""
        self._verbose = self._empty = self._null = False
        self._unset: list[str] = []
        self._directory: str | None = None
        self._renamed: str | None = None

    def read(self) -> Asked | Said:
        arguments = self._process.argv[1:]
        try:
            operands = self._options(arguments)
            return self._operands(operands)
        except _Canceled as end:
            return Said(_CANCELED if end.args else 0, f"{self._said}{end}", meant(arguments))

    def _options(self, arguments: tuple[str, ...]) -> tuple[str, ...]:
        options = self._known()
        while True:
            found = scan(arguments, options, self._tool.getopt)
            if found is None:
                return arguments[1:] if arguments[:1] == ("--",) else arguments
            if found.complaint and found.option in self._tool.blanks and self._tool.version >= (8, 30):
                raise self._usage(f"{self._name}: invalid option -- '{found.option}'\n{self._name}: {_HINT}\n")
            if found.complaint:
                raise self._usage(f"{self._argv0}: {found.complaint}\n")
            arguments = found.rest
            if found.option == "S":
                arguments = self._split(found.argument or "") + arguments
            elif found.option in ("help", "version"):
                raise _Canceled
            else:
                self._option(found.option, found.argument or "")

    def _known(self) -> Options:
        short, long = dict(_SHORT), dict(_LONG)
        if self._tool.version >= (9, 5):
            short["a"], long["argv0"] = REQUIRED, (REQUIRED, "a")
        if self._tool.version < (8, 30):
            for letter in "vS":
                del short[letter]
            long = {name: what for name, what in long.items() if what[1] not in ("v", "S", "signal")}
        return Options(short, long)

    def _option(self, option: str, argument: str) -> None:
        if option == "i":
            self._empty = True
        elif option == "v":
            self._verbose = True
        elif option == "0":
            self._null = True
        elif option == "u":
            self._unset.append(argument)
        elif option == "C":
            self._directory = argument
        elif option == "a":
            self._renamed = argument

    def _split(self, text: str) -> tuple[str, ...]:
        old = self._tool.version < (9,)
        text = text.lstrip(" \t\n\v\f\r") if old else text
        try:
            parts = split(text, dict(self._process.env), self._tool.blanks)
        except Malformed as error:
            raise _Canceled(f"{self._name}: {error}\n") from error
        if self._verbose and parts:
            self._tell(f"split -S:  {self._quote(text)}\n into:    {self._quote(parts[0])}\n")
            for part in parts[1:]:
                self._tell(f"     &    {self._quote(part)}\n")
        return parts

    def _operands(self, operands: tuple[str, ...]) -> Asked | Said:
        if operands[:1] == ("-",):
            self._empty, operands = True, operands[1:]
        env = self._environment()
        while operands and "=" in operands[0]:
            self._tell(f"setenv:   {operands[0]}\n")
            name, _, value = operands[0].partition("=")
            env[name] = value
            operands = operands[1:]
        self._check(bool(operands))
        if not operands:
            return Said(0, self._said, "")
        cwd = self._change_directory()
        argv = operands if self._renamed is None else (self._renamed, *operands[1:])
        if self._verbose:
            self._tell(f"executing: {operands[0]}\n")
            for number, argument in enumerate(argv):
                self._tell(f"   arg[{number}]= {self._quote(argument)}\n")
        return Asked(operands[0], self._process._replace(argv=argv, env=tuple(env.items()), cwd=cwd), self._said)

    def _environment(self) -> dict[str, str]:
        if self._empty:
            self._tell("cleaning environ\n")
            return {}
        env = dict(reversed(self._process.env))
        for name in self._unset:
            self._tell(f"unset:    {name}\n")
            if not name or "=" in name:
                raise _Canceled(f"{self._name}: cannot unset {self._quote(name)}: Invalid argument\n")
            env.pop(name, None)
        return env

    def _check(self, has_command: bool) -> None:
        if self._null and has_command:
            raise self._usage(f"{self._name}: cannot specify --null (-0) with command\n")
        if self._directory is not None and not has_command:
            raise self._usage(f"{self._name}: must specify command with --chdir (-C)\n")

    def _change_directory(self) -> str:
        if self._directory is None:
            return self._process.cwd
        self._tell(f"chdir:    {self._quote(self._directory)}\n")
        found = self._tree.resolve(self._directory, self._process.cwd, user=self._process.user)
        errno = found.errno
        if errno is None:
            node = found.node
            errno = (
                "ENOTDIR" if not isinstance(node, Directory) else None if may(node, self._process.user, 1) else "EACCES"
            )
        if errno is None:
            return found.path
        said = self._tool.strerror(errno)
        raise _Canceled(f"{self._name}: cannot change directory to {self._quote(self._directory)}: {said}\n")

    def _tell(self, text: str) -> None:
        if self._verbose:
            self._said += text

    def _quote(self, text: str) -> str:
        return quote(text, utf8=self._utf8)

    def _usage(self, text: str) -> _Canceled:
        return _Canceled(f"{text}Try '{self._argv0} --help' for more information.\n")
