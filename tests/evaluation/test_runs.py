"""Runs of a real, small library."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litdex.errors import UserError
from litdex.evaluation.built import built
from litdex.evaluation.collection import Collection
from litdex.evaluation.measures import evaluate
from litdex.evaluation.plain import plain
from litdex.evaluation.runs import run_all, ways
from litdex.index.library import Library
from litdex.pipeline.ingest import Silent
from litdex.search.query.reading import parse
from litdex.search.query.tree import All, Group, Node, Word
from litdex.search.ranking import Ranking
from litdex.search.searcher import Searcher
from tests.index.conftest import HashingEncoder

Opened = tuple[Library, Searcher]


def test_every_way_finds_what_answers(searcher: Opened, collection: Collection) -> None:
    runs, took, missing = run_all(*searcher, collection, ways(Ranking(), ["lexical", "dense", "rrf", "default"]))
    assert list(runs) == ["lexical", "dense", "rrf", "default"]
    assert set(took) == {"lexical", "dense"}
    assert missing == []
    for run in runs.values():
        assert set(run) == set(collection.queries)
        values = evaluate(run, collection.qrels, ["nDCG@10"])["nDCG@10"]
        assert sum(values.values()) / len(values) > 0.6


def test_a_fused_run_is_what_a_search_shows(searcher: Opened, collection: Collection) -> None:
    library, opened = searcher
    runs, _, _ = run_all(library, opened, collection, ways(opened.ranking, ["set"]))
    for query, text in collection.queries.items():
        shown = opened.search(plain(text), limit=10).hits
        assert [hit.id.removeprefix("local:") for hit in shown] == runs["set"][query][:10]


def test_ways_that_would_say_the_same_twice_are_left_out() -> None:
    given = Ranking(fusion="minmax", lexical_weight=0.123)
    assert {"lexical", "dense", "rrf", "minmax", "dbsf"} <= set(ways(Ranking()))
    assert "set" not in ways(Ranking())
    assert "set" in ways(given)
    with pytest.raises(UserError, match="--modes neural"):
        ways(given, ["neural"])


def test_documents_of_one_paper_are_all_found_and_missing_ones_are_told(tmp_path: Path) -> None:
    halos = {"id": "0901.0001", "doi": "10.1/x", "title": "Halos of dark matter", "abstract": "We weigh them."}
    codes = {"id": "c", "title": "Surface codes", "abstract": "A threshold."}
    (tmp_path / "corpus.jsonl").write_text(f"{json.dumps(halos)}\n{json.dumps(codes)}\n")
    collection = Collection(
        name="ids",
        corpus=tmp_path / "corpus.jsonl",
        queries={"q": "dark matter halos", "c": "surface codes"},
        qrels={"q": {"0901.0001": 1, "10.1/x": 1, "gone": 1}, "c": {"c": 1}},
    )
    with (
        Library.open(built(collection, HashingEncoder, tmp_path / "cache")) as library,
        Searcher(library, HashingEncoder) as searcher,
    ):
        runs, _, missing = run_all(library, searcher, collection, ways(Ranking(), ["lexical"]))
        assert runs["lexical"] == {"q": ["0901.0001", "10.1/x"], "c": ["c"]}
        assert missing == ["gone"]
        without = replace(collection, without_self=True)
        runs, _, _ = run_all(library, searcher, without, ways(Ranking(), ["dense"]))
        assert runs["dense"]["c"] == ["0901.0001", "10.1/x"]


def test_a_second_build_ingests_nothing(collection: Collection, library_folder: Path) -> None:
    class Watched(Silent):
        def embedded(self, passages: int) -> None:
            raise AssertionError("embedded again")

    assert built(collection, HashingEncoder, library_folder.parent, Watched()) == library_folder


def test_without_a_corpus_a_library_is_asked_for(collection: Collection, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--library"):
        built(replace(collection, corpus=None), HashingEncoder, tmp_path)


def words(node: Node) -> list[str]:
    """The words of a tree that has nothing but words."""
    if isinstance(node, Word):
        return [node.text]
    assert isinstance(node, All | Group), node
    return [word for part in (node.parts if isinstance(node, All) else (node.part,)) for word in words(part)]


@given(st.text(alphabet='ab1 -:"“”()OR.titleyear^,\n', max_size=60))
def test_a_plain_query_has_words_only(text: str) -> None:
    found = "".join(words(parse(plain(text)).root))
    assert sorted(found) == sorted(char for char in plain(text) if not char.isspace()) or "(" in text


@pytest.mark.parametrize("text", ["spin-1/2 atoms in SU(2)", "x-ray", "A: the case", "p = -0.5", "Bell's inequality"])
def test_plain_leaves_ordinary_text_alone(text: str) -> None:
    assert plain(text) == text
