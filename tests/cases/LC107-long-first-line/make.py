"""LC107-long-first-line."""

from pathlib import Path

Path("tool.py").write_text(f"#!/opt/{'long/' * 60}python3\n")
Path("tool.py").chmod(0o755)
