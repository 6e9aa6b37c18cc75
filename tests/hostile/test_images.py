"""Images that cannot be had, through the command: one clear line, status 3, and nothing left but what is whole."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from libccheck.cli import main
from libccheck.images import inflate
from libccheck.images.cache import Cache
from libccheck.images.cache.place import Place
from tests import toolchains
from tests.archives import Item, tar
from tests.engine.registry import NAME, Certificates
from tests.fake_engine import FakeEngine
from tests.fake_registry import Answer, Registry, digest_of
from tests.forge import elf
from tests.unit.images.test_registry import auth

LAYERS = [
    tar([Item("bin/", mode=0o755), Item("bin/sh", elf(kind=2))]),
    tar([Item(f"srv/{number}", b"#!/bin/sh\n") for number in range(100)]),
]
LED = {NAME: "127.0.0.1"}
_OWN = ("DOCKER_", "LIBCCHECK_", "XDG_", "CONTAINER_", "REQUESTS_", "HTTP", "http", "ALL_PROXY", "all_proxy")


class Command:
    """`libccheck check` in surroundings of its own, which can be looked through afterwards."""

    def __init__(self, room: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.room, self._capture = room, capture
        self.settings = room / "home/.docker"
        for each in ("home", "temporary"):
            (room / each).mkdir()
        (room / "app").write_bytes(elf(kind=2))
        (room / "app").chmod(0o755)
        for name in [each for each in os.environ if each.startswith(_OWN)]:
            patch.delenv(name)
        for name, folder in (("HOME", "home"), ("TMPDIR", "temporary"), ("XDG_CACHE_HOME", "cache")):
            patch.setenv(name, str(room / folder))
        patch.setattr(tempfile, "tempdir", None)
        patch.setattr(time, "sleep", lambda _: None)
        patch.chdir(room)

    def run(self, reference: str) -> tuple[int, str, str]:
        status = main(["check", "app", "--image", reference])
        shown = self._capture.readouterr()
        return status, shown.out, shown.err

    def complaint(self, reference: str) -> str:
        """The one line of an error, without the image's name, its hint aside."""
        status, output, errors = self.run(reference)
        lines = errors.splitlines()
        assert (status, output) == (3, ""), errors
        assert lines[0].startswith("error: ")
        assert [line for line in lines[1:] if not line.startswith(" hint: ")] == []
        assert len(lines) <= 2
        self.look_through()
        return lines[0].removeprefix("error: ").removeprefix(f"{reference}: ")

    def started(self, reference: str) -> subprocess.Popen[str]:
        """The same as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "libccheck", "check", "app", "--image", reference],
            env={**os.environ, "PYTHONPATH": str(toolchains.PROJECT / "src")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def look_through(self) -> None:
        """Nothing is left over, and what the cache holds of layers is theirs, and whole."""
        assert os.listdir(self.room / "temporary") == []
        place = Place(str(self.room / "cache/libccheck"))
        whole = {path: len(layer) for path, layer in ((digest_of(each)[7:], each) for each in LAYERS)}
        for each in place._files():
            name = os.path.basename(each.path)
            assert name.endswith((".json", ".layer")), name
            if name.endswith(".layer"):
                digest = f"sha256:{name[:64]}"
                assert Cache(place).sizes([digest]) == [whole[name[:64]]]
                assert Cache(place).layer(digest, 0)

    def configure(self, settings: dict[str, Any]) -> None:
        self.settings.mkdir()
        (self.settings / "config.json").write_text(json.dumps(settings))


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(tmp_path, monkeypatch, capsys)


@pytest.fixture
def small_bombs(monkeypatch: pytest.MonkeyPatch) -> None:
    """What expands without bound is noticed after 16 MiB, not after a gibibyte."""
    monkeypatch.setattr(inflate, "_FREE", 1 << 24)


class TestRegistries:
    @pytest.fixture
    def registry(self) -> Iterator[Registry]:
        with Registry() as registry:
            registry.push(LAYERS)
            yield registry

    @pytest.fixture
    def name(self, registry: Registry) -> str:
        return f"registry:{registry.host}/o/app:1"

    def test_a_tag_that_is_not_there(self, command: Command, registry: Registry) -> None:
        name = f"{registry.host}/o/app:2"
        assert command.complaint(f"registry:{name}") == f"{registry.host} has no {name}"

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({}, "HOST gives it to nobody without a login: HOST/o/app"),
            ({"auths": {"HOST": auth("me", "secret")}}, "HOST does not know the user: HOST/o/app"),
        ],
    )
    def test_no_permission(
        self, command: Command, registry: Registry, name: str, settings: dict[str, Any], said: str
    ) -> None:
        """To anybody, and to whom the registry knows."""
        registry.user = ("me", "secret") if settings else None
        registry.meddle = lambda _path, _count, answer: answer if answer[0] == 401 else (403, {}, b"{}")
        command.configure(json.loads(json.dumps(settings).replace("HOST", registry.host)))
        assert command.complaint(name) == said.replace("HOST", registry.host)

    @pytest.mark.parametrize("by_token", [False, True])
    def test_wrong_credentials(self, command: Command, registry: Registry, name: str, by_token: bool) -> None:
        registry.user, registry.by_token = ("me", "secret"), by_token
        command.configure({"auths": {registry.host: auth("me", "wrong")}})
        assert command.complaint(name) == f"{registry.host} does not know the user: {registry.host}/o/app"

    def test_a_certificate_that_has_expired(
        self, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        try:
            certificates = Certificates(tmp_path)
        except toolchains.MissingError as error:
            toolchains.missing(error)
        found = socket.getaddrinfo
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda host, *more, **others: found(LED.get(host, host), *more, **others)
        )
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.authority))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.expired, certificates.key)
        with Registry(context) as registry:
            host = registry.host.replace("127.0.0.1", NAME)
            said = command.complaint(f"registry:{host}/o/app:1")
            assert said == f"{host} has a certificate that cannot be trusted: certificate has expired"

    @pytest.mark.parametrize(
        ("folder", "said"),
        [
            ("manifests", "the connection to HOST broke off"),
            ("blobs", "its config did not arrive whole from HOST: the connection to HOST broke off"),
        ],
    )
    def test_one_that_closes_in_the_middle(
        self, command: Command, registry: Registry, name: str, folder: str, said: str
    ) -> None:
        def cut(path: str, _: int, answer: Answer) -> Answer:
            status, headers, body = answer
            whole = f"/{folder}/" not in path
            return answer if whole else (status, {**headers, "Content-Length": str(len(body))}, body[:-9])

        registry.meddle = cut
        assert said.replace("HOST", registry.host) in command.complaint(name)

    def test_one_that_closes_in_the_middle_of_a_layer(self, command: Command, registry: Registry, name: str) -> None:
        """The other layer, which came whole, may stay."""
        last = f"/blobs/{list(registry.blobs)[-1]}"

        def cut(path: str, _: int, answer: Answer) -> Answer:
            _, headers, body = answer
            return (200, {**headers, "Content-Length": "99999"}, body[:-9]) if path.endswith(last) else answer

        registry.meddle = cut
        assert f"layer 2 of 2 did not arrive whole from {registry.host}: " in command.complaint(name)

    @pytest.mark.parametrize(("which", "what"), [(0, "its config"), (1, "layer 1 of 2"), (2, "layer 2 of 2")])
    def test_another_digest(self, command: Command, registry: Registry, name: str, which: int, what: str) -> None:
        wrong = list(registry.blobs)[which]
        data = registry.blobs[wrong]
        registry.blobs[wrong] = data[:-1] + bytes([data[-1] ^ 1])
        assert f"{registry.host} sent {what} with another digest than was asked for" in command.complaint(name)

    def test_a_manifest_of_another_digest(self, command: Command, registry: Registry) -> None:
        digest = digest_of(registry.manifests["1"][1])
        registry.manifests[digest] = (registry.manifests["1"][0], registry.manifests["1"][1] + b" ")
        said = command.complaint(f"registry:{registry.host}/o/app@{digest}")
        assert said.endswith(f"{registry.host} sent a manifest with another digest than was asked for")

    def test_a_manifest_of_an_unknown_type(self, command: Command, registry: Registry) -> None:
        kind = "application/vnd.docker.distribution.manifest.v1+prettyjws"
        registry.put("old", kind, b'{"schemaVersion": 1, "fsLayers": []}')
        said = command.complaint(f"registry:{registry.host}/o/app:old")
        assert said == f"{registry.host} has o/app with a manifest of an unknown type: {kind}"

    def test_a_layer_that_is_cut_off(self, command: Command, registry: Registry, name: str) -> None:
        registry.push([LAYERS[0], LAYERS[1][:1500]])
        assert "layer 2 of 2 is cut off" in command.complaint(name)

    @pytest.mark.usefixtures("small_bombs")
    def test_a_layer_that_expands_without_bound(self, command: Command, registry: Registry, name: str) -> None:
        registry.push([LAYERS[0], zeros(1 << 25)])
        assert "layer 2 of 2 unpacks to more than 250 times its size" in command.complaint(name)

    def test_what_is_left_of_an_image_serves_the_next_time(
        self, command: Command, registry: Registry, name: str
    ) -> None:
        self.test_one_that_closes_in_the_middle_of_a_layer(command, registry, name)
        registry.meddle = lambda _path, _count, answer: answer
        status, _, errors = command.run(name)
        assert (status, errors) == (0, "")

    @pytest.mark.parametrize("what", ["manifest", "config", "layers"])
    def test_ctrl_c_while_it_waits(self, command: Command, registry: Registry, name: str, what: str) -> None:
        asked, ended = threading.Event(), threading.Event()
        kinds = dict(zip(registry.blobs, ("config", "layers", "layers"), strict=True))

        def stalled(path: str, _: int, answer: Answer) -> Answer | None:
            if kinds.get(path.rpartition("/")[2], "manifest") != what:
                return answer
            asked.set()
            ended.wait(60)
            return None

        registry.meddle = stalled
        process = command.started(name)
        try:
            assert asked.wait(60)
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=10)
        finally:
            ended.set()
            process.kill()
        assert (process.returncode, output, errors) == (130, "", "interrupted\n")
        command.look_through()


class Broken(NamedTuple):
    """A reference, the file that it names, and what is said of it."""

    reference: str
    data: bytes
    said: str


ROOT = LAYERS[0]
ARCHIVES = {
    "without a manifest": Broken("docker-archive:x.tar", ROOT, "x.tar has no manifest.json, so it is no archive"),
    "without an index": Broken("oci-archive:x.tar", ROOT, "x.tar has no index.json, so it is no OCI image layout"),
    "that is cut off": Broken("tar:x.tar", ROOT[:700], "x.tar is cut off"),
    "that is cut off, compressed": Broken("tar:x.tar", gzip.compress(LAYERS[1])[:-9], "x.tar is cut off"),
    "that is damaged": Broken("tar:x.tar", gzip.compress(ROOT)[:-8] + bytes(8), "x.tar is damaged: "),
    "that is none": Broken("tar:x.tar", b"text\n" * 200, "x.tar is not a sound tar archive"),
    "that is empty": Broken("x.tar", b"", "x.tar is empty"),
}


@pytest.mark.parametrize("broken", ARCHIVES.values(), ids=ARCHIVES)
def test_an_archive(command: Command, broken: Broken) -> None:
    (command.room / "x.tar").write_bytes(broken.data)
    assert command.complaint(broken.reference).startswith(broken.said)


@pytest.mark.usefixtures("small_bombs")
def test_an_archive_that_expands_without_bound(command: Command) -> None:
    (command.room / "x.tar").write_bytes(gzip.compress(zeros(1 << 25)))
    assert command.complaint("tar:x.tar") == "x.tar unpacks to more than 250 times its size"


@pytest.mark.parametrize("dies_after", [0, 4096])
def test_an_engine_that_dies_in_the_middle(command: Command, dies_after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeEngine(command.room) as engine:
        engine.hold("app:1", LAYERS, [("ADD a", True), ("ADD b", True)])
        engine.dies_after = dies_after
        monkeypatch.setenv("DOCKER_HOST", engine.address)
        assert command.complaint("docker:app:1").startswith("the docker engine failed: ")
        assert all(path.endswith(("/json", "/get", "/_ping", "/version")) for path in engine.asked)


def zeros(size: int) -> bytes:
    """An archive of one file of zeros."""
    return tar([Item("zeros", bytes(size))])
