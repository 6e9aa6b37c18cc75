"""config-with-a-wrong-key."""

from pathlib import Path

Path("run.sh").write_text("#!/bin/bash\n")
Path("run.sh").chmod(0o755)
Path(".libccheck.toml").write_text("""\
programs = ["run.sh"]

# where it runs
image = "alpine:3.20"
""")
