"""The package manager that an image has, where a RUN line of its Dockerfile may call it."""

from __future__ import annotations

from libccheck.model import File
from libccheck.remedy.case import Case

_PROGRAMS = (
    # the program that installs, and the template of the line that calls it; an image of Debian may have dnf as well
    ("/usr/bin/apt-get", "apt-get"),
    ("/sbin/apk", "apk"),
    ("/usr/bin/dnf", "dnf"),
    ("/usr/bin/zypper", "zypper"),
)
_ROOT = ("", "0", "root", "0:0", "root:root")


def manager(case: Case) -> str | None:
    """The template of the command that installs; None where there is no manager, or the user is not root."""
    if case.check.image.config.user not in _ROOT:
        return None
    return next((name for path, name in _PROGRAMS if isinstance(case.tree.resolve(path).node, File)), None)
