"""From the words that a user saw to their causes, the likeliest first."""

from __future__ import annotations

import re

from libccheck.record import NamedTuple


class Cause(NamedTuple):
    """One cause that prints such words: its rule, how to tell it from the others, the command of ours that would."""

    code: str
    tell: str
    command: str


_PATH = r"[`'\"‘’]?(?P<path>(?:\.{0,2}/)[^\s:`'\"‘’]*|[\w.+-]+)[`'\"‘’]?"
_NAME = r"[`'\"‘’]?(?P<path>[^\s:`'\"‘’]+)[`'\"‘’]?"

_TELLS = {
    "LC100": "the file itself is not in the image, or not in PATH: `stat` or `$PATH` in the message says so",
    "LC101": "the file is there, but the loader that it names (PT_INTERP) is not: glibc program, musl or empty image",
    "LC102": "the file was built for another architecture than the one that runs it",
    "LC103": "the file is there and its loader too, but the loader is not executable, not ELF or of another machine",
    "LC104": "the file lacks the execute bit, is a directory, or the user may not reach it",
    "LC105": "the file is a script, and the interpreter in its #! line is not in the image",
    "LC106": "the file is a script with CRLF line ends: the kernel looks for an interpreter whose name ends in \\r",
    "LC107": "the file is neither ELF nor a script with #!: empty, truncated, text, or a byte order mark before the #!",
    "LC108": "the file is a shared library, run as a program",
    "LC109": "scripts name scripts as their interpreters, more than five deep",
    "LC201": "a library that it needs is not where the loader looks",
    "LC202": "a file of the library's name is there, but it is of another class or machine, or no library at all",
    "LC203": "it was linked against a newer library than the image has",
    "LC204": "no library that was loaded has the symbol: another libc, or another release of the library",
    "LC205": "the program or the image's glibc was built for a newer CPU than this one",
    "LC206": "the image's glibc wants a newer kernel than the host has",
    "LC207": "the loader itself dies: packed relocations on an old musl, or an assertion on glibc up to 2.36",
    "LC208": "a library of another machine or libc was mapped, and the loader does not know its relocations",
    "LC209": "the loader finds everything and refuses: executable stack, static TLS, a program instead of a library",
    "LC301": "it started, and called a function that no library has: lazy binding put the failure off",
}

_NOT_FOUND = ("LC101", "LC105", "LC106", "LC100")
_SCRIPT_NOT_FOUND = ("LC106", "LC105", "LC101", "LC100")
_FORMAT = ("LC102", "LC107")

_TABLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    # env(1), then the loaders: they say what they miss
    (r"bad interpreter.*\^M|\^M.*bad interpreter|\\r['’]?:? .*(?:no such file|not found)|\^M: not found", ("LC106",)),
    (r"can't execute '[^']*'\$?'?\\?r?'?: no such file", ("LC105", "LC106")),
    (
        r"\benv: ['‘`\"]?(?P<path>[^'’\n]*?)['’\"]?: (?:no such file or directory|permission denied|not found)",
        ("LC105",),
    ),
    (r"env: (?:unrecognized|invalid) option(?: --|:) '?S", ("LC105",)),
    (r"bad interpreter: (?:no such file|text file)", ("LC105",)),
    (r"bad interpreter: permission denied", ("LC103",)),
    (r"qemu-[\w-]+: could not open|binfmt-P: could not open|could not open '/lib[^']*ld-", ("LC101",)),
    (r"version [`'‘\"]?(?P<path>[A-Z]\w*_[\w.]+)['’\"`]? not found", ("LC203",)),
    (r"no version information available", ("LC207",)),
    (r"check_match: assertion|inconsistency detected by ld\.so", ("LC207",)),
    (r"wrong elf class|invalid elf header|file too short|elf file (?:data encoding|version|os abi)", ("LC202",)),
    (r"is not an elf (?:file|executable)|contains unsupported tls", ("LC202",)),
    (r"only et_dyn and et_exec|no loadable segments|no dynamic section|load command .*page-aligned", ("LC202",)),
    (r"load command alignment not page-aligned|unsupported system page size", ("LC202",)),
    (r"error loading shared library .*: exec format error", ("LC202",)),
    (r"initial-exec tls resolves to dynamic definition|static tls block", ("LC209",)),
    (r"cannot enable executable stack|dt_relr without|cannot dynamically load (?:position|executable)", ("LC209",)),
    (r"additional memory protection after relocation|cannot restore segment prot", ("LC209",)),
    (r"cpu isa level is lower|does not support x86-64-v\d|cpu lacks|does not support apx", ("LC205",)),
    (r"kernel too old|cannot get entropy for arc4random", ("LC206",)),
    (r"unsupported relocation type|unexpected reloc type", ("LC208",)),
    (r"cannot be preloaded", ("LC201",)),
    (r"error loading shared librar(?:y|ies)[ :]+(?P<path>\S+?): no such file", ("LC201",)),
    (r"error while loading shared libraries: (?P<path>\S+?): cannot open shared object file", ("LC201",)),
    (r"(?P<path>\S+\.so[\w.]*): cannot open shared object file", ("LC201",)),
    (r"can't load library '(?P<path>[^']*)'", ("LC201",)),
    (
        r"library not loaded|unable to load (?:any of the following )?librar|(?P<path>lib\S+\.so\S*): no such file",
        ("LC201",),
    ),
    (r"error loading shared library", ("LC201", "LC202")),
    (r"error relocating \S+: (?P<path>\S+): symbol not found", ("LC204",)),
    (r"symbol lookup error.*undefined symbol: (?P<path>[^\s,]+)", ("LC204", "LC301")),
    (r"undefined symbol: (?P<path>[^\s,]+)", ("LC204", "LC301")),
    (r"relocation error: .*symbol (?P<path>[^\s,]+)", ("LC204",)),
    (r"link time reference|can't resolve symbol", ("LC204", "LC301")),
    # the kernel, in the words of engines, shells and languages: what tells most, first
    (r"applet not found|__libc_start_main: symbol", ("LC204",)),
    (r"stat (?P<path>\S+): no such file or directory", ("LC100",)),
    (r"executable file (?:not found in \$path|" + _PATH + r" not found)", ("LC100",)),
    (r"executable file .*not found", ("LC100",)),
    (r"required file not found", ("LC101", "LC105", "LC106")),
    (r"missing dynamic library\?\) " + _PATH + r": no such file", _NOT_FOUND),
    (r"exec user process caused:? [\"\\]*no such file or directory", _NOT_FOUND),
    (r"\[8\] system error: no such file", _NOT_FOUND),
    (r"exec (?:container process )?" + _PATH + r": no such file or directory", _NOT_FOUND),
    (r"exec format error|cannot execute binary file|error=8\b|errno 8\b|enoexec", _FORMAT),
    (r"accessing a corrupted shared library|elibbad", ("LC103",)),
    (r"input/output error|\beio\b", ("LC103",)),
    (r"too many levels of symbolic links|\beloop\b", ("LC109", "LC103")),
    (r"exec: \\?\"[^\"]*\": permission denied", ("LC104",)),
    (r"exists but it is not executable|is not a regular file|is a directory", ("LC104",)),
    (r"exec (?:container process )?[`']?/\S*[`']?: permission denied", ("LC103", "LC104")),
    (r"permission denied|error=13\b|errno 13\b|\beacces\b", ("LC104", "LC103")),
    (
        r"segmentation fault|sigsegv|signal 11|exit(?:ed)?(?: with)?(?: code| status)?:? \(?139|core dumped",
        ("LC108", "LC207"),
    ),
    (r"(?:fork/exec|spawn|cannot run program) " + _PATH, _NOT_FOUND),
    (r"errno 2\b.*no such file or directory|error=2\b|\benoent\b", _NOT_FOUND),
    (r"\b(?:ba|da|a)?sh: (?:line )?(?:\d+: )?" + r"(?P<path>\.{0,2}/\S+?): (?:not found|no such file)", _NOT_FOUND),
    (r"\b(?:ba|da|a)?sh: (?:line )?(?:\d+: )?" + _NAME + r": (?:command )?not found", ("LC100", "LC101")),
    (r"line \d+: (?P<path>\.{0,2}/\S+?): (?:not found|no such file)", _NOT_FOUND),
    (r"command not found", ("LC100",)),
    (r"no such file or directory", _NOT_FOUND),
)

_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), codes) for pattern, codes in _TABLE)
_SCRIPT = re.compile(r"\.(?:sh|bash|py|rb|pl|js)$|entry-?point$", re.IGNORECASE)


def causes(words: str) -> tuple[Cause, ...]:
    """The causes of these words, pasted whole with timestamps and wrappers; () where they say nothing known."""
    text = " ".join(words.split())
    for pattern, codes in _PATTERNS:
        match = pattern.search(text)
        if match is None:
            continue
        path = _subject(match)
        if _SCRIPT.search(path):
            codes = {_NOT_FOUND: _SCRIPT_NOT_FOUND, _FORMAT: ("LC107", "LC102")}.get(codes, codes)
        return tuple(Cause(code, _TELLS[code], _command(path)) for code in codes)
    return ()


def _subject(match: re.Match[str]) -> str:
    """What the words are about, so far as it is a path: of `exec format error` what stands before it."""
    path = match.groupdict().get("path")
    if path:
        return path
    before = re.findall(r"(?:\.{0,2}/)[^\s:`'\"]+", match.string[: match.start()])
    return before[-1] if before else ""


def _command(path: str) -> str:
    name = path.rpartition("/")[2]
    program = f"./{name}" if path.startswith(("/", "./", "../")) and name else "PROGRAM"
    return f"libccheck check {program} --image IMAGE"
