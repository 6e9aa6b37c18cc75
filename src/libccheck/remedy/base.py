"""A way out by another base image: the smallest of the catalog that starts the program as it is."""

from __future__ import annotations

from libccheck.model import Finding, Remedy
from libccheck.remedy.case import Case, proven


def remedies(case: Case, finding: Finding) -> tuple[Remedy, ...]:
    if finding.code in ("LC100", "LC102", "LC104", "LC106", "LC107", "LC109"):
        return ()
    for image in case.bases():
        if image.reference == case.check.image.reference or image.reference == "scratch":
            continue
        found = proven(
            f"run it on {image.reference}{_megabytes(image.size)}, the smallest base of the catalog that starts it",
            (f"FROM {image.reference}",),
            case.on_base(case.check.program, image),
            f"predicted for {image.reference} as the catalog has it{f' of {image.as_of}' if image.as_of else ''}",
        )
        if found:
            return found
    return ()


def _megabytes(size: int | None) -> str:
    return "" if size is None else f" ({size / 1e6:.1f} MB)"
