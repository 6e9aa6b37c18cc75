"""Programs times images: pairs, places, errors."""

from __future__ import annotations

from libccheck.checking import check
from libccheck.model import Config, Directory, Failure, Host, Refused, Started
from libccheck.placement import Copy
from tests.forge import AARCH64, MUSL, elf
from tests.values import directory, file, image, program

STATIC = elf(kind=2)
MUSL_PROGRAM = elf(interpreter=MUSL, needed=["libc.so"])
SCRIPT = b"#!/bin/sh\n"


def test_every_program_meets_every_image_in_order() -> None:
    report = check([program(STATIC, "a"), program(SCRIPT, "b")], [image({}, "dir:1"), image({}, "dir:2")])
    pairs = [(each.program.path, each.image.reference) for each in report.checks]
    assert pairs == [("a", "dir:1"), ("a", "dir:2"), ("b", "dir:1"), ("b", "dir:2")]


def test_a_static_program_starts_and_a_dynamic_one_without_its_loader_does_not() -> None:
    report = check([program(STATIC), program(MUSL_PROGRAM)], [image({})])
    assert [each.launch.outcome for each in report.checks] == [Started(), Refused("ENOENT")]
    finding = report.checks[1].launch.findings[0]
    assert (finding.code, finding.subject) == ("LC101", MUSL)


def test_a_program_runs_by_the_path_it_is_placed_at() -> None:
    (only,) = check([program(SCRIPT, "./run.sh")], [image({})], at="/opt/bin/").checks
    assert only.place == only.launch.path == "/opt/bin/run.sh"
    assert only.process.argv == ("/opt/bin/run.sh",)


def test_two_programs_of_one_name_do_not_meet() -> None:
    report = check([program(STATIC, "a/app"), program(SCRIPT, "b/app")], [image({})])
    assert [type(each.launch.outcome) for each in report.checks] == [Started, Refused]


def test_a_program_that_is_a_directory_is_not_executable() -> None:
    (only,) = check([directory("./app")], [image({})]).checks
    assert only.launch.outcome == Refused("EACCES")
    assert only.launch.findings[0].code == "LC104"


def test_what_cannot_be_placed_is_an_error_and_the_other_pairs_have_their_verdict() -> None:
    full = image({"/app": Directory(0o755, 0, 0)}, "dir:full")
    report = check([program(STATIC)], [full, image({}, "dir:empty")])
    assert [each.image.reference for each in report.checks] == ["dir:empty"]
    assert [each.subject for each in report.errors] == ["./app"]


def test_a_user_who_is_not_there_is_an_error_of_that_image() -> None:
    passwd = image({"/etc/passwd": b"app:x:1000:1000:::\n"}, "dir:with")
    report = check([program(STATIC)], [passwd, image({}, "dir:without")], user="app")
    assert [each.image.reference for each in report.checks] == ["dir:with"]
    assert [each.subject for each in report.errors] == ["dir:without"]
    assert report.checks[0].process.user.uid == 1000


def test_errors_told_by_the_caller_come_first() -> None:
    failure = Failure("./missing", "cannot read ./missing", "")
    full = image({"/app": Directory(0o755, 0, 0)})
    assert check([program(STATIC)], [full], failures=[failure]).errors[0] == failure


def test_copies_are_seen_by_the_program() -> None:
    shell = Copy("shells", "/bin", {"": Directory(0o755, 0, 0), "sh": file(STATIC, 0o755)})
    (only,) = check([program(SCRIPT)], [image({})], copies=[shell]).checks
    assert only.launch.outcome == Started()


def test_a_copy_that_does_not_fit_is_an_error_of_that_image() -> None:
    copy = Copy("x", "/bin", {"": Directory(0o755, 0, 0)})
    report = check([program(STATIC)], [image({"/bin": b""}, "dir:1"), image({}, "dir:2")], copies=[copy])
    assert [each.subject for each in report.errors] == ["dir:1"]
    assert [each.image.reference for each in report.checks] == ["dir:2"]


def test_the_working_directory_is_made_if_it_is_not_there() -> None:
    relative = program(b"#!sh\n")
    shell = Copy("sh", "/srv/app/sh", {"": file(STATIC, 0o755)})
    config = Config(workdir="/srv/app")
    assert check([relative], [image({}, config=config)]).checks[0].launch.outcome == Refused("ENOENT")
    assert check([relative], [image({}, config=config)], copies=[shell]).checks[0].launch.outcome == Started()


def test_the_host_is_the_platform_of_the_image() -> None:
    (only,) = check([program(elf(kind=2, machine=AARCH64))], [image({})]).checks
    assert only.host == Host("x86_64")
    assert only.launch.findings[0].code == "LC102"


def test_what_is_said_of_the_host_leaves_the_machine_to_the_image() -> None:
    (only,) = check([program(STATIC)], [image({})], host=Host("", kernel=(4, 19))).checks
    assert only.host == Host("x86_64", kernel=(4, 19))


def test_the_environment_of_the_image_reaches_the_program() -> None:
    env = b"#!/usr/bin/env tool\n"
    root = {"/usr/bin/env": STATIC, "/opt/tool": STATIC}
    config = Config(env=(("PATH", "/opt"),))
    process = check([program(env)], [image(root, config=config)], env={"A": "b"}).checks[0].process
    assert dict(process.env) == {"PATH": "/opt", "A": "b"}


def test_the_name_that_the_program_sees_can_be_another() -> None:
    (only,) = check([program(STATIC)], [image({})], arg0="httpd").checks
    assert (only.place, only.process.argv) == ("/app", ("httpd",))
