"""Words that users saw, to the rule that explains them."""
# ruff: noqa: E501 (the words stand as they were printed)

from __future__ import annotations

import pytest

from libccheck.causes import causes
from libccheck.rules import RULES

SEEN = [
    # the kernel's refusals, as engines, shells and languages word them
    ("/bin/sh: ./app: not found", "LC101"),
    ("sh: 1: ./app: not found", "LC101"),
    ("bash: ./app: No such file or directory", "LC101"),
    ("bash: ./app: cannot execute: required file not found", "LC101"),
    ("exec /app: no such file or directory", "LC101"),
    ("standard_init_linux.go:228: exec user process caused: no such file or directory", "LC101"),
    ('standard_init_linux.go:178: exec user process caused "no such file or directory"', "LC101"),
    ("exec container process (missing dynamic library?) `/app`: No such file or directory", "LC101"),
    ('{"msg":"exec container process (missing dynamic library?) `/srv/tool`: No such file or directory"}', "LC101"),
    ("[8] System error: no such file or directory", "LC101"),
    ("exec /entrypoint.sh: no such file or directory", "LC106"),
    ("/bin/sh^M: bad interpreter: No such file or directory", "LC106"),
    ("bash: ./run.sh: /bin/bash^M: bad interpreter: No such file or directory", "LC106"),
    ("/usr/bin/env: 'bash\\r': No such file or directory", "LC106"),
    ("bash: ./run: /bin/zsh: bad interpreter: No such file or directory", "LC105"),
    ("env: can't execute 'bash': No such file or directory", "LC105"),
    ("/usr/bin/env: 'bash': No such file or directory", "LC105"),
    ("/usr/bin/env: ‘python’: No such file or directory", "LC105"),
    ("env: can't execute 'sh -e': No such file or directory", "LC105"),
    ("/usr/bin/env: unrecognized option: S", "LC105"),
    ("env: invalid option -- 'S'", "LC105"),
    ("exec /x.sh: exec format error", "LC107"),
    ("exec /app: exec format error", "LC102"),
    ('standard_init_linux.go:190: exec user process caused "exec format error"', "LC102"),
    ("exec container process `/usr/local/bin/python`: Exec format error", "LC102"),
    ("bash: ./app: cannot execute binary file: Exec format error", "LC102"),
    ("Too many levels of symbolic links", "LC109"),
    ("qemu-aarch64: Could not open '/lib/ld-linux-aarch64.so.1': No such file or directory", "LC101"),
    ("aarch64-binfmt-P: Could not open '/lib/ld-linux-aarch64.so.1': No such file or directory", "LC101"),
    ('exec: "/app": permission denied', "LC104"),
    ("sh: ./x: Permission denied", "LC104"),
    ("the path `/x` exists but it is not executable", "LC104"),
    ("exec /app: permission denied", "LC103"),
    ("exec /app: accessing a corrupted shared library", "LC103"),
    ("exec /app: input/output error", "LC103"),
    ("Segmentation fault (core dumped)", "LC108"),
    ('exec: "foo": executable file not found in $PATH: unknown', "LC100"),
    ('exec: "/foo": stat /foo: no such file or directory: unknown', "LC100"),
    ("sh: foo: not found", "LC100"),
    ("executable file `foo` not found in $PATH: No such file or directory", "LC100"),
    ("fork/exec ./tool: no such file or directory", "LC101"),
    ("FileNotFoundError: [Errno 2] No such file or directory: './tool'", "LC101"),
    ("OSError: [Errno 8] Exec format error: './tool'", "LC102"),
    ("PermissionError: [Errno 13] Permission denied: './tool'", "LC104"),
    ('java.io.IOException: Cannot run program "./tool": error=2, No such file or directory', "LC101"),
    ("Error: spawn /opt/tool ENOENT", "LC101"),
    ("Error: spawn /opt/tool EACCES", "LC104"),
    # glibc
    (
        "app: error while loading shared libraries: libfoo.so.1: cannot open shared object file: No such file or directory",
        "LC201",
    ),
    ("app: error while loading shared libraries: libz.so.1: wrong ELF class: ELFCLASS32", "LC202"),
    ("app: error while loading shared libraries: /lib/libc.so: invalid ELF header", "LC202"),
    ("app: error while loading shared libraries: /lib/libc.so: file too short", "LC202"),
    ("app: /lib/libc.so.6: version `GLIBC_2.34' not found (required by app)", "LC203"),
    ("app: /lib/libc.so.6: weak version `GLIBC_2.25' not found (required by app)", "LC203"),
    ("/usr/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by ./app)", "LC203"),
    ("version `GLIBC_ABI_DT_RELR' not found (required by ./app)", "LC203"),
    ("libfoo.so: DT_RELR without GLIBC_ABI_DT_RELR dependency", "LC209"),
    (
        "relocation error: libm.so.6: symbol x, version GLIBC_PRIVATE not defined in file libc.so.6 with link time reference",
        "LC204",
    ),
    ("app: symbol lookup error: app: undefined symbol: frobnicate, version V1", "LC204"),
    ("app: libfoo.so.1: no version information available (required by app)", "LC207"),
    (
        "Inconsistency detected by ld.so: dl-lookup.c: 111: check_match: Assertion `version->filename == NULL' failed!",
        "LC207",
    ),
    ("Fatal glibc error: CPU does not support x86-64-v2", "LC205"),
    ("app: CPU ISA level is lower than required", "LC205"),
    ("libfoo.so: cannot enable executable stack as shared object requires: Invalid argument", "LC209"),
    ("FATAL: kernel too old", "LC206"),
    ("libbar.so: cannot dynamically load position-independent executable", "LC209"),
    ("libjemalloc.so.2: cannot allocate memory in static TLS block", "LC209"),
    ("ELF load command address/offset not page-aligned", "LC202"),
    (
        "ERROR: ld.so: object '/x.so' from LD_PRELOAD cannot be preloaded (cannot open shared object file): ignored.",
        "LC201",
    ),
    ("libfoo.so: cannot restore segment prot after reloc: Permission denied", "LC209"),
    # musl
    ("Error loading shared library libgcc_s.so.1: No such file or directory (needed by /app)", "LC201"),
    ("Error relocating /app: __fprintf_chk: symbol not found", "LC204"),
    ("Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /x.node)", "LC201"),
    ("Error relocating /lib/ld-linux-x86-64.so.2: unsupported relocation type 37", "LC208"),
    ("Error loading shared library libx.so: Exec format error (needed by /app)", "LC202"),
    ("Error relocating /a.so: x: initial-exec TLS resolves to dynamic definition in /b.so", "LC209"),
    # uClibc
    ("app: can't load library 'libdl.so.1'", "LC201"),
    ("app: symbol 'stdout': can't resolve symbol", "LC204"),
    ("app: '/lib/libx.so' is not an ELF executable for x86_64", "LC202"),
]

WRAPPED = [
    "2026-11-23T10:00:01.123456789Z stderr F {}",
    "web-1  | {}",
    "docker: Error response from daemon: failed to create task for container: {}",
    "[build 4/7] RUN ./configure: {}",
    "Nov 23 10:00:01 host app[1234]: {}",
    'time="2026-11-23T10:00:01Z" level=error msg={}',
]


@pytest.mark.parametrize(("words", "code"), SEEN)
def test_the_right_cause_comes_first(words: str, code: str) -> None:
    assert causes(words)[0].code == code


@pytest.mark.parametrize("wrapper", WRAPPED)
@pytest.mark.parametrize(("words", "code"), SEEN)
def test_wrappers_and_timestamps_change_nothing(words: str, code: str, wrapper: str) -> None:
    assert causes(wrapper.format(words))[0].code == code


@pytest.mark.parametrize(("old", "new"), [("/app", "/opt/my-service/bin/server"), ("libfoo", "libthing-2")])
@pytest.mark.parametrize(("words", "code"), SEEN)
def test_other_paths_and_names_change_nothing(words: str, code: str, old: str, new: str) -> None:
    assert causes(words.replace(old, new))[0].code == code


def test_words_that_nobody_knows_have_no_cause() -> None:
    assert causes("everything is fine") == ()


def test_every_cause_is_a_rule_and_names_a_command() -> None:
    for words, _ in SEEN:
        for cause in causes(words):
            assert cause.code in RULES
            assert cause.command.startswith("libccheck ")
