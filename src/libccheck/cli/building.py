"""A Dockerfile, as the command line or a configuration names it, to a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache

from libccheck.cli.gather import Sources
from libccheck.config.values import Built
from libccheck.dockerfile import Context, check_dockerfile, decoded
from libccheck.errors import LibccheckError, UsageError
from libccheck.model import Image, Report
from libccheck.record import NamedTuple

_MOST_BYTES = (1 << 20) + 1


def look(file: str, shown: str, directory: str, built: Built) -> Report:
    """The report on the Dockerfile of a configuration, which is called as `shown` says. Raises LibccheckError."""
    text = read(file)
    try:
        return how(built, Sources()).judged(shown, text, context_of(file, directory))._replace(sources={shown: text})
    except LibccheckError as error:
        error.subject = error.subject or shown
        raise


def how(built: Built, sources: Sources) -> How:
    """What is said of the Dockerfile, ready to be used."""
    return How(built.target, built.arguments, _platform(built.platform), _opening(sources, built.pull))


class How(NamedTuple):
    """How a Dockerfile is to be built."""

    target: str | None
    arguments: Mapping[str, str]
    platform: str | None
    open_base: Callable[[str, str], Image | None]

    def judged(self, file: str, text: str, context: Context | None) -> Report:
        return check_dockerfile(
            text,
            file=file,
            open_base=self.open_base,
            context=context,
            target=self.target,
            arguments=self.arguments,
            platform=self.platform,
            build_platform=_build_platform(),
        )


def context_of(file: str, directory: str | None) -> Context | None:
    """Without --context the directory of the file, as `docker build -f FILE DIR` mostly has it."""
    if directory is None and file == "-":
        return None
    from libccheck.contexts import DirectoryContext

    place = directory if directory is not None else os.path.dirname(file) or "."
    if directory is not None and not os.path.isdir(place):
        raise UsageError(f"--context {place} is not a directory")
    own = f"{file}.dockerignore"
    return DirectoryContext(place, own if os.path.isfile(own) else None)


def read(file: str) -> str:
    import sys

    try:
        if file == "-":
            data = sys.stdin.buffer.read(_MOST_BYTES)
        else:
            descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            with open(descriptor, "rb") as opened:
                data = opened.read(_MOST_BYTES) or b""
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise LibccheckError(f"cannot read {file}: {reason}", subject=file, hint="check the path of the file") from None
    try:
        return decoded(data)
    except LibccheckError as error:
        error.subject = file
        raise


def _platform(wanted: str | None) -> str | None:
    from libccheck.images.platforms import normal

    if wanted == "all":
        raise UsageError("--platform all is not for a Dockerfile", hint="name one, as linux/arm64")
    return normal(wanted) if wanted else None


def _build_platform() -> str:
    from libccheck.images.platforms import host

    return host()


def _opening(sources: Sources, pull: bool) -> Callable[[str, str], Image | None]:
    """A base by its name: of the engine if it holds it, else of the catalog; of a registry only where told so."""
    from libccheck.images.sockets import holds

    @cache
    def opened(reference: str, platform: str) -> Image | None:
        names = [reference]
        if reference != "scratch" and not reference.startswith("catalog:"):
            names = [f"catalog:{reference}", *([f"registry:{reference}"] if pull else [])]
            names = [f"docker:{reference}"] if holds(reference) else names
        for each in names:
            try:
                return sources._replace(platform=platform).images(each)[0]
            except LibccheckError:
                continue
        return None

    return opened
