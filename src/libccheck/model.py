"""Every fact and verdict as a frozen value; imports nothing of ours but the kind of tuple they are.

Named tuples rather than frozen dataclasses: a cold `check` creates all of them, and they cost a third.
Text that comes out of files is decoded as UTF-8 with `surrogateescape`, so no byte is lost.
Errnos are their names: "ENOENT".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from libccheck.record import NamedTuple

# ---------------------------------------------------------------------------------------------------------------------
# ELF


class Segment(NamedTuple):
    """One program header; sizes and addresses in bytes."""

    type: int
    flags: int
    offset: int
    vaddr: int
    filesz: int
    memsz: int
    align: int


class VersionNeed(NamedTuple):
    """One entry of a version need: `index` is what DT_VERSYM refers to it by, `weak` is VER_FLG_WEAK.

    odd_hash: its hash where that is not the name's, as in a file that somebody has edited; else None, as in snapshots.
    """

    name: str
    index: int  # type: ignore[assignment]
    weak: bool
    odd_hash: int | None = None


class VersionsNeeded(NamedTuple):
    """One Verneed: the versions wanted of the library that was called `file` at link time."""

    file: str
    versions: tuple[VersionNeed, ...]


class VersionDefined(NamedTuple):
    """One Verdef: `base` is VER_FLG_BASE (the file's own name, not a version); `odd_hash` as in VersionNeed."""

    name: str
    index: int  # type: ignore[assignment]
    base: bool
    weak: bool
    odd_hash: int | None = None


class Symbols(NamedTuple):
    """The dynamic symbol table as columns; the position is the symbol's index, position 0 the null symbol.

    sections: 0 undefined, 1 in a section, 2 absolute, 3 common. valued: 1 where st_value is not 0.
    sizes: st_size of STT_OBJECT, STT_COMMON and STT_TLS symbols, else 0.
    versions: DT_VERSYM as it stands, hidden bit 0x8000 included; empty where the file has none.
    """

    names: Sequence[str]
    infos: Sequence[int]
    others: Sequence[int]
    sections: Sequence[int]
    valued: Sequence[int]
    sizes: Sequence[int]
    versions: Sequence[int]


Runs = tuple[tuple[int, int, int], ...]
"""Relocations in table order as (type, symbol index, count): equal neighbours are one run."""


class Relocations(NamedTuple):
    """The three relocation tables of DT_REL, DT_RELA and DT_JMPREL."""

    rel: Runs
    rela: Runs
    plt: Runs


class Tables:
    """The large tables of an ELF file, each read when first asked for; None where a snapshot left it out.

    hashed: gives what `hashed` below finds; None where there is no DT_GNU_HASH. A name that was changed in place does
    not go with its hash any more, and is found no longer. By default, as in a snapshot, all go together.
    """

    __slots__ = ("_find", "_hashed", "_imports", "_index", "_relocations", "_symbols")

    def __init__(
        self,
        symbols: Callable[[], Symbols | None],
        relocations: Callable[[], Relocations | None],
        hashed: Callable[[], Callable[[str], list[int]] | None] | None = None,
    ) -> None:
        self._symbols: Any = symbols
        self._relocations: Any = relocations
        self._hashed = hashed
        self._find: Callable[[str], list[int]] | None = None
        self._index: dict[str, list[int]] | None = None
        self._imports: frozenset[str] | None = None

    @property
    def symbols(self) -> Symbols | None:
        if callable(self._symbols):
            self._symbols = self._symbols()
        return self._symbols  # type: ignore[no-any-return]

    @property
    def relocations(self) -> Relocations | None:
        if callable(self._relocations):
            self._relocations = self._relocations()
        return self._relocations  # type: ignore[no-any-return]

    @property
    def imports(self) -> frozenset[str]:
        """The names of all undefined symbols."""
        if self._imports is None:
            symbols = self.symbols
            sections = symbols.sections if symbols else ()
            names = symbols.names if symbols else ()
            self._imports = frozenset([names[at] for at, section in enumerate(sections) if not section])
        return self._imports

    def hashed(self, name: str, first: int) -> list[int]:
        """Indexes of the symbols of that name that DT_GNU_HASH leads to, in table order; it begins with `first`."""
        if self._hashed is None:
            return [index for index in self.named(name) if index >= first]
        if self._find is None:
            self._find = self._hashed()
        return self._find(name) if self._find else []

    def named(self, name: str) -> list[int]:
        """Indexes of all symbols of that name, in table order."""
        if self._index is None:
            self._index = {}
            symbols = self.symbols
            for position, each in enumerate(symbols.names if symbols else ()):
                self._index.setdefault(each, []).append(position)
        return self._index.get(name, [])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tables):
            return NotImplemented
        return self.symbols == other.symbols and self.relocations == other.relocations

    def __hash__(self) -> int:
        return hash(self.symbols)


NARROW = 2


class Elf(NamedTuple):
    """What the kernel and the loaders read of an ELF file. Nothing of the section headers.

    Anything that starts with the ELF magic has one: header bytes beyond the end of the file count as zero, as in the
    kernel's buffer. Tables that point outside the file are cut at its end.
    """

    ident: bytes  # e_ident, 16 bytes
    bits: int  # 32 or 64: by the size of the program headers where they tell, else by EI_CLASS
    little_endian: bool
    kind: int  # e_type: 1 REL, 2 EXEC, 3 DYN, 4 CORE
    machine: int  # e_machine
    flags: int  # e_flags
    entry: int  # e_entry
    phentsize: int
    phnum: int
    segments: tuple[Segment, ...]  # only those that lie whole inside the file
    size: int  # of the file, in bytes
    interpreter: bytes | None  # the first PT_INTERP as it stands, NUL included, cut at 4096 bytes and at the file's end
    tags: tuple[int, ...]  # of the dynamic section in order, up to DT_NULL; () where there is no PT_DYNAMIC
    soname: str | None
    needed: tuple[str, ...]  # DT_NEEDED in order
    rpath: str | None
    runpath: str | None
    audit: tuple[str, ...]  # DT_AUDIT and DT_DEPAUDIT
    auxiliary: tuple[str, ...]  # DT_AUXILIARY
    filters: tuple[str, ...]  # DT_FILTER
    dynamic_flags: int  # DT_FLAGS
    dynamic_flags_1: int  # DT_FLAGS_1
    plt_is_rela: bool  # DT_PLTREL == DT_RELA
    versions_needed: tuple[VersionsNeeded, ...]
    versions_defined: tuple[VersionDefined, ...] | None  # None where there is no DT_VERDEF
    gnu_hash: int | None  # symbol index from which DT_GNU_HASH hashes (symoffset); None where there is no DT_GNU_HASH
    sysv_hash: int  # DT_HASH: 0 not there, 1 there, NARROW there in words too short for the loaders of the machine
    isa_needed: int  # GNU_PROPERTY_X86_ISA_1_NEEDED bits, 0 where absent
    abi_tag: tuple[int, int, int, int] | None  # NT_GNU_ABI_TAG: os, and the lowest kernel version
    tables: Tables
    cut_segment: Segment | None = None  # the program header in which the file ends, zeros behind; not in snapshots
    version: int = 1  # e_version; not in snapshots
    constructors: int | None = None  # functions in DT_INIT_ARRAY; not in older snapshots


class Loader(NamedTuple):
    """A file that is a dynamic loader or a C library, known by its content.

    directories: the default search directories compiled in, in order, without a trailing slash ("/lib").
    markers: names of the features and messages found in it, sorted; `identify` lists them.
    """

    family: str  # "glibc", "musl", "uclibc", "bionic", "gcompat"
    version: str | None  # "2.36", "1.2.5", "1.0.35"
    directories: tuple[str, ...]
    markers: tuple[str, ...]


class Content(NamedTuple):
    """What is kept of a file's bytes."""

    head: bytes  # the first 256 bytes, as execve reads them; of an ELF file just the magic
    elf: Elf | None
    loader: Loader | None
    text: bytes | None  # all bytes, of the files that a loader or a check reads as text; else None
    unmarked: Elf | None = None  # what is an ELF file but for its magic, which musl's loader never looks at


# ---------------------------------------------------------------------------------------------------------------------
# Trees and images


class File(NamedTuple):
    """A regular file; `mode` holds the permission bits with setuid, setgid and sticky; `layer` counts from 0."""

    mode: int
    uid: int
    gid: int
    size: int
    layer: int | None
    load: Callable[[], Content]


class Link(NamedTuple):
    """A symbolic link, target as written."""

    target: str


class Directory(NamedTuple):
    mode: int
    uid: int
    gid: int


class Special(NamedTuple):
    """A device, FIFO or socket: there, but never opened. `kind` is "c", "b", "p" or "s"."""

    kind: str
    mode: int
    uid: int
    gid: int


Node = File | Link | Directory | Special


class Config(NamedTuple):
    """What an image says of how it is run; the fields of the OCI image config."""

    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    user: str = ""
    workdir: str = "/"
    healthcheck: tuple[str, ...] = ()
    shell: tuple[str, ...] = ()
    onbuild: tuple[str, ...] = ()


class Layer(NamedTuple):
    """One layer: `digest` and `size` in bytes as stored, `created_by` the line of its history.

    diff_id: the digest of what it is unpacked, by which layers are the same wherever they are stored; "" if not known.
    """

    digest: str
    size: int
    created_by: str
    diff_id: str = ""


class Provenance(NamedTuple):
    """Where a catalog entry comes from: a sentence, the file read, its sha256, the day it was read, what to know."""

    origin: str
    file: str
    sha256: str
    date: str
    note: str


class Documented(NamedTuple):
    """What is documented of an image that nobody here has read. interpreters: those that are there.

    directory: where its loader finds the parts of the C library.
    """

    libc: str
    version: str
    interpreters: tuple[str, ...]
    directory: str


class Image(NamedTuple):
    """An image as a value; `tree` is a libccheck.tree.Tree. `size` is the sum of the file sizes, in bytes."""

    reference: str
    source: str  # "dir", "tar", "scratch", "catalog", "docker", ...
    digest: str | None
    platform: str  # "linux/amd64"
    size: int | None
    layers: tuple[Layer, ...]
    config: Config
    tree: Any
    as_of: str | None = None  # catalog: the day it was read
    floating: bool = False  # catalog: the name moves on
    provenance: Provenance | None = None
    documented: Documented | None = None  # then the tree has nothing, and only this is known


class Outline(NamedTuple):
    """What tells early that a program will not start on a base image.

    present, absent: of the paths that programs name as their interpreter. libraries: the names of all shared libraries,
    wherever they are, and the versions that each defines; none where it defines none, or one of that name does not.
    """

    present: frozenset[str]
    absent: frozenset[str]
    libraries: Mapping[str, frozenset[str]]


class Base(NamedTuple):
    """A base image that a program can be tried on; it is opened only where it is asked for.

    libc: the family of its loader, "" where it has none. current: the newest of its line, as a floating name gives it.
    outline: None where its catalog has none.
    """

    name: str
    platform: str
    size: int | None
    libc: str
    libc_version: str
    current: bool
    open: Callable[[], Image]
    outline: Callable[[], Outline | None] = lambda: None

    @property
    def tag(self) -> str:
        """Its name as a Dockerfile has it: latest goes without saying."""
        return self.name.removesuffix(":latest")


class Emulator(NamedTuple):
    """A rule of binfmt_misc: programs for `machine` are handed to the program `path`.

    path: "" where the kernel runs such programs itself, by an option that most are built without (x32). flags: those of
    the rule: P keeps argv[0], F has opened `path` once and for all outside of every image, O opens the program too.
    """

    machine: str
    path: str
    flags: str = ""


class Host(NamedTuple):
    """Where it will run. machine: a name of `libccheck.machines`; emulated: what it runs besides.

    kernel: () means newer than anything asks for; isa_level: None means newest; page_size in bytes.
    """

    machine: str
    emulated: tuple[Emulator, ...] = ()
    kernel: tuple[int, ...] = ()
    isa_level: int | None = None
    page_size: int = 4096


class User(NamedTuple):
    """Who the process is."""

    uid: int = 0
    gid: int = 0
    groups: tuple[int, ...] = ()


class Process(NamedTuple):
    """What execve inherits."""

    argv: tuple[str, ...]
    env: tuple[tuple[str, str], ...] = ()
    cwd: str = "/"
    user: User = User()


# ---------------------------------------------------------------------------------------------------------------------
# Predictions


class Step(NamedTuple):
    """One line of evidence: what was done, to which path, what was found, on whose word.

    action: "exec", "open", "read", "look up"; found: "found", an errno name, or a short word ("wrong class").
    """

    action: str
    path: str
    found: str
    how: str


class Started(NamedTuple):
    stderr: str = ""


class Refused(NamedTuple):
    """execve(2) fails with this errno."""

    errno: str


class Died(NamedTuple):
    """The process ends before its own code runs: by exit `status`, or by `signal` ("SIGSEGV")."""

    status: int | None
    signal: str | None
    stderr: str = ""


class Rejected(NamedTuple):
    """dlopen(3) of a library fails, and its program goes on; `dlerror` is what dlerror(3) says then, if it
    says anything: with uClibc it does not where a symbol is missing, of which its loader itself writes."""

    dlerror: str
    stderr: str = ""


class Unclear(NamedTuple):
    reason: str


Outcome = Started | Refused | Died | Rejected | Unclear


class At(NamedTuple):
    """Where in a Dockerfile: the file as named, the line from 1, the stage by name or number; or in a configuration,
    which has no stages: the line is 0 if it is not known."""

    file: str
    line: int
    stage: str


class Ignored(NamedTuple):
    """Why a finding does not count. by: "configuration" or "baseline"; reason: of an ignore of the former.

    file: where that stands; line: from 1, 0 if not known; expires: the last day on which it holds, "2027-01-31", or "".
    """

    by: str
    reason: str
    file: str
    line: int = 0
    expires: str = ""


class Finding(NamedTuple):
    """A place where the exec gets stuck, or (LC3xx, LC9xx) a remark. `subject` is verbatim what the loader names.

    at: the line that it is about, of findings in a Dockerfile or a configuration. ignored: why it does not count.
    """

    code: str
    subject: str
    message: str
    evidence: tuple[Step, ...] = ()
    at: At | None = None
    ignored: Ignored | None = None


class Loaded(NamedTuple):
    """One object in the process, in load order: the NEEDED name, the path it was opened by, who needs it, why there."""

    name: str
    path: str
    needed_by: str
    how: str


class Launch(NamedTuple):
    """One prediction. argv is as the process would see it; steps is the whole way, also where nothing failed.

    main: the real path of the ELF file that the kernel started, "" where it refused.
    """

    path: str
    argv: tuple[str, ...]
    outcome: Outcome
    findings: tuple[Finding, ...]
    steps: tuple[Step, ...] = ()
    objects: tuple[Loaded, ...] = ()
    main: str = ""


class Program(NamedTuple):
    """A program as the user names it; `path` as written, `data` its bytes (a memoryview), `mode` its permission bits.

    `directory` is true for a path that is a directory.
    """

    path: str
    content: Content
    mode: int
    size: int
    data: Any
    digest: str | None = None
    directory: bool = False


class Remedy(NamedTuple):
    """A way out, and the proof. `basis` says what was run through the model.

    lost: what the program can no longer do then, each as a phrase.
    """

    title: str
    commands: tuple[str, ...]
    launch: Launch
    basis: str
    lost: tuple[str, ...] = ()


class Origin(NamedTuple):
    """From which layer of the image, counted from 0, the file comes that a step met at this path."""

    path: str
    layer: int


class Object(NamedTuple):
    """A program or what it loads: the name that was asked for, its path, its DT_SONAME, on whose word it was taken."""

    name: str
    path: str
    soname: str | None
    how: str


class Need(NamedTuple):
    """One DT_NEEDED. by, to: positions of objects; `to` is None where there is none.

    versions: those that are wanted of it, the newest first. state: "loaded", "missing", "unusable", or "not reached" by
    a loader that gave up before; steps: where a missing one was sought.
    """

    by: int
    name: str
    versions: tuple[str, ...]
    to: int | None
    state: str
    steps: tuple[Step, ...]


class Needs(NamedTuple):
    """objects: the program, what was loaded in that order, the loader last if it is named; needs: object by object."""

    objects: tuple[Object, ...]
    needs: tuple[Need, ...]


class Verified(NamedTuple):
    """What became of a prediction when the program was really run, in a container.

    engine: "docker 20.10.24". held: None where it does not show. observed: as a kind of outcome, "unclear" included.
    status: of the container, None where it did not end. stderr: what was written there, or said instead of a start.
    how: a few words on what was seen.
    """

    engine: str
    held: bool | None
    observed: str
    status: int | None
    stderr: str
    how: str


class Check(NamedTuple):
    """One program in one image. `place` is its path there, `process` what its execve inherits.

    loaded_by: the path there of the program that loads it, for a library that is judged by dlopen(3), else None.
    origins: of the files that the steps met, as far as the image's source tells layers apart.
    needs: who needs what, where that was asked for. change: what is new against another image, likewise.
    verified: what a real run showed, where one was asked for.
    at: the line of a Dockerfile that puts the program there. part: the check of a configuration that it belongs to.
    """

    program: Program
    image: Image
    host: Host
    place: str
    launch: Launch
    advice: tuple[Finding, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    process: Process = Process(())
    loaded_by: str | None = None
    origins: tuple[Origin, ...] = ()
    needs: Needs | None = None
    verified: Verified | None = None
    change: Change | None = None
    at: At | None = None
    part: str = ""


class Change(NamedTuple):
    """What became of a check: `before` is that of the image whose place the check's own image takes.

    kind: "regression" where the program started and fails now, "fixed" the other way round, "unchanged", or "unclear".
    came, went: findings that only the new one has, or only the old one.
    """

    before: Check
    kind: str
    came: tuple[Finding, ...]
    went: tuple[Finding, ...]


class Failure(NamedTuple):
    """Something that could not be looked at."""

    subject: str
    message: str
    hint: str
    status: int = 3


class Judgment(NamedTuple):
    """What of a program does not keep to a policy, whose demands are in words; no image takes part.

    part: the check of a configuration that it belongs to.
    """

    program: Program
    policy: tuple[str, ...]
    findings: tuple[Finding, ...]
    part: str = ""


class Configuration(NamedTuple):
    """What a report goes by beside its command line, "" where there is none; findings: what is wrong with that."""

    file: str
    findings: tuple[Finding, ...]
    baseline: str = ""


class Report(NamedTuple):
    """sources: the text of each Dockerfile that checks are about, by its name."""

    version: str
    checks: tuple[Check, ...]
    errors: tuple[Failure, ...]
    judgments: tuple[Judgment, ...] = ()
    configuration: Configuration | None = None
    sources: Mapping[str, str] = {}
