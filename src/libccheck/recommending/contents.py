"""What an image's bytes are for, by where they lie."""

from __future__ import annotations

import re
from collections.abc import Collection

from libccheck.model import File
from libccheck.record import NamedTuple
from libccheck.tree import Tree

PROGRAM, LOADED, OTHER = "the program", "libraries that it loads", "the rest"
_KINDS = {
    # what it is: patterns of paths; the first that matches decides
    "package manager": (
        r"/(etc|var/lib|var/cache|var/log|usr/lib|usr/share|usr/libexec)/(apt|dpkg|rpm|dnf|yum|pacman|zypp|debconf)\b",
        r"/(usr/)?lib/apk/|/etc/(apk|yum\.repos\.d)/|/var/cache/apk/|/usr/lib/sysimage/rpm/|/usr/share/keyrings/",
        r"/(usr/)?s?bin/((apt|dpkg|rpm|dnf|yum|microdnf|zypper|pacman|debconf)[\w-]*|apk)\Z",
        r"/lib(apt-\w+|apk|rpm\w*|dnf\w*)\.so[\w.]*\Z",
    ),
    "documentation and translations": (
        r"/usr/(local/)?share/(doc|man|info|locale|i18n|help|gtk-doc|lintian|doc-base)/|/usr/lib/locale/",
    ),
    "toolchain": (
        r"/usr/(lib|lib64|libexec)/(gcc|llvm)|/usr/(local/)?include/|/usr/local/(go|cargo|rustup)/",
        r"/root/\.(cargo|rustup)/|^/go/|\.(a|o)\Z|/lib(LLVM|clang|bfd|opcodes|asan|tsan|ubsan|lsan)[\w.+-]*\.so",
        r"/usr/(local/)?bin/([\w-]*-)?(gcc|g\+\+|cc|c\+\+|cpp|ld|as|ar|make|cmake|clang|rustc|go)(\.\w+|-\d[\d.]*)?\Z",
    ),
    "language runtimes": (
        r"/(lib|lib64|share)/(python|perl|ruby|node_modules|jvm|php)|/lib/[\w-]+-linux-gnu\w*/perl|/opt/java/",
        r"/bin/(python|perl|ruby|node|php|java)[\d.]*\Z",
    ),
    "time zones": (r"/(usr/share|etc)/zoneinfo/",),
    "certificates": (r"/etc/(ssl|pki|ca-certificates)/|/usr/share/(ca-certificates|pki)/|/usr/lib/ssl/",),
    "libraries that it does not load": (r"\.so(\.[\w.]+)?\Z|/gconv/|/security/",),
    "shells and tools": (r"/(usr/(local/)?)?s?bin/|/busybox/|/usr/libexec/",),
}
_PATTERNS = tuple((kind, re.compile("|".join(patterns))) for kind, patterns in _KINDS.items())
_MOST = 3


class Part(NamedTuple):
    """size: in bytes; files: how many; largest: the paths of the largest, the largest first."""

    kind: str
    size: int
    files: int
    largest: tuple[str, ...]


def parts(tree: Tree, program: str, loaded: Collection[str], size: int | None = None) -> tuple[Part, ...]:
    """Every byte once, the largest part first. `program` and `loaded` are real paths.

    Where the files have more bytes than `size`, some of them are links to one file whose tree does not say so.
    """
    paths = tuple(dict.fromkeys((program, *loaded, *tree)))
    files = {path: node for path in paths if isinstance(node := tree.nodes.get(path), File)}
    once: dict[object, str] = {id(node): path for path, node in reversed(files.items())}
    if size is not None and sum(files[path].size for path in once.values()) > size:
        once = {_same(node): path for path, node in reversed(files.items())}
    found: dict[str, list[tuple[int, str]]] = {}
    for path in once.values():
        kind = PROGRAM if path == program else LOADED if path in loaded else _kind(path)
        found.setdefault(kind, []).append((-files[path].size, path))
    made = [
        Part(kind, -sum(size for size, _ in several), len(several), tuple(path for _, path in sorted(several)[:_MOST]))
        for kind, several in found.items()
    ]
    return tuple(sorted((each for each in made if each.size), key=lambda each: (-each.size, each.kind)))


def _same(file: File) -> object:
    """What links to one program have in common, by what is kept of its content; of other files that is too little."""
    elf = file.load().elf
    return id(file) if elf is None else (file.size, elf.entry, elf.segments, elf.needed, elf.soname)


def _kind(path: str) -> str:
    return next((kind for kind, pattern in _PATTERNS if pattern.search(path)), OTHER)
