from __future__ import annotations

from collections.abc import Mapping

import pytest

from libccheck.launch import launch
from libccheck.launch.handover import Handover, Stuck
from libccheck.launch.kernel import execve
from libccheck.model import (
    Died,
    Directory,
    Emulator,
    Host,
    Launch,
    Node,
    Outcome,
    Process,
    Refused,
    Started,
    Unclear,
    User,
)
from tests import tiny
from tests.values import file, tree

QEMU = Emulator("aarch64", "/opt/qemu-aarch64", "PF")
HOST = Host("x86_64", (QEMU,))
USER = User(1000, 1000)
STATIC = tiny.program(machine=183)
DYNAMIC = tiny.program(machine=183, interpreter=b"/ld")
LOADER = tiny.program(machine=183, kind=3)


def run(*, emulator: Emulator = QEMU, **root: Node | bytes | str) -> Launch:
    return run_in(root, emulator)


def run_in(root: Mapping[str, Node | bytes | str], emulator: Emulator = QEMU) -> Launch:
    process = Process(("hello", "argument"), (), "/", USER)
    nodes = {f"/{name.replace('__', '/')}": node for name, node in root.items()}
    return launch(tree(nodes), "/app", process, HOST._replace(emulated=(emulator,)))


def handed(path: str = "/app", host: Host = HOST, **root: Node | bytes | str) -> Handover | Stuck:
    nodes = {f"/{name.replace('__', '/')}": node for name, node in root.items()}
    return execve(tree(nodes), path, Process(("hello", "argument"), (), "/", USER), host)


def said(text: str) -> Died:
    return Died(255, None, f"qemu-aarch64: {text}\n")


def test_a_program_of_another_machine_starts() -> None:
    assert run(app=STATIC).outcome == Started()


def test_the_name_of_a_loader_may_be_no_text() -> None:
    program = tiny.program(machine=183, interpreter=b"/\xff")
    assert run(app=program).outcome == said("Could not open '/\udcff': No such file or directory")


def test_of_a_machine_that_is_not_emulated_it_does_not() -> None:
    assert run(app=tiny.program(machine=243)).findings[0].code == "LC102"


@pytest.mark.parametrize("machine", ["arm", "armhf"])
def test_one_emulator_takes_both_kinds_of_arm(machine: str) -> None:
    emulator = Emulator(machine, "/opt/qemu-arm", "F")
    for flags in (0x05000400, 0x05000200):
        program = tiny.patched(tiny.program(bits=32, machine=40), 36, "<I", flags)
        assert run(emulator=emulator, app=program).outcome == Started()


@pytest.mark.parametrize(("offset", "value"), [(16, 1), (6, 2), (8, 1), (15, 1)])
def test_the_rule_looks_at_type_version_and_abi_version(offset: int, value: int) -> None:
    assert run(app=tiny.patched(STATIC, offset, "B", value)).outcome == Refused("ENOEXEC")


def test_the_system_may_be_any() -> None:
    assert run(app=tiny.patched(STATIC, 7, "B", 9)).outcome == Started()


@pytest.mark.parametrize(
    ("loader", "code", "outcome"),
    [
        (None, "LC101", said("Could not open '/ld': No such file or directory")),
        ("/none", "LC101", said("Could not open '/ld': No such file or directory")),
        ("/ld", "LC103", said("Could not open '/ld': Too many levels of symbolic links")),
        (file(LOADER, 0o600), "LC103", said("Could not open '/ld': Permission denied")),
        (Directory(0o755, 0, 0), "LC103", said("/ld: Error reading file header: Is a directory")),
        (b"", "LC103", said("/ld: Invalid ELF image for this architecture")),
        (b"#!/bin/sh\n", "LC103", said("/ld: Invalid ELF image for this architecture")),
        (tiny.program(kind=3), "LC103", said("/ld: Invalid ELF image for this architecture")),
        (tiny.program(machine=183, kind=1), "LC103", said("/ld: Invalid ELF image for this architecture")),
    ],
)
def test_the_loader_as_the_emulator_opens_it(loader: Node | bytes | str | None, code: str, outcome: Outcome) -> None:
    result = run_in({"app": DYNAMIC} if loader is None else {"app": DYNAMIC, "ld": loader})
    assert (result.outcome, result.findings[0].code, result.findings[0].subject) == (outcome, code, "/ld")


def test_the_loader_needs_no_execute_bit() -> None:
    found = handed(app=DYNAMIC, ld=file(LOADER, 0o644))
    assert isinstance(found, Handover)
    assert (found.interpreter, found.emulator) == ("/ld", QEMU)


@pytest.mark.parametrize(
    ("program", "outcome"),
    [
        (tiny.patched(STATIC, 54, "<H", 57), said("/app: Invalid ELF image for this architecture")),
        (tiny.patched(STATIC, 56, "<H", 0), said("/app: Error mapping file: Invalid argument")),
        (STATIC[:40], Died(1, None)),
        (tiny.patched(STATIC + bytes(2000), 32, "<Q", 1 << 30), said("/app: Incomplete read of file header")),
        (DYNAMIC.replace(b"/ld\0", b"/ldx"), said("/app: Invalid PT_INTERP entry")),
    ],
)
def test_a_damaged_program(program: bytes, outcome: Outcome) -> None:
    result = run(app=program)
    assert (result.outcome, result.findings[0].code) == (outcome, "LC107")


def test_what_ends_within_its_program_headers_is_not_decided() -> None:
    result = run(app=STATIC[:100])
    assert (type(result.outcome), result.findings[0].code) == (Unclear, "LC902")


def test_what_may_not_be_read_needs_the_flag_o() -> None:
    unreadable = file(STATIC, 0o711)
    result = run(app=unreadable)
    assert (result.outcome, result.findings[0].code) == (Died(1, None), "LC104")
    assert run(emulator=QEMU._replace(flags="OPF"), app=unreadable).outcome == Started()


@pytest.mark.parametrize(("flags", "first"), [("PF", "hello"), ("F", "/app")])
def test_argv_0_is_kept_by_the_flag_p(flags: str, first: str) -> None:
    assert run(emulator=QEMU._replace(flags=flags), app=STATIC).argv == (first, "argument")


class TestWithoutFlagF:
    EMULATOR = QEMU._replace(flags="P")

    def test_the_emulator_has_to_be_in_the_image(self) -> None:
        result = run(emulator=self.EMULATOR, app=STATIC)
        assert (result.outcome, result.findings[0].code) == (Refused("ENOENT"), "LC101")
        assert result.findings[0].subject == "/opt/qemu-aarch64"
        assert run(emulator=self.EMULATOR, app=STATIC, opt__qemu_aarch64=b"").outcome == Refused("ENOENT")

    def test_and_to_be_a_program(self) -> None:
        emulator = Emulator("aarch64", "/qemu", "P")
        assert run(emulator=emulator, app=STATIC, qemu=tiny.program()).outcome == Started()
        refused = run(emulator=emulator, app=STATIC, qemu=tiny.program(machine=22))
        assert (refused.outcome, refused.findings[0].code) == (Refused("ENOEXEC"), "LC103")
        text = run(emulator=emulator, app=STATIC, qemu=b"text")
        assert (text.outcome, text.findings[0].code) == (Refused("ENOEXEC"), "LC103")


@pytest.mark.parametrize(("depth", "outcome"), [(4, Started()), (5, Refused("ELOOP"))])
def test_the_emulator_counts_as_one_more_script(depth: int, outcome: Outcome) -> None:
    scripts: dict[str, Node | bytes | str] = {f"s{each}": f"#!/s{each + 1}\n".encode() for each in range(1, depth)}
    root = {"app": b"#!/s1\n", **scripts, f"s{depth}": STATIC}
    assert run_in(root).outcome == outcome


def test_a_signal_is_the_emulators_own_end() -> None:
    library = tiny.patched(tiny.program(machine=183, kind=3), 24, "<Q", 0xFFF000)
    words = "qemu: uncaught target signal 11 (Segmentation fault) - core dumped\n"
    assert run(app=library).outcome == Died(None, "SIGSEGV", words)


def test_x32_is_an_option_of_the_kernel() -> None:
    program = tiny.program(bits=32, machine=62)
    assert isinstance(handed(host=Host("x86_64"), app=program), Stuck)
    found = handed(host=Host("x86_64", (Emulator("x32", ""),)), app=program)
    assert isinstance(found, Handover)
    assert found.emulator is None
