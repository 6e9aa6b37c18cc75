"""The instructions of the stages that the target needs, followed in order without running anything."""

from __future__ import annotations

from collections.abc import Mapping

from libccheck.dockerfile import effects
from libccheck.dockerfile.bases import facts_of_base
from libccheck.dockerfile.building import Site
from libccheck.dockerfile.copying import Surroundings, copy, source_of
from libccheck.dockerfile.files import Files, Placed
from libccheck.dockerfile.following import followed
from libccheck.dockerfile.instructions import Instruction, instruction_of
from libccheck.dockerfile.lines import Heredoc, Line
from libccheck.dockerfile.shell import commands, joined
from libccheck.dockerfile.stage import Built, Command
from libccheck.dockerfile.stages import Stage, declared, expanded, needed, predefined
from libccheck.dockerfile.world import World, known_tree, opened, platform_of
from libccheck.machines import platform_machine
from libccheck.model import Directory


def built_stages(stages: tuple[Stage, ...], target: Stage, world: World) -> dict[int, Built]:
    """Those that the target is made of, by number."""
    done: dict[int, Built] = {}
    runs = _chain(stages, target)
    for stage in needed(stages, target):
        parent = done.get(stage.parent) if stage.parent is not None else None
        built = _begin(stage, parent, world, stage.number in runs)
        done[stage.number] = built
        for each in (*_triggers(built, parent, world), *stage.instructions):
            _follow(each, Surroundings(built, stages, done, world))
    return done


def _chain(stages: tuple[Stage, ...], target: Stage) -> set[int]:
    """The target, and the stages that it is built on."""
    found, here = {target.number}, target
    while here.parent is not None:
        here = stages[here.parent]
        found.add(here.number)
    return found


def _begin(stage: Stage, parent: Built | None, world: World, runs: bool) -> Built:
    if parent is not None:
        files = Files(stage.title, parent.files.base, parent.files.whole, parent.files, world.context)
        return Built(stage, parent.base, parent.image, files, parent)
    facts = facts_of_base(stage.base)
    platform = platform_of(stage, world)
    image, facts, whole = opened(facts, platform, world, runs=runs)
    tree = image.tree if image is not None else known_tree(facts, platform)
    return Built(stage, facts, image, Files(stage.title, tree, whole, None, world.context), None)


def _triggers(built: Built, parent: Built | None, world: World) -> list[Instruction]:
    """What the base has kept for those that are built on it."""
    if parent is not None:
        return [each._replace(line=built.stage.line) for each in parent.triggers]
    kept = built.image.config.onbuild if built.image is not None else ()
    return [_trigger(each, built.stage.line, (), world.escape) for each in kept if each.strip()]


def _trigger(text: str, line: int, heredocs: tuple[Heredoc, ...], escape: str) -> Instruction:
    return instruction_of(Line(text, line, line, heredocs), escape)


def _follow(each: Instruction, around: Surroundings) -> None:
    built, world = around.built, around.world
    known = {**built.arguments, **built.env}

    def value(text: str) -> str:
        return expanded(text, known, world.escape, each.line)

    match each.name:
        case "ARG":
            outer = {**predefined(world.platforms), **built.stage.globals, **world.arguments}
            built.arguments.update(declared(each, known, outer, world.escape))
        case "ENV":
            built.env.update(
                {value(key): value(text) for key, _, text in (pair.partition("=") for pair in each.values)}
            )
        case "WORKDIR":
            built.workdir = joined(built.workdir, value(each.values[0]))
            if built.files.find(built.workdir) is None and built.workdir != "/":
                built.files.place(Placed(built.workdir, each.line, entry=Directory(0o755, 0, 0), below=False))
        case "USER":
            built.user, built.user_line = value(each.values[0]), each.line
        case "SHELL":
            built.shell = each.values if each.json else built.shell
        case "ENTRYPOINT" | "CMD":
            _set_command(each, built)
        case "HEALTHCHECK":
            command = Command(each.values[1:], each.json, each.line, built.stage.title)
            built.healthcheck = command if each.values[0] == "CMD" else None
        case "COPY" | "ADD":
            copy(each, around, value)
        case "RUN":
            _run(each, around, known)
        case "ONBUILD":
            built.triggers.append(_trigger(each.values[0], each.line, each.heredocs, world.escape))


def _set_command(each: Instruction, built: Built) -> None:
    command = Command(each.values, each.json, each.line, built.stage.title) if any(each.values) else None
    if each.name == "CMD":
        built.cmd = command
        return
    built.entrypoint = command
    if built.cmd is not None and built.cmd.line == 0:
        built.cmd = None


def _run(each: Instruction, around: Surroundings, known: Mapping[str, str]) -> None:
    built = around.built
    for flag in each.flags:
        if flag.startswith("--mount="):
            _mount(flag.partition("=")[2], each.line, around)
    script = "\n".join(heredoc.content for heredoc in each.heredocs) if each.heredocs else each.values[0]
    if each.json:
        script = " ".join(f"'{word}'" if "'" not in word else word for word in each.values)
    platform = platform_of(built.stage, around.world)
    architecture = (*platform.split("/"), "")[1]
    for command in followed(commands(script, known, built.workdir), built.files):
        site = Site(
            built.base,
            built.files,
            frozenset(built.packages),
            each.line,
            built.stage.title,
            command.env.get("GOARCH") or architecture,
            platform_machine(platform),
        )
        effects.run(command, built, site)


def _mount(text: str, line: int, around: Surroundings) -> None:
    """RUN --mount=type=bind: what it shows stays in view, which is more than a build would have."""
    options = dict(option.partition("=")[::2] for option in text.split(","))
    target = options.get("target") or options.get("dst") or options.get("destination")
    if options.get("type", "bind") != "bind" or not target:
        return
    built = around.built
    place = joined(built.workdir, target)
    source = joined("/", options.get("source") or options.get("src") or "")
    if "from" in options:
        files, _ = source_of(options["from"], around)
        if files is not None:
            built.files.place(Placed(place, line, files=files, inside=source))
    elif around.world.context is not None:
        built.files.place(Placed(place, line, context=source.strip("/")))
