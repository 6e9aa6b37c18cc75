"""What an image offers: loaders and where they lead, libraries, shells, certificates, users."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from libccheck.images import open_image
from libccheck.libc import version_by_name
from libccheck.model import Content, Directory, File, Loader, Node
from libccheck.offers import Libc, offers_of
from libccheck.offers.loaders import Library, loaders
from libccheck.offers.system import (
    Distribution,
    Tool,
    User,
    distribution,
    env,
    package_managers,
    shells,
    temporary,
    zoneinfo,
)
from libccheck.tree import EMPTY
from tests.forge import GLIBC, MUSL, elf
from tests.values import file, image, tree

ROOT = Directory(0o755, 0, 0)


def loader(
    family: str, version: str | None, directories: tuple[str, ...] = ("/lib", "/usr/lib"), mode: int = 0o755
) -> File:
    """A file that is known as a loader."""
    plain = file(elf(exports=("x",)), mode)

    def load() -> Content:
        return plain.load()._replace(loader=Loader(family, version, directories, ()))

    return plain._replace(load=load)


def library(soname: str | None) -> bytes:
    return elf(soname=soname, exports=("f",))


def test_a_loader_is_followed_to_where_its_path_leads() -> None:
    nodes: dict[str, Node | bytes | str] = {GLIBC: "/lib/x/ld.so", "/lib/x/ld.so": loader("glibc", "2.36")}
    (found,) = loaders(tree(nodes))
    assert (found.path, found.leads_to, found.trouble) == (GLIBC, "/lib/x/ld.so", None)
    assert (found.machine, found.family, found.version) == ("x86_64", "glibc", "2.36")


@pytest.mark.parametrize(
    ("node", "trouble"),
    [
        ("/gone", "leads to /gone, which is not there"),
        (GLIBC, "leads in a circle"),
        (ROOT, "is a directory"),
        (file(b"text", 0o755), "is not an ELF file"),
        (loader("glibc", "2.36", mode=0o644), "is not executable"),
    ],
)
def test_a_loader_that_the_kernel_cannot_use_says_why(node: Node | str, trouble: str) -> None:
    (found,) = loaders(tree({GLIBC: node}))
    assert found.trouble == trouble


def test_each_path_that_programs_name_counts_even_where_two_lead_to_one() -> None:
    nodes: dict[str, Node | bytes | str] = {
        "/lib/ld64-uClibc-1.0.35.so": loader("uclibc", None),
        "/lib/ld64-uClibc.so.1": "ld64-uClibc-1.0.35.so",
        "/lib/ld64-uClibc.so.0": "ld64-uClibc.so.1",
    }
    assert [(each.path, each.version) for each in loaders(tree(nodes))] == [
        ("/lib/ld64-uClibc.so.1", "1.0.35"),
        ("/lib/ld64-uClibc.so.0", "1.0.35"),
    ]


def test_a_loader_at_an_unusual_place_is_found_by_the_link_that_programs_name() -> None:
    nodes: dict[str, Node | bytes | str] = {
        "/lib/ld64-uClibc-0.9.33.2.so": loader("uclibc", None),
        "/lib/ld64-uClibc.so.0.9.32": "ld64-uClibc-0.9.33.2.so",
        "/usr/glibc-compat/lib/ld-linux-x86-64.so.2": loader("glibc", "2.35"),
        "/opt/ld-linux-x86-64.so.2": file(b"text", 0o755),
    }
    assert [each.path for each in loaders(tree(nodes))] == [
        "/lib/ld64-uClibc.so.0.9.32",
        "/usr/glibc-compat/lib/ld-linux-x86-64.so.2",
    ]


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/lib/ld64-uClibc-0.9.33.2.so", "0.9.33.2"),
        ("/lib/ld-uClibc-1.0.35.so", "1.0.35"),
        ("/lib/ld-musl-x86_64.so.1", None),
        ("/lib/libuClibc-1.0.35.so", None),
        ("/lib/ld64-uClibc.so.1", None),
    ],
)
def test_uclibc_tells_its_version_by_its_name(path: str, version: str | None) -> None:
    assert version_by_name(path) == version


def test_where_musl_looks_is_what_its_path_file_says() -> None:
    at: dict[str, Node | bytes | str] = {MUSL: loader("musl", "1.2.5", ("/lib", "/usr/lib"))}
    assert loaders(tree(at))[0].directories == ("/lib", "/usr/lib")
    at["/etc/ld-musl-x86_64.path"] = file(b"/a:/b\n/c\n", path="etc/ld-musl-x86_64.path")
    assert loaders(tree(at))[0].directories == ("/a", "/b", "/c")


def test_libraries_are_what_the_loader_finds_by_name() -> None:
    nodes: dict[str, Node | bytes | str] = {
        MUSL: loader("musl", "1.2.5"),
        "/lib/liba.so.1.2": library("liba.so.1"),
        "/lib/liba.so.1": "liba.so.1.2",
        "/usr/lib/liba.so.1": library("liba.so.1"),
        "/usr/lib/libplain.so": library(None),
        "/usr/lib/libscript.so": b"GROUP ( libc.so.6 )",
        "/usr/lib/x/libdeep.so": library("libdeep.so"),
        "/opt/libz.so.1": library("libz.so.1"),
    }
    found = offers_of(image(nodes))
    assert found.directories == ("/lib", "/usr/lib")
    assert [each for each in found.libraries if each.path != MUSL] == [
        Library("liba.so.1", "/lib/liba.so.1.2"),
        Library("libplain.so", "/usr/lib/libplain.so"),
    ]


def test_the_libc_is_that_of_the_loader_that_can_be_used() -> None:
    assert offers_of(image({MUSL: loader("musl", "1.2.5")})).libc == Libc("musl", "1.2.5")
    assert offers_of(image({MUSL: "/gone"})).libc is None
    assert offers_of(image({})).libc is None


def test_an_unusual_loader_is_the_libc_if_there_is_no_other() -> None:
    nodes: dict[str, Node | bytes | str] = {"/lib/ld64-uClibc-0.9.33.2.so": loader("uclibc", None)}
    assert offers_of(image(nodes)).libc == Libc("uclibc", "0.9.33.2")


def test_of_several_loaders_the_shell_decides() -> None:
    nodes: dict[str, Node | bytes | str] = {
        "/opt/a/ld-linux-x86-64.so.2": loader("glibc", "2.31"),
        "/opt/b/ld-linux-x86-64.so.2": loader("glibc", "2.41"),
        "/bin/sh": elf(interpreter="/opt/b/ld-linux-x86-64.so.2", needed=("libc.so.6",)),
    }
    assert offers_of(image(nodes)).libc == Libc("glibc", "2.41")


def toolbox(family: str) -> File:
    plain = file(elf(kind=2), 0o755)
    return plain._replace(load=lambda: plain.load()._replace(loader=Loader(family, "1", (), ())))


def test_shells_and_env_say_whose_they_are() -> None:
    nodes: dict[str, Node | bytes | str] = {
        "/bin/busybox": toolbox("busybox"),
        "/bin/sh": "/bin/busybox",
        "/bin/bash": elf(kind=2),
        "/usr/bin/bash": "/bin/bash",
        "/bin/zsh": "/gone",
        "/usr/bin/env": toolbox("coreutils"),
        "/bin/env": toolbox("busybox"),
    }
    root = tree(nodes)
    assert shells(root) == (
        Tool("/bin/sh", "/bin/busybox", "busybox"),
        Tool("/bin/bash", "/bin/bash", "bash"),
        Tool("/bin/zsh", None, None),
    )
    assert [each.made_by for each in env(root)] == ["coreutils", "busybox"]


def test_an_empty_bundle_is_no_bundle() -> None:
    assert offers_of(image({"/etc/ssl/cert.pem": file(b"")})).certificates is None
    assert offers_of(image({"/etc/ssl/cert.pem": file(b"-----BEGIN")})).certificates == "/etc/ssl/cert.pem"


def test_an_empty_directory_has_no_time_zones() -> None:
    assert zoneinfo(tree({"/usr/share/zoneinfo": ROOT})) is None
    assert zoneinfo(tree({"/usr/share/zoneinfo/UTC": file(b"TZif")})) == "/usr/share/zoneinfo"


def test_users_are_the_lines_of_passwd() -> None:
    text = b"root:x:0:0:root:/root:/bin/sh\nbroken\n:x:1:1:::\napp:x:1000:1000::/:\n"
    found = offers_of(image({"/etc/passwd": file(text, path="etc/passwd")})).users
    assert found == (User("root", "0", "0", "/root", "/bin/sh"), User("app", "1000", "1000", "/", ""))


def test_tmp_is_a_directory_and_its_mode() -> None:
    assert temporary(EMPTY) is None
    assert temporary(tree({"/tmp": Directory(0o1777, 0, 0)})) == "1777"
    assert temporary(tree({"/tmp": file(b"")})) is None


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        (
            "/etc/os-release",
            b'ID=alpine\nVERSION_ID=3.20.1\nPRETTY_NAME="Alpine Linux v3.20"\n',
            ("alpine", "3.20.1", "Alpine Linux v3.20"),
        ),
        ("/usr/lib/os-release", b"#ID=x\nNAME='My Linux'\n\nnonsense\n", ("linux", "", "My Linux")),
        ("/etc/alpine-release", b"2.6.6\n", ("alpine", "2.6.6", "Alpine 2.6.6")),
        ("/etc/debian_version", b"12.5\n", ("debian", "12.5", "Debian 12.5")),
    ],
)
def test_the_distribution_is_what_its_release_file_says(path: str, text: bytes, found: tuple[str, str, str]) -> None:
    assert distribution(tree({path: file(text, path=path)})) == Distribution(*found)


def test_an_image_without_release_file_is_of_no_distribution() -> None:
    assert distribution(EMPTY) is None


def test_a_package_manager_is_known_by_what_it_leaves() -> None:
    assert package_managers(tree({"/usr/bin/apt-get": b"", "/var/lib/dpkg/status": b""})) == ("apt", "dpkg")


def test_a_file_with_two_names_counts_once(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(bytes(1000))
    os.link(tmp_path / "one", tmp_path / "two")
    assert offers_of(open_image(f"dir:{tmp_path}")).size == 1000


def test_a_directory_and_its_archive_offer_the_same(tmp_path: Path) -> None:
    import tarfile

    root = tmp_path / "root"
    for path, data in {"bin/sh": elf(kind=2), "etc/os-release": b"ID=x\n", "lib/liba.so": library("liba.so")}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    with tarfile.open(tmp_path / "root.tar", "w") as archive:
        archive.add(root, ".")
    Path(tmp_path / "root.tar.gz").write_bytes(gzip.compress((tmp_path / "root.tar").read_bytes()))
    names = (f"dir:{root}", f"tar:{tmp_path}/root.tar", f"tar:{tmp_path}/root.tar.gz")
    found = [offers_of(open_image(name)) for name in names]
    assert found[0].distribution == Distribution("x", "", "")
    assert found[0]._replace(image=found[1].image) == found[1] == found[2]._replace(image=found[1].image)


def test_scratch_offers_nothing() -> None:
    found = offers_of(open_image("scratch"))
    assert (found.libc, found.loaders, found.libraries, found.shells, found.env, found.users) == (
        None,
        (),
        (),
        (),
        (),
        (),
    )
    assert (found.certificates, found.zoneinfo, found.temporary, found.distribution, found.size) == (
        None,
        None,
        None,
        None,
        0,
    )
