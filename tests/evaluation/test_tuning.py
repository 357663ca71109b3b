"""Tuning: fast ranking against the searcher's own, honest held-out scores, and saying so when nothing is better."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litdex.evaluation.collection import Collection
from litdex.evaluation.measures import evaluate
from litdex.evaluation.runs import run_all, ways
from litdex.evaluation.trying import against_legs, try_all
from litdex.evaluation.tuning import Tried, grid, rank_each, tune
from litdex.index.engine import Scored
from litdex.index.library import Library
from litdex.search.fusion import FUSIONS
from litdex.search.ranking import Ranking, order
from litdex.search.retrieval import Retrieved
from litdex.search.searcher import Searcher

passages = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from([0.1, 0.25, 0.5, 0.75, 1.0, 3.5])),
    max_size=30,
    unique_by=lambda x: x[0],
)


def found(pairs: list[tuple[int, float]]) -> list[Scored]:
    """Passages, three to a paper, best first as an engine gives them."""
    return sorted((Scored(n, n // 3, score) for n, score in pairs), key=lambda one: (-one.score, one.number))


@settings(max_examples=40, deadline=None)
@given(passages, passages)
def test_many_settings_at_once_rank_as_each_alone(
    lexical: list[tuple[int, float]], dense: list[tuple[int, float]]
) -> None:
    """`order` is the oracle: what is tuned is what a search does."""
    names = {number: f"p{number % 7}x{number}" for number in range(14)}
    retrieved = Retrieved({"lexical": found(lexical), "dense": found(dense)}, names)
    tried = grid(Ranking(depth=6), best_passages=(1, 2))
    fast = rank_each(retrieved, tried, 8)
    assert len(fast) == len(tried)
    for ranking, ids in zip(tried, fast, strict=True):
        assert ids == [one.paper for one in order(retrieved, ranking)[0]][:8], ranking


def test_the_grid_begins_with_the_default_and_tries_every_fusion() -> None:
    tried = grid(Ranking())
    assert tried[0] == Ranking()
    assert {one.fusion for one in tried} == set(FUSIONS)
    assert len({one.best_passages for one in tried}) > 1


def test_the_values_are_those_of_an_evaluation(searcher: tuple[Library, Searcher], collection: Collection) -> None:
    tried = try_all(*searcher, collection, grid(Ranking()), "nDCG@10")
    runs, _, _ = run_all(*searcher, collection, ways(Ranking(), ["lexical", "default"]))
    for values, name in ((tried.values[0], "default"), (tried.legs["lexical"], "lexical")):
        expected = evaluate(runs[name], collection.qrels, ["nDCG@10"])["nDCG@10"]
        assert dict(zip(tried.queries, values.tolist(), strict=True)) == pytest.approx(expected)


def made(values: np.ndarray, name: str = "made") -> Tried:
    """Values of settings as if they had been measured, and a leg below them."""
    return Tried(
        name, tuple(map(str, range(values.shape[1]))), values, {"lexical": values[0] - 0.1, "dense": values[0] - 0.2}
    )


def test_a_setting_that_is_better_is_found_and_its_gain_is_held_out() -> None:
    values = np.random.default_rng(0).uniform(0.3, 0.6, (20, 200))
    values[7] += 0.2
    result = tune([made(values)])
    assert result.choice == 7
    assert result.better
    assert result.held_out == pytest.approx(values[7].mean())
    assert "+0." in against_legs([made(values)], 7)[0]


def test_settings_that_differ_by_chance_are_not_called_better() -> None:
    """The best of 300 looks better on the queries it was chosen by, and is not on others."""
    called = 0
    for seed in range(20):
        values = np.random.default_rng(seed).uniform(0, 1, (300, 60))
        result = tune([made(values)], seed=seed)
        assert result.best > result.default
        called += result.better
    assert called <= 2


def test_equal_settings_leave_the_default() -> None:
    result = tune([made(np.full((5, 30), 0.5))])
    assert (result.choice, result.p, result.better) == (0, 1.0, False)


def test_collections_weigh_the_same_however_many_queries_they_have() -> None:
    small, large = np.full((3, 20), 0.5), np.full((3, 2000), 0.5)
    small[1] += 0.3
    large[2] += 0.1
    assert tune([made(small, "small"), made(large, "large")]).choice == 1


def test_being_below_a_leg_is_said() -> None:
    values = np.random.default_rng(1).uniform(0.3, 0.6, (2, 100))
    tried = Tried("made", tuple(map(str, range(100))), values, {"lexical": values[1] + 0.1, "dense": values[0]})
    assert "significantly below" in against_legs([tried], 1)[0]
