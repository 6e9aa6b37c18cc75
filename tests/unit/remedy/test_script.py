"""Ways out for scripts, and for what is only copied without its execute bit."""

from __future__ import annotations

import pytest

from libccheck import base_images, open_image
from libccheck.checking import check
from libccheck.model import Remedy
from tests.forge import GLIBC, Wanted, elf
from tests.unit.remedy.test_builder import go
from tests.values import program


def remedies(text: bytes, path: str, image: str = "debian:bookworm", mode: int = 0o755) -> tuple[Remedy, ...]:
    opened = open_image(f"catalog:{image}", platform="linux/amd64")
    return check([program(text, path, mode)], [opened], bases=lambda _: ()).checks[0].remedies


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("run.sh", "#!/bin/sh"),
        ("start", "#!/bin/sh"),
        ("start-1.2", "#!/bin/sh"),
        ("run.bash", "#!/bin/bash"),
        ("app.pl", "#!/usr/bin/perl"),
        ("app.py", None),
        ("app.js", None),
        ("notes.txt", None),
        ("data.json", None),
    ],
)
def test_a_file_without_a_first_line_gets_the_one_that_goes_with_its_name(path: str, line: str | None) -> None:
    commands = [each.commands for each in remedies(b"print('started')\n", path)]
    assert commands == ([(f"sed -i '1i {line}' {path}",)] if line else [])


def test_line_ends_that_are_cr_alone_leave_no_first_line_to_change() -> None:
    assert remedies(b"#!/bin/bash\recho started\r", "run.sh", "alpine:3.20") == ()


@pytest.mark.parametrize(
    ("path", "source"),
    [("bin/run.sh", "bin/run.sh"), ("./run.sh", "run.sh"), ("/srv/run.sh", "run.sh"), ("../run.sh", "run.sh")],
)
def test_copy_names_the_file_by_its_path_below_this_directory(path: str, source: str) -> None:
    found = remedies(b"#!/bin/sh\n", path, mode=0o644)
    assert found[1].commands == (f"COPY --chmod=0755 {source} /run.sh",)


def test_what_lacks_its_execute_bit_and_its_loader_has_both_mended() -> None:
    opened = open_image("catalog:alpine:3.20", platform="linux/amd64")
    one = program(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.2.5")]), "./app", 0o644)
    (made,) = check([one], [opened], bases=base_images).checks
    assert made.remedies
    assert all(each.commands[0] == "chmod +x ./app" for each in made.remedies)
    assert any(each.commands[1].startswith("FROM busybox:") for each in made.remedies)
    (executable,) = check([one._replace(mode=0o755)], [opened], bases=base_images).checks
    assert [each.commands[1:] for each in made.remedies] == [each.commands for each in executable.remedies]


def test_a_build_sets_the_execute_bit_by_itself() -> None:
    opened = open_image("catalog:alpine:3.20", platform="linux/amd64")
    one = program(go("go1.24.1", text=b"\0net._C2func_getaddrinfo\0"), "./app", 0o644)
    (made,) = check([one], [opened], bases=lambda _: ()).checks
    assert made.remedies[0].commands == ("CGO_ENABLED=0 go build '-ldflags=-s -w' -o app .",)
