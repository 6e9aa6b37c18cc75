"""Programs that run JavaScript: Node.js, Bun, Deno, and what puts an application into one of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from libccheck.model import Elf
from libccheck.toolchain.mark import NEAR, Mark, loaded, version

_PT_NOTE = 4
_SINGLE = "single executable"

# Node.js: the fuse that postject turns (src/node_sea.cc), and where its release comes from
_FUSE = re.compile(rb"NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:([01])")
_NODE = re.compile(rb"nodejs\.org/download/[\w-]{1,16}/v(\d+\.\d+\.\d+)[\w.-]*/")
# pkg, lib/packer.ts: what is run stands in the last lines, as a path of its own file system
_PKG = re.compile(rb'\n,\n"/snapshot/[^"\n]{1,1024}"\n,\n')
_PKG_END = b"\n);\n})"
# nexe, src/compiler.ts: before the last two numbers
_NEXE = re.compile(rb"<nexe~~sentinel>.{16}\Z", re.DOTALL)
# Bun, src/StandaloneModuleGraph: behind the application, which is a section of its own or stands at the file's end
_BUN = re.compile(r"BUN_\d[\d.]*")
_BUN_RELEASE = re.compile(rb"bun/(\d+\.\d+\.\d+) npm/\?")
_BUN_END = re.compile(rb"\n---- Bun! ----\n")
# Deno, cli/lib/standalone/binary.rs: at the file's end, since libsui 0.6 in a note
_DENO = re.compile(rb"d3n0l4nd")
_DENO_RELEASE = re.compile(rb"Deno/(\d+\.\d+\.\d+)(?:\+[0-9a-f]|Deno/)")
_DENO_NOTE = re.compile(rb"SUI\0\x08\0d3n0l4nd")
_LAST_WORDS = 64


def javascript(elf: Elf, data: Any, exports: Collection[str]) -> Iterator[Mark]:
    """exports: the symbols that it has: all three have the functions that native modules call."""
    runs_modules = "napi_create_function" in exports or "node_module_register" in exports
    if any(_BUN.fullmatch(each.name) for each in elf.versions_defined or ()):
        single = bool(_BUN_END.search(_tail(data, _LAST_WORDS)) or loaded(_BUN_END, elf, data, writable=True))
        yield Mark("bun", version(_BUN_RELEASE, data), _SINGLE if single else "Bun itself")
    elif runs_modules and loaded(_DENO, elf, data, writable=False):
        single = bool(_DENO.search(_tail(data, _LAST_WORDS))) or _has_note(_DENO_NOTE, elf, data)
        yield Mark("deno", version(_DENO_RELEASE, data), _SINGLE if single else "Deno itself")
    else:
        fuse = loaded(_FUSE, elf, data)
        if runs_modules or fuse:
            yield Mark("node", version(_NODE, data), _of_node(data, fuse))


def _of_node(data: Any, fuse: re.Match[bytes] | None) -> str:
    if fuse is not None and fuse[1] == b"1":
        return _SINGLE
    tail = _tail(data, NEAR)
    if _NEXE.search(tail):
        return "bundled by nexe"
    return "bundled by pkg" if tail.endswith(_PKG_END) and _PKG.search(tail) else "Node.js itself"


def _has_note(pattern: re.Pattern[bytes], elf: Elf, data: Any) -> bool:
    """Near the start of where notes stand, behind the few that any program has."""
    starts = [each.offset for each in elf.segments if each.type == _PT_NOTE]
    return any(pattern.search(data, start, min(start + NEAR, len(data))) for start in starts[:8])


def _tail(data: Any, size: int) -> bytes:
    return bytes(data[-size:])
