"""`make bench`: the same images read through every source, cold and warm, beside what other tools take for them.

A run is one `libccheck check` as a process of its own, measured from outside: wall time, and the largest resident set.
Cold is with an empty cache of libccheck's (the system's own page cache is warm), warm is the median of several runs
after it, each paired with the same check against an image of the catalog. Engines' own memory is not counted.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from demo.build import PROJECT

from tests.benchmarks.making import MAKERS
from tests.engine.engine import Engine
from tests.engine.podman import Podman
from tests.engine.registry import Registry

_WARM_RUNS = 7
_BASE = "debian:bookworm"
_LIBCCHECK = Path(sys.executable).with_name("libccheck")
_HEAD = ("image", "source", "cold s", "cold MB", "warm s", "warm MB", "of catalog")


class Run(NamedTuple):
    """Seconds of wall time, megabytes of the largest resident set."""

    seconds: float
    megabytes: float


class Bench:
    """The engines, and a directory for all that is made."""

    def __init__(self, room: Path, engine: Engine, podman: Podman, registry: Registry) -> None:
        self.room, self.engine, self.podman, self.registry = room, engine, podman, registry
        self.program = room / "program"
        (room / "program.c").write_text('#include <stdio.h>\nint main(void) { return puts("here") < 0; }\n')
        subprocess.run(["gcc", "-o", str(self.program), str(room / "program.c")], check=True)
        self.environment = {
            **os.environ,
            "XDG_CACHE_HOME": str(room / "cache"),
            "TMPDIR": str(room),
            "DOCKER_HOST": engine.address,
            "CONTAINER_HOST": podman.serve(),
        }

    def check(self, reference: str) -> Run:
        command = [str(_LIBCCHECK), "check", str(self.program), "--image", reference, "--no-remedies"]
        return self.run([*command, "--platform", "linux/amd64"])

    def run(self, command: list[str]) -> Run:
        begin = time.perf_counter()
        process = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert process.stdout
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begin
        if process.returncode not in (0, 1):
            raise RuntimeError(f"{' '.join(command)}\n{said.decode(errors='replace')}")
        return Run(seconds, usage.ru_maxrss / 1000)

    def sources(self, name: str, context: Path) -> dict[str, str]:
        """The image built of that directory, by every name under which it can be read."""
        tag = f"libccheck/bench:{name}"
        room = self.room / f"as-{name}"
        room.mkdir()
        self.engine.build(context / "Dockerfile", context, tag)
        self.engine.docker("save", "-o", f"{room}/saved.tar", tag)
        self.podman.podman("load", "-q", "-i", f"{room}/saved.tar")
        at = f"docker://{self.registry.host}/bench:{name}"
        self.copy(f"docker-archive:{room}/saved.tar", f"oci:{room}/layout:one")
        self.copy(f"oci:{room}/layout:one", f"oci-archive:{room}/layout.tar:one")
        self.copy(f"oci:{room}/layout:one", at, "--dest-tls-verify=false")
        digest = json.loads((room / "layout" / "index.json").read_text())["manifests"][0]["digest"]
        self.engine.docker("create", "--name=bench", tag)
        self.engine.docker("export", "-o", f"{room}/root.tar", "bench")
        self.engine.docker("rm", "bench")
        with (room / "packed.tar.gz").open("wb") as file:
            subprocess.run(["gzip", "-1", "-c", f"{room}/root.tar"], stdout=file, check=True)
        (room / "root").mkdir()
        subprocess.run(["tar", "-C", f"{room}/root", "-xf", f"{room}/root.tar"], check=True)
        return {
            "docker": f"docker:{tag}",
            "podman": f"podman:{tag}",
            "registry": f"registry:{self.registry.host}/bench:{name}",
            "registry, by digest": f"registry:{self.registry.host}/bench@{digest}",
            "oci": f"oci:{room}/layout",
            "oci-archive": f"oci-archive:{room}/layout.tar",
            "docker-archive": f"docker-archive:{room}/saved.tar",
            "tar": f"tar:{room}/root.tar",
            "tar, gzip": f"tar:{room}/packed.tar.gz",
            "dir": f"dir:{room}/root",
        }

    def copy(self, source: str, destination: str, *options: str) -> None:
        self.run(["skopeo", "--insecure-policy", "copy", "-q", *options, source, destination])

    def row(self, name: str, source: str, reference: str) -> tuple[str, ...]:
        shutil.rmtree(self.room / "cache", ignore_errors=True)
        self.check(_BASE)
        cold = self.check(reference)
        pairs = [(self.check(reference), self.check(_BASE)) for _ in range(_WARM_RUNS)]
        warm = statistics.median(each.seconds for each, _ in pairs)
        ratio = statistics.median(each.seconds / base.seconds for each, base in pairs)
        most = max(each.megabytes for each, _ in pairs)
        return (name, source, *_shown(cold), f"{warm:.2f}", f"{most:.0f}", f"{ratio:.2f}")

    def others(self, name: str) -> Iterator[tuple[str, ...]]:
        """What takes the same layers, as the registry holds them, and does less with them."""
        layout = self.room / f"as-{name}" / "layout"
        into = self.room / "copied"
        run = self.run(["skopeo", "--insecure-policy", "copy", "-q", f"oci:{layout}", f"dir:{into}"])
        shutil.rmtree(into)
        yield (name, "skopeo copy oci: dir:", *_shown(run), "", "", "")
        layers = [each for each in (layout / "blobs" / "sha256").iterdir() if _begins(each) == b"\x1f\x8b"]
        runs = [self.run(["tar", "-tzf", str(each)]) for each in layers]
        total = Run(sum(each.seconds for each in runs), max(each.megabytes for each in runs))
        yield (name, f"tar -tz of {len(layers)} layers", *_shown(total), "", "", "")


def main() -> None:
    only = sys.argv[1:] or list(MAKERS)
    with ExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="libccheck-bench-")))
        engine, podman = stack.enter_context(Engine()), stack.enter_context(Podman())
        registry = stack.enter_context(Registry(room / "storage"))
        bench = Bench(room, engine, podman, registry)
        print(_line(_HEAD), _line(["---"] * len(_HEAD)), sep="\n", flush=True)
        for name in only:
            context = room / name
            MAKERS[name](context)
            for source, reference in bench.sources(name, context).items():
                print(_line(bench.row(name, source, reference)), flush=True)
            for row in bench.others(name):
                print(_line(row), flush=True)


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(2)


def _shown(run: Run) -> tuple[str, str]:
    return f"{run.seconds:.2f}", f"{run.megabytes:.0f}"


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    os.chdir(PROJECT)
    main()
