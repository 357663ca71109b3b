"""The sentences of a context, and how well each of them supports what somebody says or asks.

Support is a number from 0 to 1, made of two views that fail differently: by meaning, the cosine of the encoder's
vectors of claim and sentence; by wording, the part of the claim's content words that stand in the sentence, and in
its passage. There a word counts the more, the fewer of the context's passages have it, as in BM25: what all of them
speak of proves nothing, and a word that none of them has weighs most. The weights, and the thresholds on this scale,
were chosen on SciFact's train questions: `benchmarks/answers.py --calibrate`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from litdex.encoder.base import Encoder, Vectors
from litdex.ingest.sentences import sentences
from litdex.rag.context import Context, Source
from litdex.rag.wording import Wording, contradicts, terms, wording

MEANING, IN_SENTENCE, IN_PASSAGE = 0.6, 0.2, 0.2
"""The weights of the views."""
MIN_TERMS = 2
"""A claim of fewer content words says too little to be checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a source, as it stands there: the paper's text from `start` to `end`."""

    key: int
    text: str
    start: int
    end: int
    wording: Wording
    around: Wording  # of the sentence with its neighbours


@dataclass(frozen=True, slots=True)
class Support:
    """The best sentence for a claim, and how well it supports it. No sentence, no support."""

    score: float
    sentence: Sentence | None = None


class Evidence:
    """All sentences of a context with their vectors, encoded when they are first needed."""

    def __init__(self, context: Context, encoder: Encoder) -> None:
        self.context = context
        self.sentences = tuple(sentence for source in context.sources for sentence in _sentences(source))
        self._passages = {
            source.key: frozenset(term for one in self.sentences if one.key == source.key for term in one.wording.terms)
            for source in context.sources
        }
        self._encoder = encoder
        self._encoded: Vectors | None = None

    def vectors(self) -> Vectors:
        """The sentences' vectors, shape (sentences, dimension), of unit length."""
        if self._encoded is None:
            self._encoded = self._encoder.encode_passages([sentence.text for sentence in self.sentences])
        return self._encoded

    def scores(self, claim: str) -> Vectors:
        """How well each sentence supports `claim`, shape (sentences,); an empty claim is supported by none."""
        weights = {term: self._weight(term) for term in terms(claim)}
        if not self.sentences or not weights:
            return np.zeros(len(self.sentences), np.float32)
        meaning = np.clip(self.vectors() @ self._encoder.encode_query(claim), 0, 1)
        in_sentence = np.array([_covered(weights, sentence.wording.terms) for sentence in self.sentences])
        in_passage = np.array([_covered(weights, self._passages[sentence.key]) for sentence in self.sentences])
        return np.asarray(MEANING * meaning + IN_SENTENCE * in_sentence + IN_PASSAGE * in_passage, np.float32)

    def _weight(self, term: str) -> float:
        """How much a word tells: Robertson's inverse document frequency, over the passages of the context."""
        having = sum(term in passage for passage in self._passages.values())
        return math.log(1 + (len(self._passages) - having + 0.5) / (having + 0.5))

    def support(self, claim: str, keys: Sequence[int]) -> dict[int, Support]:
        """For each key, the sentence of its passage that supports `claim` best and has the claim's numbers.

        Where the sentence nearest to the claim contradicts it, or has other numbers, the passage gives no support at
        all: what another sentence seems to say is then about something else.
        """
        scores = self.scores(claim)
        said = wording(claim)
        return {key: self._support(said, scores, key) for key in keys}

    def _support(self, said: Wording, scores: Vectors, key: int) -> Support:
        ranked = [at for at in np.argsort(-scores, kind="stable").tolist() if self.sentences[at].key == key]
        if not ranked or len(said.terms) < MIN_TERMS:
            return Support(0.0)
        nearest = self.sentences[ranked[0]]
        if (nearest.wording.numbers and not agrees(said, nearest)) or contradicts(said, nearest.wording):
            return Support(0.0)
        agreeing = (at for at in ranked if agrees(said, self.sentences[at]))
        best = next(agreeing, None)
        if best is None or self._is_about_another(said, best, ranked):
            return Support(0.0)
        return Support(float(scores[best]), self.sentences[best])

    def _is_about_another(self, said: Wording, best: int, others: Sequence[int]) -> bool:
        """Whether a sentence with other numbers has more of a claim's words than `best`: that is of another thing.

        An encoder may find "group B: 15" nearer to "group A: 15" than "group A: 12" is.
        """
        words = said.terms - said.numbers
        shared = len(words & self.sentences[best].wording.terms)
        return bool(said.numbers) and any(
            self.sentences[at].wording.numbers
            and not said.numbers <= self.sentences[at].wording.numbers
            and len(words & self.sentences[at].wording.terms) > shared
            for at in others
        )


def agrees(claim: Wording, sentence: Sentence) -> bool:
    """Whether nothing in a sentence speaks against a claim: its numbers stand there, and neither negates the other.

    A sentence without numbers may have them in those beside it; else another thing's number would do.
    """
    held = sentence.wording.numbers or sentence.around.numbers
    return claim.numbers <= held and not contradicts(claim, sentence.wording)


def _covered(weights: Mapping[str, float], held: frozenset[str]) -> float:
    """The part of the words, by weight, that are held."""
    return sum(weight for term, weight in weights.items() if term in held) / sum(weights.values())


def _sentences(source: Source) -> list[Sentence]:
    spans = sentences(source.text)
    found = []
    for at, (start, end) in enumerate(spans):
        first, last = spans[max(0, at - 1)][0], spans[min(len(spans) - 1, at + 1)][1]
        found.append(
            Sentence(
                key=source.key,
                text=source.text[start:end],
                start=source.start + start,
                end=source.start + end,
                wording=wording(source.text[start:end]),
                around=wording(source.text[first:last]),
            )
        )
    return found
