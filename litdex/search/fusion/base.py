"""What a way of fusing is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Fusion(Protocol):
    """Makes the scores of one leg comparable with those of another.

    A paper's fused score is the weighted sum of its points over the legs. Points are never below 0, and a paper that a
    leg did not find among its best has 0 from that leg: being found never costs a place.
    """

    def __call__(self, scores: Sequence[float], k: float) -> list[float]:
        """The points for a leg's scores, which come best first; `k` is the constant of those fusions that have one."""
