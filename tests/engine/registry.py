"""A real registry on loopback, the tests' own: its storage, with or without TLS and passwords, gone when they are."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from tests import toolchains

_SECONDS_TO_START = 30
NAME = "registry.test"
"""What its certificates call it; who asks for that has to be led to loopback."""
USER, PASSWORD = "someone", "secret"
_USERS = "someone:$2y$05$wDrefOyluXBDyzhhNssBpu6c6qKpj4yLm6FHzi/qfeBgkpE41Xcbm\n"  # htpasswd -Bbn -C 5 someone secret


class Certificates:
    """An authority, and what it says of `registry.test` and of 127.0.0.1: in `good` today, in `expired` yesterday."""

    def __init__(self, room: Path) -> None:
        if not shutil.which("openssl"):
            raise toolchains.MissingError("openssl is not installed")
        self.authority, self.key = room / "authority.pem", room / "key.pem"
        self.good, self.expired = room / "good.pem", room / "expired.pem"
        request, names = room / "request.pem", room / "names"
        names.write_text(f"subjectAltName=DNS:{NAME},IP:127.0.0.1\n")
        whose = ("-newkey", "rsa:2048", "-nodes")
        _openssl("req", "-x509", *whose, "-keyout", f"{room}/ca", "-out", f"{self.authority}", "-subj", "/CN=tests")
        _openssl("req", *whose, "-keyout", f"{self.key}", "-out", f"{request}", "-subj", f"/CN={NAME}")
        by = ("-CA", f"{self.authority}", "-CAkey", f"{room}/ca", "-CAcreateserial", "-extfile", f"{names}")
        for certificate, days in ((self.good, "2"), (self.expired, "-1")):
            _openssl("x509", "-req", "-in", f"{request}", *by, "-days", days, "-out", f"{certificate}")


class Registry:
    """A context manager over a directory of blobs, which several may share.

    certificate: with which, and the key of `certificates`, it speaks TLS. private: whether it wants USER and PASSWORD.
    """

    def __init__(
        self,
        storage: Path,
        certificates: Certificates | None = None,
        certificate: Path | None = None,
        *,
        private: bool = False,
    ) -> None:
        program = shutil.which("docker-registry")
        if not program:
            raise toolchains.MissingError("docker-registry is not installed")
        self._room = tempfile.TemporaryDirectory(prefix="libccheck-registry-")
        room = Path(self._room.name)
        self.storage = storage
        self.port = _free_port()
        self.host = f"127.0.0.1:{self.port}"
        http = {"addr": self.host, "secret": "of no matter"}
        if certificates is not None:
            http["tls"] = {"certificate": str(certificate or certificates.good), "key": str(certificates.key)}  # type: ignore[assignment]
        settings: dict[str, object] = {
            "version": "0.1",
            "log": {"level": "error", "accesslog": {"disabled": True}},
            "storage": {"filesystem": {"rootdirectory": str(storage)}},
            "http": http,
        }
        if private:
            (room / "users").write_text(_USERS)
            settings["auth"] = {"htpasswd": {"realm": "tests", "path": str(room / "users")}}
        (room / "config.yml").write_text(json.dumps(settings))  # which is YAML too
        self._log = room / "log"
        self._server = subprocess.Popen(
            [program, "serve", str(room / "config.yml")],
            stdout=self._log.open("w"),
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "OTEL_TRACES_EXPORTER": "none"},
        )

    def blob(self, digest: str) -> Path:
        """Where it keeps the bytes of a blob."""
        value = digest.removeprefix("sha256:")
        return self.storage / "docker/registry/v2/blobs/sha256" / value[:2] / value / "data"

    def __enter__(self) -> Registry:
        end = time.monotonic() + _SECONDS_TO_START
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                if self._server.poll() is not None or time.monotonic() > end:
                    self._stop()
                    raise toolchains.MissingError("the registry does not start") from None
                time.sleep(0.05)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        self._server.kill()
        self._server.wait()
        self._room.cleanup()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], capture_output=True, check=True)
