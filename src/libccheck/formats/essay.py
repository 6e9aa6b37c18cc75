"""An essay, which is Markdown, for a terminal; by rich."""

from __future__ import annotations

import io

from rich.console import Console
from rich.markdown import Markdown

from libccheck.formats.paper import Paper

_WIDEST = 88


def render(text: str, paper: Paper) -> str:
    """The text set in at most 88 columns, which is as wide as prose reads well."""
    written = io.StringIO()
    console = Console(
        file=written,
        width=min(paper.width, _WIDEST),
        force_terminal=paper.color,
        color_system="standard" if paper.color else None,
        legacy_windows=False,
    )
    console.print(Markdown(text, code_theme="ansi_dark"))
    return written.getvalue()
