"""How much a run of the tests is to take on: what a developer waits for, what CI requires, or all of it."""

from __future__ import annotations

import os

ELSEWHERE = "LIBCCHECK_REQUIRE=1 make test, as CI does, or make proofs"


def everything() -> bool:
    """Whether this is `make proofs`."""
    return _is_set("LIBCCHECK_PROOFS")


def everything_required() -> bool:
    """Whether a tool that is not there is a failure, as in CI."""
    return _is_set("LIBCCHECK_REQUIRE")


def patient() -> bool:
    """Whether what takes minutes to set up is worth it."""
    return everything() or everything_required()


def _is_set(name: str) -> bool:
    return os.environ.get(name, "") not in ("", "0")
