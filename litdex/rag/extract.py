"""An answer without a language model: the sentences of the context that answer best, quoted exactly."""

from __future__ import annotations

import numpy as np

from litdex.encoder.base import Vectors
from litdex.rag.evidence import Evidence
from litdex.rag.verify import Statement, quote
from litdex.rag.wording import same_text

SENTENCES = 3
"""How many sentences an answer has at most."""
RELATIVE = 0.8
"""A further sentence must be supported this well, next to the best one."""
ALIKE = 0.9
"""Sentences whose vectors are nearer than this say the same."""
MIN_WORDS = 4
MAX_CHARACTERS = 1000


def extract(evidence: Evidence, question: str, asked: str) -> list[Statement]:
    """The best sentences for `question`, best first, none twice in other words. Scores are `Evidence.scores`.

    What `question` has beyond `asked` was taken over from earlier questions (see `followup`): it tells what this is
    about, not what is asked, so the question as it was put counts for half.
    """
    scores = evidence.scores(question)
    if asked != question:
        scores = np.mean([scores, evidence.scores(asked)], axis=0, dtype=np.float32)
    scores = scores * _weights(evidence)
    chosen: list[int] = []
    for at in np.argsort(-scores, kind="stable").tolist():
        if len(chosen) == SENTENCES or scores[at] <= 0 or (chosen and scores[at] < RELATIVE * scores[chosen[0]]):
            break
        if not any(_alike(evidence, at, other) for other in chosen):
            chosen.append(at)
    return [_quoted(evidence, at, float(scores[at])) for at in chosen]


def _weights(evidence: Evidence) -> Vectors:
    """What cannot stand alone as an answer counts for nothing: fragments, questions, walls of text."""
    fit = [
        len(sentence.text.split()) >= MIN_WORDS
        and len(sentence.text) <= MAX_CHARACTERS
        and not sentence.text.rstrip().endswith("?")
        for sentence in evidence.sentences
    ]
    return np.asarray(fit, np.float32)


def _alike(evidence: Evidence, one: int, other: int) -> bool:
    vectors = evidence.vectors()
    near = float(vectors[one] @ vectors[other]) > ALIKE
    return near or same_text(evidence.sentences[one].text, evidence.sentences[other].text)


def _quoted(evidence: Evidence, at: int, score: float) -> Statement:
    sentence = evidence.sentences[at]
    source = evidence.context.source(sentence.key)
    if source is None:
        raise ValueError(f"sentence of a source that the context lacks: {sentence.key}")
    return quote(sentence.text, source, sentence.start, sentence.end, score)
