"""How to tell the rules apart that the same words may stand for."""

from __future__ import annotations

TELLS = {
    "LC100": "the file itself is not in the image, or not in PATH: `stat` or `$PATH` in the message says so",
    "LC101": "the file is there, and the loader that it names is not: built for glibc in a musl or empty image, or so",
    "LC102": "the file was built for another architecture than the one that runs it",
    "LC103": "the file is there and its loader too, but that is not executable, no ELF file or for another machine",
    "LC104": "the file lacks the execute bit, is a directory, or the user may not reach it",
    "LC105": "the file is a script, and the interpreter in its #! line is not in the image",
    "LC106": "the file is a script with Windows line ends: the kernel looks for an interpreter whose name ends in \\r",
    "LC107": "the file is no program at all: empty, cut off, text without #!, or a byte order mark before the #!",
    "LC108": "the file is a shared library that was run as a program",
    "LC109": "scripts name scripts as their interpreters, more than five deep",
    "LC201": "a library that it needs is not where the loader looks",
    "LC202": "a file of the library's name is there, but of another class or machine, or it is no library at all",
    "LC203": "it was linked against a newer library than the one in the image",
    "LC204": "no library that was loaded has the symbol: another libc, or another release of the library",
    "LC205": "the program, or the image's glibc, was built for a newer CPU than this one",
    "LC206": "the image's glibc wants a newer kernel than the host has",
    "LC207": "the loader itself dies: packed relocations on an old musl or glibc, or an assertion on glibc up to 2.36",
    "LC208": "a library of another machine or libc was mapped, and the loader does not know its relocations",
    "LC209": "the loader finds everything and refuses: executable stack, static TLS, a program instead of a library",
    "LC301": "it started, and called a function that no library has: lazy binding put the failure off",
    "LC302": "a program made for glibc runs on musl, through a compatibility package or a link",
}
