"""What Alpine's packages hold, read from an installed root and compared with apk's own record of each file."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from packaged.values import Files, Package, matters, needed


def alpine(root: Path, wanted: Collection[str], base: Collection[str]) -> Iterator[Package]:
    """The packages, and those that they depend on, but for `base`, which is in every root of Alpine."""
    records = {each["P"]: each for each in _records(root / "lib/apk/db/installed")}
    providers = {
        word.partition("=")[0]: name for name, each in records.items() for word in (name, *each.get("p", "").split())
    }
    todo, done = list(wanted), set(base)
    requires: dict[str, tuple[str, ...]] = {}
    there: dict[str, Files] = {}
    while todo:
        name = todo.pop()
        if name in done:
            continue
        done.add(name)
        record = records[name]
        words = [re.split(r"[<>=~]", word)[0] for word in record.get("D", "").split() if not word.startswith("!")]
        found = dict.fromkeys(each for word in words if (each := providers.get(word)) not in (None, name, *base))
        requires[name] = tuple(found)
        there[name] = dict(_recorded(root, record["files"]))
        todo += found
    kept = needed(there, wanted)
    for name in there:
        record = records[name]
        yield Package(name, record["V"], int(record["I"]), requires[name], kept.get(name, {}), name in wanted)


def _records(database: Path) -> Iterator[dict[str, Any]]:
    """apk's record of what is installed: one-letter fields; F a folder, R a file in it, Z its checksum."""
    for text in database.read_text(encoding="utf-8").split("\n\n"):
        record: dict[str, Any] = {"files": {}}
        folder = path = ""
        for line in text.splitlines():
            key, _, value = line.partition(":")
            if key == "F":
                folder = value
            elif key == "R":
                path = f"/{folder}/{value}".replace("//", "/")
                record["files"][path] = ""
            elif key == "Z":
                record["files"][path] = value
            elif key not in ("a", "M"):
                record[key] = value
        if "P" in record:
            yield record


def _recorded(root: Path, files: Mapping[str, str]) -> Iterator[tuple[str, tuple[int, bytes | str]]]:
    """The files of a package that matter; each must be what apk says that it installed."""
    for path, checksum in files.items():
        if not matters(path):
            continue
        there = root / path[1:]
        data: bytes | str = str(there.readlink()) if there.is_symlink() else there.read_bytes()
        sum_of = hashlib.sha1(data if isinstance(data, bytes) else data.encode(), usedforsecurity=False).digest()
        if f"Q1{base64.b64encode(sum_of).decode()}" != checksum:
            raise SystemExit(f"{there} is not what apk installed")
        yield path, (0o755, data)
