"""`litdex search`: find papers by words and by meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from litdex.cli.options import json_option, library_option
from litdex.cli.output import byline, clean, echo_json, marked, styled, wrapped
from litdex.errors import NothingFound
from litdex.search.hit import Hit, Results


@click.command()
@click.argument("query", nargs=-1, required=True)
@library_option
@click.option("--year", default="", metavar="YEARS", help="A year or a range: 2015, 2005..2015, 2005.. or ..2015.")
@click.option(
    "--author", multiple=True, help='An author, like "Hawking" or "Hawking, S". May be given again: all match.'
)
@click.option("--category", multiple=True, help="An arXiv category, like quant-ph. May be given again: any matches.")
@click.option("--field", multiple=True, help="A field, like hep or physics.optics. May be given again: any matches.")
@click.option("--limit", "-n", type=click.IntRange(1, 1000), default=10, show_default=True, help="Papers to show.")
@click.option("--offset", type=click.IntRange(0, 100_000), default=0, help="Papers to skip first.")
@click.option(
    "--mode",
    type=click.Choice(["hybrid", "lexical", "dense"]),
    default="hybrid",
    show_default=True,
    help="By words and by meaning, or by one of them.",
)
@click.option(
    "--ranking",
    "ranking_file",
    type=click.Path(path_type=Path),
    help="A TOML file of ranking settings, as `litdex tune` writes it; else the library's own, or the default.",
)
@json_option
def search(
    query: tuple[str, ...],
    library: Path,
    year: str,
    author: tuple[str, ...],
    category: tuple[str, ...],
    field: tuple[str, ...],
    limit: int,
    offset: int,
    mode: Any,
    ranking_file: Path | None,
    as_json: bool,
) -> None:
    """Find the papers that answer QUERY best.

    \b
    litdex search "spin squeezing in a Bose-Einstein condensate" --year 2005..2015 --limit 5
    """
    from litdex.encoder.load import load_encoder
    from litdex.index.library import Library
    from litdex.search.filters import build_filter
    from litdex.search.ranking import read_ranking
    from litdex.search.searcher import Searcher

    ranking = read_ranking(ranking_file) if ranking_file else None
    where = build_filter(year=year, author=author, category=category, field=field)
    with Library.open(library) as opened, Searcher(opened, load_encoder, ranking=ranking) as searcher:
        results = searcher.search(" ".join(query), limit=limit, offset=offset, where=where, mode=mode)
    for leg, reason in results.missing.items():
        click.echo(f"litdex: the {leg} leg did not answer: {reason}", err=True)
    if as_json:
        from litdex.cli.as_json import results_json

        echo_json(results_json(results))
    if not results.hits:
        raise NothingFound(f"no paper found for: {results.query}")
    if not as_json:
        _print(results, offset)


def _print(results: Results, offset: int) -> None:
    for rank, hit in enumerate(results.hits, start=offset + 1):
        click.echo(_entry(rank, hit))
    took = results.milliseconds["total"] / 1000
    click.secho(f"{len(results.hits)} papers, {took:.2f} s", dim=True, err=True)


def _entry(rank: int, hit: Hit) -> str:
    title = wrapped(hit.paper.title or hit.id, indent=4)
    lines = [
        f"{rank:3d} {click.style(title[4:], bold=True)}",
        click.style(wrapped(byline(hit.paper, hit.id), 4), fg="cyan"),
    ]
    for passage in hit.passages[:1]:
        snippet = passage.snippet
        text = marked(snippet.text, snippet.start, snippet.marks)
        where = "" if passage.section in ("Abstract", "Title") else f"{clean(passage.section)}: "
        lines.append(styled(wrapped(where + text, indent=4, lines=4)))
    legs = " · ".join(f"{leg} #{standing.rank}" for leg, standing in hit.legs.items())
    return "\n".join([*lines, click.style(f"    {legs}", dim=True), ""])
