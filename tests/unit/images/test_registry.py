"""`registry:`, against a registry on loopback that is told how to misbehave."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from libccheck.errors import LibccheckError
from libccheck.images import open_image, open_images
from libccheck.images.cache import Cache
from libccheck.images.cache.place import place
from libccheck.images.registry import patience
from libccheck.images.registry.names import is_loopback, parse
from tests.archives import Item, plain, tar
from tests.fake_registry import INDEX, MANIFEST, Answer, Registry, digest_of
from tests.forge import elf

LAYERS = [
    tar([Item("bin/", mode=0o755), Item("bin/sh", elf(kind=2)), Item("etc/old", b"#!old")]),
    tar([Item("etc/.wh.old", b""), Item("sh", target="bin/sh", kind=tarfile.LNKTYPE)]),
]
PATHS = {"/", "/bin", "/bin/sh", "/etc", "/sh"}


@pytest.fixture
def registry() -> Iterator[Registry]:
    with Registry() as registry:
        registry.push(LAYERS)
        yield registry


@pytest.fixture(autouse=True)
def _docker_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.delenv("LIBCCHECK_MIRRORS", raising=False)
    monkeypatch.setattr(patience, "_FIRST_WAIT", 0.001)
    for variable in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)


def configure(tmp_path: Path, settings: dict[str, Any]) -> None:
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker" / "config.json").write_text(json.dumps(settings))


def auth(user: str, password: str) -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


def test_the_tree_of_all_layers(registry: Registry) -> None:
    image = open_image(f"registry:{registry.host}/o/app:1")
    assert set(image.tree) == PATHS
    assert (image.source, image.platform, image.config.cmd) == ("registry", "linux/amd64", ("/bin/sh",))
    assert image.digest == digest_of(registry.manifests["1"][1])
    assert [each.digest for each in image.layers] == [each for each in registry.blobs if each != _config(registry)]


def _config(registry: Registry) -> str:
    return str(json.loads(registry.manifests["1"][1])["config"]["digest"])


def test_a_bare_name_with_a_registry_in_it_needs_no_scheme(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIBCCHECK_OFFLINE")
    assert open_image(f"{registry.host}/o/app:1").source == "registry"


def test_layers_come_from_the_cache_the_second_time(registry: Registry) -> None:
    first = open_image(f"registry:{registry.host}/o/app:1")
    registry.asked.clear()
    second = open_image(f"registry:{registry.host}/o/app:1")
    assert plain(second.tree) == plain(first.tree)
    assert second.size == first.size
    assert not [path for path, _ in registry.asked if "/blobs/" in path and _config(registry) not in path]


def test_without_the_cache_they_are_read_again(registry: Registry) -> None:
    open_image(f"registry:{registry.host}/o/app:1")
    registry.asked.clear()
    open_image(f"registry:{registry.host}/o/app:1", cached=False)
    assert len([path for path, _ in registry.asked if "/blobs/" in path]) == 3


def test_a_pinned_name_is_verified(registry: Registry) -> None:
    digest = digest_of(registry.manifests["1"][1])
    assert open_image(f"registry:{registry.host}/o/app@{digest}").digest == digest
    registry.manifests[digest] = (MANIFEST, registry.manifests["1"][1] + b" ")
    with pytest.raises(LibccheckError, match="manifest with another digest"):
        open_image(f"registry:{registry.host}/o/app@{digest}", cached=False)


def test_nobody_is_asked_again_for_a_pinned_name(registry: Registry) -> None:
    pinned = f"registry:{registry.host}/o/app@{digest_of(registry.manifests['1'][1])}"
    first = open_image(pinned)
    registry.asked.clear()
    again = open_image(pinned)
    assert again._replace(tree=first.tree) == first
    assert set(again.tree) == PATHS
    assert registry.asked == []


class TestTagsAskedForAgain:
    @pytest.fixture
    def name(self, registry: Registry) -> str:
        open_image(f"registry:{registry.host}/o/app:1")
        registry.asked.clear()
        registry.looked.clear()
        return f"registry:{registry.host}/o/app:1"

    def test_only_which_manifest_it_is_now_is_asked(self, registry: Registry, name: str) -> None:
        fresh = open_image(name, cached=False)
        registry.asked.clear()
        assert open_image(name)._replace(tree=fresh.tree) == fresh
        assert (registry.asked, registry.looked) == ([], [("/v2/o/app/manifests/1", None)])

    def test_one_that_moved_is_another_image(self, registry: Registry, name: str) -> None:
        registry.push(LAYERS[:1])
        assert "/sh" not in open_image(name).tree
        assert registry.asked[0][0] == "/v2/o/app/manifests/1"

    def test_what_the_registry_says_of_the_digest_is_compared(self, registry: Registry, name: str) -> None:
        registry.meddle = lambda _path, _count, answer: (
            (answer[0], {**answer[1], "Docker-Content-Digest": "../../../etc/passwd"}, answer[2])
        )
        assert set(open_image(name).tree) == PATHS
        assert registry.asked

    def test_a_digest_that_climbs_leads_nowhere(self, registry: Registry, name: str) -> None:
        victim = Path(place().directory).parent / "victim"
        kept = Path(Cache(place())._path("sha256:0", ".json")).name.removeprefix("0")
        bait = victim.with_name(f"victim{kept}")
        bait.write_text("{}")
        registry.meddle = lambda _path, _count, answer: (
            (answer[0], {**answer[1], "Docker-Content-Digest": "sha256:../victim"}, answer[2])
        )
        with pytest.raises(LibccheckError, match="with another digest"):
            open_image(name)
        assert bait.read_text() == "{}"

    @pytest.mark.parametrize("answer", [(503, {}, b""), (200, {}, b""), (404, {}, b""), None])
    def test_one_that_does_not_answer_this_is_asked_as_before(
        self, registry: Registry, name: str, answer: Answer | None
    ) -> None:
        def meddled(_path: str, count: int, usual: Answer) -> Answer | None:
            return usual if count else answer  # headers only are not counted

        registry.meddle = meddled
        assert set(open_image(name).tree) == PATHS
        assert registry.asked

    def test_without_the_cache_it_is_read(self, registry: Registry, name: str) -> None:
        open_image(name, cached=False)
        assert (len(registry.asked), registry.looked) == (4, [])

    @pytest.mark.parametrize("password", ["secret", "gehe\u00efm \u2713"])
    def test_who_we_are_is_said_where_it_is_wanted(
        self, registry: Registry, name: str, tmp_path: Path, password: str
    ) -> None:
        registry.user = ("me", password)
        configure(tmp_path, {"auths": {registry.host: auth("me", password)}})
        assert set(open_image(name).tree) == PATHS
        assert (registry.asked, [sent is None for _, sent in registry.looked]) == ([], [True, False])
        assert set(open_image(name, cached=False).tree) == PATHS

    def test_no_client_is_imported_for_it(self, name: str) -> None:
        code = (
            f"import sys; from libccheck import open_image; image = open_image({name!r}); "
            "assert '/sh' in image.tree; print('requests' in sys.modules, 'ssl' in sys.modules)"
        )
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert run.stdout.split() == ["False", "False"]

    def test_no_proxy_leads_to_this_machine(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        for cached in (True, False):
            assert set(open_image(name, cached=cached).tree) == PATHS


@pytest.mark.parametrize("by_token", [False, True])
def test_layers_that_are_asked_for_side_by_side_find_the_way_once(
    registry: Registry, tmp_path: Path, by_token: bool
) -> None:
    registry.user, registry.by_token = ("me", "secret"), by_token
    configure(tmp_path, {"auths": {registry.host: auth("me", "secret")}})
    pinned = f"registry:{registry.host}/o/app@{digest_of(registry.manifests['1'][1])}"
    open_image(pinned)
    for each in place().files():
        if not each.path.endswith(".json"):
            Path(each.path).unlink()
    registry.asked.clear()
    assert set(open_image(pinned).tree) == PATHS
    assert len([path for path, _ in registry.asked if path.startswith("/token")]) == by_token


def test_what_is_kept_of_another_digest_is_not_believed(registry: Registry) -> None:
    digest = digest_of(registry.manifests["1"][1])
    cache = Cache.of_user()
    assert cache is not None
    cache.add_document(digest, '{"layers": []}')
    assert set(open_image(f"registry:{registry.host}/o/app@{digest}").tree) == PATHS


class TestPlatforms:
    @pytest.fixture
    def several(self, registry: Registry) -> Registry:
        entries = []
        for architecture, variant in (("amd64", ""), ("arm64", "v8"), ("arm", "v6")):
            digest = registry.push(LAYERS, f"only-{architecture}", architecture, variant=variant or None)
            platform = {"os": "linux", "architecture": architecture, **({"variant": variant} if variant else {})}
            entries.append({"mediaType": MANIFEST, "digest": digest, "size": 1, "platform": platform})
        attestation = {
            "mediaType": MANIFEST,
            "digest": digest_of(b"never asked for"),
            "size": 1,
            "platform": {"os": "unknown", "architecture": "unknown"},
            "annotations": {"vnd.docker.reference.type": "attestation-manifest"},
        }
        registry.push_index("1", [attestation, *entries])
        return registry

    @pytest.mark.parametrize("platform", ["linux/amd64", "linux/arm64", "linux/arm/v6"])
    def test_the_one_that_is_wanted(self, several: Registry, platform: str) -> None:
        assert open_image(f"registry:{several.host}/o/app:1", platform=platform).platform == platform

    def test_a_newer_arm_takes_an_older_ones_image(self, several: Registry) -> None:
        image = open_image(f"registry:{several.host}/o/app:1", platform="linux/arm/v7")
        assert image.platform == "linux/arm/v6"

    def test_all_of_them(self, several: Registry) -> None:
        images = open_images(f"registry:{several.host}/o/app:1", platform="all")
        assert [each.platform for each in images] == ["linux/amd64", "linux/arm64", "linux/arm/v6"]

    def test_one_that_is_not_there_names_those_that_are(self, several: Registry) -> None:
        with pytest.raises(LibccheckError, match="no image for linux/s390x") as raised:
            open_image(f"registry:{several.host}/o/app:1", platform="linux/s390x")
        assert "--platform linux/arm64" in raised.value.hint


class TestWhoWeAre:
    def test_a_user_and_a_password_of_the_docker_configuration(self, registry: Registry, tmp_path: Path) -> None:
        registry.user = ("me", "secret")
        configure(tmp_path, {"auths": {registry.host: auth("me", "secret")}})
        assert set(open_image(f"registry:{registry.host}/o/app:1").tree) == PATHS

    def test_a_token(self, registry: Registry, tmp_path: Path) -> None:
        registry.user, registry.by_token = ("me", "secret"), True
        configure(tmp_path, {"auths": {registry.host: auth("me", "secret")}})
        assert set(open_image(f"registry:{registry.host}/o/app:1").tree) == PATHS
        assert {sent for path, sent in registry.asked if "/blobs/" in path} == {"Bearer secret-token"}

    def test_a_credential_helper_that_the_configuration_names(
        self, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        registry.user = ("me", "secret")
        helper = tmp_path / "docker-credential-mine"
        helper.write_text(
            f'#!/bin/sh\nread host; [ "$1 $host" = "get {registry.host}" ] || exit 1\n'
            'echo \'{"Username": "me", "Secret": "secret"}\'\n'
        )
        helper.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        configure(tmp_path, {"credHelpers": {registry.host: "mine"}})
        assert set(open_image(f"registry:{registry.host}/o/app:1").tree) == PATHS

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"credsStore": "absent"}, "docker-credential-absent is not installed"),
            ({"credsStore": "../evil"}, "which is no name"),
            ({"auths": {"HOST": {"auth": "%%%"}}}, "malformed credentials"),
            ({"auths": {"HOST": auth("me", "wrong")}}, "does not know the user"),
            ({}, "wants a user and a password"),
        ],
    )
    def test_what_is_wrong_is_said(
        self, registry: Registry, tmp_path: Path, settings: dict[str, Any], message: str
    ) -> None:
        registry.user = ("me", "secret")
        configure(tmp_path, json.loads(json.dumps(settings).replace("HOST", registry.host)))
        with pytest.raises(LibccheckError, match=message) as raised:
            open_image(f"registry:{registry.host}/o/app:1")
        assert raised.value.status == 3

    def test_no_helper_runs_that_a_project_a_registry_or_an_image_names(
        self, registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ran = tmp_path / "ran"
        helper = tmp_path / "docker-credential-theirs"
        helper.write_text(f"#!/bin/sh\n: > {ran}\n")
        helper.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        project = tmp_path / "project"
        (project / ".docker").mkdir(parents=True)
        for folder in (project, project / ".docker"):
            (folder / "config.json").write_text(json.dumps({"credsStore": "theirs"}))
        monkeypatch.chdir(project)
        registry.user = ("me", "secret")
        challenge = 'Basic realm="theirs",credsStore="theirs",helper="docker-credential-theirs"'
        registry.meddle = lambda _path, _count, answer: (answer[0], {"WWW-Authenticate": challenge}, answer[2])
        with pytest.raises(LibccheckError, match="wants a user and a password"):
            open_image(f"registry:{registry.host}/o/app:1")
        assert not ran.exists()
        configure(tmp_path, {"credsStore": "theirs"})
        with pytest.raises(LibccheckError, match="docker-credential-theirs answered what is no credentials"):
            open_image(f"registry:{registry.host}/o/app:1")
        assert ran.exists()

    def test_nobody_else_learns_who_we_are(self, registry: Registry, tmp_path: Path) -> None:
        registry.user = ("me", "secret")
        configure(tmp_path, {"auths": {registry.host: auth("me", "secret")}})
        with Registry() as storage:
            storage.blobs = registry.blobs
            registry.elsewhere = storage.host.replace("127.0.0.1", "localhost")
            assert set(open_image(f"registry:{registry.host}/o/app:1").tree) == PATHS
            assert {sent for _, sent in storage.asked} == {None}


class TestTrouble:
    def test_a_busy_registry_is_asked_again(self, registry: Registry) -> None:
        registry.meddle = lambda _, count, answer: (503, {}, b"") if count < 3 else answer
        assert set(open_image(f"registry:{registry.host}/o/app:1").tree) == PATHS

    def test_but_not_for_ever(self, registry: Registry) -> None:
        registry.meddle = lambda *_: (429, {}, b"")
        with pytest.raises(LibccheckError, match="answers 429 again and again"):
            open_image(f"registry:{registry.host}/o/app:1")

    def test_a_blob_that_breaks_off_is_resumed(self, registry: Registry) -> None:
        def cut(path: str, count: int, answer: Answer) -> Answer:
            status, headers, body = answer
            if "/blobs/" not in path or count > 2:
                return answer
            return status, {**headers, "Content-Length": str(len(body))}, body[: len(body) // 2]

        registry.meddle = cut
        assert set(open_image(f"registry:{registry.host}/o/app:1").tree) == PATHS

    def test_one_that_always_breaks_off_is_an_error(self, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("time.sleep", lambda _: None)
        registry.meddle = lambda path, _, answer: (
            (answer[0], {"Content-Length": "9"}, b"") if "/blobs/" in path else answer
        )
        with pytest.raises(LibccheckError, match="did not arrive whole"):
            open_image(f"registry:{registry.host}/o/app:1")

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda body: body[:-1] + bytes([body[-1] ^ 1]), "with another digest"),
            (lambda body: body + b"more", "more of .* than its manifest says"),
        ],
    )
    def test_a_blob_that_is_not_what_was_asked_for(self, registry: Registry, change: Any, message: str) -> None:
        registry.meddle = lambda path, _, answer: (200, {}, change(answer[2])) if "/blobs/" in path else answer
        with pytest.raises(LibccheckError, match=message):
            open_image(f"registry:{registry.host}/o/app:1")

    @pytest.mark.parametrize("kind", ["application/vnd.docker.distribution.manifest.v1+prettyjws", "text/html"])
    def test_a_manifest_of_an_unknown_type(self, registry: Registry, kind: str) -> None:
        registry.put("old", kind, b'{"schemaVersion": 1, "fsLayers": []}')
        with pytest.raises(LibccheckError, match="manifest of an unknown type"):
            open_image(f"registry:{registry.host}/o/app:old")

    @pytest.mark.parametrize("manifest", [b"[]", b"{}", b"nonsense", b'{"manifests": []}', b'{"manifests": 1}'])
    def test_a_malformed_manifest(self, registry: Registry, manifest: bytes) -> None:
        registry.put("bad", INDEX, manifest)
        with pytest.raises(LibccheckError):
            open_image(f"registry:{registry.host}/o/app:bad")

    def test_an_unknown_tag(self, registry: Registry) -> None:
        with pytest.raises(LibccheckError, match=f"{registry.host} has no {registry.host}/o/app:2"):
            open_image(f"registry:{registry.host}/o/app:2")

    def test_nothing_listens(self) -> None:
        with pytest.raises(LibccheckError, match=r"nothing listens at 127\.0\.0\.1:1$"):
            open_image("registry:127.0.0.1:1/o/app:1")

    def test_a_redirect_out_of_the_web(self, registry: Registry) -> None:
        registry.meddle = lambda *_: (302, {"Location": "file:///etc/passwd"}, b"")
        with pytest.raises(LibccheckError, match="not safe"):
            open_image(f"registry:{registry.host}/o/app:1")

    @pytest.mark.parametrize("location", ["http://[", "http://[::1:x/"])
    def test_a_redirect_to_what_is_no_address(self, registry: Registry, location: str) -> None:
        registry.meddle = lambda *_: (302, {"Location": location}, b"")
        with pytest.raises(LibccheckError, match="no address"):
            open_image(f"registry:{registry.host}/o/app:1")

    def test_a_manifest_that_breaks_off_is_asked_for_again(self, registry: Registry) -> None:
        registry.meddle = lambda path, count, answer: (
            (200, {**answer[1], "Content-Length": str(len(answer[2]))}, answer[2][:9])
            if "/manifests/" in path and count == 1
            else answer
        )
        assert set(open_image(f"registry:{registry.host}/o/app:1").tree) == PATHS

    def test_redirects_in_a_circle(self, registry: Registry) -> None:
        registry.meddle = lambda path, *_: (302, {"Location": path}, b"")
        with pytest.raises(LibccheckError, match="without end"):
            open_image(f"registry:{registry.host}/o/app:1")

    def test_a_layer_that_is_not_what_the_config_says(self, registry: Registry) -> None:
        registry.push(LAYERS, "lie", rootfs={"type": "layers", "diff_ids": [digest_of(b"1"), digest_of(b"2")]})
        with pytest.raises(LibccheckError, match="another content than its config says"):
            open_image(f"registry:{registry.host}/o/app:lie")


class TestProxies:
    NAME = "registry.test:5000"

    @pytest.fixture
    def proxy(self, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Registry:
        """One that answers itself what it is asked for; through it no way leads by TLS."""
        for scheme in ("http", "https"):
            monkeypatch.setenv(f"{scheme}_proxy", f"http://{registry.host}")
        return registry

    def test_one_that_the_environment_names(self, proxy: Registry) -> None:
        image = open_image(f"registry:{self.NAME}/o/app:1", insecure=(self.NAME,))
        assert set(image.tree) == PATHS
        assert {path.split("/v2/")[0] for path, _ in proxy.asked} == {f"http://{self.NAME}"}

    def test_one_that_leads_nowhere(self, proxy: Registry) -> None:
        with pytest.raises(LibccheckError, match=rf"the proxy does not lead to {self.NAME}$"):
            open_image(f"registry:{self.NAME}/o/app:1")
        assert not proxy.asked

    def test_a_host_that_it_is_not_for(self, proxy: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(*_: object, **__: object) -> None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        monkeypatch.setenv("no_proxy", "registry.test")
        with pytest.raises(LibccheckError, match=rf"there is no host {self.NAME}, or no network"):
            open_image(f"registry:{self.NAME}/o/app:1", insecure=(self.NAME,))
        assert not proxy.asked


class TestMirrors:
    def test_the_users_mirror_is_asked_first(self, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LIBCCHECK_MIRRORS", f"docker.io={registry.host}")
        assert set(open_image("registry:o/app:1").tree) == PATHS

    def test_and_the_registry_where_the_mirror_has_it_not(
        self, registry: Registry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Registry() as empty:
            monkeypatch.setenv("LIBCCHECK_MIRRORS", f"{registry.host}={empty.host}")
            assert set(open_image(f"registry:{registry.host}/o/app:1").tree) == PATHS
            assert empty.asked


@pytest.mark.parametrize(
    ("text", "registry", "path", "tag"),
    [
        ("alpine", "docker.io", "library/alpine", "latest"),
        ("alpine:3.20", "docker.io", "library/alpine", "3.20"),
        ("docker.io/library/alpine:3", "docker.io", "library/alpine", "3"),
        ("index.docker.io/grafana/grafana", "docker.io", "grafana/grafana", "latest"),
        ("ghcr.io/o/app:1.2", "ghcr.io", "o/app", "1.2"),
        ("localhost/app", "localhost", "app", "latest"),
        ("localhost:5000/a/b/c:x", "localhost:5000", "a/b/c", "x"),
        ("[::1]:5000/app:1", "[::1]:5000", "app", "1"),
    ],
)
def test_names_are_read_as_docker_reads_them(text: str, registry: str, path: str, tag: str) -> None:
    name = parse(text, text)
    assert (name.registry, name.path, name.tag) == (registry, path, tag)


@pytest.mark.parametrize("text", ["", "Alpine", "a b", "alpine:", "alpine:-x", "x@sha256:12", "a//b", "../x", "h:99/"])
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(LibccheckError, match="no name of an image"):
        parse(text, text)


def test_what_is_this_machine_itself() -> None:
    assert all(map(is_loopback, ["localhost", "localhost:5000", "127.0.0.1", "127.3.2.1:80", "[::1]:5000"]))
    assert not any(map(is_loopback, ["ghcr.io", "localhost.example:5000", "10.0.0.1:5000", "128.0.0.1"]))
