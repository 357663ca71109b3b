"""The record of stand-off formats: a text, and annotations by character offsets. It becomes sentences, and back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from litdex.ingest.sentences import sentences as sentence_offsets
from litdex.ner.corpora.pieces import between, without_cut
from litdex.ner.corpora.sentence import Sentence, Span
from litdex.ner.words import words


class Annotation(NamedTuple):
    """Characters `start` to `end` (end excluded) of a document's text are a mention of `type`."""

    start: int
    end: int
    type: str
    identifier: str = ""  # the entity's id, where the corpus gives one


@dataclass(frozen=True, slots=True)
class Document:
    """A text and its annotations, which may overlap."""

    name: str
    text: str
    annotations: tuple[Annotation, ...] = ()
    title: int = 0  # how many characters of the text are its title; 0 where it has none


def to_sentences(document: Document) -> list[Sentence]:
    """The document's sentences. No mention is cut: a sentence end inside one is no end.

    A mention that begins or ends inside a word takes the whole word. Of mentions that overlap the longest stays, of
    equals the first.
    """
    offsets = words(document.text)
    spans = flat(_span(annotation, offsets) for annotation in document.annotations)
    starts = [start for start, _ in offsets]
    edges = [bisect_left(starts, start) for start, _ in sentence_offsets(document.text)][1:]
    found: list[Sentence] = []
    first = 0
    for edge in [*without_cut(edges, spans), len(offsets)]:
        if edge > first:
            found.append(_sentence(document, offsets[first:edge], between(spans, first, edge)))
        first = edge
    return found


def to_documents(sentences: Iterable[Sentence]) -> Iterator[Document]:
    """Neighbouring sentences of one document joined by line ends; a sentence without one is a document by itself."""
    numbered = enumerate(sentences, start=1)
    for name, group in groupby(numbered, key=lambda pair: pair[1].document or f"sentence-{pair[0]}"):
        text = ""
        annotations: list[Annotation] = []
        for _, sentence in group:
            text += "\n" if text else ""
            places = [(len(text) + start, len(text) + end) for start, end in sentence.offsets]
            annotations += [Annotation(places[s.start][0], places[s.end - 1][1], s.type) for s in sentence.spans]
            text += sentence.text
        yield Document(name, text, tuple(annotations))


def flat(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans of which none overlaps another, in order of place: the longest first, of equals the first."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start - span.end, span.start)):
        at = bisect_left(kept, span)
        free = (at == 0 or kept[at - 1].end <= span.start) and (at == len(kept) or span.end <= kept[at].start)
        if span.start < span.end and free:
            kept.insert(at, span)
    return tuple(kept)


def _span(annotation: Annotation, offsets: Sequence[tuple[int, int]]) -> Span:
    """The words that an annotation touches."""
    first = bisect_right(offsets, annotation.start, key=lambda place: place[1])
    last = bisect_left(offsets, annotation.end, key=lambda place: place[0])
    return Span(first, last, annotation.type)


def _sentence(document: Document, offsets: Sequence[tuple[int, int]], spans: tuple[Span, ...]) -> Sentence:
    ends = [end for _, end in offsets]
    following = [start for start, _ in offsets[1:]]
    spaces = (*(end < start for end, start in zip(ends, following, strict=False)), True)
    return Sentence(tuple(document.text[start:end] for start, end in offsets), spaces, spans, document.name)
