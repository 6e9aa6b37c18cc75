"""What RUN lines lead to: branches of a shell script, scripts and Makefiles of the context."""

from __future__ import annotations

from pathlib import Path

import pytest

from libccheck.contexts import DirectoryContext
from libccheck.dockerfile.files import Files, Placed
from libccheck.dockerfile.following import followed
from libccheck.dockerfile.makefiles import MakeError, recipes
from libccheck.dockerfile.patterns import matches
from libccheck.dockerfile.shell import UNKNOWN, commands

_IF = 'if [ "$X" = a ]; then export A=1; else export A=0; fi; end'
_CASE = 'case "$X" in amd64) A=1 ;; arm64|aarch64) A=2;; *) A=3;; esac; export A; end'


@pytest.mark.parametrize(
    ("script", "x", "a"),
    [
        (_IF, "a", "1"),
        (_IF, "b", "0"),
        (_IF.replace("[ ", "[ ! "), "a", "0"),
        (_IF.replace("if [", "if ! ["), "a", "0"),
        (_IF.replace('[ "$X" = a ]', "grep -q x y"), "a", UNKNOWN),
        (_IF.replace('[ "$X" = a ]', "grep -q x y").replace("A=0", "A=1"), "a", "1"),
        (_IF.replace('[ "$X" = a ]', 'test "$(uname -m)" = a'), "a", UNKNOWN),
        (_IF.replace(" = a", " != a"), "a", "0"),
        ("if [ -n $X ]; then A=1; fi; end", "", None),
        ('if [ "$X" = b ]; then A=1; elif [ -z "$X" ]; then A=2; else A=3; fi; end', "", "2"),
        ('if [ "$X" = b ]; then A=1; elif hm; then A=2; else A=3; fi; end', "b", "1"),
        ("if hm; then if [ $X = a ]; then A=1; fi; fi; end", "b", None),
        (_CASE, "amd64", "1"),
        (_CASE, "aarch64", "2"),
        (_CASE, "x", "3"),
        (_CASE.replace(" ;; ", "\n;;\n"), "arm64", "2"),
        (_CASE.replace('"$X"', "$(arch)"), "x", UNKNOWN),
        ("[ $X = a ] && A=1; end", "a", "1"),
        ("[ $X = a ] && A=1; end", "b", None),
        ("[ $X = a ] && A=1 || A=2; end", "b", "2"),
        ("[ $X = a ] || A=2; end", "a", None),
        ("[ -f x ] && A=1; end", "a", UNKNOWN),
        ("[ -f x ] && A=1 && B=2; end", "a", UNKNOWN),
        ("(export A=1; cd /x); end", "a", None),
        ("for A in 1 2; do true; done; end", "a", UNKNOWN),
    ],
)
def test_a_branch_sets_what_the_shell_would_set(script: str, x: str, a: str | None) -> None:
    (end,) = (each for each in commands(script, {"X": x}, "/") if each.words == ("end",))
    assert end.env.get("A") == a
    assert end.cwd == "/"


def test_what_does_not_run_is_not_read() -> None:
    found = commands("if false; then one; case x in *) two;; esac; else three; fi; [ a = b ] && four; end", {}, "/")
    assert [each.name for each in found] == ["false", "three", "[", "end"]


def made(text: str, *goals: str, **given: str) -> list[str]:
    return [each.line for each in recipes(text, goals, given, {"HOME": "/root"}, lambda name: name == "alone.c")]


def test_rules_are_made_in_order_each_once() -> None:
    text = "all: a b\na: c\n\techo a\nb: c\n\t@echo b\nc:\n\t-echo $@ $(X) $${Y} \\\n more\n\t@: $^\n"
    text += ".PHONY: all\nX = $(Z)\nZ := z\n"
    assert made(text) == ["echo c z ${Y}   more", ": ", "echo a", "echo b"]
    assert made(text, "c", Z="y")[0] == "echo c y ${Y}   more"


def test_variables_are_those_of_make() -> None:
    text = "CC = gcc\nCFLAGS += -g\nCFLAGS += -O2\nA ?= 1\nA ?= 2\nx: y.c\n\t$(CC) $(CFLAGS) $A ${CXX} $< -o $@\n"
    assert made(text) == ["gcc -g -O2 1 g++ y.c -o x"]
    assert made(text, CC="cc", CFLAGS="-s") == ["cc -s 1 g++ y.c -o x"]
    assert made("p: p.o\n") == ["cc    p.o  -o p"]
    assert made("alone:\nLDFLAGS = -static\n") == ["cc   -static alone.c  -o alone"]
    assert recipes("export A = 1\nx:\n\techo\n", [], {}, {}, lambda _: False)[0].env == {"A": "1"}
    assert made("x:\n\techo $(shell date) $(A)\nA = $(A)\n") == [f"echo {UNKNOWN} {UNKNOWN}"]


@pytest.mark.parametrize(
    "text", ["ifeq (a,b)\nendif\n", "include x\n", "%.o: %.c\n\tcc\n", "no rule\n", "", "x: a=1\n", "A=1\n"]
)
def test_what_is_more_than_that_is_not_followed(text: str) -> None:
    with pytest.raises(MakeError):
        made(text)


def test_a_makefile_that_grows_without_end_is_given_up() -> None:
    text = (
        "a0 = xxxxxxxx\n" + "".join(f"a{n + 1} = $(a{n})$(a{n})$(a{n})$(a{n})\n" for n in range(30)) + "x:\n\t$(a30)\n"
    )
    with pytest.raises(MakeError, match="too"):
        made(text)
    with pytest.raises(MakeError, match="too many references"):
        made("A = $(A)$(A)\nx:\n\techo $(A)\n")


def test_scripts_and_makefiles_of_the_context_are_followed(tmp_path: Path) -> None:
    for name, text in (
        ("build.sh", "#!/usr/bin/env bash\nexport A=1\nmake -C sub all X=2\n"),
        ("sub/Makefile", "all:\n\tone $(X) $$A\n\t$(MAKE) two\ntwo:\n\ttwo\n"),
        ("loop.sh", "./loop.sh\nend\n"),
        ("loop", "#!/bin/sh\n./loop\n"),
        ("main.py", "#!/usr/bin/env python3\nimport os\n"),
        ("odd.mk", "ifdef X\nendif\n"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    files = Files("0", None, False, None, DirectoryContext(str(tmp_path)))
    files.place(Placed("/src", 1, context=""))

    def names(script: str) -> list[tuple[str, ...]]:
        return [each.words for each in followed(commands(script, {}, "/src"), files)]

    assert names("./build.sh && after") == [("one", "2", "1"), ("two",), ("after",)]
    assert names("sh build.sh") == [("one", "2", "1"), ("two",)]
    assert names("make -Csub") == [("one", ""), ("two",)]
    assert names("./loop.sh") == [("./loop.sh",)]
    assert names("sh loop.sh")[-1] == ("end",)
    assert names("./loop") == [("./loop",)]
    assert names("./main.py; make; make -f odd.mk; ./gone") == [
        ("./main.py",),
        ("make",),
        ("make", "-f", "odd.mk"),
        ("./gone",),
    ]


@pytest.mark.parametrize(
    ("pattern", "name", "does"),
    [
        ("a*c", "abbc", True),
        ("a?c", "ac", False),
        ("[a-c]x", "bx", True),
        ("[^a-c]x", "bx", False),
        ("[^a-c]x", "dx", True),
        ("[]]", "]", True),
        ("[\\]a]", "a", True),
        ("\\*", "*", True),
        ("\\*", "a", False),
        ("[a", "[a", True),
        ("x[", "x[", True),
        ("*[0-9]", "v12", True),
        ("[a\\-c]", "b", False),
    ],
)
def test_patterns_are_those_of_go(pattern: str, name: str, does: bool) -> None:
    assert matches(pattern, name) == does
