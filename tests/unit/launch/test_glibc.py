"""glibc's loader, where real runs on this machine show too little of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from libccheck.launch.glibc import load
from libccheck.launch.handover import Ended, Library
from libccheck.model import NARROW, Died, Elf, Host, Loader, Outcome, Rejected, Started, Tables
from tests.unit.launch.objects import HOST, IFUNC, Symbol, defined, elf, handover, tree

S390X = 22
LD = "/lib/ld64.so.1"
SLOT = 10  # R_390_GLOB_DAT


def start(
    program: Elf,
    files: Mapping[str, Any],
    *,
    version: str = "2.36",
    markers: tuple[str, ...] = (),
    host: Host = HOST,
    library: Library | None = None,
    env: Mapping[str, str] | None = None,
    directory: str = "/lib",
) -> Ended:
    loader = Loader("glibc", version, (directory,), markers)
    itself = elf(machine=program.machine, soname=LD.rpartition("/")[2])
    nodes = {"/prog": program, LD: itself, **files}
    return load(tree(nodes), handover(program, loader, itself, interpreter=LD, env=env), host, library)


def unversioned(value: Elf) -> Elf:
    """Without DT_VERSYM."""
    symbols = value.tables.symbols
    assert symbols is not None
    return value._replace(tables=Tables(lambda: symbols._replace(versions=()), lambda: value.tables.relocations))


def test_a_hash_table_of_narrow_words_crashes_the_loader_where_it_reads_wide_ones() -> None:
    """As lld writes it for s390x; in an object that nothing is sought in it does no harm."""
    program = unversioned(elf(machine=S390X, needed=("libfoo.so",), symbols=[Symbol("foo")], rela=((SLOT, 1, 1),)))
    library = unversioned(elf(machine=S390X, soname="libfoo.so", symbols=[defined("foo")]))
    narrow = library._replace(sysv_hash=NARROW)
    assert start(program, {"/lib/libfoo.so": library}).outcome == Started()
    assert start(program._replace(tables=elf().tables), {"/lib/libfoo.so": narrow}).outcome == Started()
    for main, other in ((program, narrow), (program._replace(sysv_hash=NARROW), library)):
        ended = start(main, {"/lib/libfoo.so": other})
        assert ended.outcome == Died(None, "SIGSEGV")
        assert [(each.code, each.subject) for each in ended.findings] == [("LC207", LD)]


@pytest.mark.parametrize(
    ("kernel", "started"), [((3, 1, 9), False), ((3, 2, 0), True), ((3, 2), False), ((5, 4, 1), True)]
)
def test_the_kernel_must_be_as_new_as_the_library_wants(kernel: tuple[int, ...], started: bool) -> None:
    ended = start(elf(), {}, markers=("kernel-check", "kernel=3.2.0"), host=HOST._replace(kernel=kernel))
    assert ended.outcome == (Started() if started else Died(127, None, "FATAL: kernel too old\n"))
    assert start(elf(), {}, markers=("kernel=3.2.0",), host=HOST._replace(kernel=kernel)).outcome == Started()


@pytest.mark.parametrize(
    ("machine", "name"),
    [(62, "linux-vdso.so.1"), (3, "linux-gate.so.1"), (183, "linux-vdso.so.1"), (22, "linux-vdso.so.1")],
)
def test_the_kernel_brings_an_object_of_its_own(machine: int, name: str) -> None:
    bits = 32 if machine == 3 else 64
    assert start(elf(machine=machine, bits=bits, needed=(name,)), {}).outcome == Started()
    ended = start(elf(machine=machine, bits=bits, needed=(f"{name}.1",)), {})
    assert [each.code for each in ended.findings] == ["LC201"]


def test_empty_names_are_not_preloaded() -> None:
    library = elf(soname="libfoo.so")
    for names in (" ", ":", ": /lib/libfoo.so ::", ""):
        assert start(elf(), {"/lib/libfoo.so": library}, env={"LD_PRELOAD": names}).outcome == Started()
    words = "ERROR: ld.so: object 'x' from LD_PRELOAD cannot be preloaded: ignored.\n"
    assert start(elf(), {}, env={"LD_PRELOAD": ":x:"}).outcome == Started(words)
    assert start(elf(), {}, env={"LD_PRELOAD": "x" * 4096}).outcome == Started()


@pytest.mark.parametrize("directory", ["/usr/lib/x", "/lib/x"])
def test_lib_stands_for_the_first_directory_without_usr(directory: str) -> None:
    program = elf(needed=("libfoo.so",), runpath="/opt/$LIB")
    ended = start(program, {"/opt/lib/x/libfoo.so": elf(soname="libfoo.so")}, directory=directory)
    assert ended.outcome == Started()


def test_a_library_that_is_opened_may_want_a_better_processor() -> None:
    at = "/lib/libfoo.so"
    nodes = {at: elf(soname="libfoo.so")._replace(isa_needed=0b110)}
    opens, low = Library(at, lazy=False), HOST._replace(isa_level=1)

    def opened(host: Host, *markers: str) -> Outcome:
        return start(elf(), nodes, library=opens, markers=markers, host=host).outcome

    assert opened(low, "isa-level") == Rejected(f"{at}: CPU ISA level is lower than required", "")
    assert opened(low) == opened(HOST._replace(isa_level=3), "isa-level") == Started()


def test_a_library_cannot_ask_the_program_for_a_function_that_is_chosen_at_run_time() -> None:
    program = unversioned(elf(needed=("libfoo.so",), symbols=[defined("chosen", IFUNC)]))
    wants = elf(soname="libfoo.so", symbols=[Symbol("chosen")], rela=((6, 1, 1),))
    files = {"/lib/libfoo.so": unversioned(wants)}
    assert start(program, files).outcome == Started()
    ended = start(program, files, markers=("ifunc-executable",))
    text = (
        "/prog: IFUNC symbol 'chosen' referenced in '/lib/libfoo.so' is defined in the executable and creates an "
        "unsatisfiable circular dependency.\n"
    )
    assert ended.outcome == Died(127, None, text)
    assert [(each.code, each.subject) for each in ended.findings] == [("LC209", "chosen")]
