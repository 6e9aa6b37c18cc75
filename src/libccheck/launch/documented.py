"""A launch in an image of which only documented facts are known: they decide little, and nothing by guessing.

What is wrong with the program itself, a loader of another C library, and a version above that of the C library: such a
program does not start there, whatever else the image holds. A static one does. All else is unclear.
"""

from __future__ import annotations

from libccheck.interpreters import PATHS
from libccheck.launch import launch
from libccheck.libc import interpreter_text
from libccheck.model import Died, Documented, Elf, File, Finding, Host, Launch, Process, Started, Step, Unclear
from libccheck.tree import Tree

_OF_THE_PROGRAM = frozenset(("LC102", "LC104", "LC106", "LC107", "LC108"))
_STORES = ("/nix/store/", "/gnu/store/")
_PREFIX = "GLIBC_"
_PARTS = frozenset(
    ("libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1", "libresolv.so.2")
)
_STATUS = 1
_OTHERS = ", or ends sooner for want of another library"


def launch_documented(tree: Tree, path: str, process: Process, host: Host, known: Documented) -> Launch:
    """`tree` has nothing but what was placed into it."""
    alone = launch(tree, path, process, host)
    node = tree.resolve(path, process.cwd).node
    elf = node.load().elf if isinstance(node, File) else None
    interpreter = interpreter_text(elf) if elf is not None else None
    code = alone.findings[0].code if alone.findings else ""
    if code in _OF_THE_PROGRAM or (elf is not None and interpreter is None and isinstance(alone.outcome, Started)):
        return alone
    if elf is None or interpreter is None or code != "LC101":
        return _unclear(alone, path, known)
    if interpreter not in known.interpreters:
        if interpreter not in PATHS and not interpreter.startswith(_STORES):
            return _unclear(alone, path, known)
        message = f"{path} asks for the loader {interpreter}, and an image with {known.libc} has none there"
        step = Step("open", interpreter, "ENOENT", f"PT_INTERP of {path}, by what is documented")
        return alone._replace(findings=(Finding("LC101", interpreter, message, (step,)),), steps=(step,))
    missing = _above(elf, known, tree) if known.libc == "glibc" else []
    if not missing:
        return _unclear(alone, path, known)
    name = process.argv[0] if process.argv else path
    lines = [
        f"{name}: {known.directory}/{file}: version `{version}' not found (required by {name})\n"
        for file, version in missing
    ]
    others = "" if _PARTS.issuperset(each for each in elf.needed if each not in interpreter) else _OTHERS
    findings = tuple(
        Finding(
            "LC203", version, f"{path} needs {version} of {file}, and glibc {known.version} does not have it{others}"
        )
        for file, version in missing
    )
    return alone._replace(outcome=Died(_STATUS, None, "".join(lines)), findings=findings, steps=())


def _above(elf: Elf, known: Documented, tree: Tree) -> list[tuple[str, str]]:
    """The versions that are newer than the image's glibc, of those of its parts that nobody has placed there."""
    placed = {path.rpartition("/")[2] for path in tree}
    return [
        (need.file, each.name)
        for need in elf.versions_needed
        if need.file in _PARTS and need.file in elf.needed and need.file not in placed
        for each in need.versions
        if not each.weak
        and each.name.startswith(_PREFIX)
        and _number(each.name[len(_PREFIX) :]) > _number(known.version)
    ]


def _number(version: str) -> tuple[int, ...]:
    """ "2.38" as (2, 38); () for what is no number, which is above nothing."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(each.isdecimal() and len(each) < 6 for each in parts) else ()


def _unclear(alone: Launch, path: str, known: Documented) -> Launch:
    reason = f"of the image only {known.libc} {known.version} is documented, and that does not rule {path} out"
    return alone._replace(outcome=Unclear(reason), findings=(Finding("LC902", path, reason),), steps=(), objects=())
