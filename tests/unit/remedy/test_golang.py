"""Ways out for Go programs: who needs C, what does without it, and what each way costs."""

from __future__ import annotations

import shlex

import pytest

from libccheck.model import Remedy
from libccheck.toolchain.bindings import BINDINGS, binding
from tests.forge import Wanted
from tests.unit.remedy.test_builder import START, go, remedies

NETWORK = b"\0net._C2func_getaddrinfo\0"
USERS = b"\0os/user._Cfunc_mygetpwnam_r\0"
OWN = b"\0main._Cfunc_two\0"
SQLITE = b"\0github.com/mattn/go-sqlite3._Cfunc_sqlite3_open\0"
CURVE = b"\0github.com/ethereum/go-ethereum/crypto/secp256k1._Cfunc_x\0"
OPENS = Wanted("dlopen", "GLIBC_2.34")


def on_alpine(
    *texts: bytes, wants: tuple[Wanted, ...] = (START,), needed: tuple[str, ...] = ("libc.so.6",)
) -> list[Remedy]:
    return list(remedies(go("go1.24.1", *wants, text=b"".join(texts), needed=needed), "alpine:3.20"))


def test_where_only_the_standard_library_calls_c_it_goes_and_what_that_costs_is_told() -> None:
    (only,) = on_alpine(NETWORK)
    assert only.commands == ("CGO_ENABLED=0 go build '-ldflags=-s -w' -o app .",)
    assert only.lost == ("names by nsswitch and mDNS",)
    assert on_alpine(USERS)[0].lost == ("users of LDAP (os/user then reads only /etc/passwd)",)


def test_what_has_the_same_in_go_may_go_too() -> None:
    assert on_alpine(CURVE)[0].title == "build it without cgo"


def test_a_program_that_needs_c_is_linked_statically_with_the_rest_in_go() -> None:
    first, *others = on_alpine(SQLITE, NETWORK)
    options = "-tags=netgo '-ldflags=-s -w -linkmode external -extldflags -static'"
    assert first.commands == (f"CGO_ENABLED=1 go build {options} -o app .",)
    assert [each.commands[0].partition(" go build")[0] for each in others] == [
        "CGO_ENABLED=1 CC=musl-gcc",
        "CGO_ENABLED=1 CC='zig cc -target x86_64-linux-musl'",
    ]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        (OWN, "its own code needs C"),
        (SQLITE, "github.com/mattn/go-sqlite3 needs C (without it: modernc.org/sqlite, github.com/ncruces/go-sqlite3)"),
        (b"\0example.org/x._Cfunc_y\0" + SQLITE, "github.com/mattn/go-sqlite3 needs C"),
        (b"\0example.org/x._Cfunc_y\0", "example.org/x needs C"),
    ],
)
def test_it_says_who_needs_c_and_what_does_without(text: bytes, who: str) -> None:
    assert f"CGO_ENABLED=0 is no way, since {who}" in on_alpine(text)[0].basis


def test_cplusplus_is_left_to_the_compiler_that_made_it() -> None:
    (only,) = on_alpine(OWN, needed=("libstdc++.so.6", "libc.so.6"))
    assert only.title == "link it statically"


def test_what_opens_libraries_or_needs_others_of_c_is_not_linked_statically() -> None:
    assert on_alpine(OWN, wants=(START, OPENS)) == []
    assert on_alpine(OWN, needed=("libc.so.6", "libsqlite3.so.0")) == []


@pytest.mark.parametrize(
    ("package", "module"),
    [
        ("github.com/mattn/go-sqlite3", "github.com/mattn/go-sqlite3"),
        ("example.org/app/vendor/github.com/mattn/go-sqlite3", "github.com/mattn/go-sqlite3"),
        ("github.com/libgit2/git2go/v34", "github.com/libgit2/git2go"),
        ("gopkg.in/gographics/imagick.v3/imagick", "gopkg.in/gographics/imagick"),
        ("github.com/google/gopacket/pcap", "github.com/google/gopacket/pcap"),
        ("github.com/google/gopacket", None),
        ("github.com/mattn/go-sqlite3x", None),
    ],
)
def test_packages_belong_to_the_module_that_binds_a_library(package: str, module: str | None) -> None:
    assert binding(package) == module


def test_what_is_named_instead_binds_nothing_itself() -> None:
    instead = [each for names in BINDINGS.values() for each in names.split(", ") if each]
    assert [each for each in instead if binding(each) is not None] == []
    assert len(BINDINGS) > 40


GIVES = b"\0_cgoexp_6a18c5079a8e_Two\0runtime/cgo.Handle\0"
TYPES = b"*main._Ctype_int\0" + NETWORK
SUPPORT = b"\0runtime/cgo.(*Incomplete)\0"


@pytest.mark.parametrize("text", [GIVES, TYPES, SUPPORT])
def test_what_takes_constants_of_c_or_gives_functions_to_it_is_not_built_without_cgo(text: bytes) -> None:
    found = on_alpine(text)
    assert [each.title for each in found] == [
        "link it statically",
        "link it statically against musl",
        "build it statically with zig, for linux/amd64",
    ]
    assert 'some package of it imports "C"' in found[0].basis


def test_the_race_detector_brings_support_for_c_with_it() -> None:
    (only,) = remedies(go("go1.24.1", START, text=SUPPORT, settings={"-race": "true"}), "alpine:3.20")
    assert only.title == "build it without cgo"
    assert "the race detector (-race)" in only.lost


def test_a_function_that_musl_does_not_have_rules_musl_out() -> None:
    traces = Wanted("backtrace", "GLIBC_2.34")
    assert [each.title for each in on_alpine(OWN, wants=(START, traces))] == ["link it statically"]
    searches = Wanted("res_nsearch", "GLIBC_2.34")
    assert len(on_alpine(OWN, wants=(START, searches))) == 1
    assert len(on_alpine(OWN, NETWORK, wants=(START, searches))) == 3


@pytest.mark.parametrize(
    ("flags", "kept"),
    [
        ("-s -w", "-s -w"),
        ("-X 'main.version=1.0 beta'", "-X 'main.version=1.0 beta'"),
        ("-linkmode external -extldflags '-Wl,-z,now -static'", ""),
        ("-X main.v=1 -linkmode=external -extldflags=-static -s", "-X main.v=1 -s"),
        ("--extld gcc -X 'main.v=1 b' '-extldflags=-Wl,-z,now -lx' -w", "-X 'main.v=1 b' -w"),
        ("""-extldflags -static -X "main.v=it's" """, """-X "main.v=it's\""""),
        ("-extldflags", ""),
    ],
)
def test_without_cgo_only_what_a_compiler_of_c_is_told_goes(flags: str, kept: str) -> None:
    (only,) = remedies(go("go1.24.1", START, text=NETWORK, settings={"-ldflags": flags}), "alpine:3.20")
    options = shlex.split(only.commands[0])[3:-3]
    assert options == ([f"-ldflags={kept}"] if kept else [])


def test_the_machine_it_was_built_for_is_said_where_it_is_not_the_usual_one() -> None:
    settings = {"GOAMD64": "v3", "GOEXPERIMENT": "synctest", "GOFIPS140": "off", "-buildmode": "pie"}
    (only,) = remedies(go("go1.24.1", START, text=NETWORK, settings=settings), "alpine:3.20")
    assert only.commands == ("CGO_ENABLED=0 GOAMD64=v3 GOEXPERIMENT=synctest go build -o app .",)
    assert only.lost == ("names by nsswitch and mDNS", "loading at random addresses (-buildmode=pie)")


def test_a_build_with_trimpath_does_not_say_its_ldflags_and_is_said_not_to() -> None:
    (only,) = remedies(go("go1.24.1", START, text=NETWORK, settings={"-trimpath": "true"}), "alpine:3.20")
    assert only.basis.endswith("; with -trimpath it does not say its -ldflags")
