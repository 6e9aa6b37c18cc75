"""A stage as its instructions leave it: files, environment, user, and what is run."""

from __future__ import annotations

from libccheck.dockerfile.bases import BaseFacts
from libccheck.dockerfile.files import Files
from libccheck.dockerfile.instructions import Instruction
from libccheck.dockerfile.stages import Stage
from libccheck.model import Image
from libccheck.record import NamedTuple


class Command(NamedTuple):
    """ENTRYPOINT, CMD or HEALTHCHECK: its words; in shell form one text. line: 0 where the base has it."""

    words: tuple[str, ...]
    json: bool
    line: int
    stage: str


class Built:
    """What grows while the instructions of a stage are followed.

    image: the base that is at hand, None where it is not. opaque: lines whose commands may have put anything anywhere.
    provided: libraries that packages bring, soname to path, of which no more is known.
    users, groups: that RUN has added. triggers: what ONBUILD keeps for stages and images that are built on this one.
    """

    def __init__(self, stage: Stage, base: BaseFacts, image: Image | None, files: Files, parent: Built | None) -> None:
        self.stage, self.base, self.image, self.files = stage, base, image, files
        self.number = stage.number
        config = image.config if image is not None else None
        self.env: dict[str, str] = dict(parent.env) if parent else {**base.env, **dict(config.env if config else ())}
        self.arguments: dict[str, str] = {}
        self.workdir: str = parent.workdir if parent else (config.workdir if config else "/") or "/"
        self.user: str = parent.user if parent else (config.user if config and config.user else base.user)
        self.user_line: int = parent.user_line if parent else 0
        self.shell: tuple[str, ...] = parent.shell if parent else (config.shell if config else ()) or ("/bin/sh", "-c")
        self.entrypoint: Command | None = (
            parent.entrypoint if parent else _of_base(config.entrypoint if config else (), stage)
        )
        self.cmd: Command | None = parent.cmd if parent else _of_base(config.cmd if config else (), stage)
        self.healthcheck: Command | None = parent.healthcheck if parent else None
        self.packages: set[str] = set(parent.packages) if parent else set()
        self.provided: dict[str, str] = dict(parent.provided) if parent else {}
        self.users: set[str] = set(parent.users) if parent else set()
        self.groups: set[str] = set(parent.groups) if parent else set()
        self.opaque: list[int] = list(parent.opaque) if parent else []
        self.triggers: list[Instruction] = []


def _of_base(words: tuple[str, ...], stage: Stage) -> Command | None:
    return Command(words, True, 0, stage.title) if words else None
