"""An image's config out of what an engine tells of the image, which is all but which steps left no layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_LAYERLESS = (
    *("ARG", "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "SHELL"),
    *("STOPSIGNAL", "USER", "VOLUME"),
)
_LEGACY = "/bin/sh -c #(nop)"  # before the instruction, as builders other than BuildKit write it


def diff_ids_of(facts: Mapping[str, Any]) -> list[str] | None:
    """The layers in the answer to `GET /images/NAME/json`, lowest first; None where it does not say."""
    root = facts.get("RootFS")
    layers = root.get("Layers") if isinstance(root, Mapping) else None
    if not isinstance(layers, list) or not all(isinstance(each, str) for each in layers):
        return None
    return layers


def config_of_facts(facts: Mapping[str, Any], history: Any) -> dict[str, Any]:
    """The same answer in the form of the OCI image config; history: the answer to `GET /images/NAME/history`."""
    layers = diff_ids_of(facts) or []
    return {
        "os": facts.get("Os"),
        "architecture": facts.get("Architecture"),
        "variant": facts.get("Variant"),
        "config": facts.get("Config"),
        "rootfs": {"type": "layers", "diff_ids": layers},
        "history": [{"created_by": line} for line in _layer_lines(history, len(layers))],
    }


def _layer_lines(history: Any, count: int) -> Sequence[str]:
    """The lines that left a layer, lowest first, where it is clear which these are; else none.

    A step that left bytes left a layer, one that says nothing of files left none. The others, such as a WORKDIR, may
    have changed a name or nothing, but as a rule all of an image's or none.
    """
    steps = history[::-1] if isinstance(history, list) else []
    lines = [(_line(each), isinstance(each, Mapping) and bool(each.get("Size"))) for each in steps]
    for found in (
        [line for line, has_bytes in lines if has_bytes or _instruction(line) not in _LAYERLESS],
        [line for line, has_bytes in lines if has_bytes],
    ):
        if len(found) == count:
            return found
    return ()


def _line(step: Any) -> str:
    found = step.get("CreatedBy") if isinstance(step, Mapping) else None
    return found if isinstance(found, str) else ""


def _instruction(line: str) -> str:
    return line.removeprefix(_LEGACY).strip().partition(" ")[0]
