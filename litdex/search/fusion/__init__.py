"""Several rankings of papers made one: each way is a function of one signature in a file of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

Ranking = Sequence[tuple[str, float]]
"""(id, score), best first."""


class Fusion(Protocol):
    """Takes each leg's ranking; returns one ranking, ties broken by id."""

    def __call__(self, rankings: Mapping[str, Ranking]) -> list[tuple[str, float]]:
        """The fused ranking, best first."""
