"""Archives of images and OCI layouts: which image is meant, and the same tree however its parts are stored."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import json
import lzma
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from libccheck.content import content
from libccheck.errors import LibccheckError
from libccheck.images import open_image
from libccheck.model import Config, File, Image
from tests import toolchains
from tests.archives import Item, plain, tar
from tests.forge import elf

PROGRAM = elf(kind=2)
LAYERS = [
    tar([Item("bin/", mode=0o755), Item("bin/sh", PROGRAM), Item("etc/old", b"#!old"), Item("lib", target="usr/lib")]),
    tar([Item("etc/.wh.old", b""), Item("lib/a", b"#!a"), Item("sh", target="bin/sh", kind=tarfile.LNKTYPE)]),
]
PATHS = {"/", "/bin", "/bin/sh", "/etc", "/lib", "/usr", "/usr/lib", "/usr/lib/a", "/sh"}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def config(architecture: str = "amd64", **more: Any) -> bytes:
    fields = {
        "os": "linux",
        "architecture": architecture,
        "config": {"Entrypoint": ["/sh"], "Env": ["PATH=/bin", "EMPTY="], "User": "1:2", "WorkingDir": "/srv"},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{sha256(layer)}" for layer in LAYERS]},
        "history": [{"created_by": "ADD root"}, {"created_by": "ENV x", "empty_layer": True}, {"created_by": "RUN rm"}],
    }
    return json.dumps({**fields, **more}).encode()


def saved(path: Path, *names: list[str] | None, layers: list[bytes] = LAYERS, of: bytes | None = None) -> Path:
    """As `docker save` up to 24 writes it; one image for each list of names."""
    data = of if of is not None else config()
    items = [Item(f"{number}/layer.tar", layer) for number, layer in enumerate(layers)]
    items.append(Item(f"{sha256(data)}.json", data))
    files = [f"{number}/layer.tar" for number in range(len(layers))]
    manifest = [{"Config": f"{sha256(data)}.json", "RepoTags": each, "Layers": files} for each in names or [["base:1"]]]
    items.append(Item("manifest.json", json.dumps(manifest).encode()))
    path.write_bytes(tar(items))
    return path


class Layout:
    """An OCI layout on its way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "blobs" / "sha256").mkdir(parents=True)
        (path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        self.entries: list[dict[str, Any]] = []

    def blob(self, data: bytes, **more: Any) -> dict[str, Any]:
        (self.path / "blobs" / "sha256" / sha256(data)).write_bytes(data)
        return {"digest": f"sha256:{sha256(data)}", "size": len(data), **more}

    def image(self, architecture: str = "amd64", layers: list[bytes] = LAYERS, **more: Any) -> dict[str, Any]:
        manifest = {
            "config": self.blob(config(architecture)),
            "layers": [self.blob(layer) for layer in layers],
        }
        return self.blob(json.dumps(manifest).encode(), **more)

    def done(self, *entries: dict[str, Any]) -> Path:
        (self.path / "index.json").write_text(json.dumps({"manifests": entries}))
        return self.path

    def archived(self, to: Path) -> Path:
        files = [each for each in sorted(self.path.rglob("*")) if each.is_file()]
        to.write_bytes(tar([Item(f"./{each.relative_to(self.path)}", each.read_bytes()) for each in files]))
        return to


def named(name: str) -> dict[str, Any]:
    return {"annotations": {"org.opencontainers.image.ref.name": name}}


def on(platform: str) -> dict[str, Any]:
    system, architecture, *variant = platform.split("/")
    return {"platform": {"os": system, "architecture": architecture, **({"variant": variant[0]} if variant else {})}}


def check_whole(image: Image, source: str) -> None:
    assert set(image.tree) == PATHS
    program, added = image.tree.nodes["/sh"], image.tree.nodes["/usr/lib/a"]
    assert isinstance(program, File)
    assert isinstance(added, File)
    assert (program.load(), program.layer) == (content(PROGRAM), 0)
    assert (added.load().head, added.layer) == (b"#!a", 1)
    assert (image.source, image.platform) == (source, "linux/amd64")
    assert image.config == Config(
        entrypoint=("/sh",), env=(("PATH", "/bin"), ("EMPTY", "")), user="1:2", workdir="/srv"
    )
    assert [layer.created_by for layer in image.layers] == ["ADD root", "RUN rm"]
    assert image.size == len(PROGRAM) + 3


def test_an_archive_of_one_image_needs_no_name(tmp_path: Path) -> None:
    path = saved(tmp_path / "image.tar")
    image = open_image(f"docker-archive:{path}")
    check_whole(image, "docker-archive")
    assert image.digest == f"sha256:{sha256(config())}"
    assert [layer.digest for layer in image.layers] == [f"sha256:{sha256(layer)}" for layer in LAYERS]


@pytest.mark.parametrize("name", ["base:1", "docker.io/library/base:1", "other/name:latest", "other/name", "@0"])
def test_an_image_is_found_by_any_of_its_names(tmp_path: Path, name: str) -> None:
    path = saved(tmp_path / "image.tar", ["base:1", "other/name:latest"], ["third:3"])
    check_whole(open_image(f"docker-archive:{path}:{name}"), "docker-archive")


def test_of_several_images_one_must_be_named(tmp_path: Path) -> None:
    path = saved(tmp_path / "image.tar", ["base:1"], None)
    with pytest.raises(LibccheckError, match="holds 2 images") as raised:
        open_image(f"docker-archive:{path}")
    assert "base:1 @1" in raised.value.hint
    with pytest.raises(LibccheckError, match="holds no base:2"):
        open_image(f"docker-archive:{path}:base:2")


def test_a_path_may_hold_colons(tmp_path: Path) -> None:
    path = saved(tmp_path / "image:1.tar")
    check_whole(open_image(f"docker-archive:{path}:base:1"), "docker-archive")
    with pytest.raises(LibccheckError, match=r"/image does not exist"):
        open_image(f"docker-archive:{tmp_path}/image")


@pytest.mark.parametrize("squeeze", [gzip.compress, bz2.compress, lzma.compress])
def test_the_archive_and_its_layers_may_be_compressed(tmp_path: Path, squeeze: Any) -> None:
    path = saved(tmp_path / "image.tar", layers=[squeeze(layer) for layer in LAYERS])
    path.write_bytes(squeeze(path.read_bytes()))
    check_whole(open_image(f"docker-archive:{path}"), "docker-archive")


def test_a_layer_may_be_a_link_to_another(tmp_path: Path) -> None:
    items = [
        Item("a/layer.tar", LAYERS[0]),
        Item("b/layer.tar", LAYERS[1]),
        Item("c/layer.tar", target="../a/layer.tar"),
        Item("c.json", config()),
    ]
    files = ["c/layer.tar", "b/layer.tar"]
    manifest = json.dumps([{"Config": "c.json", "RepoTags": None, "Layers": files}]).encode()
    (tmp_path / "image.tar").write_bytes(tar([*items, Item("manifest.json", manifest)]))
    check_whole(open_image(f"docker-archive:{tmp_path}/image.tar"), "docker-archive")


def test_a_layout_directory_and_its_archive_give_the_same_image(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "oci")
    layout.done(layout.image(layers=[gzip.compress(layer) for layer in LAYERS]))
    directory = open_image(f"oci:{layout.path}")
    check_whole(directory, "oci")
    archive = open_image(f"oci-archive:{layout.archived(tmp_path / 'oci.tar')}")
    check_whole(archive, "oci-archive")
    assert (archive.digest, archive.layers) == (directory.digest, directory.layers)


def test_a_path_is_opened_as_what_it_is(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "oci")
    layout.done(layout.image())
    assert open_image(str(layout.path)).source == "oci"
    assert open_image(str(layout.archived(tmp_path / "oci.tar"))).source == "oci-archive"
    assert open_image(str(saved(tmp_path / "image.tar"))).source == "docker-archive"


def test_a_layout_image_is_found_by_its_name(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "oci")
    layout.done(layout.image(**named("1")), layout.image("arm64", **named("docker.io/library/base:2")))
    check_whole(open_image(f"oci:{layout.path}:1"), "oci")
    assert open_image(f"oci:{layout.path}:base:2").platform == "linux/arm64"
    with pytest.raises(LibccheckError, match="holds several images") as raised:
        open_image(f"oci:{layout.path}")
    assert raised.value.hint.endswith("1 docker.io/library/base:2")
    with pytest.raises(LibccheckError, match="holds no 3"):
        open_image(f"oci:{layout.path}:3")


def test_the_platform_chooses_in_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("libccheck.images.platforms.host", lambda: "linux/amd64")
    layout = Layout(tmp_path / "oci")
    attestation = layout.image(
        **on("unknown/unknown"), annotations={"vnd.docker.reference.type": "attestation-manifest"}
    )
    index = json.dumps(
        {
            "manifests": [
                attestation,
                layout.image("arm64", **on("linux/arm64/v8")),
                layout.image("amd64", **on("linux/amd64")),
            ]
        }
    )
    layout.done(layout.blob(index.encode(), **named("base:1")))
    check_whole(open_image(f"oci:{layout.path}"), "oci")
    assert open_image(f"oci:{layout.path}", platform="arm64").platform == "linux/arm64"
    with pytest.raises(LibccheckError, match="no image for linux/s390x") as raised:
        open_image(f"oci:{layout.path}", platform="s390x")
    assert "--platform linux/arm64" in raised.value.hint


def test_a_single_image_for_another_platform_is_refused_when_a_platform_is_said(tmp_path: Path) -> None:
    path = saved(tmp_path / "image.tar", of=config("arm64"))
    assert open_image(f"docker-archive:{path}").platform == "linux/arm64"
    with pytest.raises(LibccheckError, match="an image for linux/arm64, not for linux/amd64"):
        open_image(f"docker-archive:{path}", platform="linux/amd64")


def test_an_index_in_itself_ends(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "oci")
    data = json.dumps({"manifests": [layout.image()] * 2000}).encode()
    layout.done(layout.blob(data))
    with pytest.raises(LibccheckError, match="have no end"):
        open_image(f"oci:{layout.path}")


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "{",
        "[" * 100_000,
        "[]",
        "{}",
        "[1]",
        "[{}]",
        '[{"Config": 1, "Layers": []}]',
        '[{"Config": "c", "Layers": 1}]',
        '[{"Config": "c", "Layers": [1]}]',
        '[{"Config": "missing", "Layers": []}]',
        '[{"Config": "c", "Layers": ["missing"]}]',
        '[{"Config": "text", "Layers": []}]',
        '[{"Config": "list", "Layers": []}]',
        '[{"Config": "env", "Layers": []}]',
    ],
)
def test_a_malformed_manifest_is_one_clear_line(tmp_path: Path, manifest: str) -> None:
    items = [Item("manifest.json", manifest.encode()), Item("c", b"{}"), Item("text", b"x"), Item("list", b"[]")]
    (tmp_path / "image.tar").write_bytes(tar([*items, Item("env", b'{"config": {"Env": 7}}')]))
    with pytest.raises(LibccheckError) as raised:
        open_image(f"docker-archive:{tmp_path}/image.tar")
    assert "\n" not in raised.value.message
    assert raised.value.message.startswith(f"{tmp_path}/image.tar")


@pytest.mark.parametrize("digest", ["", "sha256:", "sha256:../../etc/passwd", "x", "sha256:" + "0" * 64, 7, None])
def test_a_digest_that_is_none_is_refused(tmp_path: Path, digest: object) -> None:
    layout = Layout(tmp_path / "oci")
    layout.done({"digest": digest})
    with pytest.raises(LibccheckError, match=r"digest in it is malformed|it lacks blobs/sha256/000"):
        open_image(f"oci:{layout.path}")


def test_a_blob_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "oci")
    entry = layout.image()
    blob = layout.path / "blobs" / "sha256" / entry["digest"][7:]
    blob.rename(tmp_path / "outside")
    blob.symlink_to(tmp_path / "outside")
    layout.done(entry)
    with pytest.raises(LibccheckError, match="cannot read"):
        open_image(f"oci:{layout.path}")


def test_a_layer_that_is_cut_off_is_named(tmp_path: Path) -> None:
    for layer in (LAYERS[1][:700], gzip.compress(LAYERS[1])[:-20]):
        path = saved(tmp_path / "image.tar", layers=[LAYERS[0], layer])
        with pytest.raises(LibccheckError, match="layer 2 of 2 is cut off"):
            open_image(f"docker-archive:{path}")


def test_a_layer_that_is_no_archive_is_named(tmp_path: Path) -> None:
    path = saved(tmp_path / "image.tar", layers=[LAYERS[0], b"junk" * 200])
    with pytest.raises(LibccheckError, match="layer 2 of 2: "):
        open_image(f"docker-archive:{path}")


@pytest.mark.parametrize("half", [b"\\ud800", b"\\uDC80", b"\xed\xa0\x80"])
def test_half_a_surrogate_pair_is_what_go_makes_of_it(tmp_path: Path, half: bytes) -> None:
    data = config(config={"Entrypoint": ["/HALF"], "Env": ["A=HALF", "B=\U0001f600"]}).replace(b"HALF", half)
    found = open_image(f"docker-archive:{saved(tmp_path / 'image.tar', of=data)}").config
    assert found.entrypoint[0].strip("\ufffd") == "/"
    assert found.env == (("A", found.entrypoint[0][1:]), ("B", "\U0001f600"))


def test_more_layers_than_any_image_has_are_not_read(tmp_path: Path) -> None:
    files = ["0/layer.tar"] * 1001
    manifest = json.dumps([{"Config": "c.json", "RepoTags": None, "Layers": files}]).encode()
    items = [Item("0/layer.tar", LAYERS[0]), Item("c.json", b"{}"), Item("manifest.json", manifest)]
    (tmp_path / "image.tar").write_bytes(tar(items))
    with pytest.raises(LibccheckError, match="it has 1001 layers"):
        open_image(f"docker-archive:{tmp_path}/image.tar")


def test_an_archive_that_is_cut_off_is_said_to_be_so(tmp_path: Path) -> None:
    path = saved(tmp_path / "image.tar")
    whole = path.read_bytes()
    for data in (whole[:3000], gzip.compress(whole)[:-9]):
        path.write_bytes(data)
        with pytest.raises(LibccheckError, match="is cut off"):
            open_image(f"docker-archive:{path}")


def test_another_kind_of_archive_is_pointed_to(tmp_path: Path) -> None:
    (tmp_path / "root.tar").write_bytes(LAYERS[0])
    with pytest.raises(LibccheckError, match=r"no manifest\.json") as raised:
        open_image(f"docker-archive:{tmp_path}/root.tar")
    assert f"tar:{tmp_path}/root.tar" in raised.value.hint
    for scheme, path in (("oci", tmp_path), ("oci-archive", tmp_path / "root.tar")):
        with pytest.raises(LibccheckError, match=r"no index\.json"):
            open_image(f"{scheme}:{path}")


def test_what_other_tools_write_gives_the_same_tree(tmp_path: Path) -> None:
    """An image made by umoci, carried over by skopeo into every form that it knows."""
    if not shutil.which("skopeo") or not shutil.which("umoci"):
        toolchains.missing("skopeo and umoci are not installed")

    def run(*command: object) -> None:
        subprocess.run([*map(str, command)], check=True, capture_output=True, cwd=tmp_path)

    run("umoci", "init", "--layout", "oci")
    run("umoci", "new", "--image", "oci:base")
    for number, layer in enumerate(LAYERS):
        (tmp_path / f"{number}.tar").write_bytes(layer)
        run("umoci", "raw", "add-layer", "--image", "oci:base", f"{number}.tar")
    run("umoci", "config", "--image", "oci:base", "--config.entrypoint", "/sh", "--config.env", "PATH=/bin")
    policy = tmp_path / "policy.json"
    policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    copies = ["oci-archive:a.tar:base", "docker-archive:d.tar:base:1", "oci:squeezed:base"]
    for to in copies:
        more = ["--dest-compress", "--dest-compress-format", "zstd"] if to.startswith("oci:") else []
        run("skopeo", "--policy", policy, "copy", *more, "oci:oci:base", to)
    images = [
        open_image(f"{scheme}:{tmp_path}/{rest}")
        for scheme, rest in (each.split(":", 1) for each in ["oci:oci:base", *copies])
    ]
    for image in images:
        assert set(image.tree) == PATHS
        assert plain(image.tree) == plain(images[0].tree)
        assert (image.config.entrypoint, image.config.env) == (("/sh",), (("PATH", "/bin"),))
