"""Programs that do not start, and which of their remedies is carried out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from libccheck.model import Host
from libccheck.remedy.stopgap import STOPGAPS
from tests import toolchains
from tests.reality.programs.sources import HELLO
from tests.reality.reality import ANNOUNCEMENT

_SAY = f"echo {ANNOUNCEMENT}\n"
_THROWS = '#include <stdio.h>\nstruct S{S(){puts("started");}};static S s;int main(){try{throw 1;}catch(int){}}\n'
_MATHS = '#include <math.h>\n#include <stdio.h>\nint main(int n, char **a){puts("started");return (int)cbrt(n)+!a;}\n'
_PARSES = (
    "#define _GNU_SOURCE\n#include <fcntl.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <sys/stat.h>\n"
    'int main(int n, char **a){struct stat s;puts("started");(void)a;'
    'return stat("/", &s) + fcntl(1, F_GETFD) * n + (int)strtol("0", 0, 10);}\n'
)
_THREADS = (
    "#include <pthread.h>\n#include <stdio.h>\nstatic void *run(void *a){return a;}\n"
    'int main(void){pthread_t t;puts("started");pthread_create(&t,0,run,0);return pthread_join(t,0);}\n'
)
_OPENS = (
    "#include <dlfcn.h>\n#include <stdio.h>\n#include <string.h>\n"
    'int main(int n, char **a){char b[9];puts("started");strcpy(b, n > 1 ? a[1] : "x");return !dlopen(0, RTLD_NOW);}\n'
)
_CGO = (
    "package main\n\n// static int two(void) { return 2; }\n"
    'import "C"\n\nimport "fmt"\n\nfunc main() { fmt.Println("started", C.two()) }\n'
)
_USERS = (
    'package main\n\nimport (\n\t"fmt"\n\t"os/user"\n)\n\n'
    'func main() {\n\t_, err := user.Lookup("root")\n\tfmt.Println("started", err)\n}\n'
)
_GO = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("started") }\n'
_MODULE = "module example.org/app\n\ngo 1.21\n"
_CGO_PARSES = (
    "package main\n\n// #define _GNU_SOURCE\n// #include <stdlib.h>\n"
    '// static long two(void) { return strtol("2", 0, 10); }\n'
    'import "C"\n\nimport "fmt"\n\nfunc main() { fmt.Println("started", C.two()) }\n'
)
_CGO_USERS = _CGO.replace('"fmt"', '(\n\t"fmt"\n\t"os/user"\n)').replace(
    "C.two()", 'C.two())\n\tfmt.Println(user.Lookup("root")'
)
_CGO_TYPES = (
    "package main\n\n// #define TWO 2\n// typedef int number;\n"
    'import "C"\n\nimport "fmt"\n\nfunc main() { fmt.Println("started", C.number(C.TWO)) }\n'
)
_SAYS = (
    'package main\n\nimport (\n\t"fmt"\n\t"os/user"\n)\n\nvar said string\n\n'
    'func main() {\n\t_, err := user.Lookup("root")\n\tfmt.Println(said, err)\n}\n'
)
_MIXED = {
    "app.c": "#include <stdio.h>\nint two(void *);\n"
    'int main(void){void *p = 0; int *q = p; puts("started"); return two(q) - 2;}\n',
    "two.cpp": '#include <string>\nextern "C" int two(void *){return (int)std::string("ab").size();}\n',
}
_BUILD_MIXED = "cc -c app.c && c++ -O1 -o app app.o two.cpp && rm app.o"
_STREAMS = '#include <iostream>\nint main(){std::cout << "started" << std::endl;}\n'
_RUST = (
    'fn main() {\n    println!("started");\n'
    "    let _ = std::panic::catch_unwind(|| std::panic::resume_unwind(Box::new(1)));\n}\n"
)
_PACKAGE = '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2018"\n'


_NAMED = re.compile(r" (?:ld-\S+|lib\S+|the(?: \d missing)?|bullseye|bookworm)\Z|(?<=\Ainstall) .*")


class Story(NamedTuple):
    """A program that does not start in `root`, and the beginning of the title of the remedy that is carried out.

    build: the command that makes the program of `files`; cc in it and in the remedy is `compiler`; builder: the release
    of Debian on which that is done, where not on this machine. A remedy that names another builder has it done there.
    made: where the remedy's command leaves the program, if not where it was. word: as `Reality.execute` has it.
    fails: whether it really fails on this machine; else only the model is told of another.
    machine: Debian's name of the one that it is for, and that is emulated, where that is another. large: whether what
    is installed takes a minute.
    """

    name: str
    root: str
    title: str
    templates: tuple[str, ...]
    files: Mapping[str, str | bytes]
    build: str = ""
    file: str = "app"
    mode: int = 0o755
    compiler: str = "gcc"
    platform: str = "linux/amd64"
    host: Host | None = None
    fails: bool = True
    word: str | None = ANNOUNCEMENT
    builder: str | None = None
    made: str = ""
    machine: str = ""
    large: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """Of each of which a run takes some: commands, and what is done by them, or a package that is a stopgap."""
        stopgaps = tuple(each for each in STOPGAPS if each in self.title)
        return stopgaps or (*self.templates, f"{self.templates[0]}: {self._what}")

    @property
    def _what(self) -> str:
        """The beginning of its title, without the names of files, packages and releases."""
        words = " ".join(self.title.split()[:4]).rstrip(",")
        return _NAMED.sub("", words)

    @property
    def name_there(self) -> str:
        """What it is called in the root, at whose top it lies."""
        return Path(self.file).name

    @property
    def is_dear(self) -> bool:
        """Whether it takes minutes: a library is compiled for it, or a release of Debian set up."""
        return (
            self.title == ZIG_STATIC
            or "rust-musl" in self.templates
            or "go-zig" in self.templates
            or self.builder is not None
            or bool(self.machine)
            or self.large
        )


def script(name: str, root: str, title: str, templates: str, text: str, mode: int = 0o755, file: str = "app") -> Story:
    content = text.encode("latin-1")
    return Story(name, root, title, tuple(templates.split()), {file: content}, file=file, mode=mode)


def c_program(
    name: str, root: str, title: str, template: str, options: str = "", *, source: str = HELLO, **more: object
) -> Story:
    build = f"cc -O1 -o app app.c{options}"
    return Story(name, root, title, (template,), {"app.c": source}, build, **more)  # type: ignore[arg-type]


def _cpp(name: str, root: str, title: str, template: str, *, source: str = _THROWS, **more: object) -> Story:
    build = "c++ -O1 -o app app.cpp"
    return Story(name, root, title, (template,), {"app.cpp": source}, build, **more)  # type: ignore[arg-type]


def _rust(name: str, root: str, title: str, template: str, source: str = _RUST, **more: object) -> Story:
    files = {"Cargo.toml": _PACKAGE, "src/main.rs": source}
    build = "cargo build -q --release --offline && cp target/release/app app"
    return Story(name, root, title, (template,), files, build, **more)  # type: ignore[arg-type]


def go_program(name: str, root: str, title: str, template: str, source: str, build: str, **more: object) -> Story:
    files = {"go.mod": _MODULE, "main.go": source}
    return Story(name, root, title, (template,), files, f"{build} go build -o app .", **more)  # type: ignore[arg-type]


def _zig(name: str, target: str, root: str, title: str, template: str, **more: object) -> Story:
    build = f"zig cc -target {target} -O2 -o app app.c"
    return Story(name, root, title, (template,), {"app.c": HELLO}, build, **more)  # type: ignore[arg-type]


def _sample() -> Mapping[str, str | bytes]:
    folder: Path = toolchains.PROJECT / "samples" / "go"
    return {each.name: each.read_text() for each in folder.iterdir() if each.is_file()}


_CRLF = "line-ends git-line-ends"
_NAME = "other-first-line"
ZIG_STATIC = "build it statically with zig"
"""zig compiles all of musl for this, in a minute."""
_NIX = "/nix/store/0-glibc-2.40/lib"
_ARM64 = Host("aarch64")

SCRIPTS = (
    *(
        script(f"crlf-{root}", root, "give it LF", _CRLF, f"#!/bin/sh\r\necho {ANNOUNCEMENT}\r\n", file="run.sh")
        for root in ("static-busybox", "musl", "minimal-host")
    ),
    script("crlf-bash", "musl", "give it LF", f"{_CRLF} {_NAME}", f"#!/bin/bash\r\n{_SAY}", file="my run.sh"),
    script("bash", "musl", "name an interpreter", _NAME, f"#!/bin/bash\n{_SAY}"),
    script("bash-e", "static-busybox", "name an interpreter", _NAME, f"#!/bin/bash -e\n{_SAY}"),
    script("env-bash", "static-busybox", "name an interpreter", _NAME, f"#!/usr/bin/env bash\n{_SAY}"),
    script("env-split", "musl", "name an interpreter", _NAME, f"#!/usr/bin/env sh -e\n{_SAY}"),
    script("moved", "static-busybox", "name an interpreter", _NAME, f"#!/usr/bin/sh\n{_SAY}"),
    script("mark", "musl", "remove the byte", "byte-order-mark", f"\xef\xbb\xbf#!/bin/sh\n{_SAY}"),
    script("mark-2", "static-busybox", "remove the byte", "byte-order-mark", f"\xef\xbb\xbf#!/bin/sh -e\n{_SAY}"),
    script("no-line", "static-busybox", "begin it with #!/bin/sh", "new-first-line", _SAY),
    script("no-line-2", "musl", "begin it with #!/bin/sh", "new-first-line", _SAY, file="start-1.2"),
    script("no-line-no-bit", "musl", "set the execute bit, and begin", "chmod new-first-line", _SAY, 0o644, "-run.sh"),
    script("no-bit", "static-busybox", "set the execute bit", "chmod", f"#!/bin/sh\n{_SAY}", 0o644, "it's.sh"),
    script("no-bit-copied", "musl", "set the execute bit as", "copy-executable", f"#!/bin/sh\n{_SAY}", 0o644),
    script("spaces", "musl", "set the execute bit as", "copy-executable", f"#!/bin/sh\n{_SAY}", 0o600, "my app"),
)

C = (
    c_program("no-bit-program", "minimal-host", "set the execute bit", "chmod", mode=0o644),
    c_program("no-bit-program-copied", "whole-host", "set the execute bit as", "copy-executable", mode=0o644),
    *(
        c_program(f"static-{root}", root, "link it statically", "static")
        for root in ("empty", "static-busybox", "musl")
    ),
    c_program("static-maths", "empty", "link it statically", "static", " -fno-builtin -lm", source=_MATHS),
    c_program("static-threads", "musl", "link it statically", "static", " -pthread", source=_THREADS),
    c_program("static-of-musl", "static-busybox", "link it statically", "static", compiler="musl-gcc"),
    c_program("static-of-musl-2", "minimal-host", "link it statically", "static", compiler="musl-gcc"),
    _cpp("static-cpp", "static-busybox", "link it statically", "static"),
    Story("static-mixed", "musl", "link it statically", ("static",), _MIXED, _BUILD_MIXED),
    Story("static-odd-name", "empty", "link it statically", ("static",), {"@-app.c": HELLO}, "cc -o app ./@-app.c"),
    *(c_program(f"musl-{root}", root, "link it statically against musl", "musl-static") for root in ("empty", "musl")),
    c_program(
        "musl-maths", "musl", "link it statically against musl", "musl-static", " -fno-builtin -lm", source=_MATHS
    ),
    c_program("musl-dynamic", "musl", "link it against musl", "musl", source=_PARSES),
    c_program("musl-dynamic-opens", "musl", "link it against musl", "musl", " -ldl", source=_OPENS),
    _zig("zig-arm64", "aarch64-linux-musl", "static-busybox", ZIG_STATIC, "zig"),
    _zig("zig-arm64-gnu", "aarch64-linux-gnu.2.28", "minimal-host", ZIG_STATIC, "zig"),
    _zig("zig-i386", "x86-linux-gnu.2.17", "minimal-host", ZIG_STATIC, "zig"),
    _cpp("zig-cpp", "musl", ZIG_STATIC, "zig"),
    c_program("older-glibc", "minimal-bullseye", "link it against glibc", "zig"),
    c_program("older-glibc-functions", "minimal-bullseye", "link it against glibc", "zig", source=_PARSES),
    c_program("older-glibc-threads", "whole-bullseye", "link it against glibc", "zig", " -pthread", source=_THREADS),
    _cpp("runtime-inside", "minimal-host", "link GCC's own libraries", "static-runtime"),
    _cpp("runtime-inside-2", "minimal-bookworm", "link GCC's own libraries", "static-runtime"),
    *(
        c_program(f"relr-{name}", "musl", "link it without packed", "no-relr", options, compiler="musl-gcc")
        for name, options in (
            ("plain", " -Wl,-z,pack-relative-relocs"),
            ("pie", " -fPIE -pie -Wl,-z,pack-relative-relocs"),
        )
    ),
    *(
        c_program(
            f"baseline-{level}",
            root,
            "build it for every x86-64",
            "baseline",
            f" -march=x86-64-{level} -Wl,-z,x86-64-{level}",
            host=Host("x86_64", isa_level=1),
            fails=False,
        )
        for level, root in (("v2", "minimal-host"), ("v3", "whole-host"))
    ),
)

PRIVATE = (
    c_program(
        "nix", "minimal-host", "name the loader", "interpreter", f" && patchelf --set-interpreter {_NIX}/ld.so.2 app"
    ),
    c_program(
        "brew",
        "whole-host",
        "name the loader",
        "interpreter",
        f" && patchelf --set-rpath {_NIX} --set-interpreter /home/linuxbrew/.linuxbrew/lib/ld.so app",
    ),
    *(
        c_program(
            f"private-libc-{root}",
            f"bad-{root}",
            "name the loader",
            "interpreter-and-path",
            f" && patchelf --set-rpath /opt/private --set-interpreter {_NIX}/ld-linux-x86-64.so.2 app",
        )
        for root in ("minimal-host", "whole-host")
    ),
)

IMAGES = (
    *(c_program(f"base-{root}", root, "run it on", "from") for root in ("empty", "static-busybox", "musl")),
    c_program("no-bit-and-base", "musl", "set the execute bit, and run", "from", mode=0o644)._replace(
        templates=("chmod", "from")
    ),
    c_program("base-of-musl", "minimal-host", "run it on", "from", compiler="musl-gcc"),
    _cpp("base-for-library", "minimal-host", "run it on", "from"),
    script("base-for-script", "empty", "run it on", "from", f"#!/bin/sh\n{_SAY}"),
    c_program("newer-release", "debian-bullseye", "run it on a newer release", "from"),
    _cpp("newer-release-cpp", "debian-bullseye", "run it on a newer release", "from"),
    c_program("musl-loader", "static-busybox", "copy ld-musl", "copy-from", compiler="musl-gcc"),
    c_program("musl-loader-2", "empty", "copy ld-musl", "copy-from", compiler="musl-gcc"),
    c_program("glibc-files", "empty", "copy the 2 missing files", "copy-from"),
    _cpp("runtime-copied", "minimal-host", "copy the", "copy-from"),
    _cpp("runtime-copied-2", "minimal-bookworm", "copy the", "copy-from"),
    c_program("libm-copied", "bad-spread-host", "copy libm", "copy-from", " -fno-builtin -lm", source=_MATHS),
    *(
        c_program(
            f"platform-{root}",
            root,
            "run it on",
            "from-platform",
            platform="linux/arm64",
            fails=False,
        )
        for root in ("empty", "minimal-host")
    ),
    c_program(
        "platform-of-musl",
        "musl",
        "run it on",
        "from-platform",
        platform="linux/arm64",
        fails=False,
        compiler="musl-gcc",
    ),
)

_CGO_ON = "CGO_ENABLED=1 CC=cc"
_CGO_ON_ARM64 = "CGO_ENABLED=1 GOARCH=arm64 CC='zig cc -target aarch64-linux-gnu.2.28'"
_SQLITE = "github.com/mattn/go-sqlite3"
GO = (
    *(
        Story(
            f"go-{root}",
            root,
            "build it without cgo",
            ("go-static",),
            _sample(),
            f"{_CGO_ON} go build -o httpd .",
            "httpd",
            word="http daemon start",
        )
        for root in ("static-busybox", "musl")
    ),
    go_program("go-users", "empty", "build it without cgo", "go-static", _USERS, _CGO_ON),
    *(
        go_program(
            f"go-pie-{root}",
            root,
            "build it without -buildmode=pie",
            "go-static",
            _GO,
            "CGO_ENABLED=0 GOFLAGS=-buildmode=pie",
        )
        for root in ("empty", "musl")
    ),
    Story(
        "go-linker-flags",
        "musl",
        "build it without cgo",
        ("go-static",),
        {"go.mod": _MODULE, "main.go": _SAYS},
        f"GOFLAGS=-buildvcs=false {_CGO_ON} go build -o app -ldflags="
        "\"-X 'main.said=it is 1.0 beta' -linkmode external -extldflags '-Wl,-z,now -Wl,-z,relro'\" .",
        word="it is 1.0 beta",
    ),
    Story(
        "go-package",
        "musl",
        "build it without cgo",
        ("go-static",),
        {"go.mod": _MODULE, "cmd/server/main.go": _USERS.replace("package", "//go:build special\n\npackage", 1)},
        f"{_CGO_ON} go build -tags=special -ldflags='-s -w -X main.x=y' -o app ./cmd/server",
    ),
    go_program(
        "go-arm64", "static-busybox", "build it for linux/amd64", "go-static", _GO, "CGO_ENABLED=0 GOARCH=arm64"
    ),
    go_program("go-s390x", "empty", "build it for linux/amd64", "go-static", _USERS, "CGO_ENABLED=0 GOARCH=s390x"),
    go_program("go-needs-c", "static-busybox", "link it statically against musl", "go-musl", _CGO, _CGO_ON),
    go_program("go-needs-c-2", "empty", "link it statically against musl", "go-musl", _CGO, _CGO_ON),
    go_program("go-c-types", "musl", "link it statically", "go-c-static", _CGO_TYPES, _CGO_ON),
    go_program("go-c-static", "empty", "link it statically", "go-c-static", _CGO_USERS, _CGO_ON),
    Story(
        "go-c-static-module",
        "musl",
        "link it statically",
        ("go-c-static",),
        {
            "go.mod": f"{_MODULE}\nrequire {_SQLITE} v1.14.0\n\nreplace {_SQLITE} => ./sqlite\n",
            "main.go": f'package main\n\nimport _ "{_SQLITE}"\n\nfunc main() {{}}\n',
            "sqlite/go.mod": f"module {_SQLITE}\n",
            "sqlite/sqlite.go": _CGO.replace("main", "sqlite3", 1).replace("func main", "func init"),
        },
        f"{_CGO_ON} go build -ldflags='-X main.x=y' -o app .",
    ),
    go_program("go-zig", "static-busybox", "build it statically with zig", "go-zig", _CGO, _CGO_ON),
    go_program("go-zig-arm64", "musl", "build it statically with zig", "go-zig", _CGO, _CGO_ON_ARM64),
    *(
        go_program(f"go-older-{root}", root, "link it against glibc 2.31", "go-zig", source, _CGO_ON)
        for root, source in (("minimal-bullseye", _CGO_PARSES), ("whole-bullseye", _CGO))
    ),
)

BUILDERS = (
    # built on a release that is newer than where it is to run, then on the one that the remedy names
    c_program("builder-c", "minimal-bullseye", "build it on bullseye", "builder", source=_PARSES, builder="bookworm"),
    c_program("builder-c-2", "minimal-bookworm", "build it on bookworm", "builder", source=_PARSES, builder="trixie"),
    c_program(
        "builder-opens",
        "whole-bullseye",
        "build it on bullseye",
        "builder",
        " -ldl",
        source=_OPENS,
        builder="bookworm",
    ),
    _cpp("builder-cpp", "whole-bookworm", "build it on bookworm", "builder", source=_STREAMS, builder="trixie"),
    _cpp("builder-cpp-2", "whole-bullseye", "build it on bullseye", "builder", source=_STREAMS, builder="bookworm"),
    go_program(
        "builder-go", "minimal-bookworm", "build it on bookworm", "builder", _CGO_PARSES, _CGO_ON, builder="trixie"
    ),
    _rust("builder-rust", "whole-bullseye", "build it on bullseye", "builder", builder="bookworm"),
)

_GNU = "target/x86_64-unknown-linux-gnu/release/app"
_MUSL = "target/x86_64-unknown-linux-musl/release/app"
RUST = (
    *(
        _rust(f"rust-musl-{root}", root, "link it statically, against musl", "rust-musl", made=_MUSL)
        for root in ("empty", "musl")
    ),
    *(
        _rust(f"rust-static-{root}", root, "link it statically, against glibc", "rust-static", made=_GNU)
        for root in ("empty", "musl")
    ),
    Story(
        "rust-static-renamed",
        "musl",
        "link it statically, against glibc",
        ("rust-static",),
        {"Cargo.toml": _PACKAGE.replace("app", "tool"), "src/main.rs": _RUST},
        "cargo build -q --release --offline && cp target/release/tool app",
        made=_GNU.replace("/app", "/tool"),
    ),
    *(
        _rust(f"rust-older-{root}", root, "link it against glibc 2.31", "rust-older", builder="bookworm", made=_GNU)
        for root in ("whole-bullseye", "debian-bullseye")
    ),
)

STORIES = (*SCRIPTS, *C, *PRIVATE, *IMAGES, *GO, *BUILDERS, *RUST)
