"""The parts of glibc's loader that can be asked alone: environment, pages, releases, better processors."""

from __future__ import annotations

import pytest

from libccheck.launch.glibc import mapping, relocate
from libccheck.launch.glibc.candidate import Candidate, _header_trouble
from libccheck.launch.glibc.environment import _listed, _uncommented, environment
from libccheck.launch.glibc.hwcaps import old_bits, subdirectories
from libccheck.launch.glibc.mapping import FAILED, ZERO_FILL, Region
from libccheck.launch.glibc.paths import _barred, _trusted, expanded, path_list
from libccheck.launch.glibc.release import Release, release, strerror
from libccheck.launch.glibc.state import LIBRARY, MAIN, Environment, Loading, Object, Signalled, Version
from libccheck.model import Directory, Elf, Host, Loader, Segment, Special, User
from tests.unit.launch.objects import DYNAMIC, LOAD, RELRO, Symbol, elf, file, tree
from tests.unit.launch.objects import file as of_elf

PAGE = 0x1000


def app(path: str) -> Object:
    made = Object(MAIN, "", path, elf())
    made.origin = path.rpartition("/")[0]
    return made


APP = app("/app/prog")


def loading(minor: int = 36, *markers: str, secure: bool = False, machine: int = 62) -> Loading:
    host, none = Host("x86_64"), Environment()
    root = tree({"/etc/preload": file(b"/a.so /b:so#c\n d.so\te.so"), "/etc/private": file(b"x", 0o600)})
    root = root.overlay({"/etc/folder": Directory(0o755, 0, 0), "/etc/pipe": Special("p", 0o644, 0, 0)})
    own = elf(machine=machine)
    made = Loading(root, User(7, 7), "/", host, Release((2, minor), markers), none, "app", "/lib/ld.so", own, secure)
    made.chain = [APP]
    made.subdirectories = ("",)
    made.defaults = ("/lib", "/usr/lib")
    return made


# ---------------------------------------------------------------------------------------------------------------------
# Environment


def test_the_environment_is_read_as_ld_so_reads_it() -> None:
    variables = {"LD_LIBRARY_PATH": "/x", "LD_PRELOAD": "a", "LD_BIND_NOW": "1", "LD_WARN": "1", "PATH": "/bin"}
    variables |= {"GLIBC_TUNABLES": "a=1:glibc.rtld.dynamic_sort=1", "LD_ASSUME_KERNEL": "2.6.32.7"}
    read = environment(tuple(variables.items()), secure=False)
    assert read == Environment("/x", "a", True, True, True, (2, 6, 32), None)
    assert environment(tuple(variables.items()), secure=True) == Environment(None, "a")
    assert environment((), secure=False) == Environment()
    assert environment((("LD_BIND_NOW", ""), ("LD_WARN", "")), secure=False) == Environment()


@pytest.mark.parametrize("name", ["LD_DEBUG", "LD_TRACE_LOADED_OBJECTS", "LD_SHOW_AUXV", "LD_PROFILE"])
def test_some_variables_make_it_do_something_else(name: str) -> None:
    assert environment(((name, "1"),), secure=False).diverting == name
    assert environment(((name, ""),), secure=False).diverting is None
    assert environment(((name, "1"),), secure=True).diverting is None


@pytest.mark.parametrize(
    ("text", "kernel"), [("", ()), ("3", (3,)), ("3.2", (3, 2)), ("3.x", ()), ("3.2.1.0", (3, 2, 1))]
)
def test_a_kernel_to_assume_is_a_number(text: str, kernel: tuple[int, ...]) -> None:
    assert environment((("LD_ASSUME_KERNEL", text),), secure=False).assumed_kernel == kernel


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (b"", b""),
        (b"a.so\n", b"a.so\n"),
        (b"#x", b"  "),
        (b"#x\ny", b"  \ny"),
        (b"a#b\nc", b"a  \nc"),
        (b"#a\nbcd#e\nfghijkl", b"  \nbcd  \nfghijkl"),
        (b"aaaaaaaa#b\nc#d", b"aaaaaaaa  \nc#d"),
    ],
)
def test_comments_are_blanked_where_they_are_looked_for(text: bytes, rest: bytes) -> None:
    assert _uncommented(text) == rest


def test_the_preload_file_lists_names() -> None:
    assert _listed(loading(), "/etc/preload") == ["/a.so", "/b", "so", "d.so", "e.so"]
    for name, errno in {
        "/etc/gone": "ENOENT",
        "/etc/private": "EACCES",
        "/etc/folder": None,
        "/etc/pipe": None,
    }.items():
        started = loading()
        started.errno = None
        assert _listed(started, name) == []
        assert started.errno == errno


# ---------------------------------------------------------------------------------------------------------------------
# Pages


def load(vaddr: int, filesz: int, memsz: int | None = None, *, offset: int | None = None, flags: int = 5) -> Segment:
    size = filesz if memsz is None else memsz
    return Segment(LOAD, flags, vaddr if offset is None else offset, vaddr, filesz, size, PAGE)


def of(*segments: Segment, bits: int = 64, size: int = 0x10000) -> Elf:
    return elf(segments=segments, bits=bits, size=size, machine=62 if bits == 64 else 3)


def test_regions_are_whole_pages_and_zeros_have_no_place_in_the_file() -> None:
    found = mapping.regions(of(load(0x10, 0x20), load(0x1800, 0x100, 0x2000, offset=0x800, flags=6)), PAGE)
    assert found == [
        Region(0, 0x4000, 0, 5),
        Region(0, 0x1000, 0, 5),
        Region(0x1000, 0x2000, 0, 6),
        Region(0x2000, 0x4000, None, 6),
    ]
    assert mapping.regions(of(load(0, 0x20), load(0x2000, 0, 0)), PAGE) == [
        Region(0, 0x2000, 0, 5), Region(0, 0x1000, 0, 5),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("segments", "bits", "words"),
    [
        ((load(0, 0x10), load(0, 0, 0)), 64, FAILED),
        ((load(0x1000, 0, 0),), 64, FAILED),
        ((load(0, 0x10, 1 << 47),), 64, FAILED),
        ((load(0, 0x10, 0xC0000000),), 32, FAILED),
        ((load(0, 1 << 40, 1 << 40), load(0x1000, 0x10)), 64, FAILED),
        ((load(0, 0x10), load(1 << 40, 0x10), load(0x1000, 0x10)), 64, FAILED),
        ((load(0, 0x40000000, 0x40000000),), 32, FAILED),
        ((load(0, 0x10, (1 << 36) + 0x1001),), 64, ZERO_FILL),
    ],
)
def test_what_cannot_be_mapped_is_said(segments: tuple[Segment, ...], bits: int, words: str) -> None:
    assert mapping.regions(of(*segments, bits=bits), PAGE) == words


@pytest.mark.parametrize(
    ("segments", "bits"),
    [
        ((load(0, 0x10, (1 << 47) - 1),), 32 + 32),
        ((load(0, 0x3FFFF000),), 32),
        ((load(0, 0x10, (1 << 36) + 0x1000),), 64),
    ],
)
def test_what_just_fits_is_mapped_or_fails_for_another_reason(segments: tuple[Segment, ...], bits: int) -> None:
    assert mapping.regions(of(*segments, bits=bits), PAGE) != FAILED


def test_touching_pages() -> None:
    given = of(load(0, 0x800), load(0x1000, 0x1000, 0x2000, flags=6), load(0x4000, 0x10, flags=0), size=0x1000)
    found = mapping.regions(given, PAGE)
    assert isinstance(found, list)

    def touched(address: int, flags: int = 4) -> str | None:
        return mapping.access(given, PAGE, found, address, flags)

    assert touched(0) is touched(0xFFF) is None
    assert touched(0, 6) == "SIGSEGV"
    assert touched(0x1000) == touched(0x1FFF) == "SIGBUS"
    assert touched(0x2000, 6) is None
    assert touched(0x3000) == "SIGBUS"
    assert touched(0x4000) == touched(0x9000) == "SIGSEGV"


def test_crashes_while_a_library_is_prepared() -> None:
    def crash(*segments: Segment, size: int = 0x10000, since: bool = False) -> str | None:
        given = of(*segments, size=size)
        found = mapping.regions(given, PAGE)
        assert isinstance(found, list)
        return mapping.fault(given, PAGE, found, since)

    dynamic = Segment(DYNAMIC, 6, 0x1100, 0x1100, 0x100, 0x100, 8)
    data = load(0x1000, 0x800, 0x900, flags=6)
    assert crash(load(0, 0x800), data, dynamic) is None
    assert crash(load(0, 0x800), data, dynamic, size=0x1000) == "SIGBUS"
    assert crash(load(0, 0x800), load(0x1000, 0x800), dynamic) == "SIGSEGV"
    assert crash(load(0, 0x800), load(0x1000, 0x800), dynamic, since=True) == "SIGSEGV"
    assert crash(load(0, 0x800), load(0x1000, 0x800), dynamic._replace(flags=4), since=True) is None
    assert crash(load(0, 0x800), load(0x1000, 0x800), dynamic._replace(flags=4)) == "SIGSEGV"
    assert crash(load(0, 0x800), dynamic._replace(filesz=0, vaddr=0x9000)) is None


def test_protecting_pages() -> None:
    def protects(start: int, size: int, *loads: Segment) -> bool | None:
        return mapping.protects(of(*loads, Segment(RELRO, 4, start, start, size, size, 1)), PAGE)

    loads = (load(0, 0x1000), load(0x1000, 0x1800, flags=6))
    assert mapping.protects(of(*loads), PAGE) is True
    assert protects(0x1000, 0x1000, *loads) is True
    assert protects(0x2000, 0x1000, *loads) is True
    assert protects(0x2000, 0x1FFF, *loads) is True
    assert protects(0x2000, 0x2000, *loads) is None
    assert protects(0x3000, 0x1000, *loads) is False
    assert protects(0x1100, 0x100, *loads) is True
    assert protects(0x0, 0x1000, load(0x1000, 0x1000)) is False
    assert protects(0x5000, 0x0, *loads) is True


def test_odd_segments() -> None:
    assert not mapping.is_odd(of(load(0, 0x1000), load(0x1000, 0x10)), PAGE)
    assert mapping.is_odd(of(load(0, 0x1001), load(0x1000, 0x10)), PAGE)
    assert mapping.is_odd(of(load(0x1000, 0x10), load(0, 0x10)), PAGE)
    assert mapping.is_odd(of(load(0, 0x20, 0x10)), PAGE)
    assert not mapping.is_odd(of(load(0x1000, 0x10), load(0, 0, 0)), PAGE)
    assert not mapping.wraps(of(load(0, 0x10, (1 << 64) - 1)))
    assert mapping.wraps(of(load(0, 0x10, 1 << 64)))
    assert mapping.wraps(of(load(0xFFFFF000, 0x10, 0x1000), bits=32))
    assert not mapping.wraps(of(load(0, 0x10)._replace(type=DYNAMIC, memsz=1 << 64)))
    assert mapping.is_cut_off(of(load(0, 0x10001)))
    assert not mapping.is_cut_off(of(load(0, 0x10000)))
    assert not mapping.is_cut_off(of(load(0x20000, 0, 0x10)))
    assert not mapping.is_cut_off(of(load(0, 0x10001)._replace(type=DYNAMIC)))


# ---------------------------------------------------------------------------------------------------------------------
# Releases and processors


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2.36", (2, 36)), ("2.36.1", (2, 36)), ("2.42.9000", (2, 43)), ("2.42.90", (2, 43)), ("2.42.89", (2, 42)),
        ("2", None), ("", None), (None, None), ("2.x", None), ("x.2", None), ("2.3.x", (2, 3)),
    ],
)  # fmt: skip
def test_the_release_is_read_from_the_version(text: str | None, number: tuple[int, int] | None) -> None:
    found = release(Loader("glibc", text, (), ("one", "two=2")))
    assert (found.number if found else None) == number
    if found is not None:
        assert (found.has("one"), found.has("two"), found.has("three")) == (True, True, False)
        assert (found.value("one"), found.value("two"), found.value("three")) == (None, "2", None)


@pytest.mark.parametrize(
    ("minor", "match", "needed"),
    [(17, 167, 224), (20, 128, 224), (27, 111, 205), (28, 112, 205), (30, 111, 205), (32, 105, 205), (35, 106, 204),
     (36, 107, 204), (39, 106, 204)],
)  # fmt: skip
def test_assertions_stand_in_these_lines(minor: int, match: int, needed: int) -> None:
    found = Release((2, minor), ())
    text = "version->filename == {} || ! _dl_name_match_p (version->filename, map)"
    assert found.name_match() == (match, text.format("NULL" if minor >= 23 else "((void *)0)"))
    assert found.needed() == (needed, "needed != NULL" if minor >= 23 else "needed != ((void *)0)")
    read = Release((2, minor), ("check-match=words", "check-match-line=1", "needed", "needed-line=2", "loader"))
    assert (read.name_match(), read.needed()) == ((1, "words"), (2, "needed != NULL"))
    assert Release((2, minor), ("loader",)).name_match() is None
    assert Release((2, 41), ()).name_match() is None
    assert Release((2, 41), ("check-match=words",)).name_match() == (106, "words")


def test_errors_without_words_are_numbers() -> None:
    assert [strerror(each) for each in ("ENOENT", "ENOTDIR", "ELOOP", "EISDIR", "ENAMETOOLONG", "ENODEV", "ENXIO")] == [
        "No such file or directory", "Error 20", "Error 40", "Error 21", "Error 36", "Error 19", "Error 6",
    ]  # fmt: skip
    assert strerror("EWHATEVER") == "Error 5"


def test_subdirectories_for_better_processors() -> None:
    new = Release((2, 36), ("hwcaps-subdirs",))
    main, other = elf(), elf(machine=183)
    assert subdirectories(new, main, Host("x86_64", isa_level=3)) == (
        "glibc-hwcaps/x86-64-v3/", "glibc-hwcaps/x86-64-v2/", "",
    )  # fmt: skip
    assert subdirectories(new, main, Host("x86_64"))[0] == "glibc-hwcaps/x86-64-v4/"
    assert subdirectories(new, other, Host("aarch64")) == ("",)
    assert subdirectories(Release((2, 36), ()), main, Host("x86_64")) == ("",)


@pytest.mark.parametrize(
    ("minor", "machine", "level", "names"),
    [
        (25, 62, 4, "tls x86_64"), (26, 62, 4, "tls haswell avx512_1"), (26, 62, 3, "tls haswell"),
        (27, 62, 2, "tls x86_64"), (28, 62, 4, "tls haswell avx512_1 x86_64"), (31, 3, 4, "tls i686 sse2"),
        (26, 183, 4, "tls aarch64"), (27, 183, 4, "tls aarch64 atomics"), (31, 40, 4, "tls v7l neon vfp"),
        (31, 22, 4, "tls"),
    ],
)  # fmt: skip
def test_older_releases_combine_what_they_see(minor: int, machine: int, level: int, names: str) -> None:
    found = subdirectories(Release((2, minor), ("legacy-hwcaps",)), elf(machine=machine), Host("x", isa_level=level))
    words = names.split()
    assert found[0] == "".join(f"{each}/" for each in words)
    assert found[-1] == ""
    assert len(found) == 2 ** len(words)


@pytest.mark.parametrize(
    ("minor", "machine", "level", "bits"),
    [
        (31, 62, 4, (1 << 63 | 6, 3 << 50, 1 << 50)), (31, 62, 2, (1 << 63 | 2, 3 << 50, 0)),
        (27, 62, 3, (1 << 63, 3 << 50, 1 << 50)), (25, 62, 4, (1 << 63, 0, 0)),
        (31, 3, 4, (1 << 63 | 1, 3 << 48, 1 << 49)), (31, 183, 4, (1 << 63 | 256, 0, 0)), (31, 40, 4, (1 << 63, 0, 0)),
    ],
)  # fmt: skip
def test_the_cache_marks_them_by_bits(minor: int, machine: int, level: int, bits: tuple[int, int, int]) -> None:
    release_of, host = Release((2, minor), ("legacy-hwcaps",)), Host("x", isa_level=level)
    assert old_bits(release_of, elf(machine=machine), host) == bits


# ---------------------------------------------------------------------------------------------------------------------
# Paths


def names(text: str, made: Loading | None = None, separators: str = ":") -> list[str]:
    return [each.name for each in path_list(made or loading(), text, separators, APP)]


def test_path_lists() -> None:
    assert names("/a:/b/:/a//:/:a") == ["/a/", "/b/", "/", "a/"]
    assert names(":/a", loading(27)) == ["", "/a/"]
    assert names(":/a", loading(26)) == ["./", "/a/"]
    assert names("/a;/b:/c", separators=":;") == ["/a/", "/b/", "/c/"]
    assert names("$ORIGIN/lib:${ORIGIN}:$ORIGINAL") == ["/app/lib/", "/app/", "$ORIGINAL/"]
    assert names(".:x") == ["./", "x/"]
    assert names("//:///:a//") == ["/", "a/"]
    assert names("$ORIGIN/x:$ORIGIN:$ORIGINx:$ORIGIN-x", loading(27)) == ["/app/x/", "/app/", "$ORIGINx/", "$ORIGIN-x/"]
    assert names("$ORIGIN-x", loading(28)) == ["/app-x/"]


def test_a_privileged_program_may_name_what_lies_below_default_directories() -> None:
    secure = loading(secure=True)
    assert expanded(secure, "/plain", APP) == "/plain"
    assert expanded(secure, "x$ORIGIN", APP) is None
    assert expanded(secure, "$ORIGIN", APP) is None
    below = app("/usr/lib/app/prog")
    assert expanded(secure, "$ORIGIN/../x", below) == "/usr/lib/app/../x"
    assert expanded(secure, "${ORIGIN}", below) == "/usr/lib/app"
    assert expanded(secure, "$ORIGIN/../../..", below) is None
    assert expanded(secure, "$ORIGIN/$ORIGIN", below) is None
    library = Object(LIBRARY, "libx.so", "/app/libx.so", elf())
    assert _trusted(secure, "/app/./x", library) == "/app/./x"
    assert _trusted(secure, "/app/../lib//x/", APP) == "/app/../lib//x/"
    assert _trusted(secure, "/lib", APP) == "/lib"
    assert _trusted(secure, "/library", APP) == ""


@pytest.mark.parametrize(("mode", "barred"), [(0o755, True), (0o4755, False), (0o6755, False), (0o2755, True)])
def test_a_privileged_program_preloads_what_is_privileged_itself(mode: int, barred: bool) -> None:
    def asked(*, secure: bool, preloading: bool) -> bool:
        made = loading(secure=secure)
        made.tree = tree({"/lib/libx.so": of_elf(elf(), mode)})
        made.preloading = preloading
        return _barred(made, Candidate("/lib/libx.so", "/lib/libx.so", elf(), "", None))

    assert asked(secure=True, preloading=True) is barred
    assert not asked(secure=True, preloading=False)
    assert not asked(secure=False, preloading=True)


# ---------------------------------------------------------------------------------------------------------------------
# Candidates


@pytest.mark.parametrize(
    ("at", "value", "words"),
    [
        (5, 2, "ELF file data encoding not little-endian"),
        (6, 0, "ELF file version ident does not match current one"),
        (7, 1, "ELF file OS ABI invalid"),
        (8, 1, "ELF file ABI version invalid"),
        (9, 1, "nonzero padding in e_ident"),
        (15, 1, "nonzero padding in e_ident"),
    ],
)
def test_every_byte_of_the_identification_counts(at: int, value: int, words: str) -> None:
    given = elf()
    ident = bytearray(given.ident)
    ident[at] = value
    assert _header_trouble(loading(), given._replace(ident=bytes(ident))) == words
    assert _header_trouble(loading(), given) is None


@pytest.mark.parametrize(("minor", "version", "fits"), [(27, 2, True), (27, 3, False), (28, 3, True), (28, 4, False)])
def test_abi_versions_are_those_of_gnu(minor: int, version: int, fits: bool) -> None:
    ident = b"\x7fELF\x02\x01\x01\x03" + bytes((version,)) + bytes(7)
    assert (_header_trouble(loading(minor), elf()._replace(ident=ident)) is None) is fits


def test_what_else_a_header_may_get_wrong() -> None:
    assert _header_trouble(loading(), elf()._replace(version=2)) == "ELF file version does not match current one"
    assert _header_trouble(loading(), elf(kind=1)) == "only ET_DYN and ET_EXEC can be loaded"
    fixed = "cannot dynamically load executable"
    for minor, words in ((19, None), (20, fixed), (30, fixed), (31, None)):
        assert _header_trouble(loading(minor), elf(kind=2)) == words
    assert _header_trouble(loading(), elf(phentsize=57)) == "ELF file's phentsize not the expected size"
    assert _header_trouble(loading(), elf(bits=32, machine=3)) is None
    assert _header_trouble(loading(), elf(phnum=9)) == "cannot read file data"


@pytest.mark.parametrize(("minor", "names"), [(40, ["c", "libc.so.6", "b"]), (41, ["libc.so.6", "c", "b"])])
def test_since_2_41_libc_is_relocated_first(minor: int, names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def note(_: Loading, item: Object, __: list[Object]) -> list[relocate.Miss]:
        seen.append(item.name)
        return []

    monkeypatch.setattr(relocate, "_relocate", note)
    order = [Object(LIBRARY, name, name, elf(soname=name)) for name in ("b", "libc.so.6", "c")]
    relocate.relocate_all(loading(minor), order, order)
    assert seen == names
    assert all(each.relocated for each in order)


def test_a_version_that_the_named_file_lacks_is_a_relocation_error(monkeypatch: pytest.MonkeyPatch) -> None:
    item, library = Object(LIBRARY, "a.so", "a.so", elf()), Object(LIBRARY, "b.so", "b.so", elf())
    symbols = elf(symbols=[Symbol("foo")]).tables.symbols
    assert symbols is not None
    monkeypatch.setattr(relocate, "_version", lambda *_: Version("V_2", False, "b.so", None))
    monkeypatch.setattr(relocate, "look_up", lambda *_: library)
    item.versions = {1: Version("V_2", False, "b.so", None)}
    with pytest.raises(Signalled) as caught:
        relocate._resolve(loading(), item, [library], symbols, 1, 0)
    assert "foo" in caught.value.text
    assert "V_2" in caught.value.text
