"""`litdex ner evaluate`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from litdex.cli.options import json_option
from litdex.cli.output import echo_json
from litdex.errors import UserError
from litdex.ner.evaluation import Evaluation
from litdex.ner.evaluation import evaluate as measure
from litdex.ner.scores import Score, Scores

ROBUSTNESS = (0.05, 0.1)  # shares of letters and digits edited


@click.command()
@click.argument("model")
@click.argument("corpus", type=click.Path(path_type=Path))
@click.option("--split", default="test", show_default=True, help="The split that is scored.")
@click.option("--head", help="The head that is scored; else the one that fits the corpus.")
@click.option(
    "--type", "types", multiple=True, metavar="OLD=NEW", help="Rename a type of the corpus; *= drops the rest."
)
@click.option("--join", type=click.IntRange(0), help="Read neighbours together up to so many words; else as trained.")
@click.option("--robustness", is_flag=True, help="Also under 5 and 10 % of the letters edited.")
@json_option
def evaluate(
    model: str,
    corpus: Path,
    split: str,
    head: str | None,
    types: Sequence[str],
    join: int | None,
    robustness: bool,
    as_json: bool,
) -> None:
    """Score MODEL, a trained or exported tagger, or the word `dictionary`, on CORPUS.

    A mention is right if its first word, its last word and its type are. The interval is of 95 %, by bootstrap over
    sentences. `dictionary` is the longest match in a list of the mentions of the corpus's train split.

    \b
    litdex ner evaluate litdex-tagger corpora/NCBI-disease
    litdex ner evaluate run/best corpora/BC2GM --split devel --robustness
    """
    from litdex.ner.predictors import open_predictor

    renamed = _pairs(types)
    predictor = open_predictor(model, corpus, renamed, join)
    noise = ROBUSTNESS if robustness else ()
    found = measure(predictor, corpus, split, types=renamed, head=head, noise=noise)
    if as_json:
        echo_json(_record(found))
    else:
        for line in _lines(found):
            click.echo(line)


def _pairs(types: Sequence[str]) -> dict[str, str]:
    pairs = [entry.partition("=") for entry in types]
    if any(not equals for _, equals, _ in pairs):
        raise UserError("--type must be OLD=NEW, for example --type GENE=Gene.")
    return {old: new for old, _, new in pairs}


def _record(found: Evaluation) -> dict[str, object]:
    return asdict(found) | {
        "micro": asdict(found.scores.micro),
        "macro": asdict(found.scores.macro),
        "noise": {str(rate): asdict(scores.micro) for rate, scores in found.noise.items()},
    }


def _lines(found: Evaluation) -> Iterator[str]:
    scores = found.scores
    yield f"head {found.head}, {found.sentences:,} sentences, token accuracy {scores.accuracy:.4f}"
    if found.ignored:
        yield f"left out, unknown to the head: {', '.join(found.ignored)}"
    yield f"{'':24} precision recall  F1"
    for kind, counts in scores.types.items():
        yield _row(kind, counts.score) + f"   {counts.gold:,} mentions"
    low, high = scores.interval
    yield _row("micro", scores.micro) + f"   [{100 * low:.1f}, {100 * high:.1f}]"
    yield _row("macro", scores.macro)
    yield "mistakes: " + ", ".join(f"{kind} {count:,}" for kind, count in found.mistakes.items())
    yield from _noise(scores, found)


def _noise(clean: Scores, found: Evaluation) -> Iterator[str]:
    for rate, scores in found.noise.items():
        lost = 100 * (clean.micro.f1 - scores.micro.f1)
        yield _row(f"{rate:.0%} of letters edited", scores.micro) + f"   {lost:.1f} lost"


def _row(name: str, score: Score) -> str:
    return f"{name:24} {100 * score.precision:9.2f} {100 * score.recall:6.2f} {100 * score.f1:6.2f}"
