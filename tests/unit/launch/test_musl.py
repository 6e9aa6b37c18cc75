from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from libccheck.launch import musl
from libccheck.launch.handover import Ended, Library
from libccheck.model import (
    NARROW,
    Content,
    Died,
    Directory,
    Elf,
    File,
    Loader,
    Node,
    Rejected,
    Segment,
    Special,
    Started,
    Tables,
    Unclear,
    User,
)

from .objects import (
    DYNAMIC,
    HIDDEN,
    HOST,
    IFUNC,
    LOAD,
    LOCAL,
    OBJECT,
    SECTION,
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

LD = "/lib/ld-musl-x86_64.so.1"
PATH_FILE = "/etc/ld-musl-x86_64.path"
LIBC = elf(symbols=[defined("puts"), defined("open"), defined("readdir_r"), defined("posix_fallocate")], soname="libc")

PLT, GOT, COPY, TPOFF, RELATIVE = 7, 6, 5, 18, 8
GONE = "No such file or directory"


def musl_of(version: str = "1.2.5", *markers: str) -> Loader:
    return Loader("musl", version, ("/lib", "/usr/local/lib", "/usr/lib"), markers or ("lfs64", "relr"))


def start(
    program: Elf,
    nodes: Mapping[str, Any],
    *,
    version: str = "1.2.5",
    markers: tuple[str, ...] = (),
    interpreter: str = LD,
    **how: Any,
) -> Ended:
    loader = musl_of(version, *markers)
    given = handover(program, loader, LIBC, interpreter=interpreter, **how)
    return musl.load(tree({given.path: program, "/lib/x": b"", **nodes}), given, HOST)


def lines(ended: Ended) -> list[str]:
    assert isinstance(ended.outcome, Died)
    assert (ended.outcome.status, ended.outcome.signal) == (127, None)
    return ended.outcome.stderr.splitlines()


def codes(ended: Ended) -> list[tuple[str, str]]:
    return [(each.code, each.subject) for each in ended.findings]


def calls(*names: str, needed: tuple[str, ...] = ("libfoo.so",), **how: Any) -> Elf:
    """A program or library with one eager relocation for each of these functions."""
    symbols = [Symbol(name) for name in names]
    plt = tuple((PLT, position, 1) for position in range(1, len(names) + 1))
    return elf(needed=needed, symbols=symbols, plt=plt, **how)


FOO = elf(needed=("libbar.so",), symbols=[defined("foo")])
BAR = elf(symbols=[defined("bar")])


# -- searching


def test_a_missing_library_is_reported_with_who_needs_it_and_ends_with_127() -> None:
    ended = start(calls(), {})
    assert lines(ended) == [f"Error loading shared library libfoo.so: {GONE} (needed by /prog)"]
    assert codes(ended) == [("LC201", "libfoo.so")]


def test_every_place_that_was_tried_is_evidence() -> None:
    ended = start(calls(rpath="/opt"), {}, env={"LD_LIBRARY_PATH": "/env"})
    assert [(each.path, each.how) for each in ended.findings[0].evidence if each.action == "open"] == [
        ("/env/libfoo.so", "LD_LIBRARY_PATH"),
        ("/opt/libfoo.so", "rpath of /prog"),
        ("/lib/libfoo.so", f"default path of {LD}"),
        ("/usr/local/lib/libfoo.so", f"default path of {LD}"),
        ("/usr/lib/libfoo.so", f"default path of {LD}"),
    ]


def test_all_missing_libraries_are_reported_breadth_first() -> None:
    needs = elf(needed=("libx.so", "liby.so"))
    ended = start(calls(needed=("liba.so", "libfoo.so", "libb.so")), {"/lib/libfoo.so": needs})
    assert codes(ended) == [("LC201", name) for name in ("liba.so", "libb.so", "libx.so", "liby.so")]
    assert "(needed by /lib/libfoo.so)" in lines(ended)[2]


@pytest.mark.parametrize("tag", ["rpath", "runpath"])
def test_rpath_and_runpath_are_inherited(tag: str) -> None:
    given: dict[str, Any] = {tag: "/opt"}
    ended = start(calls(**given), {"/opt/libfoo.so": FOO, "/opt/libbar.so": BAR})
    assert ended.outcome == Started()
    assert [(each.path, each.needed_by) for each in ended.objects] == [
        ("/opt/libfoo.so", "/prog"),
        ("/opt/libbar.so", "/opt/libfoo.so"),
    ]


def test_runpath_replaces_rpath() -> None:
    assert codes(start(calls(rpath="/a", runpath="/b"), {"/a/libfoo.so": BAR})) == [("LC201", "libfoo.so")]
    assert start(calls(rpath="/a", runpath="/b"), {"/b/libfoo.so": BAR}).outcome == Started()


def test_origin_of_the_program_is_where_it_really_is() -> None:
    program = calls(rpath="$ORIGIN/../l:${ORIGIN}/m")
    ended = start(program, {"/app/m/libfoo.so": BAR}, path="/app/prog", execfn="/bin/link")
    assert ended.objects[0].path == "/app/m/libfoo.so"


def test_the_place_of_a_program_may_be_no_text() -> None:
    path = "/\udcff/prog"
    program = calls(rpath="$ORIGIN/lib")
    assert start(program, {"/\udcff/lib/libfoo.so": elf()}, path=path).outcome == Started()


def test_origin_of_a_library_is_where_it_was_found() -> None:
    foo = elf(needed=("libbar.so",), rpath="$ORIGIN/deep")
    ended = start(calls(rpath="/opt"), {"/opt/libfoo.so": foo, "/opt/deep/libbar.so": BAR})
    assert ended.objects[1].path == "/opt/deep/libbar.so"


def test_an_rpath_with_any_other_dollar_is_ignored_as_a_whole() -> None:
    assert codes(start(calls(rpath="/opt:$ORIGIN/$LIB"), {"/opt/libfoo.so": BAR})) == [("LC201", "libfoo.so")]


def test_newlines_separate_directories_and_empty_ones_do_not_count() -> None:
    assert start(calls(), {"/opt/libfoo.so": BAR}, env={"LD_LIBRARY_PATH": "::/x\n/opt"}).outcome == Started()
    assert codes(start(calls(), {"/libfoo.so": BAR}, env={"LD_LIBRARY_PATH": ":"})) == [("LC201", "libfoo.so")]


def test_relative_directories_start_at_the_working_directory() -> None:
    ended = start(calls(), {"/w/opt/libfoo.so": BAR}, env={"LD_LIBRARY_PATH": "opt"}, cwd="/w")
    assert ended.objects[0].path == "opt/libfoo.so"


def test_a_privileged_process_trusts_neither_environment_nor_origin() -> None:
    nodes = {"/app/prog": file(calls(rpath="$ORIGIN"), 0o4755), "/app/libfoo.so": BAR, "/opt/libfoo.so": BAR}
    ended = start(calls(rpath="$ORIGIN"), nodes, path="/app/prog", env={"LD_LIBRARY_PATH": "/opt"})
    assert codes(ended) == [("LC201", "libfoo.so")]
    ended = start(calls(rpath="$ORIGIN"), nodes, path="/app/prog", user=User(0, 0))
    assert ended.outcome == Started()


def test_a_set_group_id_bit_without_group_execution_gives_no_privilege() -> None:
    nodes = {"/prog": file(calls(), 0o2705), "/opt/libfoo.so": BAR}
    assert start(calls(), nodes, env={"LD_LIBRARY_PATH": "/opt"}).outcome == Started()
    nodes["/prog"] = file(calls(), 0o2755)
    assert codes(start(calls(), nodes, env={"LD_LIBRARY_PATH": "/opt"})) == [("LC201", "libfoo.so")]


def test_a_name_of_255_bytes_is_looked_for() -> None:
    name = "x" * 255
    assert start(calls(needed=(name,)), {f"/lib/{name}": elf()}).outcome == Started()


def test_a_name_of_more_than_255_bytes_is_not_looked_for_at_all() -> None:
    name = "lib" + "x" * 260
    assert lines(start(calls(needed=(name,)), {})) == [
        f"Error loading shared library {name}: No error information (needed by /prog)"
    ]


def test_a_path_that_does_not_fit_the_buffer_is_skipped() -> None:
    ended = start(calls(rpath="/" + "d" * 600 + ":/opt"), {"/opt/libfoo.so": BAR})
    assert ended.outcome == Started()


def test_such_a_path_keeps_the_oldest_loader_busy_for_ever() -> None:
    ended = start(calls(rpath="/" + "d" * 600 + ":/opt"), {"/opt/libfoo.so": BAR}, version="1.1.5")
    assert isinstance(ended.outcome, Unclear)


def test_an_empty_name_is_an_invalid_argument() -> None:
    ended = start(calls(needed=("",)), {})
    assert lines(ended) == ["Error loading shared library : Invalid argument (needed by /prog)"]
    assert codes(ended) == [("LC202", "")]


def test_a_needed_path_is_opened_as_it_stands() -> None:
    assert start(calls(needed=("./libfoo.so",)), {"/w/libfoo.so": BAR}, cwd="/w").objects[0].path == "./libfoo.so"
    assert codes(start(calls(needed=("/opt/libfoo.so",)), {"/lib/libfoo.so": BAR})) == [("LC201", "/opt/libfoo.so")]


# -- what open() says


def test_an_unreadable_library_is_passed_over_but_named_if_it_was_the_last_hope() -> None:
    private = file(BAR, 0o600)
    assert start(calls(), {"/lib/libfoo.so": private, "/usr/lib/libfoo.so": BAR}).outcome == Started()
    assert lines(start(calls(), {"/lib/libfoo.so": private}))[0].endswith(f": {GONE} (needed by /prog)")
    ended = start(calls(), {"/usr/lib/libfoo.so": private})
    assert lines(ended)[0].endswith(": Permission denied (needed by /prog)")
    assert codes(ended) == [("LC202", "libfoo.so")]


def test_a_link_loop_ends_the_search() -> None:
    nodes = {"/lib/libfoo.so": "libfoo.so", "/usr/lib/libfoo.so": BAR}
    assert lines(start(calls(), nodes))[0].endswith(": Symbolic link loop (needed by /prog)")
    assert start(calls(), nodes, version="1.1.5").outcome == Started()


def test_a_directory_by_the_name_of_a_library_ends_the_search() -> None:
    nodes = {"/lib/libfoo.so": Directory(0o755, 0, 0), "/usr/lib/libfoo.so": BAR}
    assert lines(start(calls(), nodes))[0].endswith(": Is a directory (needed by /prog)")


def test_a_socket_ends_the_search_and_a_device_leaves_it_open() -> None:
    ended = start(calls(), {"/lib/libfoo.so": Special("s", 0o777, 0, 0), "/usr/lib/libfoo.so": BAR})
    assert lines(ended)[0].endswith(": No such device or address (needed by /prog)")
    assert isinstance(start(calls(), {"/lib/libfoo.so": Special("c", 0o666, 0, 0)}).outcome, Unclear)


# -- the path file


def test_the_path_file_replaces_the_default_path() -> None:
    nodes: dict[str, Any] = {PATH_FILE: b"/x\n/opt:/y\n", "/lib/libfoo.so": BAR}
    ended = start(calls(), nodes)
    assert codes(ended) == [("LC201", "libfoo.so")]
    assert ended.findings[0].evidence[-1].how == PATH_FILE
    assert start(calls(), {**nodes, "/opt/libfoo.so": BAR}).outcome == Started()


def test_the_path_file_ends_at_a_nul() -> None:
    assert codes(start(calls(), {PATH_FILE: b"/x\0:/lib", "/lib/libfoo.so": BAR})) == [("LC201", "libfoo.so")]


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (b"", "No error information"),
        (file(b"/lib", 0o600), "Permission denied"),
        (Directory(0o755, 0, 0), "Is a directory"),
        ("ld-musl-x86_64.path", "Symbolic link loop"),
    ],
)
def test_a_path_file_that_gives_nothing_leaves_no_path(node: Node | bytes | str, text: str) -> None:
    ended = start(calls(), {PATH_FILE: node, "/lib/libfoo.so": BAR})
    assert lines(ended) == [f"Error loading shared library libfoo.so: {text} (needed by /prog)"]


def test_a_dangling_path_file_is_none() -> None:
    assert start(calls(), {PATH_FILE: "gone", "/lib/libfoo.so": BAR}).outcome == Started()


def test_without_a_path_the_message_repeats_what_failed_before() -> None:
    ended = start(calls(), {PATH_FILE: b""}, env={"LD_PRELOAD": "/none.so"})
    assert lines(ended)[0].endswith(f": {GONE} (needed by /prog)")


def test_the_path_file_stands_two_directories_above_the_loader() -> None:
    nodes = {"/m/etc/ld-musl-x86_64.path": b"/opt", "/opt/libfoo.so": BAR}
    assert start(calls(), nodes, interpreter="/m/lib/ld.so").outcome == Started()
    assert codes(start(calls(), nodes, interpreter="m/lib/ld.so")) == [("LC201", "libfoo.so")]
    assert start(calls(), {PATH_FILE: b"/opt", "/opt/libfoo.so": BAR}, interpreter="/ld.so").outcome == Started()


def test_the_loader_knows_the_name_of_its_path_file() -> None:
    nodes = {"/etc/ld-musl-sh.path": b"/opt", "/opt/libfoo.so": BAR}
    assert start(calls(), nodes, markers=("path=/etc/ld-musl-sh.path",)).outcome == Started()


def test_a_path_file_whose_text_was_not_kept_leaves_it_open() -> None:
    kept = File(0o644, 0, 0, 5, None, lambda: Content(b"/opt\n", None, None, None))
    ended = start(calls(), {PATH_FILE: kept})
    assert isinstance(ended.outcome, Unclear)
    assert codes(ended) == [("LC902", "/prog")]


# -- names that are the loader's own


@pytest.mark.parametrize("name", ["libc.so", "libc.so.6", "libm.so.6", "libpthread.so.0", "libxnet.", LD])
def test_a_reserved_name_needs_no_file(name: str) -> None:
    ended = start(calls("puts", needed=(name,)), {})
    assert ended.outcome == Started()
    assert (ended.objects[0].name, ended.objects[0].path) == (name, LD)


@pytest.mark.parametrize("name", ["libresolv.so.2", "libcrypt.so.1", "libmm.so", "ld-musl-x86_64.so.1", "libc"])
def test_other_names_are_not_reserved(name: str) -> None:
    assert codes(start(calls(needed=(name,)), {})) == [("LC201", name)]


def test_old_loaders_take_any_beginning_of_a_reserved_name() -> None:
    for name in ("lib.so", "libp.so", "libut.so.3"):
        assert start(calls(needed=(name,)), {}, version="1.1.15").outcome == Started()
        assert codes(start(calls(needed=(name,)), {}, version="1.1.15", markers=("reserved-dots",))) == [
            ("LC201", name)
        ]


def test_a_name_equal_to_the_interpreter_string_is_the_loader() -> None:
    glibc = "/lib64/ld-linux-x86-64.so.2"
    assert start(calls(needed=(glibc,)), {}, interpreter=glibc).outcome == Started()
    assert codes(start(calls(needed=(glibc[7:],)), {}, interpreter=glibc)) == [("LC201", glibc[7:])]


def test_a_second_libc_is_replaced_by_the_loader() -> None:
    other = elf(symbols=[defined("__libc_start_main"), defined("stdin", OBJECT), defined("foo")])
    program = calls("foo", needed=("libother.so",))
    assert codes(start(program, {"/lib/libother.so": other})) == [("LC204", "foo")]
    assert start(program, {"/lib/libother.so": other}, version="1.1.16").outcome == Started()
    assert codes(start(program, {"/lib/libother.so": other}, version="1.1.16", markers=("single-libc",))) == [
        ("LC204", "foo")
    ]


# -- objects that are there already


def test_a_library_is_known_by_the_name_it_was_searched_by() -> None:
    foo = elf(needed=("libbar.so",))
    ended = start(calls(needed=("libbar.so", "libfoo.so")), {"/lib/libbar.so": BAR, "/lib/libfoo.so": foo})
    assert [each.name for each in ended.objects] == ["libbar.so", "libfoo.so"]


def test_a_file_is_loaded_once_however_it_is_called() -> None:
    nodes = {"/lib/libfoo.so": BAR, "/opt/alias.so": "/lib/libfoo.so"}
    ended = start(calls(needed=("/opt/alias.so", "libfoo.so")), nodes)
    assert [each.path for each in ended.objects] == ["/opt/alias.so"]


def test_a_hard_link_is_the_same_file() -> None:
    node = file(BAR)
    ended = start(calls(needed=("liba.so", "libb.so")), {"/lib/liba.so": node, "/lib/libb.so": node})
    assert [each.path for each in ended.objects] == ["/lib/liba.so"]


def test_preloaded_libraries_come_first_and_may_be_missing() -> None:
    nodes = {"/lib/libfoo.so": BAR, "/opt/pre.so": elf(symbols=[defined("x")])}
    ended = start(calls(), nodes, env={"LD_PRELOAD": "none.so:/opt/pre.so \t"})
    assert ended.outcome == Started()
    assert [(each.path, each.needed_by) for each in ended.objects] == [
        ("/opt/pre.so", "LD_PRELOAD"),
        ("/lib/libfoo.so", "/prog"),
    ]


def test_a_separator_at_the_end_of_ld_preload_leaves_an_invalid_argument() -> None:
    ended = start(calls(), {PATH_FILE: b""}, env={"LD_PRELOAD": "libc.so "})
    assert lines(ended)[0].endswith(": Invalid argument (needed by /prog)")


# -- mapping


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello, world" * 9,
        elf(kind=1),
        elf(bits=32, machine=3),
        elf(size=63),
        elf(segments=tuple(each for each in SEGMENTS if each.type != DYNAMIC)),
        elf(phnum=9),
        elf(phentsize=57),
        BAR._replace(little_endian=False),
    ],
)
def test_what_is_no_library_is_an_exec_format_error(content: Elf | bytes) -> None:
    ended = start(calls(), {"/lib/libfoo.so": content})
    assert lines(ended)[0].endswith(": Exec format error (needed by /prog)")
    assert codes(ended)[0] == ("LC202", "libfoo.so")


def test_a_library_needs_no_magic() -> None:
    node = File(0o755, 0, 0, BAR.size, None, lambda: Content(b"?ELF", None, None, None, BAR))
    assert start(calls(), {"/lib/libfoo.so": node}).outcome == Started()


def test_a_library_for_another_machine_is_loaded() -> None:
    assert start(calls(), {"/lib/libfoo.so": elf(machine=183)}).outcome == Started()
    arm = elf(machine=183, rela=((1027, 0, 2),))
    ended = start(calls(), {"/lib/libfoo.so": arm})
    assert lines(ended) == ["Error relocating /lib/libfoo.so: unsupported relocation type 1027"] * 2
    assert codes(ended) == [("LC208", "/lib/libfoo.so")]


def fixed(address: int) -> tuple[Segment, ...]:
    return tuple(each._replace(vaddr=each.vaddr + address) for each in SEGMENTS)


def test_a_fixed_program_as_library_wants_its_place() -> None:
    other = elf(kind=2, segments=fixed(0x400000))
    assert start(calls(), {"/lib/libfoo.so": other}).outcome == Started()
    ended = start(calls(kind=2, segments=fixed(0x400000)), {"/lib/libfoo.so": other})
    assert lines(ended)[0].endswith(": Resource busy (needed by /prog)")
    low = elf(kind=2, segments=fixed(0x1000))
    assert lines(start(calls(), {"/lib/libfoo.so": low}))[0].endswith(": Resource busy (needed by /prog)")


def test_a_library_too_large_for_memory() -> None:
    huge = (*SEGMENTS, Segment(LOAD, 6, 0, 1 << 47, 0, 8, 4096))
    assert lines(start(calls(), {"/lib/libfoo.so": elf(segments=huge)}))[0].endswith(
        ": Out of memory (needed by /prog)"
    )


def test_an_empty_segment_is_an_error_to_some_versions() -> None:
    library = elf(segments=(*SEGMENTS, Segment(LOAD, 4, 0, 0x2000, 0, 0, 4096)))
    for version in ("1.1.24", "1.2.2", "1.1.5"):
        ended = start(calls(), {"/lib/libfoo.so": library}, version=version)
        assert lines(ended)[0].endswith(": Invalid argument (needed by /prog)")
    for version in ("1.1.11", "1.2.3"):
        assert start(calls(), {"/lib/libfoo.so": library}, version=version).outcome == Started()


def crash(ended: Ended) -> str | None:
    assert isinstance(ended.outcome, Died)
    assert codes(ended) == [("LC207", LD)]
    return ended.outcome.signal


def test_a_library_cut_off_before_its_data_is_a_bus_error() -> None:
    assert crash(start(calls(), {"/lib/libfoo.so": elf(size=0x400)})) is not None
    early = (SEGMENTS[1], SEGMENTS[2]._replace(offset=0x1E00), SEGMENTS[3])
    assert crash(start(calls(), {"/lib/libfoo.so": elf(segments=early, size=0x900)})) == "SIGBUS"


def test_tables_have_sizes() -> None:
    for table, size in ((7, 8), (17, 18), (23, 2), (23, 20)):
        both = BAR._replace(tags=tuple({*BAR.tags, table, size, *((2, 20) if table == 23 else ())}))
        assert start(calls(), {"/lib/libfoo.so": both}).outcome == Started()
        lacking = both._replace(tags=tuple(each for each in both.tags if each != size))
        assert isinstance(start(calls(), {"/lib/libfoo.so": lacking}).outcome, Unclear)


@pytest.mark.parametrize(
    "library",
    [
        elf(segments=tuple(each for each in SEGMENTS if each.type != LOAD)),
        elf(segments=(SEGMENTS[1]._replace(flags=0), *SEGMENTS[2:])),
        elf(segments=(SEGMENTS[1], SEGMENTS[2], SEGMENTS[3]._replace(vaddr=1 << 40))),
        elf(segments=(SEGMENTS[1], SEGMENTS[2]._replace(flags=4), SEGMENTS[3]), rela=((RELATIVE, 0, 1),)),
        BAR._replace(tags=()),
        BAR._replace(sysv_hash=0),
        BAR._replace(sysv_hash=NARROW),
    ],
)
def test_a_library_that_points_nowhere_is_a_segmentation_fault(library: Elf) -> None:
    assert crash(start(calls("nothing"), {"/lib/libfoo.so": library})) == "SIGSEGV"


def test_constructors_must_be_executable() -> None:
    segments = (SEGMENTS[1]._replace(flags=4), *SEGMENTS[2:])
    assert crash(start(calls(), {"/lib/libfoo.so": elf(segments=segments, tags=(12,))})) == "SIGSEGV"
    assert start(calls(), {"/lib/libfoo.so": elf(segments=segments)}).outcome == Started()


def test_text_relocations_make_everything_writable() -> None:
    segments = (SEGMENTS[1], SEGMENTS[2]._replace(flags=4), SEGMENTS[3])
    library = elf(segments=segments, rela=((RELATIVE, 0, 1),), tags=(22,))
    assert start(calls(), {"/lib/libfoo.so": library}).outcome == Started()


def test_old_loaders_clear_the_end_of_segments_that_cannot_be_written() -> None:
    segments = (*SEGMENTS, Segment(LOAD, 4, 0x10, 0x3010, 0x10, 0x20, 4096))
    library = elf(segments=segments)
    assert start(calls(), {"/lib/libfoo.so": library}).outcome == Started()
    assert crash(start(calls(), {"/lib/libfoo.so": library}, version="1.1.19")) == "SIGSEGV"


@pytest.mark.parametrize(
    "library",
    [
        elf(segments=(SEGMENTS[1], SEGMENTS[2]._replace(offset=0xE01), SEGMENTS[3])),
        elf(segments=(SEGMENTS[1]._replace(memsz=0x100), *SEGMENTS[2:])),
        BAR._replace(tags=(5,)),
        BAR._replace(tags=(5, 6, 7)),
        BAR._replace(needed=("", "")),
        without_tables(BAR),
    ],
)
def test_facts_that_may_not_hold_in_memory_leave_it_open(library: Elf) -> None:
    ended = start(calls("puts"), {"/lib/libfoo.so": library})
    assert isinstance(ended.outcome, Unclear)
    assert codes(ended) == [("LC902", "/prog")]


def test_a_library_that_a_snapshot_left_out_leaves_it_open() -> None:
    node = File(0o755, 0, 0, 4096, None, lambda: Content(b"", None, None, None))
    assert isinstance(start(calls(), {"/lib/libfoo.so": node}).outcome, Unclear)


# -- the program


@pytest.mark.parametrize("lost", [DYNAMIC, 6])
def test_a_program_without_the_headers_that_the_loader_goes_by_crashes_it(lost: int) -> None:
    program = calls(segments=tuple(each for each in SEGMENTS if each.type != lost))
    assert crash(start(program, {})) == "SIGSEGV"


def test_a_fixed_program_needs_no_pt_phdr() -> None:
    program = calls(needed=(), kind=2, segments=tuple(each for each in fixed(0x400000) if each.type != 6))
    assert start(program, {}).outcome == Started()


def test_messages_name_the_path_that_was_executed() -> None:
    assert "(needed by ./p)" in lines(start(calls(), {}, execfn="./p", argv=("zero",)))[0]
    assert "(needed by zero)" in lines(start(calls(), {}, execfn="/proc/self/exe", argv=("zero",)))[0]


def test_old_loaders_cut_messages_at_127_bytes() -> None:
    name = "lib" + "é" * 60 + ".so"
    assert len(lines(start(calls(needed=(name,)), {}, version="1.1.5"))[0].encode("utf-8", "surrogateescape")) == 127
    assert lines(start(calls(needed=(name,)), {}))[0].endswith("(needed by /prog)")


def test_of_two_variables_the_first_one_counts_but_not_to_the_oldest() -> None:
    program, loader = calls(), musl_of()
    given = handover(program, loader, LIBC, interpreter=LD)
    twice = (("LD_LIBRARY_PATH", "/opt"), ("LD_LIBRARY_PATH", "/none"))
    given = given._replace(process=given.process._replace(env=twice))
    root = tree({"/prog": program, "/opt/libfoo.so": BAR})
    assert musl.load(root, given, HOST).outcome == Started()
    assert isinstance(musl.load(root, given._replace(loader=musl_of("1.1.5")), HOST).outcome, Died)


# -- symbols


def test_a_missing_symbol_is_one_line_a_relocation_and_one_finding() -> None:
    program = elf(symbols=[Symbol("a"), Symbol("b")], plt=((PLT, 1, 1),), rela=((GOT, 2, 2), (GOT, 1, 1)))
    ended = start(program, {})
    text = "Error relocating /prog: {}: symbol not found"
    assert lines(ended) == [text.format(each) for each in ("a", "b", "b", "a")]
    assert codes(ended) == [("LC204", "a"), ("LC204", "b")]


def test_libraries_are_relocated_in_load_order_before_the_program() -> None:
    program = calls("p", needed=("libfoo.so", "libbar.so"))
    nodes = {"/lib/libfoo.so": calls("f", needed=()), "/lib/libbar.so": calls("b", needed=())}
    assert [each.subject for each in start(program, nodes).findings] == ["f", "b", "p"]


def test_the_tables_come_in_the_order_plt_rel_rela() -> None:
    program = elf(symbols=[Symbol(each) for each in "abc"], rela=((GOT, 1, 1),), rel=((GOT, 2, 1),), plt=((PLT, 3, 1),))
    assert [each.subject for each in start(program, {}).findings] == ["c", "b", "a"]


def test_only_libraries_that_are_needed_define_symbols() -> None:
    assert codes(start(calls("puts", needed=()), {})) == [("LC204", "puts")]
    assert start(calls("puts", needed=("libc.so",)), {}).outcome == Started()


def test_a_weak_symbol_may_be_missing() -> None:
    program = elf(symbols=[Symbol("w", bind=WEAK)], plt=((PLT, 1, 1),))
    assert start(program, {}).outcome == Started()


@pytest.mark.parametrize(("kind", "size"), [(TPOFF, 0), (16, 0), (36, 0), (COPY, 8)])
def test_a_weak_symbol_that_is_missing_crashes_what_reads_its_object(kind: int, size: int) -> None:
    program = elf(symbols=[Symbol("w", 0, OBJECT, WEAK, size=size)], rela=((kind, 1, 1),))
    assert crash(start(program, {})) == "SIGSEGV"


def test_nothing_is_copied_of_a_weak_symbol_without_a_size() -> None:
    program = elf(symbols=[Symbol("w", 0, OBJECT, WEAK)], rela=((COPY, 1, 1), (17, 1, 1)))
    assert start(program, {}).outcome == Started()


def test_a_defined_symbol_that_is_not_found_is_an_error_even_if_weak() -> None:
    program = elf(symbols=[defined("own", bind=WEAK, version=HIDDEN | 2)], rela=((GOT, 1, 1),))
    assert codes(start(program, {})) == [("LC204", "own")]


@pytest.mark.parametrize(
    "symbol",
    [
        defined("s", version=HIDDEN | 2),
        defined("s", IFUNC),
        defined("s", bind=LOCAL),
        Symbol("s", 1, value=False),
        Symbol("s", 0, value=False),
        Symbol("s", 0, TLS_SYMBOL, value=True),
    ],
)
def test_definitions_that_do_not_count(symbol: Symbol) -> None:
    library = elf(symbols=[symbol])
    assert codes(start(calls("s"), {"/lib/libfoo.so": library})) == [("LC204", "s")]


def test_a_function_of_a_fixed_program_counts_for_all_but_calls() -> None:
    symbols = [Symbol("s", 0, value=True)]
    library = {"/lib/libfoo.so": elf(symbols=symbols)}
    assert codes(start(calls("s"), library)) == [("LC204", "s")]
    assert start(elf(needed=("libfoo.so",), symbols=[Symbol("s")], rela=((GOT, 1, 1),)), library).outcome == Started()


def test_a_tls_symbol_may_have_the_value_0() -> None:
    library = elf(symbols=[Symbol("t", 1, TLS_SYMBOL, value=False)])
    program = elf(needed=("libfoo.so",), symbols=[Symbol("t", 0, TLS_SYMBOL)], rela=((TPOFF, 1, 1),))
    assert start(program, {"/lib/libfoo.so": library}).outcome == Started()


def test_a_default_version_is_found_behind_a_hidden_one() -> None:
    library = elf(symbols=[defined("s", version=HIDDEN | 2), defined("s", version=3)])
    assert start(calls("s"), {"/lib/libfoo.so": library}).outcome == Started()


def test_gnu_hash_does_not_find_what_stands_before_its_first_symbol() -> None:
    symbols = [defined("early"), defined("late")]
    nodes = {"/lib/libfoo.so": elf(symbols=symbols, gnu_hash=2)}
    assert codes(start(calls("early", "late"), nodes)) == [("LC204", "early")]


def test_gnu_hash_does_not_find_a_name_that_was_changed_in_place() -> None:
    library = elf(symbols=[defined("new"), defined("old")], gnu_hash=1)
    tables = library.tables
    chained = Tables(lambda: tables.symbols, lambda: tables.relocations, lambda: lambda name: [2] * (name == "old"))
    ended = start(calls("new", "old"), {"/lib/libfoo.so": library._replace(tables=chained)})
    assert [each.subject for each in ended.findings] == ["new"]


def test_copies_are_looked_up_behind_the_program() -> None:
    symbols = [defined("data", OBJECT, size=4)]
    program = elf(needed=("libfoo.so",), symbols=symbols, rela=((COPY, 1, 1),))
    assert codes(start(program, {"/lib/libfoo.so": BAR})) == [("LC204", "data")]
    assert start(program, {"/lib/libfoo.so": elf(symbols=symbols)}).outcome == Started()


def test_local_symbols_are_not_looked_up_by_newer_loaders() -> None:
    local = elf(symbols=[defined("l", bind=LOCAL)], rela=((1, 1, 1),))
    assert start(local, {}).outcome == Started()
    assert codes(start(local, {}, version="1.1.23")) == [("LC204", "l")]
    section = elf(symbols=[defined("", SECTION, LOCAL)], rela=((1, 1, 1),))
    assert start(section, {}, version="1.1.12").outcome == Started()
    assert lines(start(section, {}, version="1.1.11")) == ["Error relocating /prog: : symbol not found"]


def test_unknown_types_are_seen_after_the_symbol_but_first_by_the_oldest() -> None:
    program = elf(symbols=[Symbol("gone")], rela=((99, 1, 1), (37, 0, 1), (0, 1, 1)))
    assert codes(start(program, {})) == [("LC204", "gone"), ("LC208", "/prog")]
    assert codes(start(program, {}, version="1.1.5")) == [("LC208", "/prog")]
    assert lines(start(program, {}, version="1.1.5"))[0].endswith("unsupported relocation type 99")


def test_types_are_signed_and_lose_their_highest_bit() -> None:
    program = elf(rela=((0xFFFFFFFE, 0, 1),))
    assert lines(start(program, {})) == ["Error relocating /prog: unsupported relocation type 2147483646"]
    assert lines(start(program, {}, version="1.1.5")) == ["Error relocating /prog: unsupported relocation type -2"]


def test_a_symbol_beyond_the_table_leaves_it_open() -> None:
    assert isinstance(start(elf(rela=((GOT, 7, 1),)), {}).outcome, Unclear)


@pytest.mark.parametrize(
    ("machine", "bits", "version", "kind", "known"),
    [
        (40, 32, "1.1.21", 13, True),
        (40, 32, "1.1.20", 13, False),
        (21, 64, "1.1.24", 43, True),
        (21, 64, "1.1.23", 43, False),
        (243, 64, "1.2.5", 12, True),
        (243, 64, "1.2.4", 12, False),
        (183, 64, "1.2.5", 1026, True),
        (3, 32, "1.2.5", 14, True),
    ],
)
def test_types_that_came_later(machine: int, bits: int, version: str, kind: int, known: bool) -> None:
    libc = elf(machine=machine, bits=bits)
    program = elf(machine=machine, bits=bits, rela=((kind, 0, 1),))
    given = handover(program, musl_of(version), libc, interpreter=LD)
    ended = musl.load(tree({"/prog": program}), given, HOST)
    assert codes(ended) == ([] if known else [("LC208", "/prog")])


def test_relocations_of_a_machine_nobody_knows_leave_it_open() -> None:
    program = elf(machine=8, bits=32, rela=((3, 0, 1),))
    given = handover(program, musl_of(), elf(machine=8, bits=32), interpreter=LD)
    assert isinstance(musl.load(tree({"/prog": program}), given, HOST).outcome, Unclear)


def test_names_in_64_are_found_without_it_where_the_loader_does_that() -> None:
    program = calls("open64", "readdir64_r", needed=("libc.so",))
    assert start(program, {}).outcome == Started()
    assert codes(start(program, {}, markers=("relr",))) == [("LC204", "open64"), ("LC204", "readdir64_r")]
    assert codes(start(calls("puts64", "fcntl64", needed=("libc.so",)), {})) == [
        ("LC204", "puts64"),
        ("LC204", "fcntl64"),
    ]


def test_they_are_found_even_if_nobody_needs_libc() -> None:
    assert start(calls("open64", needed=()), {}).outcome == Started()


def test_posix_fallocate64_does_not_fit_until_after_1_2_5() -> None:
    program = calls("posix_fallocate64", needed=("libc.so",))
    assert codes(start(program, {})) == [("LC204", "posix_fallocate64")]
    assert start(program, {}, markers=("lfs64", "lfs64-long")).outcome == Started()


def test_old_loaders_find_symbols_in_the_vdso_behind_libc() -> None:
    program = calls("getcpu", "__vdso_time", needed=("libc.so",))
    assert start(program, {}, version="1.1.16").outcome == Started()
    assert codes(start(program, {}, version="1.1.16", markers=("single-libc",)))[0] == ("LC204", "getcpu")
    assert codes(start(program, {}, version="1.1.17"))[0] == ("LC204", "getcpu")
    assert codes(start(calls("getcpu", needed=()), {}, version="1.1.16")) == [("LC204", "getcpu")]


def test_symbols_that_may_be_lost_with_a_library_are_its_evidence() -> None:
    needs = {"libfoo.so": [("FOO_1", 2)], "libc.so.6": [("GLIBC_2.2", 3)]}
    symbols = [Symbol("f", version=2), Symbol("__f_chk", version=3), Symbol("u")]
    plt = tuple((PLT, position, 1) for position in (1, 2, 3))
    program = elf(needed=("libfoo.so", "libc.so.6"), symbols=symbols, plt=plt, versions_needed=needs)
    ended = start(program, {})
    assert codes(ended) == [("LC201", "libfoo.so"), ("LC204", "__f_chk")]
    assert len(lines(ended)) == 4
    assert [each.path for each in ended.findings[0].evidence if each.action == "look up"] == ["f", "u"]


# -- the end


def test_packed_relocations_crash_a_loader_that_does_not_read_them() -> None:
    program = calls(needed=(), tags=(36,))
    assert start(program, {}).outcome == Started()
    assert crash(start(program, {}, markers=("no-relr",))) == "SIGSEGV"
    assert isinstance(start(program, {}, markers=("lfs64",)).outcome, Unclear)


def test_packed_relocations_of_a_library_crash_where_a_constructor_is_among_them() -> None:
    for tags, dies in (((36, 25), True), ((36,), False)):
        ended = start(calls(), {"/lib/libfoo.so": elf(tags=tags)}, markers=("no-relr",))
        assert isinstance(ended.outcome, Died) is dies


def test_errors_come_before_the_crash() -> None:
    assert codes(start(calls("gone", needed=(), tags=(36,)), {}, markers=("no-relr",))) == [("LC204", "gone")]


def test_a_program_with_its_own_calloc_runs_it_unrelocated_in_some_versions() -> None:
    block = Segment(TLS, 4, 0, 0, 0x100, 0x100, 16)
    symbols = [Symbol("gone"), defined("calloc")]
    program = elf(symbols=symbols, plt=((PLT, 1, 1),), segments=(*SEGMENTS, block))
    assert isinstance(start(program, {}, version="1.1.22").outcome, Unclear)
    assert codes(start(program, {}, version="1.1.24")) == [("LC204", "gone")]
    small = elf(symbols=symbols, plt=((PLT, 1, 1),))
    assert codes(start(small, {}, version="1.1.22")) == [("LC204", "gone")]


@pytest.mark.parametrize(
    "program", [calls(needed=("libc.so.6",)), calls(versions_needed={"l": [("GLIBC_2.2.5", 2)]}, needed=())]
)
def test_a_glibc_program_that_starts_is_pointed_out(program: Elf) -> None:
    glibc = "/lib64/ld-linux-x86-64.so.2"
    ended = start(program, {}, interpreter=glibc)
    assert ended.outcome == Started()
    assert codes(ended) == [("LC302", glibc)]


def test_a_handover_without_a_loader_is_a_mistake() -> None:
    given = handover(calls(), musl_of(), LIBC, interpreter=LD)
    with pytest.raises(ValueError, match="no loader"):
        musl.load(tree({}), given._replace(loader=None), HOST)


def test_a_library_that_wants_its_variable_at_a_fixed_place_is_refused_once_the_program_runs() -> None:
    block = Segment(TLS, 4, 0, 0, 8, 8, 8)
    variable = Symbol("counter", 1, TLS_SYMBOL, value=True)
    opened = elf(symbols=[variable], rela=((TPOFF, 1, 1),), segments=(*SEGMENTS, block))
    program = calls(needed=())
    given = handover(program, musl_of(), LIBC, interpreter=LD)
    nodes = tree({given.path: program, "/lib/libx.so": opened})
    ended = musl.load(nodes, given, HOST, Library("/lib/libx.so", lazy=False))
    words = "Error relocating /lib/libx.so: counter: initial-exec TLS resolves to dynamic definition in /lib/libx.so"
    assert ended.outcome == Rejected(words, "")
    assert codes(ended) == [("LC209", "counter")]
