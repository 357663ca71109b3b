"""Measures of a run against qrels, one value a query: nDCG@k and recall@k.

A run maps each query to its ranked ids, qrels map each query to the graded relevance of ids. Queries without a relevant
document are left out, as trec_eval does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2

import numpy as np

Run = Mapping[str, Sequence[str]]
Qrels = Mapping[str, Mapping[str, int]]


def ndcg(run: Run, qrels: Qrels, k: int = 10) -> dict[str, float]:
    """nDCG@k with linear gain and log2 discount, as trec_eval's ndcg_cut.

    Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002.
    """
    values = {}
    for query, relevant in _judged(qrels).items():
        gains = [relevant.get(paper, 0) for paper in run.get(query, ())[:k]]
        ideal = sorted(relevant.values(), reverse=True)[:k]
        values[query] = _dcg(gains) / _dcg(ideal)
    return values


def recall(run: Run, qrels: Qrels, k: int = 100) -> dict[str, float]:
    """The share of the relevant documents that stand among the first k."""
    values = {}
    for query, relevant in _judged(qrels).items():
        wanted = {paper for paper, grade in relevant.items() if grade > 0}
        values[query] = len(wanted & set(run.get(query, ())[:k])) / len(wanted)
    return values


def mean_with_interval(values: Mapping[str, float], rounds: int = 2000, seed: int = 0) -> tuple[float, float, float]:
    """The mean over queries and its 95 % bootstrap interval (percentiles over resampled queries)."""
    sample = np.array(list(values.values()))
    draws = np.random.default_rng(seed).integers(0, len(sample), size=(rounds, len(sample)), dtype=np.int32)
    means = sample[draws].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(sample.mean()), float(low), float(high)


def _judged(qrels: Qrels) -> dict[str, Mapping[str, int]]:
    return {query: grades for query, grades in qrels.items() if any(grade > 0 for grade in grades.values())}


def _dcg(gains: Sequence[int]) -> float:
    return sum(max(gain, 0) / log2(rank + 2) for rank, gain in enumerate(gains))
