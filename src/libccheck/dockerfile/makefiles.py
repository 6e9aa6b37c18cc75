"""The commands of a Makefile: variables, explicit rules, and the built-in one that links a program.

What is more than that (conditions, functions, patterns, included files) is not followed: MakeError says what it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from libccheck.dockerfile.branches import UNKNOWN
from libccheck.record import NamedTuple

_ASSIGNED = re.compile(r"(?P<export>export\s+)?(?P<name>[\w.-]+)\s*(?P<how>[:?+!]?|::)=\s*(?P<value>.*)", re.ASCII)
_NOT_FOLLOWED = re.compile(
    r"(ifeq|ifneq|ifdef|ifndef|else|endif|include|-include|sinclude|define|endef|vpath|override)\b"
)
_BUILT_IN = {"CC": "cc", "CXX": "g++", "MAKE": "make", "RM": "rm -f", "AR": "ar", "LD": "ld", "INSTALL": "install"}
_LINKS = "$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) {inputs} $(LDLIBS) -o {target}"
_MOST_LINES, _MOST_COMMANDS, _MOST_REFERENCES, _DEEPEST, _LONGEST = 5000, 500, 20_000, 40, 1 << 16


class MakeError(Exception):
    """What stands in a Makefile that is not followed here."""


class Recipe(NamedTuple):
    """One line for a shell, and the variables that it gets beside those of its caller."""

    line: str
    env: Mapping[str, str]


class _Rule:
    def __init__(self) -> None:
        self.needs: list[str] = []
        self.recipe: list[str] = []


def recipes(
    text: str, goals: Sequence[str], given: Mapping[str, str], env: Mapping[str, str], is_there: Callable[[str], bool]
) -> list[Recipe]:
    """The lines that make these goals, or the first one, in order.

    given: variables of the command line, which win; env: those of the environment. is_there: whether a file is.
    """
    makefile = _Makefile(given, env)
    makefile.read(text)
    wanted = list(goals) or [each for each in makefile.rules if not each.startswith(".")][:1]
    if not wanted:
        raise MakeError("it has no rule")
    done: set[str] = set()
    found = [line for each in wanted for line in makefile.lines(each, done, is_there, 0)]
    exported = {name: makefile.value(name) for name in (*makefile.exported, *given)}
    return [Recipe(each, exported) for each in found]


class _Makefile:
    def __init__(self, given: Mapping[str, str], env: Mapping[str, str]) -> None:
        self.given = given
        self.variables: dict[str, str] = {**_BUILT_IN, **env, **given}
        self.rules: dict[str, _Rule] = {}
        self.exported: list[str] = []
        self.left = _MOST_REFERENCES

    def read(self, text: str) -> None:
        current: list[_Rule] = []
        lines = text.replace("\r\n", "\n").replace("\\\n", " ").split("\n")
        if len(lines) > _MOST_LINES:
            raise MakeError("it has too many lines")
        for line in lines:
            if line.startswith("\t"):
                for rule in current:
                    rule.recipe.append(line.strip())
                continue
            line = line.partition("#")[0].strip()
            if not line:
                continue
            if _NOT_FOLLOWED.match(line):
                raise MakeError(f"{line.split()[0]} stands in it")
            assigned = _ASSIGNED.fullmatch(line)
            if assigned is not None:
                self._assign(assigned)
            elif line.startswith("export "):
                self.exported += line.split()[1:]
            else:
                current = self._rules(line)

    def value(self, name: str) -> str:
        return self.expanded(self.variables.get(name, ""))

    def expanded(self, text: str, depth: int = 0) -> str:
        """With variables replaced; UNKNOWN for functions and automatic variables that are not known."""
        parts, at = [], 0
        while at < len(text):
            if text[at] != "$":
                parts.append(text[at])
                at += 1
                continue
            name, at = _reference(text, at + 1)
            self.left -= 1
            if self.left < 0:
                raise MakeError("it has too many references")
            if name == "$":
                parts.append("$")
            elif depth > _DEEPEST or not re.fullmatch(r"[\w.-]+|[@<^?*+|%]", name):
                parts.append(UNKNOWN)
            else:
                parts.append(self.expanded(self.variables.get(name, ""), depth + 1))
        found = "".join(parts)
        if len(found) > _LONGEST:
            raise MakeError("a value grows too long")
        return found

    def lines(self, target: str, done: set[str], is_there: Callable[[str], bool], depth: int) -> Iterator[str]:
        """What makes a target: first what it needs, each once."""
        rule = self.rules.get(target)
        if rule is None or target in done or depth > _DEEPEST:
            return
        done.add(target)
        if len(done) > _MOST_COMMANDS:
            raise MakeError("it has too many rules")
        for each in rule.needs:
            yield from self.lines(each, done, is_there, depth + 1)
        yield from self._made(target, rule, is_there)

    def _made(self, target: str, rule: _Rule, is_there: Callable[[str], bool]) -> Iterator[str]:
        recipe = list(rule.recipe)
        inputs = [each for each in rule.needs if each.endswith((".o", ".c"))]
        if not recipe and (f"{target}.o" in inputs or f"{target}.c" in inputs or is_there(f"{target}.c")):
            recipe = [_LINKS.format(inputs=" ".join(inputs or [f"{target}.c"]), target=target)]
        automatic = {"@": target, "<": rule.needs[0] if rule.needs else "", "^": " ".join(rule.needs)}
        before = dict(self.variables)
        self.variables.update(automatic)
        for each in recipe:
            yield self.expanded(each).lstrip("@-+ \t")
        self.variables = before

    def _assign(self, found: re.Match[str]) -> None:
        name, how, value = found["name"], found["how"], found["value"]
        if found["export"]:
            self.exported.append(name)
        if name in self.given or (how == "?" and name in self.variables and name not in _BUILT_IN):
            return
        if how == "?" and name in _BUILT_IN:
            return
        if how == "!":
            value = UNKNOWN
        elif how in (":", "::"):
            value = self.expanded(value).replace("$", "$$")
        elif how == "+":
            value = f"{self.variables.get(name, '')} {value}".strip()
        self.variables[name] = value

    def _rules(self, line: str) -> list[_Rule]:
        """Those that a line `targets: needs` begins."""
        left, colon, right = self.expanded(line).partition(":")
        if not colon or "=" in right or UNKNOWN in left or "%" in left:
            raise MakeError("it has rules that are not followed")
        needs, semicolon, command = right.lstrip(":").partition(";")
        found = []
        for each in left.split():
            rule = self.rules.setdefault(each, _Rule())
            rule.needs += [need for need in needs.split() if need != "|"]
            rule.recipe += [command.strip()] if semicolon else []
            found.append(rule)
        return found


def _reference(text: str, at: int) -> tuple[str, int]:
    """What stands behind a dollar sign, without its parentheses; and where it ends."""
    opening = text[at : at + 1]
    closing = {"(": ")", "{": "}"}.get(opening)
    if closing is None:
        return opening, at + 1
    depth = 0
    for end in range(at, len(text)):
        depth += {opening: 1, closing: -1}.get(text[end], 0)
        if not depth:
            return text[at + 1 : end], end + 1
    return UNKNOWN, len(text)
