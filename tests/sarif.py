"""Who judges SARIF: the published schema, and Microsoft's multitool, which brings it along; npm fetches both once."""

from __future__ import annotations

import functools
import json
import os
import platform
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from tests.alone import alone
from tests.toolchains import BUILD, MissingError, command

_PACKAGE = "@microsoft/sarif-multitool-linux@5.7.0"


@functools.cache
def schema() -> Any:
    """sarif-schema-2.1.0.json as OASIS publishes it."""
    return json.loads((_unpacked() / "sarif-2.1.0.json").read_text(encoding="utf-8-sig"))


def complaints(log: Path) -> list[str]:
    """Identifiers of the multitool's rules that the log breaks, errors and warnings, sorted."""
    if platform.machine() != "x86_64":
        raise MissingError("the multitool is for x86-64")
    verdict = log.with_suffix(".validated")
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "HOME": str(log.parent)}
    done = subprocess.run(
        [_unpacked() / "Sarif.Multitool", "validate", log, "--output", verdict, "--level", "Error;Warning"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=120,
    )
    assert verdict.exists(), done.stdout + done.stderr
    run = json.loads(verdict.read_text(encoding="utf-8-sig"))["runs"][0]
    return sorted({each.get("ruleId") or each["rule"]["id"] for each in run["results"]})


@functools.cache
def _unpacked() -> Path:
    place = BUILD / "sarif-multitool"
    with alone(place):
        if not (place / "package" / "Sarif.Multitool").exists():
            place.mkdir(exist_ok=True)
            _fetch(place)
    return place / "package"


def _fetch(place: Path) -> None:
    done = subprocess.run(
        [*command("npm"), "pack", "--silent", _PACKAGE],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        raise MissingError(f"npm does not get {_PACKAGE}: {done.stderr.strip()[-200:]}")
    archive = place / done.stdout.split()[-1]
    with tarfile.open(archive) as packed:
        packed.extractall(place, filter="data")
    archive.unlink()
    (place / "package" / "Sarif.Multitool").chmod(0o755)
