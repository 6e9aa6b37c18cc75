"""Each demand of a policy: what breaks it, and what does not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from libccheck.cli.demands import Demands, parse
from libccheck.errors import UsageError
from libccheck.facts.versions import number
from libccheck.model import Finding, Program
from libccheck.policy import Policy, judge
from libccheck.programs import read_program
from tests.extent import everything
from tests.forge import AARCH64, GLIBC, MUSL, Wanted, elf
from tests.reality.sample import seed
from tests.values import program

ISA = b"GNU\0\x02\x80\x00\xc0\x04\x00\x00\x00"


def found(data: bytes | Program, policy: Policy) -> list[tuple[str, str]]:
    (judgment,) = judge([program(data) if isinstance(data, bytes) else data], policy)
    return [(each.code, each.subject) for each in judgment.findings]


def profile(name: str) -> Policy:
    return parse(Demands(profile=name))


def glibc(*wants: Wanted, needed: tuple[str, ...] = ("libc.so.6",), **others: object) -> bytes:
    return elf(interpreter=GLIBC, needed=needed, wants=wants, **others)  # type: ignore[arg-type]


class TestGlibc:
    def test_each_newer_version_is_told_once_the_oldest_first(self) -> None:
        wants = [
            Wanted(f"f{number}", version) for number, version in enumerate(("GLIBC_2.34", "GLIBC_2.4", "GLIBC_2.30"))
        ]
        assert found(glibc(*wants, Wanted("g", "GLIBC_2.34")), Policy(max_glibc="2.28")) == [
            ("LC501", "GLIBC_2.30"),
            ("LC501", "GLIBC_2.34"),
        ]

    @pytest.mark.parametrize(("version", "most"), [("GLIBC_2.28", "2.28"), ("GLIBC_2.4", "2.28"), ("OWN_9", "2.2")])
    def test_what_is_old_enough_or_not_glibc_s(self, version: str, most: str) -> None:
        assert found(glibc(Wanted("f", version)), Policy(max_glibc=most)) == []

    @pytest.mark.parametrize(
        ("marker", "most", "breaks"),
        [
            ("GLIBC_ABI_DT_RELR", "2.35", True),
            ("GLIBC_ABI_DT_RELR", "2.36", False),
            ("GLIBC_ABI_GNU2_TLS", "2.41", True),
            ("GLIBC_ABI_GNU2_TLS", "2.42", False),
            ("GLIBC_PRIVATE", "2.99", True),
        ],
    )
    def test_markers_have_their_release(self, marker: str, most: str, breaks: bool) -> None:
        data = elf(interpreter=GLIBC, needed=["libc.so.6"], versions={"libc.so.6": [marker]})
        assert found(data, Policy(max_glibc=most)) == ([("LC501", marker)] if breaks else [])


class TestMusl:
    def test_a_function_of_a_later_release(self) -> None:
        data = elf(interpreter=MUSL, needed=["libc.so"], wants=[Wanted("preadv2")])
        assert found(data, Policy(max_musl="1.2.4")) == [("LC502", "1.2.5")]
        assert found(data, Policy(max_musl="1.2")) == []
        assert found(data, Policy(max_musl="1.1")) == [("LC502", "1.2.5")]

    def test_glibc_s_programs_have_none(self) -> None:
        assert found(glibc(Wanted("preadv2", "GLIBC_2.26")), Policy(max_musl="1.1")) == []


class TestStatic:
    def test_what_is_and_what_is_never_started(self) -> None:
        for data in (elf(kind=2), b"text", b"", elf(kind=1)):
            assert found(data, Policy(static=True)) == []

    def test_what_is_not(self) -> None:
        assert found(glibc(), Policy(static=True)) == [("LC503", GLIBC)]
        assert found(b"#!/bin/sh\n", Policy(static=True)) == [("LC503", "script")]
        assert found(elf(soname="libx.so", needed=["liby.so"]), Policy(static=True)) == [("LC503", "liby.so")]


class TestLibraries:
    def test_globs_allow_and_deny_and_the_loader_may_always_be_needed(self) -> None:
        data = glibc(needed=("libc.so.6", "libssl.so.3", "ld-linux-x86-64.so.2"))
        assert found(data, Policy(allowed=("libc.so.*",))) == [("LC504", "libssl.so.3")]
        assert found(data, Policy(denied=("libssl.*",))) == [("LC504", "libssl.so.3")]
        assert found(data, Policy(allowed=("lib*",), denied=("libc.*",))) == [("LC504", "libc.so.6")]

    @pytest.mark.parametrize(
        ("own", "library", "search"),
        [
            ("bin/app", "lib/libx.so", "$ORIGIN/../lib"),
            ("./app", "libx.so", "${ORIGIN}"),
            ("app.whl!a/_x.so", "app.whl!a.libs/libx.so", "/none:$ORIGIN/../a.libs"),
            ("app.whl!_x.so", "app.whl!libs/libx.so", "$ORIGIN/libs"),
        ],
    )
    @pytest.mark.parametrize("tag", ["rpath", "runpath"])
    def test_what_comes_along_is_the_program_s_own(self, own: str, library: str, search: str, tag: str) -> None:
        app = program(glibc(needed=("libx.so",), **{tag: search}), own)
        beside = program(elf(soname="libx.so"), library)
        assert [each.findings for each in judge([app, beside], Policy(allowed=("libc.*",)))] == [(), ()]
        assert [len(each.findings) for each in judge([app], Policy(allowed=("libc.*",)))] == [1]
        assert [len(each.findings) for each in judge([app, beside], Policy(denied=("libx.*",)))] == [1, 0]

    def test_nothing_leads_out_of_an_archive(self) -> None:
        app = program(glibc(needed=("libx.so",), runpath="$ORIGIN/../.."), "dir/app.whl!a/_x.so")
        assert judge([app, program(elf(), "libx.so"), program(elf(), "dir/libx.so")], Policy(allowed=("c",)))[
            0
        ].findings


class TestOthers:
    def test_search_paths(self) -> None:
        assert found(glibc(rpath="/a", runpath="/b"), Policy(no_rpath=True)) == [("LC505", "/a"), ("LC505", "/b")]
        assert found(glibc(), Policy(no_rpath=True)) == []

    def test_the_level_of_the_cpu_and_the_kernel_are_in_notes(self) -> None:
        own = glibc()
        assert found(own, Policy(isa=1, kernel="2.0")) == []
        plain = program(own)
        assert plain.content.elf is not None
        noted = plain.content.elf._replace(isa_needed=7, abi_tag=(0, 3, 2, 0))
        marked = plain._replace(content=plain.content._replace(elf=noted))
        assert found(marked, Policy(isa=2, kernel="3.1.9")) == [("LC506", "x86-64-v3"), ("LC507", "3.2.0")]
        assert found(marked, Policy(isa=3, kernel="3.2")) == []
        assert ("LC506", "x86-64-v3") in found(marked, profile("manylinux_2_28"))


class TestProfiles:
    def test_versions_that_it_does_not_have_weakly_wanted_too(self) -> None:
        data = glibc(Wanted("f", "GLIBC_2.34"), Wanted("g", "GLIBCXX_3.4.29", "libstdc++.so.6", weak=True))
        assert found(data, profile("manylinux_2_28")) == [("LC508", "GLIBC_2.34"), ("LC508", "GLIBCXX_3.4.29")]
        assert found(data, profile("manylinux_2_34")) == []

    def test_what_is_wanted_of_the_loader_is_its_business(self) -> None:
        data = glibc(Wanted("f", "GLIBC_2.99", "ld-linux-x86-64.so.2"))
        assert found(data, profile("manylinux_2_28")) == []

    def test_libraries_that_a_system_may_lack(self) -> None:
        data = glibc(needed=("libc.so.6", "libmvec.so.1", "libssl.so.3"))
        assert found(data, profile("manylinux_2_28")) == [("LC504", "libssl.so.3")]
        assert found(data, parse(Demands(profile="manylinux_2_28", allowed=("libssl.*", "lib[cm]*")))) == []
        assert found(data, profile("manylinux_2_12")) == [("LC504", "libmvec.so.1"), ("LC504", "libssl.so.3")]

    def test_private_symbols_unless_they_may_be_missing(self) -> None:
        needed = ("libc.so.6", "libz.so.1")
        data = glibc(Wanted("inflate_table", file="libz.so.1"), needed=needed)
        assert found(data, profile("manylinux_2_28")) == [("LC509", "inflate_table")]
        weak = glibc(Wanted("inflate_table", file="libz.so.1", weak=True), needed=needed)
        assert found(weak, profile("manylinux_2_28")) == []
        assert found(glibc(Wanted("inflate_table")), profile("manylinux_2_28")) == []

    def test_it_is_for_one_c_library_and_its_machines(self) -> None:
        musl = elf(interpreter=MUSL, needed=["libc.musl-x86_64.so.1"])
        assert found(musl, profile("musllinux_1_2")) == []
        assert found(musl, profile("manylinux_2_28")) == [("LC510", "musl")]
        assert found(glibc(), profile("musllinux_1_2")) == [("LC510", "glibc")]
        assert found(glibc(machine=AARCH64), profile("manylinux2010")) == [("LC510", "aarch64")]
        assert found(glibc(machine=AARCH64), profile("manylinux2014")) == []

    def test_a_musl_of_the_next_series(self) -> None:
        data = elf(interpreter=MUSL, needed=["libc.so"], wants=[Wanted("preadv2")])
        assert found(data, profile("musllinux_1_2")) == []
        assert found(data, profile("musllinux_1_1")) == [("LC502", "1.2.5")]


class TestLikeASymbolCheck:
    """A policy as a release check by hand has it: a floor, the libraries of the system, no search paths."""

    POLICY = Policy(max_glibc="2.31", allowed=("libc.so.6", "libm.so.6", "libgcc_s.so.1"), no_rpath=True)

    def test_versions_of_other_libraries_count_by_their_library(self) -> None:
        """Checks by hand refuse GLIBCXX_ because they have no limit for it; a policy because of libstdc++ itself."""
        wants = (Wanted("puts", "GLIBC_2.2.5"), Wanted("_Znwm", "GLIBCXX_3.4", "libstdc++.so.6"))
        data = glibc(*wants, needed=("libstdc++.so.6", "libc.so.6"))
        assert found(data, self.POLICY) == [("LC504", "libstdc++.so.6")]

    def test_what_libgcc_has_had_for_long_is_no_finding(self) -> None:
        wants = (Wanted("puts", "GLIBC_2.2.5"), Wanted("_Unwind_Resume", "GCC_3.0", "libgcc_s.so.1"))
        assert found(glibc(*wants, needed=("libgcc_s.so.1", "libc.so.6")), self.POLICY) == []

    def test_a_program_without_a_kernel_note_wants_no_kernel(self) -> None:
        """Checks by hand demand the very note of their compiler."""
        assert found(glibc(Wanted("puts", "GLIBC_2.2.5")), self.POLICY._replace(kernel="3.2.0")) == []


class TestWords:
    @pytest.mark.parametrize(
        ("demanded", "message", "hint"),
        [
            (Demands(max_glibc="two"), "--max-glibc two is not a version", "2.28"),
            (Demands(max_musl="1.2.x"), "--max-musl 1.2.x is not a version", ""),
            (Demands(kernel=""), "--min-kernel  is not a version", ""),
            (Demands(max_glibc="2.12345678901"), "--max-glibc 2.12345678901 is not a version", ""),
            (Demands(isa="v9"), "--isa v9 is not a level", "x86-64-v2"),
            (Demands(profile="manylinux_228"), "there is no profile manylinux_228", "did you mean manylinux_2_28?"),
            (Demands(profile="x"), "there is no profile x", "as in --policy manylinux_2_28"),
        ],
    )
    def test_what_is_no_demand(self, demanded: Demands, message: str, hint: str) -> None:
        with pytest.raises(UsageError, match=message) as raised:
            parse(demanded)
        assert hint in raised.value.hint

    def test_every_demand_is_told(self) -> None:
        policy = parse(Demands("2.28", "1.2", "static", ("a*", "b"), ("c",), True, "v2", "3.10", "manylinux1"))
        assert policy.words == (
            *(
                "manylinux_2_5",
                "glibc 2.28 or older",
                "musl 1.2 or older",
                "static",
                "only a*, b needed",
                "no c needed",
            ),
            *("no rpath", "x86-64-v2 or less", "Linux 3.10 suffices"),
        )
        assert Policy().words == ()

    def test_the_symbols_that_ask_for_it_are_named(self) -> None:
        (judgment,) = judge([program(glibc(Wanted("clone3", "GLIBC_2.34")))], Policy(max_glibc="2.2"))
        (finding,) = judgment.findings
        assert isinstance(finding, Finding)
        assert finding.message == "./app asks for GLIBC_2.34 of libc.so.6 (clone3)"


_WITHOUT_A_NUMBER = ("GLIBC_ABI_DT_RELR", "GLIBC_PRIVATE")  # a policy names them, however new a version may be


def newest_by_elftools(path: str) -> str:
    """The highest GLIBC_ number that a file wants, as another reader finds it in the sections."""
    with Path(path).open("rb") as file:
        sections = [each for each in ELFFile(file).iter_sections() if isinstance(each, GNUVerNeedSection)]
        names = [version.name for each in sections for _, several in each.iter_versions() for version in several]
    numbers = [number(name.removeprefix("GLIBC_")) for name in names if name.startswith("GLIBC_2")]
    return ".".join(map(str, max(numbers, default=())))


def test_programs_of_this_machine_pass_with_the_newest_version_that_another_reader_finds_and_not_below() -> None:
    files = sorted(str(each) for each in Path("/usr/bin").iterdir() if each.is_file() and not each.is_symlink())
    elves = [each for each in files if Path(each).read_bytes()[:4] == b"\x7fELF"]
    chosen = elves if everything() else random.Random(seed()).sample(elves, min(len(elves), 25))
    compared = 0
    for path in chosen:
        newest = newest_by_elftools(path)
        if newest and newest != "2.36":  # which a marker may ask for besides
            own = read_program(path)
            major, minor = number(newest)[:2]
            assert [each for each in found(own, Policy(max_glibc=newest)) if each[1] not in _WITHOUT_A_NUMBER] == []
            assert ("LC501", f"GLIBC_{newest}") in found(own, Policy(max_glibc=f"{major}.{minor - 1}"))
            compared += 1
    assert compared or not elves
