"""The story of `samples/` as its README and the project's tell it: every output is what the command line prints of the
programs as they are really built. `pytest --update tests/test_samples.py` rewrites what is shown."""

from __future__ import annotations

import json
import re
import runpy
from hashlib import sha256
from pathlib import Path

import pytest
from demo.build import samples

from libccheck import base_images, check, open_image, read_program, recommend
from libccheck.formats.card import bytes_in_words
from libccheck.model import Started
from tests import toolchains
from tests.archives import Item, tar
from tests.shown import Shown, ran, rewritten, shown, steady

SAMPLES = toolchains.PROJECT / "samples"
STORY = SAMPLES / "README.md"
FRONT = toolchains.PROJECT / "README.md"
COMMANDS = [pytest.param(file, each, id=each.command) for file in (STORY, FRONT) for each in shown(file.read_text())]
_STEP = re.compile(
    r"^\| *(\d|C) *\| `([\w-]+)` *\| `([^`]+)` *\|[^|]*\| (starts|refused|dies)(?:, (LC\d+))?[^|]*\|$", re.M
)


@pytest.fixture
def place(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The programs, and what else the commands name: a wheel; an image that was read once."""
    for each in samples():
        (tmp_path / each.name).symlink_to(programs / each.name)
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(toolchains.PROJECT / "tests/cases/inspect-wheel/make.py"))
    _saved(tmp_path / "base.tar")
    (tmp_path / "samples").symlink_to(SAMPLES)
    return tmp_path


@pytest.mark.parametrize(("file", "command"), COMMANDS)
def test_what_is_shown_is_what_is_printed(file: Path, command: Shown, place: Path, update: bool) -> None:
    if "cache" in command.command:
        ran("libccheck probe docker-archive:base.tar", place)
    output = ran(command.command, place)
    if update and steady(output) != steady(command.output):
        file.write_text(rewritten(file.read_text(), {command.command: output}))
        return
    assert steady(command.output) == steady(output)


def test_every_file_of_the_story_is_told_of_and_every_link_leads_somewhere() -> None:
    linked = set(re.findall(r"\]\(([^):]+)\)", STORY.read_text()))
    assert [link for link in linked if not (SAMPLES / link).exists()] == []
    files = {str(each.relative_to(SAMPLES)) for each in SAMPLES.rglob("*") if each.is_file()}
    assert files - linked == {"README.md", "go/go.mod"}


def test_the_steps_are_checked_against_the_bases_of_their_dockerfiles() -> None:
    sections = re.split(r"^## ", STORY.read_text(), flags=re.M)[2:]
    assert len(sections) == 7
    for section in sections[:6]:
        files = [SAMPLES / each for each in re.findall(r"\(([\w./-]*Dockerfile(?:\.run)?)\)", section)]
        base = re.findall(r"^FROM (\S+)", files[-1].read_text(), re.M)[-1]
        assert f"--image {base}" in section


def test_the_table_of_the_story_is_right(programs: Path) -> None:
    rows = _STEP.findall(FRONT.read_text())
    assert [row[0] for row in rows if row[0] != "C"] == ["2", "3", "4", "5", "6", "6", "7"]
    for _, program, reference, outcome, code in rows:
        image = open_image(f"catalog:{reference}" if reference != "scratch" else reference, platform="linux/amd64")
        (checked,) = check([read_program(str(programs / program))], [image]).checks
        assert isinstance(checked.launch.outcome, Started) == (outcome == "starts"), (program, reference)
        assert [each.code for each in checked.launch.findings][:1] == ([code] if code else [])


def test_the_table_of_sizes_is_right(programs: Path) -> None:
    header, *rows = re.findall(
        r"^\| (?:image|`[^`]+`) .*\|$", FRONT.read_text().partition("The sample server")[2], re.M
    )
    names = re.findall(r"`(httpd[\w-]*)`", header)
    shown: dict[str, dict[str, str]] = {name: {} for name in names}
    for row in rows:
        tag, *sizes = (cell.strip(" `") for cell in row.strip("|").split("|"))
        shown = {name: {**shown[name], tag: size} for name, size in zip(names, sizes, strict=True)}
    for name in names:
        program = read_program(str(programs / name))
        found = recommend([program], base_images("linux/amd64"), most=None, with_changes=False)
        assert {each.tag: bytes_in_words(each.size) for each in found.choices} == {
            tag: size for tag, size in shown[name].items() if size != "-"
        }


def _saved(path: Path) -> None:
    """An image of one layer, as `docker save` writes it."""
    layer = tar([Item("etc"), Item("etc/os-release", b'NAME="base"\n')])
    config = {
        "os": "linux",
        "architecture": "amd64",
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{sha256(layer).hexdigest()}"]},
    }
    manifest = [{"Config": "config.json", "RepoTags": ["base:1"], "Layers": ["layer.tar"]}]
    files = {"config.json": json.dumps(config).encode(), "manifest.json": json.dumps(manifest).encode()}
    path.write_bytes(tar([*(Item(name, data) for name, data in files.items()), Item("layer.tar", layer)]))
