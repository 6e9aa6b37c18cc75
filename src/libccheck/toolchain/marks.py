"""What a program is besides machine code: packed, a bundle, a native image, or a module of another runtime.

It goes by what each maker has to leave in the file so that its own start code finds it.
"""

from __future__ import annotations

from typing import Any

from libccheck.model import Elf
from libccheck.toolchain.javascript import javascript
from libccheck.toolchain.mark import Mark
from libccheck.toolchain.modules import modules
from libccheck.toolchain.wholes import dotnet, graalvm, nuitka, pyinstaller, upx

__all__ = ["Mark", "marks"]


def marks(elf: Elf, data: Any, path: str = "") -> tuple[Mark, ...]:
    """All that are found; `data`: the program's bytes, `path`: its name, where an ABI tag may stand."""
    exports, imports = _names(elf)
    found = [
        *upx(data),
        *pyinstaller(data),
        *nuitka(elf, data, exports | imports),
        *dotnet(elf, data, exports),
        *javascript(elf, data, exports),
        *graalvm(elf, data, exports),
        *modules(exports, imports, path),
    ]
    return tuple(dict.fromkeys(found))


def _names(elf: Elf) -> tuple[dict[str, None], dict[str, None]]:
    """The symbols that it has and those that it wants, in order."""
    symbols = elf.tables.symbols
    if symbols is None:
        return {}, {}
    exports: dict[str, None] = {}
    imports: dict[str, None] = {}
    for name, section in zip(symbols.names, symbols.sections, strict=False):
        (exports if section else imports)[name] = None
    return exports, imports
