"""Segments that are too long for a model cut at sentence ends, with no mention cut."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from litdex.ingest.sentences import sentences as sentence_offsets
from litdex.ner.corpora.document import without_cut
from litdex.ner.corpora.sentence import Sentence, Span


def cut(sentences: Iterable[Sentence], longest: int = 100) -> Iterator[Sentence]:
    """Every sentence, or its pieces of at most `longest` words, as few as sentence ends allow.

    Where one sentence is longer than that it is cut between any two words; only a mention longer than `longest` words
    makes a longer piece.
    """
    for sentence in sentences:
        if len(sentence.words) <= longest:
            yield sentence
            continue
        first = 0
        for edge in _edges(sentence, longest):
            spans = (Span(s.start - first, s.end - first, s.type) for s in sentence.spans if first <= s.start < edge)
            inside = slice(first, edge)
            yield Sentence(sentence.words[inside], sentence.spaces[inside], tuple(spans), sentence.document)
            first = edge


def _edges(sentence: Sentence, longest: int) -> Iterator[int]:
    """Where the pieces end, in words."""
    length = len(sentence.words)
    starts = [start for start, _ in sentence.offsets]
    ends = without_cut((bisect_left(starts, start) for start, _ in sentence_offsets(sentence.text)), sentence.spans)
    anywhere = without_cut(range(1, length), sentence.spans)
    first = 0
    while length - first > longest:
        within = [edge for edge in ends if first < edge <= first + longest]
        fallback = [edge for edge in anywhere if first < edge <= first + longest]
        beyond = [edge for edge in anywhere if edge > first]
        first = (within or fallback or beyond[:1] or [length])[-1]
        yield first
    if first < length:
        yield length
