"""The command line as a process: status, streams, and what never shows."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import libccheck
from libccheck.cli import main
from libccheck.errors import LibccheckError
from libccheck.formats import REPORTS
from tests.forge import elf

SOURCES = str(Path(libccheck.__path__[0]).parent)
COMMAND = [sys.executable, "-m", "libccheck"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": SOURCES, "COLUMNS": "80"}


@pytest.fixture(autouse=True)
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app").write_bytes(elf(kind=2))
    (tmp_path / "app").chmod(0o755)
    (tmp_path / "run.sh").write_text("#!/bin/sh\n")
    monkeypatch.chdir(tmp_path)


class TestUsage:
    @pytest.mark.parametrize(
        ("arguments", "message", "hint"),
        [
            (["check", "app", "--imag", "x"], "no such option --imag", "did you mean --image?"),
            (["chekc", "app"], "no such command chekc", "did you mean check?"),
            (["./app"], "no such command ./app", "to check a program: libccheck check ./app --image IMAGE"),
            (["nothing-like-it"], "no such command nothing-like-it", "see libccheck --help"),
            (["check"], "missing argument PROGRAM...", "see libccheck check --help"),
            (["check", "app"], "no image to check against", "libccheck recommend app"),
            (["check", "app", "--image", "scratch", "--fail-on", "x"], "invalid value for --fail-on", "see libccheck"),
            (["check", "app", "run.sh", "--image", "scratch", "--at", "/x"], "--at /x is one path", "write --at /x/"),
            (
                ["check", "app", "--image", "scratch", "--format", "x"],
                "no such format: x",
                "text, json, sarif, junit, github or markdown",
            ),
            (["check", "app", "--image", "scratch", "--workdir", "x"], "not an absolute path", ""),
            (["explain", "no-such-rule-at-all"], "no-such-rule-at-all", ""),
        ],
    )
    def test_one_line_a_hint_and_status_2(
        self, arguments: list[str], message: str, hint: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(arguments) == 2
        shown = capsys.readouterr()
        assert shown.out == ""
        first, *rest = shown.err.splitlines()
        assert first.startswith("error: ")
        assert message in first
        assert len(rest) <= 1
        assert hint in "".join(rest)

    def test_without_a_command_the_help_is_shown(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([]) == 0
        assert "Commands:" in capsys.readouterr().out

    @pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["check", "--help"], ["explain", "-h"]])
    def test_help_goes_to_standard_output(self, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert main(arguments) == 0
        shown = capsys.readouterr()
        assert shown.out.startswith("Usage: libccheck")
        assert shown.err == ""
        assert max(map(len, shown.out.splitlines())) <= 80

    def test_the_versions_of_tool_catalog_and_schema(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--version"]) == 0
        tool, catalog, schema = capsys.readouterr().out.splitlines()
        assert tool == f"libccheck {libccheck.__version__}"
        assert re.fullmatch(r"catalog 20\d\d-\d\d-\d\d, \d{3} entries", catalog)
        main(["check", "app", "--image", "scratch", "--format", "json"])
        assert schema == f"schema {json.loads(capsys.readouterr().out)['schema']}"


class TestStatus:
    @pytest.mark.parametrize(
        ("arguments", "status"),
        [
            (["app", "--image", "scratch"], 0),
            (["run.sh", "--image", "scratch"], 1),
            (["app", "run.sh", "--image", "scratch"], 1),
            (["run.sh", "--image", "scratch", "--fail-on", "never"], 0),
            (["app", "missing", "--image", "scratch"], 3),
            (["app", "--image", "scratch", "--image", "dir:missing"], 3),
            (["app", "--image", "scratch", "--copy", "missing:/x"], 3),
        ],
    )
    def test_follows_the_contract(self, arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", *arguments, "--format", "json"]) == status
        assert capsys.readouterr().out.startswith('{\n  "schema": "libccheck/report/1"')

    @pytest.mark.parametrize(
        ("arguments", "status"),
        [
            (["run.sh", "--image", "scratch", "--exit-zero"], 0),
            (["missing", "--image", "scratch", "--exit-zero"], 3),
            (["app", "--require", "static"], 0),
            (["run.sh", "--require", "static"], 1),
            (["run.sh", "--require", "static", "--fail-on", "never"], 0),
            (["missing", "--require", "static"], 3),
            (["app", "--image", "scratch", "--require", "static"], 0),
            (["app", "run.sh", "--require", "static", "--exit-zero"], 0),
        ],
    )
    def test_quiet_leaves_only_the_status(
        self, arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["check", *arguments, "--quiet", "--format", "text", "--format", "json=out.json"]) == status
        assert capsys.readouterr().out == ""
        assert Path("out.json").read_text().startswith("{")


class TestNamesGivenTwice:
    def test_are_one(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", "app", "app", "--image", "scratch", "--image", "scratch", "--format", "json"]) == 0
        assert capsys.readouterr().out.count('"place"') == 1


class TestFiles:
    def test_a_report_to_a_file_leaves_standard_output_to_the_other(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        status = main(["check", "app", "--image", "scratch", "--format", "text", "--format", "json=report.json"])
        assert status == 0
        assert "starts" in capsys.readouterr().out
        assert (tmp_path / "report.json").read_text().startswith("{")

    def test_all_formats_at_once(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        wanted = [f"--format={name}=out.{name}" for name in REPORTS]
        assert main(["check", "app", "run.sh", "--image", "scratch", *wanted]) == 1
        assert capsys.readouterr().out == ""
        written = [(tmp_path / f"out.{name}").read_text() for name in REPORTS]
        assert len(set(written)) == len(REPORTS)
        assert all("LC104" in text for text in written)

    def test_the_summary_of_a_job_is_added_to_its_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "summary").write_text("before\n")
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary")
        for name in ("text", "github"):
            main(["check", "run.sh", "--image", "scratch", "--format", name])
        assert "::error file=run.sh" in capsys.readouterr().out
        assert (tmp_path / "summary").read_text().startswith("before\n### libccheck: 1 of 1 pair fails\n")
        assert (tmp_path / "summary").read_text().count("###") == 1

    def test_a_file_that_cannot_be_written_is_one_line(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", "app", "--image", "scratch", "--format", "json=no/such/place"]) == 2
        assert capsys.readouterr().err.startswith("error: no/such/place: cannot write the report: no such file")


class TestTrouble:
    def test_an_internal_error_is_one_line_and_status_3(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.delenv("LIBCCHECK_DEBUG", raising=False)
        monkeypatch.setattr("libccheck.cli.jobs.predict", lambda *_, **__: 1 / 0)
        assert main(["check", "app", "--image", "scratch"]) == 3
        error = capsys.readouterr().err
        assert error.startswith("internal error: ZeroDivisionError: division by zero; please report it")
        assert error.count("\n") == 1

    def test_with_debugging_it_is_a_traceback(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LIBCCHECK_DEBUG", "1")
        monkeypatch.setattr("libccheck.cli.jobs.predict", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            main(["check", "app", "--image", "scratch"])

    def test_what_could_not_be_looked_at_has_its_own_status(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise LibccheckError("it is\x1b[31m gone", subject="x", hint="look")

        monkeypatch.setattr("libccheck.cli.jobs.predict", fail)
        assert main(["check", "app", "--image", "scratch"]) == 3
        assert capsys.readouterr().err == "error: x: it is\\x1b[31m gone\n hint: look\n"

    def test_an_interruption_is_one_line_and_status_130(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def interrupt(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("libccheck.cli.jobs.predict", interrupt)
        assert main(["check", "app", "--image", "scratch"]) == 130
        assert capsys.readouterr().err == "interrupted\n"

    def test_ctrl_c_while_it_reads(self) -> None:
        with socket.socket(socket.AF_UNIX) as engine:
            engine.bind("engine.sock")
            engine.listen()
            process = subprocess.Popen(
                [*COMMAND, "check", "app", "--image", "docker:app:1"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**ENVIRONMENT, "DOCKER_HOST": f"unix://{os.getcwd()}/engine.sock"},
                text=True,
            )
            engine.settimeout(60)
            with engine.accept()[0]:
                process.send_signal(signal.SIGINT)
                output, errors = process.communicate(timeout=10)
        assert (process.returncode, output, errors) == (130, "", "interrupted\n")

    @pytest.mark.parametrize("format_", ["text", "json"])
    def test_a_reader_who_goes_away_does_not_change_the_verdict(self, format_: str) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [*COMMAND, "check", "run.sh", "--image", "scratch", "--format", format_],
            stdout=writer,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
            check=False,
        )
        os.close(writer)
        assert (done.returncode, done.stderr) == (1, b"")

    @pytest.mark.parametrize("arguments", [["check", "run.sh", "--image", "scratch"], ["--help"], ["explain"]])
    def test_a_full_disk_is_one_line(self, arguments: list[str]) -> None:
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, env=ENVIRONMENT, text=True, check=False
            )
        assert (done.returncode, done.stderr) == (3, "error: no space left on device\n")

    def test_without_any_output_there_is_still_a_verdict(self) -> None:
        done = subprocess.run(
            ["sh", "-c", f"{sys.executable} -m libccheck check run.sh --image scratch >&- 2>&-"],
            env=ENVIRONMENT,
            check=False,
        )
        assert done.returncode == 1


class TestText:
    def run(self, *arguments: str, **environment: str) -> str:
        done = subprocess.run(
            [*COMMAND, "check", *arguments], capture_output=True, env={**ENVIRONMENT, **environment}, check=False
        )
        return done.stdout.decode(environment.get("PYTHONIOENCODING", "utf-8"))

    def test_piped_there_is_no_color(self) -> None:
        assert "\x1b" not in self.run("run.sh", "--image", "scratch")

    def test_color_on_demand_but_never_against_the_users_word(self) -> None:
        assert "\x1b[" in self.run("run.sh", "--image", "scratch", FORCE_COLOR="1", NO_COLOR="")
        assert "\x1b" not in self.run("run.sh", "--image", "scratch", FORCE_COLOR="1", NO_COLOR="1")

    def test_where_only_ascii_can_be_written_only_ascii_is(self) -> None:
        shown = self.run("run.sh", "app", "--image", "scratch", PYTHONIOENCODING="ascii")
        assert shown.isascii()
        assert "x refused LC104" in shown

    def test_names_that_are_not_text_can_be_shown(self, tmp_path: Path) -> None:
        name = os.fsencode(tmp_path) + b"/caf\xe9\x1b[31m"
        with open(name, "wb") as file:
            file.write(b"x")
        os.chmod(name, 0o755)
        assert "caf\\xe9\\x1b[31m" in self.run(os.fsdecode(name), "--image", "scratch")

    @pytest.mark.parametrize("width", [40, 80, 120, 200])
    def test_prose_keeps_to_the_width(self, width: int) -> None:
        lines = self.run("run.sh", "app", "--image", "scratch", COLUMNS=str(width)).splitlines()
        assert max(len(line) for line in lines if "exec " not in line and "pairs:" not in line) <= width
