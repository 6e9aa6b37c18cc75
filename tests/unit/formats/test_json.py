"""A report as data."""

from __future__ import annotations

import json

from libccheck.checking import check
from libccheck.formats.json import as_data, render
from libccheck.model import Content, Emulator, Failure, Host, Image, Loader, Provenance
from tests.forge import GLIBC, MUSL, Wanted, elf
from tests.values import file, image, program

DYNAMIC = elf(
    interpreter=GLIBC,
    needed=["libc.so.6"],
    wants=[Wanted("puts", "GLIBC_2.2.5")],
    versions={"libc.so.6": ["GLIBC_2.34"], "libm.so.6": ["GLIBC_2.29"]},
    runpath="$ORIGIN/lib",
)


def alpine() -> Image:
    """An image whose loader is known by its content, without that content."""
    loader = file(elf(soname="libc.musl-x86_64.so.1"), 0o755)
    content = loader.load()._replace(loader=Loader("musl", "1.2.5", ("/lib",), ()))

    def load() -> Content:
        return content

    return image({MUSL: loader._replace(load=load)}, "alpine:3.20")


def test_a_refused_program_in_the_words_of_the_contract() -> None:
    (data,) = as_data(check([program(DYNAMIC, "./httpd")], [alpine()]))["checks"]
    assert data["program"] == {
        "path": "./httpd",
        "kind": "dynamic",
        "machine": "x86_64",
        "interpreter": GLIBC,
        "libc": "glibc",
        "soname": None,
        "needed": ["libc.so.6"],
        "versions": {"libc.so.6": ["GLIBC_2.34", "GLIBC_2.2.5"], "libm.so.6": ["GLIBC_2.29"]},
        "rpath": None,
        "runpath": "$ORIGIN/lib",
        "size": len(DYNAMIC),
        "place": "/httpd",
    }
    assert (data["image"]["libc"], data["image"]["libc_version"]) == ("musl", "1.2.5")
    outcome = data["outcome"]
    assert (outcome["kind"], outcome["errno"], outcome["status"], outcome["stderr"]) == (
        "refused",
        "ENOENT",
        None,
        None,
    )
    assert outcome["seen"]["docker"] == "exec /httpd: no such file or directory"
    assert outcome["exits"]["docker"] == 255
    (finding,) = data["findings"]
    assert finding["code"] == "LC101"
    assert finding["name"] == "interpreter-missing"
    assert finding["severity"] == "error"
    assert finding["subject"] == GLIBC
    assert [step["found"] for step in finding["evidence"]] == ["found", "ENOENT"]


def test_a_program_that_starts_has_nothing_to_see() -> None:
    data = as_data(check([program(elf(kind=2))], [image({})]))
    (only,) = data["checks"]
    assert only["outcome"]["kind"] == "starts"
    assert only["outcome"]["stderr"] == ""
    assert set(only["outcome"]["seen"].values()) == {None}
    assert only["findings"] == only["remedies"] == []
    assert (only["program"]["kind"], only["program"]["libc"], only["image"]["libc"]) == ("static", None, None)
    assert data["summary"] == {"starts": 1, "refused": 0, "dies": 0, "unclear": 0, "errors": 0}


def test_the_host_is_echoed_in_the_words_of_the_option() -> None:
    host = Host("", (Emulator("aarch64", "/usr/bin/qemu-aarch64", "PF"), Emulator("x32", "")), (4, 19), 2, 65536)
    (data,) = as_data(check([program(elf(kind=2))], [image({})], host=host))["checks"]
    emulates = ["aarch64:/usr/bin/qemu-aarch64:PF", "x32"]
    assert data["host"] == {"machine": "x86_64", "isa": 2, "kernel": "4.19", "page": 65536, "emulates": emulates}


def test_errors_are_told_and_counted() -> None:
    data = as_data(check([], [], failures=[Failure("./missing", "cannot read ./missing", "check the path")]))
    assert data["errors"] == [{"subject": "./missing", "message": "cannot read ./missing", "hint": "check the path"}]
    assert data["summary"]["errors"] == 1


def test_the_digest_is_there_if_it_was_asked_for() -> None:
    hashed = program(elf(kind=2))._replace(digest="ab" * 32)
    (data,) = as_data(check([hashed], [image({})]))["checks"]
    assert data["program"]["sha256"] == "ab" * 32


def test_a_script_has_the_interpreter_of_its_first_line() -> None:
    (data,) = as_data(check([program(b"#!/usr/bin/env -S sh -e\n")], [image({})]))["checks"]
    assert (data["program"]["kind"], data["program"]["interpreter"]) == ("script", "/usr/bin/env")
    assert data["findings"][0]["subject"] == "/usr/bin/env"


def test_older_wordings_only_if_asked_for() -> None:
    report = check([program(DYNAMIC)], [image({})])
    assert "older" not in as_data(report)["checks"][0]["outcome"]
    older = as_data(report, verbose=True)["checks"][0]["outcome"]["older"]
    assert any(text.startswith("standard_init_linux.go:228: exec user process") for text in older.values())


def test_where_a_catalog_entry_comes_from_is_told() -> None:
    entry = image({})._replace(
        as_of="2026-11-01", floating=True, provenance=Provenance("packages", "root.tar", "ab", "2026-11-01", "no image")
    )
    (data,) = as_data(check([program(elf(kind=2))], [entry]))["checks"]
    assert (data["image"]["as_of"], data["image"]["floating"]) == ("2026-11-01", True)
    assert data["image"]["provenance"]["note"] == "no image"


def test_bytes_that_are_no_text_survive() -> None:
    name = b"./caf\xe9".decode("utf-8", "surrogateescape")
    text = render(check([program(elf(kind=2), name)], [image({})]))
    assert text.isascii()
    assert text.endswith("}\n")
    assert json.loads(text)["checks"][0]["program"]["path"] == name
