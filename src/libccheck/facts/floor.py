"""The lowest release of its C library that a program can run with, and what asks for it."""

from __future__ import annotations

from collections.abc import Iterable

from libccheck.facts.abi import has_relr
from libccheck.facts.versions import Wanted, number
from libccheck.machines import machine_name
from libccheck.model import Elf
from libccheck.musl_symbols import OLDEST, SINCE
from libccheck.record import NamedTuple

_GLIBC = "GLIBC_"
_PRIVATE = "GLIBC_PRIVATE"
_RELR_MARKER, _RELR_IN_GLIBC = "GLIBC_ABI_DT_RELR", "2.36"
_RELR_IN_MUSL = "1.2.4"
_PORTS = {
    # machine: the release that it came with; the `arch` directory of each release
    "aarch64": "1.1.7",
    "ppc64": "1.1.15",
    "ppc64le": "1.1.15",
    "mips64": "1.1.15",
    "mips64el": "1.1.15",
    "s390x": "1.1.16",
    "m68k": "1.1.20",
    "riscv64": "1.1.23",
    "riscv32": "1.2.5",
    "loongarch64": "1.2.5",
}
_STB_GLOBAL = 1
_UNDEFINED = 0


class Floor(NamedTuple):
    """family: "glibc" or "musl". version: the lowest that will do; None where any will.

    symbols: what asks for that version, sorted. why: what else does, as "DT_RELR" or "the riscv64 port"; "" if nothing.
    private: whether it reaches into the inside of one build of glibc (GLIBC_PRIVATE).
    markers: other versions of glibc that are no numbers, as "GLIBC_ABI_GNU2_TLS".
    """

    family: str
    version: str | None
    symbols: tuple[str, ...] = ()
    why: str = ""
    private: bool = False
    markers: tuple[str, ...] = ()


def glibc_floor(wanted: Iterable[Wanted]) -> Floor:
    """By the highest `GLIBC_x.y` that is not weak."""
    own = [each for each in wanted if each.version.startswith(_GLIBC) and not each.weak]
    numbers = {each: number(each.version[len(_GLIBC) :]) for each in own}
    markers = tuple(sorted({each.version for each in own if not numbers[each] and each.version != _PRIVATE}))
    highest = max(numbers.values(), default=())
    packed = _RELR_MARKER in markers and highest <= number(_RELR_IN_GLIBC)
    if packed:
        highest = number(_RELR_IN_GLIBC)
    symbols = {symbol for each in own if highest and numbers[each] == highest for symbol in each.symbols}
    return Floor(
        "glibc",
        ".".join(map(str, highest)) or None,
        tuple(sorted(symbols)),
        "DT_RELR" if packed else "",
        any(each.version == _PRIVATE for each in own),
        tuple(each for each in markers if each != _RELR_MARKER),
    )


def musl_floor(elf: Elf) -> Floor:
    """By the newest function that is imported, and not weakly; then by DT_RELR and by the age of the port."""
    asked: dict[str, list[str]] = {}
    for name in _imported(elf):
        if name in SINCE:
            asked.setdefault(SINCE[name], []).append(name)
    reasons = [(version, "", tuple(sorted(names))) for version, names in asked.items()]
    if has_relr(elf):
        reasons.append((_RELR_IN_MUSL, "DT_RELR", ()))
    machine = machine_name(elf)
    if machine in _PORTS:
        reasons.append((_PORTS[machine], f"the {machine} port", ()))
    highest = max((number(version) for version, _, _ in reasons), default=number(OLDEST))
    if highest <= number(OLDEST):
        return Floor("musl", None)
    same = [each for each in reasons if number(each[0]) == highest]
    symbols = tuple(name for _, _, names in same for name in names)
    return Floor("musl", ".".join(map(str, highest)), symbols, " and ".join(why for _, why, _ in same if why))


def _imported(elf: Elf) -> list[str]:
    symbols = elf.tables.symbols
    if symbols is None:
        return []
    wanted = [at for at, section in enumerate(symbols.sections) if section == _UNDEFINED]
    return [symbols.names[at] for at in wanted if symbols.infos[at] >> 4 == _STB_GLOBAL and symbols.names[at]]
