"""What dnf and zypper do where they are asked: they refuse what no package has, and bring the library of a module."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from libccheck import check, open_image, read_program
from libccheck.model import Process, Started
from libccheck.placement import LoadedBy
from libccheck.remedy.commands import command
from tests import toolchains
from tests.reality import rpm_packages
from tests.reality.bench import Bench
from tests.reality.reality import Reality
from tests.reality.sample import dear

OPENS = (
    "#include <dlfcn.h>\n#include <stdio.h>\n"
    'int main(void){if(dlopen("/module.so",RTLD_NOW))puts("started");else fputs(dlerror(),stderr);return 0;}\n'
)
MODULE = "extern int SSL_new(void);\nint module(void){return SSL_new();}\n"
STUB = "int SSL_new(void){return 0;}\n"


def root_of(manager: str) -> Path:
    dear(f"a root of {manager}'s")
    try:
        return rpm_packages.root(manager)
    except toolchains.MissingError as error:
        toolchains.missing(error)


@pytest.mark.parametrize("manager", ["dnf", "zypper"])
def test_a_manager_refuses_what_no_package_has(manager: str, tmp_path: Path) -> None:
    word = "'libssl.so.3(OPENSSL_3.9.0)(64bit)'"
    line = command(manager, packages=word).text.removeprefix("RUN ")
    subprocess.run(["cp", "-a", root_of(manager), tmp_path / "root"], check=True)
    ran = rpm_packages.run(line, tmp_path / "root", tmp_path)
    assert ran.returncode
    assert word.strip("'") in ran.stdout + ran.stderr


@pytest.mark.parametrize("manager", ["dnf", "zypper"])
def test_a_module_opens_once_its_library_is_installed(manager: str, reality: Reality, tmp_path: Path) -> None:
    bench = Bench(tmp_path, Path, root=root_of(manager))
    versions = "OPENSSL_3.2.0 { global: SSL_new; };\n"
    bench.write({"app.c": OPENS, "module.c": MODULE, "stub.c": STUB, "stub.map": versions})
    bench.run(
        "cc -o app app.c && cc -shared -fPIC -Wl,-soname,libssl.so.3 -Wl,--version-script=stub.map -o x.so stub.c"
    )
    bench.run("cc -shared -fPIC -o module.so module.c ./x.so")
    for each in ("app", "module.so"):
        shutil.copy(bench.sources / each, bench.layer / each)
    root = bench.root
    assert root is not None
    assert not isinstance(reality.execute((bench.layer, root), "/app", Process(("/app",)), word="started"), Started)
    module, app = (read_program(str(bench.sources / each)) for each in ("module.so", "app"))
    image = open_image(f"dir:{root}", platform="linux/amd64")
    (made,) = check([module], [image], loaded_by=LoadedBy("/app", app), bases=lambda _: ()).checks
    (line,) = (each.commands[0] for each in made.remedies if each.title == "install what provides libssl.so.3")
    bench.carry_out(line)
    assert bench.root is not None
    after = reality.execute((bench.layer, bench.root), "/app", Process(("/app",)), word="started")
    assert isinstance(after, Started)
