"""The parts of musl's loader that can be asked alone: what its releases do not agree in, names, relocations."""

from __future__ import annotations

import pytest

from libccheck.launch.musl.findings import called_later
from libccheck.launch.musl.mapping import gives_itself_away
from libccheck.launch.musl.versions import Features, features, number
from libccheck.launch.search import expand, has_token, split
from libccheck.model import Finding, Loader, Segment

from .objects import DYNAMIC, LOAD, RELRO, elf

_SINCE = {
    "runpath": "1.1.5", "stops_on_errors": "1.1.9", "arm_descriptors": "1.1.21", "unaligned": "1.1.24",
    "riscv_descriptors": "1.2.5", "single_libc": "1.1.17", "deferred": "1.1.17", "static_tls_refused": "1.1.20",
}  # fmt: skip
_BEFORE = {
    "last_environment": "1.1.9", "endless": "1.1.9", "short_messages": "1.1.9", "type_first": "1.1.9",
    "loose_reserved": "1.1.16", "vdso_in_scope": "1.1.17", "zeroes_any_segment": "1.1.20",
}  # fmt: skip
_RELEASES = [f"1.1.{each}" for each in range(1, 25)] + [f"1.2.{each}" for each in range(6)]


def of(version: str | None, *markers: str) -> Features:
    return features(Loader("musl", version, (), markers))


@pytest.mark.parametrize("version", _RELEASES)
def test_each_release_has_what_came_with_it_or_before(version: str) -> None:
    found = of(version)._asdict()
    for name, first in _SINCE.items():
        assert found[name] is (_RELEASES.index(version) >= _RELEASES.index(first)), name
    for name, first in _BEFORE.items():
        assert found[name] is (_RELEASES.index(version) < _RELEASES.index(first)), name
    assert found["empty_segments"] is (version in ("1.1.11", "1.1.12", "1.2.3", "1.2.4", "1.2.5"))
    assert found["own_calloc"] is (version in ("1.1.20", "1.1.21", "1.1.22", "1.1.23"))
    at = _RELEASES.index(version)
    assert found["local"] == ("none" if at < 11 else "section" if at < 23 else "all")


def test_what_distributions_patch_is_seen_in_the_file() -> None:
    assert of("1.1.15", "reserved-dots").loose_reserved is False
    assert of("1.1.15", "single-libc")[-4:-2] == (True, False)
    assert of("1.1.15", "single-libc").vdso_in_scope is False
    assert of("1.1.15", "static-tls-text").static_tls_refused is True
    assert [of("1.2.5", *each).relr for each in (("relr",), ("no-relr",), ())] == [True, False, None]
    assert [of("1.2.5", *each).lfs64 for each in (("lfs64",), ())] == [16, 0]
    assert of("1.2.5", "lfs64-long").lfs64 > len("posix_fallocate64")


@pytest.mark.parametrize(
    ("text", "parts"),
    [("1.2.4_git20230717", (1, 2, 4)), ("1.1.15", (1, 1, 15)), ("1.2", (1, 2)), ("", (1 << 16,)), (None, (1 << 16,))],
)
def test_versions_are_numbers(text: str | None, parts: tuple[int, ...]) -> None:
    assert number(text) == parts


def test_a_version_that_nobody_knows_is_newer_than_any() -> None:
    assert of(None).riscv_descriptors


def test_path_lists_are_split_at_every_separator() -> None:
    assert split("/a:/b::c:") == ["/a", "/b", "", "c", ""]
    assert split("/a~/b") == ["/a~/b"]
    assert split("/a;/b:/c", ":;") == ["/a", "/b", "/c"]
    assert split("/a;/b") == ["/a;/b"]


def test_tokens_are_replaced() -> None:
    tokens = {"ORIGIN": "/o", "LIB": None}

    def ends(following: str) -> bool:
        return not following.isalnum()

    def replaced(text: str) -> str | None:
        return expand(text, tokens, ends)

    assert replaced("/plain") == "/plain"
    assert replaced("$ORIGIN/x:${ORIGIN}y$ORIGIN") == "/o/x:/oy/o"
    assert replaced("$ORIGINAL/$ORIGIN-") == "$ORIGINAL//o-"
    assert replaced("a$$b${ORIGIN") == "a$$b${ORIGIN"
    assert replaced("$ORIGIN/$LIB") is None
    assert replaced("${LIB}") is None
    assert has_token("a$ORIGIN", tokens, ends)
    assert not has_token("a$ORIGINAL", tokens, ends)
    assert not has_token("ORIGIN", tokens, ends)


def test_a_function_that_is_put_off_is_advice() -> None:
    assert called_later("foo") == Finding("LC301", "foo", "foo, which nobody has, is called in vain", ())


@pytest.mark.parametrize(
    ("flags", "at", "protected", "lost"),
    [
        (6, 0x2300, 0, True),
        (6, 0x1E00, 0, True),
        (6, 0x1F00, 0, False),
        (6, 0x22FF, 0, False),
        (6, 0x3000, 0, False),
        (4, 0x2300, 0, False),
        (2, 0x2300, 0, False),
        (6, 0x2300, 0x2000, False),
        (6, 0x1E00, 0x1000, False),
    ],
)
def test_what_lies_beside_writable_data_is_given_away(flags: int, at: int, protected: int, lost: bool) -> None:
    """The data is from 0x1F00 to 0x2300, the page `protected` is kept."""
    data = Segment(LOAD, flags, 0xF00, 0x1F00, 0x400, 0x400, 0x1000)
    segments = [data, Segment(DYNAMIC, 6, at - 0x1000, at, 0x100, 0x100, 8)]
    if protected:
        segments.append(Segment(RELRO, 4, 0, protected, 0x1000, 0x1000, 1))
    assert gives_itself_away(elf(segments=tuple(segments)), 0x1000) is lost
