"""getopt_long(3), stopping at the first operand, with its complaints in the words of each C library."""

from __future__ import annotations

from libccheck.record import NamedTuple

NO, REQUIRED, OPTIONAL = 0, 1, 2

# By C library: a letter that is no option, one without its argument, and four complaints about long options.
# musl had the words of BSD before it had its own.
_BSD = (
    "invalid option -- {}",
    "option requires an argument -- {}",
    "unrecognized option `--{}'",
    "option `--{}' doesn't allow an argument",
    "option `--{}' requires an argument",
    "option `--{}' is ambiguous",
)
_WORDS = {
    "glibc": (
        "invalid option -- '{}'",
        "option requires an argument -- '{}'",
        "unrecognized option '--{}'",
        "option '--{}' doesn't allow an argument",
        "option '--{}' requires an argument",
        "option '--{}' is ambiguous; possibilities:",
    ),
    "musl": (
        "unrecognized option: {}",
        "option requires an argument: {}",
        "unrecognized option: {}",
        "option does not take an argument: {}",
        "option requires an argument: {}",
        "option is ambiguous: {}",
    ),
    "musl 1.1.5": _BSD,
    "uclibc": _BSD,
}
_INVALID, _LACKING, _UNRECOGNIZED, _UNWANTED, _LACKING_LONG, _AMBIGUOUS = range(6)


class Options(NamedTuple):
    """short: letter -> whether it takes an argument; long: name -> (the same, the letter or name it stands for)."""

    short: dict[str, int]
    long: dict[str, tuple[int, str]]


class Scanned(NamedTuple):
    """One step: the option and its argument, or a complaint; `rest` are the arguments behind it."""

    option: str
    argument: str | None
    complaint: str
    rest: tuple[str, ...]


def scan(arguments: tuple[str, ...], options: Options, libc: str) -> Scanned | None:
    """The first option of `arguments`; None where an operand stands there ("--" is still in front of it).

    A letter of a cluster is split off: what remains of the cluster stands in `rest` as an argument of its own.
    """
    if not arguments or not arguments[0].startswith("-") or arguments[0] in ("-", "--"):
        return None
    first, rest, words = arguments[0], arguments[1:], _WORDS[libc]
    if first.startswith("--"):
        return _long(first[2:], rest, options, words, libc == "glibc")
    letter, cluster = first[1], first[2:]
    left = ((f"-{cluster}",) if cluster else ()) + rest
    takes = options.short.get(letter)
    if takes is None:
        return Scanned(letter, None, words[_INVALID].format(letter), left)
    if takes != REQUIRED:
        return Scanned(letter, None, "", left)
    if cluster:
        return Scanned(letter, cluster, "", rest)
    if not rest:
        return Scanned(letter, None, words[_LACKING].format(letter), ())
    return Scanned(letter, rest[0], "", rest[1:])


def _long(text: str, rest: tuple[str, ...], options: Options, words: tuple[str, ...], lists: bool) -> Scanned:
    name, equals, value = text.partition("=")
    fitting = [name] if name in options.long else [each for each in options.long if each.startswith(name)]
    if len({options.long[each] for each in fitting}) > 1:
        possible = "".join(f" '--{each}'" for each in fitting) if lists else ""
        return Scanned(name, None, words[_AMBIGUOUS].format(text) + possible, rest)
    if not fitting:
        return Scanned(name, None, words[_UNRECOGNIZED].format(text), rest)
    takes, option = options.long[fitting[0]]
    if takes == NO and equals:
        return Scanned(option, None, words[_UNWANTED].format(fitting[0]), rest)
    if takes == REQUIRED and not equals:
        if not rest:
            return Scanned(option, None, words[_LACKING_LONG].format(fitting[0]), ())
        return Scanned(option, rest[0], "", rest[1:])
    return Scanned(option, value if equals else None, "", rest)
