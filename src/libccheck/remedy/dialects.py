"""How package managers are asked for what is to be there, where nobody knows the name of a package.

RPM notes of each library its soname and versions, `libssl.so.3(OPENSSL_3.0.0)(64bit)` (`tools/elfdeps.c`), and dnf
finds programs by their paths; Alpine's and Wolfi's tools note `so:libssl.so.3` and `cmd:bash`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from libccheck.record import NamedTuple

_SERIES = re.compile(r"(.*?)([\d.]*)\Z")


class Dialect(NamedTuple):
    """repositories: the paths of the lists of what may be installed.

    library: the words for a soname, versions, and the class, 32 or 64. program: the word for a path, None where it
    cannot be asked for. versions: whether a version can be. kept: libraries of an older generation that there are
    packages of beside the later one: libxcrypt-compat, ncurses-compat-libs, libncurses5.
    """

    repositories: re.Pattern[str]
    library: Callable[[str, tuple[str, ...], int], list[str]]
    program: Callable[[str], str] | None
    versions: bool
    kept: tuple[str, ...] = ()


def _rpm(name: str, versions: tuple[str, ...], bits: int) -> list[str]:
    """Of versions the newest of each series: the older ones come with it."""
    mark = "(64bit)" if bits == 64 else ""
    return [f"{name}({each}){mark}" for each in _newest(versions)] or [f"{name}(){mark}" if mark else name]


def _apk(name: str, _: tuple[str, ...], __: int) -> list[str]:
    return [f"so:{name}"]


def _path(path: str) -> str:
    return path


def _command(path: str) -> str:
    return f"cmd:{path.rpartition('/')[2]}"


def _newest(versions: tuple[str, ...]) -> list[str]:
    """ "GLIBCXX_3.4.29" goes where "GLIBCXX_3.4.30" is."""
    found: dict[str, tuple[list[int], str]] = {}
    for each in versions:
        match = _SERIES.match(each)
        series, number = (match[1], match[2]) if match else (each, "")
        numbers = [int(part) for part in number.split(".") if part]
        found[series] = max(found.get(series, ([], "")), (numbers, each))
    return [each for _, each in found.values()]


_OLDER = ("libcrypt.so.1", "libtinfo.so.5", "libncurses.so.5", "libncursesw.so.5")
DIALECTS = {
    # the template of the manager's command
    "apk": Dialect(re.compile(r"/etc/apk/repositories\Z"), _apk, _command, versions=False),
    "dnf": Dialect(
        re.compile(r"(/etc/(yum|distro)\.repos\.d|/usr/share/dnf5/repos\.d)/[^/]+\.repo\Z"),
        _rpm,
        _path,
        versions=True,
        kept=_OLDER,
    ),
    "zypper": Dialect(re.compile(r"/etc/zypp/repos\.d/[^/]+\.repo\Z"), _rpm, None, versions=True, kept=_OLDER),
}
