"""`litdex export`: papers out again, in formats that other programs read."""

from __future__ import annotations

from pathlib import Path

import click

from litdex.cli.options import library_option
from litdex.errors import NothingFound

FORMATS = ("jsonl", "bibtex", "ris", "csl", "csv")


@click.command()
@click.argument("paper_ids", metavar="[ID]...", nargs=-1)
@library_option
@click.option("--format", "form", type=click.Choice(FORMATS), default="jsonl", show_default=True, help="What to write.")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="A file, instead of the screen.")
def export(paper_ids: tuple[str, ...], library: Path, form: str, output: Path | None) -> None:
    """Write the papers with these IDs, or all papers, as JSON lines, BibTeX, RIS, CSL-JSON or CSV.

    JSON lines hold everything that litdex knows of a paper, and can be ingested again.

    \b
    litdex export --format bibtex --output papers.bib
    """
    from litdex.index.library import Library
    from litdex.ingest.table import WRITERS

    with Library.open(library) as opened:
        if paper_ids:
            found = {paper_id: opened.store.find(paper_id) for paper_id in paper_ids}
            unknown = [paper_id for paper_id, number in found.items() if number is None]
            if unknown:
                raise NothingFound(f"nothing exported: no paper {', '.join(unknown)} in {opened.folder}")
            numbers = [number for number in found.values() if number is not None]
        else:
            numbers = list(opened.store.numbers())
        with click.open_file(str(output) if output else "-", "w", encoding="utf-8", atomic=bool(output)) as stream:
            stream.writelines(WRITERS[form](opened.store.paper(number) for number in numbers))
    click.echo(f"{len(numbers):,} papers exported", err=True)
