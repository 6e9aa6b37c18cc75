"""several-programs-and-images."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

Path("httpd").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.2.5")]))
Path("httpd").chmod(0o755)
Path("tool").write_bytes(elf(kind=2))
Path("tool").chmod(0o755)
Path("run.sh").write_text("#!/bin/bash\n")
Path("run.sh").chmod(0o755)
