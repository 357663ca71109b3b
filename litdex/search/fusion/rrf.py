"""Reciprocal rank fusion: 1 / (k + rank).

Source: Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
methods", SIGIR 2009. Ranks count from 1; k is 60 there.
"""

from __future__ import annotations

from collections.abc import Sequence


def rrf(scores: Sequence[float], k: float) -> list[float]:
    """Points by rank alone; how far apart the scores are does not matter."""
    return [1 / (k + rank) for rank in range(1, len(scores) + 1)]
