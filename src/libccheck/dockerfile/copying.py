"""COPY and ADD: where the files come from, and where they land."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from libccheck.dockerfile.bases import facts_of_base
from libccheck.dockerfile.files import Files, Placed
from libccheck.dockerfile.instructions import Instruction
from libccheck.dockerfile.made import Unknown
from libccheck.dockerfile.patterns import matches
from libccheck.dockerfile.shell import joined
from libccheck.dockerfile.stage import Built
from libccheck.dockerfile.stages import Stage, find
from libccheck.dockerfile.world import World, opened
from libccheck.model import Directory
from libccheck.record import NamedTuple

_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".txz", ".tbz2", ".tar.zst")
_ELSEWHERE = ("http://", "https://", "git@")
_PATTERN = frozenset("*?[\\")


class Surroundings(NamedTuple):
    """The stage that is being built, and those before it; `done` are the ones that were followed, by number."""

    built: Built
    stages: tuple[Stage, ...]
    done: Mapping[int, Built]
    world: World


class _Copy(NamedTuple):
    """One source: `place` is the destination as named, `path` that of a file of this name."""

    line: int
    source: str
    place: str
    path: str
    mode: int | None

    def put(self, built: Built, reason: str, settles: str = "", *, whole: bool = False) -> None:
        """Something that nobody knows is there now."""
        entry = Unknown(reason, settles)
        built.files.place(Placed(self.place if whole else self.path, self.line, entry=entry, mode=self.mode))


def copy(each: Instruction, around: Surroundings, value: Callable[[str], str]) -> None:
    """Follow one COPY or ADD; `value` replaces variables."""
    built = around.built
    target = value(each.values[-1])
    place = joined(built.workdir, target)
    where = each.flag("from")
    files, unknown = source_of(value(where), around) if where else (None, "")
    sources = each.values[:-1]
    into = target.endswith(("/", "/.")) or target == "." or len(sources) > 1 or built.files.is_directory(place)
    for written in sources:
        source = written if written.startswith("<<") else value(written)
        name = source.rstrip("/").rpartition("/")[2]
        path = f"{place.rstrip('/')}/{name}" if into else place
        one = _Copy(each.line, source, place, path, mode_of(value(each.flag("chmod") or "")))
        if source.startswith("<<"):
            one.put(built, f"line {each.line} writes it", whole=not into)
        elif unknown or source.startswith(_ELSEWHERE) or (each.name == "ADD" and source.endswith(_ARCHIVES)):
            one.put(built, unknown or f"line {each.line} fetches or unpacks it", whole=into)
        elif files is not None:
            _from_stage(one, built, files)
        else:
            _from_context(one, built, around.world)


def source_of(where: str, around: Surroundings) -> tuple[Files | None, str]:
    """The files of the stage or image of that name; a reason where they are not known."""
    stage = find(around.stages[: around.built.number], where)
    if stage is not None and stage.number in around.done:
        return around.done[stage.number].files, ""
    image, _, whole = opened(facts_of_base(where), around.world.platforms.target, around.world)
    if image is None:
        return None, f"the image {where} is not at hand"
    return Files(where, image.tree, whole, None, None), ""


def mode_of(text: str) -> int | None:
    """The octal mode of --chmod; None for what is none."""
    return int(text, 8) if text and set(text) <= set("01234567") and len(text) <= 5 else None


def _from_stage(one: _Copy, built: Built, files: Files) -> None:
    inside = joined("/", one.source)
    if _PATTERN & set(one.source):
        directory = inside.rpartition("/")[0] or "/"
        built.files.place(Placed(one.place, one.line, files=files, inside=directory, mode=one.mode))
        return
    found = files.find(files.landing(inside))
    is_directory = inside == "/" or (found is not None and isinstance(found.entry, Directory))
    if found is None and not is_directory:
        one.put(built, f"nothing that is known of stage {files.stage} makes {inside}")
        return
    path = one.place if is_directory else one.path
    built.files.place(Placed(path, one.line, files=files, inside=inside, mode=one.mode))


def _from_context(one: _Copy, built: Built, world: World) -> None:
    inside = joined("/", one.source).strip("/")
    has_pattern = bool(_PATTERN & set(inside))
    if world.context is None:
        reason = f"line {one.line} copies it from the build context, which is not at hand"
        one.put(built, reason, "--context DIR", whole=not inside or has_pattern)
        return
    if has_pattern:
        directory, _, pattern = inside.rpartition("/")
        for name in world.context.names(directory):
            if matches(pattern, name):
                below = f"{directory}/{name}".strip("/")
                to_itself = one.path == one.place or isinstance(world.context.node(below), Directory)
                path = one.place if to_itself else f"{one.place.rstrip('/')}/{name}"
                built.files.place(Placed(path, one.line, context=below, mode=one.mode))
        return
    node = world.context.node(inside)
    if node is None:
        one.put(built, f"line {one.line} copies {inside}, and the build context has no such file")
        return
    path = one.place if isinstance(node, Directory) else one.path
    built.files.place(Placed(path, one.line, context=inside, mode=one.mode))
