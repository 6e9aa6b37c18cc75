"""What minimal images lack of what a program uses: lines of the stage that builds, and of the one that runs."""

from __future__ import annotations

from libccheck.dockerfile.bases import facts_of_base
from libccheck.model import Finding
from libccheck.record import NamedTuple

FROM_DEBIAN = "debian:trixie-slim"
"""Where files come from where nothing is built."""

_USERS = "/etc/passwd"
_USER_0 = "'root:x:0:0:root:/root:/sbin/nologin'"
_BUNDLE, _ZONES, _ROOT = "/etc/ssl/certs/ca-certificates.crt", "/usr/share/zoneinfo", "/rootfs"
_PACKAGES = {"LC307": "ca-certificates", "LC308": "tzdata"}
_HAVE_CERTIFICATES = ("golang", "rust", "gcc", "buildpack-deps")


class Furnished(NamedTuple):
    """packages: what the stage that builds has to install; prepared: its lines; lines: those of the last stage.

    left: what no line can mend.
    """

    packages: tuple[str, ...]
    prepared: tuple[str, ...]
    lines: tuple[str, ...]
    left: tuple[Finding, ...]


def furnished(lacks: tuple[Finding, ...], image: str, stage: str, user: str, base: str | None = None) -> Furnished:
    """`stage` is what builds, of that image; user: numbers, as USER has them; base: whose users stay, None where it has
    none."""
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
    before = []
    if "LC310" in codes:
        if base is None:
            made.append(f"mkdir -p {_ROOT}/etc && printf '%s\\n' {_USER_0}{_entry(user)} > {_ROOT}/etc/passwd")
        elif _entry(user):
            before.append(f"COPY --from={base} {_USERS} {_ROOT}{_USERS}")
            made.append(f"printf '%s\\n'{_entry(user)} >> {_ROOT}{_USERS}")
    if made:
        lines.append(f"COPY --from={stage} {_ROOT}/ /")
    left = tuple(each for each in lacks if each.code not in ("LC307", "LC308", "LC309", "LC310"))
    prepared = (*before, f"RUN {' && '.join(made)}") if made else ()
    return Furnished(packages, prepared, tuple(lines), left)


def installs(image: str, packages: tuple[str, ...]) -> str:
    """The RUN line of that image's distribution."""
    words = " ".join(packages)
    if facts_of_base(image).distribution == "alpine":
        return f"RUN apk add --no-cache {words}"
    return f"RUN apt-get update && apt-get install -y --no-install-recommends {words} && rm -rf /var/lib/apt/lists/*"


def _entry(user: str) -> str:
    """Of who runs the program, where that is not root, who has one."""
    uid, _, gid = user.partition(":")
    return "" if uid == "0" else f" 'app:x:{uid}:{gid or uid}:app:/nonexistent:/sbin/nologin'"
