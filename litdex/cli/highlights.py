"""Entities in a paper for the terminal: a colour for each type, mentions underlined, and a list of what is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import click

from litdex.cli.output import clean, coloured, styled, wrapped
from litdex.index.entities import short_type
from litdex.ingest.paper import Paper
from litdex.ner.mention import Mention

LINES = 3  # of entities of one type


class Highlights:
    """The mentions of one paper."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self._mentions = mentions
        kinds = Counter(mention.type for mention in mentions)
        self._colours = {kind: number for number, (kind, _) in enumerate(kinds.most_common())}

    def mark(self, text: str, start: int) -> str:
        """`text`, which begins at offset `start` of the paper's, with place-holders for `styled` around mentions."""
        inside = [one for one in self._mentions if start <= one.start and one.end <= start + len(text)]
        return coloured(text, start, [(one.start, one.end, self._colours[one.type]) for one in inside])

    def summary(self) -> Iterator[str]:
        """For each type, the most frequent first, a line or more of its entities, each with how often it is named."""
        counts = Counter((mention.type, mention.name) for mention in self._mentions)
        for kind, colour in self._colours.items():
            label = clean(short_type(kind))
            named = [
                f"{name} {count}" if count > 1 else name for (of, name), count in counts.most_common() if of == kind
            ]
            text = wrapped(", ".join(named), indent=max(11, len(label) + 1), lines=LINES).lstrip()
            yield styled(coloured(label, 0, [(0, len(label), colour)])) + " " * max(1, 11 - len(label)) + text


def text_places(paper: Paper) -> Iterator[int]:
    """Where in the paper's text its abstract begins, if it has one, and then each section's text that is not empty."""
    at = 0
    for text, role, _ in paper.pieces():
        if role in ("prose", "back"):
            yield at
        at += len(text)


def echo_text(text: str, mentions: Sequence[Mention]) -> None:
    """Print a text with its mentions marked, paragraph by paragraph."""
    marks = Highlights(mentions)
    for part in marks.mark(text, 0).split("\n\n"):
        click.echo(styled(wrapped(part)) + "\n")
    for line in marks.summary():
        click.echo(line)
