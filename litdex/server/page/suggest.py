"""Suggestions as one types: entities and authors whose names begin so, and titles that have the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from litdex.errors import LitdexError
from litdex.server.page.asked import narrowed
from litdex.server.page.facets import EVERYTHING
from litdex.server.page.remembered import remembered
from litdex.server.page.render import paper_url, search_url
from litdex.server.readers import Reader
from litdex.server.state import Shared

router = APIRouter(include_in_schema=False)
KNOWN = 3000
"""Names of a kind that are known to suggest from, the most frequent ones."""
OF_A_KIND, TITLES = 3, 4
SHORTEST = 2  # characters of a word before anything is suggested


@dataclass(frozen=True, slots=True)
class Name:
    """An author or an entity: what a query calls its kind, and its papers."""

    field: str
    value: str
    papers: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line: what it says, of what kind it is, its papers (0: it is one itself), and where it leads."""

    label: str
    kind: str
    papers: int
    href: str


@router.get("/suggest")
async def suggest(shared: Shared, q: Annotated[str, Query(max_length=300)] = "") -> JSONResponse:
    """What the last word of `q` may become, and titles for all of it."""
    found = await shared.read(lambda reader: suggestions(reader, q))
    return JSONResponse([asdict(one) for one in found])


def suggestions(reader: Reader, query: str) -> list[Suggestion]:
    """Names that begin with the last word, a few of each kind, and the titles that the words find."""
    *before, last = query.rsplit(maxsplit=1) or [""]
    if len(last) < SHORTEST or query[-1:].isspace():
        return []
    types = tuple(reader.library.entities.types())
    kept, counts = " ".join(before), dict.fromkeys([*types, "author"], 0)
    found = []
    for name in _names(reader):
        if counts[name.field] < OF_A_KIND and _begins(name.value, last):
            counts[name.field] += 1
            href = search_url(narrowed(kept, types, name.field, name.value))
            found.append(Suggestion(name.value, name.field, name.papers, href))
    return found + _titles(reader, query)


def _begins(name: str, word: str) -> bool:
    folded, word = name.casefold(), word.casefold()
    return folded.startswith(word) or f" {word}" in folded


@remembered
def _names(reader: Reader) -> Sequence[Name]:
    """The most frequent names of the library."""
    fields = {**reader.library.entities.types(), "author": "name"}
    counts = reader.searcher.counts(EVERYTHING, list(fields.values()), limit=KNOWN).fields
    return [Name(field, str(value), papers) for field, key in fields.items() for value, papers in counts[key]]


def _titles(reader: Reader, query: str) -> list[Suggestion]:
    """Papers by words alone; none for a query that is not finished ("year:")."""
    try:
        hits = reader.searcher.search(query, limit=TITLES, mode="lexical").hits
    except LitdexError:
        return []
    return [Suggestion(hit.paper.title or hit.id, "paper", 0, paper_url(hit.id)) for hit in hits]
