"""Projects that several cases look at: what each lays out, it lays out in the working directory."""

from pathlib import Path

from tests.forge import GLIBC, Wanted, elf


def server_in_go() -> None:
    """A container that does not start: built in one image and run in another."""
    Path("Dockerfile").write_text("""FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN go build -o /server .

FROM alpine:3.20
COPY --from=build /server /usr/local/bin/server
EXPOSE 8080
CMD ["server"]
""")
    Path("go.mod").write_text("module example.org/server\n\ngo 1.22\n")
    Path("main.go").write_text("""package main

import (
	"fmt"
	"net/http"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello") })
	http.ListenAndServe(":8080", nil)
}
""")


def dist() -> None:
    """A program and a script."""
    Path("dist").mkdir()
    Path("dist/app").write_bytes(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.34")]))
    Path("dist/run.sh").write_text("#!/bin/bash\n")
    for name in ("app", "run.sh"):
        Path(f"dist/{name}").chmod(0o755)


def several_checks() -> None:
    """The same with a Dockerfile, two checks that differ, and an ignore that has not expired."""
    dist()
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


def asking() -> None:
    """A program that asks for users, certificates and a shell."""
    Path("app").write_bytes(
        elf(
            interpreter=GLIBC,
            needed=["libc.so.6"],
            wants=[Wanted("getpwuid", "GLIBC_2.2.5"), Wanted("system", "GLIBC_2.2.5")],
            text=b"\0/etc/ssl/certs/ca-certificates.crt\0",
        )
    )
    Path("app").chmod(0o755)
