"""`litdex remove`: take papers out of the library."""

from __future__ import annotations

from pathlib import Path

import click

from litdex.cli.options import library_option
from litdex.errors import Incomplete


@click.command()
@click.argument("paper_ids", metavar="ID...", nargs=-1, required=True)
@library_option
def remove(paper_ids: tuple[str, ...], library: Path) -> None:
    """Take the papers with these IDs out of the library. Files on disk are not touched.

    A removed paper stays out when its unchanged file is ingested again; `litdex ingest --again FILE` brings it back.

    \b
    litdex remove arXiv:0901.1234 doi:10.1371/journal.pbio.1001636
    """
    from litdex.encoder.load import load_encoder
    from litdex.index.library import Library
    from litdex.pipeline.remove import remove as run

    with Library.open(library) as opened:
        removed = run(opened, paper_ids, load_encoder)
    click.echo(f"{removed.papers} {'paper' if removed.papers == 1 else 'papers'} removed")
    for kind, reason in removed.missing.items():
        raise Incomplete(f"the {kind} engine still has them, until the next `litdex ingest`: {reason}")
