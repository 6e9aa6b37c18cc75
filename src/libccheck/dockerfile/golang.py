"""Whether Go sources reach C: the imports of a package and of those of its module, as the go command follows them."""

from __future__ import annotations

import re
from collections.abc import Callable

from libccheck.dockerfile.files import Files
from libccheck.record import NamedTuple
from libccheck.toolchain.bindings import binding

USING_C = ("net", "os/user", "plugin", "runtime/cgo")
"""Packages of the standard library that call C on Linux where cgo is on."""

_MOST_FILES = 4000
_MOST_BYTES = 1 << 20
_IMPORT = re.compile(rb'^[ \t]*import[ \t]+(?:[\w.]+[ \t]+)?"([^"\n]{1,200})"', re.MULTILINE)
_BLOCK = re.compile(rb"^[ \t]*import[ \t]*\(([^)]{0,100000})\)", re.MULTILINE)
_IN_BLOCK = re.compile(rb'^[ \t]*(?:[\w.]+[ \t]+)?"([^"\n]{1,200})"', re.MULTILINE)
_MODULE = re.compile(rb'^module[ \t]+"?([^\s"]{1,200})', re.MULTILINE)
_REQUIRED = re.compile(
    rb"^[ \t]*(?:require[ \t]+)?([\w.~-]+\.[\w.~/-]+)[ \t]+v[\w.+-]+(?P<indirect>[ \t]*// indirect)?", re.MULTILINE
)
_BUILD = re.compile(rb"^//go:build[ \t]+(.{1,1000})$", re.MULTILINE)
_TERM = re.compile(r"\s*(&&|\|\||!|\(|\)|[\w.]+)")
_SYSTEMS = frozenset(
    (
        *("aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "js", "netbsd", "openbsd", "plan9"),
        *("solaris", "wasip1", "windows"),
    )
)
_ARCHITECTURES = frozenset(
    (
        *("386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le"),
        *("riscv64", "s390x", "wasm"),
    )
)


class Reach(NamedTuple):
    """standard: packages of the standard library that call C. c: where C itself is imported, or a module of C.

    whole: whether all that is imported could be read; `unread` is the first that could not.
    """

    standard: tuple[str, ...]
    c: tuple[str, ...]
    whole: bool
    unread: str = ""


class Module(NamedTuple):
    directory: str
    path: str
    required: tuple[str, ...]


def module_of(files: Files, directory: str) -> Module | None:
    """The go.mod of that directory, or of one above it."""
    here = directory
    for _ in range(40):
        text = files.text(f"{here.rstrip('/')}/go.mod")
        if text is not None:
            match = _MODULE.search(text[:_MOST_BYTES])
            required = tuple(each[1].decode("utf-8", "replace") for each in _REQUIRED.finditer(text[:_MOST_BYTES]))
            return Module(here, match[1].decode("utf-8", "replace") if match else "", required)
        if here in ("/", ""):
            return None
        here = here.rpartition("/")[0] or "/"
    return None


def reach(files: Files, directory: str, tags: frozenset[str], architecture: str) -> Reach | None:
    """What the package in that directory reaches; None where its sources are not at hand."""
    module = module_of(files, directory)
    todo, seen = [directory], {directory}
    standard: set[str] = set()
    with_c: list[str] = []
    unread = ""
    count = 0
    while todo:
        here = todo.pop()
        for name in files.names(here):
            if not _is_built(name, architecture) or count > _MOST_FILES:
                continue
            text = files.text(f"{here}/{name}")
            if text is None or not _holds(text, tags, architecture):
                continue
            count += 1
            for each in imports(text):
                if each == "C":
                    with_c.append(f"{here}/{name}")
                elif each in USING_C:
                    standard.add(each)
                elif module and (each == module.path or each.startswith(f"{module.path}/")):
                    below = f"{module.directory.rstrip('/')}{each[len(module.path) :]}"
                    if below not in seen:
                        seen.add(below)
                        todo.append(below)
                elif "." in each.partition("/")[0]:
                    found = _vendored(files, module, each)
                    if binding(each) is not None:
                        with_c.append(each)
                    elif found is None:
                        unread = unread or each
                    elif found not in seen:
                        seen.add(found)
                        todo.append(found)
                else:
                    standard.update(_STANDARD.get(each, ()))
    if not count:
        return None
    return Reach(tuple(sorted(standard)), tuple(dict.fromkeys(with_c)), not unread, unread)


def imports(text: bytes) -> list[str]:
    """The import paths of a Go file."""
    text = text[:_MOST_BYTES]
    found = [match[1] for match in _IMPORT.finditer(text)]
    for block in _BLOCK.finditer(text):
        found += [match[1] for match in _IN_BLOCK.finditer(block[1])]
    return [each.decode("utf-8", "replace") for each in found]


def _vendored(files: Files, module: Module | None, path: str) -> str | None:
    if module is None:
        return None
    directory = f"{module.directory.rstrip('/')}/vendor/{path}"
    return directory if files.names(directory) else None


def _is_built(name: str, architecture: str) -> bool:
    """By its name: a Go file that is no test, for Linux and that architecture."""
    if not name.endswith(".go") or name.endswith("_test.go") or name[:1] in "_.":
        return False
    parts = name[:-3].split("_")[1:][-2:]
    return not any(each in _SYSTEMS or (each in _ARCHITECTURES and each != architecture) for each in parts)


def _holds(text: bytes, tags: frozenset[str], architecture: str) -> bool:
    """Whether its `//go:build` line lets it be built here."""
    match = _BUILD.search(text[:65536].partition(b"\npackage ")[0])
    if match is None:
        return True
    true = {"linux", "unix", "cgo", "gc", architecture, *tags}
    terms = _TERM.findall(match[1].decode("utf-8", "replace"))[:200]
    try:
        return _either(terms, lambda name: name in true or re.fullmatch(r"go1\.\d+", name) is not None)
    except (IndexError, RecursionError):
        return True


def _either(terms: list[str], holds: Callable[[str], bool]) -> bool:
    value = _both(terms, holds)
    while terms and terms[0] == "||":
        terms.pop(0)
        value = _both(terms, holds) or value
    return value


def _both(terms: list[str], holds: Callable[[str], bool]) -> bool:
    value = _one(terms, holds)
    while terms and terms[0] == "&&":
        terms.pop(0)
        value = _one(terms, holds) and value
    return value


def _one(terms: list[str], holds: Callable[[str], bool]) -> bool:
    term = terms.pop(0)
    if term == "!":
        return not _one(terms, holds)
    if term == "(":
        value = _either(terms, holds)
        terms.pop(0)
        return value
    return holds(term)


_THROUGH_NET = (
    *("net/http", "net/http/httptest", "net/http/httputil", "net/http/pprof", "net/http/cookiejar", "net/rpc"),
    *("net/rpc/jsonrpc", "net/smtp", "net/textproto", "net/http/httptrace", "crypto/tls", "crypto/x509", "expvar"),
    *("log/syslog", "net/http/cgi", "net/http/fcgi", "net/mail", "mime/multipart"),
)
_STANDARD = dict.fromkeys(_THROUGH_NET, ("net",))
"""What of the standard library imports `net` itself."""
