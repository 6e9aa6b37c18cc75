"""`libccheck inspect`: what programs need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from libccheck.cli import options
from libccheck.model import Failure

if TYPE_CHECKING:
    from libccheck.facts import Facts

_EPILOG = """\b
A PROGRAM is a file, a directory (every ELF file and script in it), a glob, or an
archive, as a wheel, a zip file or an npm tarball: APP.whl is every program in it,
APP.whl!PATH one of them.
"""


@click.command(epilog=_EPILOG)
@click.argument("programs", nargs=-1, required=True, metavar="PROGRAM...")
@click.option(
    "--format", "formats", multiple=True, metavar="text|json[=FILE]", help="How to show it, and in which file."
)
@click.option("--digest", is_flag=True, help="Add the sha256 of each program.")
@click.option("-v", "--verbose", is_flag=True, help="Show every version with its symbols, and every Go module.")
def inspect(programs: tuple[str, ...], formats: tuple[str, ...], digest: bool, verbose: bool) -> int:
    """Show what each PROGRAM needs.

    Its kind, machine and loader; the oldest glibc or musl that will do, and which symbols ask for it; its libraries
    and where it looks for them; what it may open later; what built it; which package of npm or PyPI it is part of.

    \b
      libccheck inspect ./httpd
      libccheck inspect dist/ --format json
      libccheck inspect 'build/*.so' ruff-0.14.0-py3-none-manylinux_2_17_x86_64.whl
    """
    from libccheck.artifacts import expand

    wanted = options.parse_formats(formats)
    as_json = any(each.name == "json" for each in wanted)
    shown: list[Facts] = []
    data: list[dict[str, Any]] = []
    failures: list[Failure] = []
    for facts in _looked_at(expand(programs, digest=digest), failures):
        if as_json:
            from libccheck.formats.inspect_json import as_data

            data.append(as_data(facts))
        shown.append(facts)
    _deliver(shown, data, failures, wanted, verbose)
    return max((each.status for each in failures), default=0)


def _looked_at(found: Iterator[Any], failures: list[Failure]) -> Iterator[Facts]:
    from libccheck.artifacts.published import published
    from libccheck.facts import facts_of, without_data
    from libccheck.notes import read

    for program in found:
        if isinstance(program, Failure):
            failures.append(program)
        else:
            notes = read(program.data) if program.content.elf is not None else None
            yield without_data(facts_of(program, notes, published(program)))


def _deliver(
    shown: Sequence[Facts],
    data: Sequence[dict[str, Any]],
    failures: Sequence[Failure],
    wanted: Sequence[options.Format],
    verbose: bool,
) -> None:
    from libccheck.cli import output
    from libccheck.cli.complaints import tell

    for name, file in wanted:
        if name == "json":
            from libccheck.formats import inspect_json

            output.emit(inspect_json.render(data, failures), file)
        else:
            from libccheck.formats import inspect_text

            output.emit(inspect_text.render(shown, output.paper(file), verbose=verbose), file)
    for each in failures:
        tell(each.subject, each.message, each.hint)
