"""Documented facts decide what is certain, and never contradict an image that was read."""

from __future__ import annotations

import pytest

from libccheck import base_images, check, open_image
from libccheck.interpreters import usual_paths
from libccheck.launch import launch
from libccheck.launch.documented import launch_documented
from libccheck.model import Base, Check, Died, Documented, Finding, Host, Process, Refused, Started, Step, Unclear
from libccheck.placement import Copy, LoadedBy
from tests.forge import AARCH64, GLIBC, MUSL, Wanted, elf
from tests.values import file, program, tree

BASES = [each for each in base_images("linux/amd64") if each.libc in ("glibc", "musl")]
VERSIONS = ["GLIBC_2.2.5", "GLIBC_2.28", "GLIBC_2.34", "GLIBC_2.38", "GLIBC_2.41", "GLIBC_2.43", "GLIBC_2.99"]
PROGRAMS = {
    "static": elf(kind=2),
    "of another machine": elf(kind=2, machine=AARCH64),
    "cut": elf(kind=2)[:20],
    "musl": elf(interpreter=MUSL, needed=["libc.so"]),
    "nix": elf(interpreter="/nix/store/x/ld.so", needed=["libc.so.6"]),
    "private": elf(interpreter="/opt/ld.so", needed=["libc.so.6"]),
    "script": b"#!/bin/sh\n",
    "carriage return": b"#!/bin/sh\r\n",
    "cpp": elf(interpreter=GLIBC, needed=["libstdc++.so.6", "libc.so.6"], wants=[Wanted("x", "GLIBC_2.99")]),
    **{each: elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", each)]) for each in VERSIONS},
}


def known(base: Base) -> Documented:
    directory = "/lib" if base.name.startswith("busybox") else "/lib/x86_64-linux-gnu"
    return Documented(base.libc, base.libc_version.partition("_")[0], usual_paths(base.libc, "x86_64")[:1], directory)


def judged(reference: str, data: bytes, **options: object) -> Check:
    image = open_image(f"catalog:{reference}", platform="linux/amd64", documented=True)
    return check([program(data)], [image], **options).checks[0]  # type: ignore[arg-type]


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.name)
@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_decided_is_what_the_image_itself_decides(base: Base, name: str) -> None:
    process = Process(("/app",))
    nodes = {"/app": file(PROGRAMS[name], 0o755)}
    by_facts = launch_documented(tree(nodes), "/app", process, Host("x86_64"), known(base)).outcome
    if isinstance(by_facts, Unclear):
        return
    real = launch(base.open().tree.overlay(nodes), "/app", process, Host("x86_64")).outcome
    if name == "cpp" and base.libc == "glibc":
        assert isinstance(by_facts, Died)
        assert isinstance(real, Died)
    else:
        assert by_facts == real


@pytest.mark.parametrize(
    ("reference", "name", "kind", "codes"),
    [
        ("ubuntu:20.04", "GLIBC_2.34", Died, ["LC203"]),
        ("ubuntu:22.04", "GLIBC_2.34", Unclear, ["LC902"]),
        ("fedora:40", "GLIBC_2.41", Died, ["LC203"]),
        ("alpine:3.24", "GLIBC_2.2.5", Refused, ["LC101"]),
        ("alpine:3.24", "musl", Unclear, ["LC902"]),
        ("python:3.12-slim-bookworm", "GLIBC_2.38", Died, ["LC203"]),
        ("archlinux", "musl", Refused, ["LC101"]),
        ("archlinux", "nix", Refused, ["LC101"]),
        ("archlinux", "private", Unclear, ["LC902"]),
        ("archlinux", "script", Unclear, ["LC902"]),
        ("archlinux", "carriage return", Refused, ["LC106"]),
        ("archlinux", "of another machine", Refused, ["LC102"]),
        ("archlinux", "static", Started, []),
    ],
)
def test_facts_decide_what_is_certain(reference: str, name: str, kind: type, codes: list[str]) -> None:
    found = judged(reference, PROGRAMS[name])
    assert isinstance(found.launch.outcome, kind)
    assert [each.code for each in found.launch.findings] == codes
    assert found.advice == ()


def test_what_is_not_ruled_out_is_unclear_in_these_words() -> None:
    found = judged("ubuntu:22.04", PROGRAMS["GLIBC_2.34"]).launch
    reason = "of the image only glibc 2.35 is documented, and that does not rule /app out"
    assert (found.outcome, found.findings) == (Unclear(reason), (Finding("LC902", "/app", reason),))


def test_a_loader_that_no_image_of_that_kind_has_is_evidence_enough() -> None:
    found = judged("archlinux", PROGRAMS["musl"]).launch
    step = Step("open", MUSL, "ENOENT", "PT_INTERP of /app, by what is documented")
    message = f"/app asks for the loader {MUSL}, and an image with glibc has none there"
    assert (found.steps, found.findings) == ((step,), (Finding("LC101", MUSL, message, (step,)),))


def test_a_part_of_the_c_library_that_is_brought_along_makes_it_unclear() -> None:
    copy = Copy("libc.so.6", "/opt/", {"": file(elf(soname="libc.so.6"))})
    assert isinstance(judged("ubuntu:20.04", PROGRAMS["GLIBC_2.34"], copies=[copy]).launch.outcome, Unclear)


@pytest.mark.parametrize(
    "part",
    ["libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1", "libresolv.so.2"],
)
def test_each_part_of_the_c_library_has_no_newer_versions_than_it(part: str) -> None:
    data = elf(interpreter=GLIBC, needed=[part], wants=[Wanted("x", "GLIBC_2.99", part)])
    found = judged("fedora:40", data).launch
    assert [(each.code, each.subject) for each in found.findings] == [("LC203", "GLIBC_2.99")]
    assert found.outcome == Died(1, None, f"/app: /lib64/{part}: version `GLIBC_2.99' not found (required by /app)\n")
    assert "another library" not in found.findings[0].message


def test_a_library_of_somebody_else_is_judged_by_nobodys_versions() -> None:
    data = elf(interpreter=GLIBC, needed=["libx.so.1"], wants=[Wanted("x", "GLIBC_2.99", "libx.so.1")])
    assert isinstance(judged("fedora:40", data).launch.outcome, Unclear)


def test_the_words_are_those_of_the_loader_where_its_libraries_lie() -> None:
    outcome = judged("fedora:40", PROGRAMS["GLIBC_2.41"]).launch.outcome
    assert outcome == Died(1, None, "/app: /lib64/libc.so.6: version `GLIBC_2.41' not found (required by /app)\n")


def test_libraries_that_a_program_loads_are_not_judged_by_facts() -> None:
    image = open_image("catalog:ubuntu:24.04", platform="linux/amd64", documented=True)
    report = check([program(PROGRAMS["static"])], [image], loaded_by=LoadedBy("python3", None))
    assert (report.checks, len(report.errors)) == ((), 1)
