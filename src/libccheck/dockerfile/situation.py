"""All that a verdict on the target stage looks at."""

from __future__ import annotations

from collections.abc import Mapping

from libccheck.dockerfile.stage import Built
from libccheck.model import At, Host, Image
from libccheck.record import NamedTuple


class Situation(NamedTuple):
    """file: as the user names it. target: the stage that is built. stages: all that it is made of, by number."""

    file: str
    target: Built
    stages: Mapping[int, Built]
    image: Image
    host: Host

    def at(self, line: int, stage: str) -> At:
        return At(self.file, line or self.target.stage.line, stage)

    @property
    def is_whole(self) -> bool:
        """Whether a file that nobody has put there is not there."""
        return self.target.files.whole and not self.target.opaque and not self.target.packages

    @property
    def why_not_whole(self) -> str:
        built = self.target
        if built.opaque:
            return f"line {built.opaque[0]} runs commands that may have put it there"
        if built.files.whole and built.packages:
            return "packages are installed, whose files are not known"
        return f"the files of {built.base.reference or 'the base'} are not at hand"
