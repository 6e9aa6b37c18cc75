"""One failed launch, and how to run the changed input through the same prediction."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from libccheck.content import content
from libccheck.model import Base, Check, Content, Died, File, Finding, Image, Launch, Program, Refused, Rejected
from libccheck.record import NamedTuple
from libccheck.toolchain.published import Published, published_in
from libccheck.tree import Tree

Packages = Callable[[str, str], "Image | None"]
Relaunch = Callable[[Program, Image], Launch]

ABSURD = ("hello-world",)
"""Images that nobody builds on."""


def no_packages(*_: str) -> Image | None:
    """Where nothing is known of any."""
    return None


def no_advice(*_: object) -> tuple[Finding, ...]:
    """Where nothing is asked for."""
    return ()


def by_path(program: Program) -> Published | None:
    """Of which package it is part, as far as its path tells."""
    return published_in(program.path)


class Case(NamedTuple):
    """`tree` has the program and its copies placed. in_tree: the launch of the program as it is in another tree.

    bases: base images of a platform, the smallest first; on_base: the same placing on another image. packages: those of
    a release ("debian:bookworm") for a platform, as an image whose layers are the packages, each with a line of name,
    version, and which of the others come with it; None where they are not known. advise: what the program lacks that is
    launched so in that tree. published: of which package the program is part.
    """

    check: Check
    tree: Tree
    in_tree: Callable[[Tree], Launch]
    bases: Callable[[str], Iterable[Base]]
    on_base: Relaunch
    packages: Packages = no_packages
    advise: Callable[[Launch, Tree], tuple[Finding, ...]] = no_advice
    published: Callable[[Program], Published | None] = by_path

    @property
    def file_name(self) -> str:
        """The program's own name, as its build writes it."""
        return self.check.program.path.rstrip("/").rpartition("/")[2]

    def with_bytes(self, data: bytes, mode: int) -> Launch:
        """The launch of a program with these bytes and permission bits."""
        return self._with(content(data), len(data), mode)

    def with_content(self, changed: Content) -> Launch:
        """The launch of a program with these facts."""
        return self._with(changed, self.check.program.size, None)

    def with_mode(self, mode: int) -> Launch:
        """The launch of the program with these permission bits."""
        return self._with(self.check.program.content, self.check.program.size, mode)

    def to_build_on(self, platform: str | None = None) -> list[Base]:
        """The bases of that platform that somebody would name in a Dockerfile, other than the image itself."""
        image = self.check.image
        own = (
            image.reference,
            image.provenance.note.partition(";")[0].rpartition(" is ")[2] if image.provenance else "",
        )
        return [
            each
            for each in self.bases(platform or image.platform)
            if each.name not in own and each.name.partition(":")[0] not in ABSURD
        ]

    def _with(self, changed: Content, size: int, mode: int | None) -> Launch:
        path, node, _ = self.tree.resolve(self.check.place)
        if not isinstance(node, File):
            return self.check.launch
        mode = node.mode if mode is None else mode
        return self.in_tree(self.tree.overlay({path: node._replace(mode=mode, size=size, load=lambda: changed)}))


def first_error(launch: Launch) -> Finding | None:
    """Where the launch gets stuck; None where it starts or is unclear."""
    if not isinstance(launch.outcome, (Refused, Died, Rejected)):
        return None
    return next((each for each in launch.findings if each.code[:3] in ("LC1", "LC2")), None)
