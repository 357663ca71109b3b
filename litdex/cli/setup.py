"""`litdex setup`: make what cannot live in litdex's own environment."""

from __future__ import annotations

import click


@click.command()
@click.argument("what", type=click.Choice(["nougat-ocr"]))
@click.option("--dry-run", is_flag=True, help="Print the commands, run none.")
def setup(what: str, dry_run: bool) -> None:
    """Make the environment of an engine that does not run beside litdex's own packages.

    \b
    litdex setup nougat-ocr
    """
    from litdex.ingest.ocr import nougat_setup

    click.echo(nougat_setup.LICENCE)
    click.echo(nougat_setup.COST)
    if dry_run:
        for command in nougat_setup.steps():
            click.echo(" ".join(command))
        return
    nougat_setup.make(lambda line: click.echo(line, err=True))
    click.echo(f"{what} is set up in {nougat_setup.environment()}: litdex ingest --ocr-engine {what} FOLDER")
