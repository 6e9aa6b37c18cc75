"""Who needs what as a graph for Graphviz."""

from __future__ import annotations

from collections.abc import Sequence

from libccheck.formats.visible import visible
from libccheck.model import Check, Needs

_SIGNS = {"missing": "red", "unusable": "red", "not reached": "gray"}


def render(checks: Sequence[Check]) -> str:
    """One `digraph` each pair."""
    return "".join(_graph(each, each.needs) for each in checks if each.needs is not None)


def _graph(check: Check, needs: Needs) -> str:
    lines = [f"digraph {_quoted(f'{check.program.path} in {check.image.reference}')} {{", "  node [shape=box];"]
    for number, each in enumerate(needs.objects):
        lines.append(f"  n{number} [label={_quoted(each.name)}, tooltip={_quoted(f'{each.path} {each.how}'.strip())}];")
    lost: dict[str, str] = {}
    for need in needs.needs:
        if need.to is None and need.name not in lost:
            lost[need.name] = f"m{len(lost)}"
            look = f"style=dashed, color={_SIGNS[need.state]}"
            lines.append(f"  {lost[need.name]} [label={_quoted(need.name)}, tooltip={_quoted(need.state)}, {look}];")
        end = f"n{need.to}" if need.to is not None else lost[need.name]
        label = f" [label={_quoted(need.versions[0])}]" if need.versions else ""
        lines.append(f"  n{need.by} -> {end}{label};")
    return "".join(f"{line}\n" for line in [*lines, "}"])


def _quoted(text: str) -> str:
    """Graphviz reads escapes of its own in a label, so every backslash is doubled."""
    shown = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}"'
