"""The profiles of manylinux and musllinux as auditwheel publishes them, in the form that libccheck keeps.

python tools/profiles.py writes src/libccheck/policy/profiles.json from the auditwheel that is installed.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

PLACE = Path(__file__).parents[1] / "src/libccheck/policy/profiles.json"
_MACHINES = {"i686": "i386", "armv7l": "armhf"}


def published() -> dict[str, Any]:
    """Each family's profiles from the strictest on; a library and a version stand at the first one that has them, a
    private symbol at the last one that forbids it."""
    found: dict[str, Any] = {"source": f"auditwheel {version('auditwheel')}"}
    for family in ("manylinux", "musllinux"):
        text = files("auditwheel").joinpath(f"policy/{family}-policy.json").read_text()
        entries = sorted((each for each in json.loads(text) if each["priority"]), key=lambda each: -each["priority"])
        found[family] = {
            "names": {each["name"]: each["aliases"] for each in entries},
            "libraries": _since((each["name"], each["lib_whitelist"]) for each in entries),
            "versions": _versions(entries),
            "private": _until(entries),
        }
    return found


def _since(rows: Any) -> dict[str, list[str]]:
    seen: set[str] = set()
    found = {}
    for name, values in rows:
        new = [each for each in values if each not in seen]
        seen |= set(new)
        if new:
            found[name] = new
    return found


def _versions(entries: list[Any]) -> dict[str, Any]:
    """By machine: the first and the last profile that it has, and the versions by prefix."""
    found: dict[str, Any] = {}
    for machine in sorted({each for entry in entries for each in entry["symbol_versions"]}):
        own = [entry for entry in entries if machine in entry["symbol_versions"]]
        tables = [(entry["name"], entry["symbol_versions"][machine]) for entry in own]
        prefixes = sorted({prefix for _, table in tables for prefix in table})
        versions = {prefix: _since((name, table.get(prefix, ())) for name, table in tables) for prefix in prefixes}
        found[_MACHINES.get(machine, machine)] = [own[0]["name"], own[-1]["name"], versions]
    return found


def _until(entries: list[Any]) -> dict[str, dict[str, list[str]]]:
    last: dict[tuple[str, str], str] = {}
    for entry in entries:
        for library, symbols in entry["blacklist"].items():
            last |= {(library, symbol): entry["name"] for symbol in symbols}
    found: dict[str, dict[str, list[str]]] = {}
    for (library, symbol), name in sorted(last.items()):
        found.setdefault(library, {}).setdefault(name, []).append(symbol)
    return found


if __name__ == "__main__":
    PLACE.write_text(json.dumps(published(), separators=(",", ":")) + "\n", encoding="utf-8")
