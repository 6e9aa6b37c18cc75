"""Dockerfiles of the usual shapes, built and run in a real engine: each ends as was predicted before it was built.

The public bases are stood in for as in `builders.py`: a Debian root with gcc, musl-gcc and Go under the names of
the builders, roots of the corpus under those of the runtime images. A case says in its Dockerfile which of them it
takes.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from libccheck.contexts import DirectoryContext
from libccheck.dockerfile import check_dockerfile
from libccheck.model import Check, Died, Refused, Started
from libccheck.wording import seen
from tests import toolchains
from tests.dockerfiles.cases import CGO, CRLF, MODULE, SH, Files
from tests.dockerfiles.judging import base, put
from tests.engine.compare import Ran
from tests.engine.engine import Engine
from tests.extent import everything
from tests.reality.roots import Roots

_SAID = "hello from the container"
_PURE: Files = {
    "go.mod": MODULE.replace("1.22", "1.19"),
    "main.go": f'package main\n\nimport "fmt"\n\nfunc main() {{ fmt.Println("{_SAID}") }}\n',
}
_LOOKS_UP = f'_, _ = net.LookupPort("tcp", "http"); fmt.Println("{_SAID}")'
_NET: Files = {
    "go.mod": _PURE["go.mod"],
    "main.go": f'package main\n\nimport (\n\t"fmt"\n\t"net"\n)\n\nfunc main() {{ {_LOOKS_UP} }}\n',
}
_WITH_C: Files = {
    "go.mod": _PURE["go.mod"],
    "main.go": CGO.replace("println(C.one())", f'println(C.one()); fmt.Println("{_SAID}")').replace(
        'import "C"', 'import "C"\n\nimport "fmt"'
    ),
}
_C: Files = {"hello.c": f'#include <stdio.h>\nint main(void) {{ return puts("{_SAID}") < 0; }}\n'}
_SCRIPT = f"#!/bin/sh\necho {_SAID}\n"
_RUNTIMES = ("alpine:3.20", "busybox:glibc", "busybox:musl", "debian:bookworm-slim", "debian:bullseye-slim", "scratch")


class Built(NamedTuple):
    """A Dockerfile, and the files of its context."""

    dockerfile: str
    context: Files


def _two(builder: str, command: str, runtime: str, *more: str) -> str:
    lines = [f"FROM {builder} AS build", "WORKDIR /src", "COPY . .", f"RUN {command}", f"FROM {runtime}"]
    return "\n".join([*lines, "COPY --from=build /app /app", *(more or ('ENTRYPOINT ["/app"]',))]) + "\n"


_COMMANDS = {
    # name: builder, command, context
    "go-net": ("golang:1.25-bookworm", "go build -o /app .", _NET),
    "go-pure": ("golang:1.25-bookworm", "go build -o /app .", _PURE),
    "go-c": ("golang:1.25-bookworm", "go build -o /app .", _WITH_C),
    "go-without-cgo": ("golang:1.25-bookworm", "CGO_ENABLED=0 go build -o /app .", _NET),
    "go-c-static": ("golang:1.25-bookworm", "go build -ldflags '-extldflags=-static' -o /app .", _WITH_C),
    "go-net-not-static": ("golang:1.25-bookworm", "go build -ldflags '-extldflags=-static' -o /app .", _NET),
    "go-musl": ("golang:1.25-alpine", "apk add gcc musl-dev && CGO_ENABLED=1 go build -o /app .", _NET),
    "c": ("gcc:14-bookworm", "gcc -O2 -o /app hello.c", _C),
    "c-static": ("gcc:14-bookworm", "gcc -O2 -static -o /app hello.c", _C),
    "c-musl": ("gcc:14-bookworm", "musl-gcc -o /app hello.c", _C),
}
_OLD_ARCHIVES = ("go-net", "go-net-not-static")
"""The stand-in has Go 1.19, whose net was compiled before: it wants less of glibc than that of golang:1.25."""


def _cases() -> dict[str, Built]:
    found = {
        f"{name}-on-{runtime}": Built(_two(builder, command, runtime), context)
        for name, (builder, command, context) in _COMMANDS.items()
        for runtime in _RUNTIMES
        if not (name in _OLD_ARCHIVES and "bullseye" in runtime)
    }
    script = 'FROM {}\nCOPY run.sh /\nENTRYPOINT ["/run.sh"]\n'
    for name, context in (
        ("script", (_SCRIPT, 0o755)),
        ("script-mode", (_SCRIPT, 0o644)),
        ("script-crlf", (CRLF, 0o755)),
    ):
        for runtime in ("alpine:3.20", "debian:bookworm-slim", "scratch"):
            found[f"{name}-on-{runtime}"] = Built(script.format(runtime), {"run.sh": context})
    static = ("gcc:14-bookworm", "gcc -static -o /app hello.c")
    found["script-hands-over"] = Built(
        _two(*static, "alpine:3.20", "COPY --chmod=755 run.sh /", 'ENTRYPOINT ["/run.sh"]', 'CMD ["/app"]'),
        {**_C, "run.sh": SH},
    )
    found["shell-form-on-scratch"] = Built(_two(*static, "scratch", "CMD /app"), _C)
    found["shell-form-on-alpine"] = Built(_two(*static, "alpine:3.20", "CMD /app"), _C)
    found["user-on-scratch"] = Built(_two(*static, "scratch", "USER app", 'CMD ["/app"]'), _C)
    found["user-by-number"] = Built(_two(*static, "scratch", "USER 65532", 'CMD ["/app"]'), _C)
    found["not-where-it-is-sought"] = Built(_two(*static, "scratch", 'CMD ["/bin/app"]'), _C)
    return {**found, **_followed()}


def _followed() -> dict[str, Built]:
    """What takes following: conditions, scripts and Makefiles, patterns, and what go makes of `./...`."""
    go = "golang:1.25-bookworm"
    condition = "if [ {} = amd64 ]; then export CGO_ENABLED={}; else export CGO_ENABLED={}; fi; go build -o /app ."
    script = "#!/bin/sh\nset -e\nexport CGO_ENABLED=0\n(cd . && go build -o /app .)\n"
    makefile = "CFLAGS ?= -O2\nall: hello\nhello: hello.o\n\t$(CC) $(LDFLAGS) -o $@ $^\n"
    installed = "install: hello\n\tinstall -D hello $(DESTDIR)/bin/hello\n"
    made = "make install DESTDIR=/out && cp /out/bin/hello /app"
    gcc, with_make = "gcc:14-bookworm", {**_C, "Makefile": makefile}
    case = "case amd64 in a*) CGO_ENABLED=0;; *) ;; esac; export CGO_ENABLED; go build -o /app ."
    found = {
        "go-all-packages": Built(_two(go, "go build -o /app ./...", "alpine:3.20"), _NET),
        "if-that-holds": Built(_two(go, f"arch=amd64; {condition.format('$arch', 1, 0)}", "alpine:3.20"), _NET),
        "if-that-holds-not": Built(_two(go, condition.format("arm64", 1, 0), "alpine:3.20"), _NET),
        "case": Built(_two(go, case, "scratch"), _NET),
        "build-script": Built(_two(go, "./build.sh", "scratch"), {**_NET, "build.sh": (script, 0o755)}),
        "make": Built(_two(gcc, "make && mv hello /app", "alpine:3.20"), with_make),
        "make-install": Built(_two(gcc, made, "debian:bookworm-slim"), {**_C, "Makefile": makefile + installed}),
        "make-static": Built(_two(gcc, "make LDFLAGS=-static hello && mv hello /app", "scratch"), with_make),
        "make-by-itself": Built(
            _two(gcc, "make CC=musl-gcc hello && mv hello /app", "alpine:3.20"), {**_C, "Makefile": "hello:\n"}
        ),
    }
    start = 'FROM alpine:3.20\nCOPY {}\nENTRYPOINT ["{}"]\n'
    context: Files = {"bin/run.sh": (_SCRIPT, 0o755), "run.sh": (_SCRIPT, 0o755)}
    for name, copied, place in (
        ("class", "ru[m-o].s? /", "/run.sh"),
        ("directory", "bi* /opt/", "/opt/run.sh"),
        ("rename", "run* /entry", "/entry"),
    ):
        found[f"pattern-of-{name}"] = Built(start.format(copied, place), context)
    return found


CASES = _cases()
_FEW = (
    "c-on-alpine:3.20",
    "c-on-debian:bullseye-slim",
    "script-crlf-on-alpine:3.20",
    "shell-form-on-scratch",
    "user-on-scratch",
    "make",
)
_CHOSEN = list(CASES) if everything() else list(_FEW)


@pytest.fixture(scope="module")
def older(engine: Engine, roots: Roots, bases: None) -> None:  # noqa: ARG001
    try:
        engine.import_root((roots.path("debian-bullseye"),), "debian:bullseye-slim")
    except toolchains.MissingError as error:
        toolchains.missing(error)


@pytest.mark.usefixtures("older")
@pytest.mark.parametrize("name", _CHOSEN)
def test_a_dockerfile_ends_as_predicted_before_the_build(name: str, engine: Engine, tmp_path: Path) -> None:
    case = CASES[name]
    place = put(case.context, tmp_path / "context")
    (tmp_path / "Dockerfile").write_text(case.dockerfile)
    report = check_dockerfile(case.dockerfile, file="Dockerfile", open_base=base, context=DirectoryContext(str(place)))
    tag = f"dockerfile:{name.replace(':', '-')}"
    engine.build(tmp_path / "Dockerfile", place, tag)
    _agree(report.checks[0], engine.run(tag))


def _agree(check: Check, ran: Ran) -> None:
    """The words of a refusal stand there as they were predicted; of a death the lines that were certain."""
    outcome, told = check.launch.outcome, ran.stdout + ran.stderr
    assert isinstance(outcome, (Started, Refused, Died)), outcome
    if isinstance(outcome, Started):
        assert (_SAID in told, ran.status) == (True, 0), told
    elif isinstance(outcome, Refused):
        words = seen(check.launch, check.process)["docker"]
        assert words is not None
        assert words in told
        assert _SAID not in told
    else:
        assert set(outcome.stderr.splitlines()) <= {
            line.partition("response from daemon: ")[2].rstrip(".") or line for line in told.splitlines()
        }
        assert ran.status == outcome.status


def test_there_are_forty_of_them() -> None:
    assert len(CASES) >= 40
    assert set(_FEW) <= set(CASES)
