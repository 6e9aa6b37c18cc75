"""The smallest bases that start programs, and the changes that open smaller ones."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from libccheck import base_images, recommend
from libccheck.images.documented import documented_bases
from libccheck.model import Base, Directory, File, Image, Program, Started
from libccheck.placement import Copy
from libccheck.recommending import Recommendation, platform_for
from tests.forge import AARCH64, GLIBC, MUSL, Wanted, elf
from tests.unit.remedy.test_builder import go
from tests.values import file, program

STATIC = program(elf(kind=2), "static")
PLAIN = program(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.2.5")]), "plain")
CPP = program(elf(interpreter=GLIBC, needed=["libstdc++.so.6", "libc.so.6"]), "cpp")
MUSL_CPP = program(elf(interpreter=MUSL, needed=["libstdc++.so.6", "libc.so"]), "musl-cpp")
NEWEST = program(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.99")]), "newest")


def found(*programs: Program, most: int | None = 3, **options: object) -> Recommendation:
    return recommend(programs, base_images("linux/amd64"), most=most, **options)  # type: ignore[arg-type]


def names(recommendation: Recommendation) -> list[str]:
    return [each.tag.partition(":")[0].rpartition("/")[2] for each in recommendation.choices]


def test_a_static_program_starts_on_nothing() -> None:
    assert names(found(STATIC, most=1)) == ["scratch"]
    assert found(STATIC, most=1).changes == ()


def test_all_programs_start_on_each_choice_and_the_smallest_is_first() -> None:
    recommendation = found(STATIC, PLAIN, CPP, with_changes=False)
    assert names(recommendation) == ["cc-debian12", "cc-debian13", "debian"]
    assert [each.size for each in recommendation.choices] == sorted(each.size for each in recommendation.choices)
    for choice in recommendation.choices:
        assert [each.program for each in choice.checks] == [STATIC, PLAIN, CPP]
        assert all(isinstance(each.launch.outcome, Started) for each in choice.checks)
        assert choice.size == choice.base_size + STATIC.size + PLAIN.size + CPP.size


def test_smaller_bases_are_told_with_what_rules_them_out() -> None:
    recommendation = found(CPP, with_changes=False)
    passed = {each.tag: each.code for each in recommendation.passed}
    assert passed["scratch"] == "LC101"
    assert passed["busybox:1.38.0-glibc"] == "LC201"
    assert all((each.size or 0) <= recommendation.choices[0].base_size for each in recommendation.passed)


def test_where_nothing_starts_it_every_base_is_told() -> None:
    recommendation = found(NEWEST, with_changes=False)
    assert recommendation.choices == ()
    tags = {each.tag for each in base_images("linux/amd64")} - {"hello-world"}
    assert {each.tag for each in recommendation.passed} == tags


@pytest.mark.parametrize("programs", [(STATIC,), (PLAIN,), (CPP, STATIC), (MUSL_CPP,), (NEWEST,)])
def test_the_first_answer_opens_three_entries_at_most(programs: Sequence[Program]) -> None:
    opened: list[str] = []

    def counting(base: Base) -> Base:
        def opening() -> Image:
            opened.append(base.name)
            return base.open()

        return base._replace(open=opening)

    bases = [counting(each) for each in base_images("linux/amd64")]
    recommend(programs, bases, with_changes=False)
    assert len(opened) <= 3


def test_all_choices_are_those_that_nothing_ruled_out() -> None:
    some = found(CPP, with_changes=False)
    assert len(some.choices) + some.untried == len(found(CPP, most=None, with_changes=False).choices)


def test_what_ships_with_a_program_counts_and_is_seen() -> None:
    library = elf(soname="libstdc++.so.6", exports=["x"])
    copy = Copy("libstdc++.so.6", "/lib/", {"": file(library)})
    assert names(found(CPP, copies=[copy], most=1, with_changes=False)) == ["busybox"]
    alone = found(PLAIN, most=1, with_changes=False).choices[0].size - PLAIN.size
    assert found(CPP, copies=[copy], most=1, with_changes=False).choices[0].size == alone + CPP.size + len(library)


def test_copied_files_are_the_closure_of_the_first_choice_and_proven_where_they_go() -> None:
    recommendation = found(CPP)
    change = recommendation.changes[0]
    donor = recommendation.choices[0]
    assert (change.tag, change.exact) == ("scratch", True)
    tree = next(each for each in base_images("linux/amd64") if each.name == "scratch").open().tree
    size = CPP.size
    for line in change.commands:
        start, source, destination = line.split(" ")[1:4]
        assert start == f"--from={donor.tag}"
        node = donor.image.tree.resolve(source).node
        assert isinstance(node, File)
        tree = tree.overlay({destination: node})
        size += node.size
    assert change.size == size < donor.size
    image = donor.image._replace(tree=tree)
    again = recommend([CPP], [Base("merged:1", "linux/amd64", 1, "", "", True, lambda: image)], with_changes=False)
    assert len(again.choices) == 1


def test_where_only_versions_are_in_the_way_the_builder_of_an_older_release_is_named() -> None:
    wants = [Wanted("__libc_start_main", "GLIBC_2.34"), Wanted("__isoc23_strtol", "GLIBC_2.38")]
    new = program(go("go1.24.1", *wants, needed=["libstdc++.so.6", "libc.so.6"]), "new")
    recommendation = found(new)
    assert names(recommendation)[0] == "cc-debian13"
    assert {each.tag: each.code for each in recommendation.passed}["gcr.io/distroless/cc-debian12"] == "LC203"
    (change,) = (each for each in recommendation.changes if each.commands == ("FROM golang:1.24-bookworm AS build",))
    assert change.tag == "gcr.io/distroless/cc-debian12"
    assert change.size < recommendation.choices[0].size
    assert "each symbol bound to its version in glibc 2.36" in change.basis


def test_no_builder_is_named_where_no_older_release_has_what_the_program_calls() -> None:
    wants = [Wanted("__libc_start_main", "GLIBC_2.34"), Wanted("strlcpy", "GLIBC_2.38")]
    new = program(go("go1.24.1", *wants, needed=["libstdc++.so.6", "libc.so.6"]), "new")
    commands = [line for each in found(new).changes for line in each.commands]
    assert not [each for each in commands if each.startswith("FROM ")]


def test_what_cannot_be_placed_anywhere_is_no_choice() -> None:
    folder = Copy("folder", "/app", {"": Directory(0o755, 0, 0)})
    recommendation = found(STATIC, at="/app", copies=[folder], most=1)
    assert recommendation.choices == ()
    assert {each.code for each in recommendation.passed} == {None}


def test_the_platform_is_that_of_the_first_program_that_has_one() -> None:
    script = program(b"#!/bin/sh\n")
    assert platform_for([script]) is None
    assert platform_for([script, program(elf(kind=2, machine=AARCH64)), STATIC]) == "linux/arm64"


def test_images_that_were_not_read_are_told_where_no_fact_decides() -> None:
    documented = list(documented_bases("linux/amd64"))
    assert len(documented) == len({each.reference for each in documented}) > 40
    told = {each.tag for each in found(PLAIN, documented=documented, with_changes=False).supposed}
    assert {"ubuntu:14.04", "ubuntu:24.04", "fedora:44", "archlinux", "debian:buster"} <= told
    assert not {"alpine:3.23", "golang:1.25-bookworm"} & told
    later = program(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.35")]), "later")
    told = {each.tag for each in found(PLAIN, later, documented=documented, with_changes=False).supposed}
    assert "ubuntu:20.04" not in told
    assert "ubuntu:22.04" in told
    musl = {each.tag for each in found(MUSL_CPP, documented=documented, with_changes=False).supposed}
    assert musl == {"alpine:3.23", "alpine:3.24"}
    assert found(STATIC, documented=documented, with_changes=False).supposed == ()
    assert found(PLAIN, with_changes=False).supposed == ()


@pytest.mark.parametrize("platform", ["linux/s390x", "linux/riscv64"])
def test_nothing_is_documented_for_other_platforms(platform: str) -> None:
    assert list(documented_bases(platform)) == []
