"""Causes that no rule is about, because no file of an image or a program shows them. They have names only."""

from __future__ import annotations

from libccheck.causes.saying import Saying

BEYOND = {
    "emulator-out-of-reach": (
        "every program of the image fails alike: the host runs it by an emulator (binfmt_misc) that was registered "
        "without the flag F, so that its path is looked for inside the image"
    ),
    "system-call-forbidden": (
        "the engine's seccomp filter is older than the image's C library and answers EPERM to a system call that it "
        "does not know (faccessat2, clone3): Docker from 20.10.10 on, with libseccomp 2.5, knows them"
    ),
}
"""By name: how to recognize it."""

SAID = (
    Saying(r"(?:^|\s)(?:\S+: )?(?P<program>/bin/\w*sh): operation not permitted", ("system-call-forbidden",)),
    Saying(
        r"getaddrinfo\(\) thread failed to start|pthread_create.*operation not permitted"
        r"|(?:can't|failed to|cannot|unable to) (?:start|create) (?:new |a )?(?:\w+ )?thread.*(?:not permitted|eperm)",
        ("system-call-forbidden",),
    ),
)
