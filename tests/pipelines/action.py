"""Runs the steps of action.yml as GitHub's runner does: the same shell and files, inputs by the environment only."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tests.pipelines.tools import environment
from tests.toolchains import PROJECT

ACTION: Any = yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
_INPUT = re.compile(r"\$\{\{ inputs\.([\w-]+) \}\}")
_OUTPUT = re.compile(r"steps\.check\.outputs\.(\w+)")
_SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
_SECONDS = 600


class Job(NamedTuple):
    """What is seen of it: the status of the step that failed, else 0; what was printed; the summary of the job; what is
    handed to code scanning."""

    status: int
    output: str
    summary: str
    uploads: dict[str, str]


def run(place: Path, given: Mapping[str, str], *, installed: bool = True) -> Job:
    """The action in a checkout at `place`; installed: its first step was done before."""
    inputs = {name: str(each.get("default", "")) for name, each in ACTION["inputs"].items()} | dict(given)
    room = place.parent / f"{place.name}-runner"
    room.mkdir(exist_ok=True)
    files = {name: room / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
    for each in files.values():
        each.write_text("")
    around = environment(room) | {name: str(path) for name, path in files.items()}
    around |= {"RUNNER_TEMP": str(room), "GITHUB_ACTION_PATH": str(PROJECT), "GITHUB_ACTIONS": "true"}
    status, output = 0, ""
    for step in (each for each in STEPS if "run" in each):
        if installed and step["name"].startswith("Install"):
            continue
        script = room / "script.sh"
        script.write_text(step["run"])
        done = subprocess.run(
            [*_SHELL, str(script)],
            cwd=place,
            env=around | {name: _INPUT.sub(lambda found: inputs[found[1]], text) for name, text in step["env"].items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
        status, output = done.returncode, output + done.stdout
        if status:
            break
    outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
    uploads = {
        step["with"]["category"]: outputs[_OUTPUT.findall(step["with"]["sarif_file"])[0]]
        for step in STEPS
        if "uses" in step and _holds(step["if"], inputs, outputs)
    }
    return Job(status, output, files["GITHUB_STEP_SUMMARY"].read_text(), uploads)


def _holds(condition: str, inputs: Mapping[str, str], outputs: Mapping[str, str]) -> bool:
    """The conditions of the steps, in Python's words."""
    text = condition.removeprefix("${{").removesuffix("}}").strip()
    text = re.sub(r"inputs\.([\w-]+)", lambda found: repr(inputs[found[1]]), text)
    text = _OUTPUT.sub(lambda found: repr(outputs.get(found[1], "")), text)
    return bool(eval(text.replace("!cancelled()", "True").replace("&&", "and"), {"__builtins__": {}}))
