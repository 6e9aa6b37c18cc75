"""baseline-of-what-is-known."""

from pathlib import Path

from libccheck.config.baselines import written
from libccheck.fingerprints import Known

Path("run.sh").write_text("#!/bin/bash\n")
Path("run.sh").chmod(0o755)
Path("other.sh").write_text("#!/bin/zsh\n")
Path("other.sh").chmod(0o755)
Path("known.json").write_text(written([Known("LC105", "/bin/bash", "run.sh", "alpine:3.20", "linux/amd64")]))
