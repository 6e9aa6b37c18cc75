"""What shells say of a bare name that PATH leads to something unfit for."""

from __future__ import annotations

import pytest

from libccheck.launch import launch
from libccheck.model import Directory, Host, Node, Process, Special
from libccheck.tree import Tree
from libccheck.wording import exit_status, seen
from tests.archives import file


def said(node: Node) -> dict[str, tuple[str | None, int | None]]:
    tree = Tree({"/": Directory(0o755, 0, 0), "/bin": Directory(0o755, 0, 0), "/bin/app": node})
    process = Process(("app",), (("PATH", "/bin"),))
    found = launch(tree, "app", process, Host("x86_64"))
    words, status = seen(found, process), exit_status(found)
    return {shell: (words[shell], status[shell]) for shell in ("sh", "ash", "bash")}


@pytest.mark.parametrize(
    ("node", "sh", "ash", "bash"),
    [
        (file(b"#!/bin/sh\n", 0o644), 127, 126, ("bash: /bin/app: Permission denied", 126)),
        (Directory(0o755, 0, 0), 127, 127, ("bash: app: command not found", 127)),
        (Special("p", 0o755, 0, 0), 127, 127, (None, None)),
    ],
    ids=["not executable", "a directory", "a FIFO"],
)
def test_a_name_in_path_that_cannot_be_run(node: Node, sh: int, ash: int, bash: tuple[str | None, int | None]) -> None:
    shells = {"sh": ("sh: 1: app: Permission denied", sh), "ash": ("sh: app: Permission denied", ash), "bash": bash}
    assert said(node) == shells
