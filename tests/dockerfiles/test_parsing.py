"""Dockerfiles are read as BuildKit's own parser reads them, which the package `dockerfile` has inside."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from libccheck.dockerfile import check_dockerfile
from libccheck.dockerfile.instructions import Dockerfile, parse
from libccheck.dockerfile.lines import DockerfileError, decoded, logical_lines
from libccheck.dockerfile.stages import Platforms, edges, stages_of, target_of
from libccheck.dockerfile.words import WordError, expand
from libccheck.errors import LibccheckError, UsageError
from tests import toolchains
from tests.dockerfiles.cases import CASES
from tests.dockerfiles.judging import base
from tests.dockerfiles.shapes import shape

SHAPES = 1200
PLATFORMS = Platforms("linux/amd64", "linux/arm64")
SAMPLES = sorted(toolchains.PROJECT.glob("samples/*/Dockerfile*"))
COMPARED = ("FROM", "RUN", "CMD", "ENTRYPOINT", "COPY", "ADD", "WORKDIR", "USER", "SHELL", "VOLUME", "EXPOSE", "ARG")


def theirs(text: str) -> list[tuple[Any, ...]] | None:
    """What the other parser has; None where it refuses the text."""
    dockerfile = pytest.importorskip("dockerfile")
    try:
        return [tuple(each) for each in dockerfile.parse_string(text)]
    except dockerfile.GoParseError:
        return None


def ours(text: str) -> Dockerfile | None:
    try:
        return parse(text)
    except DockerfileError:
        return None


def texts() -> list[str]:
    return [
        *(shape(seed) for seed in range(SHAPES)),
        *(case.dockerfile for case in CASES),
        *(each.read_text() for each in SAMPLES),
    ]


def test_over_a_thousand_are_read_as_buildkit_reads_them() -> None:
    same = refused = 0
    for text in texts():
        other, own = theirs(text), ours(text)
        if other is None or own is None:
            assert other is None or own is None
            refused += other is None
            continue
        found = own.instructions
        assert [(each.name, each.line, each.last, each.flags) for each in found] == [
            (str(each[0]).upper(), each[4], each[5], each[6]) for each in other
        ], text
        for mine, each in zip(found, other, strict=True):
            if mine.name in COMPARED:
                assert mine.values == each[7] or (mine.values == ("",) and each[7] == ()), (text, mine)
                assert mine.json == each[2], text
                assert tuple((doc.name, doc.content.replace("\r\n", "\n")) for doc in mine.heredocs) == tuple(
                    (doc.name, _chomped(doc.content, text)) for doc in each[8]
                ), text
        same += 1
    assert same >= 1000
    assert refused < 200


def _chomped(content: str, text: str) -> str:
    """The other parser leaves the tabs of `<<-` to whoever runs it, and line ends as they stand."""
    lines = content.replace("\r\n", "\n").split("\n")
    return "\n".join(line.lstrip("\t") for line in lines) if "<<-" in text else "\n".join(lines)


def test_stages_and_what_they_copy_are_those_of_the_other_parser() -> None:
    compared = copies = 0
    for text in texts():
        other, own = theirs(text), ours(text)
        if other is None or own is None:
            continue
        try:
            stages = stages_of(own, {}, PLATFORMS)
        except LibccheckError:
            continue
        assert [stage.written for stage in stages] == [each[7][0] for each in other if str(each[0]).upper() == "FROM"]
        found = [(edge.taker, edge.line, edge.stage, edge.image) for stage in stages for edge in edges(stages, stage)]
        assert found == _graph(other), text
        compared += 1
        copies += len(found)
    assert compared >= 300
    assert copies >= 300


def _graph(commands: list[tuple[Any, ...]]) -> list[tuple[int, int, int | None, str]]:
    """The edges, out of the other parser's commands by a way of its own."""
    names: dict[str, int] = {}
    stage = -1
    found: list[tuple[int, int, int | None, str]] = []
    for command in commands:
        kind, flags, value, line = str(command[0]).upper(), command[6], command[7], command[4]
        if kind == "FROM":
            stage += 1
            pending = str(value[2]).lower() if len(value) == 3 else ""
            before = dict(names)
            names |= {pending: stage} if pending else {}
        elif kind in ("COPY", "ADD"):
            for flag in flags:
                if flag.startswith("--from="):
                    source = flag[7:]
                    number = before.get(
                        source.lower(), int(source) if source.isdigit() and int(source) < stage else None
                    )
                    found.append((stage, line, number, "" if number is not None else source))
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$A-${B}", "1-two"),
        ("${A:-x}${C:-x}${E:-x}${E-x}", "1xx"),
        ("${A:+x}${C:+x}${E+x}", "xx"),
        ("'$A' \"$A\" \\$A", "$A 1 $A"),
        ("${F#*/}|${F##*/}|${F%/*}|${F%%/*}", "b/c|c|a/b|a"),
        ("${F/b/x}|${F//\\//-}", "a/x/c|a-b-c"),
        ("${A:-${B:-${C}}}${C:-${B}}", "1two"),
        ("$", "$"),
        ("a$%", "a$%"),
    ],
)
def test_variables_are_replaced_as_buildkit_does_it(text: str, value: str) -> None:
    values = {"A": "1", "B": "two", "E": "", "F": "a/b/c"}
    assert expand(text, lambda name: values.get(name)) == value


@pytest.mark.parametrize(
    "text", ["${A", "'a", '"a', "${}", "${A:=x}", "${A?gone}", "${" * 100, "${A:-" * 50 + "}" * 50]
)
def test_what_cannot_be_replaced_is_said(text: str) -> None:
    with pytest.raises(WordError):
        expand(text, lambda _: None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no instructions"),
        ("# only a comment\n", "no instructions"),
        ("RUN true\n", "no FROM"),
        ("FROM a b\n", "one or three"),
        ("FROM a AS 1x\n", "invalid name"),
        ("FROM a\nRUNN b\n", "line 2: unknown instruction: RUNN"),
        ("FROM a\nRUN <<EOF\nx\n", "does not end"),
        ("FROM a\nENV A=1 B\n", "can't find ="),
        ("# escape=x\nFROM a\n", "escape"),
        ("FROM a\nENV A=${B\nRUN x\n", "line 2"),
        ("FROM ${A?none}\n", "line 1"),
    ],
)
def test_what_no_builder_takes_is_refused_with_its_line(text: str, why: str) -> None:
    with pytest.raises(DockerfileError) as raised:
        check_dockerfile(text, file="Dockerfile", open_base=base)
    assert why in raised.value.message
    assert "\n" not in raised.value.message


@pytest.mark.parametrize("data", [b"\x7fELF\0\0", b"FROM a\n" * 60_000, b"x" * (1 << 21)])
def test_what_is_no_text_is_no_dockerfile(data: bytes) -> None:
    with pytest.raises(DockerfileError, match="no Dockerfile"):
        decoded(data)


def test_the_target_is_found_by_name_and_number() -> None:
    stages = stages_of(parse("FROM a AS One\nFROM b\nFROM one\n"), {}, PLATFORMS)
    assert target_of(stages, None).number == 2
    assert target_of(stages, "ONE").number == 0
    assert target_of(stages, "1").number == 1
    assert stages[2].parent == 0
    with pytest.raises(UsageError, match="no stage two"):
        target_of(stages, "two")


def test_predefined_arguments_reach_from_and_declared_stages() -> None:
    text = "FROM --platform=$BUILDPLATFORM base:$TARGETARCH AS b\nFROM x-${TARGETVARIANT:-none}\n"
    stages = stages_of(parse(text), {}, PLATFORMS)
    assert [(each.base, each.platform) for each in stages] == [("base:arm64", "linux/amd64"), ("x-none", "")]


def test_lines_are_counted_as_in_the_file() -> None:
    lines = logical_lines("FROM a\n\n# note\nRUN x \\\n # inside\n  y\nCMD z\n").lines
    assert [(each.text, each.first, each.last) for each in lines] == [
        ("FROM a", 1, 1),
        ("RUN x   y", 4, 6),
        ("CMD z", 7, 7),
    ]
    assert list(itertools.chain(*(each.heredocs for each in lines))) == []
