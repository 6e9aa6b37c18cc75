"""What a program shows of how a C or C++ compiler made it, as far as a command needs it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from libccheck.model import Elf, Program
from libccheck.record import NamedTuple
from libccheck.remedy.commands import word
from libccheck.remedy.musl_calls import beyond_musl
from libccheck.toolchain.comment import tools
from libccheck.toolchain.go import has_function_table
from libccheck.toolchain.inside import has_cpp_inside
from libccheck.toolchain.rust import rust_source
from libccheck.toolchain.sources import source_files
from libccheck.toolchain.zig import speaks_zig

_C = (".c",)
_CPP = (".cc", ".cpp", ".cxx", ".c++", ".C")
_MOST_SOURCES = 4
_OWN_RUNTIME = ("libstdc++.so.", "libgcc_s.so.")
_OF_LIBC = ("libc.", "libm.", "libpthread.", "libdl.", "librt.", "libutil.", "libresolv.", "ld-", "ld64", "ld.so")
_NSS = ("getaddrinfo", "gethostbyname", "getnameinfo", "getpwnam", "getpwuid", "getgrnam", "getgrgid", "getservbyname")
_NSWITCH = "names and users by nsswitch"
_FLAGS = {
    "libm.": "-lm",
    "libpthread.": "-pthread",
    "libdl.": "-ldl",
    "librt.": "-lrt",
    "libutil.": "-lutil",
    "libresolv.": "-lresolv",
}


class Compiled(NamedTuple):
    """A program in C or C++. sources: as a command names them, the libraries of the C library behind them.

    told: whether the program names its source files itself, and they are few enough to be all that there is to compile.
    Neither their directories nor what else the compiler was told stands in it.
    """

    cpp: bool
    sources: str
    told: bool

    @property
    def proviso(self) -> str:
        """What has to be so for a command to do."""
        return (
            "; add what its build has besides: directories, -D, -I, static libraries"
            if self.told
            else f"; {self.sources.partition(' ')[0]} stands for all of its sources"
        )

    @property
    def compiler(self) -> str:
        return "c++" if self.cpp else "cc"


def compiled(program: Program) -> Compiled | None:
    """None for what no C or C++ compiler made, or what needs more than the C library and the compiler's own."""
    elf = program.content.elf
    if elf is None or not needs_only_libc(elf):
        return None
    files = [each for each in source_files(elf, program.data) if each.endswith((*_C, *_CPP))]
    cpp = needs_cpp(elf, files) or (not files and has_cpp_inside(program.data))
    if not files and not _by_comment(program):
        return None
    if rust_source(elf, program.data) or has_function_table(elf, program.data) or is_more(program):
        return None
    if speaks_zig(elf, program.data):
        return None
    told = 0 < len(files) <= _MOST_SOURCES
    names = _by_language(files) if told else ["*.cpp" if cpp else "*.c"]
    return Compiled(cpp, " ".join([*names, *libraries_of(elf.needed)]), told)


def its_compiler(platform: str) -> str:
    """What has to be so of a compiler that is called without a target: most machines that build are of x86-64."""
    return "" if platform == "linux/amd64" else f"; by a compiler of C for {platform}"


def needs_cpp(elf: Elf, files: Iterable[str]) -> bool:
    """Whether some of it is C++, by its libraries and the names of its source files."""
    return any(each.startswith("libstdc++.so.") for each in elf.needed) or any(each.endswith(_CPP) for each in files)


def is_more(program: Program) -> bool:
    """Whether it is a bundle, a native image or a module of another runtime: no compiler alone makes it of sources."""
    from libccheck.toolchain.marks import marks  # only what comes this far needs them

    elf = program.content.elf
    return elf is not None and bool(marks(elf, program.data))


def needs_only_libc(elf: Elf) -> bool:
    """Whether it needs no libraries but the C library's and the compiler's own."""
    return all(each.startswith((*_OF_LIBC, *_OWN_RUNTIME)) for each in elf.needed)


def lost_statically(elf: Elf, libc: str, without: Collection[str] = ()) -> list[str] | None:
    """What it can no longer do where it is linked statically against that C library, "glibc" or "musl".

    None where it loads libraries at run time, which is then over, or where musl has not all of its functions but those
    of `without`, which the other build does not call. musl has its own iconv, and no nsswitch.
    """
    if imports(elf, ("dlopen",)):
        return None
    if libc == "musl":
        return None if set(beyond_musl(elf)) - set(without) else lost_of_names(elf)
    lost = [f"{_NSWITCH}, unless the same glibc is in the image"] if imports(elf, _NSS) else []
    return lost + (["character sets by iconv"] if imports(elf, ("iconv_open",)) else [])


def lost_of_names(elf: Elf) -> list[str]:
    """What only glibc looks up as nsswitch.conf says."""
    return [_NSWITCH] if imports(elf, _NSS) else []


def libraries_of(names: Iterable[str]) -> list[str]:
    """What links the libraries of these names, of those that belong to a C library."""
    wanted = tuple(names)
    return [flag for start, flag in _FLAGS.items() if any(each.startswith(start) for each in wanted)]


def imports(elf: Elf, names: Iterable[str]) -> list[str]:
    """Which of these functions the program asks of its libraries."""
    return [each for each in names if each in elf.tables.imports]


def runtime(elf: Elf) -> list[str]:
    """The libraries of the compiler that it needs."""
    return [each for each in elf.needed if each.startswith(_OWN_RUNTIME)]


def _by_language(files: list[str]) -> list[str]:
    """A compiler of C++ takes each file for C++ unless it is told."""
    cpp, c = ([word(each) for each in files if each.endswith(_CPP) is wanted] for wanted in (True, False))
    return [*cpp, "-x c", *c, "-x none"] if cpp and c else [*cpp, *c]


def _by_comment(program: Program) -> bool:
    """Whether C compilers alone left a line, of those that leave any."""
    from libccheck.notes import read  # elftools takes its time

    found = {each.name for each in tools(read(program.data).comment)}
    return bool(found & {"gcc", "clang"}) and found <= {"gcc", "clang", "lld", "mold"}
