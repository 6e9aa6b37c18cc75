"""What programs need, for people: a card of one, a table of several; by rich."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from libccheck.facts import Binary, Facts
from libccheck.facts.floor import Floor
from libccheck.facts.versions import Wanted, number
from libccheck.formats import card
from libccheck.formats.card import bytes_in_words, listed, row
from libccheck.formats.console import console_for
from libccheck.formats.paper import Paper
from libccheck.formats.visible import visible
from libccheck.interpreters import Owner, usual_paths
from libccheck.model import Elf
from libccheck.placement import file_name
from libccheck.toolchain.go import GoBuild

_FAMILIES = {"glibc": "glibc", "musl": "musl", "uclibc": "uClibc", "bionic": "bionic"}
_MOST_SETTINGS = 40
_COMPILERS = ("rustc", "ghc", "zig", "clang", "gcc")
_WHOLE = {
    "go": "Go",
    "upx": "UPX",
    "pyinstaller": "PyInstaller",
    "nuitka": "Nuitka",
    "dotnet": ".NET",
    "node": "Node.js",
    "bun": "Bun",
    "deno": "Deno",
    "graalvm": "GraalVM",
}
"""What makes a whole program, whichever compiler its start code comes from."""
_UNPACKED, _UNPACKING = ("upx", "pyinstaller"), "single file, compiled from Python"
_MARKS = {**_WHOLE, "python": "Python", "napi": "Node.js", "ruby": "Ruby", "jni": "Java"}
_OF_LIBC = ("libc.", "libgcc_s.", "libstdc++.", "ld-musl-")
_GO_LONGEST = "DefaultGODEBUG"
"""A list of dozens of switches, most of them at what the module's Go version says; only -v shows it."""
_GO_CPU = ("GOAMD64", "GOARM", "GOARM64", "GO386", "GOMIPS", "GOPPC64", "GORISCV64")
_GO_ANY = ("v1", "5", "v8.0", "sse2", "softfloat", "power8", "rva20u64")
"""The values that any CPU of the machine will do for."""


def render(programs: Sequence[Facts], paper: Paper, *, verbose: bool = False) -> str:
    """The card or the table, ready to be written; nothing where there are no programs."""
    console, written = console_for(paper)
    if len(programs) == 1:
        _show(console, programs[0], verbose)
    elif programs:
        headers = ("program", "kind", "machine", "needs", "built by")
        card.table(console, headers, [_cells(each) for each in programs])
    return written.getvalue()


def _cells(facts: Facts) -> tuple[str, ...]:
    binary = facts.binary
    needs = "" if facts.refusal else "nothing"
    if binary is None:
        needs = visible(f"{facts.interpreter} {facts.argument or ''}".strip()) if facts.interpreter else ""
    elif binary.floor or binary.libc:
        needs = _floor_words(binary)
    elif facts.interpreter or binary.elf.needed:
        needs = visible(facts.interpreter or binary.elf.needed[0])
    return (
        visible(facts.program.path),
        facts.kind,
        binary.machine if binary else "-",
        needs or "-",
        _builder(binary) if binary else "-",
    )


def _show(console: Console, facts: Facts, verbose: bool) -> None:
    binary = facts.binary
    tag = facts.kind if binary is None else f"{facts.kind}, {binary.machine}"
    card.headline(console, file_name(facts.program.path), tag)
    if facts.refusal:
        row(console, "starts", Text(f"nowhere: it {facts.refusal}", "yellow"))
    if binary is not None:
        _needs(console, facts, binary, verbose)
        _makes(console, facts, binary)
        _comes_from(console, facts, binary, verbose)
    elif facts.interpreter is not None:
        row(console, "runs by", Text(visible(facts.interpreter), "bold"))
        row(console, "argument", visible(facts.argument or ""))
        row(console, "command", visible(facts.command or ""))
        if facts.interpreter.endswith("\r") or (facts.argument or "").endswith("\r"):
            row(console, "line ends", Text("CR LF: the carriage return counts as part of the line", "yellow"))
    if facts.published is not None:
        package = facts.published
        row(console, "part of", visible(f"{package.name} {package.version}".rstrip() + f", from {package.ecosystem}"))
    row(console, "size", bytes_in_words(facts.program.size))
    row(console, "sha256", facts.program.digest or "")
    row(console, "path", visible(facts.program.path) if "!" in facts.program.path else "")


def _needs(console: Console, facts: Facts, binary: Binary, verbose: bool) -> None:
    elf = binary.elf
    if binary.system:
        row(console, "system", Text(f"{binary.system}, not Linux", "yellow"))
    if facts.interpreter is not None and binary.owner is not None:
        row(console, "loader", Text(visible(facts.interpreter), "bold"), _owner_words(binary.owner, binary))
    if binary.floor is not None:
        row(
            console, "asks for", Text(_floor_words(binary), "bold"), *_floor_reasons(binary.floor, elf), *_later(binary)
        )
    elif not elf.needed and facts.interpreter is None:
        row(console, "asks for", "no loader and no library", *_later(binary))
    names = max((len(visible(each)) for each in elf.needed), default=0)
    of_library = _by_library(binary.wanted)
    row(
        console,
        "libraries",
        *[f"{visible(each):{min(names, 32)}}  {_versions(of_library.get(each, ()))}" for each in elf.needed],
        *[f"{visible(each)}  {_versions(of_library[each])}" for each in of_library if each not in elf.needed],
    )
    if verbose:
        row(console, "versions", *[_detailed(each) for each in binary.wanted])
    row(console, "soname", visible(elf.soname or ""))
    row(console, "RPATH", visible(elf.rpath or ""))
    row(console, "RUNPATH", visible(elf.runpath or ""))
    _may_open(console, facts, binary)


def _may_open(console: Console, facts: Facts, binary: Binary) -> None:
    for note in facts.notes.dlopen if facts.notes else ():
        priority = f" ({visible(note.priority)})" if note.priority else ""
        words = ": ".join(visible(each) for each in (note.feature, note.description) if each)
        row(console, "may open", f"{' or '.join(visible(each) for each in note.sonames)}{priority}", words)
    if binary.names:
        row(console, "may open", f"{listed(binary.names)}; it imports dlopen and has these names in it")


def _makes(console: Console, facts: Facts, binary: Binary) -> None:
    row(console, "ABI", binary.abi or "")
    row(console, "CPU", _cpu_words(binary))
    row(console, "kernel", f"Linux {binary.kernel} or newer" if binary.kernel else "")
    if not facts.refusal:
        row(console, "stack", _stack_words(binary))
    linked = [
        "position-independent" if facts.kind == "dynamic" and binary.elf.kind == 3 else "",
        "all symbols bound at the start" if binary.binds_now else "",
        "packed relocations (RELR)" if binary.relr else "",
        "relocations in its code (TEXTREL)" if binary.text_relocations else "",
    ]
    row(console, "linked", ", ".join(each for each in linked if each))


def _comes_from(console: Console, facts: Facts, binary: Binary, verbose: bool) -> None:
    row(console, "built by", *(_builders(binary) or ["nothing in it says"]))
    if binary.go is not None:
        _go(console, binary.go, verbose)
    if facts.notes is not None:
        package = dict(facts.notes.package)
        words = [package.get(key, "") for key in ("os", "osVersion", "type", "name", "version", "architecture")]
        row(console, "package", visible(" ".join(word for word in words if word)))
        row(console, "build ID", facts.notes.build_id or "")
        if not facts.notes.complete:
            row(console, "notes", Text("damaged: what built it may not all be seen", "yellow"))


def _go(console: Console, build: GoBuild, verbose: bool) -> None:
    main = f"{build.main.path} {build.main.version}".strip() if build.main else build.path
    row(console, "Go module", visible(main))
    settings = [f"{key}={value}" for key, value in build.settings if verbose or key != _GO_LONGEST]
    row(console, "Go build", *[visible(each) for each in settings[:_MOST_SETTINGS]])
    modules = [f"{each.path} {each.version}" for each in build.modules]
    row(console, "Go deps", *([visible(each) for each in modules] if verbose else []))
    if modules and not verbose:
        row(console, "Go deps", f"{len(modules)} modules; -v shows them")


def _floor_words(binary: Binary) -> str:
    """ "glibc 2.34 or newer"; of a libc without versions its name."""
    floor = binary.floor
    if floor is None:
        return _FAMILIES.get(binary.libc or "", binary.libc or "")
    return f"{floor.family} {floor.version} or newer" if floor.version else f"{floor.family}, any version"


def _floor_reasons(floor: Floor, elf: Elf) -> list[str]:
    reasons = []
    if floor.symbols or floor.why:
        by = [listed(floor.symbols), floor.why]
        reasons.append(f"because of {' and '.join(each for each in by if each)}")
    if floor.family == "musl" and floor.symbols and any(not each.startswith(_OF_LIBC) for each in elf.needed):
        reasons.append("unless another of its libraries has that")
    if floor.private:
        reasons.append("and the very build of glibc that it was linked with (GLIBC_PRIVATE)")
    if floor.markers:
        reasons.append(f"and a glibc that has {listed(floor.markers)}")
    return reasons


def _owner_words(owner: Owner, binary: Binary) -> str:
    family = _FAMILIES.get(owner.family or "", owner.family)
    if owner.usual:
        return f"{family}'s, at its usual place"
    known = f"{family}'s" if family else "whose it is, its path does not say"
    if owner.keeper:
        known = f"the one of {owner.keeper}" if family is None else f"{family}'s, as {owner.keeper} keeps it"
    usual = usual_paths(owner.family, binary.machine) if owner.family else ()
    return f"{known}; the usual place is {usual[0]}" if usual else known


def _by_library(wanted: Sequence[Wanted]) -> dict[str, tuple[Wanted, ...]]:
    found: dict[str, tuple[Wanted, ...]] = {}
    for each in wanted:
        found[each.library] = (*found.get(each.library, ()), each)
    return found


def _versions(wanted: Sequence[Wanted]) -> str:
    """The newest version of each line, as "GLIBC_2.34, GLIBC_ABI_DT_RELR"."""
    lines: dict[str, str] = {}
    for each in wanted:
        line, _, version = each.version.rpartition("_")
        if not number(version):
            lines[each.version] = each.version
        elif line not in lines or number(lines[line].rpartition("_")[2]) < number(version):
            lines[line] = each.version
    return listed([*lines.values()])


def _detailed(wanted: Wanted) -> str:
    weak = " (weak)" if wanted.weak else ""
    symbols = f": {listed(wanted.symbols, 200)}" if wanted.symbols else ""
    return f"{visible(wanted.library)} {visible(wanted.version)}{weak}{symbols}"


def _builder(binary: Binary) -> str:
    """The one compiler that says most of where it comes from."""
    whole = next((each for each in binary.marks if each.name in _WHOLE), None)
    if whole is not None:
        return visible(f"{_WHOLE[whole.name]} {whole.version}".rstrip())
    if binary.go is not None:
        return visible(f"Go {binary.go.version.removeprefix('go')}")
    compilers = [each for each in binary.tools if each.name in _COMPILERS]
    if compilers:
        first = min(compilers, key=lambda each: _COMPILERS.index(each.name))
        return visible(f"{first.name} {first.version}".rstrip())
    return "rustc" if binary.rust else "-"


def _builders(binary: Binary) -> list[str]:
    words = [
        f"{each.name} {each.version}".rstrip() + (f" ({each.detail})" if each.detail else "") for each in binary.tools
    ]
    if binary.go is not None:
        words.insert(0, f"Go {binary.go.version.removeprefix('go')}")
    if binary.rust and not any(each.name == "rustc" for each in binary.tools):
        words.append(f"rustc, with the standard library of {binary.rust[:9]}")
    if binary.rust_build is not None:
        target, panic = binary.rust_build
        said = [f"for {target}" if target else "", f"a panic {panic}s" if panic else ""]
        words += [f"Rust {', '.join(filter(None, said))}"] if any(said) else []
    marks = [f"{_MARKS[each.name]} {each.version}".rstrip() + f": {each.detail}" for each in binary.marks]
    return [visible(word) for word in (*marks, *words)]


def _later(binary: Binary) -> list[str]:
    """Of what unpacks more when it runs."""
    found = any(each.name in _UNPACKED or each.detail.startswith(_UNPACKING) for each in binary.marks)
    return ["what it unpacks when it runs may ask for more"] if found else []


def _stack_words(binary: Binary) -> str:
    if not binary.stack.marked:
        return "not marked, so it is executable where the machine's default is"
    words = "executable" if binary.stack.executable else "not executable"
    return f"{words}, {binary.stack.size >> 10} KiB" if binary.stack.size else words


def _cpu_words(binary: Binary) -> str:
    """By the property note; for Go by the setting that stands for it."""
    if binary.isa and binary.isa != "x86-64-baseline":
        return f"{binary.isa} or newer"
    wanted = [each for each in binary.go.settings if each[0] in _GO_CPU and each[1] not in _GO_ANY] if binary.go else []
    return visible(", ".join(f"{key}={value}" for key, value in wanted))
