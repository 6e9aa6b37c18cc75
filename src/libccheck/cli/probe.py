"""`libccheck probe`: what images offer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from libccheck.cli import options
from libccheck.cli.gather import Sources
from libccheck.errors import LibccheckError
from libccheck.model import Failure

if TYPE_CHECKING:
    from libccheck.offers import Offers

_EPILOG = """\b
Images are named as for check: alpine:3.20 or debian:bookworm, docker:NAME,
registry:NAME, dir:PATH, tar:PATH, scratch; see libccheck check --help.
"""


@click.command(epilog=_EPILOG)
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...")
@options.sources
@click.option(
    "--format", "formats", multiple=True, metavar="text|json[=FILE]", help="How to show it, and in which file."
)
@click.option(
    "-v", "--verbose", is_flag=True, help="Show every library and user, and where a catalog entry comes from."
)
def probe(images: tuple[str, ...], sources: Sources, formats: tuple[str, ...], verbose: bool) -> int:
    """Show what each IMAGE offers to a program.

    Its libc and every loader, with where its path leads and where it looks; libraries, shells and env; the CA bundle,
    time zones, users and /tmp; its config, size and layers. Several images are compared.

    \b
      libccheck probe alpine:3.20
      libccheck probe alpine:3.20 debian:bookworm busybox:glibc scratch
      libccheck probe dir:rootfs --format json
    """
    from libccheck.offers import offers_of

    wanted = options.parse_formats(formats)
    found: list[Offers] = []
    failures: list[Failure] = []
    for reference in dict.fromkeys(images):
        try:
            found += map(offers_of, sources.images(reference))
        except LibccheckError as error:
            failures.append(Failure(error.subject or reference, error.message, error.hint, error.status))
    _deliver(found, failures, wanted, verbose)
    return max((each.status for each in failures), default=0)


def _deliver(
    found: Sequence[Offers], failures: Sequence[Failure], wanted: Sequence[options.Format], verbose: bool
) -> None:
    from libccheck.cli import output
    from libccheck.cli.complaints import tell

    for name, file in wanted:
        if name == "json":
            from libccheck.formats import probe_json

            output.emit(probe_json.render(found, failures), file)
        else:
            from libccheck.formats import probe_text

            output.emit(probe_text.render(found, output.paper(file), verbose=verbose), file)
    for each in failures:
        tell(each.subject, each.message, each.hint)
