"""`litdex context`: the passages that a question's answer may stand in, for a prompt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from litdex.cli.options import condition_options, json_option, library_option
from litdex.cli.output import clean, echo_json
from litdex.errors import NothingFound


@click.command()
@click.argument("question", nargs=-1, required=True)
@library_option
@condition_options
@click.option("--budget", type=click.IntRange(50, 1_000_000), default=2000, show_default=True, help="Tokens to fill.")
@click.option("--papers", type=click.IntRange(1, 1000), default=20, show_default=True, help="Papers to look at.")
@click.option(
    "--per-paper",
    type=click.IntRange(1, 3),
    default=2,
    show_default=True,
    help="Passages that one paper may give while others have some left.",
)
@json_option
def context(
    question: tuple[str, ...],
    library: Path,
    budget: int,
    papers: int,
    per_paper: int,
    as_json: bool,
    **given: Any,
) -> None:
    """Print the best passages for QUESTION, each under a key, packed into a budget of tokens.

    QUESTION may hold conditions, as any search may (`litdex help query`). The output is Markdown, or JSON with --json.

    \b
    litdex context "Does spin squeezing improve atomic clocks? year:2005.." --budget 1500
    """
    from litdex.encoder.load import load_encoder
    from litdex.index.library import Library
    from litdex.rag.as_json import context_json
    from litdex.rag.context import build_context
    from litdex.search.request import conditions
    from litdex.search.searcher import Searcher

    with Library.open(library) as opened, Searcher(opened, load_encoder) as searcher:
        found = build_context(
            searcher,
            " ".join(question),
            budget=budget,
            papers=papers,
            per_paper=per_paper,
            where=conditions(opened, given),
        )
    for leg, reason in found.missing.items():
        click.echo(f"litdex: the {leg} leg did not answer: {reason}", err=True)
    if as_json:
        echo_json(context_json(found))
    if not found.sources:
        raise NothingFound(f"no passage found for: {found.question}")
    if not as_json:
        click.echo("\n".join(map(clean, found.markdown().splitlines())))
