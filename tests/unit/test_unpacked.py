"""What unpacks more when it runs is said to: the program that starts is not all of it."""

from __future__ import annotations

import pytest

from libccheck import open_image
from libccheck.checking import check
from tests.forge import GLIBC, elf
from tests.values import program

COOKIE = b"MEI\014\013\012\013\016" + bytes(12) + (311).to_bytes(4, "big") + b"libpython3.11.so.1.0".ljust(64, b"\0")


def told(data: bytes, reference: str = "debian:bookworm") -> list[tuple[str, str]]:
    image = open_image(f"catalog:{reference}", platform="linux/amd64")
    made = check([program(data)], [image], bases=lambda _: ()).checks[0]
    return [(each.code, each.subject) for each in made.advice if each.code == "LC315"]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (elf(interpreter=GLIBC, needed=["libc.so.6"]) + COOKIE, [("LC315", "PyInstaller")]),
        (elf(kind=2, text=b"UPX!") + bytes(400) + b"UPX!", [("LC315", "UPX")]),
        (elf(interpreter=GLIBC, needed=["libc.so.6"]) + COOKIE[:8], []),
        (elf(interpreter=GLIBC, needed=["libc.so.6"]), []),
    ],
    ids=["PyInstaller", "UPX", "only the first word", "an ordinary program"],
)
def test_of_what_unpacks_more_when_it_runs(data: bytes, found: list[tuple[str, str]]) -> None:
    assert told(data) == found


def test_of_what_does_not_start_nothing_is_said_of_later() -> None:
    assert told(elf(interpreter=GLIBC, needed=["libc.so.6"]) + COOKIE, "alpine:3.20") == []
