"""Platforms as Docker writes them ("linux/arm/v7"): the host's, normal forms, what a root's programs are made for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from libccheck.errors import UsageError
from libccheck.machines import PLATFORMS, machine_name
from libccheck.model import Directory, File
from libccheck.tree import Tree

_ARCHITECTURES = {
    # what uname, Debian and people call them, as containerd's platforms.Normalize reads them
    "aarch64": "arm64",
    "arm64/v8": "arm64",
    "armel": "arm/v6",
    "armhf": "arm/v7",
    "arm": "arm/v7",
    "armv5l": "arm/v5",
    "armv6l": "arm/v6",
    "armv7l": "arm/v7",
    "i386": "386",
    "i486": "386",
    "i586": "386",
    "i686": "386",
    "loongarch64": "loong64",
    "ppc64el": "ppc64le",
    "x86_64": "amd64",
    "x86-64": "amd64",
    "amd64/v1": "amd64",
}
_WITH_VARIANTS = ("amd64", "arm", "arm64", "ppc64le", "riscv64")
_BY_MACHINE = {"armhf": "linux/arm/v7", "arm": "linux/arm/v5", "aarch64": "linux/arm64"}
_LOOKED_AT = ("/bin/sh", "/bin/busybox", "/usr/bin/env", "/sbin/ldconfig", "/lib/libc.so.6", "/usr/lib/libc.so.6")
_FOLDERS = ("/lib", "/lib64", "/bin", "/usr/bin", "/usr/lib", "/sbin", "/")
_ENOUGH = 200


def normal(platform: str) -> str:
    """The platform in Docker's own form: "aarch64", "linux/arm64/v8" and "linux/arm64" are all "linux/arm64"."""
    architecture = platform.strip().lower().removeprefix("linux/")
    base, _, variant = architecture.partition("/")
    if not base or "/" in variant or (variant and base not in _WITH_VARIANTS):
        raise UsageError(
            f"{platform!r} is not a platform", subject=platform, hint="say for instance linux/amd64 or linux/arm64"
        )
    return "linux/" + _ARCHITECTURES.get(architecture, architecture)


def host() -> str:
    """The platform of the machine that this runs on."""
    machine = os.uname().machine
    return "linux/" + _ARCHITECTURES.get(machine, machine)


def acceptable(platform: str) -> tuple[str, ...]:
    """That platform, then those whose images a container engine would take for it instead, best first."""
    if not platform.startswith("linux/arm/v"):
        return (platform,)
    return tuple(f"linux/arm/v{version}" for version in range(int(platform[-1]), 4, -1))


def of_config(fields: Mapping[str, Any]) -> str | None:
    """What `os`, `architecture` and `variant` of a config or an index's entry say; None for what is no Linux."""
    architecture, variant = fields.get("architecture"), fields.get("variant")
    if fields.get("os") != "linux" or not isinstance(architecture, str):
        return None
    try:
        return normal(f"linux/{architecture}" + (f"/{variant}" if isinstance(variant, str) and variant else ""))
    except UsageError:
        return None


def of_tree(tree: Tree) -> str | None:
    """What the programs and loaders in that tree are made for; None where no ELF file is where one should be."""
    for path in _LOOKED_AT:
        found = _of_file(tree, path)
        if found:
            return found
    for folder in _FOLDERS:
        for name in _names(tree, folder):
            found = _of_file(tree, f"{folder}/{name}")
            if found:
                return found
    return None


def _of_file(tree: Tree, path: str) -> str | None:
    node = tree.resolve(path).node
    elf = node.load().elf if isinstance(node, File) else None
    if elf is None:
        return None
    machine = machine_name(elf)
    if machine in _BY_MACHINE:
        return _BY_MACHINE[machine]
    return next((platform for platform, name in PLATFORMS.items() if name == machine), None)


def _names(tree: Tree, folder: str) -> list[str]:
    """Some names in a directory, sorted."""
    found = tree.resolve(folder)
    if not isinstance(found.node, Directory):
        return []
    listing = getattr(tree.nodes, "names", None)
    if listing is not None:
        return sorted(listing(found.path))[:_ENOUGH]
    start = found.path.rstrip("/") + "/"
    below = (path[len(start) :] for path in tree if path.startswith(start) and path != "/")
    return sorted(name for name in below if "/" not in name)[:_ENOUGH]
