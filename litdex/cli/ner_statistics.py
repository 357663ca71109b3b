"""`litdex ner statistics`: what is in a corpus, and what its splits share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from litdex.cli.options import json_option
from litdex.cli.output import echo_json
from litdex.ner.corpora.read import SPLITS, has_split, read_corpus
from litdex.ner.corpora.statistics import Statistics
from litdex.ner.corpora.statistics import statistics as count


@click.command()
@click.argument("corpus", type=click.Path(path_type=Path))
@json_option
def statistics(corpus: Path, as_json: bool) -> None:
    """Count what is in CORPUS, a file or a folder of splits.

    "unseen" is the share of a split's mentions that the train split has not; "in train" counts the sentences of six
    words or more that stand in both, on which a score tells nothing.

    \b
    litdex ner statistics corpora/NCBI-disease
    """
    figures = _figures(corpus)
    if as_json:
        echo_json({split: asdict(figure) for split, figure in figures.items()})
    else:
        for line in _aligned(_rows(figures)):
            click.echo(line)


def _figures(corpus: Path) -> dict[str, Statistics]:
    splits = [split for split in SPLITS if has_split(corpus, split)]
    if not splits:
        return {corpus.name: count(read_corpus(corpus))}
    read = {split: read_corpus(corpus, split) for split in splits}
    return {
        split: count(sentences, None if split == "train" else read.get("train")) for split, sentences in read.items()
    }


_ROWS: dict[str, Callable[[Statistics], str]] = {
    "sentences": lambda figure: f"{figure.sentences:,}",
    "  in train": lambda figure: "" if figure.shared is None else f"{figure.shared:,}",
    "  longest, words": lambda figure: f"{figure.longest:,}",
    "words": lambda figure: f"{figure.words:,}",
}
_TYPE_ROWS: dict[str, Callable[[Statistics, str], str]] = {
    "{}": lambda figure, kind: f"{figure.mentions.get(kind, 0):,}",
    "  distinct": lambda figure, kind: f"{figure.distinct.get(kind, 0):,}",
    "  mean words": lambda figure, kind: f"{figure.mean_length.get(kind, 0):.1f}",
    "  unseen": lambda figure, kind: f"{figure.unseen.get(kind, 0):.0%}" if figure.unseen else "",
}


def _rows(figures: Mapping[str, Statistics]) -> Iterable[list[str]]:
    """The table: a column for each split."""
    yield ["", *figures]
    for label, cell in _ROWS.items():
        yield [label, *(cell(figure) for figure in figures.values())]
    for kind in dict.fromkeys(kind for figure in figures.values() for kind in figure.mentions):
        for label, of_type in _TYPE_ROWS.items():
            yield [label.format(kind), *(of_type(figure, kind) for figure in figures.values())]


def _aligned(rows: Iterable[list[str]]) -> Iterable[str]:
    table = list(rows)
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for name, *cells in table:
        padded = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        yield "  ".join([name.ljust(widths[0]), *padded]).rstrip()
