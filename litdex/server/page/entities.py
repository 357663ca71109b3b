"""Browsing by entities: an index of what the papers name, and a page of each entity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from litdex.errors import NothingFound
from litdex.index.entities import short_type
from litdex.search.hit import Hit
from litdex.server.page.asked import condition
from litdex.server.page.facets import EVERYTHING
from litdex.server.page.paper import colours_of
from litdex.server.page.render import page
from litdex.server.readers import Reader
from litdex.server.state import Shared

router = APIRouter(include_in_schema=False)
MOST_LISTED = 500
"""Entities of a type in the index."""
BESIDE, BEST = 12, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityView:
    """Everything that an entity's page shows."""

    kind: str
    name: str
    query: str  # what finds its papers
    papers: int
    aliases: Sequence[str]
    years: Sequence[tuple[int, int, int]]  # year, papers, percent of the most
    beside: Mapping[str, Sequence[tuple[str, int]]]  # type -> entities that come with it
    hits: Sequence[Hit]


@router.get("/entities", response_class=HTMLResponse)
async def index_page(
    request: Request,
    shared: Shared,
    kind: Annotated[str, Query(alias="type", max_length=100)] = "",
    order: Annotated[str, Query(pattern="^(count|name)$")] = "count",
) -> Response:
    """The entities of one type, the most frequent first or from A to Z."""

    def work(reader: Reader) -> Response:
        types = reader.library.entities.types()
        shown = short_type(kind) if short_type(kind) in types else next(iter(types), "")
        counts: list[tuple[str, int]] = []
        if shown:
            found = reader.searcher.counts(EVERYTHING, [types[shown]], limit=MOST_LISTED).fields[types[shown]]
            counts = [(str(name), papers) for name, papers in found]
        if order == "name":
            counts.sort(key=lambda one: one[0].casefold())
        return page(
            request,
            "entities.html",
            types=_labels(reader),
            shown=shown,
            order=order,
            counts=counts,
            most=MOST_LISTED,
            colours=colours_of(reader.library),
        )

    return await shared.read(work)


@router.get("/entities/{kind}/{name:path}", response_class=HTMLResponse)
async def entity_page(request: Request, shared: Shared, kind: str, name: str) -> Response:
    """One entity: its names, its papers over the years, what comes with it, and its best papers."""

    def work(reader: Reader) -> Response:
        return page(
            request,
            "entity.html",
            view=entity_view(reader, kind, name),
            labels=_labels(reader),
            colours=colours_of(reader.library),
        )

    return await shared.read(work)


def entity_view(reader: Reader, kind: str, name: str) -> EntityView:
    """The view of an entity. Raises NothingFound where no paper names it."""
    entities, short = reader.library.entities, short_type(kind)
    types = entities.types()
    if short not in types or not name.strip():
        raise NothingFound(f"there are no entities of the type {kind[:100]} here")
    query = str(condition(f"entity.{short}", name))
    results = reader.searcher.search(query, limit=BEST, facets=list(types.values()))
    if results.facets is None or not results.facets.papers:
        raise NothingFound(f"no paper names {name[:200]}")
    counts = results.facets.fields
    over_years = reader.searcher.counts(query, ["year"], limit=1000).fields["year"]
    years = sorted((int(year), papers) for year, papers in over_years)
    most = max((papers for _, papers in years), default=1)
    beside = {
        label: [(str(other), papers) for other, papers in counts[field] if (label, other) != (short, name)][:BESIDE]
        for label, field in types.items()
    }
    return EntityView(
        kind=short,
        name=name,
        query=query,
        papers=results.facets.papers,
        aliases=entities.aliases(types[short], name),
        years=[(year, papers, round(100 * papers / most)) for year, papers in years],
        beside={label: found for label, found in beside.items() if found},
        hits=results.hits,
    )


def _labels(reader: Reader) -> Mapping[str, str]:
    """The types as a reader sees them, by the types as users write them."""
    tagging = reader.library.entities.tagging()
    return {short_type(kind): kind for kind in tagging.types} if tagging else {}
