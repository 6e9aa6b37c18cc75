"""`libccheck completion`: what makes a shell complete names."""

from __future__ import annotations

import click

from libccheck.cli.output import emit


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print what makes SHELL complete images, codes, formats and files behind libccheck.

    Names of images are those of the catalogs and of the engines of this machine, if they tell them at once.

    \b
      libccheck completion bash > ~/.local/share/bash-completion/completions/libccheck
      libccheck completion zsh > ~/.zfunc/_libccheck    # with ~/.zfunc in fpath
      libccheck completion fish > ~/.config/fish/completions/libccheck.fish

    For the shell that is open: source <(libccheck completion bash). bash has to be 4.4 or newer.
    """
    from libccheck.cli.completing import script

    emit(script(shell))
    return 0
