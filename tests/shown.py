"""Commands and their output as Markdown shows them: found, really run, compared, rewritten.

In a block, indented or fenced as `console`, a line that begins with `$ ` is a command, and what stands below it is what
it prints. Only commands that name libccheck are run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import libccheck

_SOURCES = Path(libccheck.__path__[0]).parent
_BLOCK = re.compile(r"^```console\n(?P<fenced>.*?)^```$|^(?P<indented>(?:    [^\n]*\n|\n(?=    ))+)", re.M | re.S)
_VOLATILE = (
    # what a newer compiler changes
    (re.compile(r"\b(Go|clang|lld) \d[\w.]*"), r"\1 X"),
    (re.compile(r"(?m)^(\s*(?:size|sha256|build ID)\s+)\S.*"), r"\1X"),
)


class Shown(NamedTuple):
    """One command and what is shown of it, and where the latter stands in the text."""

    command: str
    output: str
    start: int
    end: int
    indent: str


def shown(text: str) -> list[Shown]:
    """Every command of ours in a Markdown text, top to bottom."""
    found = []
    for block in _BLOCK.finditer(text):
        kind = "fenced" if block["fenced"] is not None else "indented"
        indent = "" if kind == "fenced" else "    "
        starts = [match.start() for match in re.finditer(rf"^{indent}\$ ", block[kind], re.M)]
        for start, end in zip(starts, [*starts, len(block[kind])][1:], strict=False):
            line, _, rest = block[kind][start:end].partition("\n")
            at = block.start(kind) + start + len(line) + 1
            body = f"{rest.rstrip()}\n" if rest.strip() else ""
            output = "".join(each.removeprefix(indent) for each in body.splitlines(keepends=True))
            if re.search(r"\blibccheck\b", line):
                found.append(Shown(line[len(indent) + 2 :], output, at, at + len(body), indent))
    return found


def ran(command: str, place: Path) -> str:
    """What the command prints in a terminal of 80 columns without colors, errors included."""
    tools = place / ".bin"
    tools.mkdir(exist_ok=True)
    (tools / "libccheck").write_text(f'#!/bin/sh\nexec {sys.executable} -m libccheck "$@"\n')
    (tools / "libccheck").chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LIBCCHECK_", "FORCE_COLOR"))}
    done = subprocess.run(
        ["sh", "-c", command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        cwd=place,
        env={
            **kept,
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(_SOURCES),
            "PYTHONIOENCODING": "utf-8",
            "COLUMNS": "80",
            "NO_COLOR": "1",
            "LIBCCHECK_OFFLINE": "1",
            "XDG_CACHE_HOME": str(place / ".cache"),
        },
        timeout=120,
    )
    output = done.stdout.decode()
    assert "Traceback" not in output
    return output.replace(str(place), "/home/you").replace(f"{_SOURCES}{os.sep}", "")


def steady(output: str) -> str:
    """Without what depends on the release of a compiler, and blanks at line ends."""
    for pattern, instead in _VOLATILE:
        output = pattern.sub(instead, output)
    return "".join(f"{line.rstrip()}\n" for line in output.rstrip("\n").split("\n"))


def rewritten(text: str, outputs: dict[str, str]) -> str:
    """The text with these outputs below their commands, the others as they are."""
    for each in reversed([each for each in shown(text) if each.command in outputs]):
        lines = outputs[each.command].rstrip("\n").split("\n")
        new = "".join(f"{each.indent}{line}".rstrip() + "\n" for line in lines)
        text = text[: each.start] + new + text[each.end :]
    return text
