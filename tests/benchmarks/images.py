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
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from demo.build import PROJECT

from tests.benchmarks.making import MAKERS
from tests.benchmarks.measuring import Run, measured
from tests.engine.engine import Engine
from tests.engine.podman import Podman
from tests.engine.registry import Registry

_WARM_RUNS = 7
_BASE = "debian:bookworm"
_LIBCCHECK = Path(sys.executable).with_name("libccheck")
_HEAD = ("image", "source", "cold s", "cold MB", "warm s", "warm MB", "of catalog")


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
        return measured(command, self.environment)

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
        for each in ("root", "saved"):
            with (room / f"{each}.tar.gz").open("wb") as file:
                subprocess.run(["gzip", "-1", "-c", f"{room}/{each}.tar"], stdout=file, check=True)
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
            "docker-archive, gzip": f"docker-archive:{room}/saved.tar.gz",
            "tar": f"tar:{room}/root.tar",
            "tar, gzip": f"tar:{room}/root.tar.gz",
            "dir": f"dir:{room}/root",
        }

    def copy(self, source: str, destination: str, *options: str) -> None:
        self.run(["skopeo", "--insecure-policy", "copy", "-q", *options, source, destination])

    def cold(self, reference: str) -> Run:
        """With an empty cache."""
        shutil.rmtree(self.room / "cache", ignore_errors=True)
        self.check(_BASE)
        return self.check(reference)

    def pairs(self, reference: str, count: int = _WARM_RUNS) -> list[tuple[Run, Run]]:
        """The same check again and again, each time beside one against an image of the catalog."""
        return [(self.check(reference), self.check(_BASE)) for _ in range(count)]

    def row(self, name: str, source: str, reference: str) -> tuple[str, ...]:
        cold, pairs = self.cold(reference), self.pairs(reference)
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


@contextmanager
def bench() -> Iterator[Bench]:
    """With engines and a registry of its own; raises toolchains.MissingError where one of them cannot be had."""
    with ExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="libccheck-bench-")))
        engine, podman = stack.enter_context(Engine()), stack.enter_context(Podman())
        yield Bench(room, engine, podman, stack.enter_context(Registry(room / "storage")))


def main() -> None:
    only = sys.argv[1:] or list(MAKERS)
    with bench() as made:
        print(_line(_HEAD), _line(["---"] * len(_HEAD)), sep="\n", flush=True)
        for name in only:
            context = made.room / name
            MAKERS[name](context)
            for source, reference in made.sources(name, context).items():
                print(_line(made.row(name, source, reference)), flush=True)
            for row in made.others(name):
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
