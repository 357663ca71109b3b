"""Min-max fusion: a leg's best paper has 1, the last of those that it ranked 0, the others lie between by score.

Source: Lee, "Analyses of multiple evidence combination", SIGIR 1997. The weights matter: Bruch, Gai and Ingber, "An
analysis of fusion functions for hybrid retrieval", TOIS 2023.
"""

from __future__ import annotations

from collections.abc import Sequence


def minmax(scores: Sequence[float], k: float) -> list[float]:
    """Points from 0 to 1; all 1 where the scores do not differ. `k` is not used."""
    if not scores:
        return []
    low, high = scores[-1], scores[0]
    return [(score - low) / (high - low) for score in scores] if high > low else [1.0] * len(scores)
