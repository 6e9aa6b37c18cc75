"""A baseline: the findings that a project had when it began to check, by the schema `libccheck/baseline/1`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from libccheck.config.ignoring import with_marks
from libccheck.errors import UsageError
from libccheck.fingerprints import Known, known, pair_of
from libccheck.model import Check, Configuration, Finding, Ignored, Judgment, Report
from libccheck.rules import RULES
from libccheck.verdict import every

SCHEMA = "libccheck/baseline/1"
_ANEW = "write it anew with --write-baseline"


def baseline_of(report: Report) -> tuple[Known, ...]:
    """Every finding that nothing else takes out, each once, sorted."""
    return tuple(sorted({known(owner, each) for owner, each in every(report) if each.ignored is None}))


def written(entries: Iterable[Known]) -> str:
    """JSON, one finding after the other, so that a change of it can be read."""
    findings = [{"fingerprint": each.fingerprint, **_said(each)} for each in entries]
    return json.dumps({"schema": SCHEMA, "findings": findings}, indent=2) + "\n"


def parsed(text: str, file: str) -> tuple[Known, ...]:
    """The findings in it. Raises UsageError where it is no baseline, or somebody has changed what a finding is."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UsageError("it is not JSON", subject=f"{file}{where}", hint=_ANEW) from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA or not isinstance(data.get("findings"), list):
        raise UsageError(f"it is not a baseline by the schema {SCHEMA}", subject=file, hint=_ANEW)
    return tuple(_entry(each, number, file) for number, each in enumerate(data["findings"]))


def beyond(report: Report, entries: Iterable[Known], file: str, *, whole: bool) -> Report:
    """The report with what the baseline knows marked, and LC603 of each finding that it knows and that is gone.

    whole: whether all was looked at that is checked here at all; else only what was looked at can be known to be gone.
    """
    held = {each.fingerprint: each for each in entries}
    met: set[str] = set()

    def mark(owner: Check | Judgment, finding: Finding) -> Ignored | None:
        fingerprint = known(owner, finding).fingerprint
        met.add(fingerprint)
        return Ignored("baseline", "", file) if fingerprint in held else None

    marked = with_marks(report, mark)
    met |= {known(owner, each).fingerprint for owner, each in every(report)}
    looked_at = {*map(pair_of, report.checks), *map(pair_of, report.judgments)}
    all_seen = whole and not report.errors
    gone = [
        each for fingerprint, each in held.items() if fingerprint not in met and (all_seen or each.pair in looked_at)
    ]
    before = report.configuration or Configuration("", ())
    remarks = before.findings + tuple(_gone(each, file) for each in gone)
    return marked._replace(configuration=before._replace(findings=remarks, baseline=file))


def _gone(entry: Known, file: str) -> Finding:
    place = f" in {entry.image}" if entry.image else ""
    said = f"{file} knows {entry.code} {entry.subject} of {entry.program}{place}, which is gone"
    return Finding("LC603", entry.subject, said)


def _said(entry: Known) -> dict[str, str]:
    """What is always there, and what else is said of it."""
    return {name: value for name, value in entry._asdict().items() if value or name in ("code", "subject", "program")}


def _entry(data: Any, number: int, file: str) -> Known:
    place = f"findings[{number}]"
    fields = {*Known._fields, "fingerprint"}
    if not isinstance(data, dict) or not all(isinstance(each, str) for each in data.values()) or set(data) - fields:
        raise UsageError(f"{place} is not a finding by the schema {SCHEMA}", subject=file, hint=_ANEW)
    if not {"code", "subject", "program", "fingerprint"} <= set(data) or data["code"] not in RULES:
        raise UsageError(f"{place} is not a finding by the schema {SCHEMA}", subject=file, hint=_ANEW)
    entry = Known(**{name: value for name, value in data.items() if name != "fingerprint"})
    if entry.fingerprint != data["fingerprint"]:
        raise UsageError(f"{place} is not the finding that its fingerprint stands for", subject=file, hint=_ANEW)
    return entry
