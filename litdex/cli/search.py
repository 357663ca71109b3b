"""`litdex search`: find papers by words and by meaning."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from litdex.cli.options import condition_options, json_option, library_option
from litdex.cli.output import echo_json
from litdex.errors import Incomplete, NothingFound


@click.command()
@click.argument("query", nargs=-1, required=True)
@library_option
@condition_options
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
@click.option("--rerank", default="", metavar="MODEL", help="A CrossEncoder, by folder or name, for a second stage.")
@click.option("--rerank-depth", type=click.IntRange(1, 1000), default=50, show_default=True, help="Papers it reads.")
@click.option("--facets", default="", metavar="NAMES", help="Also count all matches by these, like category,year.")
@click.option("--explain", is_flag=True, help="Say why each paper stands where it does.")
@json_option
def search(
    query: tuple[str, ...],
    library: Path,
    limit: int,
    offset: int,
    mode: Any,
    ranking_file: Path | None,
    rerank: str,
    rerank_depth: int,
    facets: str,
    explain: bool,
    as_json: bool,
    **given: Any,
) -> int:
    """Find the papers that answer QUERY best.

    \b
    litdex search "spin squeezing in a Bose-Einstein condensate" --year 2005..2015 --limit 5
    """
    from litdex.encoder.load import load_encoder
    from litdex.index.library import Library
    from litdex.search.facets import facet_fields
    from litdex.search.ranking import read_ranking
    from litdex.search.request import conditions
    from litdex.search.rerank import load_reranker
    from litdex.search.searcher import Searcher

    ranking = read_ranking(ranking_file) if ranking_file else None
    second = partial(load_reranker, rerank) if rerank else None
    with (
        Library.open(library) as opened,
        Searcher(opened, load_encoder, ranking=ranking, reranker=second, rerank_depth=rerank_depth) as searcher,
    ):
        fields = facet_fields(facets, "--facets", opened)
        results = searcher.search(
            " ".join(query),
            limit=limit,
            offset=offset,
            where=conditions(opened, given),
            mode=mode,
            explain=explain,
            facets=list(fields.values()),
        )
    for leg, reason in results.missing.items():
        click.echo(f"litdex: the {leg} leg did not answer: {reason}", err=True)
    if as_json:
        from litdex.search.as_json import results_json

        echo_json(results_json(results, fields))
    if not results.hits and not results.missing:
        from litdex.ingest.identifiers import format_id, typed_id

        typed = typed_id(results.query)
        raise NothingFound(
            f"the library has no paper {format_id(*typed)}" if typed else f"no paper found for: {results.query}"
        )
    if not as_json:
        from litdex.cli.hits import print_results

        print_results(results, offset, fields)
    return Incomplete.exit_code if results.missing else 0
