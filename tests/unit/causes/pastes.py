"""What people paste: the same words with other paths and names, in wrappers, among other lines, in color."""
# ruff: noqa: E501 (the words stand as they were printed)

from __future__ import annotations

from typing import NamedTuple


class Paste(NamedTuple):
    """`program` and `image` are what the words name of them."""

    name: str
    code: str
    program: str
    image: str
    words: str


PASTES = (
    Paste(
        "docker run",
        "LC101",
        "/httpd",
        "alpine:3.20",
        "$ docker run --rm -p 8080:8080 alpine:3.20 /httpd\nexec /httpd: no such file or directory\n",
    ),
    Paste(
        "docker run, image pulled first",
        "LC100",
        "/server",
        "busybox:musl",
        "Unable to find image 'busybox:musl' locally\nmusl: Pulling from library/busybox\nDigest: sha256:00ab\n"
        "docker: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime"
        ' create failed: runc create failed: unable to start container process: error during container init: exec: "/server":'
        " stat /server: no such file or directory: unknown.\n\nRun 'docker run --help' for more information",
    ),
    Paste(
        "docker compose",
        "LC101",
        "/usr/local/bin/gateway",
        "",
        "Attaching to db-1, gateway-1\ngateway-1  | exec /usr/local/bin/gateway: no such file or directory\ngateway-1 exited with code 255\n",
    ),
    Paste(
        "docker compose, in color",
        "LC106",
        "/docker-entrypoint.sh",
        "",
        "\x1b[36mweb-1  | \x1b[0m\x1b[31mexec /docker-entrypoint.sh: no such file or directory\x1b[0m\r\n",
    ),
    Paste(
        "kubectl describe",
        "LC104",
        "/app/start",
        "ghcr.io/acme/web:1.4.2",
        "    Image:         ghcr.io/acme/web:1.4.2\n    State:          Waiting\n      Reason:       CrashLoopBackOff\n    Last State:     Terminated\n"
        "      Reason:       StartError\n      Message:      failed to create containerd task: failed to create shim task: OCI runtime create failed: "
        'runc create failed: unable to start container process: exec: "/app/start": permission denied: unknown\n      Exit Code:    128\n',
    ),
    Paste(
        "kubectl events",
        "LC100",
        "serve",
        "",
        'Warning  Failed     12s (x3 over 40s)  kubelet  Error: failed to start container "web": Error response from daemon: OCI runtime'
        ' create failed: container_linux.go:380: starting container process caused: exec: "serve": executable file not found in $PATH: unknown',
    ),
    Paste(
        "kubectl logs, CRI",
        "LC102",
        "/bin/proxy",
        "",
        "2026-11-23T10:00:01.123456789Z stderr F exec /bin/proxy: exec format error",
    ),
    Paste(
        "old Docker, log level",
        "LC102",
        "",
        "",
        'time="2019-03-02T10:00:01Z" level=error msg="standard_init_linux.go:207: exec user process caused \\"exec format error\\""',
    ),
    Paste(
        "old Docker",
        "LC101",
        "",
        "",
        'standard_init_linux.go:211: exec user process caused "no such file or directory"',
    ),
    Paste(
        "runc with another line number",
        "LC101",
        "",
        "",
        "standard_init_linux.go:219: exec user process caused: no such file or directory",
    ),
    Paste(
        "runc, container_linux.go, quoted twice",
        "LC100",
        "/entry",
        "",
        'oci runtime error: container_linux.go:247: starting container process caused "exec: \\"/entry\\": stat /entry: no such file or directory"',
    ),
    Paste(
        "podman",
        "LC101",
        "/opt/tool/bin/tool",
        "",
        '{"msg":"exec container process (missing dynamic library?) `/opt/tool/bin/tool`: No such file or directory","level":"error","time":"2026-11-01T00:00:00Z"}',
    ),
    Paste(
        "podman, crun before the start",
        "LC100",
        "worker",
        "",
        "Error: crun: executable file `worker` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found",
    ),
    Paste(
        "JSON log of Docker",
        "LC203",
        "./importer",
        "",
        '{"log":"./importer: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38\' not found (required by ./importer)\\n","stream":"stderr","time":"2026-11-23T10:00:01Z"}',
    ),
    Paste(
        "journald",
        "LC201",
        "/usr/bin/indexer",
        "",
        "Nov 23 10:00:01 host indexer[1234]: /usr/bin/indexer: error while loading shared libraries: libicuuc.so.72: cannot open shared object file: No such file or directory",
    ),
    Paste(
        "systemctl status",
        "LC101",
        "/usr/local/bin/agent",
        "",
        "● agent.service - Agent\n     Active: failed (Result: exit-code)\n    Process: 411 ExecStart=/usr/local/bin/agent (code=exited, status=203/EXEC)\n"
        "Nov 23 10:00:01 host (agent)[411]: agent.service: Failed at step EXEC spawning /usr/local/bin/agent: No such file or directory",
    ),
    Paste(
        "GitHub Actions",
        "LC203",
        "./dist/cli",
        "",
        "2026-11-23T10:00:01.0000000Z ##[group]Run ./dist/cli --version\n2026-11-23T10:00:01.1000000Z ./dist/cli: /lib64/libm.so.6: version `GLIBC_2.29' not found (required by ./dist/cli)\n"
        "2026-11-23T10:00:01.2000000Z ##[error]Process completed with exit code 1.",
    ),
    Paste(
        "a build",
        "LC105",
        "./configure",
        "alpine:3.19",
        "#7 [2/3] FROM docker.io/library/alpine:3.19\n#8 [3/3] RUN ./configure\n#8 0.312 env: can't execute 'bash': No such file or directory\n#8 ERROR: process did not complete successfully: exit code: 127",
    ),
    Paste(
        "a build with a program of glibc on Alpine",
        "LC101",
        "./node_modules/.bin/sass",
        "",
        "#12 [build 4/7] RUN npm run css\n#12 1.204 /bin/sh: ./node_modules/.bin/sass: not found\n#12 ERROR: exit code: 127",
    ),
    Paste(
        "two loaders' lines, libraries first",
        "LC201",
        "/usr/bin/agent",
        "",
        "Error loading shared library libstdc++.so.6: No such file or directory (needed by /usr/bin/agent)\n"
        "Error loading shared library libgcc_s.so.1: No such file or directory (needed by /usr/bin/agent)\n"
        "Error relocating /usr/bin/agent: _ZdlPv: symbol not found\nError relocating /usr/bin/agent: _Znwm: symbol not found",
    ),
    Paste(
        "the telling line in the middle",
        "LC204",
        "/srv/agent",
        "",
        "starting agent\nloading configuration\nError relocating /srv/agent: gnu_get_libc_version: symbol not found\nexit status 127\nno such file or directory",
    ),
    Paste(
        "a warning before the failure",
        "LC204",
        "/opt/db",
        "",
        "/opt/db: /usr/lib/libcurl.so.4: no version information available (required by /opt/db)\n/opt/db: symbol lookup error: /opt/db: undefined symbol: curl_multi_poll, version CURL_OPENSSL_4",
    ),
    Paste(
        "a platform warning before the failure",
        "LC102",
        "/app",
        "acme/api",
        "$ docker run -it --name api acme/api /app\nWARNING: The requested image's platform (linux/amd64) does not match the detected host platform (linux/arm64/v8) and no specific platform was requested\nexec /app: exec format error",
    ),
    Paste(
        "a traceback of Python",
        "LC101",
        "/opt/chrome/chromedriver",
        "",
        'Traceback (most recent call last):\n  File "/usr/lib/python3.12/subprocess.py", line 1026, in __init__\n    self._execute_child(args)\n'
        "FileNotFoundError: [Errno 2] No such file or directory: '/opt/chrome/chromedriver'",
    ),
    Paste(
        "an import in Python",
        "LC203",
        "",
        "",
        'Traceback (most recent call last):\n  File "/srv/a.py", line 1, in <module>\n    import numpy\n'
        "ImportError: /usr/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.29' not found (required by /srv/numpy/core/_multiarray.so)",
    ),
    Paste(
        "a stack of Java",
        "LC102",
        "/srv/bin/protoc",
        "",
        'Caused by: java.io.IOException: Cannot run program "/srv/bin/protoc": error=8, Exec format error\n\tat java.base/java.lang.ProcessBuilder.start(ProcessBuilder.java:1143)',
    ),
    Paste(
        "an error of Node",
        "LC101",
        "/srv/node_modules/esbuild/bin/esbuild",
        "",
        "node:events:491\n      throw er; // Unhandled 'error' event\n      ^\n\nError: spawn /srv/node_modules/esbuild/bin/esbuild ENOENT\n    at ChildProcess._handle.onexit (node:internal/child_process:285:19)\n  errno: -2,\n  code: 'ENOENT',",
    ),
    Paste(
        "dlopen in Node",
        "LC201",
        "",
        "",
        "Error: Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /srv/node_modules/sharp/sharp.node)\n    at Module._extensions..node\n  code: 'ERR_DLOPEN_FAILED'",
    ),
    Paste(
        "Prisma",
        "LC201",
        "",
        "",
        "PrismaClientInitializationError: Unable to require(`/app/node_modules/.prisma/client/libquery_engine-linux-musl.so.node`).\nError loading shared library libssl.so.1.1: No such file or directory (needed by /app/node_modules/.prisma/client/libquery_engine-linux-musl.so.node)",
    ),
    Paste(
        "a log in German",
        "LC101",
        "/opt/dienst",
        "",
        "23.11.2026 10:00:01 FEHLER dienst: exec /opt/dienst: no such file or directory",
    ),
    Paste(
        "a shell with a full path",
        "LC101",
        "/opt/tool",
        "",
        "/usr/bin/bash: /opt/tool: cannot execute: required file not found",
    ),
    Paste(
        "a line of a script",
        "LC101",
        "/usr/bin/node",
        "",
        "/docker-entrypoint.sh: exec: line 11: /usr/bin/node: not found",
    ),
    Paste("a login shell", "LC101", "./a.out", "", "-bash: ./a.out: No such file or directory"),
    Paste("root's prompt", "LC104", "./deploy", "", "root@4f5e:/# ./deploy\nbash: ./deploy: Permission denied"),
    Paste("Alpine's prompt", "LC101", "./deploy", "", "/ # ./deploy\n/bin/sh: ./deploy: not found"),
    Paste(
        "a Makefile",
        "LC101",
        "./gen",
        "",
        "make: ./gen: No such file or directory\nmake: *** [Makefile:3: all] Error 127",
    ),
    Paste(
        "broken at 80 columns",
        "LC101",
        "/app",
        "",
        "exec container process (missing dynamic library?) `/app`: No such file or\ndirectory",
    ),
    Paste("all in capitals", "LC101", "/APP", "", "EXEC /APP: NO SUCH FILE OR DIRECTORY"),
    Paste(
        "cirros",
        "LC201",
        "/sbin/dropbear",
        "",
        "init: /sbin/dropbear: can't load library 'libutil.so.0'\ninit: respawning too fast",
    ),
    Paste(
        "a virtual machine",
        "LC205",
        "",
        "",
        "Kernel panic - not syncing\nFatal glibc error: CPU does not support x86-64-v3\ncontainer exited (127)",
    ),
    Paste(
        "Docker Desktop",
        "LC101",
        "",
        "",
        "rosetta error: failed to open elf at /lib64/ld-linux-x86-64.so.2\n Trace/breakpoint trap",
    ),
    Paste("a crash in Kubernetes", "LC108", "", "", "Last State: Terminated\n  Reason: Error\n  Exit Code: 139\n"),
    Paste(
        "a script of Windows", "LC106", "", "", "api-1  | env: can't execute 'python3\r': No such file or directory\r\n"
    ),
    Paste(
        "a script of Windows, by coreutils",
        "LC106",
        "",
        "",
        "/usr/bin/env: ‘bash\\r’: No such file or directory\n/usr/bin/env: use -[v]S to pass options in shebang lines",
    ),
)

WRAPPERS = {
    "nothing": "{}",
    "kubectl logs": "2026-11-23T10:00:01.123456789Z stderr F {}",
    "docker compose": "web-1  | {}",
    "docker compose, in color": "\x1b[36mweb-1  |\x1b[0m {}\x1b[0m",
    "colors whose escape was lost": "[36mweb-1  | [0m{}",
    "the daemon": "docker: Error response from daemon: failed to create task for container: {}",
    "a build": "#9 12.34 {}",
    "a build of old": "[build 4/7] RUN ./make-it: {}",
    "journald": "Nov 23 10:00:01 host app[1234]: {}",
    "a structured log": 'time="2026-11-23T10:00:01Z" level=error msg={}',
    "GitHub Actions": "2026-11-23T10:00:01.0000000Z {}",
    "GitLab": "\x1b[0;33m{}\x1b[0;m",
    "Windows line ends": "$ docker compose up\r\n{}\r\n",
    "more lines": "starting up\nlistening on port 8080\n{}\nexited\n",
    "a quotation": "> {}",
    "a list": "  - {}",
}
