"""What minimal images lack of what a program uses: lines of the stage that builds, and of the one that runs."""

from __future__ import annotations

from libccheck.dockerfile.bases import facts_of_base
from libccheck.model import Finding
from libccheck.record import NamedTuple

FROM_DEBIAN = "debian:trixie-slim"
"""Where files come from where nothing is built."""

_BUNDLE, _ZONES, _ROOT = "/etc/ssl/certs/ca-certificates.crt", "/usr/share/zoneinfo", "/rootfs"
_PACKAGES = {"LC307": "ca-certificates", "LC308": "tzdata"}
_HAVE_CERTIFICATES = ("golang", "rust", "gcc", "buildpack-deps")


class Furnished(NamedTuple):
    """packages: what the stage that builds has to install; prepared: its RUN lines; lines: those of the last stage.

    left: what no line can mend.
    """

    packages: tuple[str, ...]
    prepared: tuple[str, ...]
    lines: tuple[str, ...]
    left: tuple[Finding, ...]


def furnished(lacks: tuple[Finding, ...], image: str, stage: str, user: str) -> Furnished:
    """`stage` is what builds, of that image; user: numbers, as USER has them."""
    codes = {each.code for each in lacks}
    held = ("LC307",) if facts_of_base(image).repository in _HAVE_CERTIFICATES else ()
    packages = tuple(package for code, package in _PACKAGES.items() if code in codes and code not in held)
    lines = []
    if "LC307" in codes:
        lines.append(f"COPY --from={stage} {_BUNDLE} {_BUNDLE}")
    if "LC308" in codes:
        lines.append(f"COPY --from={stage} {_ZONES} {_ZONES}")
    made = []
    if "LC309" in codes:
        made.append(f"mkdir -p {_ROOT} && mkdir -m 1777 {_ROOT}/tmp")  # noqa: S108
    if "LC310" in codes:
        made.append(f"mkdir -p {_ROOT}/etc && printf '%s\\n' {_entries(user)} > {_ROOT}/etc/passwd")
    if made:
        lines.append(f"COPY --from={stage} {_ROOT}/ /")
    left = tuple(each for each in lacks if each.code not in ("LC307", "LC308", "LC309", "LC310"))
    return Furnished(packages, (f"RUN {' && '.join(made)}",) if made else (), tuple(lines), left)


def installs(image: str, packages: tuple[str, ...]) -> str:
    """The RUN line of that image's distribution."""
    words = " ".join(packages)
    if facts_of_base(image).distribution == "alpine":
        return f"RUN apk add --no-cache {words}"
    return f"RUN apt-get update && apt-get install -y --no-install-recommends {words} && rm -rf /var/lib/apt/lists/*"


def _entries(user: str) -> str:
    """Of root, and of who runs the program."""
    uid, _, gid = user.partition(":")
    own = f"'app:x:{uid}:{gid or uid}:app:/nonexistent:/sbin/nologin'"
    return "'root:x:0:0:root:/root:/sbin/nologin'" + (f" {own}" if uid != "0" else "")
