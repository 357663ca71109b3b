"""Each fusion against values worked out by hand, and what all of them have in common."""

from __future__ import annotations

import pytest

from litdex.search.fusion import FUSIONS
from litdex.search.fusion.base import Fusion
from litdex.search.fusion.dbsf import dbsf
from litdex.search.fusion.fuse import fuse
from litdex.search.fusion.minmax import minmax
from litdex.search.fusion.rrf import rrf

WEIGHTS = {"lexical": 1.0, "dense": 1.0}


def test_rrf_counts_ranks_from_one() -> None:
    assert rrf([9.0, 8.0], 60) == [1 / 61, 1 / 62]


def test_minmax_spreads_scores_from_one_to_nought() -> None:
    assert minmax([8.0, 5.0, 4.0], 60) == [1.0, 0.25, 0.0]
    assert minmax([3.0, 3.0], 60) == [1.0, 1.0]


def test_dbsf_measures_in_deviations_from_the_mean() -> None:
    # mean 2, standard deviation 1: three of them reach from -1 to 5
    assert dbsf([3.0, 1.0], 60) == pytest.approx([4 / 6, 2 / 6])
    assert dbsf([7.0], 60) == [0.5]
    assert dbsf([100.0, *[1.0] * 99], 60)[0] > 1
    assert dbsf([*[1.0] * 99, -100.0], 60)[-1] == 0


@pytest.mark.parametrize("fusion", FUSIONS.values(), ids=FUSIONS)
class TestEveryFusion:
    def test_points_follow_scores_and_are_never_below_nought(self, fusion: Fusion) -> None:
        points = fusion([9.0, 4.5, 4.0, -2.0], 60)
        assert len(points) == 4
        assert points == sorted(points, reverse=True)
        assert points[-1] >= 0
        assert fusion([], 60) == []

    def test_ties_are_broken_by_id_whatever_the_order_of_the_legs(self, fusion: Fusion) -> None:
        one, two = [("z", 1.0)], [("a", 1.0)]
        fused = fuse({"lexical": one, "dense": two}, fusion, WEIGHTS, 60)
        assert fused == fuse({"dense": two, "lexical": one}, fusion, WEIGHTS, 60)
        assert [paper.paper for paper in fused] == ["a", "z"]

    def test_one_leg_alone_keeps_its_order(self, fusion: Fusion) -> None:
        ranked = [*((f"{n:02}", 1.0) for n in range(50)), ("q", 0.1), ("p", 0.0)]  # far below all others
        assert [one.paper for one in fuse({"dense": ranked}, fusion, WEIGHTS, 60)] == [name for name, _ in ranked]

    def test_a_score_is_the_sum_of_the_weighted_shares(self, fusion: Fusion) -> None:
        legs = {"lexical": [("a", 9.0), ("b", 8.0)], "dense": [("b", 0.9), ("c", 0.8)]}
        plain = {one.paper: one for one in fuse(legs, fusion, WEIGHTS, 60)}
        heavy = {one.paper: one for one in fuse(legs, fusion, {"lexical": 1.0, "dense": 3.0}, 60)}
        assert set(plain["a"].shares) == {"lexical"}
        assert set(plain["b"].shares) == {"lexical", "dense"}
        for name in "abc":
            assert plain[name].score == sum(plain[name].shares.values())
            assert heavy[name].shares.get("dense", 0) == pytest.approx(3 * plain[name].shares.get("dense", 0))
            assert heavy[name].shares.get("lexical") == plain[name].shares.get("lexical")


def test_nothing_fused_is_nothing() -> None:
    assert fuse({}, rrf, WEIGHTS, 60) == []
