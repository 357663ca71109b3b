"""Why a hit stands where it does: shares that sum to the score, matched words, counted passages."""

from __future__ import annotations

import pytest

from litdex.index.library import Library
from litdex.search.fusion import FUSIONS
from litdex.search.ranking import Ranking
from litdex.search.searcher import Searcher
from tests.index.conftest import HashingEncoder

QUERY = "squeezing light measured nowhereatall"


@pytest.mark.parametrize("fusion", FUSIONS)
def test_the_shares_sum_to_the_score(library: Library, fusion: str) -> None:
    ranking = Ranking(fusion=fusion, dense_weight=3)
    with Searcher(library, HashingEncoder, ranking=ranking) as searcher:
        results = searcher.search(QUERY, limit=20)
    assert results.ranking == ranking
    for hit in results.hits:
        assert hit.score == pytest.approx(sum(standing.share for standing in hit.legs.values()))
    scores = [hit.score for hit in results.hits]
    assert scores == sorted(scores, reverse=True)


def test_terms_are_traced_to_the_words_that_have_them(searcher: Searcher) -> None:
    hits = searcher.search(QUERY, limit=20, explain=True).hits
    why = next(hit.explanation for hit in hits if "squeezed" in hit.paper.title)
    assert why is not None
    assert why.terms == {"squeez": ("squeezed",), "light": (), "measur": ("measurement",), "nowhereatal": ()}


def test_the_passages_that_count_make_each_legs_score(library: Library) -> None:
    with Searcher(library, HashingEncoder, ranking=Ranking(best_passages=3)) as searcher:
        (hit,) = [hit for hit in searcher.search(QUERY, limit=20, explain=True).hits if hit.paper.title == "A long one"]
    assert hit.explanation is not None
    for leg, standing in hit.legs.items():
        counted = hit.explanation.counted[leg]
        assert len(counted) == 3
        assert standing.score == pytest.approx(sum(passage.score for passage in counted))
        assert all(passage.section.startswith("Part") for passage in counted)


def test_no_explanation_is_made_unasked(searcher: Searcher) -> None:
    assert all(hit.explanation is None for hit in searcher.search(QUERY).hits)
