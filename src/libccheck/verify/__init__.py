"""Predictions held against reality: each program is run in a container of its image, which an engine makes for it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from libccheck.checking import failure_of
from libccheck.errors import LibccheckError
from libccheck.images.archive import unpacked
from libccheck.images.containers import Containers
from libccheck.machines import platform_machine
from libccheck.model import Check, Failure, Image, Report, Verified
from libccheck.placement import Copy
from libccheck.verify.judging import judged
from libccheck.verify.packing import archive, pieces, placed, rooted

SECONDS = 5
"""How long a program is given: one that is still there then has started."""

_ENGINES = ("docker", "podman")
_HINTS = {
    "catalog": "docker pull {name}, then check docker:{name}",
    "registry": "docker pull {name}, then check docker:{name}",
    "docker-archive": "docker load -i {name}, then check docker: and the name that it says",
}


def verify(report: Report, copies: Sequence[Copy], *, seconds: int = SECONDS) -> Report:
    """The report with what a real run showed of each check; what could not be run is an error of it.

    copies: those that the checks were made with. The engine is the image's own; for directories, root archives and
    scratch, which are imported for the time being, it is Docker's.
    """
    with ExitStack() as stack:
        yard = _Yard(stack)
        results = [_guarded(yard, check, copies, seconds) for check in report.checks]
    checks = tuple(
        check._replace(verified=each) if isinstance(each, Verified) else check
        for check, each in zip(report.checks, results, strict=True)
    )
    failures = dict.fromkeys(each for each in results if isinstance(each, Failure))
    return report._replace(checks=checks, errors=(*report.errors, *failures))


def _guarded(yard: _Yard, check: Check, copies: Sequence[Copy], seconds: int) -> Verified | Failure:
    try:
        return _verified(yard, check, copies, seconds)
    except (LibccheckError, OSError) as error:
        if isinstance(error, OSError):
            error = LibccheckError(f"cannot make the archive for a run: {(error.strerror or str(error)).lower()}")
        return failure_of(error, check.image.reference)


def _verified(yard: _Yard, check: Check, copies: Sequence[Copy], seconds: int) -> Verified:
    image = check.image
    containers = yard.containers(image)
    try:
        check.place.encode()
    except UnicodeEncodeError:
        raise LibccheckError(f"no engine can be told a path that is not UTF-8: {check.place}") from None
    if platform_machine(image.platform) != containers.machine:
        raise LibccheckError(
            f"{containers.release} runs on {containers.machine}, and the image is for {image.platform}",
            subject=image.reference,
            hint="check it against an engine on such a machine, or leave out --verify",
        )
    files = placed(check, copies)
    with archive(files) as packed:
        paths = [each.path for each in files]
        ran = containers.run(yard.identity(image), packed, paths, check.place, check.process, seconds)
    return judged(check, ran, containers.release, seconds)


class _Yard:
    """The engines that are in use, and the roots that were imported into them; all of it ends with the stack."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._containers: dict[str, Containers | LibccheckError] = {}
        self._imported: dict[int, str] = {}

    def containers(self, image: Image) -> Containers:
        """Of the engine that can run this image; one that did not answer is not asked again."""
        if image.source not in (*_ENGINES, "dir", "tar", "scratch"):
            raise _cannot_run(image)
        kind = image.source if image.source in _ENGINES else "docker"
        if kind not in self._containers:
            try:
                self._containers[kind] = self._stack.enter_context(Containers(kind))
            except LibccheckError as error:
                self._containers[kind] = error
        found = self._containers[kind]
        if isinstance(found, LibccheckError):
            raise found
        return found

    def identity(self, image: Image) -> str:
        """What the engine knows the image by."""
        if image.source in _ENGINES:
            return image.digest or _name(image)
        if id(image) not in self._imported:
            self._imported[id(image)] = self._import(image)
        return self._imported[id(image)]

    def _import(self, image: Image) -> str:
        if image.source == "tar":
            return self.containers(image).import_root(unpacked(_name(image), image.reference).pieces())
        with archive(rooted(image.tree, _name(image)) if image.source == "dir" else ()) as file:
            return self.containers(image).import_root(pieces(file))


def _name(image: Image) -> str:
    """The reference without its scheme."""
    return image.reference.removeprefix(f"{image.source}:")


def _cannot_run(image: Image) -> LibccheckError:
    whose = {"catalog": "a catalog entry holds facts and no files", "registry": "it is in a registry"}
    why = whose.get(image.source, f"it is read from {image.source}")
    hint = _HINTS.get(image.source, "give it to an engine, then check docker:NAME").format(name=_name(image))
    return LibccheckError(f"no engine can run it: {why}", subject=image.reference, hint=hint)
