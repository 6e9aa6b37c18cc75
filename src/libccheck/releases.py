"""What is known of public images without opening them: C library by release, and which suite a tag stands for.

Read in docker-library/official-images and in measured symbol tables of the distributions (mayeut/pep600_compliance);
the newest state is of 2026-08.
"""

from __future__ import annotations

from libccheck.record import NamedTuple

AS_OF = "2026-08"


class Suite(NamedTuple):
    """A release of a distribution: its family of C library, and that one's version."""

    distribution: str
    family: str
    version: str


def _suites(distribution: str, table: str, family: str = "glibc") -> dict[str, Suite]:
    pairs = (each.split("=") for each in table.split())
    return {name: Suite(distribution, family, version) for names, version in pairs for name in names.split(",")}


DEBIAN = _suites(
    "debian",
    "wheezy,7=2.13 jessie,8=2.19 stretch,9=2.24 buster,10=2.28 bullseye,11,oldoldstable=2.31 "
    "bookworm,12,oldstable=2.36 trixie,13,stable,latest=2.41 forky,14,testing=2.43 sid,unstable=2.43",
)
UBUNTU = _suites(
    "ubuntu",
    "trusty,14.04=2.19 xenial,16.04=2.23 bionic,18.04=2.27 focal,20.04=2.31 jammy,22.04=2.35 lunar,23.04=2.37 "
    "mantic,23.10=2.38 noble,24.04=2.39 oracular,24.10=2.40 plucky,25.04=2.41 questing,25.10,rolling=2.42 "
    "resolute,26.04,latest=2.43",
)
ALPINE = _suites(
    "alpine",
    "3.10=1.1.22 3.11=1.1.24 3.12=1.1.24 3.13=1.2.2 3.14=1.2.2 3.15=1.2.2 3.16=1.2.3 3.17=1.2.3 3.18=1.2.4 "
    "3.19=1.2.4 3.20=1.2.5 3.21=1.2.5 3.22=1.2.5 3.23=1.2.5 3.24,latest,3=1.2.6",
    "musl",
)
_EL = "8=2.28 9=2.34 10=2.39"
OTHERS = {
    # repository: its releases by tag
    "fedora": _suites(
        "fedora",
        "34=2.33 35=2.34 36=2.35 37=2.36 38=2.37 39=2.38 40=2.39 41=2.40 42=2.41 43=2.42 44,latest=2.43 rawhide=2.44",
    ),
    "centos": _suites("centos", "6=2.12 7=2.17 8,latest=2.28"),
    "quay.io/centos/centos": _suites("centos", "stream8=2.28 stream9=2.34 stream10=2.39"),
    "almalinux": _suites("almalinux", f"{_EL} latest=2.39"),
    "rockylinux": _suites("rockylinux", "8=2.28 9=2.34"),
    "rockylinux/rockylinux": _suites("rockylinux", _EL),
    "oraclelinux": _suites("oraclelinux", f"7=2.17 {_EL}"),
    "amazonlinux": _suites("amazonlinux", "1=2.17 2=2.26 2023,latest=2.34"),
    "registry.access.redhat.com/ubi8": _suites("ubi", "latest=2.28"),
    "registry.access.redhat.com/ubi9": _suites("ubi", "latest=2.34"),
    "registry.access.redhat.com/ubi10": _suites("ubi", "latest=2.39"),
    "opensuse/leap": _suites("opensuse", "15.3=2.31 15.4=2.31 15.5=2.31 15.6=2.38 16.0,latest=2.40"),
    "opensuse/tumbleweed": _suites("opensuse", "latest=2.43"),
    "archlinux": _suites("archlinux", "latest,base,base-devel=2.44"),
    "photon": _suites("photon", "3.0=2.28 4.0=2.32 5.0,latest=2.36"),
    "cgr.dev/chainguard/wolfi-base": _suites("wolfi", "latest=2.43"),
    "cgr.dev/chainguard/glibc-dynamic": _suites("wolfi", "latest=2.43"),
    "cgr.dev/chainguard/go": _suites("wolfi", "latest=2.43"),
    "cgr.dev/chainguard/rust": _suites("wolfi", "latest=2.43"),
    "cgr.dev/chainguard/static": _suites("wolfi", "latest=", family=""),
}


class Since(NamedTuple):
    """From version `first` of an image on, its tags without a suite mean `suite`, since the day `since`.

    before: what they meant until then, "" where that line never moved. suites: those that it can be had on.
    """

    first: tuple[int, ...]
    suite: str
    since: str
    before: str = ""
    suites: tuple[str, ...] = ()


def _lines(table: str) -> tuple[Since, ...]:
    """`FIRST SUITE SINCE BEFORE|- SUITES`, the newest first."""
    rows = []
    for row in table.strip().splitlines():
        first, suite, since, before, suites = row.split()
        numbers = tuple(int(each) for each in first.split("."))
        rows.append(Since(numbers, suite, since, before.strip("-"), tuple(suites.split(","))))
    return tuple(rows)


FLOATING = {
    "golang": _lines(
        """
        1.26 trixie 2026-02-10 - trixie,bookworm
        1.25 trixie 2025-08-13 - trixie,bookworm,bullseye
        1.24 trixie 2025-08-13 bookworm trixie,bookworm,bullseye
        1.21 bookworm 2023-08-08 - bookworm,bullseye
        1.19 bookworm 2023-06-14 bullseye bookworm,bullseye,buster
        1.17 bullseye 2021-08-16 - bullseye,buster,stretch
        1.16 bullseye 2021-08-16 buster bullseye,buster,stretch
        1.13 buster 2019-09-03 - buster,stretch
        1.11 buster 2019-07-19 stretch buster,stretch
        1.10 stretch 2018-02-17 - stretch
        """
    ),
    "rust": _lines(
        """
        1.90 trixie 2025-09-18 - trixie,bookworm,bullseye
        1.89 trixie 2025-08-19 bookworm trixie,bookworm,bullseye
        1.88 bookworm 2025-06-26 - trixie,bookworm,bullseye
        1.72 bookworm 2023-08-24 - bookworm,bullseye
        1.67 bullseye 2023-01-26 - bookworm,bullseye,buster
        1.55 bullseye 2021-09-09 - bullseye,buster
        1.37 buster 2019-08-16 - buster,stretch
        """
    ),
    "node": _lines(
        """
        26 trixie 2026-05-06 - trixie,bookworm,bullseye
        22 bookworm 2024-04-26 - trixie,bookworm,bullseye
        20 bookworm 2023-06-12 bullseye trixie,bookworm,bullseye,buster
        18 bookworm 2023-06-12 bullseye bookworm,bullseye,buster
        17 bullseye 2021-10-20 - bullseye,buster,stretch
        16 buster 2021-04-26 - bookworm,bullseye,buster,stretch
        14 buster 2022-07-05 stretch bullseye,buster,stretch
        12 stretch 2019-04-25 - bullseye,buster,stretch
        """
    ),
    "python": _lines(
        """
        3.14 trixie 2025-10-07 - trixie,bookworm
        3.9 trixie 2025-08-12 bookworm trixie,bookworm,bullseye
        3.7 bookworm 2023-06-14 bullseye bookworm,bullseye,buster
        3.6 bullseye 2021-08-16 buster bullseye,buster,stretch
        """
    ),
    "ruby": _lines(
        """
        4.0 trixie 2025-12-25 - trixie,bookworm
        3.2 trixie 2025-08-12 bookworm trixie,bookworm,bullseye
        3.1 bookworm 2023-06-14 bullseye bookworm,bullseye,buster
        2.6 bullseye 2021-08-16 buster bullseye,buster,stretch
        """
    ),
    "php": _lines(
        """
        8.5 trixie 2025-11-20 - trixie,bookworm
        8.1 trixie 2025-08-12 bookworm trixie,bookworm,bullseye
        7.3 bullseye 2021-08-17 buster bullseye,buster
        """
    ),
    "gcc": _lines(
        """
        16 trixie 2026-05-06 - trixie
        14 trixie 2025-08-12 bookworm trixie,bookworm
        12 bookworm 2023-06-12 bullseye bookworm
        9 bullseye 2023-04-27 buster bullseye
        """
    ),
    "perl": _lines(
        """
        5.38 trixie 2025-08-18 bookworm trixie,bookworm,bullseye
        5.36 bookworm 2023-07-05 bullseye bookworm,bullseye
        """
    ),
    "buildpack-deps": _lines("0 trixie 2025-08-12 bookworm trixie,bookworm,bullseye"),
    "haskell": _lines(
        """
        9.12 bookworm 2025-04-07 - bookworm
        9.6 bullseye 2024-08-12 buster bullseye
        """
    ),
    "swift": _lines(
        """
        6.0 noble 2024-09-17 - noble,jammy,bookworm
        5.7 jammy 2022-09-13 - jammy,focal
        5.1 bionic 2019-09-23 - bionic,focal
        """
    ),
    "eclipse-temurin": _lines("8 resolute 2026-05-07 noble resolute,noble,jammy"),
    "nginx": _lines("1 trixie 2025-10-07 bookworm trixie,bookworm"),
    "httpd": _lines("2 trixie 2025-08-12 bookworm trixie,bookworm"),
    "redis": _lines("6 trixie 2026-02-10 bookworm trixie,bookworm"),
    "postgres": _lines("13 trixie 2025-08-12 bookworm trixie,bookworm"),
    "erlang": _lines("28 trixie 2025-12-14 bookworm trixie,bookworm"),
}
"""Images on Debian or Ubuntu whose tags need not say which release."""

NEWEST = {
    "golang": (1, 27),
    "rust": (1, 98),
    "node": (26,),
    "python": (3, 14),
    "ruby": (4, 0),
    "php": (8, 5),
    "gcc": (16,),
}
"""What `latest`, and a tag with too few numbers, stands for."""


def _on_alpine(table: str) -> tuple[tuple[tuple[int, ...], tuple[str, ...]], ...]:
    """`FIRST RELEASES`, the newest first."""
    rows = (row.split() for row in table.strip().splitlines())
    return tuple((tuple(map(int, first.split("."))), tuple(releases.split(","))) for first, releases in rows)


ON_ALPINE = {
    "golang": _on_alpine(
        """
        1.27 3.24,3.23
        1.26 3.24,3.23,3.22
        1.25 3.24,3.23,3.22,3.21
        1.24 3.23,3.22,3.21,3.20
        1.23 3.22,3.21,3.20,3.19
        1.22 3.21,3.20,3.19,3.18
        1.21 3.20,3.19,3.18,3.17
        1.20 3.19,3.18,3.17,3.16
        1.19 3.18,3.17,3.16,3.15
        1.18 3.17,3.16,3.15,3.14
        1.17 3.16,3.15,3.14,3.13
        1.16 3.15,3.14,3.13,3.12
        """
    ),
    "rust": _on_alpine(
        """
        1.96 3.24,3.23,3.22,3.21
        1.95 3.23,3.22,3.21
        1.91 3.23,3.22,3.21,3.20
        1.87 3.22,3.21,3.20
        1.84 3.21,3.20
        1.83 3.21,3.20,3.19
        1.79 3.20,3.19
        1.78 3.20,3.19,3.18
        1.75 3.19,3.18
        1.70 3.18,3.17
        1.66 3.17,3.16
        """
    ),
}
"""From that version of an image on, the releases of Alpine that its tags have named."""


class Runtime(NamedTuple):
    """The highest versions that GCC's own libraries have in a release: GLIBCXX_3.4.N, CXXABI_1.3.N, GCC_N."""

    glibcxx: int
    cxxabi: int
    gcc: tuple[int, ...]
    compiler: str


RUNTIMES = {
    # the release of Debian: its GCC, as the image gcc calls it
    "stretch": Runtime(22, 10, (4, 8, 0), "6"),
    "buster": Runtime(25, 11, (7, 0, 0), "8"),
    "bullseye": Runtime(28, 12, (7, 0, 0), "10"),
    "bookworm": Runtime(30, 13, (12, 0, 0), "12"),
    "trixie": Runtime(33, 15, (14, 0, 0), "14"),
}


_GLIBCXX_EL = "7=19 8=25 9=29 10=33"
_GLIBCXX = {
    # ID of os-release: its releases, and N of the newest GLIBCXX_3.4.N that their libstdc++ has in any update
    "alpine": "3.10=25 3.11=27 3.12=28 3.13=28 3.14=28 3.15=28 3.16=29 3.17=30 3.18=30 3.19=32 3.20=32 3.21=33 3.22=33",
    "fedora": "34=29 35=29 36=30 37=30 38=32 39=32 40=33 41=33 42=34 43=34 44=35",
    **dict.fromkeys(("rhel", "centos", "almalinux", "rocky", "ol"), _GLIBCXX_EL),
    "amzn": "2=24 2023=33",
    "opensuse-leap": "15.3=29 15.4=32 15.5=32 15.6=33 16.0=34",
}


def newest_glibcxx(distribution: str, version: str) -> int | None:
    """N of the newest GLIBCXX_3.4.N of a release, by ID and VERSION_ID of its os-release; None where nobody knows."""
    known = dict(each.split("=") for each in _GLIBCXX.get(distribution, "").split())
    numbers = version.split(".")
    found = known.get(".".join(numbers[:2]), known.get(numbers[0]))
    return int(found) if found else None


def suites_of(repository: str, number: tuple[int, ...]) -> tuple[str, ...]:
    """The releases of Debian that a version of a public image can be had on, by its tags; () where nobody knows."""
    if number > NEWEST.get(repository, number):
        return ()
    return next((each.suites for each in FLOATING.get(repository, ()) if number >= each.first), ())
