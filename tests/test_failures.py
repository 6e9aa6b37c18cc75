"""Every row of the catalog of failures, as `unit/causes/rows.py` numbers them: the golden case that provokes it, or why
none can and which test holds us to it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.unit.causes.rows import ROWS
from tests.unit.causes.test_rows import CATALOG, WORDLESS

TESTS = Path(__file__).parent
CASES = TESTS / "cases"


class Case(NamedTuple):
    """A golden case whose report has these words: of an engine, a shell, the loader, or of libccheck where the failure
    comes only after the start."""

    name: str
    words: str


class Instead(NamedTuple):
    """A test, as file::name, and the reason why no case of the command line provokes the row."""

    test: str
    reason: str


_ONLY_READ = "unit/causes/test_rows.py::test_the_right_cause_comes_first"
PROVOKED: dict[str, Case | Instead] = {
    "A1": Case("LC101-glibc-program-on-alpine", "exec /httpd: no such file or directory"),
    "A2": Case("LC101-program-of-nix", "bash: /app: cannot execute: required file not found"),
    "A3": Case("LC101-dangling-loader-link", "no such file or directory"),
    "A4": Case("LC101-32-bit-program", "sh: /app: not found"),
    "A5": Case("LC101-relative-loader", "exec /app: no such file or directory"),
    "A6": Case("LC106-windows-line-ends", "no such file or directory"),
    "A7": Case("LC105-bash-on-alpine", "no such file or directory"),
    "A8": Case("LC105-env-bash-on-alpine", "env: can't execute 'bash': No such file or directory"),
    "A9": Case("LC105-arguments-of-env", "env: can't execute 'sh -e': No such file or directory"),
    "A10": Case("LC105-env-that-splits-nothing", "/usr/bin/env: unrecognized option: S"),
    "A11": Case("LC107-byte-order-mark", "exec format error"),
    "A12": Case("LC107-long-first-line", "exec /tool.py: exec format error"),
    "A13": Case("LC109-seven-scripts", "too many levels of symbolic links"),
    "A14": Case("LC102-arm64-program-on-amd64", "exec format error"),
    "A15": Instead(_ONLY_READ, "the words are qemu's, whose release decides them, and qemu is the host's"),
    "A16": Instead(_ONLY_READ, "how the host registered its emulator stands in no file of an image"),
    "A17": Case("LC104-mode-0644", "permission denied"),
    "A18": Case("LC103-loader-not-executable", "exec /app: permission denied"),
    "A19": Case("LC103-loader-of-another-machine", "Accessing a corrupted shared library"),
    "A20": Case("LC103-loader-is-empty", "Input/output error"),
    "A21": Case("LC108-library-run-as-program", "Segmentation fault"),
    "A22": Instead("engine/test_words.py::test_docker_ends_as_predicted", "check places the program, so it is there"),
    "A23": Instead(_ONLY_READ, "the words are those of engines of 2015"),
    "B1": Case(
        "LC201-glibc-without-libssl", "libssl.so.1.1: cannot open shared object file: No such file or directory"
    ),
    "B2": Case("LC201-library-of-another-machine", "libfoo.so.1: cannot open shared object file: No such file"),
    "B3": Case("LC202-library-of-32-bits", "libfoo.so.1: wrong ELF class: ELFCLASS32"),
    "B4": Case("LC202-glibc-text-for-a-library", "invalid ELF header"),
    "B5": Case("LC203-newer-glibc", "version `GLIBC_"),
    "B5a": Case("LC203-weak-version", "weak version `GLIBC_2.98' not found (required by /app)"),
    "B6": Case("LC203-newer-libstdcxx", "version `GLIBCXX_3.4.32' not found (required by /app)"),
    "B7": Case("LC203-markers-of-newer-linkers", "version `GLIBC_ABI_DT_RELR' not found (required by /app)"),
    "B8": Case("LC209-packed-without-marker", "/app: DT_RELR without GLIBC_ABI_DT_RELR dependency"),
    "B9": Case("LC203-markers-of-newer-linkers", "version `GLIBC_ABI_GNU2_TLS' not found (required by /app)"),
    "B10": Case("LC204-glibc-of-two-builds", "undefined symbol: _dl_of_another_build, version GLIBC_PRIVATE"),
    "B11": Case("LC204-glibc", "undefined symbol"),
    "B12": Case("LC207-library-without-versions", "dl-lookup.c: 107: check_match: Assertion"),
    "B13": Case("LC201-what-busybox-lacks", "libcrypt.so.1: cannot open shared object file"),
    "B14": Case("LC201-glibc-without-libssl", "libssl.so.1.1: cannot open shared object file"),
    "B15": Case("LC201-what-busybox-lacks", "libdl.so.2: cannot open shared object file"),
    "B16": Case("LC201-what-busybox-lacks", "libgcc_s.so.1: cannot open shared object file"),
    "B17": Instead(
        "unit/test_identify.py::test_the_level_that_a_loader_was_built_for_goes_with_its_message",
        "no such glibc is in the catalog",
    ),
    "B18": Case("LC205-level-v3", "CPU ISA level is lower than required"),
    "B19": Case("LC209-plugin-with-executable-stack", "cannot enable executable stack as shared object requires"),
    "B20": Case("LC206-kernel-of-2010", "FATAL: kernel too old"),
    "B21": Case("LC303-plugin-with-static-tls", "static TLS"),
    "B22": Case("LC313-narrow-alignment", "aligned to 4096"),
    "B23": Case(
        "starts-although-a-preload-is-missing", "from LD_PRELOAD cannot be preloaded (cannot open shared object"
    ),
    "B24": Case("LC306-static-glibc", "static"),
    "B25": Instead(_ONLY_READ, "SELinux decides on the host"),
    "B26": Case("LC209-program-for-a-library", "cannot dynamically load position-independent executable"),
    "C1": Case(
        "LC201-musl-without-libstdcxx", "Error loading shared library libstdc++.so.6: No such file or directory"
    ),
    "C2": Case("LC204-glibc-symbols-on-musl", "symbol not found"),
    "C3": Case("LC201-glibc-libraries-on-musl", "library ld-linux-x86-64.so.2: No such file or directory (needed by"),
    "C4": Case("LC201-glibc-libraries-on-musl", "library libresolv.so.2: No such file or directory (needed by"),
    "C5": Case("LC208-loader-of-glibc-under-musl", "ld-linux-x86-64.so.2: unsupported relocation type 37"),
    "C6": Case("LC202-musl-text-for-a-library", "libfoo.so.1: Exec format error (needed by /app)"),
    "C7": Case("LC208-library-of-another-machine", "libfoo.so.1: unsupported relocation type 1026"),
    "C8": Instead(
        "unit/launch/test_musl.py::"
        "test_a_library_that_wants_its_variable_at_a_fixed_place_is_refused_once_the_program_runs",
        "the forge names no variable of threads; real libraries are opened in reality/programs/opened.py",
    ),
    "C9": Case("LC207-packed-for-newer-musl", "does not read the packed relative relocations of /app"),
    "C10": Instead(_ONLY_READ, "it is said when a program is linked, not when one is started"),
    "C11": Case("LC302-glibc-program-on-musl", "musl"),
    "C12": Instead(_ONLY_READ, WORDLESS["C12"]),
    "C13": Instead(_ONLY_READ, "the filter of system calls is the host's"),
    "C14": Instead(_ONLY_READ, WORDLESS["C14"]),
    "D1": Case("LC201-uclibc-without-libpthread", "can't load library 'libpthread.so"),
    "D2": Case("LC204-uclibc", "can't resolve symbol"),
    "D3": Case("LC202-uclibc-text-for-a-library", "is not an ELF"),
    "D4": Case("LC101-uclibc-of-another-generation", "exec /"),
}


def test_every_row_is_provoked_or_it_is_said_why_not() -> None:
    assert set(PROVOKED) == {*CATALOG, "B5a"} == {row.row for row in ROWS} | set(WORDLESS)


@pytest.mark.parametrize("row", [row for row, each in PROVOKED.items() if isinstance(each, Case)])
def test_the_case_has_the_words(row: str) -> None:
    case = PROVOKED[row]
    assert isinstance(case, Case)
    report = json.loads((CASES / case.name / "json").read_text(encoding="utf-8"))
    said = [text for check in report["checks"] for text in _strings(check)]
    assert any(case.words in text for text in said), [text for text in said if len(text) > 30]


@pytest.mark.parametrize("row", [row for row, each in PROVOKED.items() if isinstance(each, Instead)])
def test_the_test_that_stands_in_is_there(row: str) -> None:
    instead = PROVOKED[row]
    assert isinstance(instead, Instead)
    file, _, name = instead.test.partition("::")
    text = (TESTS / file).read_text(encoding="utf-8")
    assert re.search(rf"^ *def {name or 'test_'}", text, re.MULTILINE)
    assert len(instead.reason) > 20


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in items for text in _strings(each)]
