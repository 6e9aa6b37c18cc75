"""What programs need, as JSON by the schema `libccheck/inspect/1`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from libccheck.facts import Binary, Facts
from libccheck.facts.floor import Floor
from libccheck.formats.json import errors_data, program_data
from libccheck.interpreters import Owner
from libccheck.model import Failure
from libccheck.toolchain.go import GoBuild, Module

SCHEMA = "libccheck/inspect/1"


def render(programs: Iterable[dict[str, Any]], failures: Iterable[Failure]) -> str:
    """All of it, ASCII only, with a newline at the end; `programs` from `as_data`."""
    return json.dumps({"schema": SCHEMA, "programs": list(programs), "errors": errors_data(failures)}, indent=2) + "\n"


def as_data(facts: Facts) -> dict[str, Any]:
    """One program as plain dicts and lists."""
    notes, binary = facts.notes, facts.binary
    return {
        **program_data(facts.program),
        "not_a_program": facts.refusal,
        "argument": facts.argument,
        "command": facts.command,
        "binary": _binary(binary) if binary else None,
        "built_by": {
            "tools": [tool._asdict() for tool in binary.tools] if binary else [],
            "go": _go(binary.go) if binary and binary.go else None,
            "rust": binary.rust if binary else None,
            "rust_build": binary.rust_build._asdict() if binary and binary.rust_build else None,
            "marks": [mark._asdict() for mark in binary.marks] if binary else [],
            "package": dict(notes.package) if notes else {},
            "build_id": notes.build_id if notes else None,
        },
        "published": facts.published._asdict() if facts.published else None,
        "dlopen": {
            "notes": [{**note._asdict(), "sonames": list(note.sonames)} for note in notes.dlopen] if notes else [],
            "strings": list(binary.names) if binary else [],
        },
    }


def _binary(binary: Binary) -> dict[str, Any]:
    return {
        "abi": binary.abi,
        "system": binary.system,
        "interpreter": _owner(binary.owner) if binary.owner else None,
        "floor": _floor(binary.floor) if binary.floor else None,
        "wanted": [{**each._asdict(), "symbols": list(each.symbols)} for each in binary.wanted],
        "isa": binary.isa,
        "kernel": binary.kernel,
        "stack": binary.stack._asdict(),
        "relr": binary.relr,
        "text_relocations": binary.text_relocations,
        "binds_now": binary.binds_now,
    }


def _owner(owner: Owner) -> dict[str, Any]:
    return owner._asdict()


def _floor(floor: Floor) -> dict[str, Any]:
    return {**floor._asdict(), "symbols": list(floor.symbols), "markers": list(floor.markers)}


def _go(build: GoBuild) -> dict[str, Any]:
    return {
        "version": build.version,
        "path": build.path,
        "main": _module(build.main) if build.main else None,
        "modules": [_module(each) for each in build.modules],
        "settings": dict(build.settings),
    }


def _module(module: Module) -> dict[str, str]:
    return {"path": module.path, "version": module.version}
