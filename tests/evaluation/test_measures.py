"""Measures against values worked out by hand."""

from __future__ import annotations

from math import log2
from pathlib import Path

import pytest

from litdex.errors import UserError
from litdex.evaluation.beir import read_beir
from litdex.evaluation.measures import mean_with_interval, ndcg, recall

QRELS = {"q1": {"a": 2, "b": 1, "c": 0}, "q2": {"d": 1}, "none": {"a": 0}}
RUN = {"q1": ["c", "b", "x", "a"], "q2": ["x"] * 20}


def test_ndcg_is_discounted_gain_over_the_ideal() -> None:
    values = ndcg(RUN, QRELS, 10)
    assert values["q1"] == pytest.approx((1 / log2(3) + 2 / log2(5)) / (2 + 1 / log2(3)))
    assert values["q2"] == 0
    assert ndcg(RUN, QRELS, 2)["q1"] == pytest.approx(1 / log2(3) / (2 + 1 / log2(3)))


def test_queries_without_a_relevant_document_do_not_count_and_missing_runs_do() -> None:
    assert set(ndcg({}, QRELS)) == {"q1", "q2"}
    assert recall({}, QRELS) == {"q1": 0, "q2": 0}


def test_recall_counts_relevant_documents_among_the_first_k() -> None:
    assert recall(RUN, QRELS, 2)["q1"] == 0.5
    assert recall(RUN, QRELS, 4)["q1"] == 1


def test_the_interval_holds_the_mean_and_is_the_same_every_time() -> None:
    values = {str(n): n % 2 for n in range(100)}
    mean, low, high = mean_with_interval(values)
    assert mean == 0.5
    assert 0.38 < low < 0.45 < 0.55 < high < 0.62
    assert mean_with_interval(values) == (mean, low, high)


def test_a_folder_without_the_layout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"corpus\.jsonl"):
        read_beir(tmp_path)


def test_scifact_reads(shared_data: Path) -> None:
    collection = read_beir(shared_data / "retrieval" / "scifact")
    assert len(collection.queries) == len(collection.qrels) == 300
