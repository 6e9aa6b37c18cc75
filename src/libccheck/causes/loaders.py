"""The words of the loaders: glibc, musl, uClibc. They name what they miss, so one cause stands behind most of them."""

from __future__ import annotations

from libccheck.causes.saying import Saying

_EXECUTABLE_STACK = "a library that is opened at run time wants an executable stack, which glibc from 2.41 on refuses"
_STATIC_TLS = "a library that is opened at run time has thread-local data for which no room was kept at the start"
_PAGES = "the file was linked for 4 KiB pages, and the machine has larger ones (16 or 64 KiB)"
_OTHER_MACHINE = "a library of another machine or libc was mapped: the number is a relocation of that machine"
_ABI_MARK = (
    "the linker left a mark in the file that only a newer glibc knows; the file may need nothing else that is new"
)

_GLIBC = (
    Saying(
        r"version [`'‘\"]?(?P<subject>GLIBC_PRIVATE)['’\"`]? not found",
        ("LC203",),
        "files of two builds of glibc are mixed in the image: the loader, libc and its libraries belong together",
    ),
    Saying(r"version [`'‘\"]?(?P<subject>GLIBC_ABI_\w+)['’\"`]? not found", ("LC203",), _ABI_MARK),
    Saying(
        r"version [`'‘\"]?(?P<subject>(?:GLIBCXX|CXXABI)_[\w.]+)['’\"`]? not found",
        ("LC203",),
        "a newer GCC built it than the one whose libstdc++ is in the image",
    ),
    Saying(
        r"(?:^|\s)(?P<program>\S+): \S+: (?:weak )?version [`'‘\"]?(?P<subject>[A-Z]\w*[._][\w.]+)['’\"`]? not found",
        ("LC203",),
    ),
    Saying(r"version [`'‘\"]?(?P<subject>[A-Za-z]\w*[._][\w.]+)['’\"`]? not found", ("LC203",)),
    Saying(r"check_match: assertion|inconsistency detected by ld\.so", ("LC207",)),
    Saying(
        r"symbol (?P<subject>[^\s,]+),? version glibc_private not defined in file",
        ("LC204",),
        "files of two builds of glibc are mixed in the image: the loader, libc and its libraries belong together",
    ),
    Saying(r"dt_relr without", ("LC209",), "the linker packed relocations without the mark that glibc from 2.36 wants"),
    Saying(r"cannot enable executable stack", ("LC209",), _EXECUTABLE_STACK),
    Saying(r"cannot allocate memory in static tls block|static tls block", ("LC209",), _STATIC_TLS),
    Saying(
        r"cannot dynamically load (?:position|executable)",
        ("LC209",),
        "a program stands where a library of that name is needed",
    ),
    Saying(
        r"additional memory protection after reloc|cannot restore segment prot|cannot make segment writable",
        ("LC209",),
        "the library has relocations in its code (DT_TEXTREL), and the host (SELinux) forbids to change code",
    ),
    Saying(r"unsatisfiable circular dependency|relro protection failed|cannot change memory prot", ("LC209",)),
    Saying(r"load command (?:address/offset|alignment) not page-aligned", ("LC202",), _PAGES),
    Saying(r"unsupported system page size", ("LC202",), _PAGES),
    Saying(
        r"wrong elf class",
        ("LC202",),
        "a library of that name is there only for the other word size: 32-bit for a 64-bit program, or the reverse",
    ),
    Saying(
        r"invalid elf header|file too short",
        ("LC202",),
        "the file of that name is no library: a linker script, a git-lfs pointer, cut off, or built for another system",
    ),
    Saying(r"elf file (?:data encoding|version|os abi|abi version)|elf load command past end", ("LC202",)),
    Saying(r"only et_dyn and et_exec|no loadable segments|no dynamic section|failed to map segment", ("LC202",)),
    Saying(
        r"cpu does not support x86-64-v\d|cpu lacks|cpu does not support apx|does not support apx",
        ("LC205",),
        "the image's own glibc was built for a newer CPU than this one: each program of that image fails alike",
    ),
    Saying(
        r"cpu isa level is lower",
        ("LC205",),
        "the program, or a library of it, was built for a newer CPU (-march=x86-64-v3 or the like)",
    ),
    Saying(r"kernel too old|cannot get entropy for arc4random", ("LC206",)),
    Saying(r"unexpected (?:plt )?reloc type", ("LC208",), _OTHER_MACHINE),
    Saying(
        r"(?:(?P<program>\S+): )?error while loading shared libraries: (?P<subject>libcrypt\.so\.\d+): cannot open",
        ("LC201",),
        "libcrypt left glibc: distributions have either libcrypt.so.1 or libcrypt.so.2, the other as a package",
    ),
    Saying(
        r"(?:(?P<program>\S+): )?error while loading shared libraries: "
        r"(?P<subject>lib(?:dl|rt|util|pthread)\.so\.\d): cannot open",
        ("LC201",),
        "glibc 2.34 took this library into libc; full systems keep an empty one of its name, this image does not",
    ),
    Saying(
        r"(?:(?P<program>\S+): )?error while loading shared libraries: "
        r"(?P<subject>lib(?:gcc_s|stdc\+\+)\.so\.\d+): cannot open",
        ("LC201",),
        "the run-time library of GCC is not in the image, which is common for small ones",
    ),
    Saying(
        r"(?:(?P<program>\S+): )?error while loading shared libraries: (?P<subject>\S+?): cannot open shared object",
        ("LC201",),
    ),
    Saying(r"(?P<subject>\S+\.so[\w.]*): cannot open shared object file", ("LC201",)),
    Saying(r"(?P<subject>\S+\.so[\w.]*) => not found", ("LC201",)),
    Saying(r"(?P<program>\S+): symbol lookup error.*undefined symbol: (?P<subject>[^\s,]+)", ("LC204", "LC301")),
    Saying(r"undefined symbol: (?P<subject>[^\s,]+)", ("LC204", "LC301")),
    Saying(r"(?P<program>\S+): relocation error: .*symbol (?P<subject>[^\s,]+)", ("LC204",)),
    Saying(r"link time reference", ("LC204",)),
)

_MUSL = (
    Saying(
        r"error loading shared library (?P<subject>ld-linux[\w.-]*): .*?(?:needed by (?P<program>[^\s)]+))?",
        ("LC201",),
        "a library that was built for glibc is loaded by a program of musl, and asks for glibc's loader as a library",
    ),
    Saying(
        r"error loading shared library (?P<subject>lib(?:resolv|crypt|nsl|anl)\.so\.\d+): no such file",
        ("LC201",),
        "a part of glibc that musl does not have under this name: the file was built for glibc",
    ),
    Saying(
        r"error loading shared librar(?:y|ies)[ :]+(?P<subject>\S+?): no such file or directory"
        r"(?: \(needed by (?P<program>[^\s)]+)\))?",
        ("LC201",),
    ),
    Saying(
        r"error loading shared library (?P<subject>\S+?): exec format error",
        ("LC202",),
        "the file of that name is no library of this word size: text, cut off, or 32-bit for 64-bit",
    ),
    Saying(r"error loading shared library (?P<subject>\S+?):", ("LC202", "LC201")),
    Saying(
        r"error relocating \S*ld-linux\S*: unsupported relocation type 37|unsupported relocation type 37\b",
        ("LC208",),
        "glibc's own loader or libc was drawn into a program of musl: type 37 (IRELATIVE) is glibc's habit",
    ),
    Saying(r"unsupported relocation type", ("LC208",), _OTHER_MACHINE),
    Saying(
        r"initial-exec tls resolves to dynamic definition",
        ("LC209",),
        "a library that is opened at run time has thread-local data that must be there from the start",
    ),
    Saying(r"error relocating (?P<program>\S+): (?P<subject>\S+): symbol not found", ("LC204",)),
    Saying(
        r"(?<![\w./-])ld[\w.-]*\.so\.\d: cannot load (?P<program>\S+): permission denied",
        ("LC209",),
        "gcompat has musl's loader open the program itself, which the user may not read",
    ),
    Saying(r"too many preloaded libraries", ("LC209",), "LD_PRELOAD is too long for the stub of gcompat"),
    Saying(r"not a valid dynamic program", ("LC202", "LC107")),
)

_UCLIBC = (
    Saying(r"(?:(?P<program>\S+): )?can't load library '(?P<subject>[^']*)'", ("LC201",)),
    Saying(r"can't (?:find|open) (?:library|cache)? ?'(?P<subject>[^']*\.so[^']*)'", ("LC201",)),
    Saying(r"'(?P<subject>[^']*)' is not an elf (?:file|executable)|contains unsupported tls", ("LC202",)),
    Saying(r"can't handle reloc type", ("LC208",)),
    Saying(
        r"symbol '(?P<subject>[^']*)': can't resolve symbol",
        ("LC204",),
    ),
    Saying(
        r"can't resolve symbol '(?P<subject>[^']*)'",
        ("LC204", "LC301"),
        "if this comes first of all, the symbol is needed at the start",
    ),
    Saying(r"can't resolve symbol", ("LC204", "LC301")),
)

_LINKERS = (
    Saying(
        r"undefined reference to [`'\"]?(?P<subject>\w+64)\b",
        ("LC204",),
        "musl 1.2.4 took the names with 64 from its headers and from what can be linked: -D_FILE_OFFSET_BITS=64",
    ),
)

SAID = (*_MUSL, *_UCLIBC, *_GLIBC, *_LINKERS)

WARNED = (
    Saying(
        r"(?:(?P<program>\S+): )?(?P<subject>\S+): no version information available",
        ("LC207",),
        "the library has no versions, and the program was linked against one that has: a warning from glibc 2.41 on, "
        "an assertion that ends it up to 2.36",
    ),
    Saying(
        r"object '(?P<subject>[^']*)' from \S+ cannot be preloaded",
        ("LC201",),
        "LD_PRELOAD or /etc/ld.so.preload names a library that the image lacks: the program goes on without it",
    ),
)
"""What a loader says and then goes on."""
