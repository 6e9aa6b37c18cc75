"""What is named in the place of a module for the other C library is loaded where that one was not."""

from __future__ import annotations

import shutil
import subprocess
from functools import partial
from pathlib import Path

import pytest

from libccheck import check, open_image, read_program
from libccheck.artifacts.published import published
from libccheck.copies import read_copy
from libccheck.model import Check, Image, Outcome, Process, Program, Rejected, Started
from libccheck.placement import LoadedBy
from libccheck.remedy.commands import command
from libccheck.toolchain.published import Published
from tests import toolchains
from tests.extent import everything
from tests.reality.bench import Bench
from tests.reality.reality import Reality, UnavailableError
from tests.reality.roots import ROOTS

_ESSAY = Path(__file__).parents[2] / "src/libccheck/rules/LC101.md"
_LOADS = (
    "#include <dlfcn.h>\n#include <stdio.h>\nint main(int n, char **a){(void)n;"
    'if(!dlopen(a[1], RTLD_LAZY)){puts(dlerror());return 1;}puts("started");return 0;}\n'
)
_NPM = "npm install --ignore-scripts --cpu=x64 --os=linux --libc="
_PIP = "pip install --no-deps --only-binary=:all: --python-version=3.12 --target=site-packages --platform="


def test_the_essay_has_the_commands_of_the_remedies() -> None:
    words = " ".join(_ESSAY.read_text(encoding="utf-8").split())
    assert f"`{command('npm', cpu='x64', libc='musl').text}`" in words
    assert "`pip install --only-binary=:all: --platform=musllinux_1_2_x86_64 --target=DIRECTORY NAME`" in words


@pytest.mark.skipif(not everything(), reason="LIBCCHECK_PROOFS is not set")
@pytest.mark.parametrize(
    ("build", "module", "instead", "title"),
    [
        (
            f"{_NPM}glibc unrs-resolver@1.7.2",
            "node_modules/@unrs/resolver-binding-linux-x64-gnu/resolver.linux-x64-gnu.node",
            "node_modules/@unrs/resolver-binding-linux-x64-musl/resolver.linux-x64-musl.node",
            "install @unrs/resolver-binding-linux-x64-musl 1.7.2",
        ),
        (
            f"{_NPM}glibc @parcel/watcher@2.4.1",
            "node_modules/@parcel/watcher-linux-x64-glibc/watcher.node",
            "",
            "",  # its twin takes libstdc++, which this root does not have
        ),
        (
            f"{_PIP}manylinux2014_x86_64 pydantic-core==2.23.4",
            "site-packages/pydantic_core/_pydantic_core.cpython-312-x86_64-linux-gnu.so",
            "site-packages/pydantic_core/_pydantic_core.cpython-312-x86_64-linux-musl.so",
            "install pydantic-core 2.23.4 from its musllinux wheel",
        ),
    ],
    ids=["resolver", "watcher", "pydantic"],
)
def test_a_module_for_musl_is_loaded(
    build: str, module: str, instead: str, title: str, reality: Reality, tmp_path: Path
) -> None:
    try:
        root = ROOTS.path("musl")
        bench = Bench(tmp_path, ROOTS.path, root=root)
        bench.write({"package.json": "{}\n"})
        bench.run(build)
        loaded = partial(_loaded, bench, reality)
        first, seen = loaded(module)
        assert isinstance(first.launch.outcome, Rejected)
        assert not isinstance(seen, Started)
        found = [each for each in first.remedies if each.title == title]
        assert bool(found) == bool(title), first.remedies
        for remedy in found:
            for line in remedy.commands:
                bench.carry_out(line)
            second, seen = loaded(instead)
            assert isinstance(seen, Started)
            assert second.launch.outcome == remedy.launch.outcome == Started("")
    except (toolchains.MissingError, UnavailableError) as error:
        toolchains.missing(error)


def _loaded(bench: Bench, reality: Reality, module: str) -> tuple[Check, Outcome]:
    """What is predicted of its dlopen by a program that has what it takes of Node or Python, and what comes of it."""
    program = read_program(str(bench.sources / module))
    loader, top = _loader(program, bench.layer.parent), Path(module).parts[0]
    shutil.copy(loader, bench.layer / "loader")
    shutil.rmtree(bench.layer / top, ignore_errors=True)
    shutil.copytree(bench.sources / top, bench.layer / top, symlinks=True)
    seen = reality.execute((bench.layer, ROOTS.path("musl")), "/loader", Process(("/loader", f"/{module}"), ()))
    (made,) = check(
        [program._replace(path=module)],
        [_image()],
        at=f"/{module}",
        copies=[read_copy(str(bench.sources / top), f"/{top}")],
        loaded_by=LoadedBy("/loader", read_program(str(loader))),
        bases=lambda _: (),
        published=partial(_published, bench),
    ).checks
    return made, seen


def _published(bench: Bench, program: Program) -> Published | None:
    return published(program._replace(path=str(bench.sources / program.path)))


def _image() -> Image:
    return open_image(f"dir:{ROOTS.path('musl')}", platform="linux/amd64")


def _loader(program: Program, room: Path) -> Path:
    elf = program.content.elf
    assert elf is not None
    stubs = [each for each in elf.tables.imports if each.startswith(("napi_", "Py", "_Py"))]
    source, made = room / "loader.c", room / "loader"
    source.write_text(_LOADS + "".join(f"void {each}(void) {{}}\n" for each in sorted(stubs)))
    subprocess.run([*toolchains.command("musl-gcc"), "-rdynamic", "-o", made, source], check=True)
    return made
