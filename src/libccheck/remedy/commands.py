"""Every command that a remedy may have, each in one place, so that a test can execute every one.

One that begins with FROM, COPY or RUN is a line for the Dockerfile; any other is for a shell beside the program or its
source.
"""

from __future__ import annotations

import json
import re
import shlex

from libccheck.record import NamedTuple

TEMPLATES = {
    "chmod": "chmod +x {program}",
    "copy-executable": "COPY --chmod=0755 {paths}",
    "line-ends": "sed -i 's/\\r$//' {program}",
    "git-line-ends": "echo {pattern} >> .gitattributes",
    "byte-order-mark": "sed -i '1s/^\\xEF\\xBB\\xBF//' {program}",
    "new-first-line": "sed -i {insertion} {program}",
    "other-first-line": "sed -i {edit} {program}",
    "go-static": "CGO_ENABLED=0 {machine}go build {options}-o {output} {package}",
    "go-c-static": "CGO_ENABLED=1 {machine}go build {options}-o {output} {package}",
    "go-musl": "CGO_ENABLED=1 {machine}CC=musl-gcc go build {options}-o {output} {package}",
    "go-zig": "CGO_ENABLED=1 {machine}CC={cc} go build {options}-o {output} {package}",
    "rust-musl": "cargo build --release --target {target}",
    "rust-static": "RUSTFLAGS='-C target-feature=+crt-static' cargo build --release --target {target}",
    "rust-older": "cargo zigbuild --release --target {target}",
    "static": "{compiler} -static -o {output} {sources}",
    "musl": "musl-gcc -o {output} {sources}",
    "musl-static": "musl-gcc -static -o {output} {sources}",
    "zig": "zig {compiler} -target {target} -O2 -o {output} {sources}",
    "static-runtime": "{compiler} -static-libgcc -static-libstdc++ -o {output} {sources}",
    "no-relr": "{compiler} -Wl,-z,nopack-relative-relocs -o {output} {sources}",
    "baseline": "{compiler} -march={level} -o {output} {sources}",
    "npm": "npm install --cpu={cpu} --os=linux --libc={libc}",
    "pnpm": "pnpm install --cpu={cpu} --os=linux --libc={libc}",
    "pip": "pip install --upgrade --no-deps --only-binary=:all: {platforms} {python}--target={target} {requirement}",
    "interpreter": "patchelf --set-interpreter {interpreter} {program}",
    "interpreter-and-path": "patchelf --set-interpreter {interpreter} --remove-rpath {program}",
    "builder": "FROM {reference} AS build",
    "from": "FROM {reference}",
    "from-platform": "FROM --platform={platform} {reference}",
    "apk": "RUN apk add --no-cache {packages}",
    "passwd": "echo {line} > passwd",
    "copy": "COPY {paths}",
    "copy-from": "COPY --from={reference} {paths}",
    "apt-get": "RUN apt-get update && apt-get install -y --no-install-recommends {packages}"
    " && rm -rf /var/lib/apt/lists/*",
    "dnf": "RUN dnf install -y --setopt=install_weak_deps=False {packages} && dnf clean all",
    "zypper": "RUN zypper -n install --no-recommends {packages} && zypper clean -a",
}

_PLAIN = re.compile(r"[\w./+@%=:,~-]+\Z", re.ASCII)


class Command(NamedTuple):
    """One line to be copied, and the key of the template that it was made of."""

    template: str
    text: str


def command(template: str, **values: str) -> Command:
    """The command with these values; those that come from the user are quoted by `word`, `option` and `paths`."""
    return Command(template, TEMPLATES[template].format(**values))


def is_instruction(text: str) -> bool:
    """Whether the command is a line for the Dockerfile."""
    return text.startswith(("FROM ", "COPY ", "RUN "))


def is_builder(text: str) -> bool:
    """Whether the command is the image that the program is to be built in."""
    return text.startswith("FROM ") and text.endswith(" AS build")


def word(path: str) -> str:
    """A path as one word of a shell command, never taken for an option or for a file that holds options."""
    return shlex.quote(f"./{path}" if path.startswith(("-", "@")) else path)


def in_context(path: str) -> str | None:
    """The path as COPY names it, where it lies below the directory that libccheck is called in; else None."""
    parts = [each for each in path.split("/") if each not in ("", ".")]
    return None if path.startswith("/") or ".." in parts else "/".join(parts)


def paths(source: str, destination: str) -> str:
    """The two paths of a COPY; in the form of a list where one of them could be read otherwise."""
    source = re.sub(r"([*?\[\\])", r"\\\1", source)
    if _PLAIN.match(source) and _PLAIN.match(destination):
        return f"{source} {destination}"
    return json.dumps([re.sub(r"([\\\"'$])", r"\\\1", each) for each in (source, destination)], ensure_ascii=False)
