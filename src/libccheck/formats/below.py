"""What stands below the verdicts of a report: what does not count and why, and what is wrong with its configuration."""

from __future__ import annotations

from libccheck.formats.visible import visible
from libccheck.model import Check, Configuration, Finding, Ignored, Judgment, Report
from libccheck.rules import RULES
from libccheck.verdict import every


def why(ignored: Ignored) -> str:
    """ "no TLS in it (pyproject.toml:12, until 2027-01-31)", or "known from baseline.json"."""
    if ignored.by == "baseline":
        return f"known from {visible(ignored.file)}"
    place = f"{visible(ignored.file)}:{ignored.line}" if ignored.line else visible(ignored.file)
    until = f", until {ignored.expires}" if ignored.expires else ""
    return f"{visible(ignored.reason)} ({place}{until})"


def ignored(report: Report, *, verbose: bool) -> list[str]:
    """Every finding that does not count, in words; those of a baseline are counted only, if not with `verbose`."""
    held = [(owner, each) for owner, each in every(report) if each.ignored is not None]
    told = [_told(owner, each) for owner, each in held if verbose or (each.ignored and each.ignored.by != "baseline")]
    baselines = [each.ignored.file for _, each in held if each.ignored and each.ignored.by == "baseline"]
    for file in dict.fromkeys(() if verbose else baselines):
        number = baselines.count(file)
        told.append(f"{number} finding{'' if number == 1 else 's'} known from {visible(file)}")
    return list(dict.fromkeys(told))


def found(report: Report) -> tuple[Finding, ...]:
    """What is wrong with ignores and baseline."""
    return report.configuration.findings if report.configuration else ()


def remark(finding: Finding) -> str:
    """ "LC601 ignore-stale: the ignore of LC307 matches nothing (pyproject.toml:12)"."""
    at = finding.at
    place = f" ({visible(at.file)}{f':{at.line}' if at.line else ''})" if at else ""
    return f"{finding.code} {RULES[finding.code].name}: {visible(finding.message)}{place}"


def place_of(finding: Finding, configuration: Configuration) -> tuple[str, int]:
    """The file that a remark is about, and the line in it; 0 if that is not known."""
    return (finding.at.file, finding.at.line) if finding.at else (configuration.baseline or configuration.file, 0)


def _told(owner: Check | Judgment, finding: Finding) -> str:
    image = f" in {visible(owner.image.reference)}" if isinstance(owner, Check) else ""
    said = f"{finding.code} {visible(finding.subject)} of {visible(owner.program.path)}{image}"
    return f"{said}: {why(finding.ignored)}" if finding.ignored else said
