"""Files that somebody has edited, or that a copy has left damaged, as the loaders of glibc and musl take them."""

from __future__ import annotations

import pytest

from libccheck.launch.glibc import machine, versions
from libccheck.launch.glibc.environment import environment
from libccheck.launch.glibc.mapping import wraps
from libccheck.launch.glibc.release import Release
from libccheck.launch.glibc.state import LIBRARY, MAIN, Ending, Loading, Object, Signalled
from libccheck.launch.musl import findings
from libccheck.launch.musl.objects import Object as MuslObject
from libccheck.launch.musl.symbols import Missing
from libccheck.launch.refusal import LOADER, unfit
from libccheck.model import Died, Elf, Host, User, VersionDefined, VersionNeed, VersionsNeeded
from libccheck.tree import EMPTY
from tests.unit.launch.objects import SEGMENTS, elf

_VERSYM, _RELR = 0x6FFFFFF0, 36
_RELEASE = Release((2, 36), ("relr-needs-marker",))


def loading_of(app: Elf, library: Elf) -> tuple[Loading, list[Object]]:
    none = environment((), secure=False)
    loading = Loading(EMPTY, User(), "/", Host("x86_64"), _RELEASE, none, "app", "/lib/ld.so", app, False)
    main, other = Object(MAIN, "", "/app", app), Object(LIBRARY, "/lib/libfoo.so", "/lib/libfoo.so", library)
    other.names.append("libfoo.so")
    loading.chain = [main, other]
    return loading, loading.chain


def wanting(name: str, odd_hash: int | None = None, tags: tuple[int, ...] = (_VERSYM,)) -> Elf:
    need = VersionsNeeded("libfoo.so", (VersionNeed(name, 2, False, odd_hash),))
    return elf(needed=("libfoo.so",), tags=tags)._replace(versions_needed=(need,))


def having(name: str, odd_hash: int | None = None) -> Elf:
    return elf(tags=(_VERSYM,))._replace(versions_defined=(VersionDefined(name, 2, False, False, odd_hash),))


@pytest.mark.parametrize(
    ("wanted", "there", "equal"), [(None, None, True), (7, None, False), (None, 7, False), (7, 7, True)]
)
def test_version_is_there_by_hash_and_name(wanted: int | None, there: int | None, equal: bool) -> None:
    loading, chain = loading_of(wanting("FOO_1", wanted), having("FOO_1", there))
    missing = versions.check(loading, chain, chain)
    assert [each.subject for each in missing] == ([] if equal else ["FOO_1"])
    told = "app: /lib/libfoo.so: version `FOO_1' not found (required by app)\n"
    assert loading.stderr == ([] if equal else [told])


def test_versions_without_the_table_that_goes_with_them_are_a_crash() -> None:
    loading, chain = loading_of(wanting("FOO_1", tags=()), having("FOO_1"))
    with pytest.raises(Ending) as caught:
        versions.check(loading, chain, chain)
    assert caught.value.outcome == Died(None, "SIGSEGV")


def test_packed_relocations_without_their_marker_are_told_behind_the_missing_version() -> None:
    packed = wanting("GLIBC_ABI_DT_RELR", 7, (_VERSYM, _RELR))._replace(needed=("libc.so.6",))
    loading, chain = loading_of(packed, having("GLIBC_ABI_DT_RELR"))
    with pytest.raises(Signalled) as caught:
        versions.check(loading, chain, chain)
    assert [each.code for each in (*caught.value.earlier, caught.value.finding)] == ["LC203", "LC209"]


def test_of_the_types_without_a_symbol_one_alone_may_stand_among_lazy_calls() -> None:
    kinds = machine.types(62)
    assert kinds is not None
    assert kinds.indirect in kinds.without
    assert kinds.slot not in kinds.without


def test_memory_beyond_all_addresses_wraps() -> None:
    grown = tuple(each._replace(memsz=(1 << 64) - 1) if each.type == 1 else each for each in SEGMENTS)
    assert wraps(elf(segments=grown))
    assert not wraps(elf())


def test_musl_tells_relocations_of_unknown_types_in_their_place() -> None:
    item = MuslObject(elf(), "/app", "/app")
    missing = (Missing(item, None, None, 9, 1), Missing(item, "statx", None, 6, 1))
    assert [each.code for each in findings.failures((), missing)] == ["LC208", "LC204"]
    assert [each.code for each in findings.failures((), missing[::-1])] == ["LC204", "LC208"]


def test_a_loader_that_is_cut_off_is_a_fact_left_out_and_not_unusable() -> None:
    assert unfit(LOADER, "LC902", "/lib/ld.so", "/app", "is cut off", ()).code == "LC902"
    assert unfit(LOADER, "LC107", "/lib/ld.so", "/app", "is no loader", ()).code == "LC103"
