"""Tools that only tests of pipelines and packages take; pip fetches them once, into an environment of their own."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path

from tests.alone import alone
from tests.toolchains import BUILD, MissingError

_WANTED = ("build==1.6.1", "pre-commit==4.7.0", "zizmor==1.32.0")
_OF_OTHERS = ("LIBCCHECK_", "GITHUB_", "CI", "GIT_")
_SECONDS = 600


def tool(name: str) -> str:
    """The path of "zizmor", "pre-commit" or "python" with `build`. Raises MissingError."""
    return str(_installed() / "bin" / name)


def environment(at: Path, *names: str) -> dict[str, str]:
    """The machine's, less what is the user's own, with a home and these directories first in PATH."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OF_OTHERS)}
    path = os.pathsep.join([*names, os.environ["PATH"]])
    return {**kept, "PATH": path, "HOME": str(at), "LIBCCHECK_OFFLINE": "1", "NO_COLOR": "1", "COLUMNS": "80"}


@functools.cache
def _installed() -> Path:
    place = BUILD / "pipeline-tools"
    done = place / ".".join(_WANTED).replace("==", "-")
    with alone(place):
        if not done.exists():
            _run(sys.executable, "-m", "venv", "--clear", str(place))
            _run(str(place / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *_WANTED)
            done.touch()
    return place


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
    if done.returncode:
        raise MissingError(f"pip does not get {' '.join(_WANTED)}: {done.stderr.strip()[-300:]}")
