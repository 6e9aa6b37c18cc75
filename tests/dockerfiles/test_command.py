"""`libccheck dockerfile` as it is called: what it prints, its exit status, and what it says of bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import libccheck
from libccheck.dockerfile.bases import facts_of_base
from tests.dockerfiles.cases import MODULE, SERVER, two

GO = two("golang:1.25-bookworm", "go build -o /app .", "alpine:3.20")
SOURCES = str(Path(libccheck.__path__[0]).parent)
_SECONDS = 20


class Ran:
    def __init__(self, place: Path, *words: str, given: bytes | None = None) -> None:
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "libccheck", "dockerfile", *words],
            capture_output=True,
            cwd=place,
            input=given,
            check=False,
            timeout=120,
            env={**os.environ, "PYTHONPATH": SOURCES, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        )
        self.seconds = time.monotonic() - began
        self.status, self.output, self.errors = done.returncode, done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in self.errors
        assert "internal error" not in self.errors


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(GO)
    (tmp_path / "go.mod").write_text(MODULE)
    (tmp_path / "main.go").write_text(SERVER)
    return tmp_path


def test_the_line_stands_there_with_what_is_wrong_beneath_it(place: Path) -> None:
    ran = Ran(place, "Dockerfile", "--platform", "linux/amd64")
    assert ran.status == 1
    assert ran.output.splitlines()[:4] == [
        "✗ /app is refused in alpine:3.20",
        "  error LC402 runtime-without-libraries  Dockerfile:6, stage 1",
        "    6 │ COPY --from=build /app /app",
        "      │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    ]
    assert "exec /app: no such file or directory" in ran.output
    assert all(len(line) <= 80 for line in ran.output.splitlines())


def test_json_names_line_and_stage_of_check_and_findings(place: Path) -> None:
    data = json.loads(Ran(place, "Dockerfile", "--platform", "linux/amd64", "--format", "json").output)
    (check,) = data["checks"]
    assert check["at"] == {"file": "Dockerfile", "line": 7, "stage": "1"}
    assert [(each["code"], each["at"]["line"]) for each in check["findings"]] == [("LC402", 6), ("LC101", 7)]
    assert data["summary"]["refused"] == 1


def test_services_are_told_the_line_in_the_dockerfile(place: Path) -> None:
    ran = Ran(place, "Dockerfile", "--platform", "linux/amd64", "--format", "github", "--format", "sarif=out.sarif")
    first, second, _ = ran.output.splitlines()
    assert first.startswith("::error file=Dockerfile,line=6,title=LC402 runtime-without-libraries::/app is refused in")
    assert second.startswith("::error file=Dockerfile,line=7,title=LC101 interpreter-missing::")
    results = json.loads((place / "out.sarif").read_text())["runs"][0]["results"]
    places = [each["locations"][0]["physicalLocation"] for each in results]
    assert [each["region"]["startLine"] for each in places] == [6, 7]
    assert {each["artifactLocation"]["uri"] for each in places} == {"Dockerfile"}


def test_a_finding_keeps_its_fingerprint_when_lines_are_added(place: Path) -> None:
    def prints() -> list[str]:
        Ran(place, "Dockerfile", "--platform", "linux/amd64", "--quiet", "--format", "sarif=out.sarif")
        results = json.loads((place / "out.sarif").read_text())["runs"][0]["results"]
        return [each["partialFingerprints"]["libccheck/v1"] for each in results]

    before = prints()
    (place / "Dockerfile").write_text(f"# a comment\n\n{GO}")
    assert prints() == before
    assert len(set(before)) == 2


def test_several_files_are_one_report(place: Path) -> None:
    (place / "Static").write_text(GO.replace("go build", "CGO_ENABLED=0 go build"))
    (place / "broken").write_text("MODULE x\n")
    ran = Ran(place, "Static", "Dockerfile", "--platform", "linux/amd64")
    assert ran.status == 1
    assert ran.output.startswith("✓ /app starts in alpine:3.20  Static\n✗ /app is refused in alpine:3.20  Dockerfile\n")
    assert ran.output.endswith("2 programs: 1 start, 1 refused   libccheck explain LC402 tells more\n")
    ran = Ran(place, "Static", "broken", "missing", "--platform", "linux/amd64", "--format", "json")
    data = json.loads(ran.output)
    assert [each["subject"] for each in data["errors"]] == ["broken", "missing"]
    assert (data["summary"]["starts"], ran.status) == (1, 3)
    assert Ran(place, "Static", "Dockerfile", "--fix", "--write").status == 0


def test_only_files_and_only_errors_where_told_so(place: Path) -> None:
    ran = Ran(place, "Dockerfile", "--quiet", "--exit-zero", "--format", "text", "--format", "junit=out.xml")
    assert (ran.output, ran.status) == ("", 0)
    assert 'failures="1"' in (place / "out.xml").read_text()
    assert Ran(place, "missing", "--exit-zero").status == 3


def test_fix_prints_a_diff_and_write_makes_it_pass(place: Path) -> None:
    printed = Ran(place, "Dockerfile", "--fix")
    assert "+RUN CGO_ENABLED=0 go build -o /app ." in printed.output
    assert printed.status == 0
    assert (place / "Dockerfile").read_text() == GO
    patched = subprocess.run(
        ["patch", "-p0", "-o", "-"], input=printed.output.encode(), cwd=place, capture_output=True, check=False
    )
    assert patched.returncode or b"CGO_ENABLED=0" in patched.stdout
    written = Ran(place, "Dockerfile", "--fix", "--write")
    assert (written.output, written.status) == ("", 0)
    assert Ran(place, "Dockerfile").status == 0
    assert "nothing that can be mended" in Ran(place, "Dockerfile", "--fix").errors


def test_windows_line_ends_stay_where_a_line_is_changed(place: Path) -> None:
    (place / "Dockerfile").write_bytes(GO.replace("\n", "\r\n").encode())
    assert Ran(place, "Dockerfile", "--fix", "--write").status == 0
    data = (place / "Dockerfile").read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")
    assert b"CGO_ENABLED=0" in data


def test_what_dockerignore_leaves_out_is_not_read(place: Path) -> None:
    (place / "main.go").write_text("package main\n\nfunc main() {}\n")
    assert Ran(place, "Dockerfile").status == 0
    (place / ".dockerignore").write_text("**/*.go\n")
    assert Ran(place, "Dockerfile").status == 1


@pytest.mark.parametrize(("tag", "suite"), [("lts", ""), ("iron", ""), ("latest", "trixie"), ("slim", "trixie")])
def test_a_tag_without_a_number_is_the_newest_or_not_known(tag: str, suite: str) -> None:
    assert facts_of_base(f"node:{tag}").suite == suite


def test_standard_input_has_no_context(place: Path) -> None:
    assert Ran(place, "-", given=GO.encode()).status == 1
    assert Ran(place, "-", "--context", ".", given=GO.encode()).status == 1


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("Nothing",), 3, "cannot read Nothing: no such file or directory"),
        ((".",), 3, "is a directory"),
        (("Dockerfile", "--target", "x"), 2, "no stage x"),
        (("Dockerfile", "--context", "x"), 2, "--context x is not a directory"),
        (("Dockerfile", "--build-arg", "=x"), 2, "not KEY=VALUE"),
        (("Dockerfile", "--platform", "all"), 2, "--platform all"),
        (("Dockerfile", "--platform", "linux/a/b/c"), 2, "not a platform"),
        (("Dockerfile", "--write"), 2, "--write goes with --fix"),
        (("Dockerfile", "--format", "x"), 2, "no such format"),
        (("Dockerfile", "--target", "x", "other.Dockerfile"), 2, "Dockerfile: there is no stage x"),
        (("go.mod",), 3, "line 1: unknown instruction: MODULE"),
    ],
)
def test_bad_input_is_one_clear_line(place: Path, words: tuple[str, ...], status: int, said: str) -> None:
    ran = Ran(place, *words)
    assert ran.status == status
    assert ran.output == ""
    assert said in ran.errors.splitlines()[0]
    assert len(ran.errors.splitlines()) <= 2


HOSTILE = {
    "binary": bytes(range(256)) * 40,
    "empty": b"",
    "one long line": b"FROM a\nRUN " + b"x" * 900_000,
    "long continuation": b"FROM a\nRUN a" + b" \\\n && b" * 40_000,
    "many stages": b"".join(b"FROM a AS s%d\n" % at for at in range(2000)),
    "deep stages": b"FROM scratch AS s0\n"
    + b"".join(b"FROM s%d AS s%d\nCOPY --from=s%d / /\n" % (at, at + 1, at) for at in range(900)),
    "many copies": b"FROM scratch\n"
    + b"".join(b"COPY a%d /a%d\n" % (at, at) for at in range(20_000))
    + b'CMD ["/a1"]\n',
    "doubling": b"FROM a\nENV A=xxxxxxxx\n" + b"ENV A=$A$A\n" * 60,
    "deep json": b"FROM a\nCMD " + b"[" * 100_000,
    "deep braces": b"FROM ${A:-" + b"${A:-" * 10_000,
    "patterns": b"FROM a\nARG A=" + b"a" * 5000 + b"\nENV B=${A/" + b"*a" * 200 + b"b/x}\n",
    "quotes": b"FROM a\nRUN " + b"'\"" * 50_000 + b"\n",
    "substitutions": b"FROM golang\nRUN " + b"$(" * 50_000 + b"\n",
    "controls": 'FROM \x1b[31mred AS b\nCOPY --from=b \u202ex /x\nCMD ["/x"]\n'.encode(),
    "not utf-8": b'FROM scratch\nCOPY \xff\xfe /\xff\nCMD ["/\xff"]\n',
    "traversal": b'FROM scratch\nCOPY ../../../../../../etc/passwd /x\nCOPY . /y\nCMD ["/y/../../x"]\n',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gives_a_report_or_one_line_soon(name: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(HOSTILE[name])
    ran = Ran(tmp_path, "Dockerfile", "--strict")
    assert ran.seconds < _SECONDS
    assert ran.status in (0, 1, 3)
    assert len(ran.errors.splitlines()) <= 2
    assert "\x1b" not in ran.output + ran.errors
    assert "\u202e" not in ran.output + ran.errors
