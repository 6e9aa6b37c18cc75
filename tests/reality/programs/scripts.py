"""Scripts of every kind: what stands behind `#!`, `env`, nesting, line ends, and what the interpreter is."""

from __future__ import annotations

import itertools

from tests.reality.corpus import HERE, Entry, Folder, Program, Symlink, one_file
from tests.reality.programs.sources import OLD_GLIBC, USES_FOO, library, program, static
from tests.reality.workshop import Content

_SAY = b"echo started\n"
_NEEDS_FOO = program(OLD_GLIBC, USES_FOO, libraries=(library(OLD_GLIBC, "int foo(void) { return 0; }\n"),))
_NIX = program(OLD_GLIBC, "int main(void) { return 0; }\n", "-Wl,--dynamic-linker=/nix/store/0-glibc/lib/ld.so")


def _script(name: str, line: str, code: str | None = None, mode: int = 0o755) -> Program:
    """A script whose first line is `#!` and `line`; `code` is what it meets in every root."""
    return one_file(name, f"#!{line}\n".encode() + _SAY, code, mode)


def _over(name: str, interpreter: Entry | Symlink | Folder, code: str | None = None) -> Program:
    """A script whose interpreter is placed beside it."""
    path, below = f"{HERE}/{name}", f"{HERE}/interpreter"
    script = Entry(f"#!{below}\n".encode() + _SAY)
    return Program(name, path, {below: interpreter, path: script}, code)


def _nested(depth: int, last: Content, code: str | None = None) -> Program:
    """`depth` scripts, each the interpreter of the one before; `last` is run by the innermost."""
    name = f"nested-{depth}"
    names = [f"{HERE}/{name}", *(f"{HERE}/script-{each}" for each in range(1, depth)), f"{HERE}/last"]
    files = {here: Entry(f"#!{there}\n".encode()) for here, there in itertools.pairwise(names)}
    return Program(name, names[0], {**files, names[-1]: Entry(last)}, code)


_FIRST_LINES = (
    _script("sh", "/bin/sh"),
    _script("sh-after-space", " \t/bin/sh"),
    _script("sh-with-option", "/bin/sh -e"),
    _script("sh-with-spaces-behind", "/bin/sh   \t "),
    _script("sh-with-nul", "/bin/sh\0-x"),
    _script("bash", "/bin/bash"),
    _script("python", "/usr/bin/python3")._replace(word=None),
    _script("perl", "/usr/bin/perl")._replace(word=None),
    _script("busybox-sh", "/bin/busybox sh"),
    _script("interpreter-absent", "/opt/node/bin/node", "LC105"),
    _script("interpreter-of-relative-path", "bin/sh"),
    _script("interpreter-of-relative-path-elsewhere", "bin/sh", "LC105")._replace(cwd=HERE),
    _script("crlf", "/bin/sh\r", "LC106"),
    _script("crlf-with-option", "/bin/sh -e\r")._replace(word=None),
    _script("crlf-env", "/usr/bin/env sh\r"),
    _script("crlf-env-absent", "/usr/local/bin/absent\r", "LC106"),
    _script("line-of-254", "/" + "d/" * 125 + "x", "LC105"),
    _script("line-of-255", "/" + "d/" * 125 + "xx", None),
    _script("line-of-300", "/" + "d/" * 148 + "xx", "LC107"),
    _script("option-cut-at-256", "/bin/sh -" + "e" * 300),
    _script("name-too-long", "/" + "x" * 240, "LC105"),
    one_file("hash-bang-alone", b"#!"),
    one_file("hash-bang-newline", b"#!\n"),
    one_file("hash-bang-spaces", b"#!  \t \n" + _SAY),
    one_file("no-newline", b"#!/bin/sh")._replace(word=None),
    one_file("no-newline-absent", b"#!/no/such/interpreter", "LC105"),
    one_file("space-before-hash-bang", b" #!/bin/sh\n" + _SAY, "LC107"),
    _script("script-not-executable", "/bin/sh", "LC104", mode=0o644),
)

_ENV = (
    _script("env-sh", "/usr/bin/env sh"),
    _script("env-absent", "/usr/bin/env no-such-command"),
    _script("env-node", "/usr/bin/env node")._replace(word=None, images=2),
    _script("env-path-absent", "/usr/bin/env /no/such/command"),
    _script("env-bin", "/bin/env sh"),
    _script("env-one-argument", "/usr/bin/env sh -e"),
    _script("env-split", "/usr/bin/env -S sh -e"),
    _script("env-split-absent", "/usr/bin/env -S no-such-command -e"),
    _script("env-split-long-option", "/usr/bin/env --split-string=sh -e"),
    _script("env-unknown-option", "/usr/bin/env -k"),
    _script("env-in-directory", "/usr/bin/env -S -C /tmp sh -e"),
    _script("env-in-no-directory", "/usr/bin/env -S -C /no/such/directory sh -e"),
    _script("env-in-file", "/usr/bin/env -S -C /etc/passwd sh -e"),
    _script("env-in-private-directory", "/usr/bin/env -S -C /root sh -e"),
    _script("env-splits-all", r"/usr/bin/env -S X='a b' \"-\"u\_Y Z\=${PATH}\t sh #\q"),
    _script("env-splits-badly", r"/usr/bin/env -S sh '-e"),
    _script("env-null", "/usr/bin/env -S -0 sh"),
    _script("env-told", "/usr/bin/env -S -v -i X=1 sh -e"),
    _script("env-empty-path", "/usr/bin/env sh")._replace(env=(("PATH", "/no/such/directory"),)),
    _script("env-crlf", "/usr/bin/env no-such-command\r"),
    Program(
        "env-not-executable",
        f"{HERE}/env-not-executable",
        {
            f"{HERE}/bin/tool": Entry(b"#!/bin/sh\n" + _SAY, 0o644),
            f"{HERE}/env-not-executable": Entry(b"#!/usr/bin/env tool\n"),
        },
        env=(("PATH", f"{HERE}/bin"),),
    ),
    Program(
        "env-finds-tool",
        f"{HERE}/env-finds-tool",
        {f"{HERE}/bin/tool": Entry(static()), f"{HERE}/env-finds-tool": Entry(b"#!/usr/bin/env tool\n")},
        env=(("PATH", f"/no/such/directory:{HERE}/bin"),),
    ),
)

_INTERPRETERS = (
    _over("over-static", Entry(static()), ""),
    _over("over-not-executable", Entry(static(), 0o644)),
    _over("over-directory", Folder()),
    _over("over-dangling", Symlink("/no/such/file"), "LC105"),
    _over("over-loop", Symlink(f"{HERE}/interpreter")),
    _over("over-text", Entry(b"echo started\n")),
    _over("over-empty", Entry(b"")),
    _over("over-nix", Entry(_NIX), "LC101"),
    _over("over-needy", Entry(_NEEDS_FOO)),
    _nested(2, static(), ""),
    _nested(4, static(), ""),
    _nested(5, static(), ""),
    _nested(6, static(), "LC109"),
    _nested(7, static(), "LC109"),
)

PROGRAMS = (*_FIRST_LINES, *_ENV, *_INTERPRETERS)
