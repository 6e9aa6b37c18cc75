"""What packages bring, by their names or by what is asked for, and what a copied program takes of it."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from libccheck.contexts import DirectoryContext
from libccheck.dockerfile import check_dockerfile
from libccheck.imagined import c_library
from libccheck.model import Check, Died, Image, Started, Unclear
from libccheck.remedy.commands import command
from libccheck.remedy.dialects import DIALECTS
from tests.dockerfiles.judging import base
from tests.forge import GLIBC, MUSL, Wanted, elf
from tests.values import image

LIBGCC = Wanted("_Unwind_Resume", "GCC_3.0", "libgcc_s.so.1")
FEDORA = image(
    {
        **c_library("x86_64", "glibc", "2.40"),
        "/etc/os-release": b"ID=fedora\nVERSION_ID=41\n",
    },
    "fedora:41",
)


def judged(place: Path, reference: str, run: str, program: bytes) -> Check:
    (place / "app").write_bytes(program)
    (place / "app").chmod(0o755)

    def opened(name: str, platform: str) -> Image | None:
        return FEDORA if name == "fedora:made-up" else base(name, platform)

    report = check_dockerfile(
        f'FROM {reference}\n{run}\nCOPY app /app\nENTRYPOINT ["/app"]\n',
        file="Dockerfile",
        open_base=opened,
        context=DirectoryContext(str(place)),
        platform="linux/amd64",
    )
    (made,) = report.checks
    return made


def of_musl(*wants: Wanted) -> bytes:
    return elf(interpreter=MUSL, needed=["libgcc_s.so.1", "libc.musl-x86_64.so.1"], wants=wants)


@pytest.mark.parametrize("word", ["libgcc", "libstdc++", "so:libgcc_s.so.1", "'so:libgcc_s.so.1'"])
def test_a_copied_program_takes_what_it_wants_of_a_package(tmp_path: Path, word: str) -> None:
    made = judged(tmp_path, "alpine:3.20", f"RUN apk add --no-cache {word}", of_musl(LIBGCC))
    assert isinstance(made.launch.outcome, Started)


def test_without_the_package_it_dies(tmp_path: Path) -> None:
    made = judged(tmp_path, "alpine:3.20", "RUN true", of_musl(LIBGCC))
    assert isinstance(made.launch.outcome, Died)


def test_a_function_that_the_c_library_has_not_yet_is_no_packages(tmp_path: Path) -> None:
    program = of_musl(LIBGCC, Wanted("posix_getdents"))
    made = judged(tmp_path, "alpine:3.20", "RUN apk add --no-cache libgcc", program)
    assert isinstance(made.launch.outcome, Unclear)


def test_a_version_that_the_release_cannot_have_is_not_taken_for_granted(tmp_path: Path) -> None:
    def on_alpine(version: str) -> object:
        wants = Wanted("f", version, "libstdc++.so.6")
        program = elf(interpreter=MUSL, needed=["libstdc++.so.6", "libc.musl-x86_64.so.1"], wants=[wants])
        return judged(tmp_path, "alpine:3.20", "RUN apk add --no-cache libstdc++", program).launch.outcome

    assert isinstance(on_alpine("GLIBCXX_3.4.32"), Started)
    assert isinstance(on_alpine("GLIBCXX_3.4.33"), Unclear)


def test_no_package_changes_the_c_library(tmp_path: Path) -> None:
    wants = [LIBGCC, Wanted("f", "GLIBC_2.99")]
    program = elf(interpreter=GLIBC, needed=["libgcc_s.so.1", "libc.so.6"], wants=wants)
    made = judged(tmp_path, "debian:bookworm", "RUN apt-get update && apt-get install -y libgcc-s1", program)
    assert isinstance(made.launch.outcome, Died)


@pytest.mark.parametrize("fedora", ["fedora:made-up", "fedora:41"])
@pytest.mark.parametrize("template", DIALECTS)
@pytest.mark.parametrize("versions", [(), ("YAML_1",), ("YAML_1", "OTHER_1")])
def test_what_remedies_ask_for_is_understood(
    tmp_path: Path, fedora: str, template: str, versions: tuple[str, ...]
) -> None:
    """Whether the base is at hand or known by its name alone."""
    wants = [Wanted(f"f{at}", each, "libyaml-0.so.2") for at, each in enumerate(versions or (None,))]
    reference, loader, libc = (
        ("alpine:3.20", MUSL, "libc.musl-x86_64.so.1") if template == "apk" else (fedora, GLIBC, "libc.so.6")
    )
    program = elf(interpreter=loader, needed=["libyaml-0.so.2", libc], wants=wants)
    words = DIALECTS[template].library("libyaml-0.so.2", versions, 64)
    run = command(template, packages=" ".join(map(shlex.quote, words))).text
    assert isinstance(judged(tmp_path, reference, run, program).launch.outcome, Started)
    assert not isinstance(judged(tmp_path, reference, "RUN true", program).launch.outcome, Started)


@pytest.mark.parametrize(
    ("reference", "run"),
    [
        ("alpine:3.20", "RUN apk add --no-cache cmd:bash"),
        ("alpine:3.20", "RUN apk add --no-cache bash"),
        ("fedora:made-up", "RUN dnf install -y /bin/bash"),
    ],
)
def test_an_interpreter_is_brought_by_name_or_path(tmp_path: Path, reference: str, run: str) -> None:
    assert isinstance(judged(tmp_path, reference, run, b"#!/bin/bash\n").launch.outcome, Started)
    assert not isinstance(judged(tmp_path, reference, "RUN true", b"#!/bin/bash\n").launch.outcome, Started)
