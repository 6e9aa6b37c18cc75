"""Environment, search paths, caches and first lines: what leads a loader to its files."""

from __future__ import annotations

import functools
import struct
import subprocess
import tempfile
from pathlib import Path

from libccheck.model import File
from tests import toolchains
from tests.reality.corpus import Entry, Placed, Program, Removed
from tests.reality.perturbed.drawing import Draw, Kind, changed
from tests.reality.perturbed.scenes import LIBRARY, LOADER, PROGRAM, SCRIPT, Scene, Touched

_CACHE, _PRELOAD = "/etc/ld.so.cache", "/etc/ld.so.preload"
_PATHS = ("$ORIGIN/lib", "${ORIGIN}/lib", "$ORIGIN", "$ORIGIN/../app/lib", "/app/lib", "/app/other", "lib", ".", "",
          ":", "/no/such/directory", "$LIB", "/app/$LIB", "$PLATFORM", "/app/lib/", "/app//lib", "$ORIGINAL/lib",
          "$NOTHING",
          "/etc/passwd", "/usr/lib", "/lib", "/lib64", "/app/lib/libfoo.so", "/app/./lib", "/app/../app/lib",
          "${ORIGIN", "$", "~/lib", "/" + "x" * 300)  # fmt: skip


def library_path_set(draw: Draw, scene: Scene) -> Program:
    value = _path_list(draw, ":;" if draw.one((False, True)) else ":")
    return _with_variable(scene, "LD_LIBRARY_PATH", value)


def preload_set(draw: Draw, scene: Scene) -> Program:
    return _with_variable(scene, "LD_PRELOAD", _preloads(draw, scene))


def preload_file(draw: Draw, scene: Scene) -> Program:
    text = (
        draw.one(("", "# nothing\n", "# a\n# b\n")) + _preloads(draw, scene) + draw.one(("", "\n", " # end\n", "\n\n"))
    )
    return scene.spoiled({_PRELOAD: Entry(text.encode(), draw.one((0o644, 0o644, 0o600)))})


def bind_now_set(draw: Draw, scene: Scene) -> Program:
    return _with_variable(scene, "LD_BIND_NOW", draw.one(("1", "", "0")))


def another_name(draw: Draw, scene: Scene) -> Program:
    """argv[0] is what the words begin with; something is missing besides, so that there are words."""
    file = draw.one(scene.of(LIBRARY))
    name = draw.one(("app", "./app", "a b", "-sh", "/x/y", "ä", "x" * 300))
    return scene.spoiled({scene.link(file.asked): Removed()})._replace(argv=(name,))


def search_path_rewritten(draw: Draw, scene: Scene) -> Program:
    """By patchelf, as everybody does it."""
    file = draw.one([each for each in scene.of(PROGRAM, LIBRARY) if each.is_elf and each.binary().tags])
    force = ("--force-rpath",) if draw.one((True, False)) else ()
    options = draw.one(((*force, "--set-rpath", _path_list(draw, ":")), ("--remove-rpath",)))
    return changed(scene, file, patched(file.data, options))


def names_rewritten(draw: Draw, scene: Scene) -> Program:
    """By patchelf: which libraries are needed, what one is called, which loader is asked for."""
    file = draw.one([each for each in scene.of(PROGRAM, LIBRARY) if each.is_elf and each.binary().needed])
    binary = file.binary()
    needed = binary.text(draw.one(binary.needed).value)[0]
    extra = draw.one(("libabsent.so.1", "/app/lib/libfoo.so", "/no/such/lib.so", "libfoo.so", "libm.so.6",
                      "lib/libfoo.so", "libc.so", "libpthread.so.0", "ld-linux-x86-64.so.2",
                      "$ORIGIN/lib/libfoo.so"))  # fmt: skip
    options = [("--add-needed", extra), ("--remove-needed", needed), ("--replace-needed", needed, extra)]
    if file.role == PROGRAM:
        loaders = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1", "/lib/ld64-uClibc.so.1", "/app/loader"]
        options += [("--set-interpreter", each) for each in loaders]
    return changed(scene, file, patched(file.data, draw.one(options)))


def cache_changed(draw: Draw, scene: Scene) -> Program:
    """Missing, locked, cut off, of another format, of another byte order, with one byte changed."""
    data = _cache(scene)
    how = draw.one(("removed", "locked", "cut", "byte", "count", "endian", "old", "text", "empty"))
    if how == "removed":
        return scene.spoiled({_CACHE: Removed()})
    contents = {
        "locked": data,
        "cut": data[: draw.number(0, len(data))],
        "count": data[:20] + struct.pack("<I", draw.one((0, 1, 5, 1 << 20, 1 << 31))) + data[24:],
        "endian": data[:28] + bytes([draw.one((0, 1, 2, 3))]) + data[29:],
        "old": b"ld.so-1.7.0\0" + struct.pack("<I", 0) + data,
        "text": b"nothing of the kind\n" * 9,
        "empty": b"",
        "byte": data,
    }
    content = bytearray(contents[how])
    if how == "byte" and content:
        content[draw.number(0, min(len(content) - 1, 60))] ^= 1 << draw.number(0, 7)
    return scene.spoiled({_CACHE: Entry(bytes(content), 0o600 if how == "locked" else 0o644)})


def cache_stale(draw: Draw, scene: Scene) -> Program:
    """A cache that says where libraries were, while one of them is elsewhere, gone, or something else."""
    file = draw.one(scene.of(LIBRARY))
    files: dict[str, Placed] = {"/opt/there/" + file.name: Entry(file.data, file.mode)}
    entries = [(each.name, each.asked) for each in scene.of(LIBRARY) if each is not file]
    entries.append((file.name, draw.one(("/opt/there/", "/opt/gone/", "/app/lib/")) + file.name))
    if draw.one((True, True, False)):
        files[scene.link(file.asked)] = Removed()
    flags = draw.one((0x0303, 0x0303, 0x0303, 3, 0x0803, 0x0A03, 1))
    files[_CACHE] = Entry(written_cache(entries, flags, old=draw.one((False, False, True))), 0o644)
    return scene.spoiled(files)


def musl_path_file(draw: Draw, scene: Scene) -> Program:
    lines = [draw.one(("/app/lib", "/lib", "/usr/lib", "/no/such", "", "lib", "/app/other:/app/lib", "$ORIGIN/lib"))
             for _ in range(draw.number(0, 3))]  # fmt: skip
    text = draw.one(("\n", ":")).join(lines) + draw.one(("", "\n", "\0/app/lib"))
    mode = draw.one((0o644, 0o644, 0o644, 0o600))
    return scene.spoiled({"/etc/ld-musl-x86_64.path": Entry(text.encode(), mode)})


def first_line_changed(draw: Draw, scene: Scene) -> Program:
    """What editors, Windows, other distributions and long paths make of it."""
    file = draw.one(scene.of(SCRIPT))
    line, _, rest = file.data.partition(b"\n")
    new = draw.one((
        line + b"\r", line + b" -e\r", line + b" ", line + b"\t-x", b"#! " + line[2:], b"#!\t" + line[2:], b" " + line,
        b"\xef\xbb\xbf" + line, line[:-1], line + b"x", line.replace(b"/bin", b"/usr/local/bin"), line[1:],
        line.replace(b"/", b"", 1), line.replace(b"/", b"//"), b"#!" + b"/x" * 40 + line[2:],
        b"#!" + b"/." * 130 + line[2:],
        line + b"\0", line + b" " + b"y" * 300, b"#!", b"#!\r", line.upper(), b"#!/app", b"#!.", line + b"/",
        b"#!/usr/bin/env sh\r", b"#!/usr/bin/env  sh", b"#!/usr/bin/env bash", b"#!/bin/sh\r", b"#!/bin/sh -\r",
        b"#!/bin/bash\r", b"#!/usr/bin/python3\r", b"#!/usr/bin/env python3\r", b"#!/usr/bin/env -S sh\r",
    ))  # fmt: skip
    ends = draw.one((b"\n", b"\n", b"\n", b"", b"\r\n"))
    return _script(scene, file, new + ends + rest)


def lines_ended_in_carriage_returns(draw: Draw, scene: Scene) -> Program:
    """A checkout with core.autocrlf."""
    file = draw.one(scene.of(SCRIPT))
    text = file.data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    head = draw.one((b"", b"", b"#!/bin/sh\r\n", b"#!/usr/bin/env sh\r\n", b"#!/bin/sh -e\r\n", b"#!/bin/bash\r\n"))
    return _script(scene, file, head + text)


def _script(scene: Scene, file: Touched, data: bytes) -> Program:
    """Started when what the script runs is: a shell may not like its options."""
    return scene.silent(scene.spoiled({file.path: Entry(data, file.mode)}))


def written_cache(entries: list[tuple[str, str]], flags: int, *, old: bool) -> bytes:
    """A cache as ldconfig lays it out: sorted downwards; `old` has the older format before it, empty."""
    ordered = sorted(entries, reverse=True)
    head = 48 + 24 * len(ordered)
    table, strings = b"", b""
    for name, path in ordered:
        key = head + len(strings)
        strings += f"{name}\0{path}\0".encode()
        table += struct.pack("<iIIIQ", flags, key, key + len(name.encode()) + 1, 0, 0)
    new = b"glibc-ld.so.cache1.1" + struct.pack("<IIB3xI12x", len(ordered), len(strings), 2, 0) + table + strings
    return b"ld.so-1.7.0\0" + struct.pack("<I", 0) + new if old else new


@functools.lru_cache(256)
def patched(data: bytes, options: tuple[str, ...]) -> bytes:
    """What patchelf makes of a file; the file as it is, where it cannot be had that way."""
    with tempfile.TemporaryDirectory(prefix="libccheck-patchelf-") as room:
        path = Path(room) / "file"
        path.write_bytes(data)
        run = subprocess.run([*toolchains.command("patchelf"), *options, path], capture_output=True, check=False)
        return data if run.returncode else path.read_bytes()


def _path_list(draw: Draw, separators: str) -> str:
    parts = [draw.one(_PATHS) for _ in range(draw.number(1, 3))]
    return draw.one(separators).join(parts)


def _preloads(draw: Draw, scene: Scene) -> str:
    names = ["/app/lib/libfoo.so", "libfoo.so", "/no/such/library.so", "libabsent.so", "/etc/passwd", "", "libm.so.6",
             "/app", *[each.asked for each in scene.files], *[each.name for each in scene.of(LIBRARY,
             LOADER)]]  # fmt: skip
    return draw.one((" ", ":", "  ")).join(draw.one(names) for _ in range(draw.number(1, 3)))


def _with_variable(scene: Scene, name: str, value: str) -> Program:
    others = tuple(pair for pair in scene.program.env if pair[0] != name)
    return scene.spoiled({})._replace(env=(*others, (name, value)))


def _cache(scene: Scene) -> bytes:
    """The root's own, or one as ldconfig would write it."""
    node = scene.tree.resolve(_CACHE).node
    text = node.load().text if isinstance(node, File) else None
    return text or written_cache([(each.name, each.asked) for each in scene.of(LIBRARY)], 0x0303, old=False)


KINDS: dict[str, Kind] = {
    "library-path": library_path_set,
    "preload": preload_set,
    "preload-file": preload_file,
    "bind-now": bind_now_set,
    "another-name": another_name,
    "search-path": search_path_rewritten,
    "names": names_rewritten,
    "cache": cache_changed,
    "cache-stale": cache_stale,
    "musl-path-file": musl_path_file,
    "first-line": first_line_changed,
    "carriage-returns": lines_ended_in_carriage_returns,
}
