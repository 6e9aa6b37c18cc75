from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from libccheck.launch import gcompat
from libccheck.launch.handover import Ended
from libccheck.model import Died, Directory, Elf, Loader, Segment, Started, Unclear

from .objects import DYNAMIC, HOST, SEGMENTS, TLS, Symbol, defined, elf, file, handover, tree

STUB = "/lib64/ld-linux-x86-64.so.2"
MUSL = "/lib/ld-musl-x86_64.so.1"
LIBRARY = "/lib/libgcompat.so.0"

LIBC = elf(symbols=[defined("puts")])
MUSL_LOADER = Loader("musl", "1.2.5", ("/lib", "/usr/local/lib", "/usr/lib"), ("lfs64", "relr"))
KNOWN = ("hands-on-to=/lib/ld-musl-x86_64.so.1", f"library={LIBRARY}", "name=ld-linux-x86-64.so.2")
EXTRA = elf(symbols=[defined("__chk")])
DIRECTORY = Directory(0o755, 0, 0)


def program(*needed: str, segments: tuple[Segment, ...] = SEGMENTS) -> Elf:
    symbols = [Symbol("__chk"), Symbol("puts")]
    names = ("libc.so.6", "ld-linux-x86-64.so.2", *needed)
    return elf(needed=names, symbols=symbols, plt=((7, 1, 1), (7, 2, 1)), segments=segments)


def start(
    given: Elf,
    nodes: Mapping[str, Any],
    *,
    markers: tuple[str, ...] = KNOWN,
    stub: tuple[Segment, ...] = SEGMENTS,
    **how: Any,
) -> Ended:
    loader = Loader("gcompat", None, (), markers)
    handed = handover(given, loader, elf(segments=stub), interpreter=STUB, **how)
    default = {"/prog": given, MUSL: file(LIBC, loader=MUSL_LOADER), LIBRARY: EXTRA}
    return gcompat.load(tree({**default, **nodes}), handed, HOST)


def died(ended: Ended) -> tuple[int | None, str | None, str]:
    assert isinstance(ended.outcome, Died)
    return ended.outcome.status, ended.outcome.signal, ended.outcome.stderr


def codes(ended: Ended) -> list[tuple[str, str]]:
    return [(each.code, each.subject) for each in ended.findings]


@pytest.mark.parametrize("markers", [KNOWN, ()])
def test_musl_starts_the_program_with_the_library_in_front(markers: tuple[str, ...]) -> None:
    ended = start(program(), {}, markers=markers)
    assert ended.outcome == Started()
    assert codes(ended) == [("LC302", "ld-linux-x86-64.so.2")]
    assert [each.path for each in ended.objects] == [LIBRARY, "ld-linux-x86-64.so.2"]


def test_the_stub_says_whom_it_hands_on_to_and_what_it_preloads() -> None:
    markers = ("hands-on-to=/m/ld", "library=/m/g.so", "name=ld.so")
    nodes = {"/m/ld": file(LIBC, loader=MUSL_LOADER), "/m/g.so": EXTRA, MUSL: b""}
    ended = start(program(), nodes, markers=markers)
    assert codes(ended) == [("LC201", "ld-linux-x86-64.so.2")]
    assert ended.objects[0].path == "/m/g.so"


def test_without_its_library_symbols_are_missing_from_musl() -> None:
    ended = start(program(), {LIBRARY: "gone"})
    assert died(ended) == (127, None, "Error relocating /prog: __chk: symbol not found\n")


def test_what_was_to_be_preloaded_comes_behind_the_library() -> None:
    ended = start(program(), {"/p.so": elf()}, env={"LD_PRELOAD": "/p.so"})
    assert [each.path for each in ended.objects][:2] == [LIBRARY, "/p.so"]


def test_messages_name_the_real_path_of_the_program() -> None:
    ended = start(program("libx.so"), {}, execfn="/bin/link", argv=("zero",))
    text = "Error loading shared library libx.so: No such file or directory (needed by /prog)\n"
    assert died(ended) == (127, None, text)


def test_the_space_behind_the_library_is_a_name_too() -> None:
    nodes = {"/etc/ld-musl-x86_64.path": b""}
    assert died(start(program("libx.so"), nodes))[2].startswith(
        "Error loading shared library libx.so: Invalid argument"
    )


@pytest.mark.parametrize(
    ("node", "code", "text"),
    [
        ("gone", "LC101", "No such file or directory"),
        (file(LIBC, 0o644, loader=MUSL_LOADER), "LC103", "Permission denied"),
        (DIRECTORY, "LC103", "Permission denied"),
        ("ld-musl-x86_64.so.1", "LC103", "Symbolic link loop"),
        ("/prog/ld-musl", "LC103", "Not a directory"),
        (file(b"musl's loader, once it is unpacked", 0o755), "LC103", "Exec format error"),
        (file(elf(machine=183), loader=MUSL_LOADER), "LC103", "Exec format error"),
    ],
)
def test_a_musl_loader_that_cannot_be_executed_ends_the_stub(node: Any, code: str, text: str) -> None:
    ended = start(program(), {MUSL: node})
    assert died(ended) == (1, None, f"execve: {text}\n")
    assert codes(ended) == [(code, MUSL)]


@pytest.mark.parametrize(
    ("node", "code"),
    [
        (elf(tags=(21,)), "LC901"),
        (file(LIBC, loader=MUSL_LOADER._replace(version="1.1.16")), "LC902"),
    ],
    ids=["another-loader", "without-its-options"],
)
def test_what_the_stub_makes_of_another_loader_is_not_known(node: Any, code: str) -> None:
    ended = start(program(), {MUSL: node})
    assert isinstance(ended.outcome, Unclear)
    assert codes(ended) == [(code, MUSL)]


def test_a_path_with_the_name_of_the_loader_in_it_is_taken_for_the_stub_itself() -> None:
    path = "/opt/ld-linux-x86-64.so.2.d/prog"
    ended = start(program(), {path: program()}, path=path)
    assert died(ended) == (1, None, "")
    assert codes(ended) == [("LC209", STUB)]


@pytest.mark.parametrize(("length", "fits"), [(4095 - len(LIBRARY) - 1, True), (4095 - len(LIBRARY), False)])
def test_a_long_list_of_preloaded_libraries_is_too_much(length: int, fits: bool) -> None:
    ended = start(program(), {}, env={"LD_PRELOAD": "x" * length})
    if fits:
        assert ended.outcome == Started()
    else:
        assert died(ended) == (1, None, "too many preloaded libraries")
        assert codes(ended) == [("LC209", STUB)]


def test_a_privileged_program_gets_the_library_and_what_its_caller_preloads() -> None:
    given = program()
    nodes = {"/prog": file(given, 0o4755), "/p.so": elf(), "/l/libx.so": elf()}
    env = {"LD_PRELOAD": "/p.so", "LD_LIBRARY_PATH": "/l"}
    ended = start(given, nodes, env=env)
    assert ended.outcome == Started()
    assert [each.path for each in ended.objects][:2] == [LIBRARY, "/p.so"]
    assert codes(start(program("libx.so"), {**nodes, "/prog": file(program("libx.so"), 0o4755)}, env=env)) == [
        ("LC201", "libx.so")
    ]
    assert start(program("libx.so"), nodes, env={"LD_LIBRARY_PATH": "/l"}).outcome != Started()
    assert start(program("libx.so"), {**nodes, "/prog": program("libx.so")}, env=env).outcome == Started()


def test_musl_must_be_able_to_read_the_program_itself() -> None:
    ended = start(program(), {"/prog": file(program(), 0o711)})
    assert died(ended) == (1, None, "ld-linux-x86-64.so.2: cannot load /prog: Permission denied\n")
    assert codes(ended) == [("LC209", "/prog")]


def test_musl_wants_a_dynamic_section_but_no_pt_phdr() -> None:
    static = program(segments=tuple(each for each in SEGMENTS if each.type != DYNAMIC))
    ended = start(static, {})
    assert died(ended) == (1, None, "ld-linux-x86-64.so.2: /prog: Not a valid dynamic program\n")
    without = program(segments=tuple(each for each in SEGMENTS if each.type != 6))
    assert start(without, {}).outcome == Started()


@pytest.mark.parametrize(
    ("distance", "filesz", "memsz", "ends"),
    [
        (0, 8, 8, "starts"),
        (8, 8, 8, "unclear"),
        (0x8000, 8, 8, "unclear"),
        (0x8008, 8, 8, "dies"),
        (0x8008, 0, 8, "starts"),
        (0x8008, 8, 0x100, "unclear"),
        (0x9008, 8, 0x100, "dies"),
        (-0x2FF8, 8, 8, "starts"),
        (-0x2FF9, 8, 8, "dies"),
        (-0x4000, 8, 8, "dies"),
        (0, 0x3000, 0x3000, "starts"),
        (0, 0x3001, 0x3001, "dies"),
        (1 << 40, 1 << 60, 1 << 60, "unclear"),
    ],
)
def test_the_stub_takes_the_tls_block_for_its_own(distance: int, filesz: int, memsz: int, ends: str) -> None:
    """`distance`: of the place where it then looks for the block, downwards from its own first byte."""
    ended = start(program(segments=_far(distance, filesz, memsz)), {})
    assert _how(ended) == ends


@pytest.mark.parametrize(
    ("at", "ends"), [(0xFF8, "starts"), (0xFF9, "unclear"), (0x8000, "unclear"), (0x10000, "starts"), (0x11000, "dies")]
)
def test_between_the_segments_of_the_stub_lies_what_the_kernel_puts_there(at: int, ends: str) -> None:
    """As where a machine may have pages of 64 KiB."""
    gap = (Segment(1, 5, 0, 0, 0x800, 0x800, 0x10000), Segment(1, 6, 0xE00, 0x10E00, 0x200, 0x200, 0x10000))
    stub = (*gap, Segment(DYNAMIC, 6, 0xE10, 0x1E10, 0x100, 0x100, 8))
    ended = start(program(segments=_far(-at, 8, 8)), {}, stub=stub)
    assert _how(ended) == ends


def _far(distance: int, filesz: int, memsz: int) -> tuple[Segment, ...]:
    dynamic = Segment(DYNAMIC, 6, 0xE10, 0x1E10 + 0x10000, 0x100, 0x100, 8)
    block = Segment(TLS, 4, 0xE00, 0x10000 - distance, filesz, memsz, 8)
    return (*SEGMENTS[:2], Segment(1, 6, 0xE00, 0x1E00 + 0x10000, 0x300, 0x400, 0x1000), dynamic, block)


def _how(ended: Ended) -> str:
    if isinstance(ended.outcome, Died):
        assert died(ended) == (None, "SIGSEGV", "")
        assert codes(ended) == [("LC207", STUB)]
        return "dies"
    if isinstance(ended.outcome, Unclear):
        assert codes(ended) == [("LC902", STUB)]
        return "unclear"
    assert ended.outcome == Started()
    return "starts"
