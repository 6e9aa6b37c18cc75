"""Which loader a file is: by what it holds, not by where it lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from libccheck.content import content
from libccheck.elf import read
from libccheck.elf.sparse import Recorder
from libccheck.identify import identify, may_be
from libccheck.identify.markers import MARKERS
from libccheck.model import Loader
from tests.elves import LAYOUTS, Layout, Value, build, strings, sysv_hash

LITTLE, BIG, LITTLE32, BIG32 = LAYOUTS
I386, PPC64, S390, ARM, X86_64, AARCH64, RISCV = 3, 21, 22, 40, 62, 183, 243
DIRECTORIES = b"\0/lib/x86_64-linux-gnu/\0/usr/lib/x86_64-linux-gnu/\0/lib/\0/usr/lib/\0\0"
CHECK_MATCH = b"version->filename == NULL || ! _dl_name_match_p (version->filename, map)"


def library(
    *texts: bytes,
    soname: str | None = "ld-linux-x86-64.so.2",
    exports: tuple[str, ...] = (),
    version: str | None = "GLIBC_PRIVATE",
    code: bytes = b"",
    machine: int = X86_64,
    layout: Layout = LITTLE,
    needed: tuple[str, ...] = (),
) -> bytes:
    """A library that holds these constants, defines that version, and has that code at its entry point."""
    table, at = strings(soname or "", version or "", *exports, *needed)
    symbols = layout.symbol(0, 0, 0) + b"".join(layout.symbol(at[name], 0x12, 1, 1) for name in exports)
    tags: list[tuple[int, Value]] = [(5, "strings"), (10, len(table)), (6, "symbols"), (4, "hash"), (3, "got")]
    tags += [(1, at[name]) for name in needed]
    pieces = [
        ("got", bytes(8)),
        ("strings", table),
        ("symbols", symbols),
        ("hash", sysv_hash(layout, len(exports) + 1)),
    ]
    if soname is not None:
        tags.append((14, at[soname]))
    if version is not None:
        definition = layout.pack("HHHHIII", 1, 0, 2, 1, 0, 20, 0) + layout.pack("II", at[version], 0)
        pieces.append(("defs", definition))
        tags.append((0x6FFFFFFC, "defs"))
    pieces += [("code", code), ("constants", b"\0" + b"\0".join(texts) + b"\0")]
    return build(layout, parts=pieces, tags=tags, machine=machine, entry="code")


def loader(data: bytes) -> Loader:
    found = content(data).loader
    assert found is not None
    return found


def musl(*texts: bytes, **how: object) -> bytes:
    how = {"soname": None, "version": None, "exports": ("__libc_start_main",), **how}
    usual = (b"musl libc (x86_64)\nVersion %s\nDynamic Program Loader\n", b"/lib:/usr/local/lib:/usr/lib")
    return library(*usual, *texts, **how)  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------------------------------------------
# What is a loader


def test_a_library_of_another_name_is_not_looked_into() -> None:
    recorder = Recorder(library(b"musl libc", b"Dynamic Program Loader\n", soname="libz.so.1"))
    elf = read(recorder)
    assert elf is not None
    before = recorder.ranges()
    assert identify(elf, recorder) is None
    assert recorder.ranges() == before


@pytest.mark.parametrize(
    "how", [{"soname": None, "needed": ("libc.so",)}, {"soname": "libm.so.6"}, {"soname": "libcap.so"}]
)
def test_what_needs_something_or_is_another_library_is_no_loader(how: dict[str, object]) -> None:
    elf = read(library(**how))  # type: ignore[arg-type]
    assert elf is not None
    assert not may_be(elf)


def test_a_program_is_no_loader() -> None:
    assert content(build(kind=2)).loader is None
    assert content(library(soname=None, version=None)).loader is None


def test_a_file_of_a_loaders_name_without_its_content_is_no_loader() -> None:
    assert content(library(version=None)).loader is None


# ---------------------------------------------------------------------------------------------------------------------
# glibc


def test_glibc_names_its_release_in_its_banner() -> None:
    assert loader(library(b"ld.so (Debian GLIBC 2.36-9) stable release version 2.36.\nCopyright")).version == "2.36"
    assert (
        loader(library(b"GNU C Library development release version 2.42.9000.\n", soname="libc.so.6")).version
        == "2.42.9000"
    )
    assert loader(library(b"GNU C Library stable release version 2.17, by Roland McGrath et al.\n")).version == "2.17"


BEFORE = (b"link time reference",)
SIGNS = {
    "2.32": ((), ("_dl_fatal_printf",)),
    "2.31": ((b"marking %s [%lu] as NODELETE",), ()),
    "2.30": ((), ()),
    "2.29": ((*BEFORE, b"glibc.cpu.hwcaps"), ()),
    "2.28": ((*BEFORE, b"cannot allocate dependency buffer"), ("_dl_exception_create",)),
    "2.27": (BEFORE, ("_dl_exception_create", "__tunable_get_val")),
    "2.26": (BEFORE, ("__tunable_get_val", "_dl_catch_error")),
    "2.25": ((*BEFORE, b"audit changed filename %s -> %s"), ("_dl_catch_error",)),
    "2.23": ((*BEFORE, b"audit changed filename %s -> %s"), ()),
    "2.22": (BEFORE, ()),
    "2.21": ((*BEFORE, b"no PLTREL found in object %s", b"modid <= dtv[-1].counter"), ()),
    "2.20": ((*BEFORE, b"no PLTREL found in object %s"), ()),
    "2.19": (
        (*BEFORE, b"no PLTREL found in object %s", b"load filtered object=%s", b"cannot be preloaded (%s): ignored."),
        (),
    ),
    "2.18": ((*BEFORE, b"no PLTREL found in object", b"load filtered object=%s"), ("_dl_find_dso_for_object",)),
    "2.17": ((*BEFORE, b"no PLTREL found in object", b"load filtered object=%s", b"  --inhibit-cache  "), ()),
    "2.15": ((*BEFORE, b"no PLTREL found in object", b"load filtered object=%s", b"display scope information"), ()),
}


@pytest.mark.parametrize("version", SIGNS)
def test_before_2_33_a_loader_is_dated_by_what_came_and_went(version: str) -> None:
    texts, exports = SIGNS[version]
    assert loader(library(*texts, exports=exports)).version == version


@pytest.mark.parametrize(
    ("machine", "layout", "code"),
    [
        (X86_64, LITTLE, b"\xba\xcb\x03\0\0"),
        (I386, LITTLE32, b"\x68\xcb\x03\0\0"),
        (AARCH64, LITTLE, b"\x62\x79\x80\x52"),
        (ARM, LITTLE32, b"\xcb\x23\x00\xe3"),
        (ARM, LITTLE32, b"\x40\xf2\xcb\x32"),
        (8, BIG32, b"\x24\x06\x03\xcb"),
        (8, LITTLE32, b"\xcb\x03\x06\x24"),
        (20, BIG32, b"\x38\xa0\x03\xcb"),
        (PPC64, LITTLE, b"\xcb\x03\xa0\x38"),
        (S390, BIG, b"\xa7\x49\x03\xcb"),
        (RISCV, LITTLE, b"\x13\x06\xb0\x3c"),
    ],
)
def test_2_24_differs_from_2_23_by_the_line_of_an_assertion(machine: int, layout: Layout, code: bytes) -> None:
    signs = (*BEFORE, b"audit changed filename %s -> %s")
    assert loader(library(*signs, machine=machine, layout=layout, code=code)).version == "2.24"


@pytest.mark.parametrize(
    ("constants", "directories"),
    [
        (DIRECTORIES, ("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib")),
        (b"\0/lib64/\0/usr/lib64/\0", ("/lib64", "/usr/lib64")),
        (b"\0/nix/store/abc-glibc-2.38/lib/\0", ("/nix/store/abc-glibc-2.38/lib",)),
        (b"\0/proc/self/fd/\0/etc/\0\0/lib/\0/usr/lib/\0", ("/lib", "/usr/lib")),
        (b"\x01\x80\xff/lib/arm-linux-gnueabihf/\0/usr/lib/arm-linux-gnueabihf/\0/lib/\0/usr/lib/\0x\0",
         ("/lib/arm-linux-gnueabihf", "/usr/lib/arm-linux-gnueabihf", "/lib", "/usr/lib")),
        (DIRECTORIES + DIRECTORIES, ("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib")),
        (b"/lib:/usr/lib\0", ()),
    ],
)  # fmt: skip
def test_glibcs_directories_stand_one_after_the_other(constants: bytes, directories: tuple[str, ...]) -> None:
    assert loader(library(constants)).directories == directories


def test_glibcs_features_are_markers() -> None:
    texts = (
        b"--glibc-hwcaps-prepend", b"GLIBC_ABI_DT_RELR", b"DT_RELR without GLIBC_ABI_DT_RELR dependency",
        b"/usr/glibc-compat/etc/ld.so.cache", b"/etc/ld.so.preload", b"CPU ISA level is lower than required",
        b"cannot dynamically load position-independent executable", b"weak version `%s' not found (required by %s)",
        b"Fatal glibc error: CPU lacks VXE support (z14 or later required)\n", b"  tls (supported, searched)\n",
    )  # fmt: skip
    assert set(loader(library(*texts)).markers) == {
        "cache=/usr/glibc-compat/etc/ld.so.cache", "cpu-lacks=VXE support (z14 or later required)", "hwcaps-subdirs",
        "isa-level", "legacy-hwcaps", "preload=/etc/ld.so.preload", "refuses-pie", "relr", "relr-needs-marker",
        "weak-version",
    }  # fmt: skip


def test_only_a_loader_with_its_own_hwcaps_may_have_given_up_the_old_ones() -> None:
    assert "legacy-hwcaps" in loader(library()).markers
    assert "legacy-hwcaps" not in loader(library(b"--glibc-hwcaps-prepend")).markers


def test_the_markers_of_a_loader_are_not_looked_for_in_the_library() -> None:
    banner = b"GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n"
    found = loader(library(banner, b"GLIBC_ABI_DT_RELR", b"/etc/ld.so.cache", soname="libc.so.6"))
    assert found == Loader("glibc", "2.36", (), ("libc",))


def referring(constant: bytes, machine: int, line: int) -> bytes:
    """A loader whose code passes the address of this constant, and the line."""
    layout = LITTLE32 if machine == I386 else LITTLE
    blank = library(constant, machine=machine, layout=layout, code=bytes(64))
    elf = read(blank)
    assert elf is not None
    base = 0x10000
    address, entry = base + blank.index(constant), elf.entry
    if machine == X86_64:
        code = b"\x48\x8d\x3d" + (address - entry - 7).to_bytes(4, "little", signed=True)
        code += b"\xba" + line.to_bytes(4, "little")
    elif machine == I386:
        got = base + 52 + 32 * elf.phnum
        got += -got % 16
        code = b"\x8d\x83" + (address - got & 0xFFFFFFFF).to_bytes(4, "little") + b"\x68" + line.to_bytes(4, "little")
    else:
        pages = (address >> 12) - (entry >> 12)
        words = (
            0x90000000 | (pages & 3) << 29 | pages >> 2 << 5,
            0x91000000 | (address & 0xFFF) << 10,
            0x52800002 | line << 5,
        )
        code = b"".join(word.to_bytes(4, "little") for word in words)
    return library(constant, machine=machine, layout=layout, code=code.ljust(64, b"\0"))


@pytest.mark.parametrize("machine", [X86_64, I386, AARCH64])
def test_the_line_of_an_assertion_is_read_from_the_code(machine: int) -> None:
    markers = loader(referring(CHECK_MATCH, machine, 0x1AB)).markers
    assert "check-match=" + CHECK_MATCH.decode() in markers
    assert "check-match-line=427" in markers


def test_the_line_is_left_out_where_the_code_of_the_machine_is_not_known() -> None:
    markers = loader(library(CHECK_MATCH, machine=PPC64)).markers
    assert not [each for each in markers if each.startswith("check-match-line")]


def test_the_level_that_a_loader_was_built_for_goes_with_its_message() -> None:
    message = b"Fatal glibc error: CPU does not support x86-64-v%d\n"
    data = bytearray(referring(message, X86_64, 1))
    at = data.index(b"\xba\x01\0\0\0")
    data[at : at + 5] = b"\xbe\x02\0\0\0"
    assert "cpu-v2" in loader(bytes(data)).markers
    assert "cpu-v3" not in loader(bytes(data)).markers


def test_the_oldest_kernel_is_the_number_that_the_loader_compares_with() -> None:
    code = b"\x90\x90\x90\x3d\xff\x01\x03\x00\x0f\x8f\0\0\0\0"  # cmp eax, 0x301ff; jg
    assert "kernel=3.2.0" in loader(library(b"FATAL: kernel too old\n", code=code)).markers
    assert "kernel-check" in loader(library(b"FATAL: kernel too old\n")).markers
    assert not any(each.startswith("kernel") for each in loader(library(code=code)).markers)


# ---------------------------------------------------------------------------------------------------------------------
# musl


@pytest.mark.parametrize(
    ("constant", "version"),
    [
        (b"1.2.5", "1.2.5"),
        (b"1.2.4_git20230717", "1.2.4_git20230717"),
        (b"\x80=1.2.4", "1.2.4"),
        (b"x1.2.4", None),
        (b"1.2", None),
    ],
)
def test_musls_version_is_a_string_of_its_own(constant: bytes, version: str | None) -> None:
    assert loader(musl(constant)).version == version


def test_musl_says_where_it_looks() -> None:
    found = loader(musl(b"%.*s/etc/ld-musl-x86_64.path"))
    assert found.directories == ("/lib", "/usr/local/lib", "/usr/lib")
    assert {"path=/etc/ld-musl-x86_64.path", "machine=x86_64", "libc"} <= set(found.markers)


def test_musl_is_known_with_and_without_a_soname() -> None:
    assert loader(musl(soname="libc.musl-x86_64.so.1")).family == "musl"
    assert loader(musl(soname="libc.so")).family == "musl"


def test_the_remapped_names_are_a_list_in_musl() -> None:
    listed = b"aio_cancel\0aio_error\0aio_fsync\0aio_read\0aio_return\0aio_suspend\0posix_fallocate\0pread\0"
    assert "lfs64" in loader(musl(listed, b"1.2.5")).markers
    assert "lfs64-long" not in loader(musl(listed, b"1.2.5")).markers
    assert "lfs64-long" in loader(musl(listed, b"1.2.6")).markers
    assert "lfs64" not in loader(musl(b"1.2.5", b"aio_cancel")).markers


COMPARISONS = {
    # machine: how "compare with 31" and "compare with 36" look in real builds
    (X86_64, LITTLE): (b"\x48\x83\xf8\x1f", b"\x48\x83\xf9\x24"),
    (I386, LITTLE32): (b"\x83\xfa\x1f", b"\x83\xf8\x24"),
    (ARM, LITTLE32): (b"\x1f\x00\x52\xe3", b"\x24\x00\x53\xe3"),
    (AARCH64, LITTLE): (b"\x7f\x7c\x00\xf1", b"\x5f\x90\x00\xf1"),
    (PPC64, LITTLE): (b"\x1f\x00\xa9\x2b", b"\x24\x00\xaa\x2b"),
    (S390, BIG): (b"\xec\x52\x00\x0c\x1f\x7d", b"\xec\x22\x00\x0c\x24\x7d"),
    (RISCV, LITTLE): (b"\x7d\x45", b"\x13\x06\x40\x02"),
}


@pytest.mark.parametrize(("machine", "layout"), COMPARISONS)
def test_the_bound_of_the_dynamic_table_tells_whether_musl_knows_relr(machine: int, layout: Layout) -> None:
    few, many = COMPARISONS[machine, layout]
    pad = bytes(12 if len(few) == 4 else 10)
    for version in (b"1.2.2", b"1.2.3", b"1.2.5"):
        new = loader(musl(version, machine=machine, layout=layout, code=few + pad + many + pad))
        old = loader(musl(version, machine=machine, layout=layout, code=few + pad + few + pad))
        assert [each for each in new.markers if "relr" in each] == ["relr"]
        assert [each for each in old.markers if "relr" in each] == ["no-relr"]


def test_thumb_code_compares_in_two_bytes() -> None:
    code = b"\x1f\x2a\x00\xbf\x24\x2b\x00\xbf"
    assert "relr" in loader(musl(b"1.2.3", machine=ARM, layout=LITTLE32, code=code)).markers


@pytest.mark.parametrize(
    ("machine", "call"),
    [(X86_64, b"\xe8\x00\x04\0\0"), (AARCH64, b"\x00\x01\x00\x14"), (PPC64, b"\x01\x04\x00\x48")],
)
def test_the_entry_point_may_call_elsewhere(machine: int, call: bytes) -> None:
    """Debian's build has the function far from the entry point."""
    few, _ = COMPARISONS[machine, LITTLE]
    code = call.ljust(0x400 if machine != X86_64 else 0x405, b"\0") + few + bytes(12) + few
    assert "no-relr" in loader(musl(b"1.2.3", machine=machine, code=code)).markers


@pytest.mark.parametrize(
    ("version", "markers"),
    [(b"1.1.24", ["no-relr"]), (b"1.2.2", []), (b"1.2.3", []), (b"1.2.4", ["relr"]), (b"1.2.4_git20230717", ["relr"])],
)
def test_without_readable_code_only_the_clear_releases_tell(version: bytes, markers: list[str]) -> None:
    assert [each for each in loader(musl(version)).markers if "relr" in each] == markers


# ---------------------------------------------------------------------------------------------------------------------
# uClibc, gcompat, bionic


def test_uclibcs_loader() -> None:
    texts = (b"%s: can't load library '%s'\n", b"$ORIGIN", b"/lib/:/usr/lib/", b"/lib:/usr/lib", b"/etc/ld.so.cache")
    found = loader(library(*texts, soname="ld64-uClibc.so.1", version=None, code=b"\xf5\xfe\xff\x6f"))
    assert (found.family, found.version, found.directories) == ("uclibc", None, ("/lib", "/usr/lib"))
    lists = {"default=/lib:/usr/lib", "multilib=/lib/:/usr/lib/"}
    assert set(found.markers) == {"cache=/etc/ld.so.cache", "gnu-hash", "loader", "ng", "origin"} | lists


def test_uclibcs_multilib_directories_come_first() -> None:
    found = loader(library(b"/lib:/usr/lib", b"/lib64:/usr/lib64", soname="ld64-uClibc.so.0", version=None))
    assert found.directories == ("/lib64", "/usr/lib64", "/lib", "/usr/lib")
    assert "ng" not in found.markers


def test_uclibcs_library_has_the_version() -> None:
    banner = b"uClibc-ng release release version 1.0.35.\nCopyright"
    found = loader(library(banner, b"/bin:/usr/bin", soname="libc.so.0", version=None, exports=("__uClibc_main",)))
    assert (found.family, found.version, found.directories) == ("uclibc", "1.0.35", ())
    assert found.markers == ("libc", "ng")


def test_an_old_uclibc_dates_itself_by_its_threads() -> None:
    found = loader(library(b"NPTL 0.9.33", soname="libc.so.0.9.32", version=None, exports=("__uClibc_main",)))
    assert (found.version, found.markers) == ("0.9.33", ("libc",))


def test_gcompats_stub_names_what_it_starts() -> None:
    texts = (
        b"/lib/libgcompat.so.0 ",
        b"This is the gcompat ELF interpreter stub.",
        b"ld-linux-x86-64.so.2",
        b"/lib/ld-musl-x86_64.so.1",
    )
    found = loader(library(*texts, soname=None, version=None))
    assert found == Loader("gcompat", None, (), (
        "hands-on-to=/lib/ld-musl-x86_64.so.1", "library=/lib/libgcompat.so.0", "loader", "name=ld-linux-x86-64.so.2",
    ))  # fmt: skip


def test_androids_linker_is_known_by_name_only() -> None:
    assert loader(library(soname="ld-android.so", version=None)).family == "bionic"


# ---------------------------------------------------------------------------------------------------------------------
# The table, and this machine


def test_no_marker_is_listed_twice() -> None:
    for family, lines in MARKERS.items():
        names = [name for name, _ in lines]
        assert len(names) == len(set(names)), family


def test_markers_come_sorted() -> None:
    found = loader(library(b"/etc/ld.so.cache", b"relocation error", *BEFORE)).markers
    assert list(found) == sorted(found)


@pytest.mark.skipif(not Path("/lib64/ld-linux-x86-64.so.2").exists(), reason="no glibc for x86-64 here")
def test_the_loader_of_this_machine_is_of_the_release_that_runs() -> None:
    names = os.confstr("CS_GNU_LIBC_VERSION")
    assert names is not None
    found = loader(Path("/lib64/ld-linux-x86-64.so.2").read_bytes())
    assert (found.family, found.version) == ("glibc", names.split()[1])
    assert all(Path(each).is_absolute() for each in found.directories)
    assert any(Path(each).is_dir() for each in found.directories)
    assert any(each.startswith("cache=") for each in found.markers)
