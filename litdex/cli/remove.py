"""`litdex remove`: take papers out of the library."""

from __future__ import annotations

from pathlib import Path

import click

from litdex.cli.options import library_option
from litdex.errors import Incomplete, NothingFound


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
    from litdex.index.library import Library, encoder_for
    from litdex.index.sources import Sources
    from litdex.pipeline.apply import Applied, apply_pending

    with Library.open(library) as opened, opened.writing():
        found = {paper_id: opened.store.find(paper_id) for paper_id in paper_ids}
        unknown = [paper_id for paper_id, number in found.items() if number is None]
        if unknown:
            raise NothingFound(f"nothing removed: no paper {', '.join(unknown)} in {opened.folder}")
        numbers = sorted({number for number in found.values() if number is not None})
        Sources(opened.connection).remove(numbers)
        used = opened.generation("vectors")
        applied = apply_pending(opened, encoder_for(used, load_encoder, opened.folder)) if used else Applied()
    click.echo(f"{len(numbers)} {'paper' if len(numbers) == 1 else 'papers'} removed")
    for kind, reason in applied.missing.items():
        raise Incomplete(f"the {kind} engine still has them, until the next `litdex ingest`: {reason}")
