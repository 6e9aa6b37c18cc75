"""A way out for a program that wants a newer glibc than the image has: link it against that older one, with zig."""

from __future__ import annotations

from libccheck.libc import image_libc
from libccheck.model import Finding
from libccheck.remedy.case import Case
from libccheck.remedy.commands import command, word
from libccheck.remedy.compiled import Compiled, runtime
from libccheck.remedy.exports import OF_GLIBC, exported
from libccheck.remedy.hypothesis import with_runtime_inside
from libccheck.remedy.offer import MAKERS, TOOL, Offer, offered
from libccheck.remedy.older import Floor, linked_against, version_of
from libccheck.remedy.ziglang import OLDEST_GLIBC, zig_target


def older_glibc(case: Case, made: Compiled, finding: Finding) -> tuple[Offer, ...]:
    """Only where each function that the program asks for was there already; zig links its own C++ library into it."""
    content = case.check.program.content
    libc = image_libc(case.check.image)
    there = version_of(libc.version) if libc is not None and libc.family == "glibc" and libc.version else None
    target = zig_target(case.check.image.platform, "glibc", there) if there is not None else None
    if finding.code != "LC203" or content.elf is None or there is None or there < OLDEST_GLIBC or target is None:
        return ()
    inside = with_runtime_inside(content, runtime(content.elf)) if made.cpp else content
    older = linked_against(inside, Floor(there), exported(case, OF_GLIBC))
    if older is None:
        return ()
    release = f"{there[0]}.{there[1]}"
    words = {"compiler": made.compiler, "target": target, "output": word(case.file_name)}
    return offered(
        TOOL if made.told else MAKERS,
        f"link it against glibc {release}, which the image has",
        [command("zig", sources=made.sources, **words)],
        case.with_content(older),
        f"predicted for this program with each symbol bound to its version there{made.proviso}",
    )
