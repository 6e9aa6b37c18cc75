"""What `check` may ask of programs besides an image: options to a policy, with a clear word on what is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from libccheck.cli.options import X86_LEVELS
from libccheck.errors import LibccheckError, UsageError
from libccheck.record import NamedTuple

if TYPE_CHECKING:
    from libccheck.policy import Policy
    from libccheck.policy.profiles import Profile


class Demands(NamedTuple):
    """As they stand on the command line."""

    max_glibc: str | None = None
    max_musl: str | None = None
    require: str | None = None
    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    no_rpath: bool = False
    isa: str | None = None
    kernel: str | None = None
    profile: str | None = None

    @property
    def given(self) -> bool:
        return self != Demands()


def demands(command: Callable[..., int]) -> Callable[..., int]:
    """Adds the options; the command gets them as `demanded`."""

    @click.option(
        "--policy", "profile", metavar="PROFILE", help="Demand a profile, as manylinux_2_28 or musllinux_1_2."
    )
    @click.option("--max-glibc", metavar="VERSION", help="Demand that no newer glibc is asked for, as 2.28.")
    @click.option("--max-musl", metavar="VERSION", help="The same of musl, as 1.2.3.")
    @click.option("--require", type=click.Choice(["static"]), metavar="KIND", help="Demand that it is static.")
    @click.option(
        "--allow-needed", "allowed", multiple=True, metavar="GLOB", help="Demand no other libraries; repeatable."
    )
    @click.option("--deny-needed", "denied", multiple=True, metavar="GLOB", help="Demand none of these; repeatable.")
    @click.option("--no-rpath", is_flag=True, help="Demand neither RPATH nor RUNPATH.")
    @click.option("--isa", metavar="LEVEL", help="Demand that this CPU is enough, as x86-64-v1.")
    @click.option("--min-kernel", "kernel", metavar="VERSION", help="Demand that this Linux is enough, as 3.10.")
    @wraps(command)
    def with_demands(
        *,
        profile: str | None,
        max_glibc: str | None,
        max_musl: str | None,
        require: str | None,
        allowed: tuple[str, ...],
        denied: tuple[str, ...],
        no_rpath: bool,
        isa: str | None,
        kernel: str | None,
        **others: Any,
    ) -> int:
        found = Demands(max_glibc, max_musl, require, allowed, denied, no_rpath, isa, kernel, profile)
        return command(demanded=found, **others)

    return with_demands


def parse(demanded: Demands) -> Policy:
    """The policy; UsageError for a version, level or profile that is none."""
    from libccheck.facts.versions import number
    from libccheck.policy import Policy

    for option, value in (
        ("--max-glibc", demanded.max_glibc),
        ("--max-musl", demanded.max_musl),
        ("--min-kernel", demanded.kernel),
    ):
        if value is not None and not (value.isascii() and number(value)):
            raise UsageError(f"{option} {value} is not a version", hint=f"as in {option} 2.28")
    if demanded.isa is not None and demanded.isa not in X86_LEVELS:
        raise UsageError(f"--isa {demanded.isa} is not a level", hint="as in --isa x86-64-v2")
    return Policy(
        demanded.max_glibc,
        demanded.max_musl,
        demanded.require == "static",
        demanded.allowed,
        demanded.denied,
        demanded.no_rpath,
        X86_LEVELS[demanded.isa] if demanded.isa is not None else None,
        demanded.kernel,
        _profile(demanded.profile) if demanded.profile is not None else None,
    )


def profile_names() -> list[str]:
    """Those that --policy takes."""
    from libccheck.policy.profiles import names

    return names(_table())


def _profile(name: str) -> Profile:
    from difflib import get_close_matches

    from libccheck.policy.profiles import names, profile

    table = _table()
    found = profile(name, table)
    if found is None:
        near = get_close_matches(name, names(table), 1, 0.6)
        hint = f"did you mean {near[0]}?" if near else "as in --policy manylinux_2_28"
        raise UsageError(f"there is no profile {name}", hint=hint)
    return found


def _table() -> Any:
    """The published profiles, as they lie in the package."""
    import json

    import libccheck.policy

    try:
        with open(os.path.join(os.path.dirname(libccheck.policy.__file__), "profiles.json"), encoding="utf-8") as file:
            return json.load(file)
    except OSError:
        raise LibccheckError("the published profiles are missing from this installation") from None
