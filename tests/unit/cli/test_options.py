"""Option values, and what is said of wrong ones."""

from __future__ import annotations

import pytest

from libccheck.cli import options
from libccheck.errors import UsageError
from libccheck.model import Emulator, Host

_AARCH64 = Emulator("aarch64", "/usr/bin/qemu-aarch64", "POCF")
_ARMHF = Emulator("armhf", "/usr/bin/qemu-arm", "POCF")


class TestHost:
    @pytest.mark.parametrize(
        ("text", "host"),
        [
            ("isa=v3", Host("", isa_level=3)),
            ("isa=x86-64-v2", Host("", isa_level=2)),
            ("isa=x86-64", Host("", isa_level=1)),
            ("isa=4", Host("", isa_level=4)),
            ("kernel=4.19", Host("", kernel=(4, 19))),
            ("kernel=2.6.18,page=64k", Host("", kernel=(2, 6, 18), page_size=65536)),
            ("page=16384", Host("", page_size=16384)),
            ("emulates=aarch64+armhf", Host("", (_AARCH64, _ARMHF))),
            ("emulates=arm64,emulates=arm/v7", Host("", (_AARCH64, _ARMHF))),
            ("emulates=arm64:/opt/qemu:PF", Host("", (Emulator("aarch64", "/opt/qemu", "PF"),))),
            ("emulates=arm64:/opt/qemu", Host("", (Emulator("aarch64", "/opt/qemu", "POCF"),))),
            ("emulates=x32", Host("", (Emulator("x32", ""),))),
        ],
    )
    def test_facts(self, text: str, host: Host) -> None:
        assert options.parse_host(text) == host

    @pytest.mark.parametrize(
        "text",
        [
            "isa=v9",
            "isa",
            "kernel=new",
            "kernel=",
            "page=5000",
            "page=1k",
            "page=k",
            "emulates=",
            "cpu=2",
            "",
            *("emulates=vax", "emulates=arm64:qemu", "emulates=arm64:/opt/qemu:X"),
        ],
    )
    def test_what_is_not_a_fact(self, text: str) -> None:
        with pytest.raises(UsageError, match="--host does not know"):
            options.parse_host(text)


class TestFormats:
    def test_text_is_the_default(self) -> None:
        assert options.parse_formats(()) == [("text", None)]

    def test_one_to_the_terminal_and_one_to_a_file(self) -> None:
        assert options.parse_formats(["text", "json=out=1.json"]) == [("text", None), ("json", "out=1.json")]

    @pytest.mark.parametrize("text", ["yaml", "json=", "=x", "yaml=x"])
    def test_what_is_no_format(self, text: str) -> None:
        with pytest.raises(UsageError, match="no such format"):
            options.parse_formats([text])

    def test_two_cannot_share_standard_output(self) -> None:
        with pytest.raises(UsageError, match="only one format"):
            options.parse_formats(["text", "json"])

    def test_two_cannot_share_a_file(self) -> None:
        with pytest.raises(UsageError, match=r"several formats would go to x\.out"):
            options.parse_formats(["text=x.out", "json=x.out"])


class TestCopies:
    def test_the_last_colon_parts_them(self) -> None:
        assert options.parse_copies(["a:b:/c"]) == [("a:b", "/c")]

    @pytest.mark.parametrize("text", ["a", "a:", ":b", ""])
    def test_both_sides_are_needed(self, text: str) -> None:
        with pytest.raises(UsageError, match="is not SRC:DEST"):
            options.parse_copies([text])


class TestEnv:
    def test_a_value_may_be_empty_or_hold_equals_signs(self) -> None:
        assert options.parse_env(["A=", "B=c=d"]) == {"A": "", "B": "c=d"}

    @pytest.mark.parametrize("text", ["A", "=b", ""])
    def test_a_name_and_a_value(self, text: str) -> None:
        with pytest.raises(UsageError, match="is not KEY=VALUE"):
            options.parse_env([text])


class TestAt:
    def test_one_path_for_several_programs(self) -> None:
        with pytest.raises(UsageError, match="is one path"):
            options.check_at("/app", ["a", "b"])

    @pytest.mark.parametrize(("at", "programs"), [(None, ["a", "b"]), ("/app", ["a", "a"]), ("/bin/", ["a", "b"])])
    def test_what_is_fine(self, at: str | None, programs: list[str]) -> None:
        options.check_at(at, programs)


def test_the_working_directory_is_absolute() -> None:
    with pytest.raises(UsageError, match="not an absolute path"):
        options.check_workdir("srv")
    options.check_workdir("/srv")


@pytest.mark.parametrize("option", ["--arg0", "--host", "--loaded-by"])
def test_what_no_container_can_be_told_does_not_go_with_verify(option: str) -> None:
    options.check_verify(False, {option: "x"})
    options.check_verify(True, {option: None})
    with pytest.raises(UsageError, match=f"--verify cannot do what {option} says"):
        options.check_verify(True, {option: "x"})
