"""Small changes to a module, each of which a good test notices: one operator, constant or condition at a time."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.Mod: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Break: ast.Continue,
    ast.Continue: ast.Break,
}
_WITHOUT_MEANING = ("annotation", "returns", "decorator_list", "type_params")
"""Fields of nodes that say nothing at run time; what a decorator caches is the same without it."""


class Mutant(NamedTuple):
    """`module`: its dotted name. `scope`: the function or method around the change, "" outside of any, and `first`: the
    line where its code begins. `line`: where the change is. `change`: as "before -> after"; `number`: how many with
    the same words in the same scope stand before it."""

    module: str
    file: Path
    scope: str
    first: int
    line: int
    change: str
    number: int
    source: ast.Module
    way: _Change

    @property
    def key(self) -> str:
        """The same for as long as the statement itself is the same."""
        again = f" #{self.number + 1}" if self.number else ""
        return f"{self.module} {self.scope or '-'}: {self.change}{again}"

    def text(self) -> str:
        """The whole module with the change in it."""
        return ast.unparse(_replaced(self.source, self.way))


class _Change(NamedTuple):
    """How to reach a node from the module, and what takes its place."""

    path: tuple[tuple[str, int | None], ...]
    instead: ast.AST


def mutants(package: str, directory: Path) -> Iterator[Mutant]:
    """All mutants of all modules of a package that lies in `directory`."""
    for file in sorted(directory.rglob("*.py")):
        parts = file.relative_to(directory).with_suffix("").parts
        module = ".".join((package, *(each for each in parts if each != "__init__")))
        yield from of_source(module, file, file.read_text())


def of_source(module: str, file: Path, source: str) -> Iterator[Mutant]:
    tree = ast.parse(source)
    seen: Counter[tuple[str, str]] = Counter()
    for change in _changes(tree, ()):
        before, after = _along(tree, change), _along(_replaced(tree, change), change)
        scope, first = _scope(before)
        words = f"{_text(before)} -> {_text(after)}"
        yield Mutant(module, file, scope, first, _line(before), words, seen[scope, words], tree, change)
        seen[scope, words] += 1


def _changes(node: ast.AST, path: tuple[tuple[str, int | None], ...]) -> Iterator[_Change]:
    for instead in _instead_of(node):
        yield _Change(path, instead)
    for name, value in ast.iter_fields(node):
        if name in _WITHOUT_MEANING or (name == "value" and isinstance(node, ast.Expr) and _is_text(value)):
            continue
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        if isinstance(value, ast.AST):
            yield from _changes(value, (*path, (name, None)))
        elif isinstance(value, list):
            for index, each in enumerate(value):
                if isinstance(each, ast.AST):
                    yield from _changes(each, (*path, (name, index)))


def _instead_of(node: ast.AST) -> Iterator[ast.AST]:
    if type(node) in _SWAPPED:
        yield _SWAPPED[type(node)]()
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Constant):
        changed = _other(node.value)
        if changed is not None:
            yield ast.Constant(changed)
    elif isinstance(node, (ast.If, ast.IfExp, ast.While)) and isinstance(
        node.test, (ast.Name, ast.Call, ast.Attribute)
    ):
        negated = copy.copy(node)
        negated.test = ast.UnaryOp(ast.Not(), node.test)
        yield negated


def _other(value: object) -> Any:
    others: dict[type, Callable[[Any], object]] = {
        bool: lambda value: not value,
        int: lambda value: value + 1,
        str: lambda value: f"{value}~" if value else "~",
        bytes: lambda value: value + b"~",
    }
    change = others.get(type(value))
    return change(value) if change else None


def _replaced(tree: ast.Module, change: _Change) -> ast.Module:
    """The tree with the node replaced; what lies beside the path to it is shared."""
    if not change.path:
        raise ValueError("a module is never replaced as a whole")
    top = copy.copy(tree)
    here: Any = top
    for depth, (name, index) in enumerate(change.path):
        last = depth == len(change.path) - 1
        value = getattr(here, name)
        old = value if index is None else value[index]
        new = ast.copy_location(change.instead, old) if last else copy.copy(old)
        if index is None:
            setattr(here, name, new)
        else:
            setattr(here, name, [*value[:index], new, *value[index + 1 :]])
        here = new
    return top


def _text(nodes: list[Any]) -> str:
    """The statement or expression around the last of them, as short as it still says something."""
    for node in reversed(nodes):
        if isinstance(node, (ast.If, ast.While)):
            return ast.unparse(node.test)
        if isinstance(node, (ast.expr, ast.stmt)) and not isinstance(node, (ast.Constant, ast.Name)):
            return ast.unparse(node).partition("\n")[0]
    return ast.unparse(nodes[-1])


def _scope(nodes: list[Any]) -> tuple[str, int]:
    """The outermost function around the last of them, in its class, and the first line of its code."""
    names: list[str] = []
    for node in nodes:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            names.append(node.name)
        if isinstance(node, ast.FunctionDef):
            return ".".join(names), min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return "", 0


def _line(nodes: list[Any]) -> int:
    return max((node.lineno for node in nodes if hasattr(node, "lineno")), default=0)


def _along(tree: ast.Module, change: _Change) -> list[Any]:
    """The nodes on the way to the change, itself the last."""
    nodes: list[Any] = [tree]
    for name, index in change.path:
        value = getattr(nodes[-1], name)
        nodes.append(value if index is None else value[index])
    return nodes[1:]


def _is_text(value: object) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str)
