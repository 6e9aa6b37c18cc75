"""Where a loader looked, without what tells a person nothing."""

from __future__ import annotations

from libccheck.model import Step


def telling(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Without the misses in a processor's variant of a directory that is looked at later (`glibc-hwcaps/x86-64-v3`)."""
    kept: list[Step] = []
    later: set[str] = set()
    for step in reversed(steps):
        directory = step.path.rpartition("/")[0]
        if step.found == "found" or not any(_is_variant(directory, base) for base in later):
            kept.append(step)
        later.add(directory)
    return tuple(reversed(kept))


def _is_variant(directory: str, base: str) -> bool:
    """A directory called by a triplet ("x86_64-linux-gnu") is none."""
    return bool(base) and directory.startswith(f"{base}/") and "-linux-" not in directory[len(base) :]
