"""What a project's configuration does to the commands, and what it can never do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import libccheck
from libccheck.cli import main
from tests.forge import GLIBC, Wanted, elf

SCRIPTS = 'programs = ["bin/*"]\nimages = ["alpine:3.20"]\n'
IGNORE = '\n[[ignore]]\ncode = "LC105"\nreason = "bash comes later"\n'


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/run.sh").write_text("#!/bin/bash\n")
    (tmp_path / "bin/run.sh").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configured(text: str) -> None:
    Path(".libccheck.toml").write_text(text)


def reported(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> Any:
    assert main([*arguments, "--format", "json"]) == status
    return json.loads(capsys.readouterr().out)


def pairs(data: Any) -> list[tuple[str, str, str]]:
    return [(each["program"]["path"], each["image"]["reference"], each["outcome"]["kind"]) for each in data["checks"]]


class TestCommands:
    @pytest.mark.parametrize("arguments", [(), ("check",)])
    def test_without_a_program_its_checks_are_done(
        self, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
    ) -> None:
        configured(SCRIPTS)
        assert pairs(reported(capsys, *arguments, status=1)) == [("bin/run.sh", "alpine:3.20", "refused")]

    def test_a_program_takes_its_images(self, capsys: pytest.CaptureFixture[str]) -> None:
        configured('images = ["alpine:3.20", "debian:bookworm"]\n')
        found = pairs(reported(capsys, "check", "bin/run.sh", status=1))
        assert [each[1:] for each in found] == [("alpine:3.20", "refused"), ("debian:bookworm", "starts")]

    def test_the_command_line_wins_option_by_option(self, capsys: pytest.CaptureFixture[str]) -> None:
        configured(f'{SCRIPTS}fail-on = "error"\nplatforms = ["linux/arm64"]\nat = "/opt/"\n[env]\nA = "1"\nB = "1"\n')
        data = reported(capsys, "check", "bin/run.sh", "--platform", "linux/amd64", "-e", "B=2", "--fail-on", "never")
        assert [each["image"]["platform"] for each in data["checks"]] == ["linux/amd64"]
        assert data["checks"][0]["program"]["place"] == "/opt/run.sh"
        assert pairs(reported(capsys, "check", "-i", "debian:bookworm")) == [
            ("bin/run.sh", "debian:bookworm", "starts")
        ]

    def test_a_program_goes_to_the_checks_that_name_it(self, capsys: pytest.CaptureFixture[str]) -> None:
        configured(
            'user = "nobody"\n[[check]]\nname = "a"\nprograms = ["bin"]\nimages = ["alpine:3.20"]\n'
            '[[check]]\nname = "b"\nprograms = ["./bin/*.sh"]\nimages = ["scratch"]\nuser = "0"\n'
            '[[check]]\nname = "c"\nprograms = ["other"]\nimages = ["busybox:musl"]\n'
        )
        data = reported(capsys, "check", "bin/run.sh", status=1)
        assert [(each["check"], each["image"]["reference"]) for each in data["checks"]] == [
            ("a", "alpine:3.20"),
            ("b", "scratch"),
        ]

    def test_a_program_that_no_check_names_has_what_holds_for_all(self, capsys: pytest.CaptureFixture[str]) -> None:
        configured('images = ["scratch"]\n[[check]]\nname = "c"\nprograms = ["other"]\nimages = ["busybox:musl"]\n')
        data = reported(capsys, "check", "bin/run.sh", status=1)
        assert pairs(data) == [("bin/run.sh", "scratch", "refused")]
        assert "check" not in data["checks"][0]

    def test_files_and_images_are_found_from_below(
        self, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        configured(
            'programs = ["bin/*"]\nimages = ["dir:root", "tree"]\ncopy = ["lib:/lib"]\nformats = ["json=out.json"]\n'
        )
        for name in ("root", "tree", "lib", "sub"):
            (place / name).mkdir()
        (place / "lib/x").write_text("")
        monkeypatch.chdir(place / "sub")
        assert main([]) == 1
        assert capsys.readouterr().out == ""
        data = json.loads((place / "out.json").read_text())
        assert pairs(data) == [("bin/run.sh", "dir:root", "refused"), ("bin/run.sh", "tree", "refused")]

    def test_no_config_leaves_it_out(self, capsys: pytest.CaptureFixture[str]) -> None:
        configured("this is wrong\n")
        for arguments in (["--no-config", "check"], ["check", "--no-config"]):
            assert main([*arguments, "bin/run.sh", "--image", "debian:bookworm"]) == 0
        assert main(["--no-config"]) == 0
        shown = capsys.readouterr()
        assert "Commands:" in shown.out
        assert shown.err == ""

    def test_without_a_configuration_nothing_is_told_of_one(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([]) == 0
        assert main(["check", "bin/run.sh", "--image", "debian:bookworm"]) == 0
        assert capsys.readouterr().err == ""
        assert main(["--format", "json"]) == 2
        assert capsys.readouterr().err.startswith("error: there is no configuration here\n hint: ")

    def test_options_of_a_command_stand_behind_it(self, capsys: pytest.CaptureFixture[str]) -> None:
        configured(SCRIPTS)
        assert main(["--format", "json", "check", "bin/run.sh"]) == 2
        assert capsys.readouterr().err.startswith("error: options of check stand behind it\n")

    @pytest.mark.parametrize(
        "command", [["inspect", "bin/run.sh"], ["explain", "LC101"], ["tree", "--help"], ["--version"]]
    )
    def test_other_commands_do_not_look_at_it(self, command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        configured("this is wrong\n")
        assert main(command) == 0
        assert capsys.readouterr().err == ""

    def test_a_policy_needs_no_image(self, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        program = elf(interpreter=GLIBC, needed=["libc.so.6"], wants=[Wanted("puts", "GLIBC_2.34")])
        (place / "bin/app").write_bytes(program)
        configured('programs = ["bin/"]\nmax-glibc = "2.17"\n')
        data = reported(capsys, status=1)
        assert [each["program"]["path"] for each in data["policy"]["programs"]] == ["bin/app", "bin/run.sh"]
        assert reported(capsys, "check", "bin/app", "--max-glibc", "2.34")["policy"]["demands"] == [
            "glibc 2.34 or older"
        ]

    def test_a_regression_is_one_against_an_image_of_the_file(self, capsys: pytest.CaptureFixture[str]) -> None:
        configured(f'{SCRIPTS}against = "debian:bookworm"\nfail-on = "regression"\n')
        assert reported(capsys, status=1)["checks"][0]["change"]["kind"] == "regression"
        configured(f'{SCRIPTS}fail-on = "regression"\n')
        assert main([]) == 2
        assert "--fail-on regression compares two images" in capsys.readouterr().err

    def test_what_cannot_be_looked_at_does_not_hide_the_rest(self, capsys: pytest.CaptureFixture[str]) -> None:
        configured(f'{SCRIPTS}[[dockerfile]]\nfile = "Dockerfile"\n[[dockerfile]]\nfile = "bin/run.sh"\n')
        data = reported(capsys, status=3)
        assert len(data["checks"]) == 1
        assert [each["subject"] for each in data["errors"]] == ["Dockerfile", "bin/run.sh"]

    def test_a_wrong_value_of_any_check_is_told_before_anything_is_done(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for wrong, said in WRONG_VALUES.items():
            configured(f'{SCRIPTS}\n[[check]]\nname = "a"\n{wrong}\n')
            assert main([]) == 2
            assert capsys.readouterr().err.startswith(f"error: .libccheck.toml:6: {said}")
            configured(f"{SCRIPTS}{wrong}\n")
            assert main(["check", "bin/run.sh"]) == 2
            assert capsys.readouterr().err.startswith(f"error: .libccheck.toml:3: {said}")


class TestDockerfiles:
    @pytest.fixture(autouse=True)
    def files(self, place: Path) -> None:
        (place / "Dockerfile").write_text(
            "ARG BASE=debian:bookworm-slim\nFROM $BASE AS plain\nFROM plain AS script\n"
            'COPY run.sh /run.sh\nCMD ["/run.sh"]\nFROM scratch\n'
        )

    def codes(self, data: Any) -> list[str]:
        return [finding["code"] for each in data["checks"] for finding in each["findings"]]

    def test_what_is_said_of_one_goes_for_the_command_too(
        self, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert reported(capsys, "dockerfile", "Dockerfile")["checks"] == []
        configured(
            '[[dockerfile]]\nfile = "./Dockerfile"\ncontext = "bin"\ntarget = "script"\n'
            'build-args = { BASE = "alpine:3.20" }\n'
        )
        assert self.codes(reported(capsys, "dockerfile", "Dockerfile", status=1))[0] == "LC407"
        assert self.codes(reported(capsys, "dockerfile", status=1))[0] == "LC407"
        assert self.codes(reported(capsys, status=1))[0] == "LC407"
        assert reported(capsys, "dockerfile", "Dockerfile", "--build-arg", "BASE=debian:bookworm")["checks"]
        assert reported(capsys, "dockerfile", "Dockerfile", "--target", "2")["checks"] == []
        assert reported(capsys, "dockerfile", "Dockerfile", "--no-config")["checks"] == []
        monkeypatch.chdir(place / "bin")
        assert self.codes(reported(capsys, "dockerfile", "../Dockerfile", status=1))[0] == "LC407"

    def test_what_is_ignored_does_not_fail_there_either(self, capsys: pytest.CaptureFixture[str]) -> None:
        text = '[[dockerfile]]\nfile = "Dockerfile"\ncontext = "bin"\ntarget = "script"\n'
        text += 'build-args = { BASE = "alpine:3.20" }\n'
        ignores = "".join(f'[[ignore]]\ncode = "{code}"\nreason = "later"\n' for code in ("LC105", "LC407"))
        configured(text + ignores)
        for arguments in (["dockerfile", "Dockerfile"], []):
            data = reported(capsys, *arguments)
            assert data["summary"]["ignored"] == 2
        assert main(["dockerfile", "Dockerfile", "--quiet", "--fail-on", "error"]) == 0
        assert "ignored: LC407 /run.sh of /run.sh in alpine:3.20: later" in capsys.readouterr().err

    def test_what_is_known_does_not_fail_there_either(self, capsys: pytest.CaptureFixture[str]) -> None:
        command = [
            "dockerfile",
            "Dockerfile",
            "--context",
            "bin",
            "--target",
            "script",
            "--build-arg",
            "BASE=alpine:3.20",
        ]
        assert main([*command, "--quiet"]) == 1
        assert main([*command, "--quiet", "--write-baseline", "known.json"]) == 0
        assert main([*command, "--quiet", "--baseline", "known.json"]) == 0
        assert "findings known from known.json" in capsys.readouterr().err

    def test_what_stands_in_one_is_an_error_where_only_regressions_fail(self) -> None:
        configured(
            f'{SCRIPTS}against = "alpine:3.20"\nfail-on = "regression"\n[[dockerfile]]\nfile = "Dockerfile"\n'
            'context = "bin"\ntarget = "script"\nbuild-args = { BASE = "alpine:3.20" }\n'
        )
        assert main(["check", "--quiet"]) == 0
        assert main(["--quiet"]) == 1
        assert main(["dockerfile", "--quiet"]) == 1


WRONG_VALUES = {
    "host = 'isa=v9'": "host does not know isa=v9\n hint: as in host isa=v2,kernel=4.19",
    "max-glibc = '2,28'": "max-glibc 2,28 is not a version\n hint: as in max-glibc 2.28\n",
    "max-musl = 'new'": "max-musl new is not a version\n",
    "min-kernel = 'x'": "min-kernel x is not a version\n",
    "isa = 'v9'": "isa v9 is not a level\n hint: as in isa x86-64-v2\n",
    "policy = 'manylinux_2_82'": "there is no profile manylinux_2_82\n",
    "workdir = 'srv'": "workdir srv is not an absolute path\n",
    "platforms = ['linux/a/b/c']": "'linux/a/b/c' is not a platform",
}


@pytest.mark.parametrize(
    ("formats", "said"),
    [
        ('["yaml"]', "no such format: yaml\n hint: it is text, json, sarif, junit, github or markdown, or json=FILE"),
        ('["text", "json"]', "only one format can go to standard output\n"),
        ('["json=x", "sarif=x"]', "several formats would go to x\n"),
    ],
)
def test_a_format_that_is_none(formats: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    configured(f"{SCRIPTS}formats = {formats}\n")
    assert main([]) == 2
    assert capsys.readouterr().err.startswith(f"error: .libccheck.toml:3: {said}")


class TestHostile:
    """What whoever sends a change to a project may write into its file."""

    def test_what_is_ignored_is_told_whatever_the_format(self, capsys: pytest.CaptureFixture[str]) -> None:
        configured(SCRIPTS + IGNORE)
        said = "LC105 /bin/bash of bin/run.sh in alpine:3.20: bash comes later (.libccheck.toml:4)"
        for arguments in (["--quiet"], ["--format", "json"], ["--format", "sarif"], ["--format", "junit"]):
            assert main(arguments) == 0
            assert f"ignored: {said}\n" in capsys.readouterr().err
        for name in ("text", "github", "markdown"):
            assert main(["--format", name]) == 0
            assert "bash comes later" in " ".join(capsys.readouterr().out.split())

    def test_what_is_ignored_fails_without_the_file(self) -> None:
        configured(SCRIPTS + IGNORE)
        assert main(["check", "bin/run.sh", "--image", "alpine:3.20"]) == 0
        assert main(["check", "bin/run.sh", "--image", "alpine:3.20", "--no-config"]) == 1
        assert main(["check", "bin/run.sh", "--image", "alpine:3.20", "--fail-on", "error"]) == 0

    def test_a_file_that_lets_nothing_fail_is_told_and_outvoted(self, capsys: pytest.CaptureFixture[str]) -> None:
        configured(f'{SCRIPTS}fail-on = "never"\n')
        assert main(["--quiet"]) == 0
        assert capsys.readouterr().err == "configuration: .libccheck.toml, fail-on = never: no finding fails\n"
        assert main(["--fail-on", "error"]) == 1

    def test_a_baseline_that_knows_everything_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        configured(f'{SCRIPTS}baseline = "known.json"\n')
        assert main(["--write-baseline", "known.json", "--quiet"]) == 0
        assert main(["--quiet"]) == 0
        assert "ignored: 1 finding known from known.json\n" in capsys.readouterr().err

    @pytest.mark.parametrize("key", ['formats = ["json=out/x"]', 'baseline = "out/x"', 'formats = ["json=link"]'])
    def test_nothing_is_written_or_read_outside(
        self, key: str, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
    ) -> None:
        outside = tmp_path_factory.mktemp("outside")
        os.symlink(outside, "out")
        os.symlink(outside / "file", "link")
        configured(f"{SCRIPTS}{key}\n")
        assert main([]) == 2
        shown = capsys.readouterr()
        assert shown.err.endswith(" leads out of the project by a link\n")
        assert list(outside.iterdir()) == []

    def test_gits_own_files_are_not_written(self, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
        configured(f'{SCRIPTS}formats = ["json=.git/config"]\n')
        assert main([]) == 2
        assert "the report .git/config is git's own" in capsys.readouterr().err
        assert list((place / ".git").iterdir()) == []

    @pytest.mark.parametrize("key", ['file = "link"', 'file = "Dockerfile"\ncontext = "out"'])
    def test_no_dockerfile_is_shown_from_outside(self, key: str, capsys: pytest.CaptureFixture[str]) -> None:
        os.symlink("/etc/passwd", "link")
        os.symlink("/etc", "out")
        Path("Dockerfile").write_text("FROM scratch\n")
        configured(f"[[dockerfile]]\n{key}\n")
        assert main([]) == 2
        shown = capsys.readouterr()
        assert "leads out of the project by a link" in shown.err
        assert "root" not in shown.out

    def test_it_does_not_choose_who_is_asked(self, capsys: pytest.CaptureFixture[str]) -> None:
        for key in (
            "mirrors",
            "insecure",
            "credentials",
            "docker-host",
            "cache-dir",
            "catalogs",
            "verify",
            "exit-zero",
        ):
            configured(f'{SCRIPTS}{key} = ["registry.example"]\n')
            assert main([]) == 2
            assert capsys.readouterr().err.startswith(f"error: .libccheck.toml:3: {key} is not for a project's file: ")

    def test_what_stands_in_it_is_no_command_of_a_terminal_or_a_workflow(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        reason = "::error::\\u202e [x](javascript:1) @all <b>"
        configured(f'{SCRIPTS}[[ignore]]\ncode = "LC105"\nreason = "{reason}"\n')
        assert main([]) == 2
        assert "reason holds a line break or another character that does not show" in capsys.readouterr().err
        configured(SCRIPTS + '[[ignore]]\ncode = "LC105"\nreason = "::error::x [x](javascript:1) @all <b>"\n')
        assert main(["--format", "github"]) == 0
        assert not any(line.startswith("::") for line in capsys.readouterr().out.splitlines())
        assert main(["--format", "markdown"]) == 0
        shown = capsys.readouterr().out
        assert "<b>" not in shown
        assert "](" not in shown

    def test_patterns_do_not_take_for_ever(self, capsys: pytest.CaptureFixture[str]) -> None:
        configured(f'{SCRIPTS}[[ignore]]\ncode = "LC105"\nsubject = "{"*a" * 1000}"\nreason = "x"\n')
        assert main(["--quiet"]) == 1
        assert "LC601" in capsys.readouterr().err

    def test_a_program_is_never_run(self, place: Path) -> None:
        (place / "bin/run.sh").write_text("#!/bin/sh\ntouch ran\n")
        configured(f'{SCRIPTS}loaded-by = "bin/run.sh"\n')
        main([])
        assert not (place / "ran").exists()


class TestBaselines:
    def test_what_is_known_does_not_fail_and_what_is_new_does(
        self, place: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        command = ["check", "bin/run.sh", "--image", "alpine:3.20"]
        assert main([*command, "--write-baseline", "known.json"]) == 0
        assert capsys.readouterr().err == "baseline: 1 finding written to known.json\n"
        assert main([*command, "--baseline", "known.json"]) == 0
        assert main([*command, "--image", "scratch", "--baseline", "known.json"]) == 1
        (place / "bin/run.sh").write_text("#!/bin/sh\n")
        capsys.readouterr()
        assert main([*command, "--baseline", "known.json", "--fail-on", "info"]) == 1
        assert "LC603 baseline-stale" in capsys.readouterr().out

    def test_what_could_not_be_looked_at_leaves_the_file_alone(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("known.json").write_text("before")
        assert main(["check", "bin/run.sh", "nothing", "-i", "scratch", "--write-baseline", "known.json"]) == 3
        assert Path("known.json").read_text() == "before"
        assert "error: known.json: not written, since not everything could be looked at\n" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("make", "said"),
        [
            (lambda: os.mkfifo("known"), "known: a baseline is a file"),
            (lambda: os.mkdir("known"), "known: cannot read it: is a directory"),
            (lambda: Path("known").write_bytes(b"\xff"), "known: it is not UTF-8"),
            (lambda: Path("known").write_text("{}"), "known: it is not a baseline by the schema libccheck/baseline/1"),
        ],
    )
    def test_what_is_none_is_one_line(self, make: Any, said: str, capsys: pytest.CaptureFixture[str]) -> None:
        make()
        assert main(["check", "bin/run.sh", "-i", "scratch", "--baseline", "known"]) == 2
        assert capsys.readouterr().err.splitlines()[0] == f"error: {said}"


def test_without_a_configuration_none_of_its_modules_is_imported() -> None:
    code = "import sys; from libccheck.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    environment = {**os.environ, "PYTHONPATH": str(Path(libccheck.__path__[0]).parent)}
    command = [sys.executable, "-c", code, "check", "bin/run.sh", "--image", "debian:bookworm", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    modules = set(done.stderr.split())
    assert "libccheck.project" in modules
    assert not {"tomllib", "libccheck.config", "libccheck.cli.configured"} & modules
    assert not {"libccheck.cli.settling", "libccheck.fingerprints", "libccheck.artifacts"} & modules
