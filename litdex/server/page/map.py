"""The map: the papers of a result as points of a plane, near each other where they speak of the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from litdex.errors import UserError
from litdex.index.filters import Filter
from litdex.index.store import Card
from litdex.search.projection import Layout, layouts, project
from litdex.server.page.facets import EVERYTHING, Only, chosen_only
from litdex.server.page.render import page
from litdex.server.readers import Reader
from litdex.server.schemas import LONGEST_QUERY
from litdex.server.state import Shared

MOST = 2000
"""Points at most: what a browser moves without a stutter, and what a reader can tell apart."""
COLOURS = 12
"""Categories with a colour of their own; the rest is grey."""
OTHERS = "other"


@dataclass(frozen=True, slots=True)
class Point:
    """One paper: where it lies, both from 0 to 1000, and the number of its group's colour."""

    card: Card
    x: int
    y: int
    group: int


@dataclass(frozen=True, slots=True)
class Group:
    """A field of science: how many of the points are in it; the last one holds all others."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """The points of a result by field, the most frequent first."""

    groups: tuple[Group, ...]
    layout: Layout
    layouts: tuple[Layout, ...]

    @property
    def count(self) -> int:
        """How many points there are."""
        return sum(len(group.points) for group in self.groups)


def make_map(reader: Reader, query: str, where: Filter, *, most: int, layout: Layout = "pca") -> Map:
    """The `most` best papers for a query on a map; without one, papers from all over the library.

    Raises as `Searcher.search` does, and LibraryBusy or SystemFault where the vectors cannot be read.
    """
    asked = query.strip() or (EVERYTHING if where else "")
    names = reader.searcher.rank(asked, limit=most, where=where) if asked else _sample(reader, most)
    numbers = reader.library.store.found(names)
    means = reader.searcher.means(numbers)
    cards = list(reader.library.store.cards([number for number in numbers if number in means]).values())
    if not cards:
        return Map((), layout, layouts())
    places = project(np.stack([means[card.number] for card in cards]), layout)
    return Map(_grouped(cards, np.rint(places * 1000).astype(int).tolist()), layout, layouts())


def _sample(reader: Reader, most: int) -> list[str]:
    """Papers that lie evenly in the order in which they came."""
    numbers = list(reader.library.store.numbers())
    chosen = numbers[:: max(1, -(-len(numbers) // most))]
    return list(reader.library.store.names(chosen).values())


def _grouped(cards: Sequence[Card], places: Sequence[Sequence[int]]) -> tuple[Group, ...]:
    fields = [card.paper.field or OTHERS for card in cards]
    shown = [name for name, _ in Counter(fields).most_common() if name != OTHERS][:COLOURS]
    found: list[list[Point]] = [[] for _ in range(len(shown) + 1)]
    for card, (x, y), field in zip(cards, places, fields, strict=True):
        group = shown.index(field) if field in shown else len(shown)
        found[group].append(Point(card, x, y, group if field in shown else COLOURS))
    return tuple(Group(name, tuple(points)) for name, points in zip([*shown, OTHERS], found, strict=True) if points)


router = APIRouter(include_in_schema=False)


@router.get("/map", response_class=HTMLResponse)
async def map_page(
    request: Request,
    shared: Shared,
    q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "",
    most: Annotated[int, Query(ge=1, le=MOST)] = 1000,
    layout: Layout = "pca",
    only: Only = "",
) -> Response:
    """The map of a query's result, or of the whole library; `only` are the numbers of papers chosen on a map before."""
    if layout not in layouts():
        raise UserError(f"layout {layout}: its library is not installed here")
    made = await shared.read(lambda reader: make_map(reader, q, chosen_only(only), most=most, layout=layout))
    return page(request, "map.html", map=made, q=q, most=most, only=only)
