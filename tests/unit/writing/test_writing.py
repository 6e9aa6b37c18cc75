"""The Dockerfile that is written for a recommendation: what builds, what is copied, what never gets into a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from libccheck import base_images, recommend
from libccheck.cli import main
from libccheck.contexts import DirectoryContext
from libccheck.dockerfile import check_dockerfile
from libccheck.dockerfile.bases import facts_of_base
from libccheck.dockerfile.instructions import parse
from libccheck.errors import LibccheckError, UsageError
from libccheck.model import Finding, Loader, Program, Started
from libccheck.placement import Copy, file_name
from libccheck.releases import FLOATING, NEWEST, ON_ALPINE
from libccheck.writing import Wishes, Written, write_dockerfile
from libccheck.writing.builders import on_alpine, on_debian, plain_alpine
from libccheck.writing.furnishing import furnished, installs
from tests.dockerfiles.judging import base
from tests.forge import GLIBC, Wanted, elf
from tests.unit.remedy.test_builder import go
from tests.values import file, program

NEEDY = elf(
    interpreter=GLIBC,
    needed=["libc.so.6"],
    wants=[Wanted("getpwuid", "GLIBC_2.2.5"), Wanted("tmpfile", "GLIBC_2.2.5")],
    text=b"\0/usr/share/zoneinfo\0/etc/ssl/certs/ca-certificates.crt\0",
)
BOOKWORM, MUSL_1_2_5 = Loader("glibc", "2.36", (), ()), Loader("musl", "1.2.5", (), ())


def written(
    one: Program, change: int | None = None, place: str | None = None, copies: tuple[Copy, ...] = (), **more: object
) -> Written:
    found = recommend([one], base_images("linux/amd64"), copies=copies, user="65532:65532", at=place)
    wishes = Wishes(place or f"/{file_name(one.path)}", copies, (), "65532:65532", None)
    wishes = wishes._replace(**more)  # type: ignore[arg-type]
    return write_dockerfile(found, wishes, change=change, open_base=base)


def instructions(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.name, each.values) for each in parse(text).instructions]


def test_a_program_that_shows_no_toolchain_is_copied_as_it_is_and_nothing_else_goes_to_the_builder() -> None:
    found = written(program(elf(kind=2), "build/app"), place="/bin/app")
    assert (found.image, found.builder) == ("scratch", None)
    assert found.text.splitlines()[1:] == [
        "# What it copies is for linux/amd64: docker build --platform linux/amd64 .",
        "FROM scratch",
        "COPY --chmod=0755 build/app /bin/app",
        "USER 65532:65532",
        'ENTRYPOINT ["/bin/app"]',
    ]
    assert found.ignore == "*\n!/build/app\n"
    assert instructions(found.printed) == instructions(found.text)


def test_what_a_small_base_lacks_comes_from_a_stage_of_its_own() -> None:
    found = written(program(NEEDY, "./app"), change=1)
    assert found.image == "scratch"
    lines = found.text.splitlines()
    assert lines[2] == "FROM debian:trixie-slim AS files"
    assert "COPY --from=files /rootfs/ /" in lines
    assert any("mkdir -m 1777 /rootfs/tmp" in each and "app:x:65532:65532:" in each for each in lines)
    assert any(each.startswith("COPY --from=busybox:1.38.0-glibc ") for each in lines)


def test_the_builder_of_a_change_is_that_of_the_older_release() -> None:
    wants = [Wanted("__libc_start_main", "GLIBC_2.34"), Wanted("__isoc23_strtol", "GLIBC_2.38")]
    new = program(go("go1.24.1", *wants, needed=["libstdc++.so.6", "libc.so.6"]), "app")
    changes = recommend([new], base_images("linux/amd64")).changes
    (number,) = (at for at, each in enumerate(changes, 1) if each.commands == ("FROM golang:1.24-bookworm AS build",))
    found = written(new, change=number)
    assert (found.image, found.builder) == ("gcr.io/distroless/cc-debian12", "golang:1.24-bookworm")
    assert "FROM golang:1.24-bookworm AS build" in found.text.splitlines()
    assert f"FROM {found.image}" in found.text.splitlines()


def test_lines_for_each_thing_that_is_lacking() -> None:
    lacks = tuple(Finding(code, "", "words") for code in ("LC307", "LC308", "LC309", "LC310", "LC311"))
    found = furnished(lacks, "golang:1.25-trixie", "build", "7:8")
    assert found.packages == ("tzdata",)
    assert [each.split(" ")[2] for each in found.lines] == [
        "/etc/ssl/certs/ca-certificates.crt",
        "/usr/share/zoneinfo",
        "/rootfs/",
    ]
    assert "'app:x:7:8:app:/nonexistent:/sbin/nologin' > /rootfs/etc/passwd" in found.prepared[0]
    assert [each.code for each in found.left] == ["LC311"]
    assert furnished(lacks, "alpine:3.20", "build", "0").packages == ("ca-certificates", "tzdata")
    assert furnished((), "alpine:3.20", "build", "0") == ((), (), (), ())
    assert installs("golang:1.25-alpine3.22", ("a", "b")) == "RUN apk add --no-cache a b"
    assert installs("gcc:14-bookworm", ("a",)).startswith("RUN apt-get update && apt-get install -y ")


@pytest.mark.parametrize("loader", [BOOKWORM, Loader("glibc", "2.31", (), ()), MUSL_1_2_5, None])
def test_a_builder_is_never_newer_than_what_runs_its_program_nor_one_that_nobody_knows(loader: Loader | None) -> None:
    numbers = {repository: [line.first for line in FLOATING[repository]] for repository in ("golang", "rust", "gcc")}
    count = 0
    for repository, releases in numbers.items():
        for number in (*releases, ()):
            made = [on_debian(repository, number, loader)]
            made += [on_alpine(repository, number, loader)] if repository in ON_ALPINE else []
            for tag in filter(None, made):
                facts = facts_of_base(tag)
                assert facts.family in ("glibc", "musl")
                assert facts.floating is None
                assert facts.number[: len(number)] == number
                if loader is not None:
                    assert facts.family == loader.family
                    assert [int(each) for each in facts.version.split(".")] <= [
                        int(each)
                        for each in loader.version.split(".")  # type: ignore[union-attr]
                    ]
                count += 1
    assert count > 5


def test_tags_of_builders() -> None:
    assert on_debian("golang", (1, 25), BOOKWORM) == "golang:1.25-bookworm"
    assert on_debian("golang", (1, 25), None) == "golang:1.25-trixie"
    assert on_debian("golang", (1, 18), Loader("glibc", "2.28", (), ())) == "golang:1.18-buster"
    assert on_debian("golang", (1, 27), Loader("glibc", "2.31", (), ())) is None
    assert on_debian("golang", (1, 9), BOOKWORM) is None
    assert on_debian("golang", (NEWEST["golang"][0], NEWEST["golang"][1] + 1), None) is None
    assert on_debian("golang", (1, 25), MUSL_1_2_5) is None
    assert on_debian("gcc", (17,), None) is None
    assert on_debian("gcc", (14,), BOOKWORM) == "gcc:14-bookworm"
    assert on_debian("rust", (), BOOKWORM) == "rust:1-bookworm"
    assert on_debian("buildpack-deps", (), BOOKWORM) == "buildpack-deps:bookworm"
    assert on_alpine("golang", (1, 25), MUSL_1_2_5) == "golang:1.25-alpine3.23"
    assert on_alpine("golang", (1, 25), BOOKWORM) is None
    assert plain_alpine("alpine:3.18", MUSL_1_2_5) == "alpine:3.18"
    assert plain_alpine("scratch", Loader("musl", "1.2.3", (), ())) == "alpine:3.17"
    assert plain_alpine("scratch", Loader("musl", "1.0.0", (), ())) is None


@pytest.mark.parametrize("name", ["a b", "a$HOME", '"', "é", "-x", "syntax=x:y", "#", "!a", "*"])
def test_any_name_is_a_name(name: str) -> None:
    found = written(program(elf(kind=2), f"./{name}"))
    parsed = instructions(found.text)
    assert [each for each, _ in parsed] == ["FROM", "COPY", "USER", "ENTRYPOINT"]
    assert parsed[-1][1] == (f"/{name}",)
    assert found.text.startswith("# Written by ")


@pytest.mark.parametrize("name", ["a\nRUN x", "a\r", "\x1b[2J", "a\u2028b", "\udcff"])
def test_what_does_not_go_into_a_line_is_refused(name: str) -> None:
    with pytest.raises(LibccheckError, match="no line of a Dockerfile"):
        written(program(elf(kind=2), f"./{name}"))


def test_what_is_copied_beside_it_and_said_of_the_container() -> None:
    copies = (Copy("./lib", "/opt/lib", {"": file(b"x")}),)
    found = written(program(elf(kind=2), "./app"), copies=copies, env=(("A", 'b "$c"\\'),), user="7", workdir="/a $b")
    assert found.text.splitlines()[3:] == [
        "COPY lib /opt/lib",
        "COPY --chmod=0755 app /app",
        'ENV A="b \\"\\$c\\"\\\\"',
        "WORKDIR /a \\$b",
        "USER 7",
        'ENTRYPOINT ["/app"]',
    ]
    assert found.ignore == "*\n!/app\n!/lib\n"
    with pytest.raises(UsageError, match="not below this directory"):
        written(program(elf(kind=2)), copies=(Copy("../lib", "/lib", {"": file(b"x")}),))


def test_users_that_the_base_has_stay_beside_the_one_who_runs_the_program() -> None:
    lacks = (Finding("LC310", "", "words"),)
    found = furnished(lacks, "golang:1.25-trixie", "build", "7:8", "busybox:1.38.0-glibc")
    assert found.prepared == (
        "COPY --from=busybox:1.38.0-glibc /etc/passwd /rootfs/etc/passwd",
        "RUN printf '%s\\n' 'app:x:7:8:app:/nonexistent:/sbin/nologin' >> /rootfs/etc/passwd",
    )
    assert furnished(lacks, "golang:1.25-trixie", "build", "0", "busybox:1.38.0-glibc").lines == ()
    asks = elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("getpwuid", "GLIBC_2.2.5")])
    text = written(program(asks, "./app")).text
    assert "COPY --from=busybox:1.38.0-glibc /etc/passwd /rootfs/etc/passwd\n" in text


BESIDE = b"dep\texample.org/lib\t(devel)\t\n"
REPLACED = b"dep\texample.org/lib\tv0.0.0\t\n=>\t../lib\t(devel)\t\n"
WITHIN = b"dep\texample.org/lib\tv0.0.0\t\n=>\t./lib\t(devel)\t\n"
CALLS = b"\0net._C2func_getaddrinfo\0"


@pytest.mark.parametrize(("modules", "name"), [(BESIDE, "example.org/lib"), (REPLACED, "../lib"), (WITHIN, None)])
def test_what_is_built_with_a_module_beside_its_own_is_not_built_in_a_context_of_one(
    modules: bytes, name: str | None
) -> None:
    one = program(go("go1.24.1", text=CALLS, modules=modules), "./app")
    assert (written(one).builder is None) is (name is not None)
    if name is None:
        assert written(one, 1).builder == "golang:1.24-trixie"
        return
    with pytest.raises(LibccheckError, match=f"it is built with {name}, which lies beside its module") as caught:
        written(one, 1)
    assert caught.value.hint.endswith("CGO_ENABLED=0 go build '-ldflags=-s -w' -o app .")


def test_flags_for_the_linker_and_the_level_of_the_processor_stay() -> None:
    settings = {"CGO_ENABLED": "1", "GOAMD64": "v3", "-ldflags": "-X main.v=1 -extldflags -Wl,-z,now"}
    text = written(program(go("go1.24.1", text=CALLS, settings=settings), "./app")).text
    assert "RUN CGO_ENABLED=1 GOAMD64=v3 go build '-ldflags=-X main.v=1 -extldflags -Wl,-z,now' -o /out/app .\n" in text
    text = written(program(go("go1.24.1", text=CALLS, settings=settings), "./app"), 1).text
    assert "RUN CGO_ENABLED=0 GOAMD64=v3 go build '-ldflags=-X main.v=1' -o /out/app .\n" in text


def test_what_there_is_no_way_for() -> None:
    with pytest.raises(UsageError, match="there is no change 9"):
        written(program(NEEDY, "./app"), change=9)
    nowhere = elf(interpreter="/gone", needed=["libc.so.6"])
    with pytest.raises(LibccheckError, match="no Dockerfile can be written for this"):
        written(program(nowhere, "./app"))


@pytest.mark.parametrize(
    ("name", "change", "builder", "image"),
    [
        ("httpd", None, "golang:1.", "busybox:1.38.0-glibc"),
        ("httpd", 1, "golang:1.", "scratch"),
        ("httpd-static", None, "golang:1.", "scratch"),
        ("httpd-musl", None, "golang:1.", "alpine:3.20"),
        ("hello-glibc", None, "buildpack-deps:trixie", "busybox:1.38.0-glibc"),
        ("hello-glibc", 1, "buildpack-deps:trixie", "scratch"),
        ("hello-musl", None, "alpine:3.20", "alpine:3.20"),
        ("hello-static", None, "buildpack-deps:trixie", "scratch"),
    ],
)
def test_the_samples_are_built_by_their_toolchain(
    name: str,
    change: int | None,
    builder: str,
    image: str,
    programs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / name).symlink_to(programs / name)
    monkeypatch.chdir(tmp_path)
    options = ["--change", str(change)] if change else []
    assert main(["recommend", name, "--dockerfile", "--output", ".", *options]) == 0
    text = (tmp_path / "Dockerfile").read_text()
    bases = [values[0] for each, values in instructions(text) if each == "FROM"]
    assert bases[0].startswith(builder)
    assert bases[1] == image
    report = check_dockerfile(text, file="Dockerfile", open_base=base, context=DirectoryContext(str(tmp_path)))
    assert [type(each.launch.outcome) for each in report.checks] == [Started]
    assert f"/{name}\n" in (tmp_path / ".dockerignore").read_text()


def test_files_are_replaced_only_where_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "app").write_bytes(elf(kind=2))
    (tmp_path / "app").chmod(0o755)
    (tmp_path / ".dockerignore").write_text("mine\n")
    monkeypatch.chdir(tmp_path)
    command = ["recommend", "app", "--dockerfile", "--output", "."]
    assert main(command) == 3
    assert "is there already" in capsys.readouterr().err
    assert not (tmp_path / "Dockerfile").exists()
    assert main([*command, "--force"]) == 0
    assert (tmp_path / ".dockerignore").read_text() == "*\n!/app\n"
    assert capsys.readouterr().out == ""
    assert main(["recommend", "app", "--dockerfile", "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)["dockerfile"]
    assert shown["text"] == (tmp_path / "Dockerfile").read_text()
    assert main(["recommend", "app", "--dockerfile", "--output", "gone"]) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--change", "1"], "--change goes with --dockerfile"),
        (["--output", "."], "--output goes with --dockerfile"),
        (["--dockerfile", "--force"], "--force goes with --output DIR"),
        (["--dockerfile", "other"], "a Dockerfile is for one program"),
        (["--dockerfile", "--user", "app"], "--user app is not in numbers"),
        (["--dockerfile", "--arg0", "x"], "cannot say --arg0"),
        (["--dockerfile", "--from", "scratch"], "--from goes with"),
    ],
)
def test_what_does_not_go_together(
    options: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("app", "other"):
        (tmp_path / name).write_bytes(elf(kind=2))
    assert main(["recommend", "app", *options]) == 2
    assert message in capsys.readouterr().err


def test_a_script_is_copied_too() -> None:
    found = written(program(b"#!/bin/sh\necho\n", "./run.sh"))
    assert found.builder is None
    assert "COPY --chmod=0755 run.sh /run.sh" in found.text
