"""Programs as the user names them: files on this machine, mapped rather than read."""

from __future__ import annotations

import os
from mmap import ACCESS_READ, mmap
from stat import S_IMODE, S_ISDIR, S_ISREG
from typing import Any

from libccheck.content import content
from libccheck.errors import LibccheckError
from libccheck.model import Content, Program


def read_program(path: str, *, digest: bool = False) -> Program:
    """The program at `path`, links followed; with `digest` its sha256 too.

    Raises LibccheckError where it is not there, cannot be read, or is neither a file nor a directory.
    """
    try:
        found = os.stat(path)
        mode = S_IMODE(found.st_mode)
        if S_ISDIR(found.st_mode):
            return Program(path, Content(b"", None, None, None), mode, 0, memoryview(b""), directory=True)
        if not S_ISREG(found.st_mode):
            raise LibccheckError(
                f"{path} is neither a file nor a directory", subject=path, hint="name a file that holds a program"
            )
        data = _mapped(path)
    except (OSError, ValueError) as error:
        reason = _reason(error)
        raise LibccheckError(f"cannot read {path}: {reason}", subject=path, hint=_hint(error)) from error
    return Program(path, content(data), mode, len(data), data, digest=_sha256(data) if digest else None)


def _mapped(path: str) -> Any:
    # O_NONBLOCK: the file may have become a FIFO since it was looked at
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if os.fstat(file).st_size == 0:
            return memoryview(b"")
        return memoryview(mmap(file, 0, access=ACCESS_READ))
    finally:
        os.close(file)


def _sha256(data: Any) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()


def _reason(error: OSError | ValueError) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return reason[:1].lower() + reason[1:]


def _hint(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "check the path of the program; before a Dockerfile has built it: libccheck dockerfile Dockerfile"
    if isinstance(error, PermissionError):
        return "run it as a user who may read it"
    return ""
