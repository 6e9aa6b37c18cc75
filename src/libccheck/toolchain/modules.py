"""Native modules of other runtimes: by the functions that these call when they load one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from libccheck.toolchain.mark import Mark

_ABI = re.compile(r"\.(cpython-\d+[a-z]*|abi3|pypy\d+-pp\d+|graalpy[\w-]*?)(?:-([\w-]+))?\.so$")
_WHEEL = re.compile(r"-(\w*(?:manylinux|musllinux)[\w.]*)\.whl(?:!|$)")
_REGISTER = re.compile(r"(?:napi|node)_register_module_v\d+")


def modules(exports: Collection[str], imports: Collection[str], path: str) -> Iterator[Mark]:
    """exports: the symbols that a file has, imports: those that it wants; path: its name, maybe with an ABI tag."""
    if "Py_Initialize" in exports:
        yield Mark("python", "", "the interpreter is inside")
    elif any(name.startswith("PyInit_") for name in exports):
        tag = _ABI.search(path)
        wheel = _WHEEL.search(path)
        detail = [f"ABI {tag[1]}" if tag else "", tag[2] or "" if tag else "", wheel[1] if wheel else ""]
        yield Mark("python", "", ", ".join(["extension module", *filter(None, detail)]))
    register = [name for name in exports if _REGISTER.fullmatch(name)]
    if register or ("napi_module_register" in imports or "node_module_register" in imports):
        is_stable = "napi_module_register" in imports or any(name.startswith("napi_") for name in register)
        fixed = next((each.rpartition("_v")[2] for each in register if each.startswith("node_")), "")
        how = "N-API" if is_stable else f"ABI {fixed}".rstrip() if fixed else "bound to one ABI"
        yield Mark("napi", "", f"module of Node.js, {how}")
    if any(name.startswith("Init_") for name in exports) and any(name.startswith("rb_") for name in imports):
        yield Mark("ruby", "", "extension")
    if any(name.startswith("Java_") or name == "JNI_OnLoad" for name in exports):
        yield Mark("jni", "", "library of Java (JNI)")
