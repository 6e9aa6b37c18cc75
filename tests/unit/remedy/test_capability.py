"""What dnf and apk are asked for by what it provides, and what nobody promises that they have."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

import pytest

from libccheck import check
from libccheck.imagined import c_library, dynamic, library
from libccheck.model import Config, File, Image, Node, Program, Remedy, Started
from libccheck.placement import LoadedBy
from tests.forge import GLIBC, MUSL, Wanted, elf
from tests.values import file, image, program

ENV = elf(kind=2, text=b"BusyBox v1.36.1 (2024-06-12)\0%s: unrecognized option: %c\0")
SSL = Wanted("SSL_new", "OPENSSL_3.0.0", "libssl.so.3")
FEDORA: dict[str, Node | bytes | str] = {
    **c_library("x86_64", "glibc", "2.40"),
    "/bin": "usr/bin",
    "/usr/bin/dnf": b"",
    "/etc/yum.repos.d/fedora.repo": b"",
    "/etc/os-release": b"ID=fedora\nVERSION_ID=41\n",
}
ALPINE: dict[str, Node | bytes | str] = {
    **c_library("x86_64", "musl", "1.2.5"),
    "/bin/busybox": b"",
    "/usr/lib/nothing": b"",
    "/usr/bin/env": ENV,
    "/sbin/apk": b"",
    "/etc/apk/repositories": b"",
    "/etc/os-release": b"ID=alpine\nVERSION_ID=3.22.1\n",
}
WEAKLY = "RUN dnf install -y --setopt=install_weak_deps=False"
Nodes = Mapping[str, Node | bytes | str]


def of_fedora(*needed: str, wants: Sequence[Wanted] = (), weak: Sequence[str] = ()) -> Program:
    return program(elf(interpreter=GLIBC, needed=[*needed, "libc.so.6"], wants=wants, weak_versions=weak))


def of_alpine(*needed: str, wants: Sequence[Wanted] = ()) -> Program:
    return program(elf(interpreter=MUSL, needed=[*needed, "libc.musl-x86_64.so.1"], wants=wants))


def script(line: str) -> Program:
    return program(f"#!{line}\n".encode(), "./run.sh")


def remedies(made: Program, nodes: Nodes, config: Config | None = None) -> list[Remedy]:
    return of_image(made, image(nodes, config=config))


def of_image(made: Program, target: Image) -> list[Remedy]:
    (found,) = check([made], [target], bases=lambda _: ()).checks
    return [each for each in found.remedies if each.title.startswith("install ")]


def asked(made: Program, nodes: Nodes) -> list[str]:
    """What stands between the manager's options and what is done afterwards."""
    lines = [each.commands[0] for each in remedies(made, nodes)]
    return [each.removeprefix(WEAKLY).removesuffix("&& dnf clean all").strip() for each in lines]


def test_a_library_is_asked_for_by_its_name_and_version_and_class() -> None:
    (made,) = remedies(of_fedora("libssl.so.3", wants=[SSL]), FEDORA)
    assert made.title == "install what provides libssl.so.3"
    assert made.commands == (f"{WEAKLY} 'libssl.so.3(OPENSSL_3.0.0)(64bit)' && dnf clean all",)
    assert made.basis == (
        "predicted for this image as if a package of fedora 41 put /lib/libssl.so.3 there, with all that is taken of "
        "it; where none does, dnf refuses"
    )
    assert isinstance(made.launch.outcome, Started)


def test_of_each_series_of_versions_the_newest_is_asked_for() -> None:
    names = ("GLIBCXX_3.4", "GLIBCXX_3.4.9", "GLIBCXX_3.4.30", "CXXABI_1.3.9", "CXXABI_1.3.13")
    wants = [Wanted(f"f{at}", name, "libstdc++.so.6") for at, name in enumerate(names)]
    assert asked(of_fedora("libstdc++.so.6", wants=wants), FEDORA) == [
        "'libstdc++.so.6(CXXABI_1.3.13)(64bit)' 'libstdc++.so.6(GLIBCXX_3.4.30)(64bit)'"
    ]


def test_a_library_without_versions_is_asked_for_by_its_name() -> None:
    made = of_fedora("libyaml-0.so.2", wants=[Wanted("yaml_get_version")])
    assert asked(made, FEDORA) == ["'libyaml-0.so.2()(64bit)'"]


def test_of_32_bits_the_class_goes_without_saying() -> None:
    nodes = {**FEDORA, **c_library("i386", "glibc", "2.40")}
    small = dynamic("i386", "glibc", ("libz.so.1", "libc.so.6"), {"libc.so.6": ("GLIBC_2.0",)})
    app = program(b"")._replace(content=small)
    assert asked(app, nodes) == ["libz.so.1"]


def of_32_bits(*needed: str, version: str = "GLIBC_2.34") -> Program:
    content = dynamic("i386", "glibc", (*needed, "libm.so.6", "libc.so.6"), {"libc.so.6": ("GLIBC_2.1.3", version)})
    return program(b"")._replace(content=content)


def test_a_program_of_32_bits_has_its_c_library_asked_for() -> None:
    nodes: dict[str, Node | bytes | str] = {"/lib64/ld-linux-x86-64.so.2": FEDORA["/lib64/ld-linux-x86-64.so.2"]}
    nodes |= {path: node for path, node in FEDORA.items() if not path.startswith("/lib")}
    (made,) = remedies(of_32_bits("libz.so.1"), nodes)
    assert made.title == "install what provides ld-linux.so.2 and libz.so.1"
    assert made.commands == (f"{WEAKLY} ld-linux.so.2 'libc.so.6(GLIBC_2.34)' libz.so.1 && dnf clean all",)
    assert made.basis.startswith(
        "predicted for this image as if a package of fedora 41 put /lib/ld-linux.so.2 and /lib/libc.so.6 and "
        "/lib/libm.so.6 and /lib/libz.so.1 there, with all that is taken of it"
    )
    assert remedies(of_32_bits(version="GLIBC_2.41"), nodes) == []
    assert remedies(of_32_bits(), FEDORA) == []


def test_apk_is_asked_for_the_name_alone_on_any_release_and_architecture() -> None:
    made = of_alpine("libssl.so.3", "libz.so.1", wants=[SSL, Wanted("inflate")])
    assert [each.commands for each in remedies(made, ALPINE)] == [
        ("RUN apk add --no-cache so:libssl.so.3 so:libz.so.1",)
    ]
    arm = {**ALPINE, **c_library("aarch64", "musl", "1.2.5"), "/usr/bin/env": b""}
    content = dynamic("aarch64", "musl", ("libz.so.1", "libc.musl-aarch64.so.1"), {})
    app = program(b"")._replace(content=content)
    (found,) = of_image(app, image(arm)._replace(platform="linux/arm64"))
    assert found.commands == ("RUN apk add --no-cache so:libz.so.1",)
    assert "as if a package of alpine 3.22.1 put /usr/lib/libz.so.1 there" in found.basis


@pytest.mark.parametrize(
    ("made", "nodes"),
    [
        (of_fedora("libssl.so.3", wants=[SSL]), {"/usr/bin/apt-get": b""}),
        (of_fedora("libgfortran-040039e1.so.5"), {}),
        (of_fedora("libours.so"), {}),
        (of_fedora("libm.so.6"), {}),
        (of_fedora("libc.musl-x86_64.so.1"), {}),
        (of_fedora("libbz2.so.1.0"), {}),
        (of_fedora("lib$(id).so.1"), {}),
        (of_fedora("lib a.so.1"), {}),
        (of_fedora("lib*.so.1"), {}),
        (of_fedora("/opt/libz.so.1"), {}),
        (of_fedora("libssl.so.1.1"), {"/lib/libssl.so.3": elf()}),
        (of_fedora("libssl.so.3", wants=[SSL._replace(version="$(id)")]), {}),
        (of_fedora("libssl.so.3", wants=[SSL._replace(version="9" * 9999)]), {}),
        (of_fedora("libstdc++.so.6", wants=[Wanted("f", "GLIBCXX_3.4.34", "libstdc++.so.6")]), {}),
        (of_fedora("libz.so.1", wants=[Wanted("f", "GLIBC_2.99")]), {}),
        (of_alpine("libz.so.1"), {}),
    ],
    ids=[
        *("of-debian", "hashed", "nobodys-number", "of-glibc", "of-musl", "of-debian-alone", "command", "space"),
        *("pattern", "path", "other-generation", "hostile-version", "endless-version", "newer-gcc", "newer-glibc"),
        "other-libc",
    ],
)
def test_nothing_is_promised_that_a_distribution_hardly_has(made: Program, nodes: Nodes) -> None:
    assert remedies(made, {**FEDORA, **nodes}) == []


@pytest.mark.parametrize("left_out", ["/usr/bin/dnf", "/etc/yum.repos.d/fedora.repo"])
def test_it_takes_the_manager_and_where_to_install_from(left_out: str) -> None:
    nodes = {path: node for path, node in FEDORA.items() if path != left_out}
    assert remedies(of_fedora("libssl.so.3", wants=[SSL]), nodes) == []


def test_nothing_is_imagined_for_a_machine_without_a_name() -> None:
    for nodes, made in ((FEDORA, script("/usr/bin/python3")), (ALPINE, script("/bin/bash"))):
        assert of_image(made, image(nodes)._replace(platform="linux/fantasy")) == []


def test_an_apk_that_does_not_know_the_option_is_not_called() -> None:
    for version, words in (("3.2.3", 0), ("2.7.9", 0), ("3.3.0", 1), ("3.25_alpha20260901", 1)):
        nodes = {**ALPINE, "/etc/os-release": f"ID=alpine\nVERSION_ID={version}\n".encode()}
        assert len(remedies(of_alpine("libz.so.1"), nodes)) == words


def test_only_root_installs() -> None:
    assert remedies(of_fedora("libssl.so.3", wants=[SSL]), FEDORA, Config(user="1000")) == []


def test_zypper_is_asked_for_libraries_alone() -> None:
    nodes: dict[str, Node | bytes | str] = {
        **c_library("x86_64", "glibc", "2.38"),
        "/usr/bin/zypper": b"",
        "/etc/zypp/repos.d/oss.repo": b"",
    }
    (made,) = remedies(of_fedora("libssl.so.3", wants=[SSL]), nodes)
    assert made.commands == (
        "RUN zypper -n install --no-recommends 'libssl.so.3(OPENSSL_3.0.0)(64bit)' && zypper clean -a",
    )
    assert "as if a package of the distribution put /lib/libssl.so.3 there" in made.basis
    assert remedies(script("/usr/bin/python3"), nodes) == []


def test_a_library_that_is_loaded_later_is_asked_for_too() -> None:
    text = b'[{"soname":["liblzma.so.5"]}]\0'
    note = struct.pack("<III", 4, len(text), 0x407C0C0A) + b"FDO\0" + text
    made = program(elf(interpreter=GLIBC, needed=["libc.so.6"], segments={4: (4, note)}))
    (found,) = remedies(made, FEDORA)
    assert found.commands == (f"{WEAKLY} 'liblzma.so.5()(64bit)' && dnf clean all",)
    assert found.basis.endswith("where none does, dnf refuses: no LC312 any more")
    assert remedies(made, {**FEDORA, "/lib/liblzma.so.4": elf()}) == []


def opened_by(loader: bytes, library: bytes, nodes: Nodes) -> list[str]:
    made = check(
        [program(library, "./module.so")],
        [image({**nodes, "/usr/bin/python": loader})],
        loaded_by=LoadedBy("/usr/bin/python", None),
        bases=lambda _: (),
    ).checks[0]
    return [each.commands[0] for each in made.remedies if each.title.startswith("install ")]


def test_what_a_module_lacks_is_asked_for_where_its_program_looks() -> None:
    python = elf(interpreter=MUSL, needed=["libc.musl-x86_64.so.1"], exports=["PyLong_Type"])
    unwind = Wanted("_Unwind_Resume", "GCC_3.0", "libgcc_s.so.1")
    needed = ["libgcc_s.so.1", "libc.musl-x86_64.so.1"]
    module = elf(needed=needed, wants=[unwind, Wanted("PyLong_Type")], soname="module.so")
    assert opened_by(python, module, ALPINE) == ["RUN apk add --no-cache so:libgcc_s.so.1"]
    assert opened_by(python, elf(needed=["libgcc_s.so.1", "libc.so.6"], wants=[unwind]), ALPINE) == []


def test_a_thousand_libraries_are_not_asked_for() -> None:
    assert remedies(of_alpine(*(f"lib{at}.so.1" for at in range(1000))), ALPINE) == []


def test_what_is_kept_for_older_programs_is_there_beside_a_later_generation() -> None:
    nodes = {**FEDORA, "/lib/libcrypt.so.2": elf()}
    assert asked(of_fedora("libcrypt.so.1"), nodes) == ["'libcrypt.so.1()(64bit)'"]


def example(*versions: str) -> File:
    return library("x86_64", "libexample.so.1", versions)


def test_a_newer_library_is_asked_for_where_its_version_is_missing() -> None:
    made = of_fedora("libexample.so.1", wants=[Wanted("f", "EX_2", "libexample.so.1")])
    (found,) = remedies(made, {**FEDORA, "/usr/lib/libexample.so.1": example("EX_1")})
    assert found.title == "install what provides a newer libexample.so.1"
    assert found.commands == (f"{WEAKLY} 'libexample.so.1(EX_2)(64bit)' && dnf clean all",)
    assert "put /usr/lib/libexample.so.1 there" in found.basis


def test_nobody_gives_a_release_another_glibc_and_apk_cannot_be_asked_for_versions() -> None:
    assert remedies(of_fedora(wants=[Wanted("f", "GLIBC_2.99")]), FEDORA) == []
    nodes = {**ALPINE, **c_library("x86_64", "glibc", "2.40"), "/lib/libexample.so.1": example("EX_1")}
    assert remedies(of_fedora("libexample.so.1", wants=[Wanted("f", "EX_2", "libexample.so.1")]), nodes) == []


def test_what_another_library_takes_is_asked_for_too() -> None:
    other = elf(needed=["libexample.so.1"], wants=[Wanted("g", "EX_3", "libexample.so.1")], soname="libother.so.1")
    nodes = {**FEDORA, "/lib/libother.so.1": other}
    made = of_fedora("libexample.so.1", "libother.so.1", wants=[Wanted("f", "EX_2", "libexample.so.1")])
    assert asked(made, nodes) == ["'libexample.so.1(EX_3)(64bit)'"]


def test_a_function_of_a_later_musl_is_not_taken_for_one_of_the_library() -> None:
    assert asked(of_alpine("libz.so.1", wants=[Wanted("inflate")]), ALPINE)
    assert remedies(of_alpine("libz.so.1", wants=[Wanted("inflate"), Wanted("posix_getdents")]), ALPINE) == []


@pytest.mark.parametrize(
    ("line", "nodes", "words"),
    [
        ("/usr/bin/python3", FEDORA, ["/usr/bin/python3"]),
        ("/bin/zsh", FEDORA, ["/usr/bin/zsh"]),
        ("/usr/bin/env perl", {**FEDORA, "/usr/bin/env": ENV}, ["/usr/bin/perl"]),
        ("/usr/local/bin/python3", FEDORA, []),
        ("/usr/bin/$(id)", FEDORA, []),
        ("/usr/bin/..", FEDORA, []),
        ("/bin/bash", ALPINE, ["RUN apk add --no-cache cmd:bash"]),
        ("/usr/bin/env bash", ALPINE, ["RUN apk add --no-cache cmd:bash"]),
        ("/usr/bin/bash", ALPINE, []),
        ("/usr/bin/python3", ALPINE, ["RUN apk add --no-cache cmd:python3"]),
        ("/bin/python3", ALPINE, []),
    ],
)
def test_an_interpreter_is_asked_for_where_packages_have_it(line: str, nodes: Nodes, words: list[str]) -> None:
    assert asked(script(line), nodes) == words


def test_a_link_of_directories_makes_every_path_the_same() -> None:
    nodes = {path: node for path, node in ALPINE.items() if path != "/bin/busybox"}
    assert asked(script("/usr/bin/bash"), {**nodes, "/bin": "usr/bin"}) == ["RUN apk add --no-cache cmd:bash"]


def test_what_stands_in_its_place_is_left_alone() -> None:
    for there in (file(b"", 0o644), "/nowhere"):
        assert remedies(script("/usr/bin/python3"), {**FEDORA, "/usr/bin/python3": there}) == []
