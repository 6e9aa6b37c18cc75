"""Will this program start in that image, and if not, what exactly will the user see?

from libccheck import check, open_image, read_program

report = check([read_program("./httpd")], [open_image("alpine:3.20")])
report.checks[0].launch.outcome  # Refused(errno="ENOENT")
report.checks[0].launch.findings[0].code  # "LC101"
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it, whose import would cost a command line more than all else here
if TYPE_CHECKING:
    from libccheck.checking import check
    from libccheck.images import open_image
    from libccheck.model import Report
    from libccheck.programs import read_program

__version__ = "0.1.0"

__all__ = ["Report", "__version__", "check", "open_image", "read_program"]

_HOMES = {
    "check": "libccheck.checking",
    "open_image": "libccheck.images",
    "read_program": "libccheck.programs",
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
