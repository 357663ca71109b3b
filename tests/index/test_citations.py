"""References without identifiers find their papers in a library, whichever came first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from litdex.cli.main import run
from litdex.index.library import Library
from litdex.pipeline.ingest import ingest
from litdex.search.as_json import paper_json
from tests.index.conftest import load

CITED = {
    "litdex": 1,
    "title": "Spin squeezing of cold atoms in a cavity",
    "authors": [{"family": "Lovelace", "given": "Ada"}],
    "date": "2009",
    "identifiers": {"arxiv": "0901.0001"},
}
REVIEW = {
    "litdex": 1,
    "title": "A review",
    "authors": [{"family": "Hopper", "given": "Grace"}],
    "date": "2012",
    "identifiers": {"arxiv": "1201.0001"},
    "references": [
        {"text": "An unknown book", "year": 1999},
        {"title": "Spin squeezing of cold atons in a cavity", "authors": ["A. Lovelace"], "year": 2009},
    ],
}
OTHER = {**CITED, "title": "Spin squeezing of cold ions in a cavity", "identifiers": {"arxiv": "0901.0002"}}


@pytest.fixture(params=["cited first", "citing first"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Library]:
    """A review, what it cites, and a paper with nearly the same title."""
    records = [CITED, OTHER, REVIEW] if request.param == "cited first" else [REVIEW, OTHER, CITED]
    with Library.open_or_create(tmp_path / "library") as opened:
        for name, record in enumerate(records):
            (tmp_path / f"{name}.jsonl").write_text(json.dumps(record))
            ingest(opened, [tmp_path / f"{name}.jsonl"], load)
        yield opened


def test_a_reference_is_told_by_title_author_and_year(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    review, cited = library.store.find("1201.0001") or 0, library.store.find("0901.0001") or 0
    assert library.citations.resolved(review) == {1: cited}
    assert library.citations.citing(cited) == [review]
    assert library.citations.citing(library.store.find("0901.0002") or 0) == []
    shown = paper_json(library, review)["references"]
    assert [reference.get("paper") for reference in shown] == [None, "arXiv:0901.0001"]
    assert run(["show", "1201.0001", "--full", "--library", str(library.folder)]) == 0
    out = capsys.readouterr().out
    assert "2 references (1 in the library)" in out
    assert "in a cavity. 2009 → arXiv:0901.0001" in " ".join(out.split())


def test_a_paper_that_is_taken_out_is_no_reference_any_more(library: Library) -> None:
    from litdex.index.sources import Sources

    with library.writing():
        Sources(library.connection).remove([library.store.find("0901.0001") or 0])
    assert library.citations.resolved(library.store.find("1201.0001") or 0) == {}
