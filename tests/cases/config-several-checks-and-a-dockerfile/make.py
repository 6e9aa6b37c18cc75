"""config-several-checks-and-a-dockerfile."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf

Path("dist").mkdir()
Path("dist/app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.34")]))
Path("dist/run.sh").write_text("#!/bin/bash\n")
for name in ("app", "run.sh"):
    Path(f"dist/{name}").chmod(0o755)
Path("Dockerfile").write_text("""\
FROM golang:1.25-bookworm AS build
RUN go build -o /app .
FROM alpine:3.20
COPY --from=build /app /app
CMD ["/app"]
""")
Path(".libccheck.toml").write_text("""\
images = ["alpine:3.20"]
fail-on = "warning"

[[check]]
name = "server"
programs = ["dist/app"]

[[check]]
name = "scripts"
programs = ["dist/*.sh"]
images = ["alpine:3.20", "debian:bookworm"]
platforms = ["linux/amd64", "linux/arm64"]

[[dockerfile]]
file = "Dockerfile"

[[ignore]]
code = "LC101"
image = "alpine:*"
program = "dist/*"
reason = "the next release is static"
expires = 2999-12-31
""")
