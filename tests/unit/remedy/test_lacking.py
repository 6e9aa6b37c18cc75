"""What is put into an image for a program that starts with warnings: only what takes the warning away."""

from __future__ import annotations

import struct
from collections.abc import Mapping

import pytest

from libccheck import check
from libccheck.model import Base, Directory, Image, Node, Remedy, Started
from tests.forge import elf
from tests.values import file, image, program

BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
CLIENT = "net/http.(*Client).do"
EVERYBODY = Directory(0o1777, 0, 0)


def go(*functions: str) -> bytes:
    """A static program of Go whose linker has kept these functions."""
    names = b"\0" + b"".join(each.encode() + b"\0" for each in functions)
    table = struct.pack("<IHBBQQQQQ", 0xFFFFFFF1, 0, 1, 8, 1, 0, 0, 48, 48 + len(names)) + names
    return elf(kind=2, text=table)


def donor(name: str, nodes: Mapping[str, Node | bytes | str], *, current: bool = True) -> Base:
    return Base(name, "linux/amd64", 1, "", "", current, lambda: image(nodes, name))


def remedies(function: str, target: Image, *donors: Base, env: Mapping[str, str] | None = None) -> tuple[Remedy, ...]:
    (made,) = check([program(go(function))], [target], env=env, bases=lambda _: donors).checks
    assert isinstance(made.launch.outcome, Started)
    return made.remedies


def test_certificates_are_copied_from_the_smallest_current_base_that_has_some() -> None:
    (made,) = remedies(
        CLIENT,
        image({}),
        donor("none:1", {}),
        donor("empty:1", {BUNDLE: file(b"")}),
        donor("old:1", {BUNDLE: b"pem"}, current=False),
        donor("some:1", {"/etc/ssl/certs": "/usr/certs", "/usr/certs/ca-certificates.crt": b"pem"}),
        donor("more:1", {BUNDLE: b"pem"}),
    )
    assert made.commands == (f"COPY --from=some:1 {BUNDLE} {BUNDLE}",)
    assert made.basis == f"predicted for this image with {BUNDLE} as in some:1: no LC307 any more"


def test_nothing_is_offered_where_the_program_lacks_nothing() -> None:
    assert remedies(CLIENT, image({BUNDLE: b"pem"}), donor("some:1", {BUNDLE: b"pem"})) == ()


def test_time_zones_without_the_one_that_is_asked_for_are_not_offered() -> None:
    paris, zone = {"TZ": "Europe/Paris"}, "/usr/share/zoneinfo/Europe/Paris"
    utc = donor("utc:1", {"/usr/share/zoneinfo/UTC": b"TZif"})
    assert remedies("time.Now", image({}), utc, env=paris) == ()
    (made,) = remedies("time.Now", image({}), donor("all:1", {zone: b"TZif"}), env=paris)
    assert made.commands == ("COPY --from=all:1 /usr/share/zoneinfo /usr/share/zoneinfo",)


def test_a_directory_for_temporary_files_is_one_that_everybody_may_write() -> None:
    private = donor("private:1", {"/tmp": Directory(0o755, 0, 0)})
    used = donor("used:1", {"/tmp": EVERYBODY, "/tmp/left": b""})
    (made,) = remedies("os.CreateTemp", image({}), private, used, donor("open:1", {"/tmp": EVERYBODY}))
    assert made.commands == ("COPY --from=open:1 /tmp /tmp",)
    (made,) = remedies("os.CreateTemp", image({}), donor("open:1", {"/tmp": EVERYBODY}), env={"TMPDIR": "/var/tmp"})
    assert made.commands == ("COPY --from=open:1 /tmp /var/tmp",)


def test_a_user_is_named_in_a_file_of_its_own_where_there_is_none() -> None:
    (made,) = remedies("os/user.Current", image({}))
    assert made.commands == ("echo root:x:0:0::/:/sbin/nologin > passwd", "COPY passwd /etc/passwd")
    assert remedies("os/user.Current", image({"/etc/passwd": b"app:x:7:7::/:/bin/sh\n"})) == ()


@pytest.mark.parametrize("user", ["1234", "1234:5678"])
def test_it_is_the_user_that_runs_the_program(user: str) -> None:
    (made,) = check([program(go("os/user.Current"))], [image({})], user=user, bases=lambda _: ()).checks
    group = user.partition(":")[2] or "0"
    assert made.remedies[0].commands[0] == f"echo app:x:1234:{group}::/:/sbin/nologin > passwd"


def test_without_bases_there_are_no_remedies() -> None:
    (made,) = check([program(go("os/user.Current"))], [image({})]).checks
    assert made.advice
    assert made.remedies == ()
