"""Directories as one tar archive, as engines import it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def packed(roots: Sequence[Path]) -> Iterator[Path]:
    """An archive of these directories one over the other, the last on top; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="libccheck-import-") as room:
        archive = Path(room) / "root.tar"
        for each in roots:
            mode = "-rf" if archive.exists() else "-cf"
            names = sorted(os.listdir(each))  # not ".": the engine takes no path twice
            subprocess.run(["tar", "-C", str(each), "--numeric-owner", mode, str(archive), *names], check=True)
        yield archive
