"""What ld.so takes from the environment, and what it preloads: process_envvars() and do_preload() of `elf/rtld.c`."""

from __future__ import annotations

from libccheck.launch.glibc.paths import find
from libccheck.launch.glibc.state import Environment, Loading, Object, Signalled
from libccheck.model import File
from libccheck.tree import may

_SECURE_PATH_LIMIT, _SECURE_NAME_LIMIT = 4096, 255
_UNDECIDED = ("LD_DEBUG", "LD_TRACE_LOADED_OBJECTS", "LD_SHOW_AUXV", "LD_PROFILE")


def environment(variables: tuple[tuple[str, str], ...], secure: bool) -> Environment:
    """The environment as ld.so reads it."""
    found = {name: value for name, value in variables if name.startswith(("LD_", "GLIBC_TUNABLES"))}
    other = next((name for name in _UNDECIDED if found.get(name) and not secure), None)
    tunables = found.get("GLIBC_TUNABLES", "").split(":")
    return Environment(
        library_path=None if secure else found.get("LD_LIBRARY_PATH"),
        preload=found.get("LD_PRELOAD"),
        bind_now=bool(found.get("LD_BIND_NOW")) and not secure,
        verbose=bool(found.get("LD_WARN")) and not secure,
        original_sort="glibc.rtld.dynamic_sort=1" in tunables and not secure,
        assumed_kernel=() if secure else _kernel(found.get("LD_ASSUME_KERNEL", "")),
        diverting=other,
    )


def preload(loading: Loading) -> list[Object]:
    """Load what LD_PRELOAD and /etc/ld.so.preload name; the new objects, in order."""
    known = len(loading.chain)
    main = loading.chain[0]
    loading.preloading = True
    for name in (loading.environment.preload or "").replace(":", " ").split(" "):
        if name and len(name) < _SECURE_PATH_LIMIT and not (loading.secure and _is_path(name)):
            _preload_one(loading, name, main, "LD_PRELOAD")
    file = loading.release.value("preload")
    for name in _listed(loading, file) if file else ():
        _preload_one(loading, name, main, file or "")
    loading.preloading = False
    return loading.chain[known:]


def _is_path(name: str) -> bool:
    return "/" in name or len(name) >= _SECURE_NAME_LIMIT


def _preload_one(loading: Loading, name: str, main: Object, where: str) -> None:
    try:
        find(loading, name, main)
    except Signalled as signalled:
        why = f" ({signalled.text})" if loading.release.has("preload-reason") else ""
        loading.stderr.append(f"ERROR: ld.so: object '{name}' from {where} cannot be preloaded{why}: ignored.\n")


def _listed(loading: Loading, file: str) -> list[str]:
    """The names in /etc/ld.so.preload, separated by white space or colons, comments left out."""
    found = loading.tree.resolve(file, user=loading.user)
    node = found.node
    errno = found.errno
    if errno is None and not (node is not None and may(node, loading.user, 4)):
        errno = "EACCES"
    if errno is not None:
        loading.errno = errno
        return []
    if not isinstance(node, File):
        return []
    text = node.load().text
    if text is None:
        raise loading.undecided(f"the content of {file} is not known", "LC902", file)
    return _uncommented(text).decode("utf-8", "surrogateescape").replace(":", " ").split()


def _uncommented(text: bytes) -> bytes:
    """The loader blanks comments out, but looks for the second one only in as many bytes as follow the first."""
    data, rest = bytearray(text), len(text)
    while rest > 0:
        at = data.find(b"#", 0, rest)
        if at < 0:
            break
        rest -= at
        while True:
            data[at] = 0x20
            rest -= 1
            at += 1
            if rest <= 0 or data[at] == 0x0A:
                break
    return bytes(data)


def _kernel(version: str) -> tuple[int, ...]:
    parts = version.split(".")
    return tuple(int(part) for part in parts[:3]) if version and all(part.isdigit() for part in parts) else ()
