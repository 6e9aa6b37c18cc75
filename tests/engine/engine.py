"""A Docker engine of the tests' own: its own data, socket and process id, no network, gone when the tests are."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import pytest

from libccheck import open_image
from libccheck.model import Image
from tests import toolchains
from tests.engine.compare import Ran, Runtime, Version
from tests.engine.packing import packed

_SECONDS_TO_START = 60
_CLIENT = "/usr/bin/docker"
"""Debian's own client, which builds without a plugin; another may stand before it in PATH."""


class Engine:
    """A context manager; raises toolchains.MissingError where an engine cannot be had."""

    def __init__(self) -> None:
        daemon = shutil.which("dockerd", path=f"/usr/sbin:{os.environ['PATH']}")
        if os.getuid() or not daemon:
            raise toolchains.MissingError("an engine of our own takes root and dockerd")
        self._room = tempfile.TemporaryDirectory(prefix="libccheck-engine-", ignore_cleanup_errors=True)
        room = Path(self._room.name)
        self.address = f"unix://{room / 'docker.sock'}"
        self._log = room / "log"
        places = [
            f"--data-root={room / 'data'}",
            f"--exec-root={room / 'exec'}",
            f"-H={self.address}",
            f"-p={room / 'pid'}",
        ]
        self._daemon = subprocess.Popen(
            [daemon, *places, "--iptables=false", "--ip6tables=false", "--bridge=none"],
            stdout=self._log.open("w"),
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._wait()
        except BaseException:
            self._stop()
            raise

    def docker(self, *arguments: str, check: bool = True, **options: object) -> Ran:
        """One call of the client."""
        client = _CLIENT if Path(_CLIENT).exists() else "docker"
        environment = {
            **os.environ,
            "DOCKER_HOST": self.address,
            "DOCKER_BUILDKIT": "1",
            "DOCKER_CONFIG": self._room.name,
        }
        run = subprocess.run(
            [client, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            stdin=subprocess.DEVNULL,
            check=False,
            **options,  # type: ignore[call-overload]
        )
        if check and run.returncode:
            raise RuntimeError(f"docker {' '.join(arguments)}\n{run.stderr}")
        return Ran(run.returncode, run.stdout, run.stderr)

    def import_root(self, roots: Sequence[Path], name: str, changes: Sequence[str] = ()) -> None:
        """An image of one layer: these directories one over the other, the last on top."""
        with packed(roots) as archive:
            self.docker("import", *(f"--change={each}" for each in changes), str(archive), name)

    def build(self, dockerfile: Path, context: Path, name: str, *options: str) -> None:
        self.docker("build", "--network=none", "-q", "-f", str(dockerfile), "-t", name, *options, str(context))

    def run(self, image: str, *arguments: str, entrypoint: str | None = None) -> Ran:
        """Run a container without a network and remove it."""
        chosen = [f"--entrypoint={entrypoint}"] if entrypoint is not None else []
        return self.docker("run", "--rm", "--network=none", *chosen, image, *arguments, check=False)

    def opened(self, image: str) -> Image:
        """The image as libccheck reads it out of this engine."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DOCKER_HOST", self.address)
            return open_image(f"docker:{image}")

    def runtime(self) -> Runtime:
        text = subprocess.run(["runc", "--version"], capture_output=True, text=True, check=True).stdout
        words = text.split()
        go = words[words.index("go:") + 1].removeprefix("go")
        return Runtime("docker", "runc", _version(words[2]), _version(go))

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _wait(self) -> None:
        end = time.monotonic() + _SECONDS_TO_START
        while self.docker("version", check=False).status:
            if self._daemon.poll() is not None or time.monotonic() > end:
                raise toolchains.MissingError(f"the engine does not start: {self._log.read_text()[-500:]}")
            time.sleep(0.2)

    def _stop(self) -> None:
        """Ask it, then make sure: containerd and shims are of the same session."""
        self._daemon.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._daemon.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._daemon.pid, signal.SIGKILL)
        self._daemon.wait()
        self._room.cleanup()


def _version(text: str) -> Version:
    """The numbers at the beginning of a version: "1.1.5+ds1" gives (1, 1, 5)."""
    found = re.match(r"[0-9.]+", text)
    return tuple(int(each) for each in found[0].split(".") if each) if found else ()
