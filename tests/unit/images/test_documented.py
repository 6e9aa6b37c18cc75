"""The table of documented facts, and the names by which check finds them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from libccheck import base_images, open_image
from libccheck.cli import main
from libccheck.errors import LibccheckError
from libccheck.images.catalog import Catalog, built_in
from libccheck.images.documented import FILE, facts

LIBCS = ("glibc", "musl")
FAMILIES = (
    *("ubuntu", "fedora", "amazonlinux", "registry.access.redhat.com/ubi9", "rockylinux", "almalinux", "oraclelinux"),
    *("opensuse/leap", "archlinux", "cgr.dev/chainguard/wolfi-base", "alpine"),
    *("golang", "node", "python", "rust", "eclipse-temurin"),
)


def test_every_line_of_the_table_is_whole() -> None:
    lines = [line for line in Path(FILE).read_text().splitlines() if not line.startswith("#")]
    assert {line.count("\t") for line in lines} == {4}
    for each in facts():
        assert each.libc in LIBCS
        assert all(part.isdecimal() for part in each.version.split("."))
        assert each.directory == "multiarch" or each.directory.startswith("/")
        assert each.source
        assert ":" in each.name


def test_each_name_has_one_line_and_no_entry_that_was_read() -> None:
    names = [each.name for each in facts()]
    assert len(set(names)) == len(names)
    catalog = Catalog(built_in())
    read = {each.name for each in catalog.entries()} | {each.name for each in catalog.aliases()}
    assert not read & set(names)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_families_are_there(family: str) -> None:
    assert any(each.name.partition(":")[0] == family for each in facts())


def test_an_image_that_was_read_is_never_answered_by_facts() -> None:
    assert open_image("catalog:debian:bookworm", platform="linux/amd64", documented=True).documented is None


@pytest.mark.parametrize("platform", ["linux/amd64", "linux/arm64"])
def test_the_loader_and_the_libraries_are_those_of_the_platform(platform: str) -> None:
    known = open_image("catalog:ubuntu:24.04", platform=platform, documented=True).documented
    assert known is not None
    machine = {"linux/amd64": "x86_64", "linux/arm64": "aarch64"}[platform]
    assert known.directory == f"/lib/{machine}-linux-gnu"
    assert len(known.interpreters) == 1
    assert machine.replace("_", "-") in known.interpreters[0]


def test_only_check_takes_facts_for_an_image() -> None:
    with pytest.raises(LibccheckError, match="only facts"):
        open_image("catalog:ubuntu:24.04", platform="linux/amd64")
    with pytest.raises(LibccheckError, match="holds no ubuntu"):
        open_image("catalog:ubuntu:24.04", platform="linux/s390x", documented=True)
    assert not {each.name for each in base_images("linux/amd64")} & {each.name for each in facts()}


@pytest.mark.parametrize("command", ["probe", "tree /bin/true -i", "recommend --from"])
def test_the_other_commands_say_that_facts_do_not_serve_them(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command.split(), "catalog:ubuntu:24.04"]) == 3
    assert "only facts that are documented" in capsys.readouterr().err


def test_a_bare_name_is_answered_by_facts_only_where_nobody_else_has_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("LIBCCHECK_OFFLINE", "1")
    (tmp_path / "run").write_bytes(b"#!/bin/sh\n")
    (tmp_path / "run").chmod(0o755)
    arguments = ["check", str(tmp_path / "run"), "--platform", "linux/amd64", "--format", "json", "--image"]
    assert main([*arguments, "fedora:40"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["checks"]
    assert found["outcome"]["kind"] == "unclear"
    assert (found["image"]["libc"], found["image"]["libc_version"]) == ("glibc", "2.39")
    assert found["image"]["provenance"]["note"].startswith("documented: ")
    assert main([*arguments, "fedora:399"]) == 3


def test_catalog_list_and_show_tell_what_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "list", "--documented", "ubuntu:24.04"]) == 0
    assert "ubuntu:24.04" in capsys.readouterr().out
    assert main(["catalog", "list", "ubuntu"]) == 0
    assert "ubuntu" not in capsys.readouterr().out
    assert main(["catalog", "show", "ubuntu:24.04", "--platform", "linux/amd64"]) == 0
    shown = capsys.readouterr().out
    assert "glibc 2.39" in shown
    assert "were not read" in " ".join(shown.split())
    assert "programs" not in shown
    assert main(["catalog", "show", "ubuntu:24.04", "--platform", "linux/amd64", "--format", "json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["entries"]
    assert (entry["libc_version"], entry["size"], "libraries" in entry) == ("2.39", None, False)
