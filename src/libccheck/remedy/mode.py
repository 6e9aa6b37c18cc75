"""A way out for a program without the execute bit: set it where it lies, or as it is copied."""

from __future__ import annotations

from libccheck.model import Finding
from libccheck.remedy.case import Case
from libccheck.remedy.commands import command, in_context, paths, word
from libccheck.remedy.offer import FILE, Offer, offered

_EVERYBODY = 0o755


def remedies(case: Case, finding: Finding) -> tuple[Offer, ...]:
    program = case.check.program
    if finding.code != "LC104" or program.directory or program.mode & 0o111 == 0o111:
        return ()
    mode = program.mode | 0o111
    return (
        *offered(
            FILE,
            "set the execute bit",
            [command("chmod", program=word(program.path))],
            case.with_mode(mode),
            f"predicted for the file with mode {mode:04o}",
        ),
        *offered(
            FILE,
            "set the execute bit as it is copied",
            [command("copy-executable", paths=paths(in_context(program.path) or case.file_name, case.check.place))],
            case.with_mode(_EVERYBODY),
            "predicted for the file with mode 0755",
        ),
    )
