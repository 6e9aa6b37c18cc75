"""Profiles are judged as auditwheel judges them, which publishes them: on real wheels, and table by table."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from auditwheel.architecture import Architecture
from auditwheel.error import InvalidLibcError
from auditwheel.libc import Libc
from auditwheel.policy import WheelPolicies
from auditwheel.wheel_abi import analyze_wheel_abi

import libccheck.policy
from libccheck.artifacts import expand
from libccheck.model import Program
from libccheck.policy import Policy, judge
from libccheck.policy.profiles import names, profile
from tests import toolchains, wheels
from tests.extent import everything

TABLE = json.loads((Path(libccheck.policy.__path__[0]) / "profiles.json").read_text(encoding="utf-8"))
OURS = {"i686": "i386", "armv7l": "armhf"}


def kept_by_auditwheel(wheel: Path) -> tuple[set[str], set[str]]:
    """The profiles that the wheel keeps to, and those that were looked at: of musl's only one, see WheelPolicies."""
    logging.getLogger("auditwheel").setLevel(logging.CRITICAL)
    found = analyze_wheel_abi(None, None, wheel, frozenset(), disable_isa_ext_check=False, allow_graft=False)
    machine = found.policies.architecture.baseline.value
    own = [each for each in found.policies if each.priority]
    kept = {each.name for each in own if each.priority <= found.overall_policy.priority}
    return {each.removesuffix(f"_{machine}") for each in kept}, {each.name.removesuffix(f"_{machine}") for each in own}


def kept(wheel: Path, looked_at: set[str]) -> set[str]:
    programs = [each for each in expand([str(wheel)]) if isinstance(each, Program)]
    return {
        name
        for name in looked_at
        if not any(each.findings for each in judge(programs, Policy(profile=profile(name, TABLE))))
    }


def test_wheels_keep_to_the_same_profiles() -> None:
    """What auditwheel checks besides, names of Python 2's API, no wheel of today has."""
    try:
        chosen = wheels.every() if everything() else wheels.few()
    except toolchains.MissingError as why:
        toolchains.missing(why)
    compared = 0
    for wheel in chosen:
        try:
            theirs, looked_at = kept_by_auditwheel(wheel)
        except InvalidLibcError:
            continue
        assert kept(wheel, looked_at) == theirs, wheel.name
        compared += bool(theirs)
    assert compared >= (40 if everything() else wheels.FEW)


def published(libc: Libc, machine: Architecture, name: str | None = None) -> list[Any]:
    return [each for each in WheelPolicies(libc=libc, arch=machine, musl_policy=name) if each.priority]


MACHINES = [each for each in Architecture if each.baseline == each]


@pytest.mark.parametrize("machine", MACHINES, ids=lambda each: each.value)
def test_every_published_profile_is_kept_as_it_is(machine: Architecture) -> None:
    policies = published(Libc.GLIBC, machine) if machine.value != "armv6l" else []
    for each in policies:
        ours = profile(each.name.removesuffix(f"_{machine.value}"), TABLE)
        assert ours is not None
        assert ours.libraries == each.whitelist
        held = ours.versions[OURS.get(machine.value, machine.value)]
        assert {prefix: versions for prefix, versions in held.items() if versions} == {
            prefix: versions for prefix, versions in each.symbol_versions.items() if versions
        }
        assert {library: symbols for library, symbols in ours.private.items() if symbols} == each.blacklist
    kinds = {name for name in names(TABLE) if name.startswith("manylinux_")}
    here = {name for name in kinds if OURS.get(machine.value, machine.value) in _versions(name)}
    assert here == {each.name.removesuffix(f"_{machine.value}") for each in policies}


def _versions(name: str) -> Any:
    found = profile(name, TABLE)
    assert found is not None
    return found.versions
