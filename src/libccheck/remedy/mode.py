"""A way out for a program without the execute bit: set it where it lies, or as it is copied."""

from __future__ import annotations

from libccheck.model import File, Finding
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


def runnable(case: Case, finding: Finding) -> Case | None:
    """The same with the execute bit set; None where that is not what the program lacks."""
    check = case.check
    if finding.code != "LC104" or check.program.directory or check.program.mode & 0o111 == 0o111:
        return None
    path, node, _ = case.tree.resolve(check.place)
    if not isinstance(node, File):
        return None
    mode = check.program.mode | 0o111
    program = check.program._replace(mode=mode)
    tree = case.tree.overlay({path: node._replace(mode=node.mode | 0o111)})
    return case._replace(check=check._replace(program=program, launch=case.with_mode(mode)), tree=tree)


def with_bit(case: Case, offer: Offer) -> Offer:
    """What else it takes, after the execute bit is set."""
    chmod = command("chmod", program=word(case.check.program.path)).text
    remedy = offer.remedy
    title = f"set the execute bit, and {remedy.title}"
    return offer._replace(remedy=remedy._replace(title=title, commands=(chmod, *remedy.commands)))
