"""A real registry: with and without TLS, certificates that do not hold, passwords, and blobs that were damaged."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from libccheck.cli import main
from libccheck.errors import LibccheckError
from libccheck.images import open_image
from tests import toolchains
from tests.archives import Item, tar
from tests.engine.registry import NAME, PASSWORD, USER, Certificates, Registry
from tests.fake_registry import INDEX, digest_of
from tests.forge import elf

REPOSITORY = "team/app"
_DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
_ATTESTED = {"vnd.docker.reference.type": "attestation-manifest"}
LAYERS = [tar([Item("bin/", mode=0o755), Item("bin/sh", elf(kind=2))]), tar([Item("app/run", b"#!/bin/sh")])]
PATHS = {"/", "/bin", "/bin/sh", "/app", "/app/run"}


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a registry keeps of one image, which skopeo pushed."""
    room = tmp_path_factory.mktemp("registry")
    archive = room / "image.tar"
    archive.write_bytes(_archive())
    with _made(room / "storage") as registry:
        _copied(f"docker-archive:{archive}", f"docker://{registry.host}/{REPOSITORY}:1")
    return room / "storage"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    try:
        return Certificates(tmp_path_factory.mktemp("certificates"))
    except toolchains.MissingError as error:
        toolchains.missing(error)


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leads the name in the certificates to loopback, as a user's name server would."""
    look_up = socket.getaddrinfo

    def led(host: Any, *others: Any, **more: Any) -> Any:
        return look_up("127.0.0.1" if host == NAME else host, *others, **more)

    monkeypatch.setattr(socket, "getaddrinfo", led)


@pytest.fixture
def private(storage: Path) -> Iterator[Registry]:
    with _made(storage, private=True) as registry:
        yield registry


def test_without_tls(storage: Path) -> None:
    with _made(storage) as registry:
        assert paths(registry.host) == PATHS


def test_on_this_machine_no_certificate_is_asked_for(storage: Path, certificates: Certificates) -> None:
    with _made(storage, certificates, certificates.expired) as registry:
        assert paths(registry.host) == PATHS


@pytest.mark.usefixtures("named")
def test_an_authority_that_the_user_trusts(
    storage: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.authority))
    with _made(storage, certificates) as registry:
        assert paths(f"{NAME}:{registry.port}") == PATHS


@pytest.mark.usefixtures("named")
def test_an_authority_that_nobody_knows(storage: Path, certificates: Certificates) -> None:
    with _made(storage, certificates) as registry:
        host = f"{NAME}:{registry.port}"
        error = refusal(host)
        assert (
            error.message == f"{host} has a certificate that cannot be trusted: unable to get local issuer certificate"
        )
        assert "REQUESTS_CA_BUNDLE" in error.hint
        assert "--insecure" in error.hint
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert paths(host, insecure=(host,)) == PATHS


@pytest.mark.usefixtures("named")
def test_a_certificate_that_has_expired(
    storage: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificates.authority))
    with _made(storage, certificates, certificates.expired) as registry:
        host = f"{NAME}:{registry.port}"
        message = f"{host} has a certificate that cannot be trusted: certificate has expired"
        assert refusal(host).message == message


@pytest.mark.usefixtures("named")
def test_a_registry_elsewhere_that_speaks_no_tls(storage: Path) -> None:
    with _made(storage) as registry:
        host = f"{NAME}:{registry.port}"
        assert refusal(host).message == f"{host} speaks no TLS that we understand"
        assert paths(host, insecure=(NAME,)) == PATHS


def test_a_login_is_wanted(private: Registry) -> None:
    error = refusal(private.host)
    assert error.message == f"{private.host} wants a user and a password"
    assert error.hint == f"docker login {private.host}"


def test_the_user_of_the_docker_configuration(
    private: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(tmp_path, monkeypatch, {"auths": {private.host: {"auth": _packed(USER, PASSWORD)}}})
    assert paths(private.host) == PATHS


def test_a_wrong_password(private: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(tmp_path, monkeypatch, {"auths": {private.host: {"auth": _packed(USER, "wrong")}}})
    message = f"{private.host} does not know the user: {private.host}/{REPOSITORY}"
    assert refusal(private.host).message == message


@pytest.mark.parametrize("how", ["credHelpers", "credsStore"])
def test_a_credential_helper(private: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    helper = tmp_path / "docker-credential-tests"
    answer = json.dumps({"ServerURL": private.host, "Username": USER, "Secret": PASSWORD})
    helper.write_text(f'#!/bin/sh\nread host\n[ "$1 $host" = "get {private.host}" ] && echo \'{answer}\'\n')
    helper.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    configure(tmp_path, monkeypatch, {how: {private.host: "tests"} if how == "credHelpers" else "tests"})
    assert paths(private.host) == PATHS


@pytest.mark.parametrize("name", [f"{REPOSITORY}:2", "team/other:1"])
def test_a_name_that_it_does_not_have(storage: Path, name: str) -> None:
    with _made(storage) as registry:
        message = f"{registry.host} has no {registry.host}/{name}"
        assert refusal(registry.host, name).message == message


def test_a_blob_that_was_damaged_where_it_is_kept(storage: Path, tmp_path: Path) -> None:
    subprocess.run(["cp", "-r", str(storage), str(tmp_path / "storage")], check=True)
    with _made(tmp_path / "storage") as registry:
        image = open_image(f"registry:{registry.host}/{REPOSITORY}:1", cached=False)
        blob = registry.blob(image.layers[1].digest)
        data = blob.read_bytes()
        blob.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
        error = refusal(registry.host)
        assert error.message.endswith(f"{registry.host} sent layer 2 of 2 with another digest than was asked for")
        blob.write_bytes(data[:-9])
        assert (
            f"layer 2 of 2 did not arrive whole from {registry.host}, which has no more"
            in refusal(registry.host).message
        )


def test_an_image_for_several_platforms(storage: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As buildx makes one: an index with an attestation of what was built, of variants, and for other systems."""
    (tmp_path / "program").write_bytes(elf(kind=2))
    (tmp_path / "program").chmod(0o755)
    with _made(storage) as registry:
        _put_index(registry, tmp_path)
        command = ["check", str(tmp_path / "program"), "--image", f"registry:{registry.host}/team/many:1"]
        for _ in range(2):
            main([*command, "--platform", "all", "--format", "json"])
            report = json.loads(capsys.readouterr().out)
            assert report["errors"] == []
            assert [each["image"]["platform"] for each in report["checks"]] == [
                "linux/amd64",
                "linux/arm64",
                "linux/arm/v6",
            ]
        assert main([*command, "--platform", "linux/s390x"]) == 3
        assert "--platform linux/arm/v6" in capsys.readouterr().err


def paths(host: str, insecure: tuple[str, ...] = ()) -> set[str]:
    return set(open_image(f"registry:{host}/{REPOSITORY}:1", insecure=insecure).tree)


def refusal(host: str, name: str = f"{REPOSITORY}:1") -> LibccheckError:
    """The error, which is one line, of status 3 and about the image as it was named."""
    with pytest.raises(LibccheckError) as raised:
        open_image(f"registry:{host}/{name}")
    assert "\n" not in raised.value.message
    assert (raised.value.status, raised.value.subject) == (3, f"registry:{host}/{name}")
    return raised.value


def configure(room: Path, patch: pytest.MonkeyPatch, settings: dict[str, Any]) -> None:
    (room / "config.json").write_text(json.dumps(settings))
    patch.setenv("DOCKER_CONFIG", str(room))


def _made(storage: Path, certificates: Certificates | None = None, *more: Path, private: bool = False) -> Registry:
    try:
        return Registry(storage, certificates, *more, private=private)
    except toolchains.MissingError as error:
        toolchains.missing(error)


def _copied(source: str, destination: str, *options: str) -> None:
    command = ["skopeo", "--insecure-policy", "copy", "-q", "--dest-tls-verify=false", *options]
    try:
        subprocess.run([*command, source, destination], check=True, capture_output=True)
    except FileNotFoundError:
        toolchains.missing(toolchains.MissingError("skopeo is not installed"))


def _put_index(registry: Registry, room: Path) -> None:
    """team/many:1, an index whose second entry says that it is an attestation."""
    at = f"http://{registry.host}/v2/team/many/manifests"
    entries: list[dict[str, Any]] = []
    for platform in ("linux/amd64", "unknown/unknown", "linux/arm64/v8", "linux/arm/v6"):
        system, architecture, *variant = platform.split("/")
        fields = {"os": system, "architecture": architecture, **({"variant": variant[0]} if variant else {})}
        (room / "image.tar").write_bytes(_archive(**fields))
        _copied(f"docker-archive:{room}/image.tar", f"docker://{registry.host}/team/many:{architecture}")
        with urlopen(Request(f"{at}/{architecture}", headers={"Accept": _DOCKER})) as answer:
            data = answer.read()
        entry = {"mediaType": _DOCKER, "digest": digest_of(data), "size": len(data), "platform": fields}
        entries.append(entry | ({"annotations": _ATTESTED} if system == "unknown" else {}))
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}
    put = Request(f"{at}/1", json.dumps(index).encode(), {"Content-Type": INDEX}, method="PUT")
    with urlopen(put) as answer:
        assert answer.status == 201


def _packed(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def _archive(**platform: str) -> bytes:
    """The layers as an archive of one image."""
    config = {
        **(platform or {"os": "linux", "architecture": "amd64"}),
        "rootfs": {"type": "layers", "diff_ids": [digest_of(each) for each in LAYERS]},
    }
    names = [f"{number}.tar" for number in range(len(LAYERS))]
    manifest = [{"Config": "config.json", "RepoTags": ["app:1"], "Layers": names}]
    files = [("config.json", json.dumps(config).encode()), *zip(names, LAYERS, strict=True)]
    return tar([Item(name, data) for name, data in [*files, ("manifest.json", json.dumps(manifest).encode())]])
