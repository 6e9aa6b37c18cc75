"""What reading an image of 1 GB may cost: memory of a first check, and the time of each one after it.

It takes minutes to make one, so it is for LIBCCHECK_PROOFS=1; `tests/unit/images/test_warm.py` is quick.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import toolchains
from tests.benchmarks.images import Bench, bench
from tests.benchmarks.making import MAKERS
from tests.extent import everything

_MEGABYTES = 200
_RATIO = 1.5
_ROUNDS, _PAIRS = 5, 7


@pytest.fixture(scope="module")
def made() -> Iterator[tuple[Bench, dict[str, str]]]:
    """The bench, and the image by every name under which it can be read."""
    try:
        with bench() as found:
            MAKERS["large"](found.room / "large")
            yield found, found.sources("large", found.room / "large")
    except toolchains.MissingError as error:
        toolchains.missing(error)


if everything():

    def test_one_gigabyte(made: tuple[Bench, dict[str, str]]) -> None:
        found, sources = made
        assert len(sources) == 11
        for source, reference in sources.items():
            assert found.cold(reference).megabytes < _MEGABYTES, source
            assert _ratio(found, reference) <= _RATIO, source


def _ratio(found: Bench, reference: str) -> float:
    """Of the quickest warm check to the quickest against the catalog, of more while other work may be at fault."""
    pairs: list[tuple[float, float]] = []
    for _ in range(_ROUNDS):
        pairs += [(warm.seconds, base.seconds) for warm, base in found.pairs(reference, _PAIRS)]
        ratio = min(warm for warm, _ in pairs) / min(base for _, base in pairs)
        if ratio <= _RATIO:
            break
    return ratio
