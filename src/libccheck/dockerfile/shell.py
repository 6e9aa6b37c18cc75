"""The commands of a RUN line, read without running anything: which words, with which variables, where.

A small part of POSIX sh: quotes, variables, lists, pipes, groups, redirections, here-documents, `if` and `case`. Where
nobody can tell whether a command runs it is taken as one that does, and variables that it sets are not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from libccheck.dockerfile.branches import UNKNOWN, Branch, chosen, is_test, merge, tested
from libccheck.dockerfile.tokens import SEPARATORS, quoted, tokens_of
from libccheck.dockerfile.words import WordError, expand
from libccheck.record import NamedTuple

__all__ = ["UNKNOWN", "Command", "commands", "joined"]

_MOST_WORDS = 20_000
_DEEPEST = 4
_KEYWORDS = frozenset(
    ("if", "then", "else", "elif", "fi", "do", "done", "while", "until", "!", "{", "}", "time", "esac")
)
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
    """branches: those that are being read, the innermost last. negated: whether `!` stands before a condition.

    outer: what holds again behind the subshells that are being read.
    """

    def __init__(self, env: dict[str, str], cwd: str) -> None:
        self.env, self.cwd, self.before = env, cwd, cwd
        self.left = _MOST_WORDS
        self.branches: list[Branch] = []
        self.negated = False
        self.outer: list[tuple[dict[str, str], str]] = []

    @property
    def skips(self) -> bool:
        return any(each.skips for each in self.branches)

    @property
    def in_pattern(self) -> bool:
        """Whether a `case` waits for its next patterns."""
        return bool(self.branches) and self.branches[-1].word is not None and self.branches[-1].in_condition


def _commands(script: str, state: _State, depth: int) -> Iterator[Command]:
    words: list[str] = []
    patterns: list[str] = []
    before: tuple[str, bool | None] | None = None  # the separator behind a test, and its outcome
    for part in (*tokens_of(script), ";"):
        state.left -= 1
        if state.left < 0:
            return
        if part not in SEPARATORS:
            words.append(part)
            continue
        if words[:1] == ["case"] and len(words) > 3:
            yield from _command(words[:3], state, depth)
            words = words[3:]
        if state.in_pattern and part in ("|", ")", "("):
            patterns += [_word(each, state.env) for each in words]
            if part == ")":
                branch = state.branches[-1]
                branch.begin(chosen(branch.word or "", patterns))
                patterns = []
            words = []
            continue
        found: list[Command] = []
        if part == "(" and not words:
            state.outer.append((dict(state.env), state.cwd))
        if words:
            known = dict(state.env)
            found = [] if _is_passed_over(before) else list(_command(words, state, depth))
            if before is not None and before[1] is None and known != state.env:
                merge(state.env, [known, dict(state.env)])
        if part == ";;" and state.branches and state.branches[-1].word is not None:
            state.branches[-1].end()
            state.branches[-1].in_condition = True
        before = _after_test(found, words, part, before, state)
        yield from found
        words = []
        if part == ")" and state.outer:
            env, state.cwd = state.outer.pop()
            state.env.clear()
            state.env.update(env)


def _is_passed_over(before: tuple[str, bool | None] | None) -> bool:
    return before is not None and before[1] is (before[0] == "||")


def _after_test(
    found: list[Command], words: list[str], part: str, before: tuple[str, bool | None] | None, state: _State
) -> tuple[str, bool | None] | None:
    """What decides over the next command: a test that stands before `&&` or `||`."""
    if part not in ("&&", "||") or (state.branches and state.branches[-1].in_condition):
        return None
    if len(found) == 1 and is_test(found[0].words):
        return part, tested(found[0].words)
    goes_on = before is not None and (_is_passed_over(before) or before[1] is None or not words)
    return (part, before[1]) if before is not None and goes_on else None


def _keyword(keyword: str, state: _State) -> None:
    """What the words do that a command may begin with."""
    branch = state.branches[-1] if state.branches else None
    if keyword == "if":
        state.branches.append(Branch(state.env))
    elif keyword == "!":
        state.negated = not state.negated
    elif branch is not None and keyword == "then" and branch.word is None:
        branch.begin(branch.condition)
    elif branch is not None and keyword in ("elif", "else") and branch.word is None:
        branch.end()
        branch.condition, branch.in_condition = None, keyword == "elif"
        if keyword == "else":
            branch.begin(True)
    elif branch is not None and keyword in ("fi", "esac"):
        branch.end()
        branch.close()
        state.branches.pop()


def _command(tokens: list[str], state: _State, depth: int) -> Iterator[Command]:
    state.negated = False
    while tokens and tokens[0] in _KEYWORDS:
        _keyword(tokens[0], state)
        tokens = tokens[1:]
    if not tokens or state.skips:
        if tokens[:1] == ["case"]:
            state.branches.append(Branch(state.env, UNKNOWN))
        return
    if tokens[0] == "case" and len(tokens) > 2:
        state.branches.append(Branch(state.env, _word(tokens[1], state.env)))
        state.branches[-1].in_condition = True
        return
    if tokens[0] == "for" and len(tokens) > 1:
        state.env[tokens[1]] = UNKNOWN
        return
    branch = state.branches[-1] if state.branches and state.branches[-1].in_condition else None
    for each in _simple(tokens, state, depth):
        if branch is not None:
            outcome = tested(each.words)
            branch.condition = outcome if outcome is None else outcome != state.negated
        yield each


def _simple(tokens: list[str], state: _State, depth: int) -> Iterator[Command]:
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
        place = words[1] if len(words) > 1 else "/root"
        state.cwd, state.before = state.before if place == "-" else joined(state.cwd, place), state.cwd
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
            at = quoted(token, at)
            parts.append(UNKNOWN)
            continue
        parts.append(token[at])
        at += 1
    return "".join(parts)


def _is_assignment(token: str) -> bool:
    name, equals, _ = token.partition("=")
    return bool(equals) and name.replace("_", "a").isalnum() and not name[:1].isdigit()
