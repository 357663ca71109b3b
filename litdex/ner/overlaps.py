"""Heads judge for themselves, so their mentions may overlap: which of them a text keeps."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from litdex.ner.mention import Mention


def without_overlaps(mentions: Iterable[Mention]) -> list[Mention]:
    """Mentions of which none overlaps another, in order of place.

    The most confident one stays and takes those out that overlap it, and so on; of equally confident ones the longest,
    then the earliest, then the first type in the alphabet. So where two corpora's heads agree on a span it stands once,
    with the higher confidence.
    """
    kept: list[Mention] = []
    ends: list[int] = []  # of `kept`, both in order of place
    for mention in sorted(mentions, key=_rank):
        at = bisect_left(ends, mention.start + 1)
        if at == len(kept) or kept[at].start >= mention.end:
            kept.insert(at, mention)
            ends.insert(at, mention.end)
    return kept


def _rank(mention: Mention) -> tuple[float, int, int, str]:
    # To six digits: rounding in the last ones must not decide between two heads.
    return (-round(mention.confidence, 6), mention.start - mention.end, mention.start, mention.type)
