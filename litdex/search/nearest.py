"""Snippets by meaning: the sentences of a passage that are nearest to a query of which the passage has no word.

A sentence's vector has to be computed for it: 8 ms of a core each, on a busy machine. So this is for passages on the
page shown, one a paper, only where words cannot choose, and for `MOST_SENTENCES` in all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from litdex.encoder.base import Encoder
from litdex.ingest.sentences import Span, sentences
from litdex.search.hit import HitPassage, Snippet
from litdex.search.snippet import MAX_CHARACTERS, clipped

MOST_SENTENCES = 16


def nearest_sentences(query: str, passages: Sequence[HitPassage], encoder: Encoder) -> list[Snippet]:
    """For each of the first passages, as many as the budget allows: its sentence nearest to the query, and with it the
    better one of its neighbours where both are short. Of the last of them only the first sentences may be looked at.
    """
    spans: list[list[Span]] = []
    left = MOST_SENTENCES
    for passage in passages:
        here = sentences(passage.text)[:left]
        if not here:
            break
        spans.append(here)
        left -= len(here)
    texts = [p.text[start:end] for p, here in zip(passages, spans, strict=False) for start, end in here]
    if not texts:
        return []
    near = encoder.encode_passages(texts) @ encoder.encode_query(query)  # cosines, (sentences,)
    parts = np.split(near, np.cumsum([len(here) for here in spans])[:-1])
    return [_snippet(passage, here, list(part)) for passage, here, part in zip(passages, spans, parts, strict=False)]


def _snippet(passage: HitPassage, spans: list[Span], near: list[float]) -> Snippet:
    best = max(range(len(spans)), key=lambda at: near[at])
    beside = [at for at in (best - 1, best + 1) if 0 <= at < len(spans) and _length(spans, best, at) <= MAX_CHARACTERS]
    chosen = sorted([best, *sorted(beside, key=lambda at: -near[at])[:1]])
    start, end = clipped(passage.text, (spans[chosen[0]][0], spans[chosen[-1]][1]), spans[best][0])
    return Snippet(text=passage.text[start:end], start=passage.start + start, end=passage.start + end, by="meaning")


def _length(spans: list[Span], one: int, other: int) -> int:
    return spans[max(one, other)][1] - spans[min(one, other)][0]
