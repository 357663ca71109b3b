"""Papers from sources: merged by identity, whatever the order, and taken apart again."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from litdex.index.library import Library
from litdex.index.sources import Record, Sources
from litdex.ingest.paper import Author, Paper, Section

CURIE = (Author(family="Curie", given="Marie"),)
ARXIV = Paper(
    identifiers={"arxiv": "0901.1234"},
    version=2,
    title="On radiation",
    abstract="We measure radiation.",
    authors=CURIE,
    date="2009-01-08",
    categories=("physics.gen-ph",),
)
JOURNAL = Paper(
    identifiers={"arxiv": "0901.1234", "doi": "10.1/rad"},
    title="On Radiation",
    authors=CURIE,
    date="2009",
    venue="Physical Journal",
)
FULL = Paper(
    identifiers={"doi": "10.1/rad"},
    title="On radiation",
    authors=CURIE,
    date="2010-03",
    sections=(Section(title="Results", text="It glows."),),
)
OTHER = Paper(identifiers={"arxiv": "0901.9999"}, title="On radiation", authors=CURIE, date="2009", abstract="Another.")
RECORDS = (Record("arxiv", ARXIV), Record("bibtex", JOURNAL), Record("jats", FULL), Record("arxiv", OTHER))


def add(library: Library, name: str, *records: Record) -> int:
    """Let a file tell these records; returns its number."""
    file = library.catalogue.begin(Path(f"/papers/{name}"), "digest")
    Sources(library.connection).put(file, records)
    return file


def contents(library: Library) -> dict[str, tuple[Paper, list[str]]]:
    """Every paper by name, with its passages' texts."""
    store = library.store
    return {
        store.names([number])[number]: (store.paper(number), [p.text for _, p in store.passages(number)])
        for number in store.numbers()
    }


def test_sources_of_one_paper_become_one_paper(library: Library) -> None:
    add(library, "a", *RECORDS)
    found = contents(library)
    assert set(found) == {"arXiv:0901.1234", "arXiv:0901.9999"}
    paper, passages = found["arXiv:0901.1234"]
    assert paper.identifiers == {"arxiv": "0901.1234", "doi": "10.1/rad"}
    assert paper.venue == "Physical Journal"
    assert passages == ["We measure radiation.", "It glows."]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_order_of_reading_does_not_matter(tmp_path: Path, order: tuple[int, ...]) -> None:
    with Library.open_or_create(tmp_path / "a") as straight, Library.open_or_create(tmp_path / "b") as shuffled:
        add(straight, "all", *RECORDS)
        for index in order:
            add(shuffled, f"file{index}", RECORDS[index])
        assert contents(straight) == contents(shuffled)


def test_taking_a_source_away_undoes_what_it_brought(library: Library) -> None:
    first = add(library, "arxiv", RECORDS[0])
    link = add(library, "bib", RECORDS[1])
    add(library, "jats", RECORDS[2])
    assert set(contents(library)) == {"arXiv:0901.1234"}
    sources = Sources(library.connection)
    sources.keep_only(link, set())
    assert set(contents(library)) == {"arXiv:0901.1234", "doi:10.1/rad"}
    sources.keep_only(first, set())
    assert set(contents(library)) == {"doi:10.1/rad"}


def test_a_paper_is_found_by_any_of_its_ids(library: Library) -> None:
    add(library, "a", *RECORDS)
    find = library.store.find
    assert find("arXiv:0901.1234v2") == find("0901.1234") == find("https://doi.org/10.1/RAD") == find("doi:10.1/rad")
    assert find("0901.1234") is not None
    assert find("arXiv:0000.0001") is None
    assert find("nonsense") is None


def test_a_record_told_again_changes_nothing(library: Library) -> None:
    add(library, "a", *RECORDS)
    before = list(library.store.numbers())
    library.outbox.applied(library.outbox.of(before))
    add(library, "a", *RECORDS)
    assert list(library.store.numbers()) == before
    assert library.outbox.counts() == {}


def test_a_changed_record_replaces_its_paper(library: Library) -> None:
    file = add(library, "a", RECORDS[0])
    sources = Sources(library.connection)
    hashes = sources.put(file, [Record("arxiv", replace(ARXIV, abstract="We measure more.", version=3))])
    sources.keep_only(file, hashes)
    (passages,) = (passages for _, passages in contents(library).values())
    assert passages == ["We measure more."]


def test_a_removed_paper_stays_out_until_it_is_revived(library: Library) -> None:
    file = add(library, "a", RECORDS[0])
    sources = Sources(library.connection)
    number = library.store.find("0901.1234")
    assert number is not None
    sources.remove([number])
    assert contents(library) == {}
    add(library, "a", RECORDS[0])
    assert contents(library) == {}
    sources.revive(file)
    add(library, "a", RECORDS[0])
    assert set(contents(library)) == {"arXiv:0901.1234"}


def test_papers_of_two_corpora_with_one_numbering_stay_two(library: Library) -> None:
    add(library, "a", Record("litdex", Paper(identifiers={"local": "1"}, title="Wings", abstract="On wings.")))
    add(library, "b", Record("litdex", Paper(identifiers={"local": "1"}, title="Cells", abstract="On cells.")))
    found = contents(library)
    assert sorted(paper.title for paper, _ in found.values()) == ["Cells", "Wings"]
    assert "local:1" in found
    assert len(found) == 2
