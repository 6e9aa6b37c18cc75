"""A way out for a program whose build system wrote its private loader into it: name the loader that the image has."""

from __future__ import annotations

import shlex

from libccheck.interpreters import owner, usual_paths
from libccheck.machines import machine_name
from libccheck.model import File, Finding
from libccheck.remedy.base import family_of
from libccheck.remedy.case import Case
from libccheck.remedy.commands import command, word
from libccheck.remedy.hypothesis import interpreter_of, with_interpreter
from libccheck.remedy.offer import BUILD, Offer, offered


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    """With the library path that was written beside it, else without."""
    content = case.check.program.content
    interpreter, family = interpreter_of(content), family_of(case)
    if finding.code not in ("LC101", "LC103") or content.elf is None or interpreter is None or family is None:
        return ()
    machine = machine_name(content.elf)
    if owner(interpreter, machine).usual:
        return ()
    there = [each for each in usual_paths(family, machine) if isinstance(case.tree.resolve(each).node, File)]
    for path in there:
        for template, keep in (("interpreter", True), ("interpreter-and-path", False)):
            found = offered(
                BUILD,
                f"name the loader that is there, {path}",
                [command(template, interpreter=shlex.quote(path), program=word(case.check.program.path))],
                case.with_content(with_interpreter(content, path, keep_path=keep)),
                "predicted for the program with this change made",
            )
            if found:
                return found
    return ()
