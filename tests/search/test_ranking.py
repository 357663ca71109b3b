"""Settings of a ranking: their file, what a wrong one is told, where a library keeps them, what they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from litdex.errors import UserError
from litdex.index.engine import Scored
from litdex.index.library import Library
from litdex.search.ranking import Ranking, keep_ranking, kept_ranking, order, read_ranking
from litdex.search.retrieval import Retrieved

TUNED = Ranking(fusion="minmax", dense_weight=2.5, k=10, best_passages=3, depth=50)


def test_settings_are_read_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "ranking.toml"
    file.write_text(TUNED.to_toml())
    assert read_ranking(file) == TUNED
    file.write_text('fusion = "rrf"  # the rest is left to litdex\n')
    assert read_ranking(file) == Ranking(fusion="rrf")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('fusion = "borda"', "rrf, minmax, dbsf"),
        ("dense_weight = 0", "dense_weight = 0"),
        ('k = "60"', "give a number"),
        ("best_passages = 1.5", "whole number"),
        ("depth = true", "depth"),
        ("weight = 1", "weight is no setting"),
        ("fusion = ", "Invalid value"),
    ],
)
def test_a_wrong_setting_names_the_file_and_the_remedy(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "ranking.toml"
    file.write_text(text)
    with pytest.raises(UserError, match=told) as caught:
        read_ranking(file)
    assert str(file) in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read_ranking(tmp_path / "none.toml")


def test_a_library_keeps_its_settings(tmp_path: Path) -> None:
    with Library.open_or_create(tmp_path / "library") as library:
        assert kept_ranking(library) == Ranking()
        keep_ranking(library, TUNED)
    with Library.open(tmp_path / "library") as library:
        assert kept_ranking(library) == TUNED
        keep_ranking(library, None)
        assert kept_ranking(library) == Ranking()


def test_settings_of_another_litdex_name_the_library(tmp_path: Path) -> None:
    with Library.open_or_create(tmp_path / "library") as library:
        library.connection.execute("INSERT INTO meta VALUES ('ranking', 'fusion = \"neural\"')")
        with pytest.raises(UserError, match="library keeps a ranking of another litdex"):
            kept_ranking(library)


def test_a_paper_counts_by_its_best_passages() -> None:
    found = [Scored(1, 10, 5.0), Scored(2, 20, 4.0), Scored(3, 20, 3.0), Scored(4, 20, 2.0), Scored(5, 30, 1.0)]
    retrieved = Retrieved({"lexical": found}, {10: "a", 20: "b"})
    by_max, legs = order(retrieved, Ranking())
    assert [one.paper for one in by_max] == ["a", "b"]
    assert [one.score for one in legs["lexical"]] == [5.0, 4.0]
    by_sum, legs = order(retrieved, Ranking(best_passages=2))
    assert [one.paper for one in by_sum] == ["b", "a"]
    assert [one.score for one in legs["lexical"]] == [7.0, 5.0]


def test_depth_cuts_each_leg() -> None:
    found = [Scored(n, n, 10.0 - n) for n in range(5)]
    fused, _ = order(Retrieved({"dense": found}, {n: str(n) for n in range(5)}), Ranking(fusion="minmax", depth=3))
    assert [(one.paper, one.score) for one in fused] == [("0", 1.0), ("1", 0.5), ("2", 0.0)]
