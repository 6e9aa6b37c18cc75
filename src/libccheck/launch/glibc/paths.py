"""Where ld.so looks for a library, in order: _dl_map_object() of `elf/dl-load.c`."""

from __future__ import annotations

from libccheck.launch.glibc import cache
from libccheck.launch.glibc.candidate import Candidate, Wanted, map_object, open_verify
from libccheck.launch.glibc.state import MAIN, Directory, Loading, Object, Signalled
from libccheck.launch.search import expand, has_token, split
from libccheck.model import Directory as DirectoryNode

_DF_1_NODEFLIB = 0x800


def find(loading: Loading, name: str, asked_by: Object) -> Object:
    """The object of that name, loaded now if it is not there yet."""
    for known in loading.chain:
        if known.answers_to(name):
            return known
        if not known.soname_known and known.elf.soname == name:
            known.names.append(name)
            known.soname_known = True
            return known
    steps = len(loading.steps)
    try:
        return _found(loading, Wanted(name, asked_by))
    except Signalled as signalled:
        signalled.finding = signalled.finding._replace(evidence=tuple(loading.steps[steps:]))
        raise


def _found(loading: Loading, wanted: Wanted) -> Object:
    name, asked_by = wanted
    other_class: list[str] = []
    look = _named if "/" in name else _searched
    candidate = look(loading, wanted, other_class)
    if candidate is not None:
        return map_object(loading, wanted, candidate)
    needs = f"{loading.shown(asked_by)} needs {name}, which"
    if other_class:
        other = 96 - loading.own.bits
        message = f"{needs} is there, but as {other}-bit code: {other_class[0]}"
        raise loading.fail(f"wrong ELF class: ELFCLASS{other}", name, "LC202", name, message=message)
    text = "cannot open shared object file"
    raise loading.fail(text, name, "LC201", name, errno=loading.errno, message=f"{needs} is nowhere to be found")


def expanded(loading: Loading, text: str, owner: Object) -> str | None:
    """`text` with $ORIGIN, $PLATFORM and $LIB replaced as in that object; None where one of them has no value."""
    if "$" not in text:
        return text
    tokens = {"ORIGIN": owner.origin, **loading.tokens}
    ends = _ends_name if loading.release.since(28) else _ends_component
    if loading.secure and has_token(text, {"ORIGIN": None}, ends):
        # A setuid program may only name what lies below a default directory, and $ORIGIN only at the start.
        text = _trusted(loading, expand(text, tokens, ends) or "", owner) if _at_start(text) else ""
        return text or None
    return expand(text, tokens, ends)


def add_directories(loading: Loading, directories: tuple[str, ...]) -> None:
    for name in directories:
        _directory(loading, name + "/")


def _ends_name(following: str) -> bool:
    return not (following.isascii() and (following.isalnum() or following == "_"))


def _ends_component(following: str) -> bool:
    return following in ("", "/")


def _at_start(text: str) -> bool:
    rest = text.removeprefix("$ORIGIN") if text.startswith("$ORIGIN") else text.removeprefix("${ORIGIN}")
    return rest != text and rest[:1] in ("", "/") and "ORIGIN" not in rest


def _trusted(loading: Loading, path: str, owner: Object) -> str:
    """is_trusted_path_normalize()."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    normal = "/" + "/".join(parts) + "/"
    trusted = owner.kind != MAIN or any(normal.startswith(name + "/") for name in loading.defaults)
    return path if trusted else ""


def _named(loading: Loading, wanted: Wanted, other_class: list[str]) -> Candidate | None:
    name = expanded(loading, wanted.name, wanted.asked_by)
    if name is None:
        name = ""
    return open_verify(loading, wanted, name, f"DT_NEEDED of {_called(wanted.asked_by)}", other_class)


def _searched(loading: Loading, wanted: Wanted, other_class: list[str]) -> Candidate | None:
    for directories, how in _stages(loading, wanted.asked_by):
        found = _in_directories(loading, wanted, directories, how, other_class)
        if found is not None:
            return found
    asked_by = wanted.asked_by
    cached = None if loading.secure and loading.preloading else cache.look_up(loading, wanted.name)
    if cached is not None and not (_no_defaults(asked_by) and _is_default(loading, cached)):
        how = loading.release.value("cache") or ""
        found = open_verify(loading, wanted, cached, how, other_class)
        if found is not None:
            return found
    if _no_defaults(asked_by):
        return None
    how = f"default directory of {loading.interpreter}"
    defaults = [loading.directories[name + "/"] for name in loading.defaults]
    return _in_directories(loading, wanted, defaults, how, other_class)


def _stages(loading: Loading, asked_by: Object) -> list[tuple[list[Directory], str]]:
    """The lists before the cache. DT_RPATH is inherited; DT_RUNPATH is not, and who has it has no DT_RPATH."""
    stages = []
    main = loading.chain[0]
    if asked_by.elf.runpath is None:
        owner: Object | None = asked_by
        did_main = False
        while owner is not None:
            directories = _rpath(loading, owner)
            if directories:
                stages.append((directories, f"RPATH of {_called(owner)}"))
                did_main = did_main or owner is main
            owner = owner.loader
        if not did_main and _rpath(loading, main):
            stages.append((_rpath(loading, main), f"RPATH of {_called(main)}"))
    if loading.library_path:
        stages.append((loading.library_path, "LD_LIBRARY_PATH"))
    runpath = _runpath(loading, asked_by)
    if runpath:
        stages.append((runpath, f"RUNPATH of {_called(asked_by)}"))
    return stages


def _called(item: Object) -> str:
    return item.path if item.kind == MAIN else item.name


def _rpath(loading: Loading, owner: Object) -> list[Directory]:
    if owner.rpath is None:
        own = owner.elf.rpath if owner.elf.runpath is None else None
        owner.rpath = path_list(loading, own, ":", owner) if own else []
    return owner.rpath


def _runpath(loading: Loading, owner: Object) -> list[Directory]:
    if owner.runpath is None:
        owner.runpath = path_list(loading, owner.elf.runpath, ":", owner) if owner.elf.runpath else []
    return owner.runpath


def path_list(loading: Loading, paths: str, separators: str, owner: Object) -> list[Directory]:
    """fillin_rpath(): the directories of a path list, each once, tokens replaced."""
    result: list[Directory] = []
    for path in split(paths, separators):
        name: str | None = path
        if path:
            name = expanded(loading, path, owner)
            if not name and loading.release.since(27):
                continue
        if not name:
            name = "" if loading.release.since(27) else "./"
        else:
            name = (name.rstrip("/") or "/") if len(name) > 1 else name
            name += "" if name.endswith("/") else "/"
        directory = _directory(loading, name)
        if directory not in result:
            result.append(directory)
    return result


def _directory(loading: Loading, name: str) -> Directory:
    found = loading.directories.get(name)
    if found is None:
        found = loading.directories[name] = Directory(name, len(loading.subdirectories))
    return found


def _in_directories(
    loading: Loading, wanted: Wanted, directories: list[Directory], how: str, other_class: list[str]
) -> Candidate | None:
    """open_path(). An error that is not about a missing file ends this list, though not the search."""
    usual = ("ENOENT", "EACCES", "ENOTDIR") if loading.release.since(39) else ("ENOENT", "EACCES")
    for directory in directories:
        any_here = False
        for position, subdirectory in enumerate(loading.subdirectories):
            if directory.exists[position] is False:
                continue
            place = directory.name + subdirectory
            found = _tried(loading, wanted, place, directory.exists[position], how, other_class)
            if directory.exists[position] is None:
                directory.exists[position] = found is not None or _is_directory(loading, place)
            any_here = any_here or bool(directory.exists[position])
            if found is not None and not _barred(loading, found):
                return found
        if any_here and loading.errno is not None and loading.errno not in usual:
            return None
    return None


def _tried(
    loading: Loading, wanted: Wanted, place: str, exists: bool | None, how: str, other_class: list[str]
) -> Candidate | None:
    """One candidate; what is in a directory that is not there needs no line of evidence each."""
    steps = len(loading.steps)
    found = open_verify(loading, wanted, place + wanted.name, how, other_class)
    if found is None and exists is None and loading.steps[-1].found == "ENOENT" and "glibc-hwcaps/" in place:
        del loading.steps[steps:]
    return found


def _is_directory(loading: Loading, place: str) -> bool:
    found = loading.tree.resolve(place, loading.cwd, user=loading.user)
    if found.errno is not None:
        loading.errno = found.errno
    return isinstance(found.node, DirectoryNode)


def _barred(loading: Loading, found: Candidate) -> bool:
    """A setuid program preloads only libraries that are setuid themselves."""
    if not (loading.secure and loading.preloading):
        return False
    node = loading.tree.resolve(found.path).node
    if getattr(node, "mode", 0) & 0o4000:
        return False
    loading.errno = "ENOENT"
    return True


def _no_defaults(item: Object) -> bool:
    return bool(item.elf.dynamic_flags_1 & _DF_1_NODEFLIB)


def _is_default(loading: Loading, path: str) -> bool:
    return any(path.startswith(name + "/") for name in loading.defaults)
