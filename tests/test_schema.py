"""The published schema describes every report, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import libccheck.schema
from libccheck.checking import check
from libccheck.formats.json import as_data
from libccheck.kinds import KINDS
from libccheck.model import (
    Check,
    Died,
    Failure,
    Finding,
    Host,
    Launch,
    Outcome,
    Provenance,
    Refused,
    Remedy,
    Report,
    Started,
    Step,
    Unclear,
    Verified,
)
from libccheck.verdict import KINDS as OUTCOMES
from tests.forge import GLIBC, Wanted, elf
from tests.values import directory, image, program

SCHEMA = json.loads((Path(libccheck.schema.__path__[0]) / "report-1.json").read_text(encoding="utf-8"))
LAUNCHED = Launch("/app", ("/app",), Started(), ())


def valid(data: object) -> bool:
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(data))


def checked(outcome: Outcome, *findings: Finding, remedies: tuple[Remedy, ...] = ()) -> Check:
    launch = Launch("/app", ("/app",), outcome, findings)
    return Check(program(b"x"), image({}), Host("x86_64"), "/app", launch, remedies=remedies)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "outcome",
    [
        Started(),
        Started("words\n"),
        Refused("ENOENT"),
        Died(127, None, "words\n"),
        Died(None, "SIGSEGV"),
        Unclear("?"),
    ],
)
@pytest.mark.parametrize("verbose", [True, False])
def test_every_outcome_is_described(outcome: Outcome, verbose: bool) -> None:
    finding = Finding("LC201", "libx.so", "not there", (Step("open", "/lib/libx.so", "ENOENT", "default"),))
    remedy = Remedy("another base", ("docker build .",), LAUNCHED, "tried")
    report = Report("0", (checked(outcome, finding, remedies=(remedy,)),), (Failure("x", "y", "z"),))
    assert valid(as_data(report, verbose=verbose))


def test_every_kind_of_program_is_described() -> None:
    programs = [
        program(elf(kind=2)),
        program(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.2.5")])),
        program(elf(soname="libx.so"))._replace(digest="0" * 64),
        program(elf(kind=1)),
        program(elf(kind=4)),
        program(b"#!/bin/sh\n"),
        program(b"text"),
        program(b"\0\1"),
        program(b""),
        directory("app"),
    ]
    provenance = Provenance("packages", "root.tar", "ab", "2026-11-01", "")
    data = as_data(check(programs, [image({})._replace(as_of="2026-11-01", provenance=provenance)]))
    assert valid(data)
    seen = {each["program"]["kind"] for each in data["checks"]}
    assert seen == set(KINDS) - {"static-pie"}


def test_the_schema_knows_the_kinds_that_the_code_knows() -> None:
    assert SCHEMA["$defs"]["program"]["properties"]["kind"]["enum"] == list(KINDS)
    assert SCHEMA["$defs"]["outcome"]["properties"]["kind"]["enum"] == list(OUTCOMES)


@pytest.mark.parametrize("path", [("checks", 0, "outcome"), ("checks", 0, "program"), ("checks", 0), ()])
def test_what_is_missing_or_unknown_is_not_valid(path: tuple[Any, ...]) -> None:
    data: Any = as_data(check([program(elf(kind=2))], [image({})]))
    place = data
    for step in path:
        place = place[step]
    assert valid(data)
    place["unknown"] = 1
    assert not valid(data)
    del place["unknown"]
    place.pop(next(iter(place)))
    assert not valid(data)


@pytest.mark.parametrize("held", [True, False, None])
def test_what_a_real_run_showed_is_described(held: bool | None) -> None:
    verified = Verified("docker 1", held, "starts", None, "", "was still running after 5 s")
    data = as_data(Report("0", (checked(Started())._replace(verified=verified),), ()))
    assert data["checks"][0]["verified"]["held"] is held
    assert valid(data)
