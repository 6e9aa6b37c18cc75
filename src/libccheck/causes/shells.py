"""The kernel's refusals in the words of bash, dash, ash, zsh, fish, of env(1) and of programs that run programs."""

from __future__ import annotations

from libccheck.causes.saying import ANY, DENIED, FORMAT, LOADER_UNFIT, NAME, NOT_FOUND, PATH, QUOTE, Saying

_AS_SCRIPT = "a shell took the file for a script and read the bytes of a program: the kernel had refused it"
_ONE_ARGUMENT = (
    "all that stands behind the first word of a #! line is one argument: env looks for a command of that name"
)
_NO_SPLIT = "busybox's env does not know -S"
_IN_WORDS = "the #! line names an interpreter that is not there: the message names it"
_LF = "the name of the interpreter ends in a carriage return: the script has Windows line ends"
_RUNNERS = (
    r"(?:sudo: unable to execute|failed to run command|failed to execute|unable to spawn|can't exec|execvpe?:|"
    r"failed to exec(?: pid1)?|su-exec:|xargs:|nohup:|nice:|time:|make:|strace: exec:|exec failed:)"
)
_SHELL = r"(?:^|[\s/-])(?:ba|da|a|z|k|fi|c|tc)?sh: (?:exec: )?(?:line )?(?:\d+: )?"
_IN_SCRIPT = r"(?:^|\s)(?:\S+: )(?:exec: )?(?:line )?\d+: (?:exec: )?"

SAID = (
    # a carriage return, in whatever way it is shown
    Saying(r"\^M['’\"]?:? bad interpreter|bad interpreter: \S*\^M", ("LC106",), _LF),
    Saying(r"(?:\\r|\^M|\\015)\$?['’\"]?:? .*(?:no such file|not found)|\$'[^']*\\r'", ("LC106",), _LF),
    Saying(r"can't execute '[^']*\^M", ("LC106",), _LF),
    # env(1)
    Saying(r"can't execute 'sh -|can't execute '(?P<subject>\S+ [^']*)'", ("LC105",), _ONE_ARGUMENT),
    Saying(r"\benv: [‘'](?P<subject>\w+ -[^'’]*)['’]: no such file", ("LC105",), _ONE_ARGUMENT),
    Saying(r"env: (?:unrecognized|invalid) option(?: --|:) '?S", ("LC105",), _NO_SPLIT),
    Saying(r"env: use -\[v\]s to pass options in shebang", ("LC105",), _ONE_ARGUMENT),
    Saying(r"can't execute '(?P<subject>[^'/]*)': no such file", ("LC105",), _IN_WORDS),
    Saying(r"\benv: " + QUOTE + r"?(?P<subject>[\w.+-]+)['’\"]?: (?:no such file|not found|permission)", ("LC105",)),
    # a #! line, by shells that read it themselves
    Saying(r"(?:^|\s)" + ANY + r": (?P<subject>\S+): bad interpreter: permission denied", LOADER_UNFIT),
    Saying(r"(?:^|\s)" + ANY + r": (?P<subject>\S+): bad interpreter: too many levels", ("LC109",)),
    Saying(r"(?:^|\s)" + ANY + r": (?P<subject>\S+): bad interpreter", ("LC105",), _IN_WORDS),
    Saying(r"bad interpreter", ("LC105",), _IN_WORDS),
    Saying(
        r"applet not found",
        ("LC302", "LC204"),
        "a program of glibc runs on musl under a loader's name that is a link, and misbehaves although it started",
    ),
)

REFUSED = (
    Saying(ANY + r": cannot execute: required file not found", ("LC101", "LC105", "LC106")),
    Saying(r"required file not found", ("LC101", "LC105", "LC106")),
    Saying(ANY + r": cannot execute binary file", FORMAT),
    Saying(
        r"(?P<program>\S+): (?:line )?\d+: .*?(?:syntax error: unexpected (?:word|\"\(\")|elf\S*: not found)",
        FORMAT,
        _AS_SCRIPT,
    ),
    Saying(r"(?P<program>\S+): \d+: syntax error: (?:\"\(\" unexpected|unterminated)", FORMAT, _AS_SCRIPT),
    Saying(r"zsh: exec format error: " + ANY, FORMAT),
    Saying(r"zsh: permission denied: " + ANY, DENIED),
    Saying(r"zsh: no such file or directory: " + PATH, NOT_FOUND),
    Saying(r"zsh: command not found: " + ANY, ("LC100",)),
    Saying(_RUNNERS + r" .*?" + PATH + r":? (?:no such file|not found)", NOT_FOUND),
    Saying(_RUNNERS + r" .*?" + NAME + r":? (?:no such file|not found|command not found)", ("LC100", "LC101")),
    Saying(_RUNNERS + r" .*?" + ANY + r":? exec format error", FORMAT),
    Saying(_RUNNERS + r" .*?" + ANY + r":? permission denied", DENIED),
    Saying(r"\benv: " + PATH + r": (?:no such file|not found)", NOT_FOUND),
    Saying(r"can't execute " + PATH + ": no such file", NOT_FOUND),
    Saying(r"can't execute " + PATH + ": permission denied", DENIED),
    Saying(_SHELL + PATH + r": (?:not found|no such file)", NOT_FOUND),
    Saying(_IN_SCRIPT + PATH + r": (?:not found|no such file)", NOT_FOUND),
    Saying(_SHELL + NAME + r": (?:command )?not found", ("LC100", "LC101")),
    Saying(_IN_SCRIPT + NAME + r": (?:command )?not found", ("LC100", "LC101")),
    Saying(r"(?:^|\s)(?P<program>(?:\.{0,2}/)[^\s:]+): not found", NOT_FOUND),
    Saying(r"unknown command:? " + ANY + r"|" + QUOTE + r"?command not found", ("LC100",)),
    Saying(_SHELL + ANY + r": (?:permission denied|is a directory)", DENIED),
    Saying(_IN_SCRIPT + ANY + r": (?:permission denied|is a directory)", DENIED),
    Saying(_SHELL + ANY + r": (?:accessing a corrupted|input/output error)", LOADER_UNFIT),
    Saying(_SHELL + ANY + r": too many levels", ("LC109", "LC103")),
)
