"""Programs that do not start for want of a package, which is then really installed."""

from __future__ import annotations

import re

from tests.reality.programs.sources import HELLO
from tests.reality.reality import ANNOUNCEMENT
from tests.reality.stories import Story, c_program, script

_SAYS_VERSION = (
    "#include <gnu/libc-version.h>\n#include <stdio.h>\n"
    'int main(void) { return printf("started on %s\\n", gnu_get_libc_version()) < 0; }\n'
)
_PRINTS = (
    "#include <math.h>\n#include <stdio.h>\n"
    'int main(int n, char **a) { return printf("started %s %f\\n", a[0], cbrt(n)) < 0; }\n'
)


def _library(suite: str, soname: str, function: str, title: str, version: str = "") -> Story:
    story = _needs(f"apt-{suite}-{soname}", soname, function, version)
    return story._replace(root=f"apt-{suite}", title=title, templates=("apt-get",))


def _for_older_glibc(story: Story, machine: str = "x86_64") -> Story:
    """Built for one that all of these suites have; this machine's may be newer."""
    return story._replace(build=re.sub(r"\bcc ", f"zig cc -target {machine}-linux-gnu.2.28 ", story.build))


def _for_arm64(suite: str, soname: str, function: str, title: str, version: str = "") -> Story:
    story = _for_older_glibc(_library(suite, soname, function, title, version), "aarch64")
    name, root = f"arm64-{story.name}", f"apt-arm64-{suite}"
    return story._replace(name=name, root=root, machine="arm64", platform="linux/arm64")


def _of_rpm(manager: str, soname: str, function: str, title: str, version: str) -> Story:
    story = _needs(f"{manager}-{soname}", soname, function, version)
    return story._replace(root=f"rpm-{manager}", title=title, templates=(manager,))


def _cpp_of_rpm(manager: str) -> Story:
    files = {"app.cpp": '#include <iostream>\nint main(){std::cout << "started" << std::endl;}\n'}
    title = "install what provides libstdc++.so.6"
    return Story(f"{manager}-libstdc++", f"rpm-{manager}", title, (manager,), files, "c++ -O1 -o app app.cpp")


def _needs(name: str, soname: str, function: str, version: str) -> Story:
    """A program of this machine that needs a library which only the linker has seen, a stub of that name."""
    files = {
        "app.c": f"#include <stdio.h>\nextern int {function}(void);\n"
        f'int main(int n, char **a){{puts("started");return n > 9 && a ? {function}() : 0;}}\n',
        "stub.c": f"int {function}(void) {{ return 0; }}\n",
        "stub.map": f"{version} {{ global: {function}; }};\n",
    }
    script = " -Wl,--version-script=stub.map" if version else ""
    build = f"cc -shared -fPIC -Wl,-soname,{soname}{script} -o libstub.so stub.c && cc -o app app.c -L. -lstub"
    return Story(name, "", "", (), files, build)


def _on_alpine(name: str, needs: str, release: str, title: str) -> Story:
    """A program of musl that needs libraries of GCC, of which the linker has only seen stubs."""
    functions = {"libgcc_s.so.1": "_Unwind_Resume", "libstdc++.so.6": "_ZSt9terminatev"}
    wanted = needs.split()
    calls = "".join(f"extern void {functions[each]}(void);\n" for each in wanted)
    called = "".join(f"{functions[each]}();" for each in wanted)
    files = {
        "app.c": f"#include <stdio.h>\n{calls}"
        f'int main(int n, char **a){{puts("started");if(n > 9){{{called}}}return !a;}}\n',
        **{f"{each}.c": f"void {functions[each]}(void) {{}}\n" for each in wanted},
    }
    stubs = [f"cc -shared -nostdlib -fPIC -Wl,-soname,{each} -o {each} {each}.c" for each in wanted]
    build = " && ".join([*stubs, f"cc -o app app.c {needs}"])
    return Story(f"apk-{name}-{release}", f"alpine-{release}", title, ("apk",), files, build, compiler="musl-gcc")


def _for_glibc(name: str, source: str, options: str) -> Story:
    """A program of glibc on Alpine, with what stands in for gcompat."""
    build = f"cc -O2 -o app app.c{options}"
    return Story(f"apk-{name}", "alpine-3.20", "install gcompat (", ("apk",), {"app.c": source}, build)


PACKAGES = (
    _on_alpine("libgcc", "libgcc_s.so.1", "3.18", "install libgcc ("),
    _on_alpine("libstdc++", "libstdc++.so.6 libgcc_s.so.1", "3.18", "install libstdc++ ("),
    _on_alpine("libgcc", "libgcc_s.so.1", "3.99", "install what provides libgcc_s.so.1"),
    _on_alpine(
        "libstdc++", "libstdc++.so.6 libgcc_s.so.1", "3.99", "install what provides libstdc++.so.6 and libgcc_s.so.1"
    ),
    *(
        script(f"{manager}-bash", root, "install what provides ", manager, f"#!{path}\necho {ANNOUNCEMENT}\n")
        for manager, root, path in (("apk", "alpine-3.99", "/bin/bash"), ("dnf", "rpm-dnf", "/usr/bin/env bash"))
    ),
    *(
        story
        for each in ("dnf", "zypper")
        for story in (
            _of_rpm(each, "libssl.so.3", "SSL_new", "install what provides libssl.so.3", "OPENSSL_3.2.0"),
            _of_rpm(each, "libexample.so.1", "example", "install what provides a newer libexample.so.1", "EXAMPLE_2"),
            _cpp_of_rpm(each),
        )
    ),
    Story(
        "dnf-32-bit",
        "rpm-wide",
        "install what provides ld-linux.so.2",
        ("dnf",),
        {"app.c": HELLO},
        "zig cc -target x86-linux-gnu.2.17 -O2 -o app app.c",
        large=True,
    ),
    _for_glibc("gcompat", _SAYS_VERSION, ""),
    _for_glibc("gcompat-fortified", _PRINTS, " -D_FORTIFY_SOURCE=2 -fno-builtin -lm"),
    _library("bookworm", "libssl.so.3", "SSL_new", "install libssl3 (", "OPENSSL_3.0.0"),
    _library("bookworm", "libpq.so.5", "PQconnectdb", "install libpq5 ("),
    _library("bookworm", "libsqlite3.so.0", "sqlite3_open", "install libsqlite3-0 ("),
    _library("bookworm", "libgomp.so.1", "omp_get_num_threads", "install libgomp1 (", "OMP_1.0"),
    _library("trixie", "libcurl.so.4", "curl_easy_init", "install libcurl4t64 (", "CURL_OPENSSL_4"),
    _library("trixie", "libreadline.so.8", "rl_initialize", "install libreadline8t64 ("),
    _library("trixie", "libyaml-0.so.2", "yaml_get_version", "install libyaml-0-2 ("),
    _for_older_glibc(_library("bullseye", "libaio.so.1", "io_setup", "install libaio1 (", "LIBAIO_0.4")),
    _library("bookworm", "libGL.so.1", "glClear", "install libgl1 (")._replace(large=True),
    _library("bookworm", "libglib-2.0.so.0", "g_get_monotonic_time", "install libglib2.0-0 ("),
    _library("trixie", "libatk-1.0.so.0", "atk_get_major_version", "install libatk1.0-0t64 ("),
    _library("trixie", "libnss3.so", "NSS_VersionCheck", "install libnss3 (", "NSS_3.2"),
    _library("forky", "libpq.so.5", "PQconnectdb", "install libpq5 (")._replace(large=True),
    _library("forky", "libcups.so.2", "cupsServer", "install libcups2t64 (")._replace(large=True),
    _for_arm64("bullseye", "libsqlite3.so.0", "sqlite3_open", "install libsqlite3-0 ("),
    _for_arm64("bookworm", "libssl.so.3", "SSL_new", "install libssl3 (", "OPENSSL_3.0.0"),
    _for_arm64("trixie", "libpng16.so.16", "png_access_version_number", "install libpng16-16t64 (", "PNG16_0"),
    _for_arm64("trixie", "libgomp.so.1", "omp_get_num_threads", "install libgomp1 (", "OMP_1.0"),
    *(
        c_program(f"apt-{suite}-musl", f"apt-{suite}", "install musl (", "apt-get", compiler="musl-gcc")
        for suite in ("bookworm", "trixie")
    ),
    *(
        script(
            f"apt-{suite}-python",
            f"apt-{suite}",
            "install python3 (",
            "apt-get",
            f"#!/usr/bin/env python3\nprint('{ANNOUNCEMENT}')\n",
        )._replace(large=suite == "forky")
        for suite in ("bullseye", "bookworm", "trixie", "forky")
    ),
    script(
        "apt-bookworm-node",
        "apt-bookworm",
        "install nodejs (",
        "apt-get",
        f"#!/usr/bin/env node\nconsole.log('{ANNOUNCEMENT}')\n",
    ),
    script("apt-trixie-ruby", "apt-trixie", "install ruby (", "apt-get", f"#!/usr/bin/ruby\nputs '{ANNOUNCEMENT}'\n"),
)
