"""How a program is built again: by the toolchain that it shows, as it is built now or as a remedy says."""

from __future__ import annotations

import re
import shlex

from libccheck.dotted import dotted
from libccheck.errors import LibccheckError
from libccheck.libc import program_libc
from libccheck.model import Elf, Loader, Program
from libccheck.placement import file_name
from libccheck.remedy.commands import word
from libccheck.remedy.compiled import compiled, is_more, needs_only_libc
from libccheck.remedy.golang_words import build_words
from libccheck.remedy.rust import cargo_name
from libccheck.toolchain.cgo import callers_of_c
from libccheck.toolchain.comment import Tool, tools
from libccheck.toolchain.go import GoBuild, build_info
from libccheck.toolchain.inside import has_glibc_inside
from libccheck.toolchain.rust import rust_source
from libccheck.writing.builders import on_alpine, on_debian, plain_alpine
from libccheck.writing.values import Builder, Way

_OUT = "/out"
_GO = re.compile(r"go(\d+)\.(\d+)")
_COMMAND = re.compile(r"(?:[A-Z_0-9]+=\S* )*(?P<name>go build|cc|c\+\+|musl-gcc) ")
_CARGO = re.compile(r"(?:RUSTFLAGS='[^']*' )?cargo build --release --target (?P<target>[\w-]+)\Z")
_STATICALLY = "-linkmode external -extldflags -static"
_MUSL_TOOLS = ("musl-tools",)


def as_built(program: Program, way: Way) -> Builder | None:
    """As it is built now; None where that cannot be told."""
    elf = program.content.elf
    if elf is None or not needs_only_libc(elf):
        return None
    family = program_libc(elf) if elf.interpreter is not None else None
    if family not in (None, "glibc", "musl") or (family is not None and way.loader is None):
        return None
    go = build_info(elf, program.data)
    if go is not None:
        return _go(program, go, family, way) if go.outside is None else None
    rust = _rust(program, elf, family, way)
    return rust if rust is not None else _c(program, family, way)


def by_command(program: Program, way: Way) -> Builder | None:
    """As the command of a remedy says, which puts the program beside its sources; None for one of no known image.

    Raises LibccheckError where its sources lie beside those of this directory.
    """
    (command,) = way.commands
    cargo = _CARGO.match(command)
    if cargo is not None:
        return _by_cargo(program, cargo["target"], command)
    match, elf = _COMMAND.match(command), program.content.elf
    output = f"{_OUT}/{file_name(program.path)}"
    before, option, behind = command.rpartition(f" -o {word(file_name(program.path))} ")
    if match is None or elf is None or not option:
        return None
    command = f"{before} -o {shlex.quote(output)} {behind}"
    if match["name"] == "go build":
        go = build_info(elf, program.data)
        if go is not None and go.outside is not None:
            raise LibccheckError(
                f"it is built with {go.outside}, which lies beside its module: the build context has not both",
                hint=f"in a context that has both, this builds it: {way.commands[0]}",
            )
        release = _go_release(go) if go is not None else ()
        image = on_debian("golang", release, None) if release else None
        packages = _MUSL_TOOLS if "musl-gcc" in command[: match.end()] else ()
        return Builder(image, packages, command, output) if image is not None else None
    loader = None if match["name"] == "musl-gcc" or " -static " in command else way.loader
    return _with_c(program, way.donor, loader, command, cpp=match["name"] == "c++", by=match["name"])


def _go(program: Program, build: GoBuild, family: str | None, way: Way) -> Builder | None:
    release, loader = _go_release(build), way.loader if family is not None else None
    calls_c = build.setting("CGO_ENABLED") != "0" and (family is not None or bool(callers_of_c(program.data)))
    statically = family is None and calls_c
    words = build_words(
        build,
        f"{_OUT}/{file_name(program.path)}",
        ldflags=_STATICALLY if statically else "",
        by_c=calls_c and not statically,
    )
    options = words["options"]
    if family is not None and build.setting("-buildmode") == "pie":
        options += "-buildmode=pie "
    command = f"CGO_ENABLED={int(calls_c)} {words['machine']}go build {options}-o {words['output']} {words['package']}"
    by_musl = family == "musl" or (family is None and calls_c and not has_glibc_inside(program.data))
    image = (on_alpine if by_musl else on_debian)("golang", release, loader) if release else None
    packages = ("gcc", "musl-dev") if by_musl else ()
    return Builder(image, packages, command, f"{_OUT}/{file_name(program.path)}") if image is not None else None


def _go_release(build: GoBuild) -> tuple[int, ...]:
    """Its two numbers; () of a development version."""
    match = _GO.match(build.version)
    return (int(match[1]), int(match[2])) if match else ()


def _rust(program: Program, elf: Elf, family: str | None, way: Way) -> Builder | None:
    """By cargo, whose programs have the names of their files; a static one is of the musl target."""
    known = next((each for each in _tools(program) if each.name == "rustc"), None)
    if (known is None and rust_source(elf, program.data) is None) or family == "musl" or has_glibc_inside(program.data):
        return None
    if is_more(program):
        return None
    number = dotted(known.version)[:2] if known is not None else ()
    image = on_debian("rust", number, way.loader) if family is not None else on_alpine("rust", number, None)
    output = f"/src/target/release/{cargo_name(program)}"
    packages = () if family is not None else ("musl-dev",)
    return Builder(image, packages, "cargo build --release", output, ("/target",)) if image is not None else None


def _by_cargo(program: Program, target: str, command: str) -> Builder | None:
    """Where that target is the compiler's own, of which nothing has to be installed."""
    known = next((each for each in _tools(program) if each.name == "rustc"), None)
    number = dotted(known.version)[:2] if known is not None else ()
    musl = target.endswith("-musl")
    image = (on_alpine if musl else on_debian)("rust", number, None)
    output = f"/src/target/{target}/release/{cargo_name(program)}"
    packages = ("musl-dev",) if musl else ()
    return Builder(image, packages, command, output, ("/target",)) if image is not None else None


def _c(program: Program, family: str | None, way: Way) -> Builder | None:
    made = compiled(program)
    if made is None:
        return None
    static = "-static " if family is None else ""
    by_musl = family is None and not made.cpp and not has_glibc_inside(program.data)
    compiler = "musl-gcc" if by_musl else made.compiler
    command = f"{compiler} {static}-O2 -o {shlex.quote(f'{_OUT}/{file_name(program.path)}')} {made.sources}"
    loader = way.loader if family is not None else None
    builder = _with_c(program, way.donor, loader, command, cpp=made.cpp, by=compiler)
    if builder is None or made.told:
        return builder
    return builder._replace(remarks=(f"# {made.sources.partition(' ')[0]} stands for all of its sources.",))


def _with_c(program: Program, runs: str, loader: Loader | None, command: str, *, cpp: bool, by: str) -> Builder | None:
    """The image that has such a compiler: one of musl where the program is dynamic and of musl."""
    elf = program.content.elf
    packages: tuple[str, ...] = _MUSL_TOOLS if by == "musl-gcc" else ()
    if by != "musl-gcc" and elf is not None and elf.interpreter is not None and program_libc(elf) == "musl":
        image, packages = plain_alpine(runs, loader), ("g++",) if cpp else ("gcc", "musl-dev")
    else:
        image = _gcc(program, loader, cpp=cpp)
    output = f"{_OUT}/{file_name(program.path)}"
    return Builder(image, packages, f"mkdir -p {_OUT} && {command}", output, ("*.o",)) if image is not None else None


def _gcc(program: Program, loader: Loader | None, *, cpp: bool) -> str | None:
    """The release of GCC that the program names; for C++ always the suite's own, whose library the runtime has."""
    known = next((each for each in _tools(program) if each.name == "gcc"), None)
    image = on_debian("gcc", dotted(known.version)[:1], loader) if known is not None and not cpp else None
    return image or on_debian("buildpack-deps", (), loader)


def _tools(program: Program) -> tuple[Tool, ...]:
    from libccheck.notes import read  # elftools takes its time

    return tools(read(program.data).comment)
