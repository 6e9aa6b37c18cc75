"""config-whose-glob-finds-nothing."""

from pathlib import Path

Path("run.sh").write_text("#!/bin/bash\n")
Path("run.sh").chmod(0o755)
Path(".libccheck.toml").write_text("""\
programs = ["build/*"]
images = ["alpine:3.20"]
""")
