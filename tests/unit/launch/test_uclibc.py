from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from libccheck.launch import uclibc
from libccheck.launch.handover import Ended
from libccheck.launch.uclibc import mapping
from libccheck.launch.uclibc.cache import parse
from libccheck.launch.uclibc.objects import FaultError
from libccheck.model import Died, Directory, Elf, Loader, Started, Unclear
from tests.reality.uclibc_roots import cache

from .objects import (
    HOST,
    LOAD,
    OBJECT,
    RELRO,
    SEGMENTS,
    TLS,
    TLS_SYMBOL,
    WEAK,
    Symbol,
    defined,
    elf,
    file,
    handover,
    tree,
    without_tables,
)

PLT, GLOB_DAT, COPY, DTPMOD, RELATIVE, INDIRECT = 7, 6, 5, 16, 8, 37
UNIQUE = 10

NG = "/lib/ld64-uClibc.so.1"
OLD = "/lib/ld64-uClibc.so.0"
_COMMON = ("default=/lib:/usr/lib", "library-path", "loader", "machine=x86_64", "preload-variable")
_WORDS = ("lazy=%s: Can't resolve symbol '%s'", "unresolved=can't resolve symbol")
NG_MARKERS = (
    *_COMMON, *_WORDS, "cache=/etc/ld.so.cache", "gnu-hash", "map-lines=63,576,680", "multilib=/lib/:/usr/lib/", "ng",
    "no-tls", "origin", "own-name", "preload-ignored",
)  # fmt: skip
OLD_MARKERS = (*_COMMON, *_WORDS, "map-lines=505,609")
OLDEST_MARKERS = (*OLD_MARKERS, "chain-scope")
ALPINE_MARKERS = (
    *_COMMON, *_WORDS, "cache=/etc/ld.so.cache", "gnu-hash", "map-lines=64,520,624", "origin", "own-name",
    "relocation-names", "standalone", "text-relocations",
)  # fmt: skip

_FIXED = tuple(each._replace(vaddr=each.vaddr + 0x40000000) for each in SEGMENTS[1:3])
_TLS = SEGMENTS[0]._replace(type=TLS)
FOO = elf(symbols=[defined("foo"), defined("data", OBJECT, size=4)], soname="libfoo.so")
OTHER = elf(symbols=[defined("other")], soname="libfoo.so")


def program(*needed: str, **how: Any) -> Elf:
    return elf(needed=[*needed, "libc.so.1"], **how)


def start(
    main: Elf,
    nodes: Mapping[str, Any] | None = None,
    *,
    markers: tuple[str, ...] = NG_MARKERS,
    interpreter: str = NG,
    soname: str = "ld64-uClibc.so.1",
    path: str = "/app/prog",
    **how: Any,
) -> Ended:
    loader = elf(symbols=[defined("_dl_malloc")], soname=soname)
    given = handover(main, Loader("uclibc", None, (), markers), loader, interpreter=interpreter, path=path, **how)
    libc = elf(symbols=[defined("__uClibc_main"), defined("write")], soname="libc.so.1", needed=[soname])
    there = {path: main, interpreter: loader, "/lib/libc.so.1": libc, **(nodes or {})}
    return uclibc.load(tree(there), given, HOST)


def old(main: Elf, nodes: Mapping[str, Any] | None = None, **how: Any) -> Ended:
    return start(
        main, nodes, markers=how.pop("markers", OLD_MARKERS), interpreter=OLD, soname="ld64-uClibc.so.0", **how
    )


def opened(ended: Ended, name: str = "libfoo.so") -> list[str]:
    return [each.path for each in ended.steps if each.path.endswith(name)]


def code(ended: Ended) -> tuple[str, str]:
    return ended.findings[0].code, ended.findings[0].subject


# ---------------------------------------------------------------------------------------------------------------------
# Libraries


def test_a_program_with_its_library_starts() -> None:
    assert start(program("libfoo.so"), {"/usr/lib/libfoo.so": FOO}).outcome == Started()


@pytest.mark.parametrize("at", [4, 6])
def test_a_loader_that_does_not_like_its_own_header_ends_as_if_all_were_well(at: int) -> None:
    loader = elf(soname="ld64-uClibc.so.1")
    ident = bytearray(loader.ident)
    ident[at] = 7
    main = program()
    given = handover(main, Loader("uclibc", None, (), NG_MARKERS), loader._replace(ident=bytes(ident)), interpreter=NG)
    ended = uclibc.load(tree({"/app/prog": main}), given, HOST)
    assert (ended.outcome, code(ended)) == (Died(0, None, "Invalid ELF header\n"), ("LC103", NG))


def test_the_first_missing_library_ends_it_with_16() -> None:
    ended = start(program("libfoo.so", "libbar.so"))
    assert ended.outcome == Died(16, None, "/app/prog: can't load library 'libfoo.so'\n")
    assert code(ended) == ("LC201", "libfoo.so")


def test_ng_calls_itself_by_the_real_path_and_older_ones_by_their_first_argument() -> None:
    assert start(program("libfoo.so"), argv=["me"]).outcome.stderr.startswith("/app/prog: ")  # type: ignore[union-attr]
    assert old(program("libfoo.so"), argv=["me"]).outcome.stderr.startswith("me: ")  # type: ignore[union-attr]


def test_the_directories_are_searched_in_order() -> None:
    main = program("libfoo.so", rpath="/r:$ORIGIN/o")
    ended = start(main, env={"LD_LIBRARY_PATH": "/l"}, interpreter="/opt/ld64-uClibc.so.1")
    directories = ["/r", "/app/o", "/l", "/lib/", "/usr/lib/", "/opt", "/lib", "/usr/lib"]
    assert opened(ended) == [f"{each}/libfoo.so" for each in directories]


def test_a_runpath_counts_after_the_environment_and_knows_no_origin() -> None:
    main = program("libfoo.so", runpath="$ORIGIN/o:/r", rpath="/never")
    assert opened(start(main, env={"LD_LIBRARY_PATH": "/l"}))[:2] == ["/l/libfoo.so", "/r/libfoo.so"]


def test_an_origin_directly_below_the_root_is_passed_over() -> None:
    assert "/x/libfoo.so" not in opened(start(program("libfoo.so", rpath="$ORIGIN/x"), path="/prog"))


def test_an_older_loader_takes_origin_for_a_name() -> None:
    assert opened(old(program("libfoo.so", rpath="$ORIGIN/x")))[0] == "$ORIGIN/x/libfoo.so"


@pytest.mark.parametrize(("path", "first"), [("", "./libfoo.so"), ("x", "x/libfoo.so"), (":/y", "./libfoo.so")])
def test_an_older_loader_searches_relative_elements(path: str, first: str) -> None:
    assert opened(old(program("libfoo.so"), env={"LD_LIBRARY_PATH": path}))[0] == first


@pytest.mark.parametrize("path", ["x", ":/y", "./z"])
def test_ng_passes_relative_elements_over(path: str) -> None:
    assert opened(start(program("libfoo.so"), env={"LD_LIBRARY_PATH": path}))[0] == "/lib//libfoo.so"


def test_behind_an_empty_library_path_ng_reads_on_in_the_environment() -> None:
    ended = start(program("libfoo.so"), env={"LD_LIBRARY_PATH": "", "PATH": "/usr/bin:/bin"})
    assert opened(ended)[:2] == ["/libfoo.so", "/bin/libfoo.so"]


def test_what_follows_a_search_path_in_the_file_is_not_known() -> None:
    assert isinstance(start(program("libfoo.so", rpath="/x:")).outcome, Unclear)


def test_a_name_with_a_slash_is_tried_and_then_searched_by_its_last_part() -> None:
    assert opened(start(program("/x/libfoo.so")))[:2] == ["/x/libfoo.so", "/lib//libfoo.so"]


def test_a_name_of_more_than_1024_bytes_is_not_searched() -> None:
    assert not opened(start(program("x" * 1025)), "x")


def test_0_9_32_takes_an_interpreter_at_the_top_for_a_directory() -> None:
    ended = old(program("libfoo.so"), markers=OLDEST_MARKERS)
    assert "/lib/libfoo.so" in opened(ended)
    top = start(program("libfoo.so"), markers=OLDEST_MARKERS, interpreter="/ld64-uClibc.so.0")
    assert "/ld64-uClibc.so.0/libfoo.so" in opened(top)


def test_useless_files_are_named_and_the_search_goes_on() -> None:
    main = program("libfoo.so", rpath="/a:/b")
    found = {"/a/libfoo.so": b"text", "/b/libfoo.so": elf(machine=183), "/usr/lib/libfoo.so": FOO}
    text = (
        "/app/prog: '/a/libfoo.so' is not an ELF file\n/app/prog: '/b/libfoo.so' is not an ELF executable for x86_64\n"
    )
    assert start(main, found).outcome == Started(text)
    ended = start(main, {**found, "/usr/lib/libfoo.so": "/gone"})
    assert ended.outcome == Died(16, None, f"{text}/app/prog: can't load library 'libfoo.so'\n")
    assert code(ended) == ("LC202", "libfoo.so")


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Directory(0o755, 0, 0), ": '/a/libfoo.so' is not an ELF file"),
        (elf(kind=2), ": '/a/libfoo.so' is not an ELF executable for x86_64"),
        (elf(segments=()), ":680: can't map '/a/libfoo.so'"),
        (elf(segments=_FIXED), ": '/a/libfoo.so' is missing a dynamic section"),
        (
            elf(segments=(*SEGMENTS, SEGMENTS[0]._replace(type=TLS))),
            ": '/a/libfoo.so' library contains unsupported TLS",
        ),
    ],
)
def test_what_the_loader_says_of_a_file(found: Any, text: str) -> None:
    ended = start(program("libfoo.so", rpath="/a"), {"/a/libfoo.so": found})
    assert ended.outcome == Died(16, None, f"/app/prog{text}\n/app/prog: can't load library 'libfoo.so'\n")
    assert code(ended) == ("LC202", "libfoo.so")


def test_a_library_without_a_dynamic_section_is_an_empty_one() -> None:
    main = program("libfoo.so", symbols=[Symbol("foo")], rela=((GLOB_DAT, 1, 1),))
    ended = start(main, {"/lib/libfoo.so": elf(segments=SEGMENTS[:3])._replace(tags=(), sysv_hash=False)})
    assert ended.outcome == Died(255, None, "\n/app/prog: symbol 'foo': can't resolve symbol\n")


def test_an_unreadable_library_is_passed_over_without_a_word() -> None:
    ended = start(program("libfoo.so"), {"/lib/libfoo.so": file(FOO, 0o600), "/usr/lib/libfoo.so": FOO})
    assert ended.outcome == Started()


def test_a_library_cut_before_its_bss_kills_the_loader() -> None:
    segments = (*SEGMENTS[:2], SEGMENTS[2]._replace(offset=0x2E00), SEGMENTS[3])
    ended = start(program("libfoo.so"), {"/lib/libfoo.so": FOO._replace(size=0x1200, segments=segments)})
    assert (ended.outcome, code(ended)) == (Died(None, "SIGBUS", ""), ("LC207", NG))


def test_the_loader_under_another_name_is_a_library_that_breaks_the_c_library() -> None:
    libc = elf(symbols=[*[defined("__uClibc_main")], Symbol("_dl_malloc")], needed=["ld64-uClibc.so.1"])
    nodes = {"/lib/ld64-uClibc.so.0": "ld64-uClibc.so.1", "/lib/libc.so.1": libc}
    ended = start(elf(needed=["libc.so.1", "ld64-uClibc.so.0"]), nodes)
    assert code(ended) == ("LC207", NG)


# ---------------------------------------------------------------------------------------------------------------------
# Preloads and the cache


def test_ng_passes_over_what_cannot_be_preloaded() -> None:
    text = "/app/prog: library '/no.so' from LD_PRELOAD can't be preloaded: ignored.\n"
    assert start(program(), env={"LD_PRELOAD": "/no.so"}).outcome == Started(text)


def test_an_older_loader_ends_with_15() -> None:
    ended = old(program(), env={"LD_PRELOAD": "/no.so"}, argv=["p"])
    assert ended.outcome == Died(15, None, "p: can't load library '/no.so'\n")
    assert code(ended) == ("LC201", "/no.so")


def test_the_preload_file_is_read_where_that_was_built_in() -> None:
    nodes = {"/etc/ld.so.preload": b"# first\n/lib/libc.so.1:/no.so # second\n"}
    assert start(program(), nodes).outcome == Started()
    ended = start(program(), nodes, markers=(*NG_MARKERS, "preload=/etc/ld.so.preload"))
    assert ended.outcome == Died(15, None, "/app/prog: can't load library '/no.so'\n")


def test_the_cache_counts_before_the_default_directories() -> None:
    data = cache([(kind, "libfoo.so", f"/{kind}/libfoo.so") for kind in (3, 1, 4)])
    assert opened(start(program("libfoo.so"), {"/etc/ld.so.cache": data}))[:3] == [
        "/1/libfoo.so", "/4/libfoo.so", "/lib//libfoo.so",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"glibc-ld.so.cache1.1" + bytes(30), ": cache '/etc/ld.so.cache' is corrupt"),
        (b"", ":63: can't map '/etc/ld.so.cache'"),
    ],
)
def test_a_cache_that_is_none_is_complained_of(data: bytes, text: str) -> None:
    assert start(program(), {"/etc/ld.so.cache": data}).outcome == Started(f"/app/prog{text}\n")


@pytest.mark.parametrize("data", [b"", b"ld.so-1.7.0\0\1\0\0\0", cache([(1, "a", "b")])[:-1] + b"x"])
def test_a_corrupt_cache_has_no_entries(data: bytes) -> None:
    assert parse(data, little_endian=True) is None


# ---------------------------------------------------------------------------------------------------------------------
# Symbols


def wanting(*symbols: Symbol, **how: Any) -> Elf:
    return program("libfoo.so", symbols=symbols, **how)


def test_missing_data_ends_it_with_255() -> None:
    ended = start(wanting(Symbol("data", kind=OBJECT), rela=((GLOB_DAT, 1, 1),)), {"/lib/libfoo.so": OTHER})
    assert ended.outcome == Died(255, None, "\n/app/prog: symbol 'data': can't resolve symbol\n")
    assert code(ended) == ("LC204", "data")


def test_a_missing_function_shows_when_it_is_called() -> None:
    ended = start(wanting(Symbol("foo"), plt=((PLT, 1, 1),)), {"/lib/libfoo.so": OTHER})
    assert (ended.outcome, code(ended)) == (Started(), ("LC301", "foo"))


def test_a_missing_function_of_a_library_with_constructors_may_be_called_by_them() -> None:
    foo = elf(symbols=[Symbol("foo")], plt=((PLT, 1, 1),))
    for constructors, outcome in ((0, Started), (1, Unclear)):
        ended = start(program("libfoo.so"), {"/lib/libfoo.so": foo._replace(constructors=constructors)})
        assert isinstance(ended.outcome, outcome)


@pytest.mark.parametrize("how", [{"env": {"LD_BIND_NOW": ""}}, {}])
def test_bound_at_the_start_it_ends_it(how: dict[str, Any]) -> None:
    main = wanting(Symbol("foo"), plt=((PLT, 1, 1),), tags=() if how else (24,))
    ended = start(main, {"/lib/libfoo.so": OTHER}, **how)
    assert ended.outcome == Died(255, None, "\n/app/prog: symbol 'foo': can't resolve symbol\n")


def test_one_message_for_each_of_the_two_tables() -> None:
    main = wanting(Symbol("a"), Symbol("b"), rela=((GLOB_DAT, 1, 1), (GLOB_DAT, 2, 1)), plt=((PLT, 2, 1),), tags=(24,))
    words = "\n/app/prog: symbol '{}': can't resolve symbol\n"
    assert start(main, {"/lib/libfoo.so": OTHER}).outcome == Died(255, None, words.format("a") + words.format("b"))


def test_the_last_library_is_relocated_first() -> None:
    foo = elf(symbols=[Symbol("hole")], rela=((GLOB_DAT, 1, 1),))
    ended = start(wanting(Symbol("own"), rela=((GLOB_DAT, 1, 1),)), {"/lib/libfoo.so": foo})
    assert [each.subject for each in ended.findings] == ["hole"]


def test_the_function_that_the_entry_calls_is_missed_at_once() -> None:
    main = elf(needed=["libfoo.so"], symbols=[Symbol("__uClibc_main")], plt=((PLT, 1, 1),))
    ended = start(main, {"/lib/libfoo.so": OTHER})
    assert ended.outcome == Died(1, None, "/app/prog: Can't resolve symbol '__uClibc_main'\n")
    assert code(ended) == ("LC204", "__uClibc_main")


def test_weak_symbols_may_be_missing() -> None:
    main = wanting(Symbol("foo", bind=WEAK), rela=((GLOB_DAT, 1, 1),))
    assert start(main, {"/lib/libfoo.so": OTHER}).outcome == Started()


def test_a_unique_symbol_is_found_and_not_taken() -> None:
    foo = elf(symbols=[defined("data", OBJECT, UNIQUE)])
    ended = start(wanting(Symbol("data", kind=OBJECT), rela=((GLOB_DAT, 1, 1),)), {"/lib/libfoo.so": foo})
    assert code(ended) == ("LC204", "data")


def test_a_copy_is_not_made_of_the_program_itself() -> None:
    main = wanting(defined("data", OBJECT, size=4), rela=((COPY, 1, 1),))
    assert start(main, {"/lib/libfoo.so": FOO}).outcome == Started()
    assert code(start(main, {"/lib/libfoo.so": OTHER})) == ("LC204", "data")


def test_without_the_gnu_hash_table_nothing_is_found() -> None:
    foo = elf(symbols=[defined("foo")], gnu_hash=1)
    main = wanting(Symbol("foo"), plt=((PLT, 1, 1),), tags=(24,))
    assert start(main, {"/lib/libfoo.so": foo}).outcome == Started()
    assert code(old(main, {"/lib/libfoo.so": foo})) == ("LC204", "foo")


def test_on_i386_the_library_is_named() -> None:
    words = ("lazy=%s: can't resolve symbol '%s' in lib '%s'.", "unresolved=can't resolve symbol in lib '%s'.")
    markers = (*_COMMON, *words)
    loader = elf(symbols=[defined("_dl_malloc")], soname="ld-uClibc.so.0", machine=3, bits=32)
    libc = elf(symbols=[defined("other")], machine=3, bits=32)

    def ended(**how: Any) -> Ended:
        symbols = [Symbol("__uClibc_main"), Symbol("data", kind=OBJECT)]
        main = elf(needed=["libc.so.0"], machine=3, bits=32, symbols=symbols, **how)
        given = handover(main, Loader("uclibc", None, (), markers), loader, interpreter="/lib/ld-uClibc.so.0")
        return uclibc.load(tree({"/prog": main, "/lib/libc.so.0": libc}), given, HOST)

    text = "\n/prog: symbol 'data': can't resolve symbol in lib '/prog'.\n"
    assert ended(rel=((GLOB_DAT, 2, 1),)).outcome == Died(255, None, text)
    text = "/prog: can't resolve symbol '__uClibc_main' in lib '/prog'.\n"
    assert ended(plt=((PLT, 1, 1),)).outcome == Died(1, None, text)


def test_on_arm_every_missing_symbol_is_named() -> None:
    loader = elf(symbols=[defined("_dl_malloc")], soname="ld-uClibc.so.0", machine=40, bits=32)
    libc = elf(symbols=[defined("other")], machine=40, bits=32)
    main = elf(
        needed=["libc.so.0"], machine=40, bits=32, symbols=[Symbol("a"), Symbol("b")], rel=((21, 1, 1), (21, 2, 1))
    )
    given = handover(main, Loader("uclibc", None, (), OLD_MARKERS), loader, interpreter="/lib/ld-uClibc.so.0")
    ended = uclibc.load(tree({"/prog": main, "/lib/libc.so.0": libc}), given, HOST)
    assert [each.subject for each in ended.findings] == ["a", "b"]


def test_thread_local_storage_without_support() -> None:
    main = wanting(Symbol("t", kind=TLS_SYMBOL), rela=((DTPMOD, 1, 1),))
    ended = start(main, {"/lib/libfoo.so": FOO})
    assert ended.outcome == Died(1, None, "\n/app/prog: symbol 't': can't handle reloc type 0x10\n")
    own = program(segments=(*SEGMENTS, _TLS))
    ended = start(own)
    assert (ended.outcome, ended.findings[0].code) == (Died(1, None, "Program uses unsupported TLS data!\n"), "LC209")


def test_missing_thread_local_storage_kills_the_loader() -> None:
    main = wanting(Symbol("t", kind=TLS_SYMBOL), rela=((DTPMOD, 1, 1),))
    assert old(main, {"/lib/libfoo.so": FOO}).outcome == Died(None, "SIGSEGV", "")


def test_a_relocation_type_that_is_not_known() -> None:
    foo = elf(rela=((INDIRECT, 0, 1),))
    ended = start(program("libfoo.so"), {"/lib/libfoo.so": foo})
    assert ended.outcome == Died(1, None, "\n/app/prog: can't handle reloc type 0x25\n")
    assert code(ended) == ("LC208", "/lib//libfoo.so")
    lazily = elf(plt=((INDIRECT, 0, 1),))
    assert start(program("libfoo.so"), {"/lib/libfoo.so": lazily}).outcome == Died(1, None, "")


def test_relative_relocations_have_to_be_counted() -> None:
    uncounted = elf(rela=((RELATIVE, 0, 3),))
    ended = start(program("libfoo.so"), {"/lib/libfoo.so": uncounted}, markers=ALPINE_MARKERS)
    assert ended.outcome == Died(1, None, "\n/app/prog: can't handle reloc type R_X86_64_RELATIVE\n")
    counted = elf(rela=((RELATIVE, 0, 3),), tags=(0x6FFFFFF9,))
    assert start(program("libfoo.so"), {"/lib/libfoo.so": counted}).outcome == Started()


def test_relocations_of_the_other_form_end_it_without_a_word() -> None:
    ended = start(program("libfoo.so"), {"/lib/libfoo.so": elf(rel=((1, 0, 1),))})
    assert (ended.outcome, ended.findings[0].code) == (Died(255, None, ""), "LC208")


def test_packed_relocations_kill_the_program() -> None:
    assert start(program(tags=(36,))).outcome == Died(None, "SIGSEGV", "")


def test_only_text_relocations_make_what_cannot_be_written_writable() -> None:
    kept = tuple(each._replace(flags=4 if each.type == LOAD and each.flags == 6 else each.flags) for each in SEGMENTS)
    library = elf(segments=kept, symbols=[defined("foo")], rela=((GLOB_DAT, 1, 1),), soname="libfoo.so")
    assert start(program("libfoo.so"), {"/lib/libfoo.so": library}).outcome == Died(None, "SIGSEGV")
    writable = library._replace(tags=(*library.tags, 22))
    assert isinstance(start(program("libfoo.so"), {"/lib/libfoo.so": writable}).outcome, Started)


def test_text_relocations_are_refused_where_text_is_kept() -> None:
    ended = start(program("libfoo.so"), {"/lib/libfoo.so": elf(tags=(22,))}, markers=ALPINE_MARKERS)
    text = "Can't modify /lib/libfoo.so's text section. Use GCC option -fPIC for shared objects, please.\n"
    assert (ended.outcome, ended.findings[0].code) == (Died(1, None, text), "LC209")
    assert isinstance(start(program("libfoo.so"), {"/lib/libfoo.so": elf(tags=(22,))}).outcome, Started)


def test_protecting_what_is_not_there_ends_it_with_0() -> None:
    relro = SEGMENTS[0]._replace(type=RELRO, vaddr=0x101E00, memsz=0x1000)
    ended = start(program("libfoo.so"), {"/lib/libfoo.so": elf(segments=(*SEGMENTS, relro))})
    text = "/lib//libfoo.so: cannot apply additional memory protection after relocation"
    assert (ended.outcome, ended.findings[0].code) == (Died(0, None, text), "LC209")


def test_what_a_snapshot_left_out_is_not_guessed() -> None:
    main = wanting(Symbol("foo"), rela=((GLOB_DAT, 1, 1),))
    assert isinstance(start(main, {"/lib/libfoo.so": without_tables(FOO)}).outcome, Unclear)


def test_a_variable_that_makes_the_loader_something_else() -> None:
    ended = start(program(), env={"LD_TRACE_LOADED_OBJECTS": "1"})
    assert (type(ended.outcome), ended.findings[0].code) == (Unclear, "LC901")


@pytest.mark.parametrize("name", ["LD_TRACE_LOADED_OBJECTS", "LD_DEBUG", "LD_DEBUG_OUTPUT"])
def test_some_variables_make_it_do_something_else(name: str) -> None:
    known = start(program(), markers=ALPINE_MARKERS, env={name: "1"}).outcome
    assert isinstance(known, Unclear)
    others = start(program(), env={name: "1"}).outcome
    assert isinstance(others, Unclear if name == "LD_TRACE_LOADED_OBJECTS" else Started)


def test_a_privileged_program_preloads_what_is_privileged_itself() -> None:
    for mode, loaded in ((0o755, False), (0o4755, True)):
        nodes = {"/app/prog": file(program(), 0o4755), "/lib/libfoo.so": file(FOO, mode)}
        ended = start(program(), nodes, env={"LD_PRELOAD": "libfoo.so"})
        assert ("libfoo.so" in [each.name for each in ended.objects]) is loaded


def test_reading_what_cannot_be_read() -> None:
    segment = SEGMENTS[1]._replace(filesz=0x1800, memsz=0x3000)

    def reads(address: int, *, flags: int = 5, size: int = 0x10000) -> str | None:
        try:
            mapping._read(elf(segments=(segment._replace(flags=flags),), size=size), address, 4096, "libfoo.so")
        except FaultError as fault:
            return fault.signal
        return None

    assert reads(0x10) is reads(0x1FFF) is reads(0x2FFF, flags=0) is None
    assert reads(0x10, flags=0) == "SIGSEGV"
    assert [reads(0x10, size=0x1000), reads(0x1000, size=0x1000)] == [None, "SIGBUS"]


@pytest.mark.parametrize(("flags", "bits", "status"), [(6, 40, 16), (6, 39, 0), (5, 40, 0)])
def test_no_host_promises_a_terabyte_that_can_be_written(flags: int, bits: int, status: int) -> None:
    grown = SEGMENTS[2]._replace(flags=flags, memsz=SEGMENTS[2].filesz + (1 << bits))
    ended = start(
        program("libfoo.so"), {"/usr/lib/libfoo.so": FOO._replace(segments=(*SEGMENTS[:2], grown, SEGMENTS[3]))}
    )
    assert (ended.outcome.status if isinstance(ended.outcome, Died) else 0) == status
