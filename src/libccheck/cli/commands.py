"""The command group: its commands are imported when they are called."""

from __future__ import annotations

from importlib import import_module

import click

from libccheck import __version__
from libccheck.cli.reporting import Reporting, reporting

_COMMANDS = {
    # name: module, one line for the help
    "check": ("libccheck.cli.check", "Predict whether programs start in images, and in which words they fail."),
    "tree": ("libccheck.cli.tree", "Draw which libraries programs get in images, and why each of them."),
    "inspect": ("libccheck.cli.inspect", "Show what programs need: loader, libraries, the oldest libc that will do."),
    "probe": ("libccheck.cli.probe", "Show what images offer: libc, loaders, libraries, shells, certificates."),
    "recommend": ("libccheck.cli.recommend", "Find the smallest base images that start programs, and what more would."),
    "explain": ("libccheck.cli.explain", "Explain a code, or words that you saw: causes, and how to fix them."),
    "dockerfile": ("libccheck.cli.dockerfile", "Predict whether what a Dockerfile builds starts in its last stage."),
    "cache": ("libccheck.cli.cache", "Show or clear what is kept of images that were read."),
    "catalog": ("libccheck.cli.catalog", "List, show, add and refresh the base images that are known by name."),
    "completion": ("libccheck.cli.completion", "Print what makes bash, zsh or fish complete names."),
}


class Commands(click.Group):
    """Knows its commands by name, and imports one where it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(_COMMANDS[cmd_name][0]), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])


def _show_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    """Of the tool, of the catalog that comes with it, of the JSON that a check prints."""
    if wanted:
        from libccheck.formats import REPORT_SCHEMA
        from libccheck.images.catalog import Catalog, built_in

        dates = [each.date for each in Catalog(built_in()).entries()]
        click.echo(f"libccheck {__version__}\ncatalog {max(dates)}, {len(dates)} entries\nschema {REPORT_SCHEMA}")
        context.exit()


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the versions."
)
@reporting
@click.option("--no-config", is_flag=True, help="Leave the project's configuration out.")
@click.pass_context
def commands(context: click.Context, reported: Reporting, no_config: bool) -> int | None:
    """Will this program start in that image?

    libccheck predicts what the kernel and the image's own loader would do with a program, step by step, without
    running anything. If it does not start, you get the exact words that Docker, Podman, Kubernetes or a shell would
    print, and the place where it gets stuck.

    Without a command it does the checks that .libccheck.toml, or [tool.libccheck] of pyproject.toml, names: of the
    working directory or one above it. The options are for that; each command has its own.

    \b
      libccheck explain 'exec /httpd: no such file or directory'
      libccheck dockerfile Dockerfile
      libccheck check ./httpd --image alpine:3.20
      libccheck check ./app ./tool --image debian:bookworm --image busybox:glibc
      libccheck check ./app --image dir:rootfs --copy lib:/opt/lib --format json
      libccheck tree ./httpd --image debian:bookworm
      libccheck recommend ./httpd

    \b
    Exit status:
      0  every program starts
      1  a finding at or above --fail-on
      2  wrong usage
      3  something could not be looked at
    """
    context.obj = no_config
    if context.invoked_subcommand is not None:
        if reported != Reporting():
            raise click.UsageError(f"options of {context.invoked_subcommand} stand behind it", context)
        return None
    from libccheck.cli.everything import everything

    status = everything(reported, no_config)
    if status is None:
        click.echo(context.get_help())
    return status
