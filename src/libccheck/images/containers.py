"""Containers that are made to see one program start, without any rights; they and their images are gone afterwards.

What is placed beside the program goes into an image of its own, made of a container that never runs: the user's image
stays as it is, and the container that runs has a root that cannot be written.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO, TypeVar
from uuid import uuid4

from libccheck.errors import LibccheckError
from libccheck.images.engines import Engine
from libccheck.images.listening import Listening
from libccheck.images.owners import is_abandoned, mine
from libccheck.images.sweeping import LABEL, NAME, PREPARED, sweep
from libccheck.machines import platform_machine
from libccheck.model import Process
from libccheck.record import NamedTuple

_MEMORY = 1 << 30
_PROCESSES = 512

_Value = TypeVar("_Value")


class Ran(NamedTuple):
    """How a container ended. status: None if it was still running when its time was up.

    refusal: what the engine said instead of starting it, "" where it did start.
    """

    status: int | None
    stdout: bytes
    stderr: bytes
    refusal: str = ""


class Containers:
    """A context manager: what it has made is removed when it ends, and before that what others have left behind.

    Everything may raise LibccheckError. kind: "docker" or "podman".
    """

    def __init__(self, kind: str) -> None:
        self._engine = Engine(kind)
        self._owner = mine()
        self.machine = ""
        self.release = ""

    def __enter__(self) -> Containers:
        facts = self._ask(lambda api: api.version())
        self.machine = platform_machine(f"linux/{facts.get('Arch', '')}")
        self.release = f"{self._engine.kind} {facts.get('Version', '')}".rstrip()
        self._sweep(is_abandoned)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._sweep(lambda owner, _: owner == self._owner)
        finally:
            self._engine.close()

    def import_root(self, archive: Iterator[bytes]) -> str:
        """An image of a root file system in a tar archive, without a name; gives its identity."""
        said = self._ask(
            lambda api: api.import_image_from_stream(archive, changes=[f"LABEL {LABEL}={json.dumps(self._owner)}"])
        )
        told = [json.loads(line) for line in str(said).splitlines() if line.strip()]
        failed = next((each["error"] for each in told if "error" in each), "")
        if failed or not told:
            raise LibccheckError(f"the {self._engine.kind} engine does not take the root: {failed or 'no answer'}")
        return str(told[-1]["status"])

    def run(self, image: str, files: BinaryIO, paths: Sequence[str], place: str, process: Process, seconds: int) -> Ran:
        """Run the program at `place`, with nothing but what is predicted for it, for at most so many seconds.

        files: a tar archive of what is placed into the image, parents first; paths: what is in it.
        """
        name = f"{NAME}{uuid4().hex[:16]}"
        # It stays until the image made of it is gone: podman removes the images below that nobody has a name for.
        with self._made(name + PREPARED, image, place, process, {}) as prepared:
            self._check_volumes(prepared, paths)
            self._ask(lambda api: api.put_archive(prepared, "/", files))
            made = self._ask(lambda api: api.commit(prepared)["Id"])
            try:
                with self._made(name, made, place, process, self._bounds(process)) as container:
                    return self._watched(container, seconds)
            finally:
                self._ask(lambda api: api.remove_image(made, force=True, noprune=True))

    @contextlib.contextmanager
    def _made(self, name: str, image: str, place: str, process: Process, bounds: dict[str, Any]) -> Iterator[str]:
        """A container that was made, not started; the program takes the place of whatever the image would run."""
        user = process.user

        def make(api: Any) -> Any:
            return api.create_container(
                image,
                name=name,
                entrypoint=[place],
                environment=[f"{key}={value}" for key, value in process.env],
                user=f"{user.uid}:{user.gid}",
                working_dir=process.cwd,
                labels={LABEL: self._owner},
                healthcheck={"test": ["NONE"]},
                host_config=api.create_host_config(network_mode="none", **bounds),
            )["Id"]

        made = self._engine.ask(image, lambda client: make(client.api))
        try:
            yield made
        finally:
            self._ask(lambda api: api.remove_container(made, v=True, force=True))

    def _bounds(self, process: Process) -> dict[str, Any]:
        from docker.types import LogConfig

        return {
            "read_only": True,
            "cap_drop": ["ALL"],
            "security_opt": ["no-new-privileges"],
            "pids_limit": _PROCESSES,
            "mem_limit": _MEMORY,
            "memswap_limit": _MEMORY,
            "group_add": [str(each) for each in process.user.groups],
            "log_config": LogConfig(type="none"),
        }

    def _watched(self, container: str, seconds: int) -> Ran:
        """Listen, start, wait. podman prepares the process when somebody listens, so that may be refused too."""
        import docker.errors

        def started(api: Any) -> Listening | str:
            try:
                stream = api.attach(container, stdout=True, stderr=True, stream=True, demux=True)
                listening = Listening(stream)
                api.start(container)
            except docker.errors.APIError as error:
                return str(error.explanation or error)
            return listening

        listening = self._ask(started)
        if isinstance(listening, str):
            return Ran(None, b"", b"", listening)
        status = self._ask(lambda api: _ended(api, container, seconds))
        return Ran(status, *listening.heard())

    def _check_volumes(self, container: str, paths: Sequence[str]) -> None:
        """What lies in a volume is no part of the image that is made of the container."""
        mounts = self._ask(lambda api: api.inspect_container(container)).get("Mounts") or ()
        for each in (str(mount.get("Destination", "")).rstrip("/") for mount in mounts):
            inside = next((path for path in paths if each and f"{path}/".startswith(f"{each}/")), None)
            if inside is not None:
                raise LibccheckError(f"cannot place {inside} for a run: the image says that {each} is a volume")

    def _sweep(self, is_chosen: Callable[[str, float], bool]) -> None:
        self._ask(lambda api: sweep(api, is_chosen))

    def _ask(self, question: Callable[[Any], _Value]) -> _Value:
        return self._engine.ask("what libccheck made", lambda client: question(client.api))


def _ended(api: Any, container: str, seconds: int) -> int | None:
    """The status that it ends with; None where it has to be ended."""
    import docker.errors
    import requests

    try:
        return int(api.wait(container, timeout=seconds)["StatusCode"])
    except (requests.exceptions.ReadTimeout, requests.exceptions.ConnectionError):
        with contextlib.suppress(docker.errors.APIError):  # it has ended meanwhile
            api.kill(container)
        return None
