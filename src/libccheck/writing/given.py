"""A build context of which only the program and what is copied beside it are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from libccheck.model import Directory, File, Node, Program
from libccheck.placement import Copy, file_name
from libccheck.remedy.commands import in_context


class Given:
    """The protocol `libccheck.dockerfile.Context`."""

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self._nodes = nodes

    def node(self, path: str) -> Node | None:
        found = self._nodes.get(path)
        if found is None and any(each.startswith(f"{path}/") or not path for each in self._nodes):
            return Directory(0o755, 0, 0)
        return found

    def names(self, path: str) -> list[str]:
        start = f"{path}/" if path else ""
        return sorted({each[len(start) :].partition("/")[0] for each in self._nodes if each.startswith(start)})

    def text(self, path: str) -> bytes | None:
        found = self._nodes.get(path)
        return found.load().text if isinstance(found, File) else None


def given(program: Program, copies: Iterable[Copy]) -> Given:
    """Where they lie in the context by `in_context`."""
    nodes: dict[str, Node] = {}
    for each in copies:
        top = in_context(each.source) or ""
        nodes |= {f"{top}/{below}".strip("/"): node for below, node in each.nodes.items() if top or below}
    path = in_context(program.path) or file_name(program.path)
    nodes[path] = File(program.mode, 0, 0, program.size, None, lambda: program.content)
    return Given(nodes)
