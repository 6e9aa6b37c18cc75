"""A container's end, held against the prediction."""

from __future__ import annotations

import json
import re

from libccheck.causes import read
from libccheck.errors import LibccheckError
from libccheck.images.containers import Ran
from libccheck.model import Check, Died, Refused, Started, Unclear, Verified
from libccheck.verdict import kind_of_outcome
from libccheck.wording import exit_status, older, said_of, seen

_BY_ENGINES = ("docker", "podman", "kubernetes")
_MOST_KEPT = 1 << 16
_SIGNALS = range(129, 160)
_LOADERS = ("LC2", "LC105", "LC108")
_REFUSAL = re.compile(
    # runc and crun, before the start and after it
    r"exec: \"|\bexec (?:user process caused|/|container process)|executable file |open executable|the path `"
)


def judged(check: Check, ran: Ran, engine: str, seconds: int) -> Verified:
    """What the run shows of the prediction. Raises LibccheckError where the engine failed, and not the program."""
    stderr = ran.refusal or _without_log(ran.stderr.decode("utf-8", "surrogateescape"))
    observed, how = _observed(check, ran, stderr, seconds)
    held = _held(check, ran, observed, stderr)
    if held is False and check.process.user.uid == 0 and "permission denied" in stderr.lower():
        held, how = None, f"{how}; root has no capabilities there, so what only other users may read is closed to it"
    return Verified(engine, held, observed, ran.status, stderr[:_MOST_KEPT], how)


def _observed(check: Check, ran: Ran, stderr: str, seconds: int) -> tuple[str, str]:
    """The kind of outcome, and what it was seen by."""
    if ran.refusal:
        if not _REFUSAL.search(ran.refusal):
            raise LibccheckError(f"the engine could not run it: {' '.join(ran.refusal.split())}")
        return "refused", "was not started"
    if ran.status is None:
        return "starts", f"was still running after {seconds} s"
    ended = f"ended with status {ran.status}"
    if ran.stdout:
        return "starts", f"wrote to standard output and {ended}"
    if ran.status and _REFUSAL.match(stderr.partition(": ")[2] if stderr.startswith("standard_init") else stderr):
        return "refused", "was not started"
    if _is_as_predicted(check, ran, stderr) or (ran.status and _speaks_a_loader(check, stderr)):
        return "dies", f"{ended} before its own code ran"
    if ran.status in _SIGNALS:
        return "unclear", f"{ended}, killed by signal {ran.status - 128}: in its own code or before does not show"
    return "starts", ended


def _without_log(stderr: str) -> str:
    """crun may log in JSON what stops an exec, in the container's place."""
    if not stderr.startswith('{"msg":'):
        return stderr
    try:
        said = str(json.loads(stderr)["msg"])
    except (ValueError, RecursionError):
        return stderr
    return f"{said}\n" if _REFUSAL.match(said) else stderr


def _held(check: Check, ran: Ran, observed: str, stderr: str) -> bool | None:
    outcome = check.launch.outcome
    if isinstance(outcome, Unclear):
        return None
    if isinstance(outcome, Died):
        return _is_as_predicted(check, ran, stderr)
    if isinstance(outcome, Refused):
        return observed == "refused" and _names(check, outcome.errno, stderr)
    if observed == "unclear":
        return None
    return observed == kind_of_outcome(outcome) and (
        not isinstance(outcome, Started) or stderr.startswith(outcome.stderr)
    )


def _is_as_predicted(check: Check, ran: Ran, stderr: str) -> bool:
    """Whether it died as a loader was predicted to end it, in all its words."""
    outcome = check.launch.outcome
    status = exit_status(check.launch)["docker"]
    return isinstance(outcome, Died) and (ran.status, ran.stdout, stderr) == (status, b"", outcome.stderr)


def _names(check: Check, errno: str, stderr: str) -> bool:
    """Whether a refusal is the predicted one: by the words of any release, which all of them end with the errno's."""
    today = seen(check.launch, check.process)
    words = [*(today[each] for each in _BY_ENGINES), *older(check.launch, check.process).values()]
    return any(each and each in stderr for each in words) or said_of(errno).lower() in stderr.lower()


def _speaks_a_loader(check: Check, stderr: str) -> bool:
    """Whether it ends with what loaders say, of this program or of what interprets it."""
    reading = read(stderr)
    if reading is None or not any(each.code.startswith(_LOADERS) for each in reading.causes):
        return False
    own = {check.place, check.launch.path, *check.launch.argv, *(each.path for each in check.launch.steps)}
    return any(name and name in stderr for name in own)
