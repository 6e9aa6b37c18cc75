"""The corpus: a Dockerfile, the files of its context, and the verdict on each program.

A stage of a Dockerfile is written here as in the file; `context` gives the files by path, with a mode where it is not
0644. `expected` is kind and first code of each program, in the order of the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

MAIN = "package main\n\nfunc main() { println(1) }\n"
SERVER = 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":80", nil) }\n'
MODULE = "module example.org/app\n\ngo 1.22\n"
SQLITE = 'package main\n\nimport _ "github.com/mattn/go-sqlite3"\n\nfunc main() {}\n'
CGO = 'package main\n\n// int one(void) { return 1; }\nimport "C"\n\nfunc main() { println(C.one()) }\n'
STREAMS = "#include <iostream>\nint main() { std::cout << 1; }\n"
HELLO = '#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n'
SH, BASH, CRLF = '#!/bin/sh\nexec "$@"\n', '#!/bin/bash\nexec "$@"\n', '#!/bin/sh\r\nexec "$@"\r\n'
PYTHON = "#!/usr/bin/env python3\nprint(1)\n"

Files = Mapping[str, "str | tuple[str, int]"]
NOTHING: Mapping[str, str] = MappingProxyType({})
PURE: Files = {"go.mod": MODULE, "main.go": MAIN}
NET: Files = {"go.mod": MODULE, "main.go": SERVER}


class Case(NamedTuple):
    name: str
    dockerfile: str
    expected: tuple[tuple[str, str], ...]
    context: Files = NOTHING
    target: str | None = None
    arguments: Mapping[str, str] = NOTHING
    platform: str | None = None
    fixable: bool = False


OK = (("starts", ""),)
NO_LIBRARY = (("dies", "LC402"),)
NO_LOADER = (("refused", "LC402"),)
TOO_NEW = (("dies", "LC401"),)
UNSURE = (("unclear", "LC902"),)


def two(builder: str, run: str, runtime: str, *more: str, app: str = "/app") -> str:
    """The usual two stages."""
    lines = [f"FROM {builder} AS build", "WORKDIR /src", "COPY . .", f"RUN {run}", f"FROM {runtime}"]
    lines += [f"COPY --from=build {app} /app", *(more or ('ENTRYPOINT ["/app"]',))]
    return "\n".join(lines) + "\n"


GO = "go build -o /app ."
PAIRS: tuple[tuple[str, str, str, Files, tuple[tuple[str, str], ...], bool], ...] = (
    # builder, command, runtime, context, verdict, whether --fix mends it
    ("golang:1.25-bookworm", GO, "alpine:3.20", NET, NO_LOADER, True),
    ("golang:1.25-bookworm", GO, "alpine:3.20", PURE, OK, False),
    ("golang:1.25-bookworm", GO, "scratch", NET, NO_LOADER, True),
    ("golang:1.25-bookworm", GO, "scratch", PURE, OK, False),
    ("golang:1.25-bookworm", GO, "scratch", {}, NO_LOADER, True),
    ("golang:1.25-bookworm", f"CGO_ENABLED=0 {GO}", "scratch", {}, OK, False),
    (
        "golang:1.25-bookworm",
        "CGO_ENABLED=0 GOOS=linux go build -a -installsuffix cgo -o /app .",
        "scratch",
        NET,
        OK,
        False,
    ),
    ("golang:1.25-bookworm", GO, "busybox:glibc", NET, OK, False),
    ("golang:1.25-bookworm", GO, "busybox:musl", NET, NO_LOADER, True),
    ("golang:1.25-bookworm", GO, "debian:bookworm-slim", NET, OK, False),
    ("golang:1.25-bookworm", GO, "debian:bullseye-slim", NET, TOO_NEW, True),
    ("golang:1.25-bookworm", GO, "gcr.io/distroless/static-debian12", NET, NO_LOADER, True),
    ("golang:1.25-bookworm", GO, "gcr.io/distroless/base-debian12", NET, OK, False),
    ("golang:1.25-bookworm", GO, "gcr.io/distroless/static", PURE, OK, False),
    ("golang:1.25-bookworm", GO, "ubuntu:20.04", NET, TOO_NEW, True),
    ("golang:1.25-bookworm", GO, "ubuntu:22.04", NET, OK, False),
    ("golang:1.25-bookworm", GO, "redhat/unheard-of:1", NET, UNSURE, False),
    ("golang:1.25-alpine", GO, "scratch", NET, OK, False),
    ("golang:1.25-alpine", GO, "debian:bookworm-slim", NET, OK, False),
    ("golang:1.25-alpine", f"apk add --no-cache build-base && {GO}", "alpine:3.20", NET, OK, False),
    ("golang:1.25-alpine", f"apk add --no-cache gcc musl-dev && {GO}", "scratch", NET, NO_LOADER, True),
    ("golang:1.25-alpine", f"apk add --no-cache gcc musl-dev && {GO}", "debian:bookworm-slim", NET, NO_LOADER, True),
    ("golang:1.19-alpine3.17", GO, "scratch", NET, NO_LOADER, True),
    ("golang:1.25-bookworm", "go build -tags netgo,osusergo -o /app .", "scratch", NET, OK, False),
    (
        "golang:1.25-bookworm",
        "go build -ldflags '-linkmode external -extldflags \"-static\"' -o /app .",
        "scratch",
        NET,
        OK,
        False,
    ),
    ("golang:1.25-bookworm", "go build -ldflags '-extldflags \"-static\"' -o /app .", "scratch", NET, NO_LOADER, True),
    (
        "golang:1.25-bookworm",
        "CGO_ENABLED=1 go build -ldflags '-extldflags=-static' -o /app .",
        "scratch",
        {**PURE, "c.go": CGO},
        OK,
        False,
    ),
    ("golang:1.25-bookworm", GO, "alpine:3.20", {"go.mod": MODULE, "main.go": SQLITE}, NO_LOADER, True),
    ("golang:1.25-bookworm", "go build -buildmode=pie -o /app .", "scratch", PURE, NO_LOADER, True),
    ("golang:1.20-bullseye", GO, "debian:bookworm-slim", NET, OK, False),
    ("golang:1.24-bullseye", GO, "debian:bullseye-slim", NET, OK, False),
    ("gcc:14-bookworm", "gcc -O2 -o /app hello.c", "debian:bookworm-slim", {"hello.c": HELLO}, OK, False),
    ("gcc:14-bookworm", "gcc -O2 -o /app hello.c", "debian:bullseye-slim", {"hello.c": HELLO}, TOO_NEW, True),
    ("gcc:14-bookworm", "gcc -O2 -o /app hello.c", "alpine:3.20", {"hello.c": HELLO}, NO_LOADER, True),
    ("gcc:14-bookworm", "gcc -O2 -static -o /app hello.c", "scratch", {"hello.c": HELLO}, OK, False),
    ("gcc:14-bookworm", "g++ -o /app hello.cc", "busybox:glibc", {"hello.cc": HELLO}, NO_LIBRARY, True),
    ("gcc:14-bookworm", "g++ -o /app hello.cc", "gcr.io/distroless/cc-debian12", {"hello.cc": HELLO}, OK, False),
    (
        "gcc:14-bookworm",
        "g++ -o /app hello.cc",
        "gcr.io/distroless/cc-debian12",
        {"hello.cc": STREAMS},
        TOO_NEW,
        False,
    ),
    (
        "gcc:14-bookworm",
        "g++ -o /app hello.cc",
        "gcr.io/distroless/cc-debian12",
        {"hello.cc": "#include <vector>\nint main() {}\n"},
        (("unclear", "LC401"),),
        False,
    ),
    ("gcc:12-bookworm", "g++ -o /app hello.cc", "gcr.io/distroless/cc-debian12", {"hello.cc": STREAMS}, OK, False),
    # the compiler's own library is newer than that of bookworm, whichever release it is built on
    ("gcc:14", "g++ -o /app hello.cc", "debian:bookworm-slim", {"hello.cc": STREAMS}, TOO_NEW, True),
    ("gcc:14-trixie", "g++ -o /app hello.cc", "gcr.io/distroless/cc-debian13", {"hello.cc": STREAMS}, OK, False),
    (
        "gcc:14-bookworm",
        "g++ -static-libstdc++ -static-libgcc -o /app hello.cc",
        "gcr.io/distroless/base-debian12",
        {"hello.cc": HELLO},
        OK,
        False,
    ),
    (
        "gcc:14-trixie",
        "gcc -o /app hello.c",
        "debian:bookworm-slim",
        {"hello.c": HELLO},
        (("unclear", "LC401"),),
        True,
    ),
    (
        "alpine:3.20",
        "apk add --no-cache gcc musl-dev && gcc -o /app hello.c",
        "alpine:3.20",
        {"hello.c": HELLO},
        OK,
        False,
    ),
    (
        "alpine:3.20",
        "apk add --no-cache gcc musl-dev && gcc -o /app hello.c",
        "scratch",
        {"hello.c": HELLO},
        NO_LOADER,
        False,
    ),
    (
        "alpine:3.20",
        "apk add --no-cache gcc musl-dev && gcc -static -o /app hello.c",
        "debian:bookworm-slim",
        {"hello.c": HELLO},
        OK,
        False,
    ),
    (
        "alpine:3.20",
        "apk add --no-cache g++ && g++ -o /app hello.cc",
        "alpine:3.20",
        {"hello.cc": HELLO},
        NO_LIBRARY,
        False,
    ),
    (
        "debian:bookworm",
        "apt-get update && apt-get install -y musl-tools && musl-gcc -static -o /app hello.c",
        "scratch",
        {"hello.c": HELLO},
        OK,
        False,
    ),
    (
        "debian:bookworm",
        "apt-get update && apt-get install -y gcc libc6-dev && gcc -o /app hello.c",
        "debian:bookworm-slim",
        {"hello.c": HELLO},
        OK,
        False,
    ),
    ("debian:bookworm", "zig cc -target x86_64-linux-musl -o /app hello.c", "scratch", {"hello.c": HELLO}, OK, False),
    (
        "ubuntu:24.04",
        "apt-get install -y gcc && gcc -o /app hello.c",
        "ubuntu:22.04",
        {"hello.c": HELLO},
        (("unclear", "LC401"),),
        False,
    ),
    (
        "ubuntu:22.04",
        "apt-get install -y gcc && gcc -o /app hello.c",
        "ubuntu:20.04",
        {"hello.c": HELLO},
        TOO_NEW,
        False,
    ),
    (
        "rust:1.80-bookworm",
        "cargo build --release && cp target/release/app /app",
        "debian:bookworm-slim",
        {"Cargo.toml": '[package]\nname = "app"\n'},
        OK,
        False,
    ),
    ("rust:1.80-bookworm", "cargo build --release && cp target/release/app /app", "alpine:3.20", {}, NO_LOADER, True),
    (
        "rust:1.80-bookworm",
        "cargo build --release && cp target/release/app /app",
        "gcr.io/distroless/base-debian12",
        {},
        NO_LIBRARY,
        True,
    ),
    (
        "rust:1.80-bookworm",
        "cargo build --release && cp target/release/app /app",
        "gcr.io/distroless/cc-debian12",
        {},
        OK,
        False,
    ),
    (
        "rust:1.80-bookworm",
        (
            "cargo build --release --target x86_64-unknown-linux-musl "
            "&& cp target/x86_64-unknown-linux-musl/release/app /app"
        ),
        "scratch",
        {},
        OK,
        False,
    ),
    ("rust:1.80-alpine", "cargo build --release && mv target/release/app /app", "scratch", {}, OK, False),
    (
        "rust:1.80-bookworm",
        "RUSTFLAGS='-C target-feature=+crt-static' cargo build --release && cp target/release/app /app",
        "scratch",
        {},
        OK,
        False,
    ),
    (
        "alpine:3.20",
        "apk add cargo && cargo build --release && cp target/release/app /app",
        "scratch",
        {},
        NO_LOADER,
        False,
    ),
)

CASES = [
    *(
        Case(f"pair-{number}", two(builder, run, runtime), expected, dict(context), fixable=fixable)
        for number, (builder, run, runtime, context, expected, fixable) in enumerate(PAIRS)
    ),
    Case("floating-go", two("golang:1.24", GO, "debian:trixie-slim"), (("starts", "LC403"),), NET, fixable=True),
    Case("floating-go-newer", two("golang:1.20", GO, "debian:bullseye-slim"), TOO_NEW, NET, fixable=True),
    Case("floating-but-static", two("golang:1.24", f"CGO_ENABLED=0 {GO}", "debian:bookworm-slim"), OK, NET),
    Case(
        "env-before-the-build",
        """\
FROM golang:1.25-bookworm AS b
ENV CGO_ENABLED=0
WORKDIR /src
COPY . .
RUN go build -o /bin/app .
FROM scratch
COPY --from=b /bin/app /app
ENTRYPOINT ["/app"]
""",
        OK,
        NET,
    ),
    Case(
        "arg-names-the-base",
        """\
ARG GO=1.25
ARG OS=bookworm
FROM golang:${GO}-${OS:-trixie} AS b
RUN CGO_ENABLED=1 go build -o /app .
FROM alpine:3.20
COPY --from=b /app /app
CMD ["/app"]
""",
        NO_LOADER,
        fixable=True,
    ),
    Case(
        "arg-from-outside",
        """\
ARG BASE=scratch
FROM gcc:14-bookworm AS b
RUN gcc -o /app a.c
FROM ${BASE}
COPY --from=b /app /app
CMD ["/app"]
""",
        OK,
        arguments={"BASE": "debian:bookworm-slim"},
    ),
    Case(
        "stage-by-number",
        """\
FROM golang:1.25-bookworm
RUN CGO_ENABLED=0 go build -o /app .
FROM scratch
COPY --from=0 /app /app
CMD ["/app"]
""",
        OK,
    ),
    Case(
        "target-in-the-middle",
        """\
FROM golang:1.25-bookworm AS b
RUN CGO_ENABLED=1 go build -o /app .
FROM debian:bookworm-slim AS good
COPY --from=b /app /app
CMD ["/app"]
FROM alpine:3.20 AS bad
COPY --from=b /app /app
CMD ["/app"]
""",
        OK,
        target="good",
    ),
    Case(
        "three-stages-hand-it-on",
        """\
FROM golang:1.25-bookworm AS b
RUN CGO_ENABLED=1 go build -o /out/app .
FROM debian:bookworm AS pack
COPY --from=b /out/ /pkg/
FROM alpine:3.20
COPY --from=pack /pkg/app /usr/local/bin/app
CMD ["/usr/local/bin/app"]
""",
        NO_LOADER,
        fixable=True,
    ),
    Case(
        "a-directory-of-programs",
        """\
FROM golang:1.25-bookworm AS b
COPY . .
RUN CGO_ENABLED=0 go build -o /out/ ./cmd/...
FROM scratch
COPY --from=b /out /bin
ENTRYPOINT ["/bin/server"]
""",
        OK,
        NET,
    ),
    Case(
        "heredoc-run",
        """\
FROM golang:1.25-bookworm AS b
RUN <<EOF
set -e
export CGO_ENABLED=0
go build -o /app .
EOF
FROM scratch
COPY --from=b /app /app
ENTRYPOINT ["/app"]
""",
        OK,
        NET,
    ),
    Case(
        "mounted-context",
        """\
FROM golang:1.25-bookworm AS b
WORKDIR /src
RUN --mount=target=. --mount=type=cache,target=/root/.cache go build -o /app .
FROM scratch
COPY --from=b /app /app
ENTRYPOINT ["/app"]
""",
        NO_LOADER,
        NET,
        fixable=True,
    ),
    Case(
        "cross-with-targetarch",
        """\
FROM --platform=$BUILDPLATFORM golang:1.25-bookworm AS b
ARG TARGETOS TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -o /app .
FROM scratch
COPY --from=b /app /app
ENTRYPOINT ["/app"]
""",
        OK,
        platform="linux/arm64",
    ),
    Case(
        "cross-without-goarch",
        """\
FROM --platform=$BUILDPLATFORM golang:1.25-bookworm AS b
RUN CGO_ENABLED=0 go build -o /app .
FROM scratch
COPY --from=b /app /app
ENTRYPOINT ["/app"]
""",
        (("refused", "LC404"),),
        platform="linux/arm64",
    ),
    Case(
        "native-without-goarch",
        """\
FROM --platform=$BUILDPLATFORM golang:1.25-bookworm AS b
RUN CGO_ENABLED=0 go build -o /app .
FROM scratch
COPY --from=b /app /app
ENTRYPOINT ["/app"]
""",
        (("starts", "LC404"),),
    ),
    Case(
        "script",
        """\
FROM alpine:3.20
COPY run.sh /
ENTRYPOINT ["/run.sh"]
""",
        OK,
        {"run.sh": (SH, 0o755)},
    ),
    Case(
        "script-crlf",
        """\
FROM alpine:3.20
COPY run.sh /
ENTRYPOINT ["/run.sh"]
""",
        (("refused", "LC405"),),
        {"run.sh": (CRLF, 0o755)},
    ),
    Case(
        "script-crlf-mended",
        """\
FROM alpine:3.20
COPY run.sh /
RUN sed -i 's/\\r$//' /run.sh
ENTRYPOINT ["/run.sh"]
""",
        OK,
        {"run.sh": (CRLF, 0o755)},
    ),
    Case(
        "script-mode",
        """\
FROM alpine:3.20
COPY run.sh /
ENTRYPOINT ["/run.sh"]
""",
        (("refused", "LC406"),),
        {"run.sh": SH},
        fixable=True,
    ),
    Case(
        "script-chmod-option",
        """\
FROM alpine:3.20
COPY --chmod=755 run.sh /
ENTRYPOINT ["/run.sh"]
""",
        OK,
        {"run.sh": SH},
    ),
    Case(
        "script-chmod-run",
        """\
FROM alpine:3.20
COPY run.sh /usr/local/bin/
RUN chmod +x /usr/local/bin/run.sh
ENTRYPOINT ["run.sh"]
""",
        OK,
        {"run.sh": SH},
    ),
    Case(
        "arguments-of-an-entrypoint-that-nobody-knows",
        """\
FROM node:20-alpine
COPY server.js /app/server.js
CMD ["/app/server.js"]
""",
        UNSURE,
        {"server.js": "0\n"},
    ),
    Case(
        "install-all-packages",
        """\
FROM golang:1.25-bookworm AS build
WORKDIR /src
COPY . .
RUN cd cmd && cd - && GOBIN=/out go install ./...
FROM alpine:3.20
COPY --from=build /out/app /app
ENTRYPOINT ["/app"]
""",
        NO_LOADER,
        {**NET, "cmd/x": ""},
        fixable=True,
    ),
    Case(
        "library-of-a-package",
        """\
FROM rust:1-alpine AS build
WORKDIR /src
ENV RUSTFLAGS="-C target-feature=-crt-static"
RUN cargo build --release
FROM alpine:3.20
RUN apk add --no-cache libgcc
COPY --from=build /src/target/release/app /app
CMD ["/app"]
""",
        OK,
    ),
    Case(
        "onbuild-of-a-stage",
        """\
FROM gcc:14-bookworm AS made
ONBUILD COPY hello.c /hello.c
ONBUILD RUN gcc -static -o /app /hello.c
FROM made AS build
FROM scratch
COPY --from=build /app /app
ENTRYPOINT ["/app"]
""",
        OK,
        {"hello.c": HELLO},
    ),
    Case(
        "onbuild-for-others",
        """\
FROM alpine:3.20
COPY run.sh /
ONBUILD RUN rm /run.sh
ENTRYPOINT ["/run.sh"]
""",
        (("starts", "LC413"),),
        {"run.sh": (SH, 0o755)},
    ),
    Case(
        "script-by-class",
        """\
FROM alpine:3.20
COPY ru[m-o].sh /
ENTRYPOINT ["/run.sh"]
""",
        OK,
        {"run.sh": (SH, 0o755), "rux.sh": SH},
    ),
    Case(
        "pattern-of-a-directory",
        """\
FROM alpine:3.20
COPY bi* /opt/
ENTRYPOINT ["/opt/run.sh"]
""",
        OK,
        {"bin/run.sh": (SH, 0o755)},
    ),
    Case(
        "pattern-of-one-file-that-is-renamed",
        """\
FROM alpine:3.20
COPY run* /entry
ENTRYPOINT ["/entry"]
""",
        OK,
        {"run.sh": (SH, 0o755)},
    ),
    Case(
        "script-bash-on-alpine",
        """\
FROM alpine:3.20
COPY run.sh /
ENTRYPOINT ["/run.sh"]
""",
        (("refused", "LC407"),),
        {"run.sh": (BASH, 0o755)},
    ),
    Case(
        "script-bash-installed",
        """\
FROM alpine:3.20
RUN apk add --no-cache bash
COPY run.sh /
ENTRYPOINT ["/run.sh"]
""",
        OK,
        {"run.sh": (BASH, 0o755)},
    ),
    Case(
        "script-on-scratch",
        """\
FROM scratch
COPY run.sh /
ENTRYPOINT ["/run.sh"]
""",
        (("refused", "LC407"),),
        {"run.sh": (SH, 0o755)},
    ),
    Case(
        "script-python-on-debian",
        """\
FROM debian:bookworm-slim
COPY main.py /main
CMD ["/main"]
""",
        (("dies", "LC407"),),
        {"main.py": (PYTHON, 0o755)},
    ),
    Case(
        "script-python-installed",
        """\
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3
COPY main.py /main
CMD ["/main"]
""",
        OK,
        {"main.py": (PYTHON, 0o755)},
    ),
    Case(
        "script-and-program",
        """\
FROM golang:1.25-bookworm AS b
RUN CGO_ENABLED=1 go build -o /app .
FROM alpine:3.20
COPY --from=b /app /app
COPY --chmod=755 run.sh /
ENTRYPOINT ["/run.sh"]
CMD ["/app"]
""",
        (("starts", ""), ("refused", "LC402")),
        {"run.sh": SH},
        fixable=True,
    ),
    Case(
        "shell-form-on-scratch",
        """\
FROM golang:1.25-bookworm AS b
RUN CGO_ENABLED=0 go build -o /app .
FROM scratch
COPY --from=b /app /app
CMD /app
""",
        (("refused", "LC408"), ("starts", "")),
        fixable=True,
    ),
    Case(
        "shell-form-on-alpine",
        """\
FROM golang:1.25-bookworm AS b
RUN CGO_ENABLED=0 go build -o /app .
FROM alpine:3.20
COPY --from=b /app /app
CMD /app --port=$PORT
""",
        (("starts", ""), ("starts", "")),
    ),
    Case(
        "healthcheck-on-scratch",
        """\
FROM golang:1.25-bookworm AS b
RUN CGO_ENABLED=0 go build -o /app .
FROM scratch
COPY --from=b /app /app
HEALTHCHECK CMD /app -check
CMD ["/app"]
""",
        (("starts", "LC412"),),
        fixable=True,
    ),
    Case(
        "user-on-scratch",
        """\
FROM golang:1.25-bookworm AS b
RUN CGO_ENABLED=0 go build -o /app .
FROM scratch
COPY --from=b /app /app
USER app
CMD ["/app"]
""",
        (("dies", "LC409"),),
    ),
    Case(
        "user-by-number",
        """\
FROM golang:1.25-bookworm AS b
RUN CGO_ENABLED=0 go build -o /app .
FROM scratch
COPY --from=b /app /app
USER 65532:65532
CMD ["/app"]
""",
        OK,
    ),
    Case(
        "user-added",
        """\
FROM alpine:3.20
RUN adduser -D -u 1000 app
COPY run.sh /
USER app
ENTRYPOINT ["/run.sh"]
""",
        OK,
        {"run.sh": (SH, 0o755)},
    ),
    Case(
        "user-of-the-base",
        """\
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=golang:1.25-alpine /bin/true /app
USER nonroot
CMD ["/app"]
""",
        (("refused", "LC101"),),
    ),
    Case(
        "entry-not-there",
        """\
FROM golang:1.25-bookworm AS b
RUN CGO_ENABLED=0 go build -o /app .
FROM scratch
COPY --from=b /app /bin/app
ENTRYPOINT ["/app"]
""",
        (("refused", "LC100"), ("starts", "")),
    ),
    Case(
        "relative-entry",
        """\
FROM golang:1.25-bookworm AS b
RUN CGO_ENABLED=0 go build -o /src/app .
FROM alpine:3.20
WORKDIR /opt
COPY --from=b /src/app .
CMD ["./app"]
""",
        OK,
    ),
    Case(
        "gcompat",
        """\
FROM golang:1.25-bookworm AS b
RUN CGO_ENABLED=1 go build -o /app .
FROM alpine:3.20
RUN apk add --no-cache gcompat
COPY --from=b /app /app
CMD ["/app"]
""",
        UNSURE,
    ),
    Case(
        "one-stage",
        """\
FROM golang:1.25-bookworm
RUN CGO_ENABLED=0 go build -o /app .
CMD ["/app"]
""",
        (("starts", "LC411"),),
    ),
    Case(
        "built-on-a-stage",
        """\
FROM debian:bookworm-slim AS base
FROM base AS build
RUN apt-get install -y gcc && gcc -o /app a.c
FROM base
COPY --from=build /app /app
CMD ["/app"]
""",
        OK,
    ),
    Case(
        "downloaded",
        """\
FROM debian:bookworm AS d
RUN curl -o /tool https://example.org/tool
FROM alpine:3.20
COPY --from=d /tool /tool
CMD ["/tool"]
""",
        UNSURE,
    ),
    Case(
        "tini",
        """\
FROM golang:1.25-bookworm AS b
RUN CGO_ENABLED=1 go build -o /app .
FROM alpine:3.20
RUN apk add --no-cache tini
COPY --from=b /app /app
ENTRYPOINT ["/sbin/tini", "--", "/app"]
""",
        (("starts", ""), ("refused", "LC402")),
        fixable=True,
    ),
    Case(
        "interpreter-of-the-base",
        """\
FROM python:3.12-slim
COPY . /app
CMD ["python", "/app/main.py"]
""",
        UNSURE,
    ),
    Case(
        "nothing-is-run",
        """\
FROM alpine:3.20
COPY go.mod /
""",
        (),
        PURE,
    ),
    Case(
        "windows-escape",
        """\
# escape=`
FROM golang:1.25-bookworm AS b
RUN CGO_ENABLED=0 `
  go build -o /app .
FROM scratch
COPY --from=b /app /app
CMD ["/app"]
""",
        OK,
    ),
    Case(
        "go-install",
        """\
FROM golang:1.25-bookworm AS b
RUN CGO_ENABLED=0 go install example.org/tools/cmd/app@latest
FROM scratch
COPY --from=b /go/bin/app /app
CMD ["/app"]
""",
        OK,
    ),
]
