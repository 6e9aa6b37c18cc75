"""What of a report is known of before: ignores of a configuration, and a baseline, which may be written anew."""

from __future__ import annotations

import os
import stat
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING

from libccheck.cli import output
from libccheck.cli.complaints import note, tell
from libccheck.cli.reporting import Reporting
from libccheck.config.baselines import baseline_of, beyond, parsed, written
from libccheck.config.ignoring import ignoring
from libccheck.errors import UsageError
from libccheck.formats import below
from libccheck.model import Report

if TYPE_CHECKING:
    from libccheck.config import Config
    from libccheck.fingerprints import Known

_LARGEST = 16 << 20


def settled(report: Report, reported: Reporting, config: Config | None, *, whole: bool) -> Report:
    """The report with what does not count marked, and with what is wrong with ignores and baseline."""
    if config is not None:
        today = datetime.now(timezone.utc).date().isoformat()
        report = ignoring(report, config, today, whole=whole, called=partial(os.path.relpath, start=config.root or "."))
    if reported.write_baseline and report.errors:
        tell(reported.write_baseline, "not written, since not everything could be looked at")
    elif reported.write_baseline:
        entries = baseline_of(report)
        output.emit(written(entries), reported.write_baseline)
        note(f"baseline: {len(entries)} finding{'' if len(entries) == 1 else 's'} written to {reported.write_baseline}")
        return beyond(report, entries, reported.write_baseline, whole=whole)
    file, shown = _baseline(reported, config)
    return beyond(report, _read(file, shown), shown, whole=whole) if file else report


def tell_ignored(report: Report) -> None:
    """On standard error, where no report says it there."""
    for each in below.ignored(report, verbose=False):
        note(f"ignored: {each}")
    for finding in below.found(report):
        note(f"configuration: {below.remark(finding)}")


def _baseline(reported: Reporting, config: Config | None) -> tuple[str, str]:
    """The path of the baseline, and what it is called."""
    if reported.baseline or reported.write_baseline or config is None or not config.baseline:
        return (reported.baseline or "",) * 2
    from libccheck.project import inside

    return inside(config, config.baseline, "the baseline"), config.baseline


def _read(file: str, shown: str) -> tuple[Known, ...]:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, encoding="utf-8") as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UsageError("a baseline is a file", subject=shown)
            text = opened.read(_LARGEST + 1)
    except FileNotFoundError:
        hint = f"write it with --write-baseline {shown}"
        raise UsageError("there is no such baseline", subject=shown, hint=hint) from None
    except OSError as error:
        raise UsageError(f"cannot read it: {(error.strerror or str(error)).lower()}", subject=shown) from None
    except UnicodeDecodeError:
        raise UsageError("it is not UTF-8", subject=shown) from None
    if len(text) > _LARGEST:
        raise UsageError(f"a baseline has at most {_LARGEST >> 20} MiB", subject=shown)
    return parsed(text, shown)
