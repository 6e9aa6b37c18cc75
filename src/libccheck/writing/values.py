"""What the writing of a Dockerfile passes around."""

from __future__ import annotations

from libccheck.model import Finding, Loader
from libccheck.placement import Copy
from libccheck.record import NamedTuple


class Written(NamedTuple):
    """A Dockerfile and the .dockerignore beside it. way: what it does, in words. image: the base of its last stage.

    builder: the image that builds the program, None where the program is copied as it is.
    """

    way: str
    image: str
    builder: str | None
    text: str
    ignore: str

    @property
    def printed(self) -> str:
        """Both in one, which is a Dockerfile still: the .dockerignore as remarks at its end."""
        return self.text + "\n# .dockerignore\n" + "".join(f"#   {each}\n" for each in self.ignore.splitlines())


class Way(NamedTuple):
    """One way of a recommendation: the base by its name.

    donor, loader: the image whose loader the program will meet there, and that loader; None where it meets none.
    platform: as "linux/amd64". has_users: whether the base has an /etc/passwd.
    commands: those that build the program otherwise than it is built now. copies: COPY lines for what it loads.
    """

    title: str
    tag: str
    donor: str
    loader: Loader | None
    commands: tuple[str, ...]
    copies: tuple[str, ...]
    lacks: tuple[Finding, ...]
    platform: str
    has_users: bool


class Builder(NamedTuple):
    """How a program is built: in which image, with which packages added to it, and where it lies then.

    ignored: patterns of what such builds leave in their context. remarks: what has to be so for it to do.
    """

    image: str
    packages: tuple[str, ...]
    command: str
    output: str
    ignored: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class Wishes(NamedTuple):
    """What the user says of the container. place: the program's path; user: numbers, as USER has them."""

    place: str
    copies: tuple[Copy, ...]
    env: tuple[tuple[str, str], ...]
    user: str
    workdir: str | None
