"""The hybrid searcher over a real library: both legs, filters, order, snippets, a missing leg."""

from __future__ import annotations

from pathlib import Path

import pytest

from litdex.errors import EncoderMismatch, UserError
from litdex.index.library import Library
from litdex.pipeline.ingest import ingest
from litdex.search.filters import build_filter
from litdex.search.searcher import Mode, Searcher
from tests.index.conftest import HashingEncoder, load
from tests.search.conftest import papers


def test_both_legs_find_the_topic_and_each_standing_is_told(searcher: Searcher) -> None:
    results = searcher.search("measurement of dark matter halos", limit=10)
    assert len(results.hits) == 10
    assert all("dark matter" in hit.paper.title for hit in results.hits)
    assert set(results.hits[0].legs) == {"lexical", "dense"}
    assert results.missing == {}
    scores = [hit.score for hit in results.hits]
    assert scores == sorted(scores, reverse=True)


def test_filters_hold_and_still_fill_the_page(searcher: Searcher) -> None:
    where = build_filter(year="2003..2004", author=["Author2"], category=["quant-ph"])
    hits = searcher.search("measurement", limit=10, where=where).hits
    expected = {
        f"arXiv:{paper['id']}"
        for n, paper in enumerate(papers())
        if 2003 <= 2001 + n % 15 <= 2004 and n % 5 == 2 and n % 4 in (0, 3)
    }
    assert expected
    assert {hit.id for hit in hits} == expected


def test_a_parent_category_and_a_field_match(searcher: Searcher) -> None:
    for where in (build_filter(category=["astro-ph"]), build_filter(field=["astro-ph"])):
        hits = searcher.search("measurement", limit=50, where=where).hits
        assert len(hits) == 30


def test_the_order_is_the_same_every_time_though_the_legs_run_at_once(searcher: Searcher) -> None:
    first = searcher.rank("measurement in detail", limit=40)
    assert len(first) == 40
    for _ in range(50):
        assert searcher.rank("measurement in detail", limit=40) == first


def test_pages_follow_one_another(searcher: Searcher) -> None:
    whole = [hit.id for hit in searcher.search("surface codes", limit=12).hits]
    pages = [hit.id for at in (0, 5, 10) for hit in searcher.search("surface codes", limit=5, offset=at).hits]
    assert pages[:12] == whole


def test_a_long_paper_takes_one_place_not_the_whole_page(searcher: Searcher) -> None:
    for mode in ("lexical", "dense", "hybrid"):
        names = searcher.rank("squeezed light told at length", limit=10, mode=mode)
        assert len(names) == len(set(names)) == 10


def test_snippets_hold_the_words_and_their_offsets_are_exact(library: Library, searcher: Searcher) -> None:
    hit = searcher.search("protein folding measurement", limit=1).hits[0]
    number = library.store.find(hit.id)
    assert number is not None
    text = library.store.paper(number).text
    for passage in hit.passages:
        assert text[passage.start : passage.end] == passage.text
        snippet = passage.snippet
        assert text[snippet.start : snippet.end] == snippet.text
        assert {text[start:end] for start, end in snippet.marks} == {"measurement", "protein", "folding"}


@pytest.mark.parametrize("query", ['"', "a:b", "((", "the of and", "C++ — ~!@#$%^&*", "x" * 20_000, "\x00", "量子"])
def test_no_query_is_an_error(searcher: Searcher, query: str) -> None:
    searcher.search(query, limit=3)


@pytest.mark.parametrize("query", ["", "  \n"])
def test_an_empty_query_says_what_to_do(searcher: Searcher, query: str) -> None:
    with pytest.raises(UserError, match="empty"):
        searcher.search(query)


@pytest.mark.parametrize(("mode", "leg"), [("lexical", "lexical"), ("dense", "dense")])
def test_one_leg_alone(searcher: Searcher, mode: Mode, leg: str) -> None:
    for hit in searcher.search("surface codes", mode=mode).hits:
        assert set(hit.legs) == {leg}


def test_another_encoder_is_refused(library: Library) -> None:
    class Other(HashingEncoder):
        fingerprint = "other"

    with Searcher(library, Other) as searcher, pytest.raises(EncoderMismatch):
        searcher.search("anything")


def test_a_busy_vector_engine_is_named_and_the_other_leg_answers(
    library: Library, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("litdex.index.engines.READER_PATIENCE", 0.0)
    generation = library.generation("vectors")
    assert generation is not None
    writer = library.vectors(generation, writable=True)
    try:
        results = searcher.search("surface codes", limit=5)
    finally:
        writer.close()
    assert len(results.hits) == 5
    assert set(results.missing) == {"dense"}


def test_a_library_without_papers_finds_nothing(tmp_path: Path) -> None:
    with Library.open_or_create(tmp_path / "empty") as library, Searcher(library, HashingEncoder) as searcher:
        assert searcher.search("anything").hits == ()


def test_a_library_whose_engines_hold_nothing_yet_finds_nothing_and_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    with Library.open_or_create(tmp_path / "library") as library:
        ingest(library, [tmp_path / "papers"], load)
        assert library.generation("lexical") is not None
        with Searcher(library, load) as searcher:
            assert searcher.search("anything", limit=3).hits == ()
            assert searcher.counts("anything", ["category"], limit=3).papers == 0
