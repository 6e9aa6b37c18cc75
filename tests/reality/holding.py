"""The one thing that is asked of every pair: what is predicted is what really happens."""

from __future__ import annotations

from tests import toolchains
from tests.reality.compare import Comparison
from tests.reality.reality import UnavailableError
from tests.reality.tally import TALLY


def holds(comparison: Comparison, program: str, root: str, part: str, machine: str = "") -> None:
    """Compare, count for that part of the tests, and assert; `machine` names its own columns in the table."""
    try:
        compared = comparison.compare(program, root)
    except (toolchains.MissingError, UnavailableError) as error:
        toolchains.missing(error)
    TALLY.add(compared._replace(loader=f"{machine} {compared.loader}".lstrip()), part)
    assert not compared.disagreements, "\n".join(("", *compared.disagreements, f"reality {compared.reality!r}"))
