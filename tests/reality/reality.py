"""What really happens when a program is started in a root: the one place that executes anything."""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from libccheck.model import Died, Outcome, Process, Refused, Started, Unclear, User

ANNOUNCEMENT = "started"
_SECONDS, _PATIENT = 5, 60
_PROJECT = Path(__file__).resolve().parents[2]


class UnavailableError(Exception):
    """This machine does not let us make namespaces, or mount in them."""


class Reality:
    """Executes programs as an unprivileged user in namespaces of their own; a context manager.

    `rules` are those of emulators, in the form in which binfmt_misc takes them; without any there is no emulation.
    """

    def __init__(self, rules: Sequence[str] = ()) -> None:
        self._point = tempfile.TemporaryDirectory(prefix="libccheck-root-")
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.reality.server", self._point.name, *rules],
            cwd=_PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        uid, gid, groups = self._answer()["user"]
        self.user = User(uid, gid, tuple(groups))

    def execute(
        self,
        layers: Sequence[Path],
        path: str,
        process: Process,
        *,
        word: str | None = ANNOUNCEMENT,
        images: int = 1,
        patient: bool = False,
    ) -> Outcome:
        """Exec `path` in the root that `layers` make, the first on top; the first must hold a directory `proc`.

        A program has started when it writes `word` to standard output. One that has no word has started when its entry
        point is reached; `images` says how many programs exec each other until then. `patient` waits much longer for
        its end, which may take its time on a machine with much to do.
        """
        seconds = _PATIENT if patient else _SECONDS
        order = {
            "layers": [str(each) for each in layers],
            "path": path,
            "argv": process.argv,
            "env": process.env,
            "cwd": process.cwd,
            "word": word,
            "images": images,
            "seconds": seconds,
        }
        assert self._server.stdin is not None
        print(json.dumps(order), file=self._server.stdin, flush=True)
        return _outcome(self._answer(), seconds)

    def __enter__(self) -> Reality:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.communicate()
        self._point.cleanup()

    def _answer(self) -> dict[str, Any]:
        assert self._server.stdout is not None
        line = self._server.stdout.readline()
        if not line:
            complaint = self._server.communicate()[1].strip().rpartition("\n")[2]
            self._point.cleanup()
            raise UnavailableError(f"the server of executions ended: {complaint}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _outcome(answer: dict[str, Any], seconds: int) -> Outcome:
    stderr: str = answer["stderr"]
    if answer["setup"]:
        raise UnavailableError(answer["setup"])
    if answer["errno"] is not None:
        return Refused(errno.errorcode[answer["errno"]])
    if answer["started"]:
        return Started(stderr)
    if answer["late"]:
        return Unclear(f"still there after {seconds} s, without a word: {stderr!r}")
    if answer["signal"] is not None:
        return Died(None, signal.Signals(answer["signal"]).name, stderr)
    return Died(answer["status"], None, stderr)
