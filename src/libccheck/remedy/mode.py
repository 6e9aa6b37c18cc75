"""A way out for a program without the execute bit: set it where it lies, or as it is copied."""

from __future__ import annotations

import shlex

from libccheck.model import Finding, Remedy
from libccheck.remedy.case import Case, proven

_EVERYBODY = 0o755


def remedies(case: Case, finding: Finding) -> tuple[Remedy, ...]:
    program = case.check.program
    if finding.code != "LC104" or program.directory or program.mode & 0o111 == 0o111:
        return ()
    result = case.with_mode(program.mode | 0o111)
    copied = case.with_mode(_EVERYBODY)
    name = program.path.rpartition("/")[2]
    return (
        *proven(
            "set the execute bit",
            (f"chmod +x {shlex.quote(program.path)}",),
            result,
            "predicted for the file with mode " + oct(program.mode | 0o111)[2:].zfill(4),
        ),
        *proven(
            "set the execute bit as it is copied",
            (f"COPY --chmod=0755 {name} {case.check.place}",),
            copied,
            "predicted for the file with mode 0755",
        ),
    )
