"""The state in which ld.so begins: the three objects that are there already, the environment, where to search."""

from __future__ import annotations

from libccheck.launch.glibc.environment import environment
from libccheck.launch.glibc.hwcaps import platform, subdirectories
from libccheck.launch.glibc.machine import VDSO, VDSO_OTHERS
from libccheck.launch.glibc.paths import add_directories, path_list
from libccheck.launch.glibc.release import Release
from libccheck.launch.glibc.state import LOADER, MAIN, Loading, Object
from libccheck.launch.glibc.state import VDSO as VDSO_KIND
from libccheck.launch.handover import Handover
from libccheck.model import Elf, File, Host, Loader, Symbols, Tables, User
from libccheck.tree import Tree

_SETUID, _SETGID, _GROUP_EXECUTE = 0o4000, 0o2000, 0o010


def begin(tree: Tree, handover: Handover, host: Host, release: Release, loader: Loader, elf: Elf) -> Loading:
    """`loader` and `elf` are the loader's own facts."""
    process, interpreter = handover.process, handover.interpreter or ""
    user, secure = _becomes(tree, handover)
    variables = environment(process.env, secure)
    progname = process.argv[0] if process.argv else ""
    loading = Loading(tree, user, process.cwd, host, release, variables, progname, interpreter, elf, secure)
    main = Object(MAIN, "", handover.path, handover.elf)
    main.origin = handover.path.rpartition("/")[0] or "/"
    itself = Object(LOADER, interpreter, handover.loader_path or interpreter, elf)
    itself.names = [interpreter, *([elf.soname] if elf.soname else [])]
    itself.identity = loader
    itself.relocated = True
    loading.chain = [main, itself, _vdso(handover.elf.machine, elf)]
    loading.defaults = loader.directories
    loading.subdirectories = subdirectories(release, handover.elf, host)
    loading.tokens = {"PLATFORM": platform(release, handover.elf, host), "LIB": _library_directory(loader.directories)}
    add_directories(loading, loading.defaults)
    if variables.library_path:
        loading.library_path = path_list(loading, variables.library_path, ":;", main)
    return loading


def _becomes(tree: Tree, handover: Handover) -> tuple[User, bool]:
    """Who the process is after the exec, and whether AT_SECURE is set: setuid and setgid bits that change something."""
    user = handover.process.user
    node = tree.resolve(handover.path).node
    if not isinstance(node, File):
        return user, False
    becomes = user
    if node.mode & _SETUID:
        becomes = becomes._replace(uid=node.uid)
    if node.mode & _SETGID and node.mode & _GROUP_EXECUTE:
        becomes = becomes._replace(gid=node.gid)
    return becomes, becomes != user


def _library_directory(directories: tuple[str, ...]) -> str:
    """What $LIB stands for."""
    first = directories[0] if directories else "/lib"
    return first.removeprefix("/usr").lstrip("/")


def _vdso(machine: int, like: Elf) -> Object:
    """The object that the kernel itself puts into every process."""
    name = VDSO.get(machine, VDSO_OTHERS)[0]
    nothing = Tables(lambda: Symbols((), b"", b"", b"", b"", (), ()), lambda: None)
    elf = like._replace(
        soname=name, needed=(), auxiliary=(), filters=(), tags=(), versions_needed=(), dynamic_flags_1=0, tables=nothing
    )
    made = Object(VDSO_KIND, name, "", elf)
    made.names.append(name)
    return made
