"""One command, measured by a process that is smaller than any it starts: its memory would count for theirs.

As a program: OUTPUT COMMAND...; what the command writes goes to the file OUTPUT, the measures to standard output.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """Seconds of wall time, megabytes of the largest resident set."""

    seconds: float
    megabytes: float


def measured(command: Sequence[str], environment: Mapping[str, str], statuses: Sequence[int] = (0, 1)) -> Run:
    """Raises RuntimeError, with all that it said, where the command ends in another status."""
    import subprocess

    with tempfile.NamedTemporaryFile("r", errors="replace") as said:
        done = subprocess.run(
            [sys.executable, "-I", "-S", __file__, said.name, *command],
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
        )
        status, seconds, kilobytes = json.loads(done.stdout)
        if status not in statuses:
            raise RuntimeError(f"{' '.join(command)}\n{said.read()}")
    return Run(seconds, kilobytes / 1000)


def main() -> None:
    output, *command = sys.argv[1:]
    file = os.open(output, os.O_WRONLY)
    actions = [(os.POSIX_SPAWN_DUP2, file, 1), (os.POSIX_SPAWN_DUP2, file, 2)]
    begin = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - begin
    print(json.dumps([os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss]))


if __name__ == "__main__":
    main()
