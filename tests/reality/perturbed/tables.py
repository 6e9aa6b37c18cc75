"""Dynamic sections, versions, symbols, relocations and notes with one entry changed."""

from __future__ import annotations

from hypothesis import reject

from tests.forge import elf_hash
from tests.reality.corpus import Program
from tests.reality.perturbed.binary import Binary, Name
from tests.reality.perturbed.drawing import Draw, Kind, changed, mutated
from tests.reality.perturbed.scenes import LIBRARY, LOADER, PROGRAM, Scene, Touched

_NEEDED, _HASH, _STRSZ, _SONAME, _RPATH, _SYMBOLIC = 1, 4, 10, 14, 15, 16
_TEXTREL, _BIND_NOW, _RUNPATH, _FLAGS = 22, 24, 29, 30
_GNU_HASH, _VERSYM, _FLAGS_1, _VERDEF, _VERNEED = 0x6FFFFEF5, 0x6FFFFFF0, 0x6FFFFFFB, 0x6FFFFFFC, 0x6FFFFFFE
_FILTER, _AUXILIARY, _HARMLESS = 0x7FFFFFFF, 0x7FFFFFFD, 0x6FFFFDEF
_ISA_NEEDED, _ABI_TAG, _PROPERTIES = 0xC0008002, 1, 5
_NOW, _NODEFLIB, _NOOPEN, _PIE = 1, 0x800, 0x40, 0x08000000


def needed_name_changed(draw: Draw, scene: Scene) -> Program:
    """In the string table, where a version need may share it."""
    file, made = _drawn(draw, [each for each in scene.of(PROGRAM, LIBRARY) if _has(each, _NEEDED)])
    text, at = made.text(draw.one(made.needed).value)
    new = mutated(text, draw)
    made.data[at : at + len(text)] = new.encode("latin-1")
    return changed(scene, file, made)


def needed_entry_changed(draw: Draw, scene: Scene) -> Program:
    """To another string of the table, or to none."""
    file, made = _drawn(draw, [each for each in scene.of(PROGRAM, LIBRARY) if _has(each, _NEEDED)])
    entry = draw.one(made.needed)
    others = [each.value for each in made.tags if each.tag in (_NEEDED, _SONAME, _RUNPATH, _RPATH)]
    length = len(made.text(entry.value)[0])
    others += [0, entry.value + 1, entry.value + length - 1, entry.value + length]
    made.set_tag(entry, _NEEDED, draw.one(others))
    return changed(scene, file, made)


def soname_changed(draw: Draw, scene: Scene) -> Program:
    file, made = _drawn(draw, [each for each in _users(scene) if _has(each, _SONAME)])
    entry = next(each for each in made.tags if each.tag == _SONAME)
    text, at = made.text(entry.value)
    if draw.one((True, False)):
        made.data[at : at + len(text)] = mutated(text, draw).encode("latin-1")
    else:
        made.set_tag(entry, draw.one((_HARMLESS, _NEEDED)), entry.value)
    return changed(scene, file, made)


def tag_removed(draw: Draw, scene: Scene) -> Program:
    """A table that is not announced: no hash, no versions, no search path."""
    wanted = (_HASH, _GNU_HASH, _VERSYM, _VERNEED, _VERDEF, _RUNPATH, _RPATH, _NEEDED, _FLAGS, _FLAGS_1, _SONAME,
              _BIND_NOW)  # fmt: skip
    file, made = _drawn(draw, [each for each in _users(scene) if any(_has(each, tag) for tag in wanted)])
    entry = draw.one([each for each in made.tags if each.tag in wanted])
    made.set_tag(entry, _HARMLESS, entry.value)
    return changed(scene, file, made)


def search_path_turned(draw: Draw, scene: Scene) -> Program:
    """RUNPATH for RPATH, or the other way."""
    file, made = _drawn(draw, [each for each in scene.elves if _has(each, _RUNPATH) or _has(each, _RPATH)])
    entry = next(each for each in made.tags if each.tag in (_RUNPATH, _RPATH))
    made.set_tag(entry, _RPATH + _RUNPATH - entry.tag, entry.value)
    return changed(scene, file, made)


def flags_changed(draw: Draw, scene: Scene) -> Program:
    """DT_FLAGS_1, or DT_DEBUG or another harmless entry turned into it."""
    file, made = _drawn(draw, [each for each in scene.of(PROGRAM, LIBRARY) if each.is_elf and each.binary().tags])
    value = draw.one((0, _NOW, _NODEFLIB, _NODEFLIB | _NOW, _PIE, _PIE | _NOW, _NOOPEN, 2, 8, 0x10000000))
    _set(made, _FLAGS_1, value)
    return changed(scene, file, made)


def library_marked_as_program(draw: Draw, scene: Scene) -> Program:
    """DF_1_PIE, as where somebody links with a program: glibc loads none."""
    file, made = _drawn(draw, [each for each in scene.of(LIBRARY) if each.is_elf and each.binary().tags])
    _set(made, _FLAGS_1, _PIE)
    return changed(scene, file, made)


def bound_now(draw: Draw, scene: Scene) -> Program:
    """What was to be bound lazily is bound at once, in one of the three ways to say it; a symbol is missing besides."""
    program = [each for each in scene.of(PROGRAM) if _has(each, 21) or _has(each, _FLAGS_1)]
    file, made = _drawn(draw, program)
    _set(made, *draw.one(((_FLAGS_1, _NOW), (_FLAGS, 8), (_BIND_NOW, 0), (_SYMBOLIC, 0))))
    _rename_symbol(draw, made)
    return changed(scene, file, made, silent=True)


def version_wanted_changed(draw: Draw, scene: Scene) -> Program:
    """Name and hash go together in a file that a linker has made; one alone is a file that somebody has edited."""
    file, made = _drawn(draw, [each for each in scene.elves if _has(each, _VERNEED)])
    return changed(scene, file, _change_version(draw, made, list(made.versions_needed())), silent=True)


def version_defined_changed(draw: Draw, scene: Scene) -> Program:
    """Of a library that the program's versions are wanted of, and most likely one of those."""
    file, made = _drawn(draw, [each for each in scene.of(LIBRARY) if _has(each, _VERDEF)])
    wanted = {each.text for other in scene.elves for each in other.binary().versions_needed()}
    defined = list(made.versions_defined())
    likely = [each for each in defined if each.text in wanted]
    return changed(scene, file, _change_version(draw, made, likely or defined), silent=True)


def version_weakened(draw: Draw, scene: Scene) -> Program:
    """A weak version that is not there is told, and no more."""
    file, made = _drawn(draw, [each for each in scene.elves if _has(each, _VERNEED)])
    version = draw.one(list(made.versions_needed()))
    made.put(version.flags_at, "H", 2)
    if draw.one((True, True, False)):
        _write_version(made, version, mutated(version.text, draw))
    return changed(scene, file, made, silent=True)


def symbol_wanted_renamed(draw: Draw, scene: Scene) -> Program:
    file, made = _drawn(draw, _users(scene))
    _rename_symbol(draw, made)
    return changed(scene, file, made, silent=True)


def symbol_defined_changed(draw: Draw, scene: Scene) -> Program:
    """Of those that another file wants: renamed, hidden, undefined, of another type."""
    files = _with_symbols(scene.of(LIBRARY, LOADER))
    file, made = _drawn(draw, files)
    binaries = [each.binary() for each in _with_symbols(scene.files) if each is not file]
    wanted = {name for each in binaries for name, at in each.symbols() if name and not each.symbol(at, "section")}
    symbols = [at for name, at in made.symbols() if name in wanted and made.symbol(at, "section")]
    at = draw.one(symbols)
    how = draw.one(("name", "other", "section", "value", "info", "size"))
    if how == "name":
        name_at = made.text(made.symbol(at, "name"))[1]
        made.data[name_at] = made.data[name_at] ^ 3
    else:
        values = {"other": (1, 2, 3), "section": (0, 0xFFF1), "value": (0,), "size": (0, 1, 8, 4096),
                  "info": (0x10, 0x11, 0x12, 0x22, 0x02, 0x13)}[how]  # fmt: skip
        made.set_symbol(at, how, draw.one(values))
    return changed(scene, file, made, silent=True)


def symbol_made_weak(draw: Draw, scene: Scene) -> Program:
    file, made = _drawn(draw, _users(scene))
    at = draw.one(_wanted(made))
    made.set_symbol(at, "info", 0x20 | made.symbol(at, "info") & 15)
    if draw.one((True, False)):
        where = made.text(made.symbol(at, "name"))[1]
        made.data[where] = made.data[where] ^ 3
    return changed(scene, file, made, silent=True)


def relocation_type_changed(draw: Draw, scene: Scene) -> Program:
    file, made = _drawn(draw, _users(scene))
    at = draw.one([each for each in made.relocations() if int.from_bytes(made.data[each + 12 : each + 16], "little")])
    made.put(at + 8, "I", draw.one((0, 3, 4, 9, 12, 19, 34, 38, 39, 42, 43, 250, 1026)))
    return changed(scene, file, made, silent=True)


def level_raised(draw: Draw, scene: Scene) -> Program:
    """GNU_PROPERTY_X86_ISA_1_NEEDED: a level above what any processor has, or one that this one has."""
    files = [each for each in scene.of(PROGRAM, LIBRARY) if each.is_elf and any(each.binary().notes(_PROPERTIES))]
    file, made = _drawn(draw, files)
    at = draw.one(list(made.notes(_PROPERTIES)))
    made.put(at, "III", _ISA_NEEDED, 4, draw.one((0x10, 0x20, 0x11, 0x8000, 0x1F, 1, 2, 3, 0)))
    return changed(scene, file, made)


def kernel_wanted(draw: Draw, scene: Scene) -> Program:
    files = [each for each in scene.elves if any(each.binary().notes(_ABI_TAG))]
    file, made = _drawn(draw, files)
    at = draw.one(list(made.notes(_ABI_TAG)))
    made.put(at, "IIII", draw.one((0, 0, 1, 3)), draw.one((2, 3, 7, 99)), draw.one((2, 6, 255)), 0)
    return changed(scene, file, made)


def _drawn(draw: Draw, files: list[Touched]) -> tuple[Touched, Binary]:
    file = draw.one([each for each in files if each.is_elf])
    return file, file.binary()


def _set(made: Binary, tag: int, value: int) -> None:
    """In the place of the tag itself, or of one that nobody needs: DT_DEBUG, DT_RELACOUNT."""
    there = [each for wanted in (tag, 21, 0x6FFFFFF9) for each in made.tags if each.tag == wanted]
    if not there:
        reject()
    made.set_tag(there[0], tag, value)


def _has(file: Touched, tag: int) -> bool:
    return file.is_elf and file.binary().value(tag) is not None


def _with_symbols(files: list[Touched] | tuple[Touched, ...]) -> list[Touched]:
    return [each for each in files if _has(each, 6) and _has(each, 5)]


def _users(scene: Scene) -> list[Touched]:
    return _with_symbols(scene.of(PROGRAM, LIBRARY))


def _wanted(made: Binary) -> list[int]:
    """Where the undefined symbols are."""
    return [at for name, at in made.symbols() if name and not made.symbol(at, "section")]


def _rename_symbol(draw: Draw, made: Binary) -> None:
    """One character of the name; other symbols may share it, as their end."""
    where = made.text(made.symbol(draw.one(_wanted(made)), "name"))[1]
    made.data[where] = made.data[where] ^ 3


def _change_version(draw: Draw, made: Binary, versions: list[Name]) -> Binary:
    version = draw.one(versions)
    how = draw.one(("both", "both", "both", "name", "hash", "other"))
    if how == "hash":
        made.put(version.hash_at, "I", elf_hash(version.text.encode("latin-1")) ^ 1)
    elif how == "name":
        new = mutated(version.text, draw)
        made.data[version.at : version.at + len(new)] = new.encode("latin-1")
    elif how == "other":
        other = draw.one(versions)
        made.data[version.hash_at : version.hash_at + 4] = made.data[other.hash_at : other.hash_at + 4]
        made.data[version.name_at : version.name_at + 4] = made.data[other.name_at : other.name_at + 4]
    else:
        _write_version(made, version, mutated(version.text, draw))
    return made


def _write_version(made: Binary, version: Name, text: str) -> None:
    made.data[version.at : version.at + len(text)] = text.encode("latin-1")
    made.put(version.hash_at, "I", elf_hash(text.encode("latin-1")))


KINDS: dict[str, Kind] = {
    "needed-name": needed_name_changed,
    "needed-entry": needed_entry_changed,
    "soname": soname_changed,
    "tag-removed": tag_removed,
    "search-path-turned": search_path_turned,
    "flags": flags_changed,
    "library-marked": library_marked_as_program,
    "bound-now": bound_now,
    "version-wanted": version_wanted_changed,
    "version-defined": version_defined_changed,
    "version-weakened": version_weakened,
    "symbol-wanted": symbol_wanted_renamed,
    "symbol-defined": symbol_defined_changed,
    "symbol-weak": symbol_made_weak,
    "relocation-type": relocation_type_changed,
    "level-raised": level_raised,
    "kernel-wanted": kernel_wanted,
}
