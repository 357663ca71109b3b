"""A tagger's mistakes by kind: what it got half right, what it missed, and what is not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from litdex.ner.corpora.sentence import Sentence, Span

Kind = Literal["boundary", "type", "missed", "spurious"]
KINDS: tuple[Kind, ...] = ("boundary", "type", "missed", "spurious")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong mention.

    boundary: the type is right, the words overlap; type: the words overlap, the type is another; missed: nothing was
    predicted there; spurious: nothing is there.
    """

    kind: Kind
    sentence: int  # its number, from 0
    gold: Span | None
    predicted: Span | None


def mistakes(sentences: Sequence[Sentence], predicted: Sequence[Sequence[Span]]) -> Iterator[Mistake]:
    """Every mistake, in order. A wrong prediction and the mention that it overlaps most are one mistake."""
    for number, (sentence, spans) in enumerate(zip(sentences, predicted, strict=True)):
        right = set(sentence.spans) & set(spans)
        gold = [span for span in sentence.spans if span not in right]
        guesses = [span for span in spans if span not in right]
        for mention, guess in _pairs(gold, guesses):
            gold.remove(mention)
            guesses.remove(guess)
            yield Mistake("boundary" if mention.type == guess.type else "type", number, mention, guess)
        yield from (Mistake("missed", number, mention, None) for mention in gold)
        yield from (Mistake("spurious", number, None, guess) for guess in guesses)


def _pairs(gold: Sequence[Span], guesses: Sequence[Span]) -> list[tuple[Span, Span]]:
    """Overlapping mentions, each in one pair at most: the same type first, then the most words shared."""
    near = [(a, b) for a in gold for b in guesses if _shared(a, b) > 0]
    near.sort(key=lambda pair: (pair[0].type != pair[1].type, -_shared(*pair)))
    pairs: list[tuple[Span, Span]] = []
    for mention, guess in near:
        if all(mention != a and guess != b for a, b in pairs):
            pairs.append((mention, guess))
    return pairs


def _shared(a: Span, b: Span) -> int:
    return min(a.end, b.end) - max(a.start, b.start)
