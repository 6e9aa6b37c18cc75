"""A report as text for people or as data for tools."""

from __future__ import annotations

from libccheck.record import NamedTuple

REPORT_SCHEMA = "libccheck/report/1"
"""What `check` and `dockerfile` print as JSON; with another number it is another format."""


class Form(NamedTuple):
    """Where `render(report, paper, verbose=...)` of a format is.

    beside: an environment variable, and the format that is added to the file that it names, where it is set.
    """

    module: str
    beside: tuple[str, str] | None = None


REPORTS = {
    "text": Form("libccheck.formats.text"),
    "json": Form("libccheck.formats.json"),
    "sarif": Form("libccheck.formats.sarif"),
    "junit": Form("libccheck.formats.junit"),
    "github": Form("libccheck.formats.github", beside=("GITHUB_STEP_SUMMARY", "markdown")),
    "markdown": Form("libccheck.formats.markdown"),
}
"""The formats of `check`; each module is imported where its format is asked for."""
