"""Runs a Dockerfile of the corpus through the library, with the built-in catalog as the only source of bases."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from libccheck import open_image
from libccheck.contexts import DirectoryContext
from libccheck.dockerfile import check_dockerfile
from libccheck.errors import LibccheckError
from libccheck.model import Image, Report
from tests.dockerfiles.cases import Case, Files


@cache
def base(reference: str, platform: str) -> Image | None:
    name = reference if reference == "scratch" or reference.startswith("catalog:") else f"catalog:{reference}"
    try:
        return open_image(name, platform=platform)
    except LibccheckError:
        return None


def put(files: Files, place: Path) -> Path:
    """The files of a context in a directory."""
    for name, given in files.items():
        text, mode = given if isinstance(given, tuple) else (given, 0o644)
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        path.chmod(mode)
    return place


def judged(case: Case, place: Path, text: str | None = None) -> Report:
    return check_dockerfile(
        case.dockerfile if text is None else text,
        file="Dockerfile",
        open_base=base,
        context=DirectoryContext(str(place)),
        target=case.target,
        arguments=case.arguments,
        platform=case.platform,
    )
