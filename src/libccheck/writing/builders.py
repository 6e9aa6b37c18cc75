"""Public images that build programs: of the release wanted, on a C library no newer than the one that will run them."""

from __future__ import annotations

from libccheck.dotted import dotted
from libccheck.model import Loader
from libccheck.releases import ALPINE, DEBIAN, FLOATING, NEWEST, ON_ALPINE, suites_of


def on_debian(repository: str, number: tuple[int, ...], loader: Loader | None) -> str | None:
    """As "golang:1.25-bookworm", of the newest suite that does; None where no such tag is known.

    number: of the release, () for any. loader: of the image that runs the program, None where it needs none.
    """
    if _does_not_fit(repository, number, "glibc", loader):
        return None
    suites = suites_of(repository, number or FLOATING[repository][0].first)
    fitting = (each for each in suites if _is_old_enough(DEBIAN[each].version, loader))
    return next((_reference(repository, number, suite) for suite in fitting), None)


def on_alpine(repository: str, number: tuple[int, ...], loader: Loader | None) -> str | None:
    """As "golang:1.25-alpine3.22", likewise."""
    if _does_not_fit(repository, number, "musl", loader):
        return None
    releases = next((found for first, found in ON_ALPINE[repository] if number >= first or not number), ())
    fitting = (each for each in releases if _is_old_enough(ALPINE[each].version, loader))
    return next((_reference(repository, number, f"alpine{release}") for release in fitting), None)


def plain_alpine(runs: str, loader: Loader | None) -> str | None:
    """The release that runs the program, where `runs` is one; else the newest that does."""
    if _does_not_fit("alpine", (), "musl", loader):
        return None
    if runs.startswith("alpine:"):
        return runs
    releases = [each for each in reversed(ALPINE) if "." in each and _is_old_enough(ALPINE[each].version, loader)]
    return f"alpine:{releases[0]}" if releases else None


def _does_not_fit(repository: str, number: tuple[int, ...], family: str, loader: Loader | None) -> bool:
    """Of a release that is newer than all that is known, nobody knows the tags."""
    return number > NEWEST.get(repository, number) or (loader is not None and loader.family != family)


def _is_old_enough(version: str, loader: Loader | None) -> bool:
    return loader is None or dotted(version) <= dotted(loader.version)


def _reference(repository: str, number: tuple[int, ...], suite: str) -> str:
    known = number or NEWEST.get(repository, ())[:1]
    return f"{repository}:{'-'.join([*filter(None, ['.'.join(map(str, known))]), suite])}"
