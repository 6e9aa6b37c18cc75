"""The commands of a RUN line, read without running anything: which words, with which variables, where.

A small part of POSIX sh: quotes, variables, lists, pipes, groups, redirections, here-documents. Conditions are not
decided: every command is taken as one that may run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from libccheck.dockerfile.words import WordError, expand
from libccheck.record import NamedTuple

UNKNOWN = "\x00"
"""Stands in a word for what only the running shell knows."""

_MOST_WORDS = 20_000
_DEEPEST = 4
_SEPARATORS = ("&&", "||", ";;", ";", "|", "&", "\n", "(", ")")
_OPERATORS = (*_SEPARATORS, ">>", ">&", ">|", ">", "<<-", "<<", "<&", "<")
_OPERATING = frozenset("&|;()<>\n")
_KEYWORDS = frozenset(("if", "then", "else", "elif", "fi", "do", "done", "while", "until", "!", "{", "}", "time"))
_OF_THE_SHELL = frozenset((*"0123456789@*#?-$!", "HOME", "HOSTNAME", "PATH", "PWD", "OLDPWD", "USER", "PPID", "RANDOM"))
_SHELLS = ("sh", "bash", "ash", "dash")
_RUNNERS = frozenset(("exec", "sudo", "nice", "time", "command", "env", "xx-go", "gosu", "su-exec"))


class Command(NamedTuple):
    """One simple command. env: what it sees, NAME to value; cwd: where, UNKNOWN in what cannot be told.

    output: the file that its standard output goes to, "" if it goes nowhere that matters.
    """

    words: tuple[str, ...]
    env: Mapping[str, str]
    cwd: str
    output: str = ""

    @property
    def name(self) -> str:
        return self.words[0].rpartition("/")[2]


def commands(script: str, env: Mapping[str, str], cwd: str) -> list[Command]:
    """The simple commands in order; `cd`, `export` and assignments have their effect on those behind them."""
    state = _State(dict(env), cwd)
    return list(_commands(script, state, 0))


class _State:
    def __init__(self, env: dict[str, str], cwd: str) -> None:
        self.env, self.cwd = env, cwd
        self.left = _MOST_WORDS


def _commands(script: str, state: _State, depth: int) -> Iterator[Command]:
    words: list[str] = []
    for token in (*_tokens(script), ";"):
        state.left -= 1
        if state.left < 0:
            return
        if token not in _SEPARATORS:
            words.append(token)
            continue
        if words:
            yield from _command(words, state, depth)
        words = []


def _command(tokens: list[str], state: _State, depth: int) -> Iterator[Command]:
    while tokens and tokens[0] in _KEYWORDS:
        tokens = tokens[1:]
    tokens, output = _redirected(tokens)
    env = state.env
    local: dict[str, str] = {}
    while tokens and _is_assignment(tokens[0]):
        name, _, value = tokens[0].partition("=")
        local[name] = _word(value, {**env, **local})
        tokens = tokens[1:]
    words = [_word(each, env) for each in tokens]
    if not words:
        env.update(local)
        return
    while len(words) > 1 and words[0] in _RUNNERS:
        words = words[1:]
        while len(words) > 1 and _is_assignment(words[0]):
            name, _, value = words.pop(0).partition("=")
            local[name] = value
    if words[0] == "cd":
        state.cwd = joined(state.cwd, words[1]) if len(words) > 1 else "/root"
        return
    if words[0] == "export":
        env.update(each.split("=", 1) for each in words[1:] if "=" in each)  # type: ignore[misc]
        return
    if words[0] in _SHELLS and len(words) > 2 and words[1].startswith("-") and words[1].endswith("c"):
        if depth < _DEEPEST:
            yield from _commands(words[2], state, depth + 1)
        return
    yield Command(tuple(words), {**env, **local} if local else dict(env), state.cwd, _word(output, env))


def joined(directory: str, path: str) -> str:
    """`path` from `directory`, without `.` and `..`; what has an unknown part keeps it."""
    parts: list[str] = []
    whole = path if path.startswith("/") else f"{directory}/{path}"
    for each in whole.split("/"):
        if each == "..":
            parts = parts[:-1]
        elif each not in ("", "."):
            parts.append(each)
    return "/" + "/".join(parts)


def _redirected(tokens: list[str]) -> tuple[list[str], str]:
    kept: list[str] = []
    output = ""
    skip = ""
    for each in tokens:
        if skip:
            output = each if skip == ">" else output
            skip = ""
        elif each in (">", ">>", ">|", "<", "<<", "<<-", "<>", ">&", "<&"):
            skip = ">" if each in (">", ">>", ">|") else "<"
            if kept and kept[-1].isdigit():
                number = kept.pop()
                skip = "<" if number != "1" else skip
        else:
            kept.append(each)
    return kept, output


def _tokens(script: str) -> Iterator[str]:
    """Words as they stand, and operators."""
    word: list[str] = []
    at, end = 0, len(script)
    while at < end:
        each = script[at]
        if each == "#" and not word:
            line = script.find("\n", at)
            at = end if line < 0 else line
            continue
        if each == "\\" and at + 1 < end:
            if script[at + 1] != "\n":
                word.append(script[at : at + 2])
            at += 2
            continue
        if each in "'\"`" or script.startswith("$(", at):
            stop = _quoted(script, at)
            word.append(script[at:stop])
            at = stop
            continue
        operator = ""
        if each in _OPERATING:
            operator = next((known for known in _OPERATORS if script.startswith(known, at)), "")
        if not operator and each not in " \t\r":
            word.append(each)
            at += 1
            continue
        if word:
            yield "".join(word)
            word = []
        if operator:
            yield operator
        at += len(operator) or 1
    if word:
        yield "".join(word)


def _quoted(script: str, at: int) -> int:
    """Where that ends which begins here with a quote, a backquote or `$(`."""
    if script[at] == "$":
        depth, here = 0, at + 1
        while here < len(script):
            depth += {"(": 1, ")": -1}.get(script[here], 0)
            here += 1
            if not depth:
                return here
        return len(script)
    quote, here = script[at], at + 1
    while here < len(script) and script[here] != quote:
        here += 2 if script[here] == "\\" and quote != "'" else 1
    return min(here + 1, len(script))


def _word(token: str, env: Mapping[str, str]) -> str:
    """Quotes removed, variables replaced; UNKNOWN for what a command would print or nobody has set."""
    if token.isascii() and not any(each in token for each in "\\'\"$`"):
        return token
    if "`" in token or "$(" in token:
        token = _without_substitutions(token)
    try:
        return expand(token, lambda name: env.get(name, UNKNOWN if name in _OF_THE_SHELL else None))
    except WordError:
        return UNKNOWN


def _without_substitutions(token: str) -> str:
    parts, at = [], 0
    single = False
    while at < len(token):
        if token[at] == "'":
            single = not single
        if not single and (token[at] == "`" or token.startswith("$(", at)):
            at = _quoted(token, at)
            parts.append(UNKNOWN)
            continue
        parts.append(token[at])
        at += 1
    return "".join(parts)


def _is_assignment(token: str) -> bool:
    name, equals, _ = token.partition("=")
    return bool(equals) and name.replace("_", "a").isalnum() and not name[:1].isdigit()
