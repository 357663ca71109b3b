"""`litdex backup`: the library in one file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from litdex.cli.bars import bar
from litdex.cli.options import json_option, library_option
from litdex.cli.output import echo_json


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@library_option
@click.option("--overwrite", is_flag=True, help="Replace FILE where it exists.")
@json_option
def backup(file: Path, library: Path, overwrite: bool, as_json: bool) -> None:
    """Write the library, database and engines, to FILE. An ingest may go on meanwhile.

    `litdex restore FILE` makes a library of it again, on this machine or another one.

    \b
    litdex backup ~/litdex-backup.zip
    """
    from litdex.index.library import Library
    from litdex.maintenance.backup import backup as run

    with Library.open(library) as opened, bar("Packing", "files") as told:
        done = run(opened, file, overwrite=overwrite, told=told)
    if as_json:
        echo_json(asdict(done))
    else:
        click.echo(f"{done.papers:,} papers in {done.files:,} files: {done.file} ({done.bytes / 1e6:,.1f} MB).")
