"""The package manager that an image has, where a RUN line of its Dockerfile may call it."""

from __future__ import annotations

from libccheck.dotted import dotted
from libccheck.model import File, Image
from libccheck.remedy.case import Case
from libccheck.remedy.release import numbered

_PROGRAMS = (
    # the program that installs, and the template of the line that calls it; an image of Debian may have others as well
    ("/usr/bin/apt-get", "apt-get"),
    ("/sbin/apk", "apk"),
    ("/usr/bin/dnf", "dnf"),
    ("/usr/bin/zypper", "zypper"),
)
_ROOT = ("", "0", "root", "0:0", "root:root")
_NO_CACHE_SINCE = (3, 3)


def manager(case: Case) -> str | None:
    """The template of the command that installs; None where there is no manager, or the user is not root."""
    image = case.check.image
    found = next((name for path, name in _PROGRAMS if isinstance(case.tree.resolve(path).node, File)), None)
    if image.config.user not in _ROOT or (found == "apk" and _is_old_alpine(image)):
        return None
    return found


def _is_old_alpine(image: Image) -> bool:
    """Whether its apk does not know --no-cache."""
    name, version = numbered(image)
    return name == "alpine" and () < dotted(version) < _NO_CACHE_SINCE
