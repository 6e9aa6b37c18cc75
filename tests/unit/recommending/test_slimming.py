"""What an image's bytes are for, and how small it could be."""

from __future__ import annotations

import pytest

from libccheck import base_images, open_image
from libccheck.errors import LibccheckError
from libccheck.model import Config, Node
from libccheck.recommending.contents import LOADED, OTHER, PROGRAM, parts
from libccheck.recommending.slimming import docker_name, slimming
from tests.forge import elf
from tests.values import file, image, tree

STATIC = elf(kind=2)
BASES = base_images("linux/amd64")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/dpkg/status", "package manager"),
        ("/lib/apk/db/installed", "package manager"),
        ("/usr/bin/apt-get", "package manager"),
        ("/usr/lib/x86_64-linux-gnu/libapt-pkg.so.6.0.0", "package manager"),
        ("/usr/share/doc/tar/copyright", "documentation and translations"),
        ("/usr/share/locale/uk/LC_MESSAGES/tar.mo", "documentation and translations"),
        ("/usr/lib/gcc/x86_64-linux-gnu/12/cc1", "toolchain"),
        ("/usr/local/go/bin/go", "toolchain"),
        ("/usr/lib/x86_64-linux-gnu/libc.a", "toolchain"),
        ("/usr/bin/x86_64-linux-gnu-gcc-12", "toolchain"),
        ("/usr/local/lib/python3.12/os.py", "language runtimes"),
        ("/usr/bin/perl5.36.0", "language runtimes"),
        ("/usr/share/zoneinfo/UTC", "time zones"),
        ("/etc/ssl/certs/ca-certificates.crt", "certificates"),
        ("/usr/lib/x86_64-linux-gnu/libz.so.1.2.13", "libraries that it does not load"),
        ("/usr/bin/tar", "shells and tools"),
        ("/srv/data.as", OTHER),
        ("/opt/gogo/x", OTHER),
    ],
)
def test_bytes_are_told_apart_by_where_they_lie(path: str, kind: str) -> None:
    assert [each.kind for each in parts(tree({path: b"x"}), "/app", ())] == [kind]


def test_the_program_and_what_it_loads_come_first_and_every_byte_counts_once() -> None:
    library = file(b"library")
    root = tree({"/usr/bin/app": b"app", "/lib/liba.so": library, "/lib/libb.so": library, "/x": b"1234"})
    found = {each.kind: (each.size, each.files) for each in parts(root, "/usr/bin/app", ["/lib/liba.so"])}
    assert found == {LOADED: (7, 1), OTHER: (4, 1), PROGRAM: (3, 1)}


def test_links_to_one_program_count_once_where_only_the_size_of_all_tells_of_them() -> None:
    root = tree({"/bin/a": STATIC, "/bin/b": STATIC, "/bin/c": STATIC})
    assert sum(each.size for each in parts(root, "/bin/a", ())) == 3 * len(STATIC)
    assert sum(each.size for each in parts(root, "/bin/a", (), len(STATIC))) == len(STATIC)


@pytest.mark.parametrize("name", ["debian:bookworm-slim", "busybox:glibc", "alpine:3.20"])
def test_the_parts_of_a_catalog_entry_are_its_size(name: str) -> None:

    slim = slimming(open_image(f"catalog:{name}", platform="linux/amd64"), BASES)
    assert abs(sum(each.size for each in slim.parts) - slim.size) <= slim.size * 0.05
    assert slim.possible is not None
    assert slim.possible < slim.size
    for change in slim.found.changes:
        assert all(line.startswith(f"COPY --from={name} /") for line in change.commands)
        assert change.commands[0].split(" ")[-1] == slim.place


def test_it_is_the_command_of_the_image_or_another_one() -> None:
    root: dict[str, Node | bytes | str] = {"/bin/one": STATIC, "/opt/two": STATIC, "/big": file(b"x" * 9999)}
    config = Config(entrypoint=("one",), cmd=("--flag",), user="nobody")
    slim = slimming(image(root, config=config), BASES)
    assert (slim.place, slim.possible) == ("/bin/one", len(STATIC))
    assert slimming(image(root, config=config), BASES, "/opt/two").place == "/opt/two"


@pytest.mark.parametrize("command", [None, "gone", "/lib"])
def test_without_a_program_there_is_nothing_to_tell(command: str | None) -> None:
    with pytest.raises(LibccheckError):
        slimming(image({"/lib/x": b""}), BASES, command)


def test_a_program_that_does_not_start_there_now_is_an_error() -> None:
    with pytest.raises(LibccheckError, match="does not start"):
        slimming(image({"/app": elf(interpreter="/lib/gone.so")}), BASES, "/app")


def test_a_script_says_that_what_it_runs_is_not_followed() -> None:
    slim = slimming(image({"/app": b"#!/bin/sh\n", "/bin/sh": STATIC}), BASES, "/app")
    assert slim.is_script
    assert not slimming(image({"/app": STATIC}), BASES, "/app").is_script


def test_a_dockerfile_names_an_image_without_our_schemes() -> None:
    assert docker_name(image({}, "catalog:alpine:3.20")._replace(source="catalog")) == "alpine:3.20"
    assert docker_name(image({}, "ghcr.io/x/y:1")._replace(source="registry")) == "ghcr.io/x/y:1"
    assert docker_name(image({}, "dir:root")) == "IMAGE"


@pytest.mark.parametrize(("first", "interpreter"), [("#!/usr/bin/env bash", "bash"), ("#!/usr/bin/perl", "perl")])
def test_of_a_script_the_interpreter_is_taken_along(first: str, interpreter: str) -> None:
    debian = open_image("catalog:debian:bookworm-slim", platform="linux/amd64")
    entry = file(f"{first}\n".encode(), 0o755, "/entry")
    config = Config(entrypoint=("/entry",), env=(("PATH", "/usr/bin:/bin"),))
    slim = slimming(debian._replace(tree=debian.tree.overlay({"/entry": entry}), config=config), BASES)
    assert slim.is_script
    change = slim.found.changes[0]
    copied = {each.split(" ")[-1] for each in change.commands}
    assert change.tag == "scratch"
    assert {"/entry", f"/usr/bin/{interpreter}", "/lib64/ld-linux-x86-64.so.2"} <= copied
    assert ("/usr/bin/env" in copied) == ("env" in first)
    assert sum(name.endswith(("/libtinfo.so.6", "/libcrypt.so.1")) for name in copied) == 1
