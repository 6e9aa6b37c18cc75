"""Which programs of the target stage are judged: what the container starts, and what was built or copied to be run."""

from __future__ import annotations

from libccheck.dockerfile.files import Found, Placed
from libccheck.dockerfile.made import Made, Unknown
from libccheck.dockerfile.shell import UNKNOWN, commands, joined
from libccheck.dockerfile.situation import Situation
from libccheck.dockerfile.stage import Command
from libccheck.launch.kernel import is_library
from libccheck.launch.lookup import look_path
from libccheck.launch.script import is_script
from libccheck.model import Directory, File, Link, Process
from libccheck.process import DEFAULT_PATH
from libccheck.record import NamedTuple

_MOST = 64
_WRAPPERS = frozenset(("tini", "dumb-init", "su-exec", "gosu", "env", "catatonit"))
_ENTRY_SCRIPTS = (".sh", "entrypoint")


class Candidate(NamedTuple):
    """A program by the path that it is run by. first: whether the container starts it. shell: of a shell form.

    line, stage: of the ENTRYPOINT or CMD where the path stands; else of the COPY, 0 where that is to be looked up.
    """

    path: str
    argv: tuple[str, ...]
    first: bool = False
    shell: bool = False
    form: str = ""
    line: int = 0
    stage: str = ""


def candidates(situation: Situation) -> list[Candidate]:
    """No path twice."""
    found: dict[str, Candidate] = {}
    for each in (*_started(situation), *_copied(situation)):
        path = _absolute(each.path, situation)
        path = situation.target.files.landing(path) if path.startswith("/") else path
        if path not in found and UNKNOWN not in each.path and len(found) < _MOST:
            found[path] = each
    return list(found.values())


def in_path(name: str, situation: Situation) -> str | None:
    """Where PATH leads to that name: to a program, else to what stands there and nobody knows."""
    built = situation.target
    path = {"PATH": DEFAULT_PATH, **built.env}["PATH"]
    process = Process((name,), (("PATH", path),), built.workdir)
    found = look_path(built.files.tree(), name, process)[0]
    places = [joined(built.workdir, f"{each}/{name}") for each in path.split(":")]
    return found or next((each for each in places if _is_unknown(built.files.find(built.files.landing(each)))), None)


def _is_unknown(found: Found | None) -> bool:
    return found is not None and isinstance(found.entry, Unknown)


def _started(situation: Situation) -> list[Candidate]:
    """ENTRYPOINT, else CMD; behind a wrapper or a script also what is given to it."""
    built = situation.target
    entry, cmd = built.entrypoint, built.cmd
    started = entry or cmd
    if started is None:
        return []
    form = "ENTRYPOINT" if entry is not None else "CMD"
    if not started.json:
        return _of_shell_form(started, form, situation)
    words = (*started.words, *(cmd.words if entry is not None and cmd is not None and cmd.json else ()))
    if started.line == 0:
        return []
    found = [Candidate(words[0], words, True, False, form, started.line, started.stage)] if words else []
    if words and (words[0].rpartition("/")[2] in _WRAPPERS or words[0].endswith(_ENTRY_SCRIPTS)):
        rest = next((words[at:] for at in range(1, len(words)) if _is_own(words[at], situation)), ())
        line = cmd.line if cmd is not None and rest and rest[0] in cmd.words else started.line
        found += [Candidate(rest[0], rest, False, False, form, line, started.stage)] if rest else []
    return found


def _of_shell_form(started: Command, form: str, situation: Situation) -> list[Candidate]:
    """The shell, and the program that its first command runs."""
    built = situation.target
    shell = built.shell[0]
    found = [Candidate(shell, (*built.shell, *started.words), True, True, form, started.line, started.stage)]
    for each in commands(started.words[0] if started.words else "", built.env, built.workdir)[:4]:
        if _is_own(each.words[0], situation):
            found.append(Candidate(each.words[0], each.words, False, False, form, started.line, started.stage))
    return found


def _copied(situation: Situation) -> list[Candidate]:
    """What COPY puts there file by file: programs of other stages, programs and executable scripts of the context."""
    built = situation.target
    found = []
    for at, placed in enumerate(built.files.placed):
        if built.files.stages[at] != built.stage.title or (placed.files is None and placed.context is None):
            continue
        if _is_program(placed, situation):
            found.append(Candidate(placed.path, (placed.path,), line=placed.line, stage=built.files.stages[at]))
    return found


def _is_program(placed: Placed, situation: Situation) -> bool:
    there = situation.target.files.find(placed.path)
    if there is None:
        return False
    if isinstance(there.entry, Made):
        return placed.files is not None
    if not isinstance(there.entry, File) or there.context is None:
        return False
    content = there.entry.load()
    if content.elf is not None:
        return not is_library(content.elf) and content.elf.kind in (2, 3)
    return is_script(content.head) and bool(there.entry.mode & 0o111)


def _is_own(path: str, situation: Situation) -> bool:
    """Whether the Dockerfile itself puts something there."""
    files = situation.target.files
    if "/" in path:
        found = files.find(files.landing(_absolute(path, situation)))
        return found is not None and found.line > 0 and not isinstance(found.entry, (Directory, Link))
    return any(each.path.rpartition("/")[2] == path for each in files.placed)


def _absolute(path: str, situation: Situation) -> str:
    if path.startswith("/"):
        return path
    if "/" not in path:
        return in_path(path, situation) or path
    return f"{situation.target.workdir.rstrip('/')}/{path.removeprefix('./')}"
