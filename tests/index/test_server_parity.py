"""The same library embedded and on servers finds the same papers, and ranks them alike."""

from __future__ import annotations

import json
import lzma
import statistics
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from litdex.index.library import Library
from litdex.pipeline.ingest import ingest
from litdex.search.searcher import Mode, Searcher
from tests.index.conftest import HashingEncoder

pytestmark = [
    pytest.mark.xdist_group("elasticsearch"),
    pytest.mark.filterwarnings("ignore:Local mode"),
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect"),
]
PAPERS = 600
Pair = tuple[Searcher, Searcher]


def some(path: Path, count: int) -> list[dict[str, str]]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line, _ in zip(lines, range(count), strict=False)]


@pytest.fixture(scope="module")
def papers(shared_data: Path) -> list[dict[str, str]]:
    """Real papers of all fields of physics."""
    return some(shared_data / "physics" / "devel.jsonl.xz", PAPERS)


@pytest.fixture(scope="module")
def pair(papers: list[dict[str, str]], elasticsearch: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A library embedded and one on servers, of the same papers, each ready to search."""
    folder, encoder = tmp_path_factory.mktemp("parity"), HashingEncoder()
    source = folder / "papers.jsonl"
    source.write_text("".join(json.dumps(paper) + "\n" for paper in papers))
    name = f"parity-{uuid4().hex}"
    servers = {"lexical": f"{elasticsearch}/{name}", "vectors": f"qdrant+memory://parity/{name}"}
    with (
        Library.open_or_create(folder / "embedded") as one,
        Library.open_or_create(folder / "servers") as other,
    ):
        other.choose_engines(**servers)
        for library in (one, other):
            summary = ingest(library, [source], lambda: encoder)
            assert (summary.papers, summary.missing) == (len(papers), {})
        with Searcher(one, lambda: encoder) as embedded, Searcher(other, lambda: encoder) as on_servers:
            yield embedded, on_servers
        for generation in other.outbox.generations():
            other.drop(generation)


@pytest.mark.parametrize(
    "query",
    [
        '"magnetic field"',
        "year:2005..2008 -year:2006",
        "cat:cond-mat",
        'title:"quantum"',
        "abstract:temperature -title:temperature",
        '"dark matter" OR "black hole"',
        '-("phase transition" OR cat:hep-th) year:2000..',
        'field:quant-ph "entanglement"',
        '"alpha_s"',
        '"two-dimensional"',
        "nothingofthekind:x",
    ],
)
def test_conditions_and_phrases_hold_for_the_same_papers(pair: Pair, query: str) -> None:
    embedded, on_servers = (searcher.rank(query, limit=PAPERS) for searcher in pair)
    assert embedded == on_servers


@pytest.mark.parametrize("query", ["", "field", "magnetic field of a star", "year:2005.. quantum"])
def test_facets_have_the_same_counts(pair: Pair, query: str) -> None:
    by = ("year", "category", "field", "name", "venue", "keyword")
    asked = query or "cat:cond-mat OR -cat:cond-mat"
    embedded, on_servers = (searcher.counts(asked, by, limit=20) for searcher in pair)
    assert embedded.papers == on_servers.papers > 0
    assert {name: list(found) for name, found in embedded.fields.items()} == {
        name: list(found) for name, found in on_servers.fields.items()
    }


@pytest.mark.parametrize("mode", ["lexical", "dense", "hybrid"])
def test_rankings_overlap(pair: Pair, papers: list[dict[str, str]], mode: Mode) -> None:
    overlaps = []
    for paper in papers[:60]:
        embedded, on_servers = ({*searcher.rank(paper["title"], limit=10, mode=mode)} for searcher in pair)
        overlaps.append(len(embedded & on_servers) / len(embedded))
    assert statistics.mean(overlaps) > 0.9


def test_a_page_of_results_is_the_same_to_the_last_snippet(pair: Pair, papers: list[dict[str, str]]) -> None:
    embedded, on_servers = (searcher.search(papers[7]["title"], limit=3) for searcher in pair)
    assert embedded.missing == on_servers.missing == {}
    assert embedded.hits[0].id == on_servers.hits[0].id
    assert embedded.hits[0].passages[0].snippet == on_servers.hits[0].passages[0].snippet
