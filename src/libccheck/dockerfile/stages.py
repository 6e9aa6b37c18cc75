"""The stages of a Dockerfile: what each is built from, and what it takes from others (BuildKit's `dockerfile2llb`)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from libccheck.dockerfile.instructions import Dockerfile, Instruction
from libccheck.dockerfile.lines import DockerfileError
from libccheck.dockerfile.words import WordError, expand
from libccheck.errors import UsageError
from libccheck.record import NamedTuple

_STAGE_NAME = re.compile(r"[a-z][a-z0-9-_.]*\Z")
_MOST_STAGES = 1000


class Platforms(NamedTuple):
    """Where the build runs and what it is for, as "linux/amd64"."""

    build: str
    target: str


class Stage(NamedTuple):
    """One FROM and what follows it.

    written: the base as it stands there. base: the same with arguments replaced, "" where an argument is missing.
    parent: the number of the stage that it is built on, None for an image. platform: "" where FROM names none.
    of_builder: whether that is BUILDPLATFORM, whatever the build is for.
    globals: the arguments before the first FROM, which `ARG NAME` takes in.
    """

    number: int
    name: str
    written: str
    base: str
    parent: int | None
    platform: str
    line: int
    of_builder: bool
    instructions: tuple[Instruction, ...]
    globals: Mapping[str, str]

    @property
    def title(self) -> str:
        """Its name, else its number."""
        return self.name or str(self.number)


class Edge(NamedTuple):
    """`line` of the stage `taker` takes files from a stage, or from an image where `stage` is None."""

    taker: int
    line: int
    stage: int | None
    image: str


def stages_of(file: Dockerfile, arguments: Mapping[str, str], platforms: Platforms) -> tuple[Stage, ...]:
    """Raises DockerfileError where BuildKit would, with the line."""
    given = {**predefined(platforms), **arguments}
    known: dict[str, str] = dict(predefined(platforms))
    starts = [at for at, each in enumerate(file.instructions) if each.name == "FROM"]
    if not starts:
        raise DockerfileError("there is no FROM in it")
    if len(starts) > _MOST_STAGES:
        raise DockerfileError(f"has more than {_MOST_STAGES} stages")
    for each in file.instructions[: starts[0]]:
        if each.name != "ARG":
            raise DockerfileError(f"line {each.line}: no build stage in current context: {each.name} before FROM")
        known.update(declared(each, known, given, file.escape))
    stages: list[Stage] = []
    for at, end in zip(starts, [*starts[1:], len(file.instructions)], strict=True):
        stages.append(_stage(file.instructions[at], file.instructions[at + 1 : end], stages, known, file.escape))
    return tuple(stages)


def target_of(stages: tuple[Stage, ...], wanted: str | None) -> Stage:
    """The stage that is built: the last one, or the one of that name or number; raises UsageError."""
    if wanted is None:
        return stages[-1]
    found = find(stages, wanted)
    if found is None:
        names = ", ".join(each.title for each in stages)
        raise UsageError(f"there is no stage {wanted} to be the target", hint=f"there are {names}")
    return found


def find(stages: tuple[Stage, ...] | list[Stage], wanted: str) -> Stage | None:
    """A stage by its name, the last of that name; or by its number."""
    for each in reversed(stages):
        if each.name == wanted.lower() and each.name:
            return each
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else -1
    return stages[number] if 0 <= number < len(stages) else None


def edges(stages: tuple[Stage, ...], stage: Stage) -> tuple[Edge, ...]:
    """What a stage takes by COPY --from and RUN --mount=from, in order."""
    found = []
    for each in stage.instructions:
        for source in _sources(each):
            before = find(stages[: stage.number], source)
            found.append(Edge(stage.number, each.line, before.number if before else None, "" if before else source))
    return tuple(found)


def needed(stages: tuple[Stage, ...], target: Stage) -> tuple[Stage, ...]:
    """The stages that the target is made of, itself included, in order of the file."""
    todo, found = [target.number], set()
    while todo:
        stage = stages[todo.pop()]
        if stage.number in found:
            continue
        found.add(stage.number)
        todo += [] if stage.parent is None else [stage.parent]
        todo += [each.stage for each in edges(stages, stage) if each.stage is not None]
    return tuple(stages[number] for number in sorted(found))


def predefined(platforms: Platforms) -> dict[str, str]:
    """The platform arguments that every build has; a stage has to declare them to see them."""
    values: dict[str, str] = {}
    for name, platform in (("BUILD", platforms.build), ("TARGET", platforms.target)):
        system, machine, variant = (*platform.split("/"), "", "")[:3]
        values |= {
            f"{name}PLATFORM": platform,
            f"{name}OS": system,
            f"{name}ARCH": machine,
            f"{name}VARIANT": variant,
        }
    return values


def declared(
    instruction: Instruction, known: Mapping[str, str], given: Mapping[str, str], escape: str
) -> dict[str, str]:
    """What an ARG gives: the caller's value, else its default; nothing where there is neither."""
    values: dict[str, str] = {}
    for each in instruction.values:
        name, equals, default = each.partition("=")
        if name in given:
            values[name] = given[name]
        elif equals:
            values[name] = expanded(default, {**known, **values}, escape, instruction.line)
    return values


def expanded(text: str, known: Mapping[str, str], escape: str, line: int) -> str:
    try:
        return expand(text, known.get, escape)
    except WordError as error:
        raise DockerfileError(f"line {line}: {error.message}") from None


def _stage(
    start: Instruction,
    instructions: tuple[Instruction, ...],
    before: list[Stage],
    known: Mapping[str, str],
    escape: str,
) -> Stage:
    words = start.values
    if len(words) not in (1, 3) or (len(words) == 3 and words[1].lower() != "as"):
        raise DockerfileError(f"line {start.line}: FROM requires either one or three arguments")
    name = words[2].lower() if len(words) == 3 else ""
    if name and not _STAGE_NAME.match(name):
        raise DockerfileError(f"line {start.line}: invalid name for build stage: {name[:40]}")
    base = expanded(words[0], known, escape, start.line)
    parent = find([each for each in before if each.name], base) if base and not base.isdigit() else None
    platform = expanded(start.flag("platform") or "", known, escape, start.line)
    return Stage(
        len(before),
        name,
        words[0],
        base,
        parent.number if parent else None,
        platform or (parent.platform if parent else ""),
        start.line,
        "BUILDPLATFORM" in (start.flag("platform") or "") or bool(parent and parent.of_builder),
        instructions,
        known,
    )


def _sources(instruction: Instruction) -> list[str]:
    if instruction.name in ("COPY", "ADD"):
        source = instruction.flag("from")
        return [source] if source else []
    if instruction.name != "RUN":
        return []
    mounts = [each.partition("=")[2].split(",") for each in instruction.flags if each.startswith("--mount=")]
    return [option[5:] for options in mounts for option in options if option.startswith("from=") and option[5:]]
