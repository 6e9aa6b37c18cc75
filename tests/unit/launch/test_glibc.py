"""glibc's loader, where real runs on this machine show too little of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from libccheck.launch.glibc import load
from libccheck.launch.handover import Ended
from libccheck.model import NARROW, Died, Elf, Host, Loader, Started, Tables
from tests.unit.launch.objects import HOST, Symbol, defined, elf, handover, tree

S390X = 22
LD = "/lib/ld64.so.1"
SLOT = 10  # R_390_GLOB_DAT


def start(program: Elf, files: Mapping[str, Any], *, version: str = "2.36", host: Host = HOST) -> Ended:
    loader = Loader("glibc", version, ("/lib",), ())
    itself = elf(machine=program.machine, soname=LD.rpartition("/")[2])
    nodes = {"/prog": program, LD: itself, **files}
    return load(tree(nodes), handover(program, loader, itself, interpreter=LD), host)


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
