"""Segments that are too long for a model cut at sentence ends, with no mention cut."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from litdex.ingest.sentences import sentences as sentence_offsets
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
            words, spaces = sentence.words[first:edge], sentence.spaces[first:edge]
            yield Sentence(words, spaces, between(sentence.spans, first, edge), sentence.document)
            first = edge


def without_cut(edges: Iterable[int], spans: Sequence[Span]) -> list[int]:
    """Those of the places between words that lie inside none of the spans, which are in order and do not overlap."""
    starts = [span.start for span in spans]
    kept = []
    for edge in edges:
        at = bisect_left(starts, edge) - 1  # the last span that begins before
        if at < 0 or spans[at].end <= edge:
            kept.append(edge)
    return kept


def between(spans: Sequence[Span], first: int, last: int) -> tuple[Span, ...]:
    """The spans, in order, that begin from word `first` on and before `last`, counted from `first`."""
    start, end = (bisect_left(spans, place, key=lambda span: span.start) for place in (first, last))
    return tuple(Span(span.start - first, span.end - first, span.type) for span in spans[start:end])


def _edges(sentence: Sentence, longest: int) -> Iterator[int]:
    """Where the pieces end, in words."""
    length = len(sentence.words)
    starts = [start for start, _ in sentence.offsets]
    ends = without_cut((bisect_left(starts, start) for start, _ in sentence_offsets(sentence.text)), sentence.spans)
    anywhere = [*without_cut(range(1, length), sentence.spans), length]
    first = 0
    while length - first > longest:
        first = (
            _last(ends, first, longest) or _last(anywhere, first, longest) or anywhere[bisect_right(anywhere, first)]
        )
        yield first
    if first < length:
        yield length


def _last(edges: Sequence[int], first: int, longest: int) -> int:
    """The last of the edges that makes a piece from `first` of at most `longest` words; 0 where none does."""
    at = bisect_right(edges, first + longest) - 1
    return edges[at] if at >= 0 and edges[at] > first else 0
