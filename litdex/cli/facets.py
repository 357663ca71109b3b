"""`litdex facets`: count the papers that match a query, by what they are and who wrote them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from litdex.cli.options import condition_options, json_option, library_option
from litdex.cli.output import echo_json
from litdex.errors import NothingFound


@click.command()
@click.argument("query", nargs=-1, required=True)
@library_option
@condition_options
@click.option("--by", default="category,year,author", show_default=True, help="Facets, parted by commas.")
@click.option("--limit", "-n", type=click.IntRange(1, 1000), default=10, show_default=True, help="Values of each.")
@json_option
def facets(query: tuple[str, ...], library: Path, by: str, limit: int, as_json: bool, **given: Any) -> None:
    """Count all papers that match QUERY, by facet: category, year, author, venue, field, entity.

    Facet "entity" stands for all types of entities; one alone is named by its type, like disease or telescope.

    A paper matches that satisfies the conditions of the query and has one of its words.

    \b
    litdex facets "dark matter" --by category,year
    litdex facets "dark matter" --by entity
    """
    from litdex.encoder.load import load_encoder
    from litdex.index.library import Library
    from litdex.search.facets import facet_fields
    from litdex.search.request import conditions
    from litdex.search.searcher import Searcher

    with Library.open(library) as opened, Searcher(opened, load_encoder) as searcher:
        fields = facet_fields(by, "--by", opened)
        counts = searcher.counts(" ".join(query), list(fields.values()), limit=limit, where=conditions(opened, given))
    if as_json:
        from litdex.search.as_json import counts_json

        echo_json(counts_json(counts, fields))
    if not counts.papers:
        raise NothingFound(f"no paper found for: {' '.join(query)}")
    if not as_json:
        from litdex.cli.hits import print_counts

        print_counts(counts, fields)
