"""What a shell offers behind a half-written command line: images, codes, formats, files.

What an option or an argument takes is told by its metavar, so every command has it without asking for it. The protocol
is click's, with what it lacks: bash breaks words at colons, and the names of images have them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from threading import Thread
from time import monotonic

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
    shell_complete,
    split_arg_string,
)

from libccheck.cli.commands import Commands, commands
from libccheck.errors import LibccheckError
from libccheck.formats import REPORTS
from libccheck.images.catalog import Catalog, paths
from libccheck.images.documented import facts
from libccheck.images.sockets import held_names

_NAME, _VARIABLE = "libccheck", "_LIBCCHECK_COMPLETE"
_SECONDS = 0.5
"""How long the engines have to tell their images: who waits for a completion does not wait longer."""
_SCHEMES = ("docker:", "podman:", "registry:", "catalog:", "docker-archive:", "oci-archive:", "oci:", "tar:", "dir:")
_BREAKS = ":="
_WORD = re.compile(r"[\w.:/@+-]+", re.ASCII)
_BASH = """\
%(complete_func)s() {
    local answer
    COMPREPLY=()
    while IFS= read -r answer; do
        case $answer in
            plain,*)
                COMPREPLY+=("${answer#plain,}")
                [[ $answer == *[:=] ]] && compopt -o nospace
                ;;
            file,*) compopt -o default ;;
            dir,*) compopt -o dirnames ;;
        esac
    done < <(COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_WORDBREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""

Offer = Callable[[str], Iterable[CompletionItem[str]]]
"""What there is for a word that has begun like this."""


def complete(instruction: str) -> int:
    """Answer a shell: "bash_source" asks for its script, "bash_complete" for what fits the command line it tells.

    Whatever goes wrong, nothing is offered and nothing is said. Gives the exit status.
    """
    try:
        group = _Offering(commands.name, params=commands.params, context_settings=commands.context_settings)
        return shell_complete(group, {}, _NAME, _VARIABLE, instruction)
    except Exception:
        return 1


def script(shell: str) -> str:
    """What "bash", "zsh" or "fish" has to read once."""
    found = get_completion_class(shell)
    assert found is not None
    return found(commands, {}, _NAME, _VARIABLE).source()


@add_completion_class
class _Bash(BashComplete):
    """The whole line is told, not the pieces that bash makes of it, and only what replaces the last piece is given."""

    source_template = _BASH
    _kept = 0  # characters of the word that bash leaves alone

    def source(self) -> str:
        return self.source_template % self.source_vars()

    def get_completion_args(self) -> tuple[list[str], str]:
        line = os.environ.get("COMP_LINE", "")
        words = split_arg_string(line)
        word = words.pop() if words and not line[-1:].isspace() else ""
        value = word.partition("=")[2] if word.startswith("-") else word
        breaks = [each for each in _BREAKS if each in os.environ.get("COMP_WORDBREAKS", "")]
        self._kept = max((value.rfind(each) + 1 for each in breaks), default=0)
        return words[1:], word

    def format_completion(self, item: CompletionItem[str]) -> str:
        return f"{item.type},{item.value[self._kept :] if item.type == 'plain' else ''}"


class _WholeWords(ShellComplete):
    """zsh and fish put what they are given in the place of the whole word, `--image=` included."""

    _option = ""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        name, equals, _ = incomplete.partition("=")
        self._option = name + equals if incomplete.startswith("-") and equals else ""
        return super().get_completions(args, incomplete)

    def format_completion(self, item: CompletionItem[str]) -> str:
        if item.type == "plain":
            item.value = self._option + item.value
        return super().format_completion(item)


@add_completion_class
class _Zsh(_WholeWords, ZshComplete):
    pass


@add_completion_class
class _Fish(_WholeWords, FishComplete):
    pass


class _Offering(Commands):
    """The commands, with something to offer for what their parameters take."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = super().get_command(ctx, cmd_name)
        if command is not None:
            _prepare(command)
        return command


def takes(parameter: click.Parameter) -> str:
    """What its help shows for its value: "IMAGE", of `[IMAGE...]`, too."""
    shown = (parameter.metavar or str(parameter.name).upper()).removesuffix("...")
    return shown[1:].removesuffix("]").removesuffix("...") if shown.startswith("[") else shown


def _prepare(command: click.Command) -> None:
    for each in command.params:
        offers = ARGUMENTS if isinstance(each, click.Argument) else OPTIONS
        if takes(each) in offers:
            each.shell_complete = partial(_offered, offers[takes(each)])  # type: ignore[method-assign]
    for below in getattr(command, "commands", {}).values():
        _prepare(below)


def _offered(offer: Offer, _context: click.Context, incomplete: str) -> list[CompletionItem[str]]:
    return list(offer(incomplete))


def _files(incomplete: str) -> Iterable[CompletionItem[str]]:
    return [CompletionItem(incomplete, type="file")]


def _directories(incomplete: str) -> Iterable[CompletionItem[str]]:
    return [CompletionItem(incomplete, type="dir")]


def _images(incomplete: str) -> Iterable[CompletionItem[str]]:
    """By the names of the engines and the catalogs; where none fits, it may be a path."""
    scheme = next((each for each in ("docker:", "podman:", "catalog:") if incomplete.startswith(each)), "")
    found = [] if scheme == "catalog:" else _of_engines(scheme)
    if scheme in ("", "catalog:"):
        found += [f"{scheme}{each}" for each in (*_of_catalogs(), *_documented())]
    if not scheme:
        found += ["scratch", *_SCHEMES]
    return _fitting(found, incomplete) or _files(incomplete)


def _entries(incomplete: str) -> Iterable[CompletionItem[str]]:
    return _fitting([*_of_catalogs(), *_documented()], incomplete)


def _codes(incomplete: str) -> Iterable[CompletionItem[str]]:
    """A code, in whatever case, or the name of a rule."""
    from libccheck.rules import RULES

    wanted = incomplete.upper()
    codes = [CompletionItem(each.code, help=each.name) for each in RULES.values() if each.code.startswith(wanted)]
    return codes or _fitting([each.name for each in RULES.values()], incomplete)


def _profiles(incomplete: str) -> Iterable[CompletionItem[str]]:
    from libccheck.cli.demands import profile_names

    return _fitting(profile_names(), incomplete)


def _report_formats(incomplete: str) -> Iterable[CompletionItem[str]]:
    return _formats(incomplete, tuple(REPORTS))


def _formats(incomplete: str, names: Iterable[str] = ("text", "json")) -> Iterable[CompletionItem[str]]:
    """Behind `json=` a file."""
    return _files(incomplete) if "=" in incomplete else _fitting(names, incomplete)


def _platforms(incomplete: str) -> Iterable[CompletionItem[str]]:
    known = {entry.platform for path in paths() for entry in Catalog(path).entries()}
    return _fitting(sorted(known), incomplete)


def _fitting(names: Iterable[str], incomplete: str) -> list[CompletionItem[str]]:
    """Only what is a word to a shell: it would run what else stands in a name of a foreign catalog or engine."""
    found = (each for each in dict.fromkeys(names) if each.startswith(incomplete))
    return [CompletionItem(each) for each in found if _WORD.fullmatch(each)]


def _of_catalogs() -> list[str]:
    """Names of entries and their other names; a catalog that cannot be read has none."""
    found: list[str] = []
    for path in paths():
        with suppress(LibccheckError):
            held = Catalog(path)
            found += (each.name for each in held.entries())
            found += (each.name for each in held.aliases())
    return found


def _documented() -> list[str]:
    return [each.name for each in facts()]


def _of_engines(scheme: str) -> list[str]:
    """Of Docker by its bare names, of podman with its scheme, unless one of the two is asked for by its own."""
    kinds = {"docker:": ("docker",), "podman:": ("podman",)}.get(scheme, ("docker", "podman"))
    told: dict[str, list[str]] = {}
    asking = [Thread(target=lambda kind=kind: told.update({kind: held_names(kind)}), daemon=True) for kind in kinds]
    for each in asking:
        each.start()
    end = monotonic() + _SECONDS
    for each in asking:
        each.join(max(end - monotonic(), 0))
    prefixes = {"docker": scheme, "podman": "podman:"}
    return [f"{prefixes[kind]}{name}" for kind in kinds for name in told.get(kind, ())]


OPTIONS: dict[str, Offer] = {
    "IMAGE": _images,
    "DIR": _directories,
    "FILE": _files,
    "SRC:DEST": _files,
    "PROGRAM": _files,
    "FORMAT[=FILE]": _report_formats,
    "FORMAT": _formats,
    "text|json[=FILE]": _formats,
    "PROFILE": _profiles,
    "OS/ARCH": _platforms,
}
ARGUMENTS: dict[str, Offer] = {
    "IMAGE": _images,
    "PROGRAM": _files,
    "FILE": _files,
    "CODE|NAME|WORDS|-": _codes,
    "NAME": _entries,
    "WORD": _entries,
}
"""By what their help shows; see `takes`."""
