"""The command line: the only code that prints or exits."""

from __future__ import annotations

import gc
import os
import sys

_INTERRUPTED = 130
_FAILED = 3
_ALLOCATIONS = 50_000


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status; whatever goes wrong, there is one line and no traceback.

    Without arguments it is the whole process, takes those of the command line, and does not return.
    """
    if arguments is not None:
        return _status(arguments)
    # One check ends before the collector, at its usual pace, would have found anything: it saves a tenth of the time.
    gc.set_threshold(_ALLOCATIONS)
    return _leave(_status(sys.argv[1:]))


def _status(arguments: list[str]) -> int:
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        _tell("\ninterrupted" if sys.stderr.isatty() else "interrupted")
        return _INTERRUPTED
    except BrokenPipeError:
        from libccheck.cli.output import discard_output

        discard_output()
        return 0
    except OSError as error:
        where = f": {os.fsdecode(error.filename)}" if error.filename else ""
        _tell(f"error: {(error.strerror or str(error)).lower()}{where}")
        return _FAILED
    except Exception as error:
        if os.environ.get("LIBCCHECK_DEBUG") == "1":
            raise
        what = " ".join(f"{type(error).__name__}: {error}".split())
        _tell(f"internal error: {what}; please report it, together with what LIBCCHECK_DEBUG=1 prints")
        return _FAILED


def _run(arguments: list[str]) -> int:
    import click

    from libccheck.cli.commands import commands
    from libccheck.errors import LibccheckError

    if "_LIBCCHECK_COMPLETE" in os.environ:
        from libccheck.cli.completing import complete

        return complete(os.environ["_LIBCCHECK_COMPLETE"])
    try:
        with commands.make_context("libccheck", arguments) as context:
            status = commands.invoke(context)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.exceptions.Exit as ended:
        sys.stdout.flush()
        return ended.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except (click.ClickException, LibccheckError) as error:
        from libccheck.cli.complaints import complain

        return complain(error)


def _leave(status: int) -> int:
    """End the process without taking the interpreter apart, which costs as much as the check itself."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        os._exit(status or _FAILED)
    os._exit(status)


def _tell(line: str) -> None:
    print(line.encode("ascii", "backslashreplace").decode(), file=sys.stderr)
