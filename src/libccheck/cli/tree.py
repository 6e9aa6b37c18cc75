"""`libccheck tree`: which libraries a program gets in an image, and why each of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from libccheck import check as predict
from libccheck.cli import options
from libccheck.cli.gather import Sources, gather
from libccheck.errors import UsageError
from libccheck.model import Check, Report
from libccheck.needs import leading_to

_NOT_NEEDED = 1


@click.command()
@click.argument("programs", nargs=-1, required=True, metavar="PROGRAM...")
@click.option("-i", "--image", "images", multiple=True, metavar="IMAGE", help="An image to look into; repeatable.")
@options.placing
@options.sources
@click.option("--why", metavar="LIB", help="Only what leads to this library: a name, its beginning, or a glob.")
@click.option("--dot", is_flag=True, help="A graph for Graphviz, as in: libccheck tree ... --dot | dot -Tsvg")
@click.option("--format", "formats", multiple=True, metavar="FORMAT", help="text or json; json=FILE writes to a file.")
@click.option("-v", "--verbose", is_flag=True, help="Every version, and all places where a library was sought.")
def tree(
    programs: tuple[str, ...],
    images: tuple[str, ...],
    placing: options.Placing,
    sources: Sources,
    why: str | None,
    dot: bool,
    formats: tuple[str, ...],
    verbose: bool,
) -> int:
    """Draw which libraries each PROGRAM gets in each IMAGE.

    The loader of the image is followed, in its order: each library with the versions that are wanted of it, the file
    that is taken, and in brackets on whose word. Nothing is run.

    \b
      libccheck tree ./httpd --image debian:bookworm
      libccheck tree ./httpd --image debian:bookworm --why libcrypto
      libccheck tree ./app --image dir:rootfs --dot | dot -Tsvg > app.svg

    The exit status is that of check; with --why it is 1 where nothing leads to LIB.
    """
    if not images:
        raise UsageError("no image to look into", hint="add --image debian:bookworm, or --image dir:/ for this machine")
    if dot and formats:
        raise UsageError("--dot is a format of its own", hint="leave out --format or --dot")
    options.check_at(placing.at, programs)
    wanted = options.parse_formats(formats)
    given = gather(programs, images, placing.copies, sources, digest=False)
    report = predict(
        given.programs, given.images, copies=given.copies, failures=given.failures, with_needs=True, **placing.run
    )
    shown = report.checks if why is None else leading_to(report.checks, why)
    _deliver(report, shown, wanted, dot, verbose)
    return _status(report, shown, why)


def _deliver(report: Report, checks: Sequence[Check], formats: list[options.Format], dot: bool, verbose: bool) -> None:
    from libccheck.cli import output
    from libccheck.cli.complaints import tell

    for name, file in formats:
        if dot:
            from libccheck.formats import tree_dot

            output.emit(tree_dot.render(checks))
        elif name == "json":
            from libccheck.formats import tree_json

            output.emit(tree_json.render(checks, report.errors), file)
        else:
            from libccheck.formats import tree_text

            output.emit(tree_text.render(checks, output.paper(file), verbose=verbose), file)
    for each in report.errors:
        tell(each.subject, each.message, each.hint)


def _status(report: Report, shown: Sequence[Check], why: str | None) -> int:
    from libccheck.formats.visible import visible
    from libccheck.verdict import exit_status

    status = exit_status(report)
    if why is None or status > _NOT_NEEDED:
        return status
    if not shown and report.checks:
        print(f"nothing leads to {visible(why)}".encode("ascii", "backslashreplace").decode(), file=sys.stderr)
    return 0 if shown else _NOT_NEEDED
