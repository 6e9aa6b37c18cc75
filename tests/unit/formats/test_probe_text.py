"""Cards and comparisons of images: they fit, they obey the paper, and nothing in an image controls the terminal."""

from __future__ import annotations

import pytest

from libccheck.formats.paper import Paper
from libccheck.formats.probe_json import as_data
from libccheck.formats.probe_text import render
from libccheck.model import Config, Layer, Node, Provenance
from libccheck.offers import Offers, offers_of
from tests.forge import GLIBC, elf
from tests.values import file, image

EVIL = "\x1b[31mred\x07\r\n\u202e\x9b"
CONFIG = Config(("/app", "--serve"), ("now",), (("PATH", "/bin"), ("A", "1")), "app", "/srv", ("CMD", "/ok"))


def offered(reference: str = "app:1", config: Config | None = None) -> Offers:
    passwd = "".join(f"user{number}:x:{number}:0::/:\n" for number in range(40)).encode()
    nodes: dict[str, Node | bytes | str] = {
        "/bin/sh": elf(kind=2),
        "/etc/passwd": file(passwd, path="etc/passwd"),
        "/lib/liba.so.1": elf(soname="liba.so.1", exports=["a"]),
        GLIBC: "/lib/" + "x" * 90,
    }
    return offers_of(image(nodes, reference, config))


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("many", [1, 4])
def test_no_line_is_longer_than_the_terminal(width: int, many: int) -> None:
    text = render([offered(f"registry.example.org/team/app:{number}") for number in range(many)], Paper(width))
    assert max(map(len, text.splitlines())) <= width
    assert all(line == line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize("color", [False, True])
def test_only_paper_with_colors_gets_any(color: bool) -> None:
    for shown in ([offered()], [offered(), offered()]):
        assert ("\x1b[" in render(shown, Paper(80, color))) is color


def test_paper_without_unicode_gets_ascii() -> None:
    assert render([offered()], Paper(80, unicode=False)).isascii()


def test_nothing_in_an_image_controls_the_terminal() -> None:
    nodes: dict[str, Node | bytes | str] = {
        GLIBC: EVIL.replace("\n", ""),
        "/bin/sh": "/" + EVIL.replace("\n", ""),
        "/etc/os-release": file(f'PRETTY_NAME="{EVIL}"'.encode(), path="etc/os-release"),
        "/etc/passwd": file(f"{EVIL}:x:0:0::/:".encode(), path="etc/passwd"),
    }
    config = Config((EVIL,), (EVIL,), ((EVIL, EVIL),), EVIL, EVIL, (EVIL,), (EVIL,))
    layers = (Layer("sha256:0", 1, EVIL),)
    found = offers_of(image(nodes, EVIL, config)._replace(layers=layers, digest=EVIL, platform=EVIL))
    for shown in ([found], [found, found]):
        for verbose in (False, True):
            text = render(shown, Paper(120), verbose=verbose)
            assert not set(text) & {"\x1b", "\x07", "\r", "\u202e", "\x9b"}


def test_layers_stand_newest_first_with_what_made_them() -> None:
    layers = (Layer("sha256:1", 7_800_000, "ADD rootfs.tar.gz / # buildkit"), Layer("sha256:2", 120, "COPY app /app"))
    text = render([offered()._replace(image=image({})._replace(layers=layers))], Paper(80))
    assert (
        "  layers       2  120 bytes  COPY app /app\n               1     7.8 MB  ADD rootfs.tar.gz / # buildkit\n"
        in text
    )


def test_the_config_is_shown_as_docker_writes_it() -> None:
    text = render([offered(config=CONFIG)], Paper(80))
    for line in (
        'entrypoint ["/app", "--serve"]',
        'command    ["now"]',
        'health     ["CMD", "/ok"]',
        "user       app",
        "workdir    /srv",
    ):
        assert line in text


def test_verbose_shows_every_user_and_where_an_entry_comes_from() -> None:
    found = offered()
    found = found._replace(
        image=found.image._replace(provenance=Provenance("from afar", "f", "0", "2024", "not published"))
    )
    assert "and 34 more" in render([found], Paper(80))
    text = render([found], Paper(80), verbose=True)
    assert "user39 (39)" in text
    assert "from afar" in text
    assert "not published" in text


def test_the_data_hold_every_offer() -> None:
    data = as_data(offered(config=CONFIG))
    assert data["config"]["env"] == ["PATH=/bin", "A=1"]
    assert [each["name"] for each in data["users"]][:2] == ["user0", "user1"]
    assert data["loaders"][0]["leads_to"] is None


def test_nothing_is_shown_of_nothing() -> None:
    assert render([], Paper(80)) == ""
