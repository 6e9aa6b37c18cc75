"""Local roots that stand in for public bases: builders by a Debian root with gcc, Go and musl-gcc in it, the bases that
run by the corpus's own roots."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests import toolchains
from tests.engine.engine import Engine
from tests.reality.roots import Roots, debian

_BASES = {
    # public name: root that stands in for it
    "alpine:3.20": "musl",
    "busybox:glibc": "minimal-bookworm",
    "busybox:musl": "static-busybox",
    "debian:bookworm-slim": "debian-bookworm",
}
_BUILDERS = {
    # public name: what its config adds
    "ubuntu:24.04": (),
    "golang:1.25-bookworm": (),
    "gcc:14-bookworm": (),
    "golang:1.25-alpine": ("ENV CC=musl-gcc",),
}
_RUST = "cargo-web,rustc-web,gcc,libc6-dev"
_TOOLS = "golang-go,gcc,libc6-dev,musl-tools,make,ca-certificates,tzdata,python3,python3-pip"


def provide(engine: Engine, roots: Roots, room: Path) -> None:
    """Under their public names. Raises MissingError."""
    for name, root in _BASES.items():
        engine.import_root((roots.path(root),), name)
    engine.import_root((roots.made("builder-5", _builder),), "libccheck/builder")
    for name, changes in _BUILDERS.items():
        context = room / name.replace(":", "-")
        context.mkdir()
        added = "COPY apk /usr/local/bin/apk\n" if "alpine" in name else ""
        (context / "apk").write_text("#!/bin/sh\n")  # what it would add is there
        (context / "apk").chmod(0o755)
        (context / "Dockerfile").write_text("\n".join(("FROM libccheck/builder", *changes, added)))
        engine.build(context / "Dockerfile", context, name)


def with_rust(root: Path) -> None:
    """A Debian with Rust: the newest that it has, which a program's own release is stood in for by."""
    debian("bookworm", root, variant="apt", packages=_RUST)
    for each in ("usr/share/man", "usr/share/info", "var/cache/apt"):
        shutil.rmtree(root / each, ignore_errors=True)


def _builder(root: Path) -> None:
    """A Debian with the compilers, in which Go has compiled all that the server imports once, in each way."""
    debian("bookworm", root, variant="apt", packages=_TOOLS)
    shutil.copytree(toolchains.PROJECT / "samples" / "go", root / "tmp" / "go")
    for cgo, compiler in (("1", "gcc"), ("1", "musl-gcc"), ("0", "gcc")):
        command = f"cd /tmp/go && HOME=/root CGO_ENABLED={cgo} CC={compiler} go build -o /dev/null ."
        subprocess.run(["chroot", str(root), "sh", "-c", command], check=True, capture_output=True)
    shutil.rmtree(root / "tmp" / "go")
    for each in ("usr/share/go-1.19/test", "usr/share/go-1.19/api", "usr/share/man", "usr/share/info"):
        shutil.rmtree(root / each, ignore_errors=True)
