"""Reciprocal rank fusion: a paper scores the sum over the legs of 1 / (k + rank).

Source: Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
methods", SIGIR 2009. Ranks count from 1 and k is 60, as there.
"""

from __future__ import annotations

from collections.abc import Mapping

from litdex.search.fusion import Ranking

K = 60


def rrf(rankings: Mapping[str, Ranking]) -> list[tuple[str, float]]:
    """Fuse by rank alone; the legs' scores do not matter."""
    scores: dict[str, float] = {}
    for leg in sorted(rankings):
        for rank, (paper, _) in enumerate(rankings[leg], start=1):
            scores[paper] = scores.get(paper, 0.0) + 1 / (K + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))
