"""config-of-both-files."""

from pathlib import Path

Path("run.sh").write_text("#!/bin/sh\n")
Path("run.sh").chmod(0o755)
Path(".libccheck.toml").write_text("""\
programs = ["run.sh"]
images = ["debian:bookworm"]
""")
Path("pyproject.toml").write_text("""\
[tool.libccheck]
programs = ["other"]
""")
