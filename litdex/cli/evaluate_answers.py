"""`litdex evaluate-answers`: how good the answers to a file of questions are."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import click

from litdex.cli.ask import budget_option, prompts_option, quote_option
from litdex.cli.bars import bar
from litdex.cli.options import json_option, library_option
from litdex.cli.output import echo_json

WHOLE = {"questions", "answerable", "sentences", "citations given", "citations taken out"}
WHOLE |= {"citations shown", "citations fabricated"}


@click.command(name="evaluate-answers")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@library_option
@click.option("--limit", "-n", type=click.IntRange(1), default=None, help="Ask the first so many questions only.")
@budget_option
@quote_option
@prompts_option
@json_option
def evaluate_answers(
    file: Path,
    library: Path,
    limit: int | None,
    budget: int,
    quote: bool,
    prompts: Path | None,
    as_json: bool,
) -> None:
    """Ask the questions of FILE and measure the answers: citations, support, refusals, latency.

    FILE is JSON lines: question, and where known papers (ids that answer it), sentences (that answer it), without
    (ids to be treated as if they were not there). A question without papers has no answer, and ought to be refused.

    \b
    litdex evaluate-answers questions.jsonl --limit 100
    """
    from litdex.encoder.load import load_encoder
    from litdex.index.library import Library
    from litdex.rag.answerer import Answerer
    from litdex.rag.assess import measures, read_questions, try_all
    from litdex.rag.llm import configured_model
    from litdex.rag.prompts import Prompts
    from litdex.search.searcher import Searcher

    questions = read_questions(file)[:limit]
    model = None if quote else configured_model()
    encoder = cache(load_encoder)
    with Library.open(library) as opened, Searcher(opened, encoder) as searcher:
        answerer = Answerer(searcher, encoder, model=model, prompts=Prompts(prompts), budget=budget)
        with bar("asking", "questions") as told:
            told(len(questions), 0)
            trials = list(try_all(answerer, opened.store, questions, lambda done: told(0, done)))
        found = measures(trials, opened.store)
    if as_json:
        echo_json(found)
        return
    for name, value in found.items():
        click.echo(f"{name:<22} {value:>10,.0f}" if name in WHOLE else f"{name:<22} {value:>10,.3f}")
