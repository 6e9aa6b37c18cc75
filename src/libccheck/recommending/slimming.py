"""How small an image could be: what its program needs of it, on the smallest base that goes with that."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from libccheck.checking import check
from libccheck.errors import LibccheckError
from libccheck.kinds import interpreter_of, kind_of
from libccheck.launch.lookup import look_path
from libccheck.model import Base, File, Image, Program, Started
from libccheck.process import Overrides, process_of
from libccheck.recommending import Recommendation, recommend
from libccheck.recommending.changes import with_copies
from libccheck.recommending.contents import Part, parts
from libccheck.recommending.values import Choice
from libccheck.record import NamedTuple
from libccheck.remedy.commands import command as command_line
from libccheck.remedy.commands import paths

_NAMED = ("catalog", "docker", "podman", "registry")
_UNNAMED = ("dir", "tar", "docker-archive", "oci", "oci-archive")


class Slimming(NamedTuple):
    """place: the program's path in the image. size: the image's, in bytes; parts: what that is made of.

    found: images for the program alone; its changes copy what the program loads out of the image itself. is_script:
    then its interpreter counts, and what else it runs does not.
    """

    image: Image
    place: str
    size: int
    parts: tuple[Part, ...]
    found: Recommendation
    is_script: bool

    @property
    def possible(self) -> int | None:
        """The size in bytes of the smallest image that was found; None where there is none."""
        sizes = [each.size for each in self.found.choices] + [each.size for each in self.found.changes]
        return min(sizes, default=None)


def slimming(image: Image, bases: Iterable[Base], command: str | None = None) -> Slimming:
    """Of the image's own command, or of another one in it, a path or a name.

    Raises LibccheckError where there is no such program, or it does not start in the image itself.
    """
    name = command or next(iter((*image.config.entrypoint, *image.config.cmd)), None)
    if name is None:
        raise LibccheckError(
            "the image says no command", subject=image.reference, hint="name the program, by its path in the image"
        )
    process = process_of(image.config._replace(user=""), image.tree, Overrides())
    path, _ = look_path(image.tree, name, process)
    found = image.tree.resolve(path or name, process.cwd)
    if not isinstance(found.node, File):
        raise LibccheckError(f"there is no program {name} in the image", subject=image.reference)
    place = found.path
    program = Program(place, found.node.load(), found.node.mode, found.node.size, memoryview(b""))
    own = image._replace(config=image.config._replace(user=""))
    (checked,) = check([program], [own], at=place).checks
    if not isinstance(checked.launch.outcome, Started):
        raise LibccheckError(
            f"{place} does not start in the image as it is",
            subject=image.reference,
            hint=f"libccheck probe {image.reference} shows what it offers",
        )
    interpreter = interpreter_of(program)
    named = [each.path for each in checked.launch.objects] + ([interpreter] if interpreter else [])
    made = parts(image.tree, place, [image.tree.resolve(each).path for each in named], image.size)
    size = image.size if image.size is not None else sum(each.size for each in made)
    name = docker_name(image)
    donor = Choice(name, image, size, size, (checked,), ())
    env = dict(image.config.env)
    candidates = list(bases)
    result = recommend([program], candidates, at=place, env=env, most=1, with_changes=False)
    trial = partial(check, [program], at=place, env=env)
    limit = result.choices[0].size if result.choices else size
    itself = command_line("copy-from", reference=name, paths=paths(place, place)).text
    changes = tuple(
        each._replace(commands=(itself, *each.commands))
        for each in with_copies(candidates, donor, trial, program.size, limit)
    )
    result = result._replace(changes=changes, untried=0)
    return Slimming(image, place, size, made, result, kind_of(program) == "script")


def docker_name(image: Image) -> str:
    """What a Dockerfile calls the image; IMAGE where it goes by a path here, not by a name."""
    scheme, colon, rest = image.reference.partition(":")
    if colon and scheme in _NAMED:
        return rest
    return "IMAGE" if image.source in _UNNAMED else image.reference
