"""A Go program that was built for newer processors than the oldest of its machine: `src/runtime/asm_amd64.s`."""

from __future__ import annotations

from libccheck.advice.situation import Situation
from libccheck.model import Finding, Step
from libccheck.toolchain.go import build_info

_SETTING = "GOAMD64"
_LEVELS = {"v2": 2, "v3": 3, "v4": 4}


def advice(situation: Situation) -> list[Finding]:
    """Its runtime asks the processor before anything else; nothing is said where that is known to do."""
    program = situation.check.program
    elf = program.content.elf
    build = build_info(elf, program.data) if elf is not None else None
    value = (build.setting(_SETTING) if build is not None else None) or ""
    level, has = _LEVELS.get(value, 0), situation.check.host.isa_level
    if not level or (has is not None and has >= level):
        return []
    message = f"{situation.name} wants a CPU of level x86-64-{value}"
    if has is not None:
        message += (
            f", and the host is of level x86-64-v{has}: it ends with status 1 and the words"
            f' "This program can only be run on AMD64 processors with {value} microarchitecture support."'
        )
    return [Finding("LC314", f"x86-64-{value}", message, (Step("read", situation.name, value, _SETTING),))]
