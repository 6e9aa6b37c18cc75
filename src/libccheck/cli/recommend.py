"""`libccheck recommend`: the smallest base images that start programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from libccheck.cli import options
from libccheck.cli.gather import Sources, gather
from libccheck.errors import UsageError
from libccheck.model import Failure
from libccheck.recommending import Recommendation, platform_for
from libccheck.recommending import recommend as find

if TYPE_CHECKING:
    from libccheck.cli.writing import Wish
    from libccheck.recommending.slimming import Slimming
    from libccheck.writing import Written

_FOUND, _NONE = 0, 1
_MOST = 3
_EPILOG = """\b
Exit status: 0 where an image starts them all as they are, 1 where none does,
2 for wrong usage, 3 where a program could not be looked at.
"""


@click.command(epilog=_EPILOG)
@click.argument("programs", nargs=-1, metavar="PROGRAM...")
@click.option("--from", "image", metavar="IMAGE", help="How small this image could be; PROGRAM is one of its own.")
@options.placing
@click.option("--platform", metavar="OS/ARCH", help="For which platform. [default: what the programs are made for]")
@click.option("--host", metavar="FACTS", help="Where it will run, as for check: isa=v2,kernel=4.19.")
@click.option("--catalog", "catalogs", multiple=True, metavar="DIR", help="A catalog of your own; repeatable.")
@click.option("--all", "all_", is_flag=True, help="Try every base image, older releases too; not only until three do.")
@click.option("--changes/--no-changes", "with_changes", default=True, help="What a change would open. [default: yes]")
@click.option("--format", "formats", multiple=True, metavar="FORMAT", help="text or json; json=FILE writes to a file.")
@click.option("--dockerfile", "writes", is_flag=True, help="Print a Dockerfile for the first image, not the report.")
@click.option("--change", metavar="N", type=click.IntRange(1), help="With --dockerfile: for change N, 1 the smallest.")
@click.option("--output", "directory", metavar="DIR", help="With --dockerfile: write it and .dockerignore there.")
@click.option("--force", is_flag=True, help="With --output: replace those that are there.")
def recommend(
    programs: tuple[str, ...],
    image: str | None,
    placing: options.Placing,
    platform: str | None,
    host: str | None,
    catalogs: tuple[str, ...],
    all_: bool,
    with_changes: bool,
    formats: tuple[str, ...],
    writes: bool,
    change: int | None,
    directory: str | None,
    force: bool,
) -> int:
    """Find the smallest base images on which all PROGRAMs start.

    Each is given with the size that an image of it and the programs would have, with what it lacks that the programs
    show they use, and with its age. Below stands what a change would open: another build, or the missing files copied
    out of a base that has them. Nothing is run: each program is placed into the image's file tree, as by check.

    \b
      libccheck recommend ./httpd
      libccheck recommend ./app ./tool --at /opt/bin/ --copy lib:/opt/lib
      libccheck recommend ./httpd --all --format json
      libccheck recommend --from debian:bookworm

    With --from it says the size of an image now, the size that is possible for its command, or for a PROGRAM in it, and
    what the difference is made of. What the program loads is taken along; what it opens or runs later is not seen.

    With --dockerfile it builds PROGRAM again in a stage of its own, by the toolchain that it shows, for the first
    image, or for the change of that number. What is written was put through libccheck dockerfile, and passes.
    """
    wish = _wish(writes, change, directory, force, programs, placing)
    if image is not None:
        if len(programs) > 1 or any(placing) or host or all_ or wish:
            raise UsageError("--from goes with one PROGRAM at most, and places nothing", hint="leave the others out")
        return _slim(image, programs, platform, catalogs, formats)
    if not programs:
        raise UsageError("no program", hint="libccheck recommend ./httpd, or --from IMAGE for a program in an image")
    options.check_at(placing.at, programs)
    wanted = options.parse_formats(formats)
    placing = placing._replace(user=placing.user or wish.user) if wish is not None else placing
    given = gather(programs, (), placing.copies, Sources(), digest=False)
    target = _platform(platform) or platform_for(given.programs) or _host()
    from libccheck.images.bases import base_images
    from libccheck.images.documented import documented_bases

    found = find(
        given.programs if not given.failures else (),
        base_images(target, catalogs=catalogs, older=all_),
        copies=given.copies,
        **placing.run,
        host=options.parse_host(host),
        most=None if all_ else _MOST,
        with_changes=with_changes,
        documented=documented_bases(target),
        failures=given.failures,
    )
    if wish is None or found.errors:
        _deliver(found, wanted)
        return _status(found.errors, bool(found.choices))
    written = wish.write(found, placing, given.copies, catalogs)
    printed = [each for each in wanted if wish.directory is None or each.name != "text" or each.file is not None]
    _deliver(found, printed, written=written)
    return _FOUND


def _wish(
    writes: bool,
    change: int | None,
    directory: str | None,
    force: bool,
    programs: tuple[str, ...],
    placing: options.Placing,
) -> Wish | None:
    """What is asked of a Dockerfile; None where none is."""
    others = {"--change": change is not None, "--output": directory is not None, "--force": force}
    other = next((name for name, given in others.items() if given), None)
    if not writes:
        if other is not None:
            raise UsageError(f"{other} goes with --dockerfile")
        return None
    from libccheck.cli.writing import wish

    return wish(change, directory, force, programs, placing)


def _slim(
    reference: str,
    programs: tuple[str, ...],
    platform: str | None,
    catalogs: tuple[str, ...],
    formats: tuple[str, ...],
) -> int:
    from libccheck.images.bases import base_images
    from libccheck.recommending.slimming import slimming

    wanted = options.parse_formats(formats)
    (image,) = Sources(_platform(platform), catalogs).images(reference)
    slim = slimming(image, base_images(image.platform, catalogs=catalogs), *programs)
    _deliver(slim.found, wanted, slim)
    return _FOUND if slim.possible is not None else _NONE


def _platform(text: str | None) -> str | None:
    if text is None:
        return None
    if text == "all":
        raise UsageError("recommend is for one platform", hint="as in --platform linux/arm64")
    from libccheck.images.platforms import normal

    return normal(text)


def _host() -> str:
    from libccheck.images.platforms import host

    return host()


def _deliver(
    found: Recommendation,
    formats: list[options.Format],
    slim: Slimming | None = None,
    written: Written | None = None,
) -> None:
    from libccheck.cli import output
    from libccheck.cli.complaints import tell

    for name, file in formats:
        if name == "json":
            from libccheck.formats import recommend_json

            output.emit(recommend_json.render(found, slim, written), file)
        elif written is not None:
            output.emit(written.printed, file)
        else:
            from libccheck.formats import recommend_text

            output.emit(recommend_text.render(found, output.paper(file), slim), file)
    for each in found.errors:
        tell(each.subject, each.message, each.hint)


def _status(errors: tuple[Failure, ...], is_there: bool) -> int:
    return max((each.status for each in errors), default=_FOUND if is_there else _NONE)
