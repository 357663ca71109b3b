"""Neighbouring sentences read together, as those of an abstract are: joined, and what was found in them parted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TypeVar

from litdex.ner.corpora.sentence import Sentence, Span

Tag = TypeVar("Tag")


def groups_of(sentences: Sequence[Sentence], most: int, first: int = 0) -> Iterator[list[Sentence]]:
    """Neighbouring sentences of one document in groups of at most `most` words; the first group has at most `first`."""
    group: list[Sentence] = []
    size, limit = 0, first or most
    for sentence in sentences:
        full = size + len(sentence.words) > limit
        if group and (full or sentence.document != group[0].document):
            yield group
            group, size, limit = [], 0, most
        group.append(sentence)
        size += len(sentence.words)
    if group:
        yield group


def joined(group: Sequence[Sentence]) -> Sentence:
    """Sentences as one."""
    if len(group) == 1:
        return group[0]
    spans: list[Span] = []
    at = 0
    for sentence in group:
        spans += [Span(span.start + at, span.end + at, span.type) for span in sentence.spans]
        at += len(sentence.words)
    words = tuple(chain.from_iterable(sentence.words for sentence in group))
    spaces = tuple(chain.from_iterable(sentence.spaces for sentence in group))
    return Sentence(words, spaces, tuple(spans), group[0].document)


def parted(groups: Sequence[Sequence[Sentence]], tags: Sequence[Sequence[Tag]]) -> Iterator[Sequence[Tag]]:
    """The tags of each sentence, from those of the groups."""
    for group, row in zip(groups, tags, strict=True):
        at = 0
        for sentence in group:
            yield row[at : at + len(sentence.words)]
            at += len(sentence.words)
