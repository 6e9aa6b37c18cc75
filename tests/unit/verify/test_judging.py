"""What a container's end says of a prediction."""

from __future__ import annotations

import pytest

from libccheck.errors import LibccheckError
from libccheck.images.containers import Ran
from libccheck.model import Check, Died, Finding, Host, Launch, Outcome, Process, Refused, Started, Step, Unclear, User
from libccheck.verify.judging import judged
from tests.values import image, program

MISSING = Finding("LC101", "/lib/ld.so", "not there")
LACKS = (
    "/app: error while loading shared libraries: libx.so: cannot open shared object file: No such file or directory\n"
)
NOT_FOUND = "exec /app: no such file or directory\n"
RUNC = (
    "failed to create task for container: OCI runtime create failed: unable to start container process: "
    'exec: "/app": stat /app: no such file or directory: unknown'
)
CRUN = "crun: the path `/app` exists but it is not executable: Operation not permitted: OCI permission denied"


def predicted(outcome: Outcome, *findings: Finding, uid: int = 7) -> Check:
    launch = Launch("/app", ("/app",), outcome, findings, (Step("exec", "/app", "found", ""),))
    process = Process(("/app",), user=User(uid))
    return Check(program(b"x"), image({}), Host("x86_64"), "/app", launch, process=process)


STARTS, REFUSED = predicted(Started()), predicted(Refused("ENOENT"), MISSING)
DIES, CRASHES = predicted(Died(127, None, LACKS)), predicted(Died(None, "SIGSEGV"))
WARNED = predicted(Started("a warning\n"))


@pytest.mark.parametrize(
    ("check", "ran", "held", "observed"),
    [
        (STARTS, Ran(0, b"", b""), True, "starts"),
        (STARTS, Ran(None, b"", b""), True, "starts"),
        (STARTS, Ran(3, b"", b"usage: app\n"), True, "starts"),
        (STARTS, Ran(139, b"said\n", b""), True, "starts"),
        (STARTS, Ran(139, b"", b""), None, "unclear"),
        (STARTS, Ran(127, b"", LACKS.encode()), False, "dies"),
        (STARTS, Ran(127, b"", LACKS.replace("/app", "/other").encode()), True, "starts"),
        (STARTS, Ran(127, b"", b"Error relocating /app: foo: symbol not found\n"), False, "dies"),
        (STARTS, Ran(255, b"", NOT_FOUND.encode()), False, "refused"),
        (STARTS, Ran(None, b"", b"", RUNC), False, "refused"),
        (WARNED, Ran(0, b"", b"a warning\nmore\n"), True, "starts"),
        (WARNED, Ran(0, b"", b"another\n"), False, "starts"),
        (REFUSED, Ran(255, b"", NOT_FOUND.encode()), True, "refused"),
        (REFUSED, Ran(1, b"", b"standard_init_linux.go:228: exec user process caused: no such file or directory\n"),
         True, "refused"),
        (REFUSED, Ran(None, b"", b"", RUNC), True, "refused"),
        (REFUSED, Ran(None, b"", b"", CRUN), False, "refused"),
        (REFUSED, Ran(255, b"", b"exec /app: exec format error\n"), False, "refused"),
        (REFUSED, Ran(0, b"", b""), False, "starts"),
        (DIES, Ran(127, b"", LACKS.encode()), True, "dies"),
        (DIES, Ran(127, b"", LACKS.replace("libx", "liby").encode()), False, "dies"),
        (DIES, Ran(1, b"", LACKS.encode()), False, "dies"),
        (DIES, Ran(127, b"x", LACKS.encode()), False, "starts"),
        (CRASHES, Ran(139, b"", b""), True, "dies"),
        (CRASHES, Ran(134, b"", b""), False, "unclear"),
        (predicted(Unclear("?")), Ran(0, b"", b""), None, "starts"),
    ],
)  # fmt: skip
def test_each_end_says_what_it_shows(check: Check, ran: Ran, held: bool | None, observed: str) -> None:
    found = judged(check, ran, "docker 1", 5)
    assert (found.held, found.observed, found.status) == (held, observed, ran.status)
    assert found.stderr == (ran.refusal or ran.stderr.decode())


def test_what_crun_logs_in_json_is_read() -> None:
    said = b'{"msg":"exec container process (missing dynamic library?) `/app`: No such file","level":"error"}\n'
    found = judged(predicted(Refused("ENOENT"), MISSING), Ran(1, b"", said), "podman 4.3.1", 5)
    assert found.observed == "refused"
    assert found.stderr == "exec container process (missing dynamic library?) `/app`: No such file\n"


def test_root_without_capabilities_reads_less_than_was_predicted() -> None:
    check = predicted(Started(), uid=0)
    found = judged(check, Ran(255, b"", b"exec /app: permission denied\n"), "docker 1", 5)
    assert found.held is None
    assert "no capabilities" in found.how


def test_a_failure_of_the_engine_is_none_of_the_program() -> None:
    with pytest.raises(LibccheckError, match="the engine could not run it: no room for cgroups"):
        judged(REFUSED, Ran(None, b"", b"", "no room\nfor cgroups"), "docker 1", 5)
