"""Ways to an engine: DOCKER_HOST, contexts, TLS; and engines that break off, hang, or are none.

Each failure is one clear line and status 3, an interrupted export status 130, and nothing is left behind.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests import toolchains
from tests.engine.engine import Engine
from tests.engine.proxy import Certificates, Proxy, answering
from tests.forge import elf

_NAME = "libccheck/reached:1"
_REFERENCE = f"docker:{_NAME}"
_SOURCES = toolchains.PROJECT / "src"
_OWN = ("DOCKER_", "LIBCCHECK_", "XDG_CACHE_HOME")


@pytest.fixture(scope="module")
def socket_path(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The engine's socket; the engine holds an image of some size."""
    root = tmp_path_factory.mktemp("root")
    (root / "padding").write_bytes(os.urandom(1 << 20))
    engine.import_root((root,), _NAME)
    return engine.address.removeprefix("unix://")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    if not shutil.which("openssl"):
        toolchains.missing("openssl is not installed")
    return Certificates(tmp_path_factory.mktemp("tls") / "ours")


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A home without a configuration, an empty directory for temporary files, and a program."""
    for each in ("home", "temporary"):
        (tmp_path / each).mkdir()
    (tmp_path / "app").write_bytes(elf(kind=2))
    (tmp_path / "app").chmod(0o755)
    return tmp_path


def started(room: Path, **environment: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
    own = {"HOME": str(room / "home"), "TMPDIR": str(room / "temporary"), "XDG_CACHE_HOME": str(room / "cache")}
    return subprocess.Popen(
        [sys.executable, "-m", "libccheck", "check", "app", "--image", _REFERENCE],
        cwd=room,
        env={**kept, **own, "PYTHONPATH": str(_SOURCES), "LIBCCHECK_OFFLINE": "1", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ran(room: Path, **environment: str) -> tuple[int, str, str]:
    process = started(room, **environment)
    output, errors = process.communicate(timeout=60)
    assert list((room / "temporary").iterdir()) == []
    return process.returncode, output, errors


def reaches(room: Path, **environment: str) -> bool:
    status, output, errors = ran(room, **environment)
    assert (status, errors) == (0, ""), errors
    return f"{_REFERENCE}, linux/amd64, from docker" in " ".join(output.split())


def complaint(room: Path, **environment: str) -> str:
    """The one line of an error, its hint aside."""
    status, output, errors = ran(room, **environment)
    lines = errors.splitlines()
    assert (status, output) == (3, "")
    assert lines[0].startswith(f"error: {_REFERENCE}: ")
    assert [line for line in lines[1:] if not line.startswith(" hint: ")] == []
    assert len(lines) <= 2
    return lines[0]


def test_an_engine_at_a_socket_and_over_tcp(socket_path: str, room: Path) -> None:
    assert reaches(room, DOCKER_HOST=f"unix://{socket_path}")
    with Proxy(socket_path) as proxy:
        assert reaches(room, DOCKER_HOST=proxy.address)


class TestContexts:
    @pytest.fixture(params=["with config.json", "without config.json"])
    def home(self, room: Path, request: pytest.FixtureRequest) -> Path:
        (room / "home/.docker").mkdir()
        if request.param == "with config.json":
            (room / "home/.docker/config.json").write_text("{}")
        return room

    def test_the_one_that_the_environment_names(self, socket_path: str, home: Path) -> None:
        context(home / "home/.docker", "far", f"unix://{socket_path}")
        assert reaches(home, DOCKER_CONTEXT="far")

    def test_the_current_one(self, socket_path: str, room: Path) -> None:
        context(room / "home/.docker", "far", f"unix://{socket_path}")
        (room / "home/.docker/config.json").write_text('{"currentContext": "far"}')
        assert reaches(room)

    def test_in_another_directory(self, socket_path: str, room: Path) -> None:
        context(room / "settings", "far", f"unix://{socket_path}")
        assert reaches(room, DOCKER_CONFIG=str(room / "settings"), DOCKER_CONTEXT="far")

    def test_docker_host_goes_before(self, socket_path: str, room: Path) -> None:
        context(room / "home/.docker", "far", f"unix://{room}/nobody.sock")
        assert reaches(room, DOCKER_CONTEXT="far", DOCKER_HOST=f"unix://{socket_path}")

    def test_as_the_docker_command_makes_it(self, socket_path: str, certificates: Certificates, room: Path) -> None:
        own = certificates.directory
        files = ",".join(f"{name}={own / f'{name}.pem'}" for name in ("ca", "cert", "key"))
        with Proxy(socket_path, certificates.server()) as proxy:
            subprocess.run(
                ["docker", "context", "create", "far", "--docker", f"host={proxy.address},{files}"],
                env={**os.environ, "DOCKER_CONFIG": str(room / "made")},
                check=True,
                capture_output=True,
            )
            assert reaches(room, DOCKER_CONFIG=str(room / "made"), DOCKER_CONTEXT="far")

    def test_one_that_is_not_there(self, room: Path) -> None:
        assert "there is no Docker context called nowhere" in complaint(room, DOCKER_CONTEXT="nowhere")

    def test_one_that_is_damaged(self, room: Path) -> None:
        context(room / "home/.docker", "far", "unix:///x.sock")
        next((room / "home/.docker/contexts/meta").glob("*/meta.json")).write_text("{")
        assert "context" in complaint(room, DOCKER_CONTEXT="far")


class TestTls:
    @pytest.fixture
    def proxy(self, socket_path: str, certificates: Certificates) -> Iterator[Proxy]:
        with Proxy(socket_path, certificates.server()) as proxy:
            yield proxy

    def test_both_sides_know_each_other(self, proxy: Proxy, certificates: Certificates, room: Path) -> None:
        """Whatever authorities the user trusts elsewhere."""
        where, bundle = str(certificates.directory), str(Certificates(room / "others").directory / "ca.pem")
        tls = {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": where, "REQUESTS_CA_BUNDLE": bundle}
        assert reaches(room, DOCKER_HOST=proxy.address, **tls)

    def test_a_server_that_another_authority_signed(self, proxy: Proxy, room: Path) -> None:
        where = str(Certificates(room / "others").directory)
        line = complaint(room, DOCKER_HOST=proxy.address, DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=where)
        assert "certificate verify failed" in line

    def test_who_has_no_certificate_is_turned_away(self, proxy: Proxy, certificates: Certificates, room: Path) -> None:
        (room / "mine").mkdir()
        shutil.copy(certificates.directory / "ca.pem", room / "mine")
        line = complaint(room, DOCKER_HOST=proxy.address, DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=str(room / "mine"))
        assert line.startswith(f"error: docker:{_NAME}: no docker engine answers at {proxy.address}: ")
        assert "certificate" in line or "cert.pem" in line

    def test_who_speaks_in_the_clear_is_told(self, proxy: Proxy, room: Path) -> None:
        assert f"no docker engine answers at {proxy.address}" in complaint(room, DOCKER_HOST=proxy.address)


class TestBreakingOff:
    @pytest.mark.parametrize("after", [0, 1 << 19])
    def test_an_engine_that_dies_while_it_exports(
        self, socket_path: str, room: Path, engine: Engine, after: int
    ) -> None:
        with Proxy(socket_path, after=after) as proxy:
            assert "engine" in complaint(room, DOCKER_HOST=proxy.address)
        assert engine.docker("ps", "-aq").stdout == ""

    @pytest.mark.parametrize(
        "words", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\n{}"]
    )
    def test_what_answers_is_no_engine(self, room: Path, words: bytes) -> None:
        with answering(words) as address:
            assert "docker engine" in complaint(room, DOCKER_HOST=address)

    @pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "unix:///no/such.sock", "nonsense://x", "tcp://"])
    def test_nobody_answers(self, room: Path, address: str) -> None:
        assert address in complaint(room, DOCKER_HOST=address)

    def test_an_interrupted_export_ends_at_once(self, socket_path: str, room: Path, engine: Engine) -> None:
        with Proxy(socket_path, after=1 << 19, stalls=True) as proxy:
            process = started(room, DOCKER_HOST=proxy.address)
            assert proxy.reached.wait(60)
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=10)
        assert (process.returncode, output, errors.split()) == (130, "", ["interrupted"])
        assert list((room / "temporary").iterdir()) == []
        assert engine.docker("ps", "-aq").stdout == ""


def context(directory: Path, name: str, host: str, certificates: Certificates | None = None) -> None:
    """The files of a context, as `docker context create` lays them out."""
    identity = sha256(name.encode()).hexdigest()
    meta = directory / "contexts/meta" / identity / "meta.json"
    meta.parent.mkdir(parents=True)
    endpoint = {"Host": host, "SkipTLSVerify": False}
    meta.write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": endpoint}}))
    if certificates is not None:
        keys = directory / "contexts/tls" / identity / "docker"
        keys.mkdir(parents=True)
        for each in ("ca.pem", "cert.pem", "key.pem"):
            shutil.copy(certificates.directory / each, keys)
