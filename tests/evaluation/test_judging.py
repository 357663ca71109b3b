"""Pools and judgements, apart from the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from litdex.errors import UserError
from litdex.evaluation.beir import read_beir
from litdex.evaluation.collection import Collection
from litdex.evaluation.judging import Judgements, pool, read_queries
from litdex.evaluation.runs import ways
from litdex.index.library import Library
from litdex.search.ranking import Ranking
from litdex.search.searcher import Searcher


def test_a_pool_holds_the_first_of_every_way_in_an_order_that_tells_nothing(
    searcher: tuple[Library, Searcher], collection: Collection
) -> None:
    text = "review dark matter halos"
    retrieved = searcher[1].retrieve(text, depth=20)
    asked = ways(Ranking())
    found = pool(text, retrieved, asked, 5)
    assert set(found) == {paper for way in asked.values() for paper in way(text, retrieved)[:5]}
    assert len(found) == len(set(found))
    assert pool(text, retrieved, dict(reversed(asked.items())), 5) == found
    assert all(found[:5] != way(text, retrieved)[:5] for way in asked.values())


def test_queries_of_each_kind(tmp_path: Path) -> None:
    path = tmp_path / "queries"
    path.write_text("spin squeezing\n\n  dark  matter \n")
    plain = read_queries(path)
    assert list(plain.values()) == ["spin squeezing", "dark matter"]
    path.write_text("dark  matter\nnew\nspin squeezing\n")
    assert plain.items() <= read_queries(path).items()  # ids stay when lines move
    path.write_text("a\tspin squeezing\n")
    assert read_queries(path) == {"a": "spin squeezing"}
    lines = tmp_path / "queries.jsonl"
    lines.write_text(json.dumps({"_id": "7", "text": "halos"}) + "\n")
    assert read_queries(lines) == {"7": "halos"}
    path.write_text("\n")
    with pytest.raises(UserError, match="no query"):
        read_queries(path)


def test_judgements_are_on_disk_at_once_and_go_on(tmp_path: Path) -> None:
    queries = {"q": "halos", "r": "codes"}
    pools = {"q": ["a", "b"], "r": ["c"]}
    first = Judgements(tmp_path, queries)
    first.put("q", "a", 2)
    second = Judgements(tmp_path, queries)
    assert second.grade("q", "a") == 2
    assert second.still_open(pools) == [("q", "b"), ("r", "c")]
    second.put("q", "a", 0)
    second.put("r", "c", 3)
    assert Judgements(tmp_path, {"s": "more"}).count() == 2
    collection = read_beir(tmp_path)
    assert collection.queries == {"r": "codes"}  # of q nothing was found relevant
    assert collection.corpus is None


def test_another_text_under_a_known_id_is_refused(tmp_path: Path) -> None:
    Judgements(tmp_path, {"q": "halos"})
    with pytest.raises(UserError, match="--out"):
        Judgements(tmp_path, {"q": "codes"})
