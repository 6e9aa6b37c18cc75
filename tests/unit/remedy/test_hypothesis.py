"""Programs as another build would have them: what is asked for, of which library, by which name."""

from __future__ import annotations

import pytest

from libccheck.content import content
from libccheck.libc import interpreter_text
from libccheck.model import Content, Elf
from libccheck.remedy.exports import Export
from libccheck.remedy.hypothesis import for_other_libc
from libccheck.remedy.musl_calls import called as called_in_musl
from libccheck.remedy.older import Floor, linked_against
from tests.forge import GLIBC, MUSL, Wanted, elf

OLD = frozenset(("GLIBC_2.2.5",))
BULLSEYE = {
    "__libc_start_main": Export("libc.so.6", OLD),
    "strtol": Export("libc.so.6", OLD),
    "__xstat64": Export("libc.so.6", OLD),
    "pthread_create": Export("libpthread.so.0", OLD),
    "strlcpy": Export("libc.so.6", frozenset(("GLIBC_2.38",))),
}


def made(*wants: Wanted) -> Content:
    return content(elf(interpreter=GLIBC, needed=["libc.so.6"], wants=wants))


def facts(changed: Content | None) -> Elf:
    assert changed is not None
    assert changed.elf is not None
    return changed.elf


def names(changed: Content | None) -> list[str]:
    symbols = facts(changed).tables.symbols
    assert symbols is not None
    return [each for each in symbols.names if each]


def test_an_older_glibc_has_functions_by_other_names_and_in_libraries_of_their_own() -> None:
    wants = [
        Wanted(name, "GLIBC_2.38") for name in ("__libc_start_main", "__isoc23_strtol", "stat64", "pthread_create")
    ]
    older = linked_against(made(*wants), Floor((2, 31)), BULLSEYE)
    assert names(older) == ["__libc_start_main", "strtol", "__xstat64", "pthread_create"]
    assert facts(older).needed == ("libc.so.6", "libpthread.so.0")
    assert facts(older).tags.count(1) == 2
    assert facts(older).versions_needed == ()


@pytest.mark.parametrize("name", ["strlcpy", "arc4random"])
def test_what_was_not_there_yet_cannot_be_linked(name: str) -> None:
    assert linked_against(made(Wanted(name, "GLIBC_2.38")), Floor((2, 31)), BULLSEYE) is None


def test_what_is_old_enough_stays_as_it_is() -> None:
    older = linked_against(
        made(Wanted("puts", "GLIBC_2.2.5"), Wanted("strtol", "GLIBC_2.34")), Floor((2, 31)), BULLSEYE
    )
    assert [each.name for need in facts(older).versions_needed for each in need.versions] == ["GLIBC_2.2.5"]


def test_another_c_library_has_its_own_loader_and_no_versions() -> None:
    program = made(Wanted("__printf_chk", "GLIBC_2.3.4"), Wanted("__gmon_start__", weak=True))
    other = for_other_libc(program, MUSL, ["libc.so"], lambda name: {"__printf_chk": "printf"}.get(name))
    assert names(other) == ["printf", "__gmon_start__"]
    assert interpreter_text(facts(other)) == MUSL
    assert facts(other).needed == ("libc.so",)
    assert facts(other).versions_needed == ()
    assert for_other_libc(program, MUSL, ["libc.so"], lambda _: None) is None


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("printf", "printf"),
        ("__printf_chk", "printf"),
        ("__isoc23_strtol", "strtol"),
        ("__isoc99_sscanf", "sscanf"),
        ("fcntl64", "fcntl"),
        ("__xstat64", "stat"),
        ("_IO_getc", "getc"),
        ("gnu_get_libc_version", None),
    ],
)
def test_musls_headers_leave_functions_their_names(name: str, called: str | None) -> None:
    there = ("printf", "strtol", "sscanf", "fcntl", "stat", "getc")
    assert called_in_musl(name, dict.fromkeys(there, Export("libc.so", frozenset(("",))))) == called
