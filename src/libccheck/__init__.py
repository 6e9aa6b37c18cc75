"""Will this program start in that image, and if not, what exactly will the user see?

from libccheck import check, open_image, read_program

report = check([read_program("./httpd")], [open_image("alpine:3.20")])
report.checks[0].launch.outcome  # Refused(errno="ENOENT")
report.checks[0].launch.findings[0].code  # "LC101"

from libccheck import base_images, recommend

found = recommend([read_program("./httpd")], base_images("linux/amd64"))
found.choices[0].tag, found.choices[0].size  # "busybox:1.38.0-glibc", 13121940
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it, whose import would cost a command line more than all else here
if TYPE_CHECKING:
    from libccheck.checking import check
    from libccheck.images import open_image
    from libccheck.images.bases import base_images
    from libccheck.model import Report
    from libccheck.programs import read_program
    from libccheck.project import load_config
    from libccheck.recommending import recommend

__version__ = "0.1.0"

__all__ = ["Report", "__version__", "base_images", "check", "load_config", "open_image", "read_program", "recommend"]

_HOMES = {
    "check": "libccheck.checking",
    "base_images": "libccheck.images.bases",
    "load_config": "libccheck.project",
    "open_image": "libccheck.images",
    "read_program": "libccheck.programs",
    "recommend": "libccheck.recommending",
    "Report": "libccheck.model",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
