"""From each leg's ranking to one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from litdex.search.fusion.base import Fusion

Name = TypeVar("Name", bound=str)


class Fused(NamedTuple, Generic[Name]):
    """A paper in the fused ranking. `shares` is what each leg that found it gave to the score."""

    paper: str
    score: float
    shares: Mapping[Name, float]


def fuse(
    rankings: Mapping[Name, Sequence[tuple[str, float]]], fusion: Fusion, weights: Mapping[Name, float], k: float
) -> list[Fused[Name]]:
    """Fuse each leg's (id, score), best first. The best comes first, ties are broken by id.

    One leg alone keeps its order, also where points make equal what its scores tell apart.
    """
    shares: dict[str, dict[Name, float]] = {}
    for leg in sorted(rankings):  # so that the order of the legs cannot change a sum's last digit
        points, weight = fusion([score for _, score in rankings[leg]], k), weights[leg]
        for (paper, _), point in zip(rankings[leg], points, strict=True):
            shares.setdefault(paper, {})[leg] = weight * point
    fused = [(-sum(by_leg.values()), paper, by_leg) for paper, by_leg in shares.items()]
    if len(rankings) > 1:
        fused.sort()  # no two have one id, so shares are never compared
    return [Fused(paper, -score, by_leg) for score, paper, by_leg in fused]
