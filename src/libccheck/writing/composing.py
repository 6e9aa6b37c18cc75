"""The lines of the Dockerfile, and of the .dockerignore beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from libccheck.errors import LibccheckError, UsageError
from libccheck.model import Program
from libccheck.placement import Copy, file_name
from libccheck.remedy.commands import in_context, paths
from libccheck.writing.furnishing import FROM_DEBIAN, Furnished, furnished, installs
from libccheck.writing.values import Builder, Way, Wishes, Written

_NEVER = ("/.git", "/.dockerignore", "/Dockerfile")


def composed(program: Program, way: Way, builder: Builder | None, wishes: Wishes) -> Written:
    """Raises LibccheckError where a name does not go into a line, UsageError for copies from outside the context."""
    sources = tuple(_source(each) for each in wishes.copies)
    stage, image = ("build", builder.image) if builder is not None else ("files", FROM_DEBIAN)
    extra = furnished(way.lacks, image, stage, wishes.user, way.tag if way.has_users else None)
    own = in_context(program.path) or file_name(program.path)
    lines = [f"# Written by libccheck recommend for {file_name(program.path)}: {way.title}, on {way.tag}."]
    if program.content.elf is not None and (builder is None or way.copies):
        lines.append(f"# What it copies is for {way.platform}: docker build --platform {way.platform} .")
    if builder is not None:
        lines += _building(builder, extra)
        program_line = f"COPY --from=build {paths(builder.output, wishes.place)}"
    else:
        lines += _gathering(extra)
        program_line = f"COPY --chmod=0755 {paths(own, wishes.place)}"
    lines += [f"# {each.code}: {each.message}" for each in extra.left if each.message.isprintable()]
    lines += [f"FROM {way.tag}", *way.copies, *extra.lines]
    lines += [f"COPY {paths(source, each.destination)}" for source, each in zip(sources, wishes.copies, strict=True)]
    lines += [program_line, *_running(wishes)]
    ignored = _ignored(own, builder) if builder is not None else _all_but((own, *sources))
    wrong = next((each for each in (*lines, *ignored) if not each.isprintable()), None)
    if wrong is not None:
        raise LibccheckError(f"no line of a Dockerfile can be {wrong!r}")
    return Written(way.title, way.tag, builder.image if builder is not None else None, _text(lines), _text(ignored))


def _building(builder: Builder, extra: Furnished) -> list[str]:
    packages = (*builder.packages, *extra.packages)
    return [
        *builder.remarks,
        f"FROM {builder.image} AS build",
        *([installs(builder.image, packages)] if packages else []),
        "WORKDIR /src",
        "COPY . .",
        f"RUN {builder.command}",
        *extra.prepared,
        "",
    ]


def _gathering(extra: Furnished) -> list[str]:
    """A stage of its own for what the base lacks, where there is none that builds."""
    if not extra.lines:
        return []
    added = [installs(FROM_DEBIAN, extra.packages)] if extra.packages else []
    return [f"FROM {FROM_DEBIAN} AS files", *added, *extra.prepared, ""]


def _running(wishes: Wishes) -> list[str]:
    variables = [f"ENV {name}={_quoted(value)}" for name, value in wishes.env]
    place = [f"WORKDIR {_unexpanded(wishes.workdir)}"] if wishes.workdir else []
    return [*variables, *place, f"USER {wishes.user}", f"ENTRYPOINT {json.dumps([wishes.place], ensure_ascii=False)}"]


def _quoted(value: str) -> str:
    return f'"{_unexpanded(value)}"'


def _unexpanded(value: str) -> str:
    return re.sub(r'(["\\$])', r"\\\1", value)


def _source(copy: Copy) -> str:
    found = in_context(copy.source)
    if found is None:
        raise UsageError(
            f"--copy {copy.source} is not below this directory, where the build context is",
            hint="call libccheck in the directory that docker build will be given",
        )
    return found or "."


def _ignored(program: str, builder: Builder) -> list[str]:
    """What the build has no use for: its own outcome is not among it where that may be a package of this name."""
    own = [] if f"./{program}" in builder.command else [_pattern(program)]
    return [*_NEVER, *own, *builder.ignored]


def _all_but(wanted: Iterable[str]) -> list[str]:
    return ["*", *(f"!{_pattern(each)}" for each in wanted if each != ".")]


def _pattern(path: str) -> str:
    """A leading slash changes nothing, and no name begins with `#` or `!` then."""
    return "/" + re.sub(r"([*?\[\\])", r"\\\1", path)


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{each}\n" for each in lines)
