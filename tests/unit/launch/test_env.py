"""env(1) of busybox and coreutils: options, quoting and words that no root of the other tests has the version for."""

from __future__ import annotations

import subprocess

import pytest

from libccheck.launch.env import _is_utf8, _tool, busybox, coreutils, run
from libccheck.launch.env.execvp import Failed, execvp
from libccheck.launch.env.getopt import NO, OPTIONAL, REQUIRED, Options, Scanned, scan
from libccheck.launch.env.quoting import quote
from libccheck.launch.env.splitting import Malformed, split
from libccheck.launch.env.values import Asked, Said, Tool
from libccheck.launch.handover import Ended
from libccheck.model import Directory, Host, Loader, Process, Unclear, User
from tests import tiny
from tests.unit.launch.objects import elf, handover
from tests.unit.launch.objects import file as of_elf
from tests.unit.launch.objects import tree as of_elves
from tests.values import file, tree

HOST = Host("x86_64")
USER = User(1000, 1000)
OPTIONS = Options({"i": NO, "u": REQUIRED}, {"unset": (REQUIRED, "u"), "undo": (NO, "x"), "signal": (OPTIONAL, "s")})
NEW = Tool("coreutils", (9, 1), "glibc", "glibc", short_name=False)
OLD = Tool("coreutils", (8, 28), "glibc", "glibc", short_name=True)
BUSYBOX = Tool("busybox", (1, 36, 1), "musl", "musl", "BusyBox v1.36.1")
TRY = "Try 'env --help' for more information.\n"


def process(*argv: str, cwd: str = "/", **env: str) -> Process:
    return Process(("env", *argv), tuple(env.items()), cwd, USER)


def core(*argv: str, tool: Tool = NEW, **env: str) -> Asked | Said:
    root = tree({"/dir/sub": Directory(0o755, 0, 0), "/link": "/dir", "/file": b"", "/private": Directory(0o700, 0, 0)})
    return coreutils.read(root, tool, process(*argv, **env), utf8=False)


def box(*argv: str, tool: Tool = BUSYBOX, **env: str) -> Asked | Said:
    return busybox.read(tool, process(*argv, **env))


def asked(result: Asked | Said) -> Asked:
    assert isinstance(result, Asked)
    return result


# ---------------------------------------------------------------------------------------------------------------------
# getopt(3)


@pytest.mark.parametrize(
    ("arguments", "scanned"),
    [
        (("sh",), None),
        (("-",), None),
        (("--", "-i"), None),
        ((), None),
        (("-i", "sh"), Scanned("i", None, "", ("sh",))),
        (("-iu", "A"), Scanned("i", None, "", ("-u", "A"))),
        (("-uA", "sh"), Scanned("u", "A", "", ("sh",))),
        (("-u", "A", "sh"), Scanned("u", "A", "", ("sh",))),
        (("-u",), Scanned("u", None, "option requires an argument -- 'u'", ())),
        (("-xyz", "sh"), Scanned("x", None, "invalid option -- 'x'", ("-yz", "sh"))),
        (("--unset=A", "sh"), Scanned("u", "A", "", ("sh",))),
        (("--uns", "A", "sh"), Scanned("u", "A", "", ("sh",))),
        (("--unset",), Scanned("u", None, "option '--unset' requires an argument", ())),
        (("--undo", "sh"), Scanned("x", None, "", ("sh",))),
        (("--undo=1", "sh"), Scanned("x", None, "option '--undo' doesn't allow an argument", ("sh",))),
        (("--signal", "sh"), Scanned("s", None, "", ("sh",))),
        (("--signal=1", "sh"), Scanned("s", "1", "", ("sh",))),
        (("--no", "sh"), Scanned("no", None, "unrecognized option '--no'", ("sh",))),
        (
            ("--un", "sh"),
            Scanned("un", None, "option '--un' is ambiguous; possibilities: '--unset' '--undo'", ("sh",)),
        ),
    ],
)
def test_options_are_taken_one_by_one(arguments: tuple[str, ...], scanned: Scanned | None) -> None:
    assert scan(arguments, OPTIONS, "glibc") == scanned


@pytest.mark.parametrize(
    ("libc", "said"),
    [
        ("musl", "unrecognized option: x"),
        ("uclibc", "invalid option -- 'x'"),
        ("musl 1.1.5", "invalid option -- 'x'"),
    ],
)
def test_each_libc_complains_in_its_own_words(libc: str, said: str) -> None:
    found = scan(("-x",), OPTIONS, libc)
    assert found is not None
    assert found.complaint.replace("illegal", "invalid").replace("-- x", "-- 'x'") == said
    ambiguous = scan(("--un",), OPTIONS, libc)
    assert ambiguous is not None
    assert "possibilities" not in ambiguous.complaint


# ---------------------------------------------------------------------------------------------------------------------
# Quoting and splitting


@pytest.mark.parametrize(
    ("name", "plain", "typographic"),
    [
        ("sh", "'sh'", "‘sh’"),
        ("a\a\b\f\n\r\t\v\\", r"'a\a\b\f\n\r\t\v\\'", "‘a\\a\\b\\f\\n\\r\\t\\v\\\\’"),
        ("it's", r"'it\'s'", "‘it's’"),
        ("é", r"'\303\251'", "‘é’"),
        ("\x01\x7f", r"'\001\177'", "‘\\001\\177’"),
        ("\udcff", r"'\377'", "‘\\377’"),
        (" ~", "' ~'", "‘ ~’"),
    ],
)
def test_names_are_quoted_as_gnulib_does_it(name: str, plain: str, typographic: str) -> None:
    assert quote(name, utf8=False) == plain
    assert quote(name, utf8=True) == typographic


def test_strings_are_split_as_the_env_of_this_machine_does_it() -> None:
    """Where this machine's is of coreutils 9 or newer, as it is where the tests count."""
    texts = [r"a b", r"'a b' c", r'"a b"c', r"a\_b", r'"a\_b"', r"a\tb\nc\fd\re\vf", r"x\cy z", r"a #b", r"a#b", "''",
             r"\"\#\$\'\\", r"'\'\\\n'", "${A}b", "'${A}'", '"${A}"', "${NO}x"]  # fmt: skip
    version = subprocess.run(["env", "--version"], capture_output=True, text=True, check=False).stdout
    if not version.startswith("env (GNU coreutils) 9."):
        pytest.skip("env of this machine is not that of coreutils 9")
    for text in texts:
        order = ["env", "-S", f"printf '[%s]' {text}"]
        real = subprocess.run(order, capture_output=True, check=True, env={"A": "v w", "PATH": "/usr/bin"}).stdout
        parts = split(text, {"A": "v w"}, NEW.blanks)
        assert real.decode() == ("".join(f"[{each}]" for each in parts) or "[]"), text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a\\", "invalid backslash at end of string in -S"),
        (r"\q", r"invalid sequence '\q' in -S"),
        ('"\\c"', r"'\c' must not appear in double-quoted -S string"),
        ("'a", "no terminating quote in -S string"),
        ("$A", "only ${VARNAME} expansion is supported, error at: $A"),
        ("${A", "only ${VARNAME} expansion is supported, error at: ${A"),
        ("${1}", "only ${VARNAME} expansion is supported, error at: ${1}"),
    ],
)
def test_malformed_strings_are_complained_of(text: str, complaint: str) -> None:
    with pytest.raises(Malformed) as caught:
        split(text, {}, NEW.blanks)
    assert str(caught.value) == complaint


# ---------------------------------------------------------------------------------------------------------------------
# coreutils


def test_coreutils_changes_the_environment() -> None:
    assert asked(core("A=1", "B=2=3", "sh", "C=4", A="0", D="5")).process.argv == ("sh", "C=4")
    assert dict(asked(core("A=1", "B=2=3", "sh", A="0", D="5")).process.env) == {"A": "1", "B": "2=3", "D": "5"}
    for empty in ("-", "-i", "--ignore-environment"):
        assert dict(asked(core(empty, "A=1", "sh", D="5")).process.env) == {"A": "1"}
    assert dict(asked(core("-u", "A", "-uB", "sh", A="1", B="2", C="3")).process.env) == {"C": "3"}
    assert asked(core("-a", "name", "sh", "x", tool=NEW._replace(version=(9, 5)))).process.argv == ("name", "x")
    assert asked(core("--", "sh")).command == "sh"
    assert core("A=1") == core() == Said(0, "", "")
    assert [core(each) for each in ("--help", "--version")] == [Said(0, "", "--help"), Said(0, "", "--version")]


def test_coreutils_gives_up_with_125() -> None:
    said = [
        (("-u", "A=B", "sh"), "env: cannot unset 'A=B': Invalid argument\n"),
        (("-u", "", "sh"), "env: cannot unset '': Invalid argument\n"),
        (("-0", "sh"), f"env: cannot specify --null (-0) with command\n{TRY}"),
        (("-C", "/"), f"env: must specify command with --chdir (-C)\n{TRY}"),
        (("-C", "/no", "sh"), "env: cannot change directory to '/no': No such file or directory\n"),
        (("-C", "/file", "sh"), "env: cannot change directory to '/file': Not a directory\n"),
        (("-C", "/private", "sh"), "env: cannot change directory to '/private': Permission denied\n"),
        (("-S", "'a"), "env: no terminating quote in -S string\n"),
        (("-q", "sh"), f"env: invalid option -- 'q'\n{TRY}"),
        (
            ("- sh",),
            "env: invalid option -- ' '\nenv: use -[v]S to pass options in shebang lines\n" + TRY,
        ),
    ]
    for arguments, text in said:
        found = core(*arguments)
        assert isinstance(found, Said)
        assert (found.status, found.stderr) == (125, text)


def test_coreutils_changes_the_directory() -> None:
    assert asked(core("-C", "/link/sub", "sh")).process.cwd == "/dir/sub"
    assert asked(core("--chdir=dir", "sh")).process.cwd == "/dir"
    assert asked(core("sh")).process.cwd == "/"


def test_coreutils_tells_what_it_does() -> None:
    found = asked(core("-vS", "-C /dir A=1 sh -x", "y"))
    assert found.process.argv == ("sh", "-x", "y")
    assert found.said == (
        "split -S:  '-C /dir A=1 sh -x'\n into:    '-C'\n     &    '/dir'\n     &    'A=1'\n     &    'sh'\n"
        "     &    '-x'\nsetenv:   A=1\nchdir:    '/dir'\nexecuting: sh\n   arg[0]= 'sh'\n   arg[1]= '-x'\n"
        "   arg[2]= 'y'\n"
    )
    assert asked(core("-v", "-i", "sh")).said.startswith("cleaning environ\n")
    assert asked(core("-v", "-u", "A", "sh")).said.startswith("unset:    A\n")


def test_older_coreutils_has_fewer_options() -> None:
    for arguments in (("-v", "sh"), ("-S", "sh"), ("--debug", "sh"), ("--ignore-signal", "sh")):
        assert isinstance(core(*arguments, tool=OLD), Said)
        assert isinstance(core(*arguments), Asked)
    assert isinstance(core("-a", "x", "sh"), Said)
    assert asked(core("-S", " \n\tsh", tool=OLD._replace(version=(8, 32)))).command == "sh"


def test_a_hint_is_given_where_words_were_not_split() -> None:
    words = {"missing": True, "utf8": False}
    assert coreutils.failed(NEW, "/bin/env", "sh -e", "gone", **words) == (
        "/bin/env: 'sh -e': gone\n/bin/env: use -[v]S to pass options in shebang lines\n"
    )
    assert coreutils.failed(NEW, "/bin/env", "sh", "gone", **words) == "/bin/env: 'sh': gone\n"
    assert coreutils.failed(OLD, "/bin/env", "sh -e", "gone", **words) == "env: 'sh -e': gone\n"
    old = NEW._replace(version=(8, 30))
    assert "-[v]S" in coreutils.failed(old, "env", "sh -e", "gone", **words)
    assert "-[v]S" not in coreutils.failed(old, "env", "sh\t-e", "gone", **words)
    assert "-[v]S" not in coreutils.failed(NEW, "env", "sh -e", "gone", missing=False, utf8=False)


@pytest.mark.parametrize(
    ("env", "libc", "root", "utf8"),
    [
        ({}, "glibc", {}, False),
        ({"LANG": "C.UTF-8"}, "glibc", {}, True),
        ({"LANG": "C.utf8"}, "glibc", {}, True),
        ({"LC_ALL": "C", "LANG": "C.UTF-8"}, "glibc", {}, False),
        ({"LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LANG": "C"}, "glibc", {}, True),
        ({"LANG": "de_DE.UTF-8"}, "glibc", {}, False),
        ({"LANG": "de_DE.UTF-8"}, "glibc", {"/usr/lib/locale/de_DE.utf8/LC_CTYPE": b""}, True),
        ({"LANG": "de_DE.UTF-8"}, "glibc", {"/usr/lib/locale/locale-archive": b""}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, "glibc", {"/usr/lib/locale/locale-archive": b""}, False),
        ({}, "musl", {}, True),
        ({"LC_ALL": "C"}, "musl", {}, False),
        ({"LANG": "POSIX"}, "musl", {}, False),
    ],
)
def test_a_locale_of_utf8_quotes_typographically(
    env: dict[str, str], libc: str, root: dict[str, bytes], utf8: bool
) -> None:
    assert _is_utf8(tree(root), NEW._replace(libc=libc), process(**env)) is utf8


def test_the_c_locale_of_utf8_is_built_in_since_coreutils_9() -> None:
    older = NEW._replace(version=(8, 32))
    assert not _is_utf8(tree({}), older, process(LANG="C.UTF-8"))
    assert not _is_utf8(tree({"/usr/lib/locale/locale-archive": b""}), older, process(LANG="C.UTF-8"))
    assert _is_utf8(tree({"/usr/lib/locale/C.UTF-8/LC_CTYPE": b""}), older, process(LANG="C.UTF-8"))


# ---------------------------------------------------------------------------------------------------------------------
# busybox


def test_busybox_changes_the_environment() -> None:
    assert dict(asked(box("A=1", "sh", A="0", D="5")).process.env) == {"A": "1", "D": "5"}
    assert dict(asked(box("-i", "A=1", "sh", D="5")).process.env) == {"A": "1"}
    assert dict(asked(box("--", "-", "A=1", "sh", D="5")).process.env) == {"A": "1"}
    assert dict(asked(box("-u", "A", "sh", A="1", D="5")).process.env) == {"D": "5"}
    assert dict(asked(box("--unset=A", "sh", A="1", D="5")).process.env) == {"D": "5"}
    assert asked(box("-0", "sh", "-x")).process.argv == ("sh", "-x")
    assert box("A=1") == box() == Said(0, "", "")


def test_busybox_says_how_it_is_used() -> None:
    found = box("-S", "sh")
    assert isinstance(found, Said)
    assert found.status == 1
    assert found.stderr.startswith("env: unrecognized option: S\nBusyBox v1.36.1 multi-call binary.\n\nUsage: env [")
    assert "NUL terminated output" in found.stderr
    older = box("-0", "sh", tool=BUSYBOX._replace(version=(1, 33)))
    assert isinstance(older, Said)
    assert "\t-, -i\tStart with an empty environment\n\t-u\tRemove variable" in older.stderr
    assert older.stderr.endswith("Remove variable from the environment\n")
    oldest = BUSYBOX._replace(version=(1, 22), getopt="musl 1.1.5")
    first = box("--unset=A", "sh", tool=oldest)
    assert isinstance(first, Said)
    assert first.stderr.startswith("unrecognized option `--unset=A'\nBusyBox v1.36.1 multi-call binary.\n")
    assert first.stderr.endswith("Remove variable from the environment\n\n")
    exact = box("--unset=A", "sh", tool=BUSYBOX._replace(version=(1, 24)), A="1")
    assert not dict(asked(exact).process.env)


# ---------------------------------------------------------------------------------------------------------------------
# Which of them it is


@pytest.mark.parametrize(
    ("family", "version", "libc", "getopt"),
    [
        ("glibc", "2.36", "glibc", "glibc"),
        ("glibc", "1.1.5", "glibc", "glibc"),
        ("musl", "1.2.5", "musl", "musl"),
        ("musl", "1.1.5", "musl", "musl 1.1.5"),
        ("gcompat", None, "musl", "musl"),
        ("uclibc", "1.0.35", "uclibc", "uclibc"),
    ],
)
def test_the_loader_tells_whose_functions_env_calls(family: str, version: str | None, libc: str, getopt: str) -> None:
    main, interpreter = elf(), elf()
    handed = handover(main, Loader(family, version, (), ()), interpreter, interpreter="/ld", path="/bin/busybox")
    identity = Loader("busybox", "1.36.1", (), ("applet:sh",))
    tool = _tool(handed, of_elves({"/bin/busybox": of_elf(main, loader=identity)}))
    assert tool is not None
    assert (tool.family, tool.version, tool.libc, tool.getopt) == ("busybox", (1, 36, 1), libc, getopt)
    assert (tool.banner, tool.applets, tool.short_name) == ("BusyBox v1.36.1", frozenset(["sh"]), False)
    core_utilities = Loader("coreutils", "8.32", (), ())
    other = _tool(handed, of_elves({"/bin/busybox": of_elf(main, loader=core_utilities)}))
    assert other is not None
    assert (other.family, other.version, other.banner, other.short_name) == ("coreutils", (8, 32), "", True)
    assert _tool(handed, of_elves({"/bin/busybox": of_elf(main, loader=Loader("musl", "1", (), ()))})) is None
    assert _tool(handed, of_elves({})) is None


def test_what_no_one_knows_is_left_open() -> None:
    handed = handover(elf(), Loader("glibc", "2.36", (), ()), elf(), interpreter="/ld", argv=("/bin/env", "sh"))
    ended = run(of_elves({}), handed, HOST).then
    assert isinstance(ended, Ended)
    assert ended.outcome == Unclear("what /bin/env does is not known: it is neither busybox nor coreutils")
    assert [(each.code, each.subject) for each in ended.findings] == [("LC902", "/bin/env")]


@pytest.mark.parametrize(
    ("errno", "plain", "of_musl"),
    [
        ("EACCES", "Permission denied", "Permission denied"),
        ("EINVAL", "Invalid argument", "Invalid argument"),
        ("EIO", "Input/output error", "I/O error"),
        ("ELIBBAD", "Accessing a corrupted shared library", "Unknown error"),
        ("ELOOP", "Too many levels of symbolic links", "Symbolic link loop"),
        ("ENAMETOOLONG", "File name too long", "Filename too long"),
        ("ENOENT", "No such file or directory", "No such file or directory"),
        ("ENOEXEC", "Exec format error", "Exec format error"),
        ("ENOTDIR", "Not a directory", "Not a directory"),
    ],
)
def test_errors_have_the_words_of_the_libc(errno: str, plain: str, of_musl: str) -> None:
    assert (NEW.strerror(errno), BUSYBOX.strerror(errno)) == (plain, of_musl)


# ---------------------------------------------------------------------------------------------------------------------
# execvp(3)


def failed(libc: str, nodes: dict[str, object], path: str = "/a:/b", name: str = "tool") -> Failed | None:
    found = execvp(tree(nodes), name, process(PATH=path), HOST, libc, "/script")  # type: ignore[arg-type]
    return found if isinstance(found, Failed) else None


@pytest.mark.parametrize("libc", ["glibc", "musl", "uclibc"])
def test_path_is_gone_through(libc: str) -> None:
    program = tiny.program()
    assert failed(libc, {"/b/tool": program}) is None
    absent = failed(libc, {})
    assert absent is not None
    assert (absent.errno, [each.path for each in absent.steps]) == ("ENOENT", ["/a/tool", "/b/tool"])
    assert absent.stuck is None
    below = failed(libc, {"/b/tool": program}, name="/a/tool")
    assert below is not None
    assert [each.path for each in below.steps] == ["/a/tool"]
    refused = failed(libc, {"/a/tool": file(program, 0o644)})
    assert refused is not None
    assert refused.errno == ("EACCES" if libc != "uclibc" else "ENOENT")
    empty = failed(libc, {}, name="")
    assert empty is not None
    assert (empty.errno, empty.steps) == ("ENOENT", ())


@pytest.mark.parametrize("libc", ["glibc", "musl"])
def test_a_name_that_is_too_long_is_not_looked_for(libc: str) -> None:
    for length, errno, steps in ((255, "ENOENT", 2), (256, "ENAMETOOLONG", 0)):
        found = failed(libc, {}, name="x" * length)
        assert found is not None
        assert (found.errno, len(found.steps)) == (errno, steps)
