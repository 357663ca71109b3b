"""`litdex demo`: a small library of real papers, three searches, its entities, and what to try next."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from litdex.cli.options import default_library

PAPERS = 1000
SEARCHES = {
    "medline": (
        ["how does vitamin D affect the immune system"],
        ["deep learning for medical images", "--year", "2018..", "--limit", "3"],
        ["risk factors of heart failure in elderly patients", "--mode", "dense", "--limit", "3"],
    ),
    "arxiv": (
        ["spin squeezing in a Bose-Einstein condensate"],
        ["quantum error correction with surface codes", "--limit", "3"],
        ["entanglement between distant atoms", "--mode", "dense", "--limit", "3"],
    ),
}


@click.command()
@click.option(
    "--library",
    "-L",
    type=click.Path(path_type=Path, file_okay=False),
    default=lambda: default_library().parent / "demo",
    show_default="a folder in your user data",
    help="Where to make the demo's library.",
)
@click.option(
    "--source", type=click.Choice(sorted(SEARCHES)), default="medline", show_default=True, help="Whose papers."
)
@click.option("--count", type=click.IntRange(1, 20_000), default=PAPERS, show_default=True, help="MEDLINE records.")
def demo(library: Path, source: str, count: int) -> None:
    """Fetch real papers, make a library of them, search it three times and count its entities.

    \b
    litdex demo --source arxiv
    """
    from litdex.cli.demo_papers import fetch_arxiv, fetch_medline

    click.secho(f"1. Fetching papers ({source})", bold=True)
    folder = library.parent / f"{library.name}-papers"
    papers = fetch_medline(folder, count) if source == "medline" else fetch_arxiv(folder)
    click.secho("\n2. Ingesting them", bold=True)
    _litdex("ingest", str(papers), "--library", str(library))
    click.secho("\n3. Searching", bold=True)
    for search in SEARCHES[source]:
        _litdex("search", *search, "--library", str(library))
    click.secho("4. Counting the entities that the tagger found", bold=True)
    _litdex("facets", SEARCHES[source][0][0], "--by", "entity", "--library", str(library))
    where = shlex.quote(str(library))
    click.secho("What to try next", bold=True)
    click.echo(
        f'  litdex search --library {where} "…"    your own question; --help lists the filters\n'
        f"  litdex status --library {where}        what the library holds\n"
        f"  litdex serve --library {where}         the same as a page, with facets, entities and a map\n"
        f"  litdex show --library {where} ID       one paper, by an id from a result\n"
        f"  litdex ingest ~/papers                 your own papers, in a library of your own\n"
    )


def _litdex(*arguments: str) -> None:
    """Show a command line, then run it, as a user would."""
    from litdex.cli.main import run

    click.secho(f"$ litdex {shlex.join(arguments)}", fg="green")
    code = run(list(arguments))
    if code > 1:
        raise SystemExit(code)
