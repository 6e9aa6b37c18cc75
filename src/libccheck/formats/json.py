"""A report as JSON, by the schema `libccheck/report/1`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from libccheck.formats import REPORT_SCHEMA
from libccheck.formats.paper import Paper
from libccheck.kinds import interpreter_of, kind_of
from libccheck.libc import image_libc, program_libc
from libccheck.machines import machine_name
from libccheck.model import (
    Change,
    Check,
    Configuration,
    Died,
    Emulator,
    Failure,
    Finding,
    Host,
    Ignored,
    Image,
    Judgment,
    Layer,
    Loader,
    Outcome,
    Program,
    Refused,
    Rejected,
    Report,
    Started,
    Step,
    Unclear,
)
from libccheck.origins import layers_by_path
from libccheck.rules import RULES
from libccheck.verdict import every, findings_of, kind_of_outcome, severity, summary
from libccheck.wording import exit_status, older, seen


def render(report: Report, _paper: Paper | None = None, *, verbose: bool = False) -> str:
    """The whole report, ASCII only, with a newline at the end."""
    return json.dumps(as_data(report, verbose=verbose), indent=2) + "\n"


def as_data(report: Report, *, verbose: bool = False) -> dict[str, Any]:
    """The report as plain dicts and lists; `verbose` adds the wordings of older releases."""
    data: dict[str, Any] = {"schema": REPORT_SCHEMA}
    libcs = {id(check.image): image_libc(check.image) for check in report.checks}
    data["checks"] = [_check(check, libcs[id(check.image)], verbose) for check in report.checks]
    if report.judgments:
        data["policy"] = _policy(report.judgments)
    if report.configuration:
        data["configuration"] = _configuration(report.configuration)
    ignored = sum(each.ignored is not None for _, each in every(report))
    return {
        **data,
        "errors": errors_data(report.errors),
        "summary": {**summary(report), **({"ignored": ignored} if ignored else {})},
    }


def program_data(program: Program) -> dict[str, Any]:
    """A program as every command shows it."""
    elf = program.content.elf
    data: dict[str, Any] = {
        "path": program.path,
        "kind": kind_of(program),
        "machine": machine_name(elf) if elf else None,
        "interpreter": interpreter_of(program),
        "libc": program_libc(elf) if elf else None,
        "soname": elf.soname if elf else None,
        "needed": list(elf.needed) if elf else [],
        "versions": {},
        "rpath": elf.rpath if elf else None,
        "runpath": elf.runpath if elf else None,
        "size": program.size,
    }
    for each in elf.versions_needed if elf else ():
        data["versions"].setdefault(each.file, []).extend(version.name for version in each.versions)
    if program.digest is not None:
        data["sha256"] = program.digest
    return data


def image_data(image: Image, libc: Loader | None) -> dict[str, Any]:
    """An image as every command shows it."""
    return {
        "reference": image.reference,
        "source": image.source,
        "digest": image.digest,
        "platform": image.platform,
        "libc": libc.family if libc else None,
        "libc_version": libc.version if libc else None,
        "as_of": image.as_of,
        "floating": image.floating,
        "provenance": image.provenance._asdict() if image.provenance else None,
    }


def errors_data(failures: Iterable[Failure]) -> list[dict[str, str]]:
    """What could not be looked at, as every command shows it."""
    return [{"subject": each.subject, "message": each.message, "hint": each.hint} for each in failures]


def _check(check: Check, libc: Loader | None, verbose: bool) -> dict[str, Any]:
    layers = layers_by_path(check.origins, check.image.layers)
    verified = {"verified": check.verified._asdict()} if check.verified else {}
    data = {
        "program": _program(check),
        "image": image_data(check.image, libc),
        "host": _host(check.host),
        "outcome": _outcome(check, verbose),
        "findings": [finding_data(each, layers, check) for each in findings_of(check)],
        "remedies": [
            {
                "title": each.title,
                "commands": list(each.commands),
                "outcome": kind_of_outcome(each.launch.outcome),
                "basis": each.basis,
                "lost": list(each.lost),
            }
            for each in check.remedies
        ],
        **verified,
        **({"at": check.at._asdict()} if check.at is not None else {}),
        **({"check": check.part} if check.part else {}),
    }
    return data if check.change is None else {**data, "change": _change(check.change)}


def _change(change: Change) -> dict[str, Any]:
    return {
        "against": change.before.image.reference,
        "kind": change.kind,
        "outcome": kind_of_outcome(change.before.launch.outcome),
        "came": [{"code": each.code, "subject": each.subject} for each in change.came],
        "went": [{"code": each.code, "subject": each.subject} for each in change.went],
    }


def _policy(judgments: Sequence[Judgment]) -> dict[str, Any]:
    """Each program has its own demands where they are not the same for all."""
    policies = list(dict.fromkeys(each.policy for each in judgments))
    return {
        "demands": list(dict.fromkeys(each for policy in policies for each in policy)),
        "programs": [
            {
                "program": program_data(each.program),
                "findings": [finding_data(finding, {}) for finding in findings_of(each)],
                **({"demands": list(each.policy)} if len(policies) > 1 else {}),
                **({"check": each.part} if each.part else {}),
            }
            for each in judgments
        ],
    }


def _configuration(configuration: Configuration) -> dict[str, Any]:
    return {
        "file": configuration.file or None,
        "baseline": configuration.baseline or None,
        "findings": [
            {**finding_data(each._replace(at=None)), "at": {"file": each.at.file, "line": each.at.line or None}}
            if each.at
            else finding_data(each)
            for each in configuration.findings
        ],
    }


def _ignored(ignored: Ignored) -> dict[str, Any]:
    return {
        "by": ignored.by,
        "reason": ignored.reason or None,
        "file": ignored.file,
        "line": ignored.line or None,
        "expires": ignored.expires or None,
    }


def _program(check: Check) -> dict[str, Any]:
    data = {**program_data(check.program), "place": check.place}
    return data if check.loaded_by is None else {**data, "loaded_by": check.loaded_by}


def _emulator(emulator: Emulator) -> str:
    """As `--host emulates=` takes it."""
    return ":".join(each for each in emulator if each)


def _host(host: Host) -> dict[str, Any]:
    return {
        "machine": host.machine,
        "isa": host.isa_level,
        "kernel": ".".join(map(str, host.kernel)) or None,
        "page": host.page_size,
        "emulates": [_emulator(each) for each in host.emulated],
    }


def _outcome(check: Check, verbose: bool) -> dict[str, Any]:
    outcome = check.launch.outcome
    data: dict[str, Any] = {
        "kind": kind_of_outcome(outcome),
        "errno": outcome.errno if isinstance(outcome, Refused) else None,
        "status": outcome.status if isinstance(outcome, Died) else None,
        "signal": outcome.signal if isinstance(outcome, Died) else None,
        "stderr": outcome.stderr if isinstance(outcome, (Started, Died, Rejected)) else None,
        "seen": seen(check.launch, check.process),
        "exits": exit_status(check.launch),
        "reason": _reason(outcome),
    }
    if verbose:
        data["older"] = older(check.launch, check.process)
    return data


def _reason(outcome: Outcome) -> str | None:
    match outcome:
        case Unclear(reason):
            return reason
        case Rejected(dlerror):
            return dlerror or None
        case _:
            return None


def finding_data(
    finding: Finding,
    layers: Mapping[str, tuple[int, Layer]] = MappingProxyType({}),
    check: Check | None = None,
) -> dict[str, Any]:
    """A finding as every command shows it; `layers` tells from which one a path of its evidence comes.

    check: the one that it is of, on whose outcome the severity of LC4xx depends.
    """
    rule = RULES[finding.code]
    data: dict[str, Any] = {
        "code": rule.code,
        "name": rule.name,
        "severity": severity(finding, check) if check is not None else rule.severity,
        "subject": finding.subject,
        "message": finding.message,
        "evidence": [_step(step, layers.get(step.path)) for step in finding.evidence],
    }
    if finding.ignored is not None:
        data["ignored"] = _ignored(finding.ignored)
    return data if finding.at is None else {**data, "at": finding.at._asdict()}


def _step(step: Step, origin: tuple[int, Layer] | None) -> dict[str, Any]:
    if origin is None:
        return step._asdict()
    number, layer = origin
    return {
        **step._asdict(),
        "layer": {"number": number, "diff_id": layer.diff_id, "created_by": layer.created_by},
    }
