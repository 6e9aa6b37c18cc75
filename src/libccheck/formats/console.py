"""A console that writes to memory, as the paper allows."""

from __future__ import annotations

import io

from rich.console import Console

from libccheck.formats.paper import Paper


def console_for(paper: Paper) -> tuple[Console, io.StringIO]:
    """The console, and what is written on it."""
    written = io.StringIO()
    console = Console(
        file=written,
        width=paper.width,
        force_terminal=paper.color,
        color_system="standard" if paper.color else None,
        no_color=not paper.color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    return console, written
