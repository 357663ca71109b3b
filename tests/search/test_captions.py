"""Captions: found like any passage, by themselves with `in:caption`, and shown as what they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from litdex.errors import UserError
from litdex.index.library import Library
from litdex.pipeline.ingest import ingest
from litdex.search.as_json import results_json
from litdex.search.searcher import Mode, Searcher
from tests.index.conftest import load

LABELLED = {
    "litdex": 1,
    "identifiers": {"arxiv": "0901.0001"},
    "title": "On spinning tops",
    "abstract": "Tops are spun.",
    "date": "2009",
    "sections": [{"title": "Results", "text": "We see precession of every top."}],
    "captions": [
        {"label": "Figure 1", "text": "A gyroscope beside the lamp."},
        {"label": "Table 2", "text": "Masses of the wooden rotors."},
        {"label": "Table 2", "text": "Wood | Mass\nmahogany | 3 kg", "kind": "table"},
        {"label": "Table 2", "text": "Weighed by Quill.", "kind": "table-note"},
        {"label": "", "text": "Except for the walrus.", "kind": "footnote"},
    ],
}
BARE = {
    "litdex": 1,
    "identifiers": {"arxiv": "0901.0002"},
    "title": "A gyroscope",
    "abstract": "A gyroscope is built, and a lamp beside it.",
    "date": "2010",
}


@pytest.fixture
def searcher(tmp_path: Path) -> Iterator[Searcher]:
    """Over a paper with captions and one without."""
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, (LABELLED, BARE))))
    with Library.open_or_create(tmp_path / "library") as library:
        ingest(library, [tmp_path / "papers.jsonl"], load)
        with Searcher(library, load) as opened:
            yield opened


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "dense"])
def test_captions_alone_are_searched_when_that_is_asked(searcher: Searcher, mode: Mode) -> None:
    (hit,) = searcher.search("gyroscope lamp in:caption", mode=mode).hits
    assert (hit.id, hit.passages[0].section, hit.passages[0].kind) == ("arXiv:0901.0001", "Figure 1", "caption")
    assert {passage.kind for passage in hit.passages} == {"caption"}


def test_a_caption_is_found_without_asking_and_its_place_in_the_text_holds(searcher: Searcher) -> None:
    results = searcher.search("wooden rotors")
    passage = results.hits[0].passages[0]
    shown = results_json(results)["hits"][0]["passages"][0]
    assert (shown["section"], shown["kind"], shown["snippet"]["text"]) == ("Table 2", "caption", passage.text)
    paper = searcher._library.store.paper(searcher._library.store.find("0901.0001") or 0)
    assert paper.text[passage.start : passage.end] == passage.text
    assert "gyroscope" not in paper.running_text


def test_a_caption_is_found_by_its_own_words_and_not_by_its_papers_title(searcher: Searcher) -> None:
    assert searcher.rank("spinning in:caption", limit=5, mode="lexical") == []
    assert searcher.rank("gyroscope -in:caption", limit=5, mode="lexical") == ["arXiv:0901.0002"]


def test_facets_count_the_papers_whose_captions_match(searcher: Searcher) -> None:
    assert searcher.counts("gyroscope", ["year"]).papers == 2
    counts = searcher.counts("gyroscope in:caption", ["year"])
    assert (counts.papers, counts.fields["year"]) == (1, [("2009", 1)])
    assert searcher.counts("precession in:caption", []).papers == 0
    assert searcher.counts("in:caption", []).papers == 1
    assert searcher.rank("in:caption", limit=5) == ["arXiv:0901.0001"]
    assert searcher.rank("-in:caption", limit=5) == ["arXiv:0901.0002"]


def test_another_place_is_refused_with_its_column(searcher: Searcher) -> None:
    with pytest.raises(UserError, match="column 5: in:figure"):
        searcher.search("top in:figure")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("mahogany in:table", ["table"]),
        ("Quill in:table", ["table-note"]),
        ("Quill in:footnotes", ["table-note"]),
        ("walrus in:footnote", ["footnote"]),
        ("walrus in:table", []),
        ("mahogany in:caption", []),
    ],
)
def test_tables_and_footnotes_alone_are_searched(searcher: Searcher, query: str, found: list[str]) -> None:
    hits = searcher.search(query, mode="lexical").hits
    assert [passage.kind for hit in hits for passage in hit.passages] == found
