"""What is read of Rust programs that are built here: by which compiler, for which target, and how they panic."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from libccheck import read_program
from libccheck.facts import Binary, facts_of
from libccheck.notes import read
from tests import toolchains

_SOURCE = 'fn main() { println!("{}", std::env::args().last().unwrap().parse::<u32>().unwrap()); }'
_WAYS = (*itertools.product(("unwind", "abort"), ("none", "symbols"), ("dynamic", "static")),)


@pytest.fixture(scope="module")
def rustc() -> str:
    try:
        return str(toolchains.rust_root() / "bin" / "rustc")
    except toolchains.MissingError as error:
        toolchains.missing(error)


def built(rustc: str, room: Path, options: Sequence[str]) -> Binary:
    (room / "app.rs").write_text(_SOURCE)
    command = [rustc, "-O", *options, "-o", str(room / "app"), str(room / "app.rs")]
    done = subprocess.run(command, env=toolchains.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    program = read_program(str(room / "app"))
    binary = facts_of(program, read(program.data)).binary
    assert binary is not None
    return binary


@pytest.mark.parametrize(("panic", "strip", "linked"), _WAYS)
def test_target_and_panic_are_what_it_was_built_for(
    rustc: str, tmp_path: Path, panic: str, strip: str, linked: str
) -> None:
    options = [f"-Cpanic={panic}", f"-Cstrip={strip}"]
    binary = built(rustc, tmp_path, [*options, *(["-Ctarget-feature=+crt-static"] if linked == "static" else [])])
    said = subprocess.run([rustc, "-vV"], capture_output=True, text=True, check=True).stdout
    about = dict(line.partition(": ")[::2] for line in said.splitlines())
    assert binary.rust_build == (about["host"], panic)
    assert binary.rust is not None
    assert binary.rust in (about["commit-hash"], about["release"])
    assert {each.version for each in binary.tools if each.name == "rustc"} <= {about["release"]}
