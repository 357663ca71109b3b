"""`litdex ask`: an answer whose every citation was checked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from litdex.cli.options import condition_options, json_option, library_option
from litdex.cli.output import clean, echo_json, wrapped
from litdex.errors import UserError

if TYPE_CHECKING:
    from litdex.rag.answer import Answer
    from litdex.rag.answerer import Event

prompts_option = click.option(
    "--prompts",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="A folder with prompts to use in place of litdex's own (answer.md, question.md, rewrite.md).",
)
quote_option = click.option("--quote", is_flag=True, help="Quote sentences even where a language model is configured.")
drop_option = click.option("--drop", is_flag=True, help="Leave out what nothing supports, rather than mark it.")
budget_option = click.option(
    "--budget", type=click.IntRange(50, 1_000_000), default=2000, show_default=True, help="Tokens of context."
)


@click.command()
@click.argument("question", nargs=-1, required=True)
@library_option
@condition_options
@budget_option
@quote_option
@drop_option
@prompts_option
@json_option
def ask(
    question: tuple[str, ...],
    library: Path,
    budget: int,
    quote: bool,
    drop: bool,
    prompts: Path | None,
    as_json: bool,
    **given: Any,
) -> int:
    """Answer QUESTION from the library, each sentence with the passages that support it.

    Without a language model the best sentences are quoted. With one (LITDEX_LLM_URL, LITDEX_LLM_MODEL,
    LITDEX_LLM_KEY, any OpenAI-compatible endpoint) the answer is written, and every citation in it is checked. Where
    the library does not hold an answer, that is said, and the exit code is 1.

    \b
    litdex ask "Does spin squeezing improve atomic clocks?"
    """
    from litdex.encoder.load import load_encoder
    from litdex.index.library import Library
    from litdex.rag.answerer import Answerer
    from litdex.rag.as_json import answer_json
    from litdex.rag.llm import configured_model
    from litdex.rag.prompts import Prompts
    from litdex.search.request import conditions
    from litdex.search.searcher import Searcher

    encoder = cache(load_encoder)  # the search and the answer share it
    with Library.open(library) as opened, Searcher(opened, encoder) as searcher:
        answerer = Answerer(
            searcher,
            encoder,
            model=None if quote else configured_model(),
            prompts=Prompts(prompts),
            budget=budget,
            drop=drop,
        )
        text = " ".join(question)
        where = conditions(opened, given)
        answer = answerer.answer(text, where=where) if as_json else show(answerer.stream(text, where=where))
    if as_json:
        echo_json(answer_json(answer))
    return 1 if answer.refused else 0


def show(events: Iterator[Event]) -> Answer:
    """Print an answer as it comes, then what it cites and what must be known of it."""
    from litdex.rag.answer import Answer
    from litdex.rag.verify import Statement

    for event in events:
        if isinstance(event, Statement):
            click.echo(wrapped(str(event)))
        elif isinstance(event, Answer):
            _close(event)
            return event
    raise UserError("the question is empty: ask something")


def _close(answer: Answer) -> None:
    if answer.refused:
        click.echo(answer.text)
        return
    click.echo()
    for source in answer.sources:
        click.secho(wrapped(f"[{source.key}] {source.label}", 0), fg="cyan")
    for note in answer.notes:
        click.secho(wrapped(f"Note: {note}"), fg="yellow")
    for leg, reason in answer.context.missing.items():
        click.echo(f"litdex: the {leg} leg did not answer: {clean(reason)}", err=True)
