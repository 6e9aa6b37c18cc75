"""A program that is aligned to 4 KiB, for machines whose kernels may have pages of 16 or 64 KiB."""

from __future__ import annotations

from libccheck.advice.situation import Situation
from libccheck.launch import launch
from libccheck.model import Finding, Started, Step

_PT_LOAD = 1
_SIZES = (16384, 65536)


def advice(situation: Situation) -> list[Finding]:
    """By the same launch on kernels with wider pages."""
    check = situation.check
    elf = check.program.content.elf
    loads = [each for each in elf.segments if each.type == _PT_LOAD] if elf else []
    if all(each.align % _SIZES[-1] == 0 for each in loads) and not check.launch.objects:
        return []
    for size in _SIZES:
        if size <= check.host.page_size:
            continue
        wider = launch(situation.tree, check.launch.path, check.process, check.host._replace(page_size=size))
        if not isinstance(wider.outcome, Started):
            align = min((each.align for each in loads), default=0)
            step = Step("read", check.place, f"aligned to {align}", f"fails with pages of {size} bytes")
            message = f"it does not start where the kernel has pages of {size // 1024} KiB"
            return [Finding("LC313", str(size), message, (step,))]
    return []
