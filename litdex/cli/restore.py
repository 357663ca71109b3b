"""`litdex restore`: a library out of a backup."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from litdex.cli.bars import bar
from litdex.cli.options import json_option, library_option
from litdex.cli.output import echo_json


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@library_option
@json_option
def restore(file: Path, library: Path, as_json: bool) -> None:
    """Make the library out of FILE, which `litdex backup` wrote. It never overwrites one that is there.

    \b
    litdex restore ~/litdex-backup.zip --library ~/restored
    """
    from litdex.maintenance.backup import restore as run

    with bar("Unpacking", "files") as told:
        done = run(file, library, told=told)
    if as_json:
        echo_json({**asdict(done), "library": str(library)})
        return
    click.echo(f"{done.papers:,} papers in {library}.")
    if done.pending:
        click.echo(
            f"{done.pending:,} of them are not in both engines yet: `litdex rebuild` or any `litdex ingest` adds them."
        )
