from __future__ import annotations

from libccheck.launch import launch
from libccheck.model import Died, Directory, Host, Launch, Node, Process, Refused, Started, Unclear, User
from tests import tiny
from tests.values import file, tree

STATIC = tiny.program()


def run(
    path: str, nodes: dict[str, Node | bytes | str], env: tuple[tuple[str, str], ...] = (), cwd: str = "/"
) -> Launch:
    return launch(tree(nodes), path, Process((path,), env, cwd, User(1000, 1000)), Host("x86_64"))


def test_static_program_starts() -> None:
    result = run("/app", {"/app": STATIC})
    assert (result.outcome, result.findings, result.objects) == (Started(), (), ())
    assert [(step.action, step.path, step.found) for step in result.steps] == [("exec", "/app", "found")]


def test_bare_name_is_sought_in_path() -> None:
    result = run("app", {"/opt/app": STATIC}, (("PATH", "/bin:/opt/"),))
    assert result.outcome == Started()
    assert (result.path, result.argv) == ("/opt/app", ("app",))
    assert [(step.path, step.found) for step in result.steps] == [
        ("/bin/app", "ENOENT"),
        ("/opt/app", "found"),
        ("/opt/app", "found"),
    ]


def test_bare_name_passes_over_what_cannot_be_executed() -> None:
    nodes: dict[str, Node | bytes | str] = {
        "/a/app": file(STATIC, 0o644),
        "/b/app": Directory(0o755, 0, 0),
        "/c/app": STATIC,
    }
    result = run("app", nodes, (("PATH", "/a:/b:/c"),))
    assert (result.path, result.outcome) == ("/c/app", Started())
    assert [step.found for step in result.steps] == ["not executable", "a directory", "found", "found"]


def test_bare_name_that_is_nowhere() -> None:
    result = run("app", {"/a/app": file(STATIC, 0o644)}, (("PATH", "/a:/b"),))
    assert (result.path, result.outcome) == ("app", Refused("ENOENT"))
    assert [(each.code, each.subject) for each in result.findings] == [("LC100", "app")]


def test_empty_element_of_path_is_the_working_directory() -> None:
    result = run("app", {"/srv/app": STATIC}, (("PATH", "/bin:"),), cwd="/srv")
    assert (result.path, result.outcome) == ("./app", Started())


def test_without_path_the_engines_default_is_searched() -> None:
    assert run("app", {"/usr/local/bin/app": STATIC}).path == "/usr/local/bin/app"


def test_relative_path_starts_at_the_working_directory() -> None:
    assert run("./app", {"/srv/app": STATIC}, cwd="/srv").outcome == Started()
    assert run("./app", {"/srv/app": STATIC}).outcome == Refused("ENOENT")


def test_unknown_loader_is_not_guessed_at() -> None:
    result = run("/app", {"/app": tiny.program(interpreter=b"/ld"), "/ld": tiny.program(kind=3)})
    assert isinstance(result.outcome, Unclear)
    assert [(each.code, each.subject) for each in result.findings] == [("LC901", "/ld")]


def test_refusal_keeps_the_argv_that_was_asked_for() -> None:
    result = run("/app", {"/app": b"#!/bin/sh\n"})
    assert (result.argv, result.outcome) == (("/app",), Refused("ENOENT"))


def test_script_starts_with_its_interpreter() -> None:
    result = run("/app", {"/app": b"#!/i -x\n", "/i": STATIC})
    assert (result.argv, result.outcome) == (("/i", "-x", "/app"), Started())


def test_library_dies_of_a_signal() -> None:
    from tests.forge import elf

    assert run("/lib.so", {"/lib.so": elf(soname="lib.so")}).outcome == Died(None, "SIGSEGV")
