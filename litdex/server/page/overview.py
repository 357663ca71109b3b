"""What the pages of an entity and of a category show alike: their papers over the years, the best, what comes along."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litdex.errors import NothingFound
from litdex.index.store import Card
from litdex.search.hit import Hit
from litdex.server.page.facets import MOST_YEARS, Value, years
from litdex.server.readers import Reader

BESIDE, BEST = 8, 10
LOOKED_AT = 2000
"""The newest papers, among which the most cited ones are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The papers that a query finds, as a whole."""

    query: str
    papers: int
    years: Sequence[Value]
    beside: Mapping[str, Sequence[tuple[str, int]]]  # type -> its entities that the papers name, and in how many
    categories: Sequence[tuple[str, int]]
    best: Sequence[Hit]  # by the name of what the papers have in common
    newest: Sequence[Hit]  # none where the best are all there are
    cited: Sequence[tuple[Card, int]]  # by how many papers here


def overview(reader: Reader, query: str, name: str = "") -> Overview:
    """The overview of a query of conditions; `name` is what the best papers are about. Raises NothingFound."""
    types = reader.library.entities.types()
    counted = dict.fromkeys([*types.values(), "category"], BESIDE + 1)
    newest = reader.searcher.search(query, limit=BEST, facets=counted | {"year": MOST_YEARS})
    if newest.facets is None or not newest.facets.papers:
        raise NothingFound("no paper has this")
    fields = newest.facets.fields
    words = " ".join(re.findall(r"\w+", name)).lower()
    best = reader.searcher.search(f"{words} {query}", limit=BEST, by_meaning=False).hits if words else ()
    return Overview(
        query=query,
        papers=newest.facets.papers,
        years=years(query, types, fields["year"]),
        beside={kind: fields[field] for kind, field in types.items() if fields[field]},
        categories=fields["category"],
        best=best,
        newest=newest.hits if not best or newest.facets.papers > BEST else (),
        cited=_cited(reader, query),
    )


def _cited(reader: Reader, query: str) -> Sequence[tuple[Card, int]]:
    found = reader.searcher.retrieve(query, depth=LOOKED_AT, mode="lexical").found.get("lexical", ())
    cited = reader.library.citations.most_cited([one.paper for one in found], BEST)
    cards = reader.library.store.cards([paper for paper, _ in cited])
    return [(cards[paper], citing) for paper, citing in cited if paper in cards]
