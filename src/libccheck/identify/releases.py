"""Which release a loader is of, and its default directories."""

from __future__ import annotations

from collections.abc import Callable

from libccheck.identify.code import passes
from libccheck.identify.facts import Facts, text

_GLIBC_SIGNS: tuple[tuple[str, Callable[[Facts], bool]], ...] = (
    # Before 2.33 glibc's loader does not name its release: newest first, what came with it or went before it.
    ("2.32", lambda facts: "_dl_fatal_printf" in facts.exports),
    ("2.31", lambda facts: b"link time reference" not in facts.text and b" as NODELETE" in facts.text),
    ("2.30", lambda facts: b"link time reference" not in facts.text),
    ("2.29", lambda facts: b"glibc.cpu." in facts.text),
    ("2.28", lambda facts: b"cannot allocate dependency buffer" in facts.text),
    ("2.27", lambda facts: "_dl_exception_create" in facts.exports),
    ("2.26", lambda facts: "__tunable_get_val" in facts.exports),
    ("2.25", lambda facts: "_dl_catch_error" in facts.exports),
    ("2.24", lambda facts: b"audit changed filename" in facts.text and passes(facts, 971)),  # a line of dl-lookup.c
    ("2.23", lambda facts: b"audit changed filename" in facts.text),
    ("2.22", lambda facts: b"no PLTREL found in object" not in facts.text),
    ("2.21", lambda facts: b"\0modid <= dtv[-1].counter" in facts.text),
    ("2.20", lambda facts: b"load filtered object" not in facts.text),
    ("2.19", lambda facts: b"cannot be preloaded (%s): ignored." in facts.text),
    ("2.18", lambda facts: "_dl_find_dso_for_object" in facts.exports),
    ("2.17", lambda facts: b"--inhibit-cache" in facts.text),  # or 2.16, which no long-lived distribution had
    ("2.15", lambda facts: b"display scope information" in facts.text),
    ("2.14", lambda facts: b"loader cannot load itself" in facts.text),
    ("2.13", lambda facts: b"version lookup error" in facts.text),
    ("2.12", lambda facts: b"nonzero padding in e_ident" in facts.text),
)


def glibc_version(facts: Facts) -> str | None:
    """From the banner of libc.so.6 and of loaders since 2.33, else from what distinguishes the loaders before."""
    banner = facts.between(b" release version ", b"\n")
    if banner is not None:
        return banner.partition(",")[0].rstrip(".")
    return next((version for version, shows in _GLIBC_SIGNS if shows(facts)), None)


def glibc_directories(facts: Facts) -> tuple[str, ...]:
    """`system_dirs` of elf/dl-load.c: one string after the other, each with a slash at its end."""
    data, end = facts.text, 0
    while True:
        end = data.find(b"/\0", end)
        if end < 0:
            return ()
        start = _start(data, end)
        found = []
        while data[start : start + 1] == b"/":
            end = data.find(b"\0", start)
            if end - start < 2 or data[end - 1 : end] != b"/":
                break
            found.append(text(data[start : end - 1]))
            start = end + 1
        if any("/lib" in each for each in found):
            return tuple(dict.fromkeys(found))
        end += 1


def musl_version(facts: Facts) -> str | None:
    """A string "1.2.5" or "1.2.4_git20230717"; on i386 no NUL stands before it, but other constants."""
    data = facts.text
    at = data.rfind(b"1.")
    while at >= 0:
        version = data[at : at + 24].partition(b"\0")[0]
        numbers = version.partition(b"_git")[0].split(b".")
        if len(numbers) == 3 and all(map(bytes.isdigit, numbers)) and not data[at - 1 : at].isalnum():
            return text(version)
        at = data.rfind(b"1.", 0, at)
    return None


def musl_directories(facts: Facts) -> tuple[str, ...]:
    """The path that stands in the file, used where there is no /etc/ld-musl-*.path."""
    standard = b"/lib:/usr/local/lib:/usr/lib\0"
    found = text(standard[:-1]) if standard in facts.text else facts.string(b":/usr/local/lib")
    return tuple(found.split(":")) if found else ()


def uclibc_version(facts: Facts) -> str | None:
    """From the banner of the library; its loader does not name its release."""
    return facts.between(b"release version ", b".\n") or facts.between(b"\0NPTL ", b"\0")


def uclibc_directories(facts: Facts) -> tuple[str, ...]:
    """Those of a multilib directory are searched first."""
    paths = ":".join(uclibc_lists(facts)).split(":")
    return tuple(dict.fromkeys(each.rstrip("/") for each in paths if each))


def uclibc_lists(facts: Facts) -> list[str]:
    """The lists as they stand in the file, that of a multilib directory ("/lib/:/usr/lib/") first."""
    lists, at = [], facts.text.find(b":/")
    while at >= 0:
        found = facts.text[facts.text.rfind(b"\0", 0, at) + 1 : facts.text.find(b"\0", at)]
        if all(part[:1] == b"/" and b"/lib" in part for part in found.split(b":")) and found not in lists:
            lists.append(found)
        at = facts.text.find(b":/", at + 1)
    lists.sort(key=lambda each: each.split(b":")[0].endswith(b"/lib"))
    return [text(each) for each in lists]


def _start(data: bytes, end: int) -> int:
    """Where the path that ends here begins; other constants may stand right before it, without a NUL."""
    path = data[max(0, end - 256) : end]
    junk = next((at for at in range(len(path) - 1, -1, -1) if not 32 < path[at] < 127), -1)
    slash = path.find(b"/", junk + 1)
    return end - len(path) + (slash if slash >= 0 else len(path))
