"""A paper's text in pieces that a template can print: mentions of entities, and the passages that a search found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from litdex.ner.mention import Mention

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters, the mention that they are a part of, and whether a passage that was asked for holds them."""

    text: str
    mention: Mention | None = None
    found: bool = False
    first: bool = False  # the first piece of the first passage that was found


def pieces(text: str, start: int, mentions: Sequence[Mention], found: Sequence[Range]) -> list[Piece]:
    """`text`, whose first character has offset `start` of the paper's text, cut where a mention or a passage ends.

    `mentions` and `found` are of the whole paper, in order; mentions do not overlap. What lies outside is not heeded.
    """
    end = start + len(text)
    here = [one for one in mentions if start < one.end and one.start < end]
    ranges = [(a, b) for a, b in found if start < b and a < end]
    cuts = {start, end, *(c for one in here for c in (one.start, one.end)), *(c for pair in ranges for c in pair)}
    places = sorted(cut for cut in cuts if start <= cut <= end)
    first = min((a for a, _ in found), default=-1)
    return list(_between(text, start, places, here, ranges, first))


def _between(
    text: str, start: int, places: Sequence[int], mentions: Sequence[Mention], ranges: Sequence[Range], first: int
) -> Iterator[Piece]:
    left = iter(mentions)
    mention = next(left, None)
    for a, b in pairwise(places):
        while mention and mention.end <= a:
            mention = next(left, None)
        inside = mention if mention and mention.start <= a else None
        is_found = any(low <= a and b <= high for low, high in ranges)
        yield Piece(text[a - start : b - start], inside, is_found, is_found and a == first)


def paragraphs(text: str, start: int, mentions: Sequence[Mention], found: Sequence[Range]) -> Iterator[list[Piece]]:
    """The pieces of each paragraph of `text`; paragraphs are parted by a blank line."""
    at = 0
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            yield pieces(paragraph, start + at, mentions, found)
        at += len(paragraph) + 2


def types(mentions: Sequence[Mention]) -> Mapping[str, int]:
    """How often each type is named, the most frequent first."""
    counts: dict[str, int] = {}
    for one in mentions:
        counts[one.type] = counts.get(one.type, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
