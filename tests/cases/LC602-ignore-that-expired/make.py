"""LC602-ignore-that-expired."""

from pathlib import Path

Path("run.sh").write_text("#!/bin/bash\n")
Path("run.sh").chmod(0o755)
Path(".libccheck.toml").write_text("""\
programs = ["run.sh"]
images = ["alpine:3.20"]

[[ignore]]
code = "LC105"
reason = "the image gets bash in spring"
expires = 2024-03-31
""")
