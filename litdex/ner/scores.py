"""How good a tagger's spans are: precision, recall and F1 of exact spans with their type, and token accuracy.

A mention is right only if its first word, its last word and its type are. The figures equal seqeval's (a test compares
them) and do not depend on the tagging scheme, except token accuracy, which counts IOBES tags as the source paper does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from litdex.ner.corpora.schemes import tags_of
from litdex.ner.corpora.sentence import Sentence, Span

_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean, each in [0, 1]; 0 where there is nothing to divide by."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Counts:
    """Mentions found right, mentions predicted, mentions that there are."""

    right: int
    predicted: int
    gold: int

    @property
    def score(self) -> Score:
        """The figures of these counts."""
        precision = self.right / self.predicted if self.predicted else 0.0
        recall = self.right / self.gold if self.gold else 0.0
        both = precision + recall
        return Score(precision, recall, 2 * precision * recall / both if both else 0.0)


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of one prediction of one corpus."""

    types: dict[str, Counts]  # by type, in alphabetical order
    accuracy: float  # the share of words with the right IOBES tag
    interval: tuple[float, float] = field(default=(0.0, 1.0))  # of micro F1, 95 %; (0, 1) where it was not asked for

    @property
    def micro(self) -> Score:
        """All mentions together."""
        counts = self.types.values()
        return Counts(sum(c.right for c in counts), sum(c.predicted for c in counts), sum(c.gold for c in counts)).score

    @property
    def macro(self) -> Score:
        """The mean over types, whatever their number of mentions."""
        each = [counts.score for counts in self.types.values()] or [Score(0.0, 0.0, 0.0)]
        means = np.mean([(score.precision, score.recall, score.f1) for score in each], axis=0)
        return Score(*(float(mean) for mean in means))


def score(
    sentences: Sequence[Sentence],
    predicted: Sequence[Sequence[Span]],
    *,
    types: Collection[str] | None = None,
    samples: int = 0,
    seed: int = 0,
) -> Scores:
    """The figures of `predicted`, the spans of each sentence.

    With `types`, only mentions of these count, in gold and prediction. With `samples` > 0 the interval of micro F1 is
    estimated from that many bootstrap resamples of sentences.
    """
    gold = [_kept(sentence.spans, types) for sentence in sentences]
    guesses = [_kept(spans, types) for spans in predicted]
    pairs = list(zip(gold, guesses, strict=True))
    return Scores(
        types=_by_type(pairs),
        accuracy=_accuracy(pairs, [len(sentence.words) for sentence in sentences]),
        interval=_interval(pairs, samples, seed) if samples else (0.0, 1.0),
    )


_Pairs = list[tuple[frozenset[Span], frozenset[Span]]]


def _kept(spans: Sequence[Span], types: Collection[str] | None) -> frozenset[Span]:
    return frozenset(span for span in spans if types is None or span.type in types)


def _by_type(pairs: _Pairs) -> dict[str, Counts]:
    right, guessed, there = Counter[str](), Counter[str](), Counter[str]()
    for gold, guess in pairs:
        right.update(span.type for span in gold & guess)
        guessed.update(span.type for span in guess)
        there.update(span.type for span in gold)
    return {kind: Counts(right[kind], guessed[kind], there[kind]) for kind in sorted(guessed.keys() | there.keys())}


def _accuracy(pairs: _Pairs, lengths: Sequence[int]) -> float:
    same = 0
    for (gold, guess), length in zip(pairs, lengths, strict=True):
        tags = zip(tags_of(gold, length), tags_of(guess, length), strict=True)
        same += length if gold == guess else sum(a == b for a, b in tags)
    return same / max(1, sum(lengths))


def _interval(pairs: _Pairs, samples: int, seed: int) -> tuple[float, float]:
    """The percentile bootstrap (Efron 1979) of micro F1: sentences are drawn with replacement."""
    counts = np.array([(len(gold & guess), len(guess) + len(gold)) for gold, guess in pairs])
    if not len(counts):
        return 0.0, 0.0
    rng = np.random.default_rng(seed)
    sums = np.array([counts[rng.integers(len(counts), size=len(counts))].sum(axis=0) for _ in range(samples)])
    f1 = 2 * sums[:, 0] / np.maximum(1, sums[:, 1])
    tail = (1 - _CONFIDENCE) / 2
    low, high = np.quantile(f1, [tail, 1 - tail])
    return float(low), float(high)
