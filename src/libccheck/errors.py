"""What libccheck itself could not do: a message, a hint, an exit status."""

from __future__ import annotations


class LibccheckError(Exception):
    """Something could not be looked at.

    `message` is one line: lower case, no full stop, standing alone. `hint` says what to do, or is empty.
    `subject` is the program, image or option that the message is about, as the user wrote it.
    """

    status = 3

    def __init__(self, message: str, *, subject: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject
        self.hint = hint


class UsageError(LibccheckError):
    """The command was called wrongly: exit status 2."""

    status = 2
