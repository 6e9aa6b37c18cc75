"""The base images that start programs, the smallest first, and what a change would open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from libccheck import __version__
from libccheck.checking import check
from libccheck.kinds import interpreter_of
from libccheck.machines import machine_name
from libccheck.model import Base, Check, Failure, File, Host, Image, Program, Started, Unclear
from libccheck.placement import Copy, file_name
from libccheck.recommending.changes import Trial, changes
from libccheck.recommending.ruling import ruled_out
from libccheck.recommending.values import Change, Choice, Passed, Recommendation, Supposed, first_of_each_code
from libccheck.remedy.case import ABSURD, first_error
from libccheck.remedy.platform import platform_of
from libccheck.verdict import findings_of

__all__ = ["Change", "Choice", "Passed", "Recommendation", "Supposed", "platform_for", "recommend"]


def recommend(
    programs: Sequence[Program],
    bases: Iterable[Base],
    *,
    at: str | None = None,
    copies: Sequence[Copy] = (),
    env: Mapping[str, str] | None = None,
    user: str | None = None,
    workdir: str | None = None,
    arg0: str | None = None,
    host: Host | None = None,
    most: int | None = 3,
    with_changes: bool = True,
    documented: Iterable[Image] = (),
    failures: Sequence[Failure] = (),
) -> Recommendation:
    """The bases on which each of the programs starts: the smallest `most` of them, or all.

    The programs are placed and run as `check` does it. A base is opened only if its outline does not rule it out, and
    none is opened once there are enough. Changes are looked for afterwards, and open others. documented: bases of which
    only facts are known.
    """
    candidates = [each for each in bases if each.name.partition(":")[0] not in ABSURD]
    candidates.sort(key=lambda each: (each.size or 0, each.name))
    trial = partial(check, programs, at=at, copies=copies, env=env, user=user, workdir=workdir, arg0=arg0, host=host)
    added = sum(each.size for each in programs) + sum(map(_size, copies))
    brought = {file_name(each.path) for each in programs} | {name for each in copies for name in _names(each)}
    platform = candidates[0].platform if candidates else ""
    result = Recommendation(__version__, tuple(programs), platform, (), (), 0, (), (), tuple(failures))
    for base in candidates if programs else ():
        why = next((why for each in programs if (why := ruled_out(each, base, brought))), None)
        if why is None and most is not None and len(result.choices) >= most:
            result = result._replace(untried=result.untried + 1)
            continue
        found = Passed(base.tag, base.size, *why) if why is not None else _tried(base, trial, added)
        if isinstance(found, Choice):
            result = result._replace(choices=(*result.choices, found))
        elif not result.choices:
            result = result._replace(passed=(*result.passed, found))
    if any(interpreter_of(each) is not None for each in programs):
        result = result._replace(supposed=tuple(_supposed(documented, trial)))
    if not with_changes or not programs:
        return result
    return result._replace(changes=changes(candidates, result, trial, added))


def platform_for(programs: Iterable[Program]) -> str | None:
    """The platform that the first program with a machine is made for."""
    machines = [machine_name(each.content.elf) for each in programs if each.content.elf is not None]
    return next((found for found in map(platform_of, machines) if found is not None), None)


def _tried(base: Base, trial: Trial, added: int) -> Choice | Passed:
    image = base.open()
    report = trial([image])
    if report.errors:
        return Passed(base.tag, base.size, None, report.errors[0].message)
    stuck = next((each for each in report.checks if not isinstance(each.launch.outcome, Started)), None)
    if stuck is not None:
        return Passed(base.tag, base.size, *_why(stuck))
    size = base.size or 0
    lacks = first_of_each_code(finding for each in report.checks for finding in findings_of(each))
    return Choice(base.tag, image, size, size + added, report.checks, lacks)


def _supposed(images: Iterable[Image], trial: Trial) -> Iterator[Supposed]:
    """Those of which it cannot be told whether all start there; what is decided for certain is a matter of `check`."""
    for image in images:
        report = trial([image])
        outcomes = [each.launch.outcome for each in report.checks]
        open_ = all(isinstance(each, (Started, Unclear)) for each in outcomes) and not report.errors
        if image.documented is not None and open_ and any(isinstance(each, Unclear) for each in outcomes):
            yield Supposed(image.reference, image.documented.libc, image.documented.version)


def _why(check: Check) -> tuple[str | None, str]:
    finding = first_error(check.launch) or next(iter(check.launch.findings), None)
    return (finding.code, finding.message) if finding is not None else (None, "it cannot be told whether it starts")


def _size(copy: Copy) -> int:
    return sum(each.size for each in copy.nodes.values() if isinstance(each, File))


def _names(copy: Copy) -> Iterator[str]:
    for path in copy.nodes:
        yield file_name(path or copy.source)
    yield file_name(copy.destination)
