"""Entity substitution for training: a mention gives way to another of its type that the training set has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from litdex.ner.corpora.sentence import Sentence, Span

Pool = Mapping[str, Sequence[tuple[tuple[str, ...], tuple[bool, ...]]]]
"""For each type the distinct mentions: their words, and whether white space follows each."""


def pool_of(sentences: Iterable[Sentence]) -> Pool:
    """The distinct mentions of each type, in order of first appearance, so a seed gives the same training twice."""
    found: dict[str, dict[tuple[str, ...], tuple[bool, ...]]] = {}
    for sentence in sentences:
        for start, end, kind in sentence.spans:
            found.setdefault(kind, {}).setdefault(sentence.words[start:end], sentence.spaces[start:end])
    return {kind: list(mentions.items()) for kind, mentions in found.items()}


def substituted(sentence: Sentence, pool: Pool, rate: float, rng: np.random.Generator) -> Sentence:
    """The sentence with each mention replaced, with probability `rate`, by one drawn evenly from the pool."""
    words: list[str] = []
    spaces: list[bool] = []
    spans: list[Span] = []
    at = 0
    for start, end, kind in sentence.spans:
        words += sentence.words[at:start]
        spaces += sentence.spaces[at:start]
        mention, gaps = sentence.words[start:end], sentence.spaces[start:end]
        choices = pool.get(kind, ())
        if choices and rng.random() < rate:
            mention, inner = choices[int(rng.integers(len(choices)))]
            gaps = (*inner[:-1], gaps[-1])
        spans.append(Span(len(words), len(words) + len(mention), kind))
        words += mention
        spaces += gaps
        at = end
    return replace(
        sentence,
        words=(*words, *sentence.words[at:]),
        spaces=(*spaces, *sentence.spaces[at:]),
        spans=tuple(spans),
    )
