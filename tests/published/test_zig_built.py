"""Programs in Zig's own language, built here in every mode: known for what they are also when nothing signed them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from libccheck import read_program
from libccheck.facts import facts_of
from libccheck.notes import read
from libccheck.remedy.compiled import compiled
from tests import toolchains
from tests.extent import everything
from tests.reality.sample import dear

_SOURCE = 'const std = @import("std");\n\npub fn main() void {\n    std.debug.print("hello\\n", .{});\n}\n'
_MODES = ("Debug", "ReleaseSafe", "ReleaseFast", "ReleaseSmall")


@pytest.fixture(scope="module")
def command() -> list[str]:
    dear("Zig's standard library")
    try:
        return [toolchains.command("python-zig")[0]]
    except toolchains.MissingError as error:
        toolchains.missing(error)


@pytest.mark.parametrize("mode", _MODES if everything() else ["ReleaseSmall"])
@pytest.mark.parametrize("options", [["-fstrip"], *([[]] if everything() else [])], ids=" ".join)
def test_a_program_in_zig_is_one(command: list[str], tmp_path: Path, mode: str, options: list[str]) -> None:
    source, output = tmp_path / "hello.zig", tmp_path / "hello"
    source.write_text(_SOURCE)
    command = [*command, "build-exe", str(source), "-O", mode, *options, f"-femit-bin={output}"]
    subprocess.run(command, cwd=tmp_path, env=toolchains.environment(), check=True, capture_output=True)
    program = read_program(str(output))
    binary = facts_of(program, read(program.data)).binary
    assert binary is not None
    assert "zig" in {each.name for each in binary.tools}
    assert compiled(program) is None
