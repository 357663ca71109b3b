"""Reciprocal rank fusion against values worked out by hand."""

from __future__ import annotations

import pytest

from litdex.search.fusion.rrf import rrf


def test_a_paper_scores_the_sum_of_its_reciprocal_ranks() -> None:
    fused = rrf({"lexical": [("a", 9.0), ("b", 8.0)], "dense": [("b", 0.9), ("c", 0.8)]})
    assert [name for name, _ in fused] == ["b", "a", "c"]
    assert dict(fused)["b"] == pytest.approx(1 / 62 + 1 / 61)


def test_ties_are_broken_by_id_whatever_the_order_of_the_legs() -> None:
    one, two = [("z", 1.0)], [("a", 1.0)]
    assert rrf({"lexical": one, "dense": two}) == rrf({"dense": two, "lexical": one})
    assert [name for name, _ in rrf({"lexical": one, "dense": two})] == ["a", "z"]


def test_one_leg_alone_keeps_its_order() -> None:
    assert [name for name, _ in rrf({"dense": [("q", 0.9), ("p", 0.8)]})] == ["q", "p"]
    assert rrf({}) == []
