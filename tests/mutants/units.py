"""The unit tests and the golden cases: which of them call which function, and does one of them fail with a mutant?"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests import toolchains
from tests.mutants.calls import EVERYTHING, Call, call_of
from tests.mutants.mutate import Mutant
from tests.mutants.overlay import Overlay

_QUICK = "tests/unit/launch"
_TESTS = (_QUICK, "tests/unit/test_check.py", "tests/unit/test_copies.py", "tests/test_cases.py")
_SECONDS = 600
_RECORDER = """
import atexit, os, sys, threading
below = os.path.join(os.path.dirname(__file__), "libccheck", "launch") + os.sep
calls = os.path.join(os.path.dirname(__file__), "calls")
seen = set()

def look(frame, event, _):
    code = frame.f_code
    if event == "call" and code.co_filename.startswith(below):
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        seen.add((test, code.co_filename[len(below):], code.co_firstlineno))

def write():
    sys.settrace(None)
    with open(os.path.join(calls, str(os.getpid())), "a", encoding="utf-8") as file:
        file.writelines("\\t".join(map(str, each)) + "\\n" for each in seen)

def leave(status, leave=os._exit):
    write()
    leave(status)

threading.settrace(look)
sys.settrace(look)
atexit.register(write)
os._exit = leave
"""
"""For a sitecustomize, which each Python finds that a test starts; the command ends without atexit."""

Callers = Mapping[Call, Sequence[str]]
"""The tests by what they call, the quick ones first; by EVERYTHING all of them."""


def callers(overlay: Overlay) -> Callers:
    """All tests are run once; RuntimeError where one fails without any mutant."""
    calls, recorder = overlay.directory / "calls", overlay.directory / "sitecustomize.py"
    calls.mkdir()
    recorder.write_text(_RECORDER)
    run = _pytest(overlay.directory, _TESTS)
    recorder.unlink()
    if run.returncode:
        raise RuntimeError(f"the tests fail without a mutant:\n{run.stdout.decode()}")
    # What stands outside of functions may be all that a test asks for: then it calls nothing.
    listed = _pytest(overlay.directory, ("--collect-only", *_TESTS)).stdout.decode().splitlines()
    found: dict[Call, set[str]] = {EVERYTHING: {each for each in listed if "::" in each}}
    for file in calls.iterdir():
        for line in file.read_text(encoding="utf-8").splitlines():
            test, name, first = line.split("\t")
            if test:
                found.setdefault((name, int(first)), set()).add(test)
    return {call: sorted(tests, key=lambda each: (not each.startswith(_QUICK), each)) for call, tests in found.items()}


def noticed(mutant: Mutant, overlay: Overlay, tests: Callers) -> str:
    """By "unit tests", "time" where they do not end, or nothing."""
    chosen = tests.get(call_of(mutant), ())
    if not chosen:
        return ""
    try:
        with overlay.holding(mutant) as directory:
            run = _pytest(directory, chosen)
    except subprocess.TimeoutExpired:
        return "time"
    return "unit tests" if run.returncode else ""


def _pytest(directory: Path, tests: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=toolchains.PROJECT,
        env={**os.environ, "PYTHONPATH": str(directory)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_SECONDS,
        check=False,
    )
