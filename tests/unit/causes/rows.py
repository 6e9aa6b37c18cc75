"""What is printed when a program does not start, row by row of the catalog of failures, and the rule behind it.

The rows are numbered by the stage that speaks: A the kernel, B glibc, C musl, D uClibc, E the program itself, later.
"""
# ruff: noqa: E501 (the words stand as they were printed)
# fmt: off

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One text of a row; `code` is "" where no rule is about the cause."""

    row: str
    code: str
    words: str


KERNEL = (
    Row("A1",  "LC101", "/bin/sh: ./app: not found"),
    Row("A1",  "LC101", "sh: ./x: not found"),
    Row("A1",  "LC101", "sh: 1: ./x: not found"),
    Row("A1",  "LC101", "bash: ./app: No such file or directory"),
    Row("A1",  "LC101", "bash: ./app: cannot execute: required file not found"),
    Row("A1",  "LC101", "exec /app: no such file or directory"),
    Row("A1",  "LC101", "standard_init_linux.go:228: exec user process caused: no such file or directory"),
    Row("A1",  "LC101", 'standard_init_linux.go:190: exec user process caused "no such file or directory"'),
    Row("A1",  "LC101", "exec container process (missing dynamic library?) `/app`: No such file or directory"),
    Row("A2",  "LC101", "exec /nix/store/1xq4d4ppm5k6x-tool-1.0/bin/tool: no such file or directory"),
    Row("A2",  "LC101", "bash: /home/linuxbrew/.linuxbrew/bin/tool: cannot execute: required file not found"),
    Row("A3",  "LC101", "exec /srv/app: no such file or directory"),
    Row("A4",  "LC101", "sh: ./busybox-i386: not found"),
    Row("A5",  "LC101", "bash: ./relative: No such file or directory"),
    Row("A6",  "LC106", "exec /entrypoint.sh: no such file or directory"),
    Row("A6",  "LC106", "bash: ./run.sh: /bin/sh^M: bad interpreter: No such file or directory"),
    Row("A6",  "LC106", "/bin/sh^M: bad interpreter: No such file or directory"),
    Row("A6",  "LC106", "/usr/bin/env: 'bash\\r': No such file or directory"),
    Row("A7",  "LC105", "bash: ./run: /bin/zsh: bad interpreter: No such file or directory"),
    Row("A8",  "LC105", "env: can't execute 'bash': No such file or directory"),
    Row("A8",  "LC105", "/usr/bin/env: 'bash': No such file or directory"),
    Row("A8",  "LC105", "/usr/bin/env: ‘python’: No such file or directory"),
    Row("A9",  "LC105", "env: can't execute 'sh -e': No such file or directory"),
    Row("A9",  "LC105", "/usr/bin/env: 'sh -e': No such file or directory"),
    Row("A10", "LC105", "/usr/bin/env: unrecognized option: S"),
    Row("A10", "LC105", "/usr/bin/env: invalid option -- 'S'"),
    Row("A10", "LC105", "/usr/bin/env: invalid option -- S"),
    Row("A11", "LC107", "exec /x.sh: exec format error"),
    Row("A12", "LC107", "exec /opt/a-very-long-prefix/venv/bin/tool.py: exec format error"),
    Row("A13", "LC109", "Too many levels of symbolic links"),
    Row("A14", "LC102", "exec format error"),
    Row("A14", "LC102", "exec container process `/x`: Exec format error"),
    Row("A14", "LC102", "bash: ./app: cannot execute binary file: Exec format error"),
    Row("A14", "LC102", '{"msg":"exec container process `/usr/local/bin/python`: Exec format error","level":"error"}'),
    Row("A15", "LC101", "qemu-aarch64: Could not open '/lib/ld-linux-aarch64.so.1': No such file or directory"),
    Row("A15", "LC101", "aarch64-binfmt-P: Could not open '/lib/ld-linux-aarch64.so.1': No such file or directory"),
    Row("A16", "LC101", "exec /bin/uname: no such file or directory"),
    Row("A17", "LC104", 'exec: "/app": permission denied'),
    Row("A17", "LC104", "sh: ./app: Permission denied"),
    Row("A17", "LC104", "the path `/app` exists but it is not executable"),
    Row("A17", "LC104", "the path `/app` is not a regular file"),
    Row("A17", "LC104", 'exec: "/app": is a directory: permission denied'),
    Row("A18", "LC103", "exec /app: permission denied"),
    Row("A18", "LC103", "bash: ./run.sh: /bin/sh: bad interpreter: Permission denied"),
    Row("A19", "LC103", "Accessing a corrupted shared library"),
    Row("A19", "LC103", "exec /app: accessing a corrupted shared library"),
    Row("A20", "LC103", "Input/output error"),
    Row("A20", "LC103", "bash: ./app: Input/output error"),
    Row("A21", "LC108", "Segmentation fault"),
    Row("A21", "LC108", "Segmentation fault (core dumped)"),
    Row("A22", "LC100", 'exec: "foo": executable file not found in $PATH'),
    Row("A22", "LC100", 'exec: "/foo": stat /foo: no such file or directory'),
    Row("A22", "LC100", 'exec: "/bin/sh": stat /bin/sh: no such file or directory'),
    Row("A22", "LC100", "executable file `foo` not found in $PATH: No such file or directory"),
    Row("A22", "LC100", "executable file `/foo` not found: No such file or directory"),
    Row("A23", "LC101", "[8] System error: no such file or directory"),
)

GLIBC = (
    Row("B1",  "LC201", "app: error while loading shared libraries: libfoo.so.1: cannot open shared object file: No such file or directory"),
    Row("B1",  "LC201", "app: error while loading shared libraries: libfoo.so.1: cannot open shared object file"),
    Row("B2",  "LC201", "app: error while loading shared libraries: libarm.so.1: cannot open shared object file: No such file or directory"),
    Row("B3",  "LC202", "app: error while loading shared libraries: libfoo.so.1: wrong ELF class: ELFCLASS32"),
    Row("B4",  "LC202", "app: error while loading shared libraries: /usr/lib/libc.so: invalid ELF header"),
    Row("B4",  "LC202", "app: error while loading shared libraries: /usr/lib/libc.so: file too short"),
    Row("B5",  "LC203", "/app: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /app)"),
    Row("B5a", "LC203", "/app: /lib/x86_64-linux-gnu/libc.so.6: weak version `GLIBC_2.25' not found (required by /app)"),
    Row("B6",  "LC203", "/app: /usr/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app)"),
    Row("B6",  "LC203", "/app: /usr/lib/libstdc++.so.6: version `CXXABI_1.3.15' not found (required by /app)"),
    Row("B7",  "LC203", "version `GLIBC_ABI_DT_RELR' not found (required by ./app)"),
    Row("B8",  "LC209", "/app: error while loading shared libraries: /app: DT_RELR without GLIBC_ABI_DT_RELR dependency"),
    Row("B9",  "LC203", "/app: /lib/libc.so.6: version `GLIBC_ABI_GNU2_TLS' not found (required by /app)"),
    Row("B9",  "LC203", "/app: /lib/libc.so.6: version `GLIBC_ABI_DT_X86_64_PLT' not found (required by /app)"),
    Row("B9",  "LC203", "/app: /lib/libc.so.6: version `GLIBC_ABI_GNU_TLS' not found (required by /app)"),
    Row("B10", "LC204", "/app: relocation error: /lib/libm.so.6: symbol _dl_x, version GLIBC_PRIVATE not defined in file libc.so.6 with link time reference"),
    Row("B10", "LC204", "relocation error: /lib/libm.so.6: symbol _dl_x version GLIBC_PRIVATE not defined in file libc.so.6 with link time reference"),
    Row("B11", "LC204", "/app: symbol lookup error: /app: undefined symbol: frobnicate, version V1"),
    Row("B11", "LC204", "/app: symbol lookup error: /lib/libfoo.so.1: undefined symbol: frobnicate"),
    Row("B12", "LC207", "/app: /opt/libfoo.so.1: no version information available (required by /app)"),
    Row("B12", "LC207", "Inconsistency detected by ld.so: dl-lookup.c: 111: check_match: Assertion `version->filename == NULL || ! _dl_name_match_p (version->filename, map)' failed!"),
    Row("B13", "LC201", "app: error while loading shared libraries: libcrypt.so.1: cannot open shared object file: No such file or directory"),
    Row("B14", "LC201", "app: error while loading shared libraries: libssl.so.1.1: cannot open shared object file: No such file or directory"),
    Row("B14", "LC201", "app: error while loading shared libraries: libtinfo.so.5: cannot open shared object file: No such file or directory"),
    Row("B15", "LC201", "app: error while loading shared libraries: libdl.so.2: cannot open shared object file: No such file or directory"),
    Row("B16", "LC201", "app: error while loading shared libraries: libgcc_s.so.1: cannot open shared object file: No such file or directory"),
    Row("B16", "LC201", "app: error while loading shared libraries: libstdc++.so.6: cannot open shared object file: No such file or directory"),
    Row("B17", "LC205", "Fatal glibc error: CPU does not support x86-64-v2"),
    Row("B17", "LC205", "Fatal glibc error: CPU does not support APX"),
    Row("B17", "LC205", "Fatal glibc error: CPU lacks ISA 3.00 support (POWER9 or later required)"),
    Row("B17", "LC205", "Fatal glibc error: CPU lacks VXE support (z14 or later required)"),
    Row("B18", "LC205", "/app: CPU ISA level is lower than required"),
    Row("B18", "LC205", "/app: error while loading shared libraries: /lib/libfoo.so.1: CPU ISA level is lower than required"),
    Row("B19", "LC209", "/lib/libfoo.so.1: cannot enable executable stack as shared object requires: Invalid argument"),
    Row("B20", "LC206", "FATAL: kernel too old"),
    Row("B20", "LC206", "Fatal glibc error: cannot get entropy for arc4random"),
    Row("B21", "LC209", "/usr/lib/libjemalloc.so.2: cannot allocate memory in static TLS block"),
    Row("B22", "LC202", "app: error while loading shared libraries: libfoo.so.1: ELF load command address/offset not page-aligned"),
    Row("B22", "LC202", "app: error while loading shared libraries: libfoo.so.1: ELF load command alignment not page-aligned"),
    Row("B22", "LC202", "<jemalloc>: Unsupported system page size"),
    Row("B23", "LC201", "ERROR: ld.so: object '/usr/lib/libfoo.so.1' from LD_PRELOAD cannot be preloaded (cannot open shared object file): ignored."),
    Row("B24", "",      "warning: Using 'getaddrinfo' in statically linked applications requires at runtime the shared libraries from the glibc version used for linking"),
    Row("B25", "LC209", "error while loading shared libraries: /lib/libfoo.so.1: cannot restore segment prot after reloc: Permission denied"),
    Row("B25", "LC209", "error while loading shared libraries: /lib/libfoo.so.1: cannot apply additional memory protection after relocation: Permission denied"),
    Row("B26", "LC209", "app: error while loading shared libraries: libfoo.so.1: cannot dynamically load position-independent executable"),
)

MUSL = (
    Row("C1",  "LC201", "Error loading shared library libgcc_s.so.1: No such file or directory (needed by /app)"),
    Row("C2",  "LC204", "Error relocating /app: __fprintf_chk: symbol not found"),
    Row("C2",  "LC204", "Error relocating /lib/libfoo.so.1: __res_init: symbol not found"),
    Row("C3",  "LC201", "Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /srv/x.node)"),
    Row("C4",  "LC201", "Error loading shared library libresolv.so.2: No such file or directory (needed by /app)"),
    Row("C5",  "LC208", "Error relocating /lib/ld-linux-x86-64.so.2: unsupported relocation type 37"),
    Row("C6",  "LC202", "Error loading shared library libfoo.so.1: Exec format error (needed by /app)"),
    Row("C7",  "LC208", "Error relocating /lib/libfoo.so.1: unsupported relocation type 1026"),
    Row("C8",  "LC209", "Error relocating /lib/libfoo.so.1: counter: initial-exec TLS resolves to dynamic definition in /lib/libbar.so"),
    Row("C9",  "LC207", "the alpine:3.14 container exits with code 139, SIGSEGV, and prints nothing"),
    Row("C10", "LC204", "undefined reference to `open64'"),
    Row("C11", "LC302", "app: applet not found"),
    Row("C13", "",      "make: /bin/sh: Operation not permitted"),
)

UCLIBC = (
    Row("D1", "LC201", "/app: can't load library 'libdl.so.1'"),
    Row("D2", "LC204", "/app: symbol 'stdout': can't resolve symbol"),
    Row("D2", "LC204", "/app: Can't resolve symbol 'frobnicate'"),
    Row("D2", "LC204", "can't resolve symbol 'frobnicate'"),
    Row("D3", "LC202", "/app: '/lib/libfoo.so.1' is not an ELF executable for x86_64"),
    Row("D3", "LC202", "/app: '/lib/libfoo.so.1' is not an ELF file"),
    Row("D3", "LC202", "/app: '/lib/libfoo.so.1' library contains unsupported TLS"),
    Row("D4", "LC101", "sh: /usr/bin/luckfox: not found"),
)

ROWS = (*KERNEL, *GLIBC, *MUSL, *UCLIBC)

LATER = (
    Row("E1", "",      "tls: failed to verify certificate: x509: certificate signed by unknown authority"),
    Row("E1", "",      'Get "https://example.org": x509: certificate signed by unknown authority'),
    Row("E1", "",      "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate"),
    Row("E2", "",      "panic: unknown time zone Europe/Paris"),
    Row("E2", "",      "zoneinfo._common.ZoneInfoNotFoundError: 'No time zone found with key Europe/Paris'"),
    Row("E3", "",      "unable to find user web: no matching entries in passwd file"),
    Row("E4", "",      "open /tmp/upload-123: no such file or directory"),
    Row("E4", "",      "FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp', '/var/tmp', '/usr/tmp', '/']"),
    Row("E5", "LC100", 'exec: "/bin/sh": stat /bin/sh: no such file or directory'),
    Row("E6", "",      "curl: (6) getaddrinfo() thread failed to start"),
    Row("E6", "",      "pthread_create failed: Operation not permitted"),
    Row("E7", "LC201", "java.lang.UnsatisfiedLinkError: /tmp/librocksdb.so: libgcc_s.so.1: cannot open shared object file: No such file or directory"),
)
"""What a program says that started and then missed something."""

GCOMPAT = (
    Row("gcompat", "LC209", "ld-linux-x86-64.so.2: cannot load /app: Permission denied"),
    Row("gcompat", "LC209", "too many preloaded libraries"),
    Row("gcompat", "LC101", "execve: No such file or directory"),
)
"""What its stub says, and musl's loader in its name."""

LANGUAGES = (
    Row("Go",        "LC101", "fork/exec ./tool: no such file or directory"),
    Row("Go",        "LC102", "fork/exec ./tool: exec format error"),
    Row("Go",        "LC104", "fork/exec ./tool: permission denied"),
    Row("Go",        "LC100", 'exec: "ffmpeg": executable file not found in $PATH'),
    Row("Python",    "LC101", "FileNotFoundError: [Errno 2] No such file or directory: './tool'"),
    Row("Python",    "LC100", "FileNotFoundError: [Errno 2] No such file or directory: 'ffmpeg'"),
    Row("Python",    "LC102", "OSError: [Errno 8] Exec format error: './tool'"),
    Row("Python",    "LC104", "PermissionError: [Errno 13] Permission denied: './tool'"),
    Row("Python",    "LC201", "ImportError: libGL.so.1: cannot open shared object file: No such file or directory"),
    Row("Python",    "LC201", "ImportError: Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /srv/x.so)"),
    Row("Python",    "LC203", "ImportError: /lib64/libc.so.6: version `GLIBC_2.28' not found (required by /srv/x.so)"),
    Row("Python",    "LC204", "ImportError: Error relocating /srv/x.so: __memcpy_chk: symbol not found"),
    Row("Java",      "LC101", 'java.io.IOException: Cannot run program "./tool": error=2, No such file or directory'),
    Row("Java",      "LC100", 'java.io.IOException: Cannot run program "ffmpeg": error=2, No such file or directory'),
    Row("Java",      "LC101", "java.io.IOException: error=0, Failed to exec spawn helper: pid: 12, exit value: 1"),
    Row("Java",      "LC102", 'Cannot run program "./tool": error=8, Exec format error'),
    Row("Java",      "LC104", 'Cannot run program "./tool": error=13, Permission denied'),
    Row("Java",      "LC201", "java.lang.UnsatisfiedLinkError: /tmp/snappy.so: Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /tmp/snappy.so)"),
    Row("Node",      "LC101", "Error: spawn /opt/tool ENOENT"),
    Row("Node",      "LC100", "Error: spawn ffmpeg ENOENT"),
    Row("Node",      "LC104", "Error: spawn /opt/tool EACCES"),
    Row("Node",      "LC102", "Error: spawn ./tool ENOEXEC"),
    Row("Node",      "LC202", "Error: /srv/node_modules/bcrypt/bcrypt_lib.node: invalid ELF header"),
    Row("Node",      "LC201", "Error: Error loading shared library libssl.so.1.1: No such file or directory (needed by /srv/libquery_engine-linux-musl.so.node)"),
    Row("Ruby",      "LC101", "Errno::ENOENT: No such file or directory - ./tool"),
    Row("Rust",      "LC101", 'Os { code: 2, kind: NotFound, message: "No such file or directory" }'),
    Row("Rust",      "LC102", "error: could not execute process `./tool` (never executed): Exec format error (os error 8)"),
    Row("Rust",      "LC104", "Permission denied (os error 13)"),
    Row(".NET",      "LC101", "An error occurred trying to start process './tool' with working directory '/srv'. No such file or directory"),
    Row(".NET",      "LC201", "System.DllNotFoundException: Unable to load shared library 'libgdiplus' or one of its dependencies."),
    Row("systemd",   "LC101", "app.service: Failed at step EXEC spawning /usr/local/bin/app: No such file or directory"),
    Row("zsh",       "LC102", "zsh: exec format error: ./tool"),
    Row("zsh",       "LC100", "zsh: command not found: tool"),
    Row("dash",      "LC102", './tool: 1: Syntax error: "(" unexpected'),
    Row("ash",       "LC102", './tool: line 1: syntax error: unexpected word (expecting ")")'),
    Row("sudo",      "LC101", "sudo: unable to execute ./tool: No such file or directory"),
    Row("coreutils", "LC101", "timeout: failed to run command ‘./tool’: No such file or directory"),
    Row("strace",    "LC101", 'execve("./tool", ["./tool"], 0x7ffd /* 20 vars */) = -1 ENOENT (No such file or directory)'),
    Row("ldd",       "LC201", "\tlibssl.so.1.1 => not found"),
    Row("rosetta",   "LC101", "rosetta error: failed to open elf at /lib64/ld-linux-x86-64.so.2"),
    Row("docker",    "LC102", "no matching manifest for linux/arm64/v8 in the manifest list entries"),
    Row("tini",      "LC101", "[FATAL tini (7)] exec /app failed: No such file or directory"),
)
"""The same refusals, as languages and programs that run programs word them."""
