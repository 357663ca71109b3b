"""Distribution-based score fusion: where a score lies between three standard deviations below and above the mean.

Source: Mazzeschi, "Distribution-based score fusion (DBSF)", 2023. Unlike the best score, the mean and the deviation of
a list are not moved far by one paper that stands out; so a paper that does stand out may have more than 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt

DEVIATIONS = 3


def dbsf(scores: Sequence[float], k: float) -> list[float]:
    """Points around 0.5, never below 0; all 0.5 where the scores do not differ. `k` is not used."""
    if not scores:
        return []
    mean = fsum(scores) / len(scores)
    reach = DEVIATIONS * sqrt(fsum((score - mean) ** 2 for score in scores) / len(scores))
    if scores[0] == scores[-1] or not reach:
        return [0.5] * len(scores)
    return [max(0.0, (score - mean + reach) / (2 * reach)) for score in scores]
