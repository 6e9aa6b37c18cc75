"""Who needs what: names lead to the objects that the loader took, as real loaders show them."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from libccheck.checking import check
from libccheck.formats import tree_dot, tree_text
from libccheck.formats.paper import Paper
from libccheck.images import open_image
from libccheck.images.packages import packages
from libccheck.model import Check, Directory, Image, Link, Needs
from libccheck.needs import leading_to
from libccheck.programs import read_program
from tests.extent import everything
from tests.forge import GLIBC, MUSL, elf
from tests.reality.sample import seed
from tests.toolchains import missing
from tests.values import file, image, program

_SHOWN = re.compile(r"^\t(\S+) => (/\S+) \(0x", re.MULTILINE)


def checked(data: bytes, where: Image) -> Check:
    (found,) = check([program(data)], [where], with_needs=True).checks
    return found


def needs(data: bytes, where: Image) -> Needs:
    found = checked(data, where).needs
    assert found is not None
    return found


@pytest.fixture(scope="module")
def alpine() -> Image:
    return open_image("catalog:alpine:3.20", platform="linux/amd64")


@pytest.fixture(scope="module")
def debian() -> Image:
    return open_image("catalog:debian:bookworm", platform="linux/amd64")


def test_musl_answers_for_every_part_of_the_c_library_itself(alpine: Image) -> None:
    found = needs(elf(interpreter=MUSL, needed=["libm.so.6", "libc.so"]), alpine)
    assert [(each.name, each.path) for each in found.objects] == [("/app", "/app"), ("libm.so.6", MUSL)]
    assert [(each.name, each.to) for each in found.needs] == [("libm.so.6", 1), ("libc.so", 1)]


def test_under_gcompat_musl_answers_too_by_whatever_name(alpine: Image) -> None:
    there = packages("alpine:3.20", "linux/amd64")
    assert there is not None
    files = {path: node for path in there.tree if not isinstance(node := there.tree.nodes[path], Directory)}
    own = alpine._replace(tree=alpine.tree.overlay(files))
    found = needs(elf(interpreter=GLIBC, needed=["libc.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2"]), own)
    assert {each.state for each in found.needs} == {"loaded"}
    musl = found.objects.index(next(each for each in found.objects if each.path == "ld-linux-x86-64.so.2"))
    by = {each.by for each in found.needs if each.to == musl}
    assert {found.objects[each].name for each in by} >= {"/app", "libgcc_s.so.1", "/lib/libgcompat.so.0"}
    assert next(each.how for each in found.objects if each.name == "/lib/libgcompat.so.0") == "path in --preload"


def test_a_name_that_is_another_object_s_soname_or_path_is_that_object(debian: Image) -> None:
    library = elf(soname="libb.so", needed=["libb.so"])
    nodes = {"/usr/lib/liba.so": file(library, 0o755), "/usr/lib/link.so": Link("liba.so")}
    own = debian._replace(tree=debian.tree.overlay(nodes))
    found = needs(elf(interpreter=GLIBC, needed=["liba.so", "libb.so", "/lib/link.so", "link.so"]), own)
    assert [(each.by, each.name, each.to) for each in found.needs] == [
        *((0, name, 1) for name in ("liba.so", "libb.so", "/lib/link.so", "link.so")),
        (1, "libb.so", 1),
    ]


def test_what_is_preloaded_hangs_below_the_program(debian: Image) -> None:
    config = debian.config._replace(env=(("LD_PRELOAD", "libm.so.6"),))
    found = needs(elf(interpreter=GLIBC), debian._replace(config=config))
    assert ("libm.so.6", 0) in [(each.name, each.by) for each in found.needs]


def test_a_script_s_tree_is_that_of_its_interpreter(debian: Image) -> None:
    found = needs(b"#!/bin/sh\n", debian)
    assert found.objects[0].path.endswith("/dash")
    assert [each.name for each in found.needs if not each.by] == ["libc.so.6"]


def test_behind_the_first_missing_library_nothing_is_reached_by_glibc_and_all_is_by_musl(
    alpine: Image, debian: Image
) -> None:
    wanted = ["libnothere.so", "libm.so.6"]
    by_glibc = needs(elf(interpreter=GLIBC, needed=wanted), debian)
    by_musl = needs(elf(interpreter=MUSL, needed=wanted), alpine)
    assert [each.state for each in by_glibc.needs] == ["missing", "not reached"]
    assert [each.state for each in by_musl.needs] == ["missing", "loaded"]


@pytest.mark.parametrize("data", [b"text", b"", elf(kind=2)])
def test_what_needs_nothing_has_a_tree_of_one(data: bytes) -> None:
    found = needs(data, image({}))
    assert (len(found.objects), found.needs) == (1, ())


@pytest.mark.parametrize("wanted", ["libm", "libm.so.6", "lib[m].*", "/lib/x86_64-linux-gnu/libm.so.6"])
def test_only_what_leads_to_a_library_is_kept(wanted: str, debian: Image) -> None:
    whole = checked(elf(interpreter=GLIBC, needed=["libc.so.6", "libstdc++.so.6"]), debian)
    ((_, kept),) = [(each, each.needs) for each in leading_to([whole], wanted)]
    assert kept is not None
    assert [(each.by, each.name) for each in kept.needs] == [(0, "libstdc++.so.6"), (2, "libm.so.6")]
    assert leading_to([whole], "libnone") == ()


def test_many_needs_take_no_longer_than_they_are_many(alpine: Image) -> None:
    many = [f"lib{number}.so" for number in range(1000)]
    whole = checked(elf(interpreter=MUSL, needed=many), alpine)
    assert whole.needs is not None
    assert [each.state for each in whole.needs.needs] == ["missing"] * len(many)
    assert len(leading_to([whole], "lib1*")[0].needs.needs) == sum(name.startswith("lib1") for name in many)  # type: ignore[union-attr]
    assert tree_text.render([whole], Paper()).count("missing") == len(many) + 1


def test_a_graph_closes_every_quote() -> None:
    hostile = checked(elf(needed=['x"; a -> b; "\\']), image({}))
    lines = tree_dot.render([hostile]).splitlines()
    quoted = re.compile(r'"(?:[^"\\]|\\.)*"')
    assert [line for line in lines if '"' in quoted.sub("", line)] == []


def _programs() -> list[str]:
    """Programs of this machine that a loader takes: all, or a seeded sample."""
    found = sorted({os.path.realpath(each) for each in Path("/usr/bin").iterdir() if each.is_file()})
    elves = [each for each in found if Path(each).read_bytes()[:4] == b"\x7fELF"]
    return elves if everything() else random.Random(seed()).sample(elves, min(len(elves), 8))


def test_the_order_and_the_paths_are_those_that_this_machine_s_loader_prints() -> None:
    if not shutil.which("ldd"):
        missing("ldd is not installed")
    machine = open_image("dir:/")
    compared = 0
    for path in _programs():
        run = subprocess.run(["ldd", path], capture_output=True, text=True, check=False, env={"PATH": os.defpath})
        real = _SHOWN.findall(run.stdout)
        (found,) = check([read_program(path)], [machine], at=path, with_needs=True).checks
        if real and "not found" not in run.stdout:
            assert found.needs is not None
            assert [(each.name, each.path) for each in found.needs.objects if each.how != "the loader itself"][
                1:
            ] == real
            compared += 1
    assert compared
