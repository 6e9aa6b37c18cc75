"""What busybox' env makes of its arguments: `coreutils/env.c` of busybox."""

from __future__ import annotations

from libccheck.launch.env.getopt import NO, REQUIRED, Options, scan
from libccheck.launch.env.values import Asked, Said, Tool, meant
from libccheck.model import Process

_USAGE = """
Usage: env [-i0] [-u NAME]... [-] [NAME=VALUE]... [PROG ARGS]

Print current environment or run PROG after setting up environment

\t-, -i\tStart with empty environment
\t-0\tNUL terminated output
\t-u NAME\tRemove variable from environment
"""
_OLD_USAGE = """
Usage: env [-iu] [-] [name=value]... [PROG ARGS]

Print the current environment or run PROG after setting up
the specified environment

\t-, -i\tStart with an empty environment
\t-u\tRemove variable from the environment
"""
_NULL_SINCE = (1, 34)
_LONG_OPTIONS_SINCE = _ONE_LINE_LESS_SINCE = (1, 24)


def read(tool: Tool, process: Process) -> Asked | Said:
    """What env runs, or with which words it gives up before."""
    arguments = process.argv[1:]
    empty, unset = False, []
    while True:
        found = scan(arguments, _options(tool), tool.getopt)
        if found is None:
            break
        if found.complaint:
            return Said(1, _usage(tool, process.argv[0], found.complaint), meant(process.argv[1:]))
        arguments = found.rest
        empty = empty or found.option == "i"
        unset += [found.argument or ""] if found.option == "u" else []
    arguments = arguments[1:] if arguments[:1] == ("--",) else arguments
    if arguments[:1] == ("-",):
        empty, arguments = True, arguments[1:]
    env = {} if empty else dict(reversed(process.env))
    for name in (*unset, *arguments):
        if name in unset:
            env.pop(name, None)
        elif "=" in name:
            env[name.partition("=")[0]] = name.partition("=")[2]
            arguments = arguments[1:]
        else:
            break
    if not arguments:
        return Said(0, "", "")
    return Asked(arguments[0], process._replace(argv=arguments, env=tuple(env.items())))


def failed(command: str, strerror: str) -> str:
    """What it prints when no execve of `command` succeeded."""
    return f"env: can't execute '{command}': {strerror}\n"


def _usage(tool: Tool, argv0: str, complaint: str) -> str:
    prefix = "" if tool.getopt == "musl 1.1.5" else f"{argv0}: "
    usage = _USAGE if tool.version >= _NULL_SINCE else _OLD_USAGE
    end = "" if tool.version >= _ONE_LINE_LESS_SINCE else "\n"
    return f"{prefix}{complaint}\n{tool.banner} multi-call binary.\n{usage}{end}"


def _options(tool: Tool) -> Options:
    short = {"i": NO, "u": REQUIRED}
    long = {"ignore-environment": (NO, "i"), "unset": (REQUIRED, "u")}
    if tool.version < _LONG_OPTIONS_SINCE:
        long = {}
    if tool.version >= _NULL_SINCE:
        short["0"], long["null"] = NO, (NO, "0")
    return Options(short, long)
