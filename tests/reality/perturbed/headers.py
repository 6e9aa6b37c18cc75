"""ELF headers and program headers with one field changed."""

from __future__ import annotations

from hypothesis import reject

from tests.reality.corpus import Program
from tests.reality.perturbed import binary
from tests.reality.perturbed.drawing import Draw, Kind, changed, mutated
from tests.reality.perturbed.scenes import LOADER, PROGRAM, Scene, Touched

_FIXED, _MOVABLE = 2, 3
_HEADER = {
    "class": (0, 1, 3),
    "data": (0, 2, 3),
    "ident-version": (0, 2),
    "osabi": (1, 2, 3, 6, 9, 12, 64, 97, 255),
    "abi-version": (1, 2, 3, 4, 5, 9),
    "padding": (1,),
    "type": (0, 1, 2, 3, 4, 0xFE00),
    "machine": (0, 3, 8, 20, 21, 22, 40, 62, 183, 243, 258, 0x9026),
    "version": (0, 2, 0xFFFFFFFF),
    "flags": (1, 0xFFFFFFFF),
    "ehsize": (0, 52),
    "phentsize": (0, 32, 55, 57, 64),
    "shoff": (0, 1 << 40),
}
_ALIGNS = (0, 1, 2, 8, 16, 0x800, 0x1000, 0x4000, 0x10000, 0x200000, 0x1001, 1 << 40)


def machine_changed(draw: Draw, scene: Scene) -> Program:
    return _header(draw, scene, "machine")


def class_or_order_changed(draw: Draw, scene: Scene) -> Program:
    return _header(draw, scene, draw.one(("class", "data")))


def header_field_changed(draw: Draw, scene: Scene) -> Program:
    return _header(draw, scene, draw.one(tuple(_HEADER)))


def header_count_changed(draw: Draw, scene: Scene) -> Program:
    file = draw.one(_read(scene))
    made = file.binary()
    made.set("phnum", draw.one((0, 1171, 0xFFFF)))
    return changed(scene, file, made)


def many_headers(draw: Draw, scene: Scene) -> Program:
    """A table that has been moved to the end and filled up with PT_NULL, of a program that never looks at it."""
    file = draw.one(scene.of(PROGRAM))
    made = file.binary()
    table = made.data[made.get("phoff") : made.get("phoff") + 56 * made.get("phnum")]
    count = draw.one((made.get("phnum"), 73, 74, 500, 1169, 1170, 1171, 2000))
    made.data += bytes(-len(made.data) % 8)
    made.set("phoff", len(made.data))
    made.set("phnum", count)
    made.data += table.ljust(56 * count, b"\0")
    return changed(scene, file, made)


def headers_elsewhere(draw: Draw, scene: Scene) -> Program:
    """Program headers that begin beyond the end, just before it, or with the file's own header."""
    file = draw.one(_read(scene))
    made = file.binary()
    size = len(made.data)
    made.set("phoff", draw.one((size * 2, size - 100, size - 1, 0)))
    return changed(scene, file, made)


def entry_changed(draw: Draw, scene: Scene) -> Program:
    file = draw.one(scene.of(PROGRAM))
    if not file.is_elf:
        return _header(draw, scene, "machine")
    made = file.binary()
    made.set("entry", draw.one((0, 1, made.get("entry") + (1 << 32), 1 << 62)))
    return changed(scene, file, made)


def segment_lost(draw: Draw, scene: Scene) -> Program:
    """A program header overwritten by PT_NULL, as tools do that find no other way to get rid of it."""
    file = draw.one(_read(scene))
    made = file.binary()
    kinds = (binary.INTERP, binary.NOTE, binary.PHDR, binary.PROPERTY, binary.STACK, binary.RELRO, 0x6474E550)
    made.set_segment(draw.one([at for at, kind in enumerate(made.segments) if kind in kinds]), "type", 0)
    return changed(scene, file, made)


def stack_flags_changed(draw: Draw, scene: Scene) -> Program:
    file = draw.one([each for each in _read(scene) if binary.STACK in each.binary().segments])
    made = file.binary()
    index = made.segments.index(binary.STACK)
    if draw.one((True, False)):
        made.set_segment(index, "flags", draw.number(0, 7))
    else:
        made.set_segment(index, "type", 0)
    return changed(scene, file, made)


def segment_align_changed(draw: Draw, scene: Scene) -> Program:
    """As a linker for larger pages, or none at all, leaves it."""
    file = draw.one(_read(scene))
    made = file.binary()
    loads = [at for at, kind in enumerate(made.segments) if kind == binary.LOAD]
    for index in draw.one((loads, loads[:1], loads[-1:])):
        made.set_segment(index, "align", draw.one(_ALIGNS))
    return changed(scene, file, made)


def memory_grown(draw: Draw, scene: Scene) -> Program:
    """More memory behind the last segment's bytes, up to more than there can be."""
    file = draw.one(_read(scene))
    made = file.binary()
    index = [at for at, kind in enumerate(made.segments) if kind == binary.LOAD][-1]
    old = made.segment(index, "memsz")
    values = (old + 1, old + 4096, old + (1 << 20), 1 << 44, 1 << 46, 1 << 47, 1 << 60, (1 << 63) - 1, (1 << 64) - 1)
    made.set_segment(index, "memsz", draw.one(values))
    return changed(scene, file, made)


def interpreter_changed(draw: Draw, scene: Scene) -> Program:
    """What patchelf, another distribution, or an editor has made of it; in place, so never longer."""
    file, made = _with_segment(draw, scene, binary.INTERP)
    index = made.segments.index(binary.INTERP)
    at, size = made.segment(index, "offset"), made.segment(index, "filesz")
    old = made.data[at : at + size - 1].decode("latin-1")
    new = draw.one((mutated(old, draw), old[:-1], old[1:], old.replace("64", "32"), old.upper(), "/", "",
                    old[:4] + "\r", "lib/ld.so", old.rpartition("/")[0], "/app", scene.program.path[: size - 1],
                    "//" + old[1:-1],
                    old.replace("/lib64/", "/lib/"), "/etc/passwd", "/bin/sh"))  # fmt: skip
    if len(new) >= size:
        new = old[:-2]
    made.data[at : at + size] = new.encode("latin-1").ljust(size, b"\0")
    if draw.one((False, False, True)):
        made.set_segment(index, "filesz", draw.one((0, 1, 2, len(new), len(new) + 1, size + 1, 4096, 4097)))
    return changed(scene, file, made)


def _with_segment(draw: Draw, scene: Scene, kind: int) -> tuple[Touched, binary.Binary]:
    file = draw.one([each for each in _read(scene) if kind in each.binary().segments])
    return file, file.binary()


def _read(scene: Scene) -> list[Touched]:
    return scene.elves


def _header(draw: Draw, scene: Scene, field: str) -> Program:
    file = draw.one(scene.elves if field == "machine" else _read(scene))
    if field == "ehsize" and file.role == LOADER:
        reject()  # only glibc's loader looks at that, in an assertion about itself
    made = file.binary()
    values = [each for each in _HEADER[field] if each != made.get(field)]
    if field == "type" and made.get(field) == _FIXED:
        values.remove(_MOVABLE)  # it starts, and what its own code then does elsewhere is nobody's to tell
    made.set(field, draw.one(values))
    return changed(scene, file, made)


KINDS: dict[str, Kind] = {
    "machine": machine_changed,
    "class-or-order": class_or_order_changed,
    "header-field": header_field_changed,
    "header-count": header_count_changed,
    "many-headers": many_headers,
    "headers-elsewhere": headers_elsewhere,
    "entry": entry_changed,
    "segment-lost": segment_lost,
    "stack-flags": stack_flags_changed,
    "segment-align": segment_align_changed,
    "memory-grown": memory_grown,
    "interpreter": interpreter_changed,
}
