"""Snippets by meaning: only where no word matches, from exact offsets, within a budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from litdex.encoder.base import Vectors
from litdex.index.library import Library
from litdex.search.hit import HitPassage, Snippet
from litdex.search.nearest import MOST_SENTENCES, nearest_sentences
from litdex.search.searcher import Searcher
from tests.index.conftest import HashingEncoder


class Counting(HashingEncoder):
    """Counts the texts that it is given."""

    texts = 0

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        self.texts += len(texts)
        return super().encode_passages(texts, progress)


def passage(text: str, start: int = 100) -> HitPassage:
    """A passage with an empty snippet."""
    return HitPassage(
        section="", text=text, start=start, end=start + len(text), snippet=Snippet(text="", start=start, end=start)
    )


LONG = "We heat the sample for an hour. " * 12
ANSWER = "Bose condensates of cold atoms form here at last, and stay. "


def test_the_nearest_sentence_is_found_and_its_offsets_hold() -> None:
    whole = passage(LONG + ANSWER + LONG)
    (snippet,) = nearest_sentences("cold atoms condensates", [whole], Counting())
    assert ANSWER.strip() in snippet.text
    assert whole.text[snippet.start - 100 : snippet.end - 100] == snippet.text
    assert snippet.by == "meaning"


def test_the_budget_holds_over_all_passages() -> None:
    encoder = Counting()
    snippets = nearest_sentences("cold atoms", [passage(LONG)] * 10, encoder)
    assert len(snippets) == 2
    assert encoder.texts == MOST_SENTENCES


def test_a_search_asks_for_meaning_only_where_no_word_matches(library: Library) -> None:
    encoder = Counting()
    with Searcher(library, lambda: encoder) as searcher:
        assert {hit.passages[0].snippet.by for hit in searcher.search("protein folding", limit=5).hits} == {"words"}
        assert encoder.texts == 0
        hits = searcher.search("zzz yyy", limit=5).hits
        assert {hit.passages[0].snippet.by for hit in hits} == {"meaning"}
        assert 0 < encoder.texts <= MOST_SENTENCES
        for hit in hits:
            number = library.store.find(hit.id)
            assert number is not None
            snippet = hit.passages[0].snippet
            assert library.store.paper(number).text[snippet.start : snippet.end] == snippet.text
