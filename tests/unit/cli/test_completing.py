"""What a shell is offered behind a half-written command line, as it asks for it."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click import Argument, Context, Group

from libccheck.cli import completing, main
from libccheck.cli.commands import commands
from libccheck.cli.demands import profile_names
from libccheck.images.sockets import held_names
from libccheck.rules import RULES
from tests.archives import Item, tar
from tests.fake_engine import FakeEngine

Asked = Callable[[str], list[str]]
NOTHING_TO_OFFER = {
    "N",
    # what is free text, or of a machine that is not here
    *("FACTS", "GLOB", "HOST", "KEY=VALUE", "KEY[=VALUE]", "KIND", "LEVEL", "LIB", "NAME", "PATH", "SEVERITY"),
    *("STAGE", "TEXT", "USER[:GROUP]", "VERSION", "YYYY-MM-DD"),
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Asked:
    """The answer to bash about a line that ends where the cursor is."""
    monkeypatch.setenv("_LIBCCHECK_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDBREAKS", " \t\n\"'><=;|&(:")
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    monkeypatch.setenv("CONTAINER_HOST", "unix:///nowhere")

    def ask(line: str) -> list[str]:
        monkeypatch.setenv("COMP_LINE", line)
        assert main([]) == 0
        shown = capsys.readouterr()
        assert shown.err == ""
        return shown.out.split()

    return ask


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeEngine]:
    with FakeEngine(tmp_path) as engine:
        for name in ("alpine-of-ours:7", "app:1"):
            engine.hold(name, [tar([Item("etc")])], [("RUN true", True)])
        monkeypatch.setenv("DOCKER_HOST", engine.address)
        yield engine


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("libccheck chec", ["plain,check"]),
        ("libccheck check app --against", ["plain,--against"]),
        ("libccheck check app --image debian:bookworm-s", ["plain,bookworm-slim"]),
        ("libccheck check app --image=debian:bookworm-s", ["plain,bookworm-slim"]),
        ("libccheck check app -i debian:bookworm-s", ["plain,bookworm-slim"]),
        ("libccheck check app --image catalog:alpine:3.2", ["plain,3.20", "plain,3.2"]),
        ("libccheck check app --image docker-", ["plain,docker-archive:"]),
        ("libccheck check app --image ./ro", ["file,"]),
        ("libccheck check --image alpine:3.20 ", ["file,"]),
        ("libccheck check app --copy ", ["file,"]),
        ("libccheck check app --catalog ", ["dir,"]),
        ("libccheck check app --format js", ["plain,json"]),
        ("libccheck check app --format json=o", ["file,"]),
        ("libccheck check app --platform linux/arm6", ["plain,linux/arm64"]),
        ("libccheck check app --fail-on reg", ["plain,regression"]),
        ("libccheck check app --policy manylinux_2_2", ["plain,manylinux_2_24", "plain,manylinux_2_26"]),
        ("libccheck probe scra", ["plain,scratch"]),
        ("libccheck recommend --from busybox:1.38.0-u", ["plain,1.38.0-uclibc"]),
        ("libccheck catalog show ubuntu:24.0", ["plain,24.04"]),
        ("libccheck catalog li", ["plain,list"]),
        ("libccheck explain lc101", ["plain,LC101"]),
        ("libccheck explain interpreter-m", ["plain,interpreter-missing"]),
        ("libccheck completion z", ["plain,zsh"]),
        ("libccheck dockerfile --context . ", ["file,"]),
        ("libccheck check 'half a", ["file,"]),
    ],
)
def test_what_fits_is_offered(line: str, offered: list[str], asked: Asked) -> None:
    assert asked(line)[: len(offered)] == offered


def test_all_codes_and_profiles_are_offered(asked: Asked) -> None:
    assert asked("libccheck explain ") == [f"plain,{code}" for code in RULES]
    assert asked("libccheck check --policy ") == [f"plain,{each}" for each in profile_names()]


def test_of_a_word_only_what_bash_replaces_is_told(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMP_WORDBREAKS", " ")
    assert asked("libccheck check app -i debian:bookworm-s") == ["plain,debian:bookworm-slim"]


def test_images_of_the_engine_come_first(asked: Asked, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", engine.address)
    assert asked("libccheck check app -i alp")[:2] == ["plain,alpine-of-ours:7", "plain,alpine:3.20"]
    assert asked("libccheck check app -i docker:")[:2] == ["plain,alpine-of-ours:7", "plain,app:1"]


def test_no_name_is_offered_that_a_shell_would_run(asked: Asked, engine: FakeEngine) -> None:
    for name in ("app:$(touch x)", "app:2;x", "app:`x`", "app:a b", "app:\nfile,"):
        engine.hold(name, [tar([Item("etc")])], [("RUN true", True)])
    assert asked("libccheck check app -i docker:app") == ["plain,app:1"]


def test_an_engine_of_podman_has_its_scheme(asked: Asked, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    monkeypatch.setenv("CONTAINER_HOST", engine.address)
    assert asked("libccheck check app -i podman:a") == ["plain,alpine-of-ours:7", "plain,app:1"]


def test_an_engine_that_does_not_answer_keeps_nobody_waiting(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(tmp_path / "engine.sock"))
        engine.listen()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/engine.sock")
        began = time.monotonic()
        assert asked("libccheck check app -i debian:bookworm-s") == ["plain,bookworm-slim"]
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("body", [b"[", b"{}", b'[{"RepoTags": 1}]', b"[1]", b'[{"RepoTags": [2]}]'])
def test_what_an_engine_says_is_not_trusted(body: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Thread

    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/engine.sock")
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(tmp_path / "engine.sock"))
        engine.listen()

        def answer() -> None:
            with engine.accept()[0] as connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + body)

        answering = Thread(target=answer)
        answering.start()
        assert held_names("docker") == []
        answering.join()


def test_nothing_that_goes_wrong_is_told(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LIBCCHECK_CATALOG", os.devnull)
    assert asked("libccheck check app -i debian:bookworm-s") == ["plain,bookworm-slim"]
    monkeypatch.setattr(completing, "_of_catalogs", lambda: 1 / 0)
    monkeypatch.setenv("COMP_LINE", "libccheck check app -i debian")
    assert main([]) == 1
    assert capsys.readouterr() == ("", "")


def test_every_parameter_has_something_to_offer_or_is_free_text() -> None:
    def unknown(group: Group) -> Iterator[str]:
        for name in group.list_commands(Context(group)):
            command = group.get_command(Context(group), name)
            if isinstance(command, Group):
                yield from unknown(command)
            for each in command.params if command else ():
                shown = completing.takes(each)
                known = completing.ARGUMENTS if isinstance(each, Argument) else completing.OPTIONS
                if shown not in known and shown not in NOTHING_TO_OFFER and each.metavar:
                    yield f"{name} {each.name}: {shown}"

    assert list(unknown(commands)) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_the_one_of_the_protocol(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell]) == 0
    printed = capsys.readouterr().out
    monkeypatch.setenv("_LIBCCHECK_COMPLETE", f"{shell}_source")
    assert main([]) == 0
    assert capsys.readouterr().out == printed
