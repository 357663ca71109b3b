"""Collections, saved searches and their feeds, and the export of papers: what a reader takes away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from litdex.errors import UserError
from litdex.index.filters import Filter
from litdex.index.library import Library
from litdex.index.store import Card
from litdex.ingest.table import WRITERS
from litdex.server.readers import Reader
from litdex.shelf.store import STARS, shelf

EXPORTS = {"bibtex": "BibTeX", "ris": "RIS", "csl": "CSL-JSON", "csv": "CSV"}
"""What can be exported, and what a reader calls it. JSON lines are for `litdex export`: they hold whole texts."""
ENDINGS = {
    "bibtex": ("bib", "application/x-bibtex"),
    "ris": ("ris", "application/x-research-info-systems"),
    "csl": ("json", "application/vnd.citationstyles.csl+json"),
    "csv": ("csv", "text/csv"),
}
MOST_EXPORTED = 5000
"""Papers of one export; more are for `litdex export`, which takes as long as it needs."""


def cards(library: Library, names: Iterable[str]) -> list[Card]:
    """The papers that go by these names, each once; those that are gone are left out."""
    return list(library.store.cards(library.store.found(names)).values())


def numbers_of(text: str) -> tuple[int, ...]:
    """Papers by number, as a map's selection has them: "12,45,77". Raises UserError for what is none, or too many."""
    wanted = [number for number in text.split(",") if number.strip()]
    if len(wanted) > MOST_EXPORTED or not all(number.isdecimal() and len(number) < 19 for number in wanted):
        raise UserError(f"only: give numbers of papers, parted by commas, {MOST_EXPORTED:,} at most")
    return tuple(map(int, wanted))


def names_of(library: Library, numbers: str) -> list[str]:
    """The public ids of papers by number. Raises as `numbers_of` does."""
    return list(library.store.names(numbers_of(numbers)).values())


def exported(reader: Reader, form: str, names: Iterable[str]) -> str:
    """Papers in one of the forms of `EXPORTS`. Raises UserError for a form that there is not."""
    if form not in EXPORTS:
        raise UserError(f"there is no export as {form[:40]}: {', '.join(EXPORTS)}")
    store = reader.library.store
    return "".join(WRITERS[form](store.paper(number) for number in dict.fromkeys(store.found(names))))


def whole_result(reader: Reader, query: str, where: Filter) -> list[str]:
    """The papers that answer a query, best first, the first `MOST_EXPORTED` of them. Raises as `Searcher.search` does.

    Words rank and exclude no paper, so of a query with words these are as many as facets count: those that have one.
    """
    matching = reader.searcher.counts(query, (), where=where).papers
    return reader.searcher.rank(query, limit=min(matching, MOST_EXPORTED), where=where) if matching else []


def starred(library: Library, names: Sequence[str]) -> frozenset[str]:
    """Those of the papers that have a star: for a list of hits."""
    with shelf(library.folder) as kept:
        return kept.starred(names)


def star(library: Library, name: str, on: bool) -> None:
    """Give a paper a star, or take it away."""
    with shelf(library.folder, write=True) as kept:
        number = kept.add(STARS, [name] if on else [])
        if not on:
            kept.take(number, [name])
