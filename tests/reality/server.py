"""Starts programs one after the other, each really exec'ed in a root of its own, and says how each ended.

A process of its own, it reads one order a line and writes one answer a line, in JSON. It lives in fresh user, mount,
net, ipc and pid namespaces; every order gets a mount and a pid namespace of its own, in which the layers of its root
are mounted on top of each other, read-only, with /proc. It forks for each order, so it imports little.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
from typing import Any, NamedTuple

from tests.reality import syscalls
from tests.reality.tracer import Traced, run_to_entry, trace_me

_NOBODY = 65534
_EMULATORS = "/proc/sys/fs/binfmt_misc"
_LIMITS = (
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_CPU, 10),
    (resource.RLIMIT_FSIZE, 1 << 20),
    (resource.RLIMIT_NOFILE, 256),
    (resource.RLIMIT_NPROC, 256),
)


class _Ends(NamedTuple):
    out: int
    err: int
    failure: int


def main() -> None:
    user = os.getuid(), os.getgid(), os.getgroups()
    asked, granted = os.pipe(), os.pipe()
    inside = os.fork()
    if inside:
        os.read(asked[0], 1)
        _map_users(inside)
        os.write(granted[1], b".")
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(inside, 0)[1]))
    syscalls.call("unshare", syscalls.ALL_NEW)
    os.write(asked[1], b".")
    os.read(granted[0], 1)
    first = os.fork()
    if first:
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]))
    for each in (*asked, *granted):
        os.close(each)
    syscalls.call("mount", None, b"/", None, syscalls.RECURSIVE | syscalls.PRIVATE, None)
    syscalls.mount("proc", "/proc", syscalls.NO_SETUID | syscalls.NO_DEVICES)
    _emulate(sys.argv[2:])
    _answer({"user": user if user[0] else (_NOBODY, _NOBODY, [])})
    _serve(sys.argv[1])


def _emulate(rules: list[str]) -> None:
    """From Linux 6.7 on a user namespace can have its own list of emulators: these `rules`, or none."""
    try:
        syscalls.mount("binfmt_misc", _EMULATORS, 0)
    except OSError:
        if rules:
            raise
    for each in rules:
        with open(f"{_EMULATORS}/register", "w", encoding="latin-1") as file:
            file.write(each)


def _serve(point: str) -> None:
    pids = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    for line in sys.stdin:
        syscalls.call("setns", pids, syscalls.NEW_PIDS)
        syscalls.call("unshare", syscalls.NEW_PIDS)
        _answer(_execute(json.loads(line), point))


def _execute(order: dict[str, Any], point: str) -> dict[str, Any]:
    """One program from execve to its announcement, its entry or its end.

    An emulator that was killed by its program's signal kills itself by it, which pid 1 cannot.
    """
    first = None if order["word"] and not sys.argv[2:] else _first_process()
    out, err, failure = os.pipe(), os.pipe(), os.pipe()
    pid = os.fork()
    if not pid:
        _become(order, point, _Ends(out[1], err[1], failure[1]))
    for each in (out, err, failure):
        os.close(each[1])
    ends = _Ends(out[0], err[0], failure[0])
    try:
        deadline = time.monotonic() + order["seconds"]
        watch = _until_announced if order["word"] else _until_entered
        return watch(pid, order, ends, deadline)
    finally:
        if first is not None:
            _kill(first)
        for end in ends:
            os.close(end)


def _first_process() -> int:
    """Be pid 1 of the namespace: no signal of its own kills pid 1 while it is traced, not even SIGSEGV."""
    pid = os.fork()
    if not pid:
        signal.pause()
        os._exit(0)
    return pid


def _become(order: dict[str, Any], point: str, ends: _Ends) -> None:
    """In the child: go into the root, give up everything, exec. Never returns."""
    stage = "setup"
    try:
        stdin = os.open(os.devnull, os.O_RDONLY)
        _enter_root(order["layers"], point)
        os.chdir(order["cwd"])
        for source, target in ((stdin, 0), (ends.out, 1), (ends.err, 2)):
            os.dup2(source, target)
        for limit, value in _LIMITS:
            resource.setrlimit(limit, (value, value))
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        _give_up_privileges()
        if not order["word"]:
            trace_me()
        environment = {os.fsencode(key): os.fsencode(value) for key, value in order["env"]}
        arguments = [os.fsencode(each) for each in order["argv"]]
        stage = "exec"
        os.execve(os.fsencode(order["path"]), arguments, environment)
    except OSError as error:
        os.write(ends.failure, json.dumps([stage, error.errno, str(error)]).encode())
    finally:
        os._exit(99)


def _enter_root(layers: list[str], point: str) -> None:
    syscalls.call("unshare", syscalls.NEW_MOUNTS)
    lower = ":".join(each.replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,") for each in layers)
    syscalls.mount("overlay", point, syscalls.READ_ONLY | syscalls.NO_DEVICES, f"lowerdir={lower}")
    syscalls.mount("proc", f"{point}/proc", syscalls.NO_SETUID | syscalls.NO_DEVICES)
    os.chroot(point)


def _give_up_privileges() -> None:
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    else:
        syscalls.drop_capabilities()
    syscalls.call("prctl", syscalls.SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def _until_announced(pid: int, order: dict[str, Any], ends: _Ends, deadline: float) -> dict[str, Any]:
    """Read until the program says its word, ends, or the time is over."""
    word = order["word"].encode()
    said = dict.fromkeys(ends, b"")
    waiting = set(ends)
    while waiting and word not in said[ends.out]:
        readable = select.select(list(waiting), [], [], max(0.0, deadline - time.monotonic()))[0]
        if not readable:
            break
        waiting -= {each for each in readable if not _read(each, said)}
    started = word in said[ends.out]
    status = None if started else _reap(pid, deadline)
    while started and ends.err in waiting and select.select([ends.err], [], [], 0)[0]:
        if not _read(ends.err, said):
            break
    if status is None:
        _kill(pid)
    return _answered(said, ends, Traced(started, status, late=not started and status is None))


def _until_entered(pid: int, order: dict[str, Any], ends: _Ends, deadline: float) -> dict[str, Any]:
    said = dict.fromkeys(ends, b"")

    def listen() -> None:
        for each in select.select(ends, [], [], 0)[0]:
            _read(each, said)

    traced = run_to_entry(pid, order["images"], deadline, listen)
    if traced.status is None:
        _kill(pid)
    for each in ends:
        while _read(each, said):
            pass
    return _answered(said, ends, traced)


def _read(end: int, said: dict[int, bytes]) -> bool:
    chunk = os.read(end, 65536)
    said[end] += chunk
    return bool(chunk)


def _reap(pid: int, deadline: float) -> int | None:
    """How it ended; None where it has not."""
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done or time.monotonic() > deadline:
            return status if done else None
        time.sleep(0.0005)


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _answered(said: dict[int, bytes], ends: _Ends, end: Traced) -> dict[str, Any]:
    stage, number, message = json.loads(said[ends.failure] or '["", 0, ""]')
    code = None if stage or end.status is None else os.waitstatus_to_exitcode(end.status)
    return {
        "setup": message if stage == "setup" else None,
        "errno": number if stage == "exec" else None,
        "started": end.started,
        "late": end.late,
        "status": code if code is not None and code >= 0 else None,
        "signal": -code if code is not None and code < 0 else None,
        "stdout": said[ends.out].decode("utf-8", "surrogateescape"),
        "stderr": said[ends.err].decode("utf-8", "surrogateescape"),
    }


def _map_users(pid: int) -> None:
    """Everyone stays who they are; only root may map more than itself."""
    for kind, own in (("uid", os.getuid()), ("gid", os.getgid())):
        if os.getuid():
            with open(f"/proc/{pid}/setgroups", "w") as file:
                file.write("deny")
        with open(f"/proc/{pid}/{kind}_map", "w") as file:
            file.write(f"{own} {own} 1" if os.getuid() else "0 0 4294967295")


def _answer(values: dict[str, Any]) -> None:
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    main()
