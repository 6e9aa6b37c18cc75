"""config-two-policies."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

Path("dist").mkdir()
Path("dist/app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.34")]))
Path("dist/run.sh").write_text("#!/bin/bash\n")
for name in ("app", "run.sh"):
    Path(f"dist/{name}").chmod(0o755)
Path("pyproject.toml").write_text("""\
[project]
name = "app"

[tool.libccheck]
programs = ["dist/app"]

[[tool.libccheck.check]]
name = "old"
max-glibc = "2.17"

[[tool.libccheck.check]]
name = "wheels"
policy = "manylinux_2_39"
deny-needed = ["libssl*"]
""")
