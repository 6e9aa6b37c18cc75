"""Every kind of remedy carried out as its commands say, and the result really started."""

from __future__ import annotations

import random
import re
import shlex
import shutil
import struct
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

import pytest

from libccheck import check, open_image, read_program
from libccheck.artifacts.published import published
from libccheck.images.packages import packages
from libccheck.model import Base, Host, Image, Process, Program, Remedy, Started
from libccheck.remedy.commands import TEMPLATES
from libccheck.remedy.stopgap import STOPGAPS
from libccheck.toolchain.published import Published
from tests import toolchains
from tests.extent import everything
from tests.reality import foreign_apt, rpm_packages
from tests.reality.bench import Bench, template_of
from tests.reality.corpus import PATH
from tests.reality.emulators import EMULATORS
from tests.reality.lacking_stories import LACKING
from tests.reality.package_stories import PACKAGES
from tests.reality.published_stories import PUBLISHED
from tests.reality.reality import Reality, UnavailableError
from tests.reality.roots import ROOTS, debian
from tests.reality.sample import few, seed, size
from tests.reality.stories import STORIES as OF_PROGRAMS
from tests.reality.stories import Story

STORIES = (*OF_PROGRAMS, *PACKAGES, *LACKING, *PUBLISHED)
_BASES = {
    # names as a catalog has them, from the smallest to the largest: the root, its C library and its version
    "busybox:static": ("static-busybox", "", ""),
    "musl:latest": ("musl", "musl", "1.2.3"),
    "glibc:minimal": ("minimal-host", "glibc", "2.36"),
    "glibc:whole": ("whole-host", "glibc", "2.36"),
    "debian:bookworm": ("debian-bookworm", "glibc", "2.36"),
    "furnished:latest": ("furnished", "", ""),
}
_FEW = 12
_LEAST_PROOFS, _LEAST_KINDS, _LEAST_OF_A_KIND = 60, 6, 2


def _chosen() -> list[Story]:
    """All, or of each command and of what is done by it two that the seed chooses, those first that need no C library
    compiled; a few of them for a developer who waits, to whom no packages are fetched."""
    if everything():
        return list(STORIES)
    shuffled = [each for each in STORIES if toolchains.everything_required() or not _is_fetched(each)]
    random.Random(seed()).shuffle(shuffled)
    shuffled.sort(key=lambda story: story.is_dear)
    counted: Counter[str] = Counter()
    chosen = []
    for story in shuffled:
        if any(counted[each] < _least(story, each) for each in story.kinds):
            counted.update(story.kinds)
            chosen.append(story)
    if not toolchains.everything_required():
        chosen = [each for each in chosen if not each.is_dear]
    return sorted(few(chosen, size(_FEW, len(chosen))), key=STORIES.index)


def _least(story: Story, kind: str) -> int:
    """Of what takes minutes each time one in CI, where its command has two already."""
    return 1 if story.is_dear and kind not in story.templates else _LEAST_OF_A_KIND


def _is_fetched(story: Story) -> bool:
    return (
        story in PUBLISHED
        or story.root.startswith(("apt-", "rpm-"))
        or (story.root.startswith("alpine-") and "gcompat" not in story.title)
    )


def test_every_command_is_executed_by_at_least_two_stories() -> None:
    counted = Counter(each for story in STORIES for each in set(story.kinds))
    assert {each for each in counted if ": " not in each} == {*TEMPLATES, *STOPGAPS}
    assert min(counted.values()) >= _LEAST_OF_A_KIND
    assert len(STORIES) >= _LEAST_PROOFS
    assert len({each.name for each in STORIES}) == len(STORIES)
    assert len(counted) >= _LEAST_KINDS


@pytest.mark.parametrize(("story", "root"), [pytest.param(each, each.root, id=each.name) for each in _chosen()])
def test_what_a_remedy_says_makes_the_program_start(story: Story, root: str, reality: Reality, tmp_path: Path) -> None:
    if story.machine:
        with _emulating(story) as (emulated, emulating):
            _is_carried_out(emulated, root, emulating, tmp_path)
    else:
        _is_carried_out(story, root, reality, tmp_path)


def _is_carried_out(story: Story, root_name: str, reality: Reality, tmp_path: Path) -> None:
    try:
        root = _root(root_name, tmp_path)
        bench = Bench(tmp_path, _base, root=root, compiler=story.compiler, builder=story.builder)
        bench.write(story.files)
        if story.build:
            bench.run(story.build)
        (bench.sources / story.file).chmod(story.mode)
        if story.fails:
            bench.place(story.file)
            before = reality.execute((bench.layer, root), f"/{story.name_there}", _process(story), word=story.word)
            assert not isinstance(before, Started)
            (bench.layer / story.name_there).unlink()
        remedy = _remedy(story, bench, root)
        _says_what_else_there_is_to_know(remedy, story)
        for each in remedy.commands:
            bench.carry_out(each)
        if bench.builder != story.builder:
            bench.rebuild(story.files, story.build)
        bench.place(story.file, story.made)
        assert bench.root is not None
        layers = bench.layer, bench.root
        after = reality.execute(layers, f"/{story.name_there}", _process(story), word=story.word)
    except (toolchains.MissingError, UnavailableError) as error:
        toolchains.missing(error)
    assert isinstance(after, Started), (remedy.commands, after)
    assert remedy.launch.outcome == after
    assert tuple(dict.fromkeys(map(template_of, remedy.commands))) == story.templates


@contextmanager
def _emulating(story: Story) -> Iterator[tuple[Story, Reality]]:
    """Programs of the story's machine run here, and the prediction is told so."""
    try:
        emulated = EMULATORS[story.machine]
        host, reality = Host("x86_64", (emulated.emulator(),)), Reality([emulated.rule()])
    except (toolchains.MissingError, UnavailableError) as error:
        toolchains.missing(error)
    with reality:
        yield story._replace(host=host), reality


def test_git_keeps_the_line_ends_that_the_second_command_asks_for(tmp_path: Path) -> None:
    if not shutil.which("git"):
        toolchains.missing("git is not installed")
    bench = Bench(tmp_path, _base)
    bench.write({"run.sh": b"#!/bin/sh\r\necho started\r\n"})
    image = open_image(f"dir:{ROOTS.path('static-busybox')}", platform="linux/amd64")
    (remedy,) = check([read_program(str(bench.sources / "run.sh"))], [image], bases=lambda _: ()).checks[0].remedies
    bench.run("git init -q . && git config core.autocrlf true && git config user.email a@example.org")
    for each in remedy.commands:
        bench.carry_out(each)
    bench.run("git config user.name a && git add . && git commit -qm x && rm run.sh && git checkout -q -- run.sh")
    assert (bench.sources / "run.sh").read_bytes() == b"#!/bin/sh\necho started\n"


def _says_what_else_there_is_to_know(remedy: Remedy, story: Story) -> None:
    """Where the program lies afterwards, and what the linker of another release has to be told."""
    assert not story.made or story.made.startswith(shlex.split(remedy.basis)[-1])
    told = re.search(r"its link has to say (.*) there", remedy.basis)
    assert told is None or told[1] in story.build


def _remedy(story: Story, bench: Bench, root: Path) -> Remedy:
    """The first whose title begins so; its commands are for the directory in which the program lies."""
    program = read_program(str(bench.sources / story.file))._replace(path=story.file)
    image = open_image(f"dir:{root}", platform=story.platform)
    known = {"bases": _bases, "packages": packages, "published": partial(_published, bench)}
    (made,) = check([program], [image], host=story.host, **known).checks  # type: ignore[arg-type]
    found = [each for each in made.remedies if each.title.startswith(story.title)]
    assert found, (made.launch.findings, [each.title for each in made.remedies])
    return found[0]


def _published(bench: Bench, program: Program) -> Published | None:
    return published(program._replace(path=str(bench.sources / program.path)))


@cache
def _bases(platform: str) -> tuple[Base, ...]:
    if platform != "linux/amd64":
        return ()
    return tuple(
        Base(name, platform, size, libc, version, True, partial(_opened, name, root))
        for size, (name, (root, libc, version)) in enumerate(_BASES.items(), 1)
    )


@cache
def _opened(name: str, root: str) -> Image:
    return open_image(f"dir:{_root_of_base(root)}", platform="linux/amd64")._replace(reference=name)


def _base(name: str) -> Path:
    return _root_of_base(_BASES[name if ":" in name else f"{name}:latest"][0])


def _root_of_base(root: str) -> Path:
    return ROOTS.made(root, _furnish) if root == "furnished" else ROOTS.path(root)


def _furnish(path: Path) -> None:
    """What distroless images have beside programs: certificates and time zones, as far as a reader can tell."""
    zone = b"TZif" + bytes(16) + struct.pack(">6I", 0, 0, 0, 0, 1, 4) + struct.pack(">iBB", 0, 0, 0) + b"UTC\0"
    for name, data in (("etc/ssl/certs/ca-certificates.crt", b"-----BEGIN"), ("usr/share/zoneinfo/Europe/Paris", zone)):
        file = path / name
        file.parent.mkdir(parents=True)
        file.write_bytes(data)


def _root(name: str, room: Path) -> Path:
    """A root of the corpus; "apt-..." is the least of Debian that installs packages, for another
    machine where one is named; "rpm-..." one of that manager's;
    "alpine-..." has musl and says that it is Alpine; "bare-..." is one without users, shell and /tmp;
    "bad-..." one with a C library that is none in /opt/private, and without libm."""
    if name.startswith("apt-"):
        machine, _, suite = name.removeprefix("apt-").rpartition("-")
        return ROOTS.made(name, partial(foreign_apt.make, machine, suite) if machine else partial(_with_apt, suite))
    if name == "rpm-wide":
        return rpm_packages.wide_root()
    if name.startswith("rpm-"):
        return rpm_packages.root(name.removeprefix("rpm-"))
    if name.startswith("alpine-"):
        root = room / "root"
        shutil.copytree(ROOTS.path("musl"), root, symlinks=True)
        (root / "sbin").mkdir(exist_ok=True)
        (root / "sbin/apk").touch()
        (root / "etc/os-release").write_text(f"ID=alpine\nVERSION_ID={name.removeprefix('alpine-')}.3\n")
        (root / "etc/apk").mkdir()
        (root / "etc/apk/repositories").touch()
        (root / "etc/ld-musl-x86_64.path").write_text("/lib:/usr/local/lib:/usr/lib\n")
        return root
    if name.startswith("bare-"):
        root = room / "root"
        shutil.copytree(ROOTS.path(name.removeprefix("bare-")), root, symlinks=True)
        for directory in ("bin", "etc", "tmp"):
            shutil.rmtree(root / directory)
        return root
    if not name.startswith("bad-"):
        return ROOTS.path(name)
    root = room / "root"
    shutil.copytree(ROOTS.path(name.removeprefix("bad-")), root, symlinks=True)
    (root / "opt/private").mkdir(parents=True)
    (root / "opt/private/libc.so.6").write_text("INPUT ( /lib/libc.so.6 )\n" * 9)
    for each in root.rglob("libm.so.6"):
        each.unlink()
    return root


def _with_apt(suite: str, path: Path) -> None:
    """It has the lists of packages, so that each story asks only whether they are new."""
    debian(suite, path, variant="apt", packages="apt")
    subprocess.run(["chroot", path, "apt-get", "-q", "update"], check=True, capture_output=True)


def _process(story: Story) -> Process:
    return Process((f"/{story.name_there}",), (("PATH", PATH),))
