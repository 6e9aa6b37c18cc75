"""Which engine is meant, by environment and files."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from libccheck.errors import LibccheckError
from libccheck.images.contexts import Endpoint, endpoint
from libccheck.images.sockets import holds


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return tmp_path


def meta(folder: Path, name: str, text: str) -> None:
    place = folder / "contexts/meta" / sha256(name.encode()).hexdigest()
    place.mkdir(parents=True)
    (place / "meta.json").write_text(text)


def described(host: object, **more: object) -> str:
    return json.dumps({"Name": "far", "Endpoints": {"docker": {"Host": host, **more}}})


def test_without_settings_it_is_the_local_socket() -> None:
    assert endpoint() == Endpoint("unix:///var/run/docker.sock")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"currentContext": 1}', '{"currentContext": "default"}', "[" * 99999])
def test_a_configuration_that_names_no_context(folder: Path, text: str) -> None:
    (folder / "config.json").write_text(text)
    assert endpoint().host == "unix:///var/run/docker.sock"


def test_a_context_of_the_configuration_then_of_the_environment_then_docker_host(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta(folder, "far", described("tcp://far:2376"))
    meta(folder, "near", described("unix:///near.sock", SkipTLSVerify=True))
    (folder / "config.json").write_text('{"currentContext": "far"}')
    assert endpoint() == Endpoint("tcp://far:2376")
    monkeypatch.setenv("DOCKER_CONTEXT", "near")
    assert endpoint() == Endpoint("unix:///near.sock", verify=False)
    monkeypatch.setenv("DOCKER_HOST", "tcp://here:2375")
    assert endpoint() == Endpoint("tcp://here:2375", verify=False)


def test_keys_of_a_context(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meta(folder, "far", described("tcp://far:2376"))
    keys = folder / "contexts/tls" / sha256(b"far").hexdigest() / "docker"
    keys.mkdir(parents=True)
    monkeypatch.setenv("DOCKER_CONTEXT", "far")
    assert endpoint() == Endpoint("tcp://far:2376", str(keys))


def test_keys_of_docker_host(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://here:2376")
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    assert endpoint() == Endpoint("tcp://here:2376", str(folder))
    monkeypatch.setenv("DOCKER_CERT_PATH", "/keys")
    assert endpoint() == Endpoint("tcp://here:2376", "/keys")
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "")
    assert endpoint() == Endpoint("tcp://here:2376", "/keys", verify=False)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"Endpoints": []}', described(None), described(1)])
def test_a_damaged_context(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    meta(folder, "far", text)
    monkeypatch.setenv("DOCKER_CONTEXT", "far")
    with pytest.raises(LibccheckError, match="the Docker context far is damaged"):
        endpoint()
    assert not holds("alpine:3.20")


def test_a_context_that_is_not_there_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONTEXT", "../../nowhere")
    with pytest.raises(LibccheckError, match=r"there is no Docker context called \.\./\.\./nowhere"):
        endpoint()
    assert not holds("alpine:3.20")
