"""The pages of `docs/`: what they show is what is printed, what they link to is there, what they list is everything.

`pytest --update tests/test_docs.py` rewrites what is shown.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import toolchains, wheels
from tests.published.packages import programs as published
from tests.reality.sample import dear
from tests.shown import Shown, ran, rewritten, shown, steady
from tests.test_samples import place

__all__ = ["place"]

PROJECT = toolchains.PROJECT
DOCS = PROJECT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
COMMANDS = [
    pytest.param(page, each, id=f"{page.stem}: {each.command}") for page in PAGES for each in shown(page.read_text())
]
_LINK = re.compile(r"\]\(([^)#:]+)(#[^)]*)?\)")


def _published(name: str, package: str) -> Callable[[Path], None]:
    def put(place: Path) -> None:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(published(package)[0], place / name)

    return put


def _wheel(name: str, platform: str) -> Callable[[Path], None]:
    def put(place: Path) -> None:
        (place / name).symlink_to(wheels.fetched(platform, "3.11", "markupsafe==2.1.5"))

    return put


def _compiled(name: str, *options: str) -> Callable[[Path], None]:
    def put(place: Path) -> None:
        command = [*toolchains.command("g++"), "-O2", *options, "-o", name, str(DOCS / "howto" / "words.cpp")]
        subprocess.run(command, cwd=place, check=True)

    return put


def _script(place: Path) -> None:
    (place / "flask").write_text("#!/app/.venv/bin/python\nfrom flask.cli import main\nmain()\n")
    (place / "flask").chmod(0o755)


def _configured(page: Path, place: Path) -> None:
    """The configuration that the page shows."""
    block = re.search(r"^```toml\n(# \.libccheck\.toml\n.*?)^```$", page.read_text(), re.M | re.S)
    assert block
    (place / ".libccheck.toml").write_text(block[1])


_WATCHER = "npm:@parcel/watcher-linux-x64-{}@2.4.1"
_MATERIAL: dict[str, tuple[Callable[[Path], None], ...]] = {
    # a word of a command, and what it takes
    "sherif": (
        _published("sherif", "npm:sherif-linux-x64@1.13.0"),
        _published("sherif-musl", "npm:sherif-linux-x64-musl@1.13.0"),
    ),
    "node_modules": tuple(
        _published(f"node_modules/@parcel/watcher-linux-x64-{libc}/watcher.node", _WATCHER.format(libc))
        for libc in ("glibc", "musl")
    ),
    "markupsafe-": (
        _wheel("markupsafe-glibc.whl", "manylinux_2_17_x86_64"),
        _wheel("markupsafe-musl.whl", "musllinux_1_1_x86_64"),
    ),
    "words": (_compiled("words"), _compiled("words-static", "-static")),
}


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_what_is_shown_is_what_is_printed(page: Path, command: Shown, place: Path, update: bool) -> None:
    wanted = [each for word, each in _MATERIAL.items() if re.search(rf"(^| ){word}", command.command)]
    if wanted or page.parent != DOCS:
        dear("published programs and all pages of languages")
    _script(place)
    if command.command == "libccheck":
        _configured(page, place)
    try:
        for put in (each for several in wanted for each in several):
            put(place)
    except toolchains.MissingError as error:
        toolchains.missing(error)
    output = ran(command.command, place)
    if update and steady(output) != steady(command.output):
        page.write_text(rewritten(page.read_text(), {command.command: output}))
        return
    assert steady(command.output) == steady(output)


@pytest.mark.parametrize("page", [*PAGES, PROJECT / "README.md"], ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in _LINK.findall(page.read_text()):
        file = page.parent / target
        assert file.exists(), target
        titles = re.findall(r"^#+ (.*)$", file.read_text(), re.M) if anchor else ()
        anchors = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
        assert not anchor or anchor[1:] in anchors


def test_every_page_is_reached_from_the_first_one() -> None:
    reached, left = set(), [PROJECT / "README.md"]
    while left:
        page = left.pop().resolve()
        if page.suffix == ".md" and page not in reached:
            reached.add(page)
            left += [page.parent / target for target, _ in _LINK.findall(page.read_text())]
    assert [page for page in PAGES if page.resolve() not in reached] == []
