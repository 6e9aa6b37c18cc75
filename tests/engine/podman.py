"""A podman of the tests' own: its own storage and socket, crun, no network; gone when the tests are."""

from __future__ import annotations

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
from tests.engine.compare import Ran, Runtime
from tests.engine.packing import packed

_RUNS = 3
_SECONDS_TO_START = 60
_NAMESPACE = ("unshare", "--mount", "--propagation=private", "sh", "-c")
_ALONE = 'if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi; exec "$@"'
"""crun refuses machines that mount both generations of cgroups, so it gets to see one."""
_LIMITS = ("--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024")
"""Those that podman takes by itself may lie above what this machine lets it set."""


class Podman:
    """A context manager; raises toolchains.MissingError where podman cannot run containers."""

    def __init__(self) -> None:
        if os.getuid() or not all(map(shutil.which, ("podman", "crun", "unshare"))):
            raise toolchains.MissingError("a podman of our own takes root, podman and crun")
        self._room = tempfile.TemporaryDirectory(prefix="libccheck-podman-", ignore_cleanup_errors=True)
        room = Path(self._room.name)
        self.address = f"unix://{room / 'podman.sock'}"
        self._podman = ["podman", f"--root={room / 'store'}", f"--runroot={room / 'run'}", f"--tmpdir={room / 'tmp'}"]
        self._podman += ["--runtime=crun", "--cgroup-manager=cgroupfs", "--events-backend=none"]
        self._service: subprocess.Popen[bytes] | None = None

    def podman(self, *arguments: str, check: bool = True) -> Ran:
        """One call of the command."""
        run = subprocess.run(
            [*_NAMESPACE, _ALONE, "sh", *self._podman, *arguments],
            capture_output=True,
            text=True,
            errors="surrogateescape",
            stdin=subprocess.DEVNULL,
            check=False,
            env={name: value for name, value in os.environ.items() if name != "CONTAINER_HOST"},
        )
        if check and run.returncode:
            raise RuntimeError(f"podman {' '.join(arguments)}\n{run.stderr}")
        return Ran(run.returncode, run.stdout, run.stderr)

    def import_root(self, roots: Sequence[Path], name: str, changes: Sequence[str] = ()) -> None:
        """An image of one layer: these directories one over the other, the last on top."""
        with packed(roots) as archive:
            self.podman("import", "-q", *(f"--change={each}" for each in changes), str(archive), name)

    def run(self, image: str, *, entrypoint: str) -> Ran:
        """Run a container without a network and remove it. What one that ends at once says can be lost, as podman may
        attach too late on a busy machine: one that fails without a word is run again."""
        command = ("run", "--rm", "--network=none", *_LIMITS, f"--entrypoint={entrypoint}", image)
        for _ in range(_RUNS):
            ran = self.podman(*command, check=False)
            if ran.stdout or ran.stderr or not ran.status:
                break
        return ran

    def serve(self) -> str:
        """Start the service that speaks Docker's API; gives its address."""
        if self._service is None:
            command = [*_NAMESPACE, _ALONE, "sh", *self._podman, "system", "service", "--time=0", self.address]
            settings = Path(self._room.name) / "containers.conf"
            settings.write_text('[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n')
            self._service = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True, env={**os.environ, "CONTAINERS_CONF": str(settings)},
            )  # fmt: skip
            end = time.monotonic() + _SECONDS_TO_START
            while not Path(self.address.removeprefix("unix://")).exists():
                if self._service.poll() is not None or time.monotonic() > end:
                    raise toolchains.MissingError("podman system service does not start")
                time.sleep(0.1)
        return self.address

    def opened(self, image: str) -> Image:
        """The image as libccheck reads it out of podman's service."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CONTAINER_HOST", self.serve())
            return open_image(f"podman:{image}")

    def runtime(self) -> Runtime:
        text = subprocess.run(["crun", "--version"], capture_output=True, text=True, check=True).stdout
        found = re.search(r"version ([0-9.]+)", text)
        assert found
        return Runtime("podman", "crun", tuple(int(each) for each in found[1].split(".")))

    def __enter__(self) -> Podman:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._service is not None:
            os.killpg(self._service.pid, signal.SIGTERM)
            self._service.wait()
        self.podman("system", "reset", "--force", check=False)
        self._room.cleanup()
