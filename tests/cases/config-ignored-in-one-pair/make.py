"""config-ignored-in-one-pair."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

Path("dist").mkdir()
Path("dist/app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.34")]))
Path("dist/run.sh").write_text("#!/bin/bash\n")
for name in ("app", "run.sh"):
    Path(f"dist/{name}").chmod(0o755)
Path(".libccheck.toml").write_text("""\
[[ignore]]
code = "LC101"
subject = "/lib64/*"
reason = "the next release is static"
""")
