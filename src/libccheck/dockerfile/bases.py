"""What a base image is, by its name alone: C library, release behind the tag, which tools are in it."""

from __future__ import annotations

import re

from libccheck.record import NamedTuple
from libccheck.releases import ALPINE, DEBIAN, FLOATING, NEWEST, OTHERS, UBUNTU, Since, Suite

_COMPILES_C = frozenset(
    ("golang", "rust", "gcc", "buildpack-deps", "node", "python", "ruby", "perl", "haskell", "swift")
)
_NEEDS_BUILD_TOOLS = frozenset(("rust", "haskell", "swift"))
_WITHOUT_ENTRYPOINT = frozenset(
    (
        *("debian", "ubuntu", "alpine", "busybox", "golang", "rust", "gcc", "buildpack-deps", "python", "ruby", "perl"),
        *("haskell", "swift", "httpd", "erlang"),
    )
)
_LANGUAGES = {"golang": "go", "rust": "rust", "gcc": "c", "haskell": "haskell", "swift": "swift"}
_PREFIXES = (
    "docker.io/",
    "index.docker.io/",
    "registry-1.docker.io/",
    "library/",
    "mirror.gcr.io/",
    "public.ecr.aws/docker/library/",
)
_OF_THE_NEWEST = frozenset(("latest", "current", "slim", "mainline", "fpm", "apache", "cli", "zts"))
"""Tags without a number that go with the newest release; of others (lts, a code name) nothing is known."""
_DISTROLESS = re.compile(r"gcr\.io/distroless/([a-z0-9]+?)(-nossl)?(?:-debian(\d+))?\Z")
_DISTROLESS_NOW = "13"
_DISTROLESS_MOVED = Since((), "debian13", "2026-01-30", "debian12")
_ENV = {
    "golang": {"GOPATH": "/go", "GOTOOLCHAIN": "local"},
    "rust": {"CARGO_HOME": "/usr/local/cargo", "RUSTUP_HOME": "/usr/local/rustup"},
}


class BaseFacts(NamedTuple):
    """What is known of an image by its name.

    repository, tag: as in "golang" and "1.25-alpine". suite: "bookworm", "3.20"; "" where nobody knows.
    family: "glibc", "musl", "" for one without a loader; None where nobody knows. version: of that C library.
    floating: how the tag's suite moved, None for a tag that names it. number: the version of the language in it.
    catalog: the catalog's name of what it is built on. whole: whether that is all there is in it.
    """

    reference: str
    repository: str
    tag: str
    distribution: str
    suite: str
    family: str | None
    version: str
    language: str = ""
    number: tuple[int, ...] = ()
    floating: Since | None = None
    compiler: bool = False
    catalog: str = ""
    whole: bool = False
    user: str = ""

    @property
    def runs_commands(self) -> bool:
        """Whether CMD is run as it stands there: of an image that may have an ENTRYPOINT nobody knows."""
        return bool(self.whole or self.repository in _WITHOUT_ENTRYPOINT or self.repository in OTHERS)

    @property
    def env(self) -> dict[str, str]:
        """What its config sets that builds look at."""
        return dict(_ENV.get(self.repository, {}))


def facts_of_base(reference: str) -> BaseFacts:
    """Never fails: of a name that nobody knows the family is None."""
    if reference == "scratch":
        return BaseFacts("scratch", "scratch", "", "", "", "", "", catalog="scratch", whole=True)
    name = reference.partition("@")[0]
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    repository, colon, tag = name.rpartition(":") if ":" in name.rpartition("/")[2] else (name, "", "")
    tag = tag if colon else "latest"
    start = BaseFacts(reference, repository, tag, "", "", None, "")
    if repository in ("debian", "ubuntu", "alpine", "busybox"):
        return _plain(start)
    distroless = _DISTROLESS.match(repository)
    if distroless:
        return _distroless(start, distroless[1], distroless[3])
    if repository in OTHERS:
        releases = OTHERS[repository]
        return _on(
            start,
            releases.get(tag.partition("-")[0]) or releases.get("latest")
            if tag == "latest" or tag.partition("-")[0] in releases
            else None,
            tag,
        )
    return _of_language(start)


def _plain(start: BaseFacts) -> BaseFacts:
    repository, tag = start.repository, start.tag
    if repository == "busybox":
        family = "glibc" if "glibc" in tag or not ("musl" in tag or "uclibc" in tag) else ""
        return start._replace(family=family, version="", catalog=f"busybox:{tag}", whole=True, distribution="busybox")
    slim = "-slim" if tag.endswith("-slim") else ""
    word = re.sub(r"(-slim)?(-\d{8}.*)?\Z", "", tag)
    if repository == "alpine":
        word = ".".join(word.split(".")[:2])
        whole = start._replace(catalog=f"alpine:{word}", whole=True)
        return _on(whole, ALPINE.get(word), word)
    releases = DEBIAN if repository == "debian" else UBUNTU
    word = word.partition(".")[0] if repository == "debian" else word
    suite = releases.get(word)
    catalog = f"debian:{_debian_name(word)}{slim}" if repository == "debian" and suite else ""
    return _on(start._replace(catalog=catalog, whole=bool(catalog)), suite, _debian_name(word))


def _debian_name(word: str) -> str:
    """Of a number the suite's name; what floats stays as it is."""
    numbers = {"8": "jessie", "9": "stretch", "10": "buster", "11": "bullseye", "12": "bookworm", "13": "trixie"}
    return numbers.get(word, word)


def _distroless(start: BaseFacts, kind: str, number: str | None) -> BaseFacts:
    release = number or _DISTROLESS_NOW
    suite = DEBIAN.get(release)
    held = {"static": "static", "base": "base", "cc": "cc"}.get(kind, "cc")
    found = _on(start, suite, f"debian{release}")._replace(
        floating=None if number else _DISTROLESS_MOVED,
        catalog=f"gcr.io/distroless/{held}-debian{release}:latest",
        whole=kind == held and not start.tag.startswith("debug"),
        distribution="distroless",
        user="65532" if "nonroot" in start.tag else "",
    )
    return found._replace(family="", version="") if kind == "static" else found


def _of_language(start: BaseFacts) -> BaseFacts:
    repository, tag = start.repository, start.tag
    number = tuple(int(each) for each in re.match(r"(?:v?(\d+)(?:\.(\d+))?)?", tag).groups() if each)  # type: ignore[union-attr]
    lines = FLOATING.get(repository)
    parts = tag.split("-")
    alpine = next((each for each in parts if each.startswith("alpine")), None)
    named = next(
        (each for each in parts if each in DEBIAN and not each[0].isdigit() and each not in ("latest", "stable")), None
    )
    ubuntu = next(
        (each for each in parts if each in UBUNTU and not each[0].isdigit() and each not in ("latest", "rolling")), None
    )
    newest = NEWEST.get(repository, (lines[0].first if lines else ()))
    full = number if len(number) >= len(newest) else newest if number == newest[: len(number)] else number
    start = start._replace(language=_LANGUAGES.get(repository, ""), number=full)
    slim = "slim" in parts
    if alpine is not None and (lines or repository in ("caddy", "docker")):
        release = alpine.removeprefix("alpine") or "latest"
        compiler = repository == "rust"
        found = _on(start, ALPINE.get(release), release)._replace(compiler=compiler, catalog=f"alpine:{release}")
        return found._replace(floating=Since((), "", "", "") if release == "latest" else None)
    if named is None and ubuntu is None and lines is None:
        return start
    floating = None
    if named is None and ubuntu is None and lines is not None and (number or parts[0] in _OF_THE_NEWEST):
        floating = next((each for each in lines if full >= each.first), None)
        named = floating.suite if floating else None
    suite = DEBIAN.get(named or "") or UBUNTU.get(ubuntu or named or "")
    compiler = repository in _COMPILES_C and (not slim or repository in _NEEDS_BUILD_TOOLS)
    found = _on(start, suite, named or ubuntu or "")._replace(floating=floating, compiler=compiler)
    if suite and suite.distribution == "debian":
        found = found._replace(catalog=f"debian:{named}{'-slim' if slim else ''}")
    return found


def _on(start: BaseFacts, suite: Suite | None, name: str) -> BaseFacts:
    if suite is None:
        return start
    return start._replace(distribution=suite.distribution, suite=name, family=suite.family, version=suite.version)
