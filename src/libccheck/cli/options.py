"""Option values of the commands: text to values, with a clear word on what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any

import click

from libccheck.cli.gather import Sources
from libccheck.errors import UsageError
from libccheck.machines import platform_machine, usual_emulator
from libccheck.model import Emulator, Host
from libccheck.record import NamedTuple

X86_LEVELS = {f"{prefix}{level}": level for level in (1, 2, 3, 4) for prefix in ("", "v", "x86-64-v")}
X86_LEVELS["x86-64"] = 1


class Format(NamedTuple):
    """A format and the file it goes to; None is standard output."""

    name: str
    file: str | None


class Placing(NamedTuple):
    """Where programs are placed and how they are run, as the options of a command say."""

    at: str | None
    copies: list[tuple[str, str]]
    env: dict[str, str]
    user: str | None
    workdir: str | None
    arg0: str | None

    @property
    def run(self) -> dict[str, Any]:
        """All but the copies, as `check` and `recommend` take them."""
        return {each: getattr(self, each) for each in ("at", "env", "user", "workdir", "arg0")}


def placing(command: Callable[..., int]) -> Callable[..., int]:
    """Adds what the commands that place programs into images have in common; they get it as `placing`."""

    @click.option("--at", metavar="PATH", help="Its place in the image; a directory ends in /. [default: /<file name>]")
    @click.option(
        "--copy", "copies", multiple=True, metavar="SRC:DEST", help="Place files beside it, as COPY does; repeatable."
    )
    @click.option("-e", "--env", multiple=True, metavar="KEY=VALUE", help="Set an environment variable; repeatable.")
    @click.option("-u", "--user", metavar="USER[:GROUP]", help="Who runs it; names by the image's /etc/passwd.")
    @click.option("-w", "--workdir", metavar="DIR", help="The working directory.")
    @click.option("--arg0", metavar="NAME", help="argv[0], as the program sees it.")
    @wraps(command)
    def with_placing(
        *,
        at: str | None,
        copies: tuple[str, ...],
        env: tuple[str, ...],
        user: str | None,
        workdir: str | None,
        arg0: str | None,
        **others: Any,
    ) -> int:
        check_workdir(workdir)
        wanted = Placing(at, parse_copies(copies), parse_env(env), user, workdir, arg0)
        return command(placing=wanted, **others)

    return with_placing


def sources(command: Callable[..., int]) -> Callable[..., int]:
    """Adds what the commands that read images have in common; they get it as `sources`."""

    @click.option("--platform", metavar="OS/ARCH", help="Which platform of an image, as linux/arm64; all for each.")
    @click.option("--catalog", "catalogs", multiple=True, metavar="DIR", help="A catalog of your own; repeatable.")
    @click.option("--no-cache", "cached", flag_value=False, default=True, type=bool, help="Read all layers anew.")
    @click.option(
        "--insecure", multiple=True, metavar="HOST", help="A registry without TLS, or with a certificate of its own."
    )
    @wraps(command)
    def with_sources(
        *, platform: str | None, catalogs: tuple[str, ...], cached: bool, insecure: tuple[str, ...], **others: Any
    ) -> int:
        return command(sources=Sources(platform, catalogs, cached, insecure), **others)

    return with_sources


def parse_formats(texts: Sequence[str], known: Iterable[str] = ("text", "json")) -> list[Format]:
    """`text`, `json` or `json=FILE`; at most one of them goes to standard output."""
    formats = []
    names = list(known)
    for text in texts or ("text",):
        name, equals, file = text.partition("=")
        if name not in names or (equals and not file):
            listed = f"{', '.join(names[:-1])} or {names[-1]}"
            raise UsageError(f"no such format: {text}", hint=f"it is {listed}, or json=FILE to write to a file")
        formats.append(Format(name, file or None))
    if sum(each.file is None for each in formats) > 1:
        raise UsageError("only one format can go to standard output", hint="write --format json=FILE for the other")
    files = [each.file for each in formats if each.file is not None]
    for file in files:
        if files.count(file) > 1:
            raise UsageError(f"several formats would go to {file}", hint="give each format a file of its own")
    return formats


def parse_env(texts: Sequence[str]) -> dict[str, str]:
    """`K=V`, as in the image's Env."""
    env = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise UsageError(f"--env {text} is not KEY=VALUE", hint="as in --env LD_LIBRARY_PATH=/opt/lib")
        env[name] = value
    return env


def parse_copies(texts: Sequence[str]) -> list[tuple[str, str]]:
    """`SRC:DEST`; a source may hold colons, a destination not."""
    copies = []
    for text in texts:
        source, _, destination = text.rpartition(":")
        if not source or not destination:
            raise UsageError(f"--copy {text} is not SRC:DEST", hint="as in --copy lib:/opt/lib")
        copies.append((source, destination))
    return copies


def check_at(at: str | None, programs: Sequence[str]) -> None:
    """One path can hold one program only."""
    if at is not None and not at.endswith("/") and len(set(programs)) > 1:
        raise UsageError(
            f"--at {at} is one path, and there are {len(set(programs))} programs",
            hint=f"write --at {at}/ to place each of them in that directory",
        )


def check_verify(wanted: bool, options: Mapping[str, str | None]) -> None:
    """What a container cannot be told, by option."""
    given = next((name for name, value in options.items() if wanted and value is not None), "")
    if given:
        raise UsageError(
            f"--verify cannot do what {given} says", hint="an engine runs a program by its own path, on its own machine"
        )


def check_workdir(workdir: str | None) -> None:
    if workdir is not None and not workdir.startswith("/"):
        raise UsageError(f"--workdir {workdir} is not an absolute path")


def parse_host(text: str | None) -> Host | None:
    """`isa=v2,kernel=4.19,page=64k,emulates=arm64+armhf`; the machine stays open, it is the image's platform.

    An emulator may be followed by its path and the flags of its rule: `emulates=arm64:/usr/bin/qemu-aarch64-static:F`.
    """
    if text is None:
        return None
    host = Host("")
    for part in text.split(","):
        key, _, value = part.partition("=")
        host = _with_fact(host, key.strip(), value.strip())
    return host


def _with_fact(host: Host, key: str, value: str) -> Host:
    if key == "isa" and value in X86_LEVELS:
        return host._replace(isa_level=X86_LEVELS[value])
    if key == "kernel" and value and all(part.isdecimal() for part in value.split(".")):
        return host._replace(kernel=tuple(int(part) for part in value.split(".")))
    if key == "page" and _page_size(value):
        return host._replace(page_size=_page_size(value))
    if key == "emulates" and value:
        return host._replace(emulated=host.emulated + tuple(_emulator(each) for each in value.split("+")))
    raise UsageError(
        f"--host does not know {key}={value}",
        hint="as in --host isa=v2,kernel=4.19,page=64k,emulates=arm64+armhf",
    )


def _emulator(text: str) -> Emulator:
    """`MACHINE[:PATH[:FLAGS]]`, the machine by any of its names."""
    name, _, rest = text.partition(":")
    path, _, flags = rest.partition(":")
    machine = platform_machine(f"linux/{name}")
    found = usual_emulator(machine, path, flags) if flags else usual_emulator(machine, path)
    if found is None or (path and not path.startswith("/")) or not set(flags) <= set("POCF"):
        raise UsageError(
            f"--host does not know how to emulate {text}",
            hint="as in --host emulates=arm64, or emulates=arm64:/usr/bin/qemu-aarch64-static:F",
        )
    return found


def _page_size(text: str) -> int:
    """Bytes, or KiB with a k; 0 for what no machine has."""
    digits = text[:-1] if text[-1:] in ("k", "K") else text
    size = int(digits) * (1024 if digits != text else 1) if digits.isdecimal() and len(digits) < 8 else 0
    return size if 4096 <= size <= 65536 and not size & (size - 1) else 0
