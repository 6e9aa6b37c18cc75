"""Files that are missing, elsewhere, under lock, of another kind, or with other bytes in them."""

from __future__ import annotations

from tests.reality.corpus import Entry, Folder, Placed, Program, Removed, Symlink
from tests.reality.perturbed.drawing import Draw, Kind, changed
from tests.reality.perturbed.scenes import LIBRARY, LOADER, PROGRAM, SCRIPT, Scene

_MODES = (0o000, 0o111, 0o444, 0o555, 0o600, 0o644, 0o700, 0o711, 0o744, 0o750, 0o754)
_FOLDER_MODES = (0o000, 0o111, 0o555, 0o644, 0o700, 0o711, 0o744, 0o750)
_CONTENTS = (
    b"",
    b"\n",
    b"\x7fEL",
    b"\x7fELF",
    b"\x7fELF\x02\x01\x01",
    b"#!",
    b"#!/bin/sh\necho started\n",
    b"/* GNU ld script */\nGROUP ( /lib/libfoo.so.1 AS_NEEDED ( /lib/ld-linux-x86-64.so.2 ) )\n",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 132735\n",
    b"\x1f\x8b\x08" + bytes(5) + b"\x03" * 90,
    b"PK\x03\x04" + bytes(200),
    b"MZ\x90\0" + bytes(300),
    b"!<arch>\n" + b"x" * 100,
    b"\xcf\xfa\xed\xfe" + bytes(100),
    bytes(64),
    bytes(5000),
)


def file_removed(draw: Draw, scene: Scene) -> Program:
    file = draw.one(scene.files)
    where = draw.one((file.path, scene.link(file.asked)))
    return scene.spoiled({where: Removed()})


def library_removed(draw: Draw, scene: Scene) -> Program:
    file = draw.one(scene.of(LIBRARY))
    return scene.spoiled({scene.link(file.asked): Removed()})


def loader_removed(draw: Draw, scene: Scene) -> Program:
    file = draw.one(scene.of(LOADER))
    return scene.spoiled({draw.one((file.path, scene.link(file.asked))): Removed()})


def directory_removed(draw: Draw, scene: Scene) -> Program:
    """A directory that a file is asked for in, or a link to one."""
    file = draw.one(scene.of(LIBRARY, LOADER, SCRIPT))
    parent = file.asked.rpartition("/")[0]
    where = scene.link(parent) if parent else ""
    if where in ("", "/") or scene.program.path.startswith(where + "/"):
        where = scene.link(file.asked)
    return scene.spoiled({where: Removed()})


def renamed(draw: Draw, scene: Scene) -> Program:
    """As packages of another version have it."""
    file = draw.one(scene.of(LIBRARY, LOADER, PROGRAM))
    where = scene.link(file.asked)
    other = draw.one((f"{where}.1", f"{where}.0.0", where.rpartition("/")[0] + "/sub" + file.name, where.upper()))
    return scene.spoiled({where: Removed(), other: Entry(file.data, file.mode)})


def moved(draw: Draw, scene: Scene) -> Program:
    """The library where another loader, or another release, would find it."""
    file = draw.one(scene.of(LIBRARY))
    place = draw.one(("/lib", "/usr/lib", "/usr/local/lib", "/lib64", "/usr/lib64", "/lib/x86_64-linux-gnu", "/opt/lib",
                      "/usr/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v2", "/lib/tls",
                      "/lib/x86_64-linux-gnu/haswell", "/app"))  # fmt: skip
    target = f"{scene.tree.resolve(place).path if scene.tree.resolve(place).node else place}/{file.name}"
    return scene.spoiled({scene.link(file.asked): Removed(), target: Entry(file.data, file.mode)})


def mode_changed(draw: Draw, scene: Scene) -> Program:
    """Set-user-ID bits are left out: nobody gains anything by them where reality is asked."""
    file = draw.one(scene.files)
    program = scene.spoiled({file.path: Entry(file.data, draw.one(_MODES))})
    return scene.silent(program) if file.role == SCRIPT else program


def directory_locked(draw: Draw, scene: Scene) -> Program:
    file = draw.one(scene.files)
    parts = file.path.split("/")[1:-1]
    depth = draw.number(1, len(parts))
    return scene.spoiled({"/" + "/".join(parts[:depth]): Folder(draw.one(_FOLDER_MODES))})


def linked(draw: Draw, scene: Scene) -> Program:
    """A link in the file's place: dangling, looping, through a file, above the root, to something else."""
    file = draw.one(scene.files)
    where = scene.link(file.asked)
    other = draw.one([each for each in scene.files if file.role in (LIBRARY, LOADER) or each is file])
    target = draw.one((
        "/no/such/file", "no-such-file", file.name, where, ".", "..", "/", "/etc/passwd", f"{other.path}/{file.name}",
        other.path, f"../../../../../../..{other.path}", f"{other.path}/", f"./{file.name}.real", "x" * 300,
        "/etc/passwd/x",
    ))  # fmt: skip
    files: dict[str, Placed] = {where: Symlink(target)}
    if target.endswith(".real"):
        files[f"{where}.real"] = Entry(file.data, file.mode)
    return scene.spoiled(files)


def links_in_a_row(draw: Draw, scene: Scene) -> Program:
    """Forty links are followed, one more is not."""
    file = draw.one(scene.files)
    where = scene.link(file.asked)
    count = draw.number(37, 42)
    names = [where, *(f"/links/{each}" for each in range(count - 1))]
    chain: dict[str, Placed] = {
        here: Symlink(there) for here, there in zip(names, [*names[1:], "/links/end"], strict=True)
    }
    return scene.spoiled({**chain, "/links/end": Entry(file.data, file.mode)})


def directory_instead(draw: Draw, scene: Scene) -> Program:
    file = draw.one(scene.files)
    return scene.spoiled({scene.link(file.asked): Folder(draw.one((0o755, 0o700)))})


def content_replaced(draw: Draw, scene: Scene) -> Program:
    return changed(scene, draw.one(scene.files), draw.one(_CONTENTS))


def swapped(draw: Draw, scene: Scene) -> Program:
    """One file's bytes under the name of a library or the loader."""
    file, other = draw.one(scene.of(LIBRARY, LOADER)), draw.one(scene.of(PROGRAM, LIBRARY, SCRIPT))
    return changed(scene, file, other.data)


def cut_at_a_page(draw: Draw, scene: Scene) -> Program:
    file = draw.one(scene.elves)
    return changed(scene, file, file.data[: 4096 * draw.number(0, (len(file.data) - 1) // 4096)])


def cut_anywhere(draw: Draw, scene: Scene) -> Program:
    file = draw.one(scene.files)
    cut = file.data[: draw.number(0, max(0, len(file.data) - 1))]
    return changed(scene, file, cut, silent=file.role == SCRIPT)


def cut_in_the_head(draw: Draw, scene: Scene) -> Program:
    file = draw.one(scene.elves)
    return changed(scene, file, file.data[: draw.number(0, min(1200, len(file.data)))])


def cut_at_the_end(draw: Draw, scene: Scene) -> Program:
    """Where nobody maps anything, mostly: section headers, and what debuggers read."""
    file = draw.one(scene.elves)
    return changed(scene, file, file.data[: -draw.number(1, min(3000, len(file.data)))])


KINDS: dict[str, Kind] = {
    "file-removed": file_removed,
    "library-removed": library_removed,
    "loader-removed": loader_removed,
    "directory-removed": directory_removed,
    "renamed": renamed,
    "moved": moved,
    "mode-changed": mode_changed,
    "directory-locked": directory_locked,
    "linked": linked,
    "links-in-a-row": links_in_a_row,
    "directory-instead": directory_instead,
    "content-replaced": content_replaced,
    "swapped": swapped,
    "cut-at-a-page": cut_at_a_page,
    "cut-anywhere": cut_anywhere,
    "cut-in-the-head": cut_in_the_head,
    "cut-at-the-end": cut_at_the_end,
}
