"""Errors on standard error: one line, and a hint where there is one."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from libccheck.errors import LibccheckError
from libccheck.formats.visible import visible


def complain(error: click.ClickException | LibccheckError) -> int:
    """Tell what went wrong and return the exit status that goes with it."""
    if isinstance(error, LibccheckError):
        tell(error.subject, error.message, error.hint)
        return error.status
    tell("", _message(error), _hint(error))
    return 2


def tell(subject: str, message: str, hint: str = "") -> None:
    """`error: SUBJECT: MESSAGE`, then `hint: HINT`."""
    line = f"{subject}: {message}" if subject and subject not in message else message
    lines = [f"error: {visible(line)}"] + ([f" hint: {visible(hint)}"] if hint else [])
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write("".join(f"{each}\n" for each in lines).encode(encoding, "backslashreplace").decode(encoding))


def note(text: str) -> None:
    """One line that is no error."""
    encoding = sys.stderr.encoding or "ascii"
    sys.stderr.write(f"{visible(text)}\n".encode(encoding, "backslashreplace").decode(encoding))


def _message(error: click.ClickException) -> str:
    """click's words in one line of this project's style, its guesses left to the hint."""
    if isinstance(error, click.NoSuchOption):
        return f"no such option {error.option_name}"
    message = " ".join(error.format_message().split()).rstrip(".").replace("'", "")
    return message[:1].lower() + message[1:]


def _hint(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    help_ = f"see {context.command_path if context else 'libccheck'} --help"
    if context is None:
        return help_
    if isinstance(error, click.NoSuchOption):
        options = [name for each in context.command.params for name in each.opts if name.startswith("--")]
        return _guess(error.option_name, options) or help_
    if isinstance(context.command, click.Group) and context.args is not None:
        word = " ".join(error.format_message().split()).partition("'")[2].partition("'")[0]
        if "/" in word or "." in word:
            return f"to check a program: libccheck check {word} --image IMAGE"
        return _guess(word, context.command.list_commands(context)) or help_
    return help_


def _guess(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), 1, 0.6)
    return f"did you mean {close[0]}?" if close else ""
