"""Measures against values worked out by hand."""

from __future__ import annotations

from math import log2

import pytest

from litdex.errors import UserError
from litdex.evaluation.measures import Judge, check_measures, evaluate

QRELS = {"q1": {"a": 2, "b": 1, "c": 0}, "q2": {"d": 1}, "none": {"a": 0}}
RUN = {"q1": ["c", "b", "x", "a"], "q2": [f"x{n}" for n in range(20)]}


def test_ndcg_is_discounted_gain_over_the_ideal() -> None:
    values = evaluate(RUN, QRELS, ["nDCG@10", "nDCG@2"])
    assert values["nDCG@10"]["q1"] == pytest.approx((1 / log2(3) + 2 / log2(5)) / (2 + 1 / log2(3)))
    assert values["nDCG@10"]["q2"] == 0
    assert values["nDCG@2"]["q1"] == pytest.approx(1 / log2(3) / (2 + 1 / log2(3)))


def test_the_other_measures() -> None:
    values = evaluate(RUN, QRELS, ["RR", "MRR", "AP", "MAP", "R@2", "R@4", "P@4"])
    assert {name: found["q1"] for name, found in values.items()} == {
        "RR": 0.5,
        "MRR": 0.5,
        "AP": 0.5,
        "MAP": 0.5,
        "R@2": 0.5,
        "R@4": 1,
        "P@4": 0.5,
    }


def test_queries_without_a_relevant_document_do_not_count_and_missing_runs_do() -> None:
    assert evaluate({}, QRELS, ["R@100"]) == {"R@100": {"q1": 0, "q2": 0}}


def test_the_order_of_a_run_is_kept_whatever_its_ids() -> None:
    """trec_eval would break ties by id; the run's order has none."""
    for run in (["a", "z"], ["z", "a"]):
        assert evaluate({"q": run}, {"q": {"a": 1}}, ["RR"])["RR"]["q"] == 1 / (run.index("a") + 1)


def test_every_query_stands_in_the_same_place_in_all_runs() -> None:
    judge = Judge(QRELS, ["RR"])
    assert list(judge({"q2": ["d"]})["RR"]) == list(judge({"q1": ["a"]})["RR"]) == ["q1", "q2"]


@pytest.mark.parametrize("name", ["nDCG@", "recall@100", "nonsense", "", "nDCG@ten", "nDCG@-1"])
def test_what_is_no_measure_is_told(name: str) -> None:
    with pytest.raises(UserError, match="is no measure"):
        check_measures([name])
