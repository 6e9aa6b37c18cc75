"""LC601-ignore-of-nothing."""

from pathlib import Path

Path("run.sh").write_text("#!/bin/sh\n")
Path("run.sh").chmod(0o755)
Path(".libccheck.toml").write_text("""\
programs = ["run.sh"]
images = ["debian:bookworm"]

[[ignore]]
code = "LC105"
reason = "the image gets bash in spring"
""")
