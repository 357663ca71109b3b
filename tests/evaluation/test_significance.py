"""Intervals and tests: what they must say where the answer is known."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from litdex.evaluation.significance import compare, holm, interval, randomisation


def test_the_interval_holds_the_mean_and_is_the_same_every_time() -> None:
    values = {str(n): float(n % 2) for n in range(100)}
    found = interval(values)
    assert found.mean == 0.5
    assert 0.38 < found.low < 0.45 < 0.55 < found.high < 0.62
    assert interval(values) == found


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=8))
def test_few_differences_are_tested_exactly(differences: list[int]) -> None:
    observed = abs(sum(differences))
    signs = list(product((1, -1), repeat=len(differences)))
    sums = [abs(sum(s * d for s, d in zip(each, differences, strict=True))) for each in signs]
    exact = sum(each >= observed for each in sums) / len(signs)
    assert randomisation(differences) == pytest.approx(exact)


def test_many_differences_agree_with_the_t_test() -> None:
    from scipy.stats import ttest_1samp

    rng = np.random.default_rng(5)
    for shift in (0.0, 0.02, 0.04):
        differences = rng.normal(shift, 0.3, 400)
        assert randomisation(differences) == pytest.approx(ttest_1samp(differences, 0).pvalue, abs=0.02)


def test_chance_is_called_significant_about_as_often_as_it_should_be() -> None:
    rng = np.random.default_rng(7)
    ps = np.array([randomisation(rng.normal(0, 1, 40), rounds=500, seed=seed) for seed in range(200)])
    assert 0.01 < (ps < 0.05).mean() < 0.11


def test_the_same_input_has_the_same_p() -> None:
    differences = np.random.default_rng(3).normal(0.01, 0.2, 5000)
    assert randomisation(differences) == randomisation(differences)
    assert randomisation([0.0] * 50) == 1


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_pairs_are_compared_query_by_query() -> None:
    good = {str(n): 0.5 + n % 3 / 10 for n in range(60)}
    worse = {query: value - 0.1 for query, value in good.items()}
    same, different = compare({"a": good, "b": worse, "c": dict(good)}, [("a", "c"), ("a", "b")])
    assert (same.difference, same.p, same.significant) == (0, 1, False)
    assert different.difference == pytest.approx(0.1)
    assert different.significant
