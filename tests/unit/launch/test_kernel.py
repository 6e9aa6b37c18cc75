from __future__ import annotations

from collections.abc import Mapping

import pytest

from libccheck.launch import launch
from libccheck.launch.handover import Handover, Stuck
from libccheck.launch.kernel import execve
from libccheck.launch.mapping import mapping_fault
from libccheck.model import Died, Directory, Host, Node, Outcome, Process, Refused, Special, Started, Unclear, User
from tests import tiny
from tests.unit.launch.objects import SEGMENTS, elf, without_tables
from tests.unit.launch.objects import file as of_elf
from tests.values import file, tree

Nodes = Mapping[str, Node | bytes | str]

HOST = Host("x86_64")
USER = User(1000, 1000)

STATIC = tiny.program()
LOADER = tiny.program(kind=3)
DYNAMIC = tiny.program(interpreter=b"/ld")
PIE = 0x08000000
TYPE, MACHINE, ENTRY, OFFSET, FLAGS, SIZE, COUNT = 16, 18, 24, 32, 48, 54, 56
FIRST = 64  # where the first program header begins


def run(
    path: str = "/app",
    nodes: Nodes | None = None,
    *,
    cwd: str = "/",
    user: User = USER,
    host: Host = HOST,
    **more: Node | bytes | str,
) -> Handover | Stuck:
    """Keywords are names in the root, `usr__lib` is /usr/lib; argv is what a shell would pass."""
    at_root = {f"/{name.replace('__', '/')}": node for name, node in {**(nodes or {}), **more}.items()}
    return execve(tree(at_root), path, Process((path, "argument"), (), cwd, user), host)


def stuck(
    path: str = "/app",
    nodes: Nodes | None = None,
    *,
    user: User = USER,
    host: Host = HOST,
    **more: Node | bytes | str,
) -> Stuck:
    result = run(path, {**(nodes or {}), **more}, user=user, host=host)
    assert isinstance(result, Stuck)
    return result


def met(result: Stuck) -> tuple[str, str, Outcome]:
    """The code, the subject and the outcome; there is always one finding, with the way that led to it."""
    (finding,) = result.findings
    assert finding.evidence == result.steps
    return finding.code, finding.subject, result.outcome


def test_static_program_is_handed_over_without_a_loader() -> None:
    result = run(app=STATIC)
    assert isinstance(result, Handover)
    assert (result.path, result.interpreter, result.loader_path, result.scripts) == ("/app", None, None, ())
    assert result.process.argv == ("/app", "argument")


def test_interpreter_is_followed_through_every_link() -> None:
    result = run(app=tiny.program(interpreter=b"/lib64/ld"), lib64="usr/lib", usr__lib__ld="../ld.so", usr__ld_so="x")
    assert isinstance(result, Stuck)
    result = run(app=tiny.program(interpreter=b"/lib64/ld"), lib64="usr/lib", usr__lib__ld="/musl", musl=LOADER)
    assert isinstance(result, Handover)
    assert (result.interpreter, result.loader_path) == ("/lib64/ld", "/musl")
    assert result.steps[-1].how == "PT_INTERP of /app, leads to /musl"


class TestProgramItself:
    def test_missing(self) -> None:
        assert met(stuck()) == ("LC100", "/app", Refused("ENOENT"))

    def test_empty_path(self) -> None:
        assert met(stuck(path="")) == ("LC100", "", Refused("ENOENT"))

    def test_dangling_link(self) -> None:
        assert met(stuck(app="nothing")) == ("LC100", "/app", Refused("ENOENT"))

    def test_link_loop(self) -> None:
        assert met(stuck(app="app")) == ("LC100", "/app", Refused("ELOOP"))

    def test_below_a_file(self) -> None:
        assert met(stuck(path="/app/x", app=STATIC)) == ("LC100", "/app/x", Refused("ENOTDIR"))

    @pytest.mark.parametrize(
        "node", [file(STATIC, 0o644), Directory(0o755, 0, 0), Special("p", 0o777, 0, 0), file(STATIC, 0o700)]
    )
    def test_what_may_not_be_executed(self, node: Node) -> None:
        assert met(stuck(app=node)) == ("LC104", "/app", Refused("EACCES"))

    def test_message_says_why(self) -> None:
        reasons: dict[str, Node] = {
            "has no execute permission (mode 0644)": file(STATIC, 0o644),
            "may not be executed by user 1000 (mode 0700, owner 0:0)": file(STATIC, 0o700),
            "is a directory": Directory(0o755, 0, 0),
            "is not a regular file": Special("c", 0o777, 0, 0),
        }
        for reason, node in reasons.items():
            assert stuck(app=node).findings[0].message == f"/app {reason}"

    def test_directory_that_the_user_may_not_search(self) -> None:
        result = stuck(path="/private/app", private=Directory(0o700, 0, 0), private__app=STATIC)
        assert met(result) == ("LC104", "/private/app", Refused("EACCES"))
        assert result.findings[0].message == "/private/app lies behind /private, which user 1000 may not search"

    def test_root_needs_one_execute_bit_and_may_search(self) -> None:
        nodes: Nodes = {
            "private": Directory(0o600, 7, 7),
            "private__app": file(STATIC, 0o100, uid=7),
        }
        assert isinstance(run("/private/app", nodes, user=User()), Handover)
        assert met(stuck(user=User(), app=file(STATIC, 0o644)))[0] == "LC104"

    def test_group_and_owner_bits(self) -> None:
        assert isinstance(run(app=file(STATIC, 0o010, gid=5), user=User(1, 5)), Handover)
        assert isinstance(run(app=file(STATIC, 0o010, gid=5), user=User(1, 1, (5,))), Handover)
        assert isinstance(run(app=file(STATIC, 0o011, uid=1), user=User(1, 1)), Stuck)


class TestHeader:
    @pytest.mark.parametrize(("kind", "why"), [(1, "an object file"), (4, "a core dump"), (0, "unknown type 0")])
    def test_type_that_is_no_program(self, kind: int, why: str) -> None:
        result = stuck(app=tiny.patched(STATIC, TYPE, "<H", kind))
        assert met(result) == ("LC107", "/app", Refused("ENOEXEC"))
        assert why in result.findings[0].message

    @pytest.mark.parametrize("machine", [183, 40, 243, 22, 0, 3])
    def test_other_machine(self, machine: int) -> None:
        """A 64-bit header of i386 is a program for nobody."""
        assert met(stuck(app=tiny.program(machine=machine))) == ("LC102", "/app", Refused("ENOEXEC"))

    def test_x32_is_no_machine_of_the_kernel(self) -> None:
        assert met(stuck(app=tiny.program(bits=32, machine=62)))[0] == "LC102"

    def test_i386_runs_on_x86_64_but_not_the_other_way(self) -> None:
        assert isinstance(run(app=tiny.program(bits=32)), Handover)
        assert met(stuck(host=Host("i386"), app=STATIC))[0] == "LC102"

    def test_class_and_byte_order_are_not_looked_at(self) -> None:
        assert isinstance(run(app=tiny.patched(STATIC, 4, "B", 1)), Handover)
        assert isinstance(run(app=tiny.patched(STATIC, 5, "B", 2)), Handover)

    @pytest.mark.parametrize(
        ("offset", "form", "value"),
        [(SIZE, "<H", 57), (COUNT, "<H", 0), (COUNT, "<H", 2000), (OFFSET, "<Q", 1 << 40), (COUNT, "<H", 1171)],
    )
    def test_program_headers_that_cannot_be_read(self, offset: int, form: str, value: int) -> None:
        changed = tiny.patched(STATIC, offset, form, value) + bytes(1 << 17)
        assert met(stuck(app=changed)) == ("LC107", "/app", Refused("ENOEXEC"))

    def test_1170_program_headers_are_nearly_64_kib(self) -> None:
        assert isinstance(run(app=tiny.patched(STATIC, COUNT, "<H", 1170) + bytes(1 << 17)), Handover)

    @pytest.mark.parametrize("size", [4, 16, 20, 63, 64, 100, 119])
    def test_cut_off_in_the_headers(self, size: int) -> None:
        assert met(stuck(app=STATIC[:size])) == ("LC107", "/app", Refused("ENOEXEC"))


class TestInterpreter:
    def test_missing(self) -> None:
        result = stuck(app=DYNAMIC)
        assert met(result) == ("LC101", "/ld", Refused("ENOENT"))
        assert result.findings[0].message == "/app asks for the loader /ld, which is not there"

    def test_dangling_link_is_as_good_as_missing(self) -> None:
        result = stuck(app=DYNAMIC, ld="/usr/ld.so", usr=Directory(0o755, 0, 0))
        assert met(result) == ("LC101", "/ld", Refused("ENOENT"))
        said = "/app asks for the loader /ld, which leads to /usr/ld.so, and that is not there"
        assert result.findings[0].message == said

    @pytest.mark.parametrize(
        ("loader", "errno"),
        [
            (Directory(0o755, 0, 0), "EACCES"),
            (file(LOADER, 0o644), "EACCES"),
            ("ld", "ELOOP"),
            ("app/x", "ENOTDIR"),
            (b"", "EIO"),
            (LOADER[:63], "EIO"),
            (b"#!/bin/sh\n" + bytes(100), "ELIBBAD"),
            (tiny.program(kind=3, machine=183), "ELIBBAD"),
            (tiny.program(kind=3, bits=32), "ELIBBAD"),
            (tiny.patched(LOADER, SIZE, "<H", 57), "ELIBBAD"),
            (tiny.patched(LOADER, COUNT, "<H", 0), "ELIBBAD"),
        ],
    )
    def test_unusable(self, loader: Node | bytes | str, errno: str) -> None:
        assert met(stuck(app=DYNAMIC, ld=loader)) == ("LC103", "/ld", Refused(errno))

    def test_header_of_32_bits_is_shorter(self) -> None:
        loader = tiny.program(bits=32, kind=3)
        app = tiny.program(bits=32, interpreter=b"/ld")
        assert met(stuck(app=app, ld=loader[:51]))[2] == Refused("EIO")
        assert met(stuck(app=app, ld=loader[:52]))[2] == Refused("ELIBBAD")

    @pytest.mark.parametrize(
        "loader",
        [
            tiny.patched(LOADER, TYPE, "<H", 4),
            tiny.patched(LOADER, TYPE, "<H", 1),
            tiny.patched(LOADER, ENTRY, "<Q", 1 << 20),
            tiny.patched(LOADER, FIRST, "<I", 0),
        ],
    )
    def test_dies_where_the_program_is_gone_already(self, loader: bytes) -> None:
        assert met(stuck(app=DYNAMIC, ld=loader)) == ("LC103", "/ld", Died(None, "SIGSEGV"))

    @pytest.mark.parametrize(
        ("interpreter", "errno"), [(b"", "ENOEXEC"), (b"/" * 4096, "ENOEXEC"), (b"/ld\0\0x", None), (b"ld", None)]
    )
    def test_length_of_the_name(self, interpreter: bytes, errno: str | None) -> None:
        result = run(app=tiny.program(interpreter=interpreter), ld=LOADER)
        if errno is None:
            assert isinstance(result, Handover)
            assert result.interpreter in ("/ld", "ld")
        else:
            assert isinstance(result, Stuck)
            assert met(result) == ("LC107", "/app", Refused(errno))

    def test_name_without_an_end(self) -> None:
        app = DYNAMIC[:-1] + b"x"
        assert met(stuck(app=app, ld=LOADER)) == ("LC107", "/app", Refused("ENOEXEC"))

    def test_name_beyond_the_end_of_the_file(self) -> None:
        beyond = tiny.patched(DYNAMIC, FIRST + 8, "<Q", 1 << 30)
        assert met(stuck(app=beyond, ld=LOADER)) == ("LC107", "/app", Refused("EIO"))
        negative = tiny.patched(DYNAMIC, FIRST + 8, "<Q", 1 << 63)
        assert met(stuck(app=negative, ld=LOADER)) == ("LC107", "/app", Refused("EINVAL"))

    def test_empty_name_is_the_working_directory(self) -> None:
        result = stuck(app=tiny.program(interpreter=b"\0"))
        assert met(result) == ("LC103", "", Refused("EACCES"))

    def test_relative_name_depends_on_the_working_directory(self) -> None:
        app = tiny.program(interpreter=b"ld")
        nodes: Nodes = {"app": app, "lib__ld": LOADER}
        assert isinstance(run("/app", nodes, cwd="/lib"), Handover)
        assert isinstance(run("/app", nodes, cwd="/"), Stuck)

    def test_interpreter_of_the_interpreter_is_not_looked_at(self) -> None:
        loader = tiny.program(kind=3, interpreter=b"/nothing")
        assert isinstance(run(app=DYNAMIC, ld=loader), Handover)


class TestMapping:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            (FIRST, 0),  # no PT_LOAD at all
            (FIRST + 4, 6),  # not executable
            (FIRST + 8, 1),  # the offset does not fit the address
            (FIRST + 40, 8),  # less memory than file
        ],
    )
    def test_what_cannot_be_mapped_dies(self, field: int, value: int) -> None:
        form = "<I" if field < FIRST + 8 else "<Q"
        assert met(stuck(app=tiny.patched(STATIC, field, form, value)))[::2] == ("LC107", Died(None, "SIGSEGV"))

    def test_entry_outside_of_every_segment(self) -> None:
        assert met(stuck(app=tiny.patched(STATIC, ENTRY, "<Q", 0x800000)))[2] == Died(None, "SIGSEGV")

    def test_entry_on_a_page_beyond_the_end_of_the_file(self) -> None:
        long = tiny.patched(tiny.patched(STATIC, FIRST + 32, "<Q", 0x3000), FIRST + 40, "<Q", 0x3000)
        assert met(stuck(app=tiny.patched(long, ENTRY, "<Q", 0x401000)))[2] == Died(None, "SIGBUS")
        whole = tiny.patched(long, ENTRY, "<Q", 0x401000).ljust(0x1000, b"\0")
        assert met(stuck(app=whole))[2] == Died(None, "SIGBUS")
        assert met(stuck(app=whole + b"x"))[::2] != ("LC107", Died(None, "SIGBUS"))

    def test_without_a_loader_it_depends_on_the_symbols_that_were_kept(self) -> None:
        given = without_tables(elf(kind=2, segments=(SEGMENTS[1]._replace(vaddr=0x400000),), needed=("libx.so",)))
        result = stuck(app=of_elf(given))
        assert met(result)[0] == "LC902"
        assert result.outcome == Unclear("/app names no loader, and which symbols it wants was left out")

    def test_32_bits_end_at_4_gib(self) -> None:
        for size, signal in ((0x1000, None), (0x1001, "SIGSEGV")):
            segment = SEGMENTS[1]._replace(vaddr=0xFFFFF000, filesz=0x100, memsz=size)
            assert mapping_fault(elf(segments=(segment,), bits=32, machine=3), 4096) == signal

    def test_only_what_can_be_written_is_zeroed(self) -> None:
        for flags, signal in ((5, None), (6, "SIGSEGV"), (7, "SIGSEGV")):
            segment = SEGMENTS[1]._replace(flags=flags, filesz=0x1800, memsz=0x1900)
            assert mapping_fault(elf(segments=(segment,), size=0x1000), 4096) == signal

    def test_address_that_no_process_may_map(self) -> None:
        assert met(stuck(app=tiny.program(base=0x1000)))[2] == Died(None, "SIGSEGV")
        assert isinstance(run(app=tiny.program(base=0x10000)), Handover)

    def test_zeros_behind_a_cut_off_segment_cannot_be_written(self) -> None:
        whole = tiny.program(data=True)
        far = tiny.patched(whole, FIRST + 56 + 8, "<Q", 0x1000 + len(whole) - 40)
        assert met(stuck(app=far))[2] == Died(None, "SIGSEGV")

    def test_cut_off_elsewhere_is_not_guessed_at(self) -> None:
        code, subject, outcome = met(stuck(app=tiny.program(data=True)[:-1]))
        assert (code, subject) == ("LC902", "/app")
        assert isinstance(outcome, Unclear)


class TestNotAProgram:
    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (b"", "is empty"),
            (b"echo hello\n", "is text without a #! line"),
            (b"\xef\xbb\xbf#!/bin/sh\n", "begins with a byte order mark"),
            (b"MZ\x90\0", "is a Windows program"),
            (b"\xcf\xfa\xed\xfe\x07", "is a macOS program"),
            (b"#!\n", "has a #! line that the kernel cannot read"),
            (b"\0\1\2", "is neither a program nor a script"),
        ],
    )
    def test_format_error(self, data: bytes, why: str) -> None:
        result = stuck(app=data)
        assert met(result) == ("LC107", "/app", Refused("ENOEXEC"))
        assert result.findings[0].message == f"/app {why}"

    @pytest.mark.parametrize(
        ("data", "word"),
        [
            (b"", "empty"),
            (b"echo\n\0", "text"),
            (b"e\0cho\n", "binary"),
            (b"#!\necho\n", "text"),
            (b"#!\ne\0\n", "binary"),
            (STATIC[:20], "ELF"),
        ],
    )
    def test_step_says_what_a_shell_makes_of_it(self, data: bytes, word: str) -> None:
        assert stuck(app=data).steps[-1].found == word

    def test_library(self) -> None:
        from tests.forge import elf

        assert met(stuck(app=elf(soname="libx.so.1", kind=3))) == ("LC108", "/app", Died(None, "SIGSEGV"))

    def test_libraries_without_a_loader(self) -> None:
        from tests.forge import Wanted, elf

        def program(name: str) -> bytes:
            return elf(needed=["libx.so.1"], wants=[Wanted("none", weak=True), Wanted(name)], flags_1=PIE)

        assert met(stuck(app=program("__libc_start_main"))) == ("LC107", "/app", Died(None, "SIGSEGV"))
        assert isinstance(run(app=program("foo")), Handover)
        launched = launch(tree({"/app": program("foo")}), "/app", Process(("/app",), (), "/", USER), HOST)
        assert launched.outcome == Started()
        assert [(each.code, each.subject) for each in launched.findings] == [("LC301", "foo")]

    def test_content_that_a_snapshot_left_out(self) -> None:
        unknown = file(STATIC, 0o755)._replace(size=5000, load=file(b"").load)
        code, subject, outcome = met(stuck(app=unknown))
        assert (code, subject) == ("LC902", "/app")
        assert isinstance(outcome, Unclear)


class TestScripts:
    def test_argv_is_unrolled_and_argv0_lost(self) -> None:
        result = run(app=b"#!/one  first\n", one=b"#!/two\n", two=STATIC)
        assert isinstance(result, Handover)
        assert result.process.argv == ("/two", "/one", "first", "/app", "argument")
        assert (result.path, result.execfn, result.scripts) == ("/two", "/app", ("/app", "/one"))

    def test_missing_interpreter(self) -> None:
        result = stuck(app=b"#!/bin/bash\n", bin=Directory(0o755, 0, 0))
        assert met(result) == ("LC105", "/bin/bash", Refused("ENOENT"))
        assert result.findings[0].message == "the #! line of /app names /bin/bash, which is not there"

    def test_missing_directory_is_named(self) -> None:
        message = stuck(app=b"#!/bin/bash\n").findings[0].message
        assert message == "the #! line of /app names /bin/bash, and there is no /bin"

    def test_carriage_return(self) -> None:
        result = stuck(app=b"#!/bin/sh\r\n", bin__sh=STATIC)
        assert met(result) == ("LC106", "/bin/sh\r", Refused("ENOENT"))
        assert "/bin/sh\\r" in result.findings[0].message
        assert "\r" not in result.findings[0].message

    @pytest.mark.parametrize(
        ("interpreter", "errno"),
        [
            (file(STATIC, 0o644), "EACCES"),
            (Directory(0o755, 0, 0), "EACCES"),
            ("i", "ELOOP"),
            (b"echo\n", "ENOEXEC"),
            (b"", "ENOEXEC"),
            (tiny.program(machine=183), "ENOEXEC"),
        ],
    )
    def test_unusable_interpreter(self, interpreter: Node | bytes | str, errno: str) -> None:
        assert met(stuck(app=b"#!/i\n", i=interpreter)) == ("LC103", "/i", Refused(errno))

    def test_loader_of_the_interpreter_is_missing(self) -> None:
        assert met(stuck(app=b"#!/i\n", i=DYNAMIC)) == ("LC101", "/ld", Refused("ENOENT"))

    def test_two_bytes_are_refused_as_the_working_directory_is(self) -> None:
        assert met(stuck(app=b"#!")) == ("LC103", "", Refused("EACCES"))

    @staticmethod
    def nested(depth: int, last: bytes) -> Nodes:
        scripts = {f"n{number}": f"#!/n{number + 1}\n".encode() for number in range(1, depth)}
        return {**scripts, "app": b"#!/n1\n", f"n{depth}": last}

    def test_five_scripts_are_followed_and_six_are_not(self) -> None:
        assert isinstance(run("/app", self.nested(5, STATIC)), Handover)
        assert met(stuck("/app", self.nested(6, STATIC))) == ("LC109", "/app", Refused("ELOOP"))

    def test_sixth_interpreter_is_opened_before_it_is_too_deep(self) -> None:
        nodes = {name: node for name, node in self.nested(6, STATIC).items() if name != "n6"}
        assert met(stuck("/app", nodes)) == ("LC105", "/n6", Refused("ENOENT"))
