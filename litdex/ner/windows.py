"""Long sentences in windows: pieces that an encoder reads at once, cut between words, with an overlap.

Source: the paper's windows of 128 pieces, 20 of them shared with the next. Each word belongs to one window, that in
which it stands farther from an edge; its vector comes from there. The CRF then runs over the whole sentence, so no
mention is lost or doubled at a seam.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

WINDOW = 128
"""Pieces of a window, the two special ones not counted."""
OVERLAP = 20
"""Pieces that two windows share, at most: words are never cut."""


@dataclass(frozen=True, slots=True)
class Window:
    """Words `first` to `last` (end excluded) are read together; those from `begin` to `end` take their vectors here."""

    first: int
    last: int
    begin: int
    end: int


def windows(sizes: Sequence[int], size: int = WINDOW, overlap: int = OVERLAP) -> list[Window]:
    """The windows over words that have `sizes` pieces each, none more than `size`.

    Raises ValueError unless 0 <= overlap < size and each word fits.
    """
    if not 0 <= overlap < size or max(sizes, default=0) > size:
        raise ValueError(f"words of up to {max(sizes, default=0)} pieces, windows of {size}, overlap {overlap}")
    ends = list(accumulate(sizes, initial=0))  # ends[i]: pieces before word i
    spans = _spans(ends, size, overlap)
    seams = [_seam(ends, left, right) for left, right in pairwise(spans)]
    bounds = [0, *seams, len(sizes)]
    return [Window(*span, *own) for span, own in zip(spans, pairwise(bounds), strict=True)]


def _spans(ends: Sequence[int], size: int, overlap: int) -> list[tuple[int, int]]:
    """First and last word of each window: as many words as fit, the next one `overlap` pieces back."""
    count = len(ends) - 1
    spans = [(0, _fitting(ends, 0, size))]
    while spans[-1][1] < count:
        last = spans[-1][1]
        first = last
        # The next window must reach further than this one, so it gives up overlap where its words are long.
        while (
            first - 1 > spans[-1][0] and ends[last] - ends[first - 1] <= overlap and _fits(ends, first - 1, last, size)
        ):
            first -= 1
        spans.append((first, _fitting(ends, first, size)))
    return spans


def _fitting(ends: Sequence[int], first: int, size: int) -> int:
    last = first
    while last < len(ends) - 1 and ends[last + 1] - ends[first] <= size:
        last += 1
    return last


def _fits(ends: Sequence[int], first: int, last: int, size: int) -> bool:
    """Whether a window from `first` takes in a word more than one that ends before `last`."""
    return ends[last + 1] - ends[first] <= size


def _seam(ends: Sequence[int], left: tuple[int, int], right: tuple[int, int]) -> int:
    """The first word that stands farther from an edge in the right window than in the left one."""
    word = right[0]
    while word < left[1] and ends[left[1]] - ends[word + 1] >= ends[word] - ends[right[0]]:
        word += 1
    return word
