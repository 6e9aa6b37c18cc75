"""Names of base images: which entry they mean, and what is said of those that mean none."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import libccheck
from libccheck import open_image
from libccheck.cli import main
from libccheck.errors import LibccheckError
from libccheck.images import catalog
from libccheck.images.cataloging import Addition, add
from libccheck.images.recipes import read_recipes
from libccheck.images.store import Store
from libccheck.model import Config, Directory, File, Image, Provenance
from tests.archives import Item, plain, tar
from tests.forge import elf
from tests.reality.sample import few
from tests.values import image as image_of

_READ_WHOLE = 50
FROM = Provenance("a place", "root.tar", "0" * 64, "2024-09-06", "")


def addition(name: str, platform: str = "linux/amd64", **more: Any) -> Addition:
    made = image_of({"/name": f"{name} {platform}", "/bin/sh": elf(kind=2)}, name)
    return Addition(name, made._replace(platform=platform), FROM._replace(date=more.pop("date", FROM.date)), **more)


@pytest.fixture
def built_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built-in catalog of a few entries, and no catalog of the user's."""
    path = tmp_path / "built-in" / catalog.FILE
    add(
        str(path),
        [
            addition("alpine:3.20", aliases=("alpine:3.20.3",), floating=("alpine:latest", "alpine:3")),
            addition("alpine:3.20", "linux/arm64"),
            addition("alpine:3.8"),
            addition("alpine:edge", floating=("alpine:edge",), date="2024-09-23"),
            addition("team/base:7", "linux/arm/v6"),
            addition("gcr.io/distroless/static-debian12:latest"),
        ],
    )
    monkeypatch.setattr(catalog, "built_in", lambda: str(path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr("libccheck.images.platforms.host", lambda: "linux/amd64")
    monkeypatch.setattr(catalog, "host", lambda: "linux/amd64")
    return path


def name_in(image: Image) -> str:
    return image.tree.nodes["/name"].target  # type: ignore[no-any-return]


@pytest.mark.usefixtures("built_in")
def test_an_entry_knows_where_it_comes_from() -> None:
    image = open_image("alpine:3.20")
    assert (image.reference, image.source, image.platform) == ("alpine:3.20", "catalog", "linux/amd64")
    assert (image.as_of, image.floating, image.provenance) == ("2024-09-06", False, FROM)
    assert name_in(image) == "alpine:3.20 linux/amd64"
    assert image.size == len(elf(kind=2))


@pytest.mark.parametrize(
    "name",
    [
        "catalog:alpine:3.20",
        "docker.io/library/alpine:3.20",
        "index.docker.io/library/alpine:3.20",
        "library/alpine:3.20",
        "alpine:3.20.3",
    ],
)
@pytest.mark.usefixtures("built_in")
def test_one_image_has_several_spellings(name: str) -> None:
    image = open_image(name)
    assert name_in(image) == "alpine:3.20 linux/amd64"
    assert (image.reference, image.floating) == (name, False)


@pytest.mark.parametrize("name", ["alpine", "alpine:latest", "alpine:3", "catalog:alpine"])
@pytest.mark.usefixtures("built_in")
def test_a_floating_name_answers_with_its_entry_and_says_so(name: str) -> None:
    image = open_image(name)
    assert name_in(image) == "alpine:3.20 linux/amd64"
    assert (image.floating, image.as_of) == (True, "2024-09-06")
    assert image.provenance is not None
    assert "is alpine:3.20" in image.provenance.note


@pytest.mark.usefixtures("built_in")
def test_an_entry_may_float_by_its_own_name() -> None:
    image = open_image("alpine:edge")
    assert (image.floating, image.as_of) == (True, "2024-09-23")


@pytest.mark.usefixtures("built_in")
def test_a_name_without_a_tag_is_latest_also_with_a_registry() -> None:
    assert name_in(open_image("gcr.io/distroless/static-debian12")).startswith("gcr.io/")


@pytest.mark.usefixtures("built_in")
def test_the_platform_chooses() -> None:
    assert name_in(open_image("alpine:latest", platform="aarch64")) == "alpine:3.20 linux/arm64"
    assert open_image("team/base:7", platform="linux/arm/v7").platform == "linux/arm/v6"


@pytest.mark.usefixtures("built_in")
def test_another_platform_is_no_answer() -> None:
    with pytest.raises(LibccheckError, match=r"alpine:3.8, but not for linux/arm64") as raised:
        open_image("alpine:3.8", platform="linux/arm64")
    assert "--platform linux/amd64" in raised.value.hint
    with pytest.raises(LibccheckError, match=r"but not for linux/arm/v5"):
        open_image("team/base:7", platform="linux/arm/v5")


@pytest.mark.parametrize("name", ["alpine:3.2", "alpine:3.200", "alpine:3.20.30", "alpin:3.20", "catalog:apline", "x"])
@pytest.mark.usefixtures("built_in")
def test_an_unknown_name_is_never_answered_by_a_neighbor(name: str) -> None:
    with pytest.raises(LibccheckError, match="the catalog holds no") as raised:
        open_image(name)
    assert ("did you mean" in raised.value.hint) == (name != "x")
    assert (raised.value.subject, raised.value.status) == (name, 3)


@pytest.mark.usefixtures("built_in")
def test_a_digest_is_no_tag() -> None:
    with pytest.raises(LibccheckError, match="by tag, not by digest"):
        open_image("alpine:3.20@sha256:" + "0" * 64)


@pytest.mark.usefixtures("built_in")
def test_a_named_catalog_comes_first_then_the_users_own(tmp_path: Path) -> None:
    add(str(tmp_path / "team" / catalog.FILE), [addition("alpine:3.20", date="2025-01-01"), addition("own:1")])
    add(os.path.join(catalog.own_directory(), catalog.FILE), [addition("alpine:3.20", date="2025-02-02")])
    team = str(tmp_path / "team")
    assert open_image("alpine:3.20", catalogs=[team]).as_of == "2025-01-01"
    assert open_image("alpine:3.20", catalogs=[f"{team}/{catalog.FILE}"]).as_of == "2025-01-01"
    assert open_image("alpine:3.20").as_of == "2025-02-02"
    assert open_image("alpine:3.8", catalogs=[team]).as_of == "2024-09-06"
    with pytest.raises(LibccheckError):
        open_image("own:1")


@pytest.mark.usefixtures("built_in")
def test_a_catalog_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LibccheckError, match=r"cannot read the catalog .*/none: No such file"):
        open_image("alpine:3.20", catalogs=[str(tmp_path / "none")])


def test_a_damaged_catalog_is_an_error(built_in: Path) -> None:
    built_in.write_bytes(built_in.read_bytes()[:-1])
    with pytest.raises(LibccheckError, match="is damaged"):
        open_image("alpine:3.20")


def test_an_index_that_lies_is_damaged(tmp_path: Path) -> None:
    from libccheck.images.storing import Storing

    path = str(tmp_path / catalog.FILE)
    for line in ("E\ta:1\tlinux/amd64\tx\t\t\t\t\n", "E\ta:1\tlinux/amd64\t7\t\t\t\t\n", "E\ta:1\tlinux/amd64\t\n"):
        Storing().write(path, line)
        with pytest.raises(LibccheckError, match="is damaged"):
            open_image("a:1", platform="linux/amd64", catalogs=[path])


def test_an_entry_is_replaced_by_one_of_the_same_name_and_platform(built_in: Path) -> None:
    add(str(built_in), [addition("alpine:3.20", date="2030-01-01")])
    assert open_image("alpine:3.20").as_of == "2030-01-01"
    assert open_image("alpine:3.20", platform="arm64").as_of == "2024-09-06"
    assert len(list(catalog.Catalog(str(built_in)).entries())) == 6


def test_a_floating_name_moves_on(built_in: Path) -> None:
    add(str(built_in), [addition("alpine:3.21", floating=("alpine:latest",))])
    assert name_in(open_image("alpine")) == "alpine:3.21 linux/amd64"
    assert name_in(open_image("alpine:3")) == "alpine:3.20 linux/amd64"


@pytest.mark.parametrize("name", ["", "a b:1", "a\tb:1", "a\nb:1", "a\x1bb"])
def test_a_name_that_would_break_the_index_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(LibccheckError, match="no name of an image"):
        add(str(tmp_path / "c"), [addition("x:1")._replace(name=name)])
    assert not (tmp_path / "c").exists()


def test_opening_an_entry_imports_nothing_heavy() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from libccheck.images import open_image\n"
        "try: open_image('catalog:alpine:3.20').tree.resolve('/bin/sh')\n"
        "except Exception: sys.exit('no entry')\n"
        "print(*sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(libccheck.__path__[0]).parent), "XDG_DATA_HOME": "/none"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    heavy = {"pathlib", "importlib.resources", "tempfile", "dataclasses", "hashlib", "json", "difflib", "tarfile"}
    bare = subprocess.run([sys.executable, "-c", "import sys; print(*sys.modules)"], capture_output=True, text=True)
    assert (set(done.stdout.split()) - set(bare.stdout.split())) & heavy == set()


# ---------------------------------------------------------------------------------------------------------------------
# The command


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "root.tar"
    items = [Item("bin/sh", elf(kind=2)), Item("usr/share/doc/x/y", b"text"), Item("etc/passwd", b"root:x:0:0:::\n")]
    path.write_bytes(tar(items))
    return path


def valid(text: str) -> list[dict[str, Any]]:
    schema = json.loads((Path(libccheck.__path__[0]) / "schema" / "catalog-1.json").read_text())
    data = json.loads(text)
    jsonschema.Draft202012Validator(schema).validate(data)
    return data["entries"]  # type: ignore[no-any-return]


@pytest.mark.usefixtures("built_in")
def test_what_is_added_can_be_opened_without_its_source(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = plain(open_image(f"tar:{root}").tree)
    options = ["--alias", "mine:1.0", "--floating", "mine", "--note", "made here", "--date", "2025-05-05"]
    assert main(["catalog", "add", "mine:1", "--from", f"tar:{root}", *options]) == 0
    root.unlink()
    image = open_image("mine:1", platform="amd64")
    assert plain(image.tree) == tree
    assert image.provenance is not None
    assert (image.provenance.file, len(image.provenance.sha256), image.as_of) == ("root.tar", 64, "2025-05-05")
    assert image.provenance.note == "made here"
    assert open_image("mine", platform="amd64").floating
    assert not open_image("mine:1.0", platform="amd64").floating
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("built_in")
def test_what_is_left_out_is_not_there(root: Path, tmp_path: Path) -> None:
    arguments = ["--from", str(root), "--without", "/usr/share/doc/", "--catalog", str(tmp_path / "team")]
    assert main(["catalog", "add", "slim:1", *arguments]) == 0
    image = open_image("slim:1", catalogs=[str(tmp_path / "team")])
    assert "/usr/share/doc" in image.tree.nodes
    assert "/usr/share/doc/x" not in image.tree.nodes
    assert image.size == len(elf(kind=2)) + len("root:x:0:0:::\n")


@pytest.mark.usefixtures("built_in", "root")
def test_a_list_adds_many(tmp_path: Path) -> None:
    entries = [
        {"name": "one:1", "from": "tar:root.tar", "floating": ["one:latest"], "config": {"Cmd": ["sh"], "User": "me"}},
        {"name": "two:1", "from": "tar:root.tar", "platform": "linux/arm64", "origin": "there", "date": "2020-02-02"},
    ]
    (tmp_path / "list.json").write_text(json.dumps(entries))
    arguments = ["--list", str(tmp_path / "list.json"), "--roots", str(tmp_path)]
    assert main(["catalog", "add", *arguments, "--catalog", str(tmp_path / "team")]) == 0
    one = open_image("one", platform="amd64", catalogs=[str(tmp_path / "team")])
    assert (one.config, one.floating) == (Config(cmd=("sh",), user="me"), True)
    two = open_image("two:1", platform="arm64", catalogs=[str(tmp_path / "team")])
    assert (two.as_of, two.provenance and two.provenance.origin) == ("2020-02-02", "there")


@pytest.mark.usefixtures("built_in", "root")
def test_an_archive_that_is_not_the_listed_one_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list.json").write_text(json.dumps([{"name": "a:1", "from": "tar:root.tar", "sha256": "0" * 64}]))
    arguments = ["--list", str(tmp_path / "list.json"), "--roots", str(tmp_path), "--catalog", str(tmp_path / "team")]
    assert main(["catalog", "add", *arguments]) == 3
    assert "is not the file that the entry a:1 was made from" in capsys.readouterr().err
    assert not (tmp_path / "team" / catalog.FILE).exists()


@pytest.mark.parametrize(
    "entries",
    [
        "{}",
        "[1]",
        "not json",
        '[{"name": "a:1"}]',
        '[{"name": "a:1", "from": 7}]',
        '[{"name": "a:1", "from": "x", "floating": "a:2"}]',
        '[{"name": "a:1", "from": "x", "aliases": [1]}]',
        '[{"name": "a:1", "from": "x", "typo": 1}]',
    ],
)
def test_a_malformed_list_is_refused(tmp_path: Path, entries: str) -> None:
    (tmp_path / "list.json").write_text(entries)
    with pytest.raises(LibccheckError, match=r"list\.json"):
        read_recipes(str(tmp_path / "list.json"), ".")


@pytest.mark.parametrize(
    "arguments",
    [
        ["add"],
        ["add", "x:1"],
        ["add", "--from", "scratch"],
        ["add", "x:1", "--list", "f"],
        ["add", "x:1", "--from", "scratch", "--date", "today"],
        ["show"],
        ["list", "--platform", "windows/amd64"],
        ["list", "--format", "yaml"],
    ],
)
@pytest.mark.usefixtures("built_in")
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", *arguments]) == 2
    assert capsys.readouterr().err.startswith("error: ")


@pytest.mark.usefixtures("built_in")
def test_list_as_json_is_valid_and_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "list", "--format", "json"]) == 0
    entries = valid(capsys.readouterr().out)
    assert [(each["name"], each["platform"]) for each in entries][:2] == [
        ("alpine:3.20", "linux/amd64"),
        ("alpine:3.20", "linux/arm64"),
    ]
    assert entries[0]["aliases"] == [
        {"name": "alpine:3.20.3", "floating": False},
        {"name": "alpine:latest", "floating": True},
        {"name": "alpine:3", "floating": True},
    ]
    assert entries[3]["floating"] is True


@pytest.mark.usefixtures("built_in")
def test_list_can_be_narrowed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "list", "alpine", "--platform", "arm64", "--format", "json"]) == 0
    assert [each["name"] for each in valid(capsys.readouterr().out)] == ["alpine:3.20"]


@pytest.mark.usefixtures("built_in")
def test_list_as_text_has_a_row_an_image(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["image", "libc", "size", "as", "of", "platforms"]
    assert sum(line.startswith("alpine:3.20 ") for line in lines) == 1
    assert "  latest, 3" in lines


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_list_breaks_no_name_and_no_line(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert main(["catalog", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert main(["catalog", "list", "--format", "json"]) == 0
    names = {entry["name"] for entry in json.loads(capsys.readouterr().out)["entries"]}
    assert len(names) > 40
    assert names <= {line.split(" ")[0] for line in lines}
    assert width < 80 or [line for line in lines if len(line) > width] == []


def test_show_names_loaders_and_no_other_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "show", "alpine:3.20", "--format", "json"]) == 0
    (entry,) = valid(capsys.readouterr().out)
    assert [each["path"] for each in entry["loaders"]] == ["/lib/ld-musl-x86_64.so.1"]
    assert main(["catalog", "show", "busybox:musl", "--format", "json"]) == 0
    (entry,) = valid(capsys.readouterr().out)
    assert entry["loaders"] == []
    assert entry["programs"] > 400


@pytest.mark.usefixtures("built_in")
def test_show_tells_what_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "show", "alpine", "--format", "json"]) == 0
    (entry,) = valid(capsys.readouterr().out)
    assert (entry["name"], entry["programs"], entry["files"]) == ("alpine:3.20", 1, 1)
    assert entry["provenance"]["origin"] == "a place"
    assert main(["catalog", "show", "alpine"]) == 0
    text = capsys.readouterr().out
    assert "alpine:3.20 for linux/amd64" in text
    assert "the name moves on" in text
    assert FROM.sha256 in text


@pytest.mark.usefixtures("built_in")
def test_show_of_an_unknown_name_is_status_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "show", "apline:3.20"]) == 3
    assert capsys.readouterr().err.splitlines() == [
        "error: the catalog holds no apline:3.20",
        " hint: did you mean alpine:3.20? (libccheck catalog list shows all)",
    ]


# ---------------------------------------------------------------------------------------------------------------------
# The catalog that comes with libccheck


def test_the_built_in_catalog_is_what_its_list_says() -> None:
    recipes = read_recipes(str(Path(__file__).parents[3] / "tools" / "catalog.json"), ".")
    held = catalog.Catalog(catalog.built_in())
    assert {(each.name, each.platform, each.date) for each in held.entries()} == {
        (each.name, each.platform, each.date) for each in recipes
    }
    names = {each.name for each in held.entries()}
    assert all(alias.target in names and alias.name not in names for alias in held.aliases())
    assert sum(each.stat().st_size for each in Path(catalog.built_in()).parent.iterdir()) < 6_000_000


def test_every_built_in_entry_can_be_read_whole() -> None:
    held = catalog.Catalog(catalog.built_in())
    for entry in few(list(held.entries()), _READ_WHOLE):
        image = held.image(entry, entry.name)
        assert image.provenance is not None
        assert len(image.provenance.sha256) == 64
        tables = 0
        for path in image.tree:
            node = image.tree.nodes[path]
            assert path == "/" or isinstance(image.tree.nodes[path.rpartition("/")[0] or "/"], Directory)
            if isinstance(node, File) and (found := node.load().elf) is not None:
                assert found.tables.symbols is not None
                assert found.tables.relocations is not None
                tables += 1
        assert tables or "distroless/static" in entry.name


def test_the_built_in_entries_equal_the_roots_that_they_were_made_of() -> None:
    roots = os.environ.get("LIBCCHECK_ROOT_ARCHIVES")
    if not roots:
        pytest.skip("LIBCCHECK_ROOT_ARCHIVES names no directory with the archives of tools/catalog.json")
    from libccheck.images.recipes import additions

    held = catalog.Catalog(catalog.built_in())
    recipes = read_recipes(str(Path(__file__).parents[3] / "tools" / "catalog.json"), roots)
    for each in additions(recipes, lambda name, platform: open_image(name, platform=platform), "", lambda _: None):
        entry = held.find(each.name, each.image.platform)
        assert entry is not None
        image = held.image(entry, each.image.reference)
        assert plain(image.tree) == plain(each.image.tree)
        assert image._replace(tree=None, source="tar") == each.image._replace(
            tree=None, provenance=each.provenance, as_of=entry.date, floating=each.name in each.floating
        )


def test_opening_a_built_in_entry_touches_few_blobs(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    raw = Store.raw

    def counting(store: Store, number: int) -> bytes:
        read.append(number)
        return raw(store, number)

    monkeypatch.setattr(Store, "raw", counting)
    open_image("catalog:debian:bookworm", platform="amd64").tree.resolve("/lib64/ld-linux-x86-64.so.2")
    assert len(read) < 20
