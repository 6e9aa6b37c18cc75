"""The kernel's refusals in the words of languages: Go, Python, Java, Node, Ruby, Rust, .NET; and their own loaders'."""

from __future__ import annotations

from libccheck.causes.saying import DENIED, FORMAT, LOADER_UNFIT, NOT_FOUND, PATH, QUOTE, Saying

_PATH_SEARCHED = ("LC100", "LC101", "LC105")
_BARE = QUOTE + r"(?P<program>[^\s/'\"‘’]+)" + QUOTE
_ENOENT = r"(?:\[errno 2\]|error=2\b|code: 2\b|\(os error 2\)|win32exception \(2\)|errno::enoent)"
_ENOEXEC = r"(?:errno 8\b|error=8\b|code: 8\b|\(os error 8\)|win32exception \(8\)|errno::enoexec)"
_EACCES = r"(?:errno 13\b|error=13\b|code: 13\b|\(os error 13\)|win32exception \(13\)|errno::eacces)"

SAID = (
    Saying(
        r"unable to load (?:shared library|dll) ['\"](?P<subject>[^'\"]*)['\"] or one of its dependencies",
        ("LC201", "LC202"),
    ),
    Saying(r"unsatisfiedlinkerror: no (?P<subject>\S+) in java\.library\.path", ("LC201",)),
    Saying(r"library not loaded|unable to load (?:any of the following )?librar", ("LC201",)),
)

REFUSED = (
    Saying(r"fork/exec " + PATH + r": no such file", NOT_FOUND),
    Saying(r"fork/exec " + PATH + r": exec format error", FORMAT),
    Saying(r"fork/exec " + PATH + r": permission denied", DENIED),
    Saying(r"spawn(?:sync)? " + PATH + r" enoent", NOT_FOUND),
    Saying(r"spawn(?:sync)? (?P<program>[^\s/]+) enoent", _PATH_SEARCHED),
    Saying(r"spawn(?:sync)? (?P<program>\S+) (?:enoexec|unknown system error -8)", FORMAT),
    Saying(r"spawn(?:sync)? (?P<program>\S+) eacces", DENIED),
    Saying(r"cannot run program " + PATH + r".*error=2\b", NOT_FOUND),
    Saying(r"cannot run program " + _BARE + r".*error=2\b", _PATH_SEARCHED),
    Saying(r"cannot run program \"(?P<program>[^\"]+)\".*error=8\b", FORMAT),
    Saying(r"cannot run program \"(?P<program>[^\"]+)\".*error=13\b", DENIED),
    Saying(
        r"failed to exec spawn helper", ("LC101", "LC104"), "Java's own helper (lib/jspawnhelper) could not be started"
    ),
    Saying(r"filenotfounderror: .*directory: " + PATH, NOT_FOUND),
    Saying(r"filenotfounderror: .*directory: " + _BARE, _PATH_SEARCHED),
    Saying(r"oserror: \[errno 8\].*?: " + PATH, FORMAT),
    Saying(r"permissionerror: .*?denied: " + PATH, DENIED),
    Saying(r"oserror: \[errno (?:80|5)\]", LOADER_UNFIT),
    Saying(r"oserror: \[errno 40\]", ("LC109", "LC103")),
    Saying(r"trying to start process " + PATH + r".*no such file", NOT_FOUND),
    Saying(r"trying to start process " + _BARE + r".*no such file", _PATH_SEARCHED),
    Saying(r"trying to start process " + QUOTE + r"(?P<program>[^'\"]+)" + QUOTE + r".*exec format error", FORMAT),
    Saying(r"trying to start process " + QUOTE + r"(?P<program>[^'\"]+)" + QUOTE + r".*permission denied", DENIED),
    Saying(r"directory - " + PATH, NOT_FOUND),
    Saying(r"directory - (?P<program>[^\s/()]+)", _PATH_SEARCHED),
    Saying(r"format error - (?P<program>[^\s()]+)", FORMAT),
    Saying(r"denied - (?P<program>[^\s()]+)", DENIED),
    Saying(_ENOENT, NOT_FOUND),
    Saying(_ENOEXEC, FORMAT),
    Saying(_EACCES, DENIED),
)
