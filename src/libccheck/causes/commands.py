"""Which command of ours would tell, with the program and the image that the words name."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from libccheck.record import NamedTuple

_PATH = re.compile(r"(?<![\w.:/@-])(?:\.{0,2}/)[^\s:`'\"‘’“”,;()|<>\[\]]*[^\s:`'\"‘’“”,;()|<>\[\]./]")
_SHELL = re.compile(r"(?:/usr)?/bin/(?:ba|da|a|z|k)?sh$|/usr/bin/env$")
_LIBRARY = re.compile(r"\.so(?:\.[\w.]+)?$|\.node$|\.pyd$")
_REFERENCE = r"[\w][\w./:@-]*[\w]"
_IMAGES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^Image: +({_REFERENCE})$",
        rf"[Uu]nable to find image '({_REFERENCE})'",
        rf"(?:[Pp]ulled|[Pp]ulling|[Cc]ontainer) image \"({_REFERENCE})\"",
        rf"(?:^|\] |: )FROM (?:--platform=\S+ )?(?:docker\.io/library/|docker\.io/)?({_REFERENCE})",
    )
)
_PROMPT = r"(?:^|[$#>+%] |\bsudo )"
_RUN = re.compile(_PROMPT + r"(?:docker|podman|nerdctl)(?: container)? (?:run|create) (.*)")
_STARTED = re.compile(_PROMPT + r"(?=[./])|\bRUN |\bRun |ExecStart=|\bexec ")
_RUN_VALUES = frozenset(
    [
        "-e",
        "--env",
        "--env-file",
        "-v",
        "--volume",
        "--mount",
        "-p",
        "--publish",
        "-w",
        "--workdir",
        "-u",
        "--user",
        "--name",
        "--entrypoint",
        "--platform",
        "--network",
        "--net",
        "-h",
        "--hostname",
        "-m",
        "--memory",
        "--cpus",
        "-l",
        "--label",
        "--add-host",
        "--restart",
        "--pull",
    ]
)
_OPTIONS = {"LC205": ("--host", "isa=v1"), "LC206": ("--host", "kernel=3.10")}


class About(NamedTuple):
    """What words are about: the program that should have run, what was missing or unfit, the image; "" is unnamed."""

    program: str = ""
    subject: str = ""
    image: str = ""


def command(code: str, about: About) -> str:
    """One command line; PROGRAM and IMAGE stand for what the words do not name."""
    image = shlex.quote(about.image) if about.image else "IMAGE"
    if code in ("", "LC100"):
        return f"libccheck probe {image}"
    words = ["libccheck", "check", *_placed(about.program), "--image", image, *_OPTIONS.get(code, ())]
    return " ".join(words)


def image_in(lines: Sequence[str]) -> str:
    """The reference of an image that some line names; of several stages of a build the last."""
    for line in lines:
        run = _RUN.search(line)
        if run:
            reference = next(iter(_operands(run.group(1))), "")
            if re.fullmatch(_REFERENCE, reference):
                return reference
    for pattern in _IMAGES:
        found = [match.group(1) for line in lines for match in [pattern.search(line)] if match]
        if found:
            return re.sub(r"@sha256:\w+$", "", found[-1]) or found[-1]
    return ""


def program_in(text: str) -> str:
    """The last path in a line that may be a program."""
    named = [path for path in _PATH.findall(text) if is_program(path)]
    return named[-1] if named else ""


def is_program(path: str) -> bool:
    """Whether a program goes by that name; a shell mostly is who speaks, and a library cannot be checked alone."""
    return not _SHELL.match(path) and not _LIBRARY.search(path) and not path.endswith("^M")


def started_in(lines: Sequence[str]) -> str:
    """The program that some line shows being started: at a prompt, by `docker run`, in a build, by systemd."""
    for line in lines:
        run = _RUN.search(line)
        if run:
            operands = _operands(run.group(1))[1:2]
            if operands and "/" in operands[0] and is_program(operands[0]):
                return operands[0]
            continue
        start = _STARTED.search(line)
        found = _PATH.match(line, start.end()) if start else None
        if found and is_program(found.group()):
            return found.group()
    return ""


def _placed(program: str) -> list[str]:
    """A program as `check` takes it: the file here, and where it lies in the image."""
    directory, slash, name = program.rpartition("/")
    if not name or _LIBRARY.search(name):
        return ["PROGRAM"]
    if not slash or directory in ("", "."):
        return [shlex.quote(f"./{name}")]
    if program.startswith("/"):
        return [shlex.quote(f"./{name}"), "--at", shlex.quote(f"{directory}/")]
    return [shlex.quote(program)]


def _operands(text: str) -> list[str]:
    found: list[str] = []
    skip = False
    for word in text.split():
        if skip:
            skip = False
        elif word.startswith("-") and not found:
            skip = word in _RUN_VALUES
        else:
            found.append(word)
    return found
