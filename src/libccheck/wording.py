"""What engines and shells print of one launch, from `exec` on, without their outer wrapper."""

from __future__ import annotations

from libccheck.model import Died, Launch, Process, Refused, Step

# errno -> strerror(3) of glibc and musl; Go writes it in lower case.
_STRERROR = {
    "EACCES": "Permission denied",
    "EINVAL": "Invalid argument",
    "EIO": "Input/output error",
    "EPERM": "Operation not permitted",
    "ELIBBAD": "Accessing a corrupted shared library",
    "ELOOP": "Too many levels of symbolic links",
    "ENAMETOOLONG": "File name too long",
    "ENOENT": "No such file or directory",
    "ENOEXEC": "Exec format error",
    "ENOTDIR": "Not a directory",
}
# signal -> strsignal(3), which every shell prints, and the number that is added to 128
_SIGNALS = {
    "SIGILL": ("Illegal instruction", 4),
    "SIGTRAP": ("Trace/breakpoint trap", 5),
    "SIGABRT": ("Aborted", 6),
    "SIGBUS": ("Bus error", 7),
    "SIGFPE": ("Floating point exception", 8),
    "SIGKILL": ("Killed", 9),
    "SIGSEGV": ("Segmentation fault", 11),
}
_KEYS = ("docker", "podman", "kubernetes", "sh", "ash", "bash")
_SHELLS = ("sh", "ash", "bash")
_NOT_THERE = ("LC100", "LC104")
_NOT_FOUND = ("ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG")
"""What ends with 127 in dash and ash; bash knows ENOENT alone."""
_NOT_REGULAR = ("a directory", "a special file")


def seen(launch: Launch, process: Process) -> dict[str, str | None]:
    """What each prints today: runc from 1.1, crun from 1.0, dash as sh, busybox ash, bash from 5.2.

    None where the program starts, where it is not known, where a shell that is told ENOEXEC runs the file itself, and
    where bash waits for somebody to write to a FIFO.
    """
    outcome = launch.outcome
    if isinstance(outcome, Died):
        return _died(outcome)
    if not isinstance(outcome, Refused):
        return dict.fromkeys(_KEYS)
    name, errno = _asked_for(launch), outcome.errno
    runc = _runc(launch, name, errno)
    docker = f"{runc}: permission denied" if runc.endswith(": is a directory") else runc
    words: dict[str, str | None] = {"docker": docker, "podman": _crun(launch, name, errno, process), "kubernetes": runc}
    if errno == "ENOEXEC":
        return words | _format_error(launch)
    said = _dash(launch, name, errno)
    return words | {"sh": f"sh: 1: {said}", "ash": f"sh: {said}", "bash": _bash(launch, errno)}


def older(launch: Launch, process: Process) -> dict[str, str | None]:
    """What earlier versions print instead, by the versions that do; empty where the program starts or dies later."""
    outcome = launch.outcome
    if not isinstance(outcome, Refused):
        return {}
    name, errno = _asked_for(launch), outcome.errno
    said = _STRERROR.get(errno, errno)
    words: dict[str, str | None] = {}
    if _of_program(launch):
        words["crun up to 1.20"] = _old_crun(launch, name, errno)
    if _before_start(launch):
        runc = _runc(launch, name, errno)
        quoted = runc.replace('"', '\\"')
        words["runc up to 1.0.0-rc90"] = f'starting container process caused "{quoted}"'
        words["runc 1.0.0-rc91 to 1.0.3"] = f"starting container process caused: {runc}"
        if runc.endswith(": is a directory"):
            words["runc built with Go up to 1.19"] = f'exec: "{name}": permission denied'
        return _changed(words, launch, process)
    words["runc up to 1.0.0-rc90"] = f'standard_init_linux.go:211: exec user process caused "{said.lower()}"'
    words["runc 1.0.0-rc91 to 1.0.3"] = f"standard_init_linux.go:228: exec user process caused: {said.lower()}"
    if errno == "ENOENT":
        words["crun up to 0.10"] = f"exec container process `{launch.path}`: {said}"
        words["bash up to 5.1"] = _old_bash(launch, errno)
    return _changed(words, launch, process)


def _changed(words: dict[str, str | None], launch: Launch, process: Process) -> dict[str, str | None]:
    """Without what is said today as well."""
    today = seen(launch, process).values()
    return {release: said for release, said in words.items() if said not in today}


def said_of(errno: str) -> str:
    """strerror(3) of glibc and musl; the name itself where no exec fails with it."""
    return _STRERROR.get(errno, errno)


def exit_status(launch: Launch) -> dict[str, int | None]:
    """The status that each ends with: `docker run` and `podman run`, the container in Kubernetes, `$?` in a shell.

    None where the program starts, where it is not known, and where a shell runs the file itself.
    """
    outcome = launch.outcome
    if isinstance(outcome, Died):
        signal = _SIGNALS.get(outcome.signal or "", ("", 0))[1]
        return dict.fromkeys(_KEYS, 128 + signal if outcome.signal else outcome.status)
    if not isinstance(outcome, Refused):
        return dict.fromkeys(_KEYS)
    status: dict[str, int | None] = {"docker": 255, "podman": 1, "kubernetes": 255}
    if _before_start(launch):
        status |= {"docker": {"EACCES": 126, "ENOENT": 127}.get(outcome.errno, 125), "kubernetes": 128}
    if _of_program(launch):
        status["podman"] = 127 if _met(launch) == "ENOENT" else 126
    for shell, words in seen(launch, Process(())).items():
        if shell in _SHELLS:
            status[shell] = None if words is None else _shell_status(shell, launch, outcome.errno)
    return status


def _shell_status(shell: str, launch: Launch, errno: str) -> int:
    """What is not found in PATH is 127, whatever is said of it; bash and ash do find a file without the execute bit."""
    if shell == "ash" and errno == "ENOEXEC":
        return 2
    if _unfit_in_path(launch):
        return 126 if _unfit_in_path(launch) == "not executable" and shell != "sh" else 127
    return 127 if errno == "ENOENT" or (errno in _NOT_FOUND and shell != "bash") else 126


def _died(outcome: Died) -> dict[str, str | None]:
    text = outcome.stderr.rstrip("\n")
    words: dict[str, str | None] = dict.fromkeys(_KEYS, text)
    if outcome.signal:
        said = _SIGNALS.get(outcome.signal, (outcome.signal, 0))[0]
        words |= dict.fromkeys(_SHELLS, f"{text}\n{said}" if text else said)
    return words


def _runc(launch: Launch, name: str, errno: str) -> str:
    """`libcontainer/standard_init_linux.go`: what exec.LookPath finds is said before the start, the rest by execve."""
    said = _STRERROR.get(errno, errno).lower()
    if not _before_start(launch):
        return f"exec {launch.path}: {said}"
    if "/" not in name:
        return f'exec: "{name}": executable file not found in $PATH'
    word = _program_step(launch).found
    if word == "a directory":
        return f'exec: "{name}": is a directory'
    if word == "not executable":
        return f'exec: "{name}": permission denied'
    if word == "a special file":
        return f"exec {name}: {said}"
    return f'exec: "{name}": stat {name}: {said}'


def _crun(launch: Launch, name: str, errno: str, process: Process) -> str:
    """`find_executable` in `src/libcrun/utils.c`, and the end of `container_init` in `container.c`."""
    said = _STRERROR.get(errno, errno)
    path = launch.path
    if "/" in path and not path.startswith("/"):
        path = f"{process.cwd.rstrip('/')}/{path}"
    if not _of_program(launch):
        hint = " (missing dynamic library?)" if errno == "ENOENT" else ""
        return f"exec container process{hint} `{path}`: {said}"
    met = _met(launch)
    if met == "not executable":
        return f"the path `{path}` exists but it is not executable: Operation not permitted"
    if met in _NOT_REGULAR:
        return f"the path `{path}` is not a regular file: Operation not permitted"
    if met == "ENOENT":
        where = "" if "/" in name else " in $PATH"
        return f"executable file `{path}` not found{where}: {said}"
    return f"open `{path}`: {said}"


def _old_crun(launch: Launch, name: str, errno: str) -> str:
    """The same before `find_executable` had words of its own: what is no file gets EPERM there."""
    met = _met(launch)
    if met == "ENOENT":
        return f"executable file `{name}` not found in $PATH: {_STRERROR['ENOENT']}"
    errno = {"not executable": "EACCES", **dict.fromkeys(_NOT_REGULAR, "EPERM")}.get(met, errno)
    return f"open executable: {_STRERROR.get(errno, errno)}"


def _met(launch: Launch) -> str:
    """What stopped the search for the program, in PATH the last thing that was there at all."""
    words = [step.found for step in launch.steps if step.action in ("look up", "exec")]
    return ([word for word in words if word != "ENOENT"] or ["ENOENT"])[-1]


def _unfit_in_path(launch: Launch) -> str:
    """Of a bare name that no file in PATH was found for: what lay there under that name instead; "" for nothing."""
    met = _met(launch) if _of_program(launch) and "/" not in _asked_for(launch) else ""
    return met if met in ("not executable", *_NOT_REGULAR) else ""


def _dash(launch: Launch, name: str, errno: str) -> str:
    errno = "EACCES" if _unfit_in_path(launch) else errno
    return f"{name}: {'not found' if errno in ('ENOENT', 'ENOTDIR') else _STRERROR.get(errno, errno)}"


def _bash(launch: Launch, errno: str) -> str | None:
    """`shell_execve` in bash's `execute_cmd.c`. It opens what is no regular file, and waits there without a word."""
    if _met(launch) == "a special file" and _of_program(launch):
        return None
    if _unfit_in_path(launch) == "not executable":
        path = next(step.path for step in launch.steps if step.found == "not executable")
        return f"bash: {path}: {_STRERROR['EACCES']}"
    if _before_start(launch) or errno != "ENOENT":
        return _old_bash(launch, errno)
    return f"bash: {launch.path}: cannot execute: required file not found"


def _old_bash(launch: Launch, errno: str) -> str:
    if "/" not in launch.path:
        return f"bash: {launch.path}: command not found"
    said = _STRERROR.get(errno, errno)
    if _before_start(launch):
        said = "Is a directory" if _program_step(launch).found == "a directory" else said
        return f"bash: {launch.path}: {said}"
    named = next((step.path for step in launch.steps if step.action == "open" and step.how.startswith("#!")), "")
    if not named:
        return f"bash: {launch.path}: {said}"
    shown = f"{named[:-1]}^M" if named.endswith("\r") else named
    return f"bash: {launch.path}: {shown}: bad interpreter: {said}"


def _format_error(launch: Launch) -> dict[str, str | None]:
    """Told ENOEXEC, a shell reads the file as a script; bash and dash look first whether it is text."""
    word = launch.steps[-1].found if launch.steps else ""
    if word not in ("ELF", "binary"):
        return dict.fromkeys(_SHELLS)
    return {
        "sh": f"sh: 1: {_asked_for(launch)}: Exec format error",
        # What ash stumbles over first depends on the bytes; this is what it mostly is.
        "ash": f'{launch.path}: line 1: syntax error: unexpected word (expecting ")")',
        "bash": f"bash: {launch.path}: cannot execute binary file: Exec format error",
    }


def _before_start(launch: Launch) -> bool:
    """Whether runc finds out before it starts the container; of a file it asks only for the execute bit."""
    return _of_program(launch) and _program_step(launch).found != "a special file"


def _of_program(launch: Launch) -> bool:
    """Whether it is the program's own path that is no good; crun looks at all of that before it starts anything."""
    of_launch = next((each.code for each in launch.findings if not each.code.startswith("LC4")), None)
    return of_launch in _NOT_THERE


def _asked_for(launch: Launch) -> str:
    """What the caller named: the bare name where PATH was searched."""
    if launch.steps and launch.steps[0].action == "look up":
        return launch.steps[0].path.rpartition("/")[2]
    return launch.path


def _program_step(launch: Launch) -> Step:
    return next((step for step in launch.steps if step.action == "exec"), Step("exec", launch.path, "ENOENT", ""))
