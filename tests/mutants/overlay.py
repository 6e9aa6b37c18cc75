"""A copy of the package, in which a mutant takes the place of its module."""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.mutants.calls import LAUNCH
from tests.mutants.mutate import Mutant

_PACKAGE = LAUNCH.parent


class Overlay:
    """`directory` is one for sys.path. A context manager."""

    def __init__(self) -> None:
        self._room = tempfile.TemporaryDirectory(prefix="libccheck-mutants-")
        self.directory = Path(self._room.name)
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(_PACKAGE, self.directory / _PACKAGE.name, ignore=ignored)

    def __enter__(self) -> Overlay:
        return self

    def __exit__(self, *_: object) -> None:
        self._room.cleanup()

    @contextmanager
    def holding(self, mutant: Mutant) -> Iterator[Path]:
        """The directory, with the mutant in the place of its module."""
        place = self.directory / _PACKAGE.name / mutant.file.relative_to(_PACKAGE)
        # Of the same second and size as another, what is compiled of it would pass for that of the other.
        compiled = Path(importlib.util.cache_from_source(str(place)))
        original = place.read_text(encoding="utf-8")
        place.write_text(mutant.text(), encoding="utf-8")
        compiled.unlink(missing_ok=True)
        try:
            yield self.directory
        finally:
            place.write_text(original, encoding="utf-8")
            compiled.unlink(missing_ok=True)
