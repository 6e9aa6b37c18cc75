"""How the symbol was to be bound that a loader of glibc says it has not found: by the file that wants it."""

from __future__ import annotations

import re

from libccheck.model import Died, File, Launch, Outcome
from libccheck.tree import Tree

EAGER, NOW = "eager", "BIND_NOW"
_WORDS = re.compile(r"(?:lookup error|relocation error): ([^:\n]*): (?:undefined symbol: |symbol )([^,\n]+)")


def binding(tree: Tree, path: str, cwd: str, launch: Launch, reality: Outcome) -> str:
    """EAGER where something else than a call refers to it, NOW where calls alone do; "" where no such words are."""
    words = _WORDS.search(reality.stderr) if isinstance(reality, Died) else None
    if words is None:
        return ""
    name, symbol = words.groups()
    libraries = {each.path for each in launch.objects}
    node = tree.resolve(name if name in libraries else path, cwd).node
    elf = node.load().elf if isinstance(node, File) else None
    relocations, symbols = (elf.tables.relocations, elf.tables.symbols) if elf else (None, None)
    if relocations is None or symbols is None:
        return ""
    at = {index for index, each in enumerate(symbols.names) if each == symbol}
    eager = any(index in at for _, index, _ in (*relocations.rel, *relocations.rela))
    lazy = any(index in at for _, index, _ in relocations.plt)
    return EAGER if eager else NOW if lazy else ""
