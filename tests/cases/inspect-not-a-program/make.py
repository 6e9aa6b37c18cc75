"""inspect-not-a-program."""

from pathlib import Path

Path("notes.txt").write_bytes(b"what to buy\n")
