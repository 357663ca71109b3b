"""The exact order of results: by score, ties by passage number, whatever order an engine happened to find them in."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from litdex.index.engine import Scored

ROUNDING = 5e-6
"""Scores this close, relative to the larger (to one, if that is more), are one score: float32 sums of the same terms
in another order differ by less."""

SPARE = 32  # hits fetched beyond the limit, so that a tie at its edge is mostly seen whole the first time


def exact_top(fetch: Callable[[int], list[Scored]], limit: int) -> list[Scored]:
    """The best `limit` of what `fetch(n)` finds: any `n` best hits, best first, ties in any order.

    Fetches more while everything after the limit ties with the last hit inside it.
    """
    if limit < 1:
        return []
    wanted = limit + SPARE
    while True:
        hits = fetch(wanted)
        if len(hits) < wanted or hits[-1].score < _floor(hits[limit - 1].score):
            return settle(hits)[:limit]
        wanted *= 4


def settle(hits: Iterable[Scored]) -> list[Scored]:
    """`hits` best first; scores that only rounding tells apart are made equal, and ties are ordered by number."""
    settled: list[Scored] = []
    best = floor = 0.0
    for hit in sorted(hits, key=lambda hit: -hit.score):
        if not settled or hit.score < floor:
            best, floor = hit.score, _floor(hit.score)
        settled.append(hit if hit.score == best else Scored(hit.number, hit.paper, best))
    return sorted(settled, key=lambda hit: (-hit.score, hit.number))


def _floor(score: float) -> float:
    """The lowest score that counts as equal to `score`."""
    return score - ROUNDING * max(1.0, abs(score))
