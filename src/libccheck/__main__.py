"""`python -m libccheck`."""

from __future__ import annotations

from libccheck.cli import main

main()
