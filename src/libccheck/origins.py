"""From which layer of an image the files come that a launch met."""

from __future__ import annotations

from collections.abc import Iterable

from libccheck.model import File, Launch, Layer, Origin
from libccheck.tree import Tree


def origins(launch: Launch, tree: Tree, cwd: str) -> tuple[Origin, ...]:
    """One for each path of its steps and findings, in their order; none for what is no file or was placed there."""
    evidence = [*launch.steps, *(step for finding in launch.findings for step in finding.evidence)]
    found = []
    for path in dict.fromkeys(step.path for step in evidence):
        node = tree.resolve(path, cwd).node
        if isinstance(node, File) and node.layer is not None:
            found.append(Origin(path, node.layer))
    return tuple(found)


def layers_by_path(found: Iterable[Origin], layers: tuple[Layer, ...]) -> dict[str, tuple[int, Layer]]:
    """The path of each origin to its layer and the number of that, counted from 1."""
    return {each.path: (each.layer + 1, layers[each.layer]) for each in found if each.layer < len(layers)}
