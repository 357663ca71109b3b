"""The facets beside a result: values that narrow it or are excluded, and a page of each facet with all its values."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Annotated
from urllib.parse import quote_plus

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from litdex.errors import NothingFound
from litdex.index.engine import Counts
from litdex.index.entities import short_type
from litdex.index.filters import Filter, Papers
from litdex.index.library import Library
from litdex.index.values import containing
from litdex.server.page.asked import excluded, fields_of, is_chosen, narrowed, widened
from litdex.server.page.remembered import remembered
from litdex.server.page.render import page
from litdex.server.page.shelf import numbers_of
from litdex.server.readers import Reader
from litdex.server.schemas import LONGEST_QUERY
from litdex.server.state import Shared

router = APIRouter(include_in_schema=False)
EVERYTHING = "-year:9999"
"""A query that every paper answers: what is shown before anything is asked."""
FACETS = {"cat": "category", "author": "name", "field": "field", "venue": "venue"}
"""What a query calls each facet, and the engines' field that is counted."""
LABELS = {"cat": "Category", "field": "Field", "author": "Author", "venue": "Venue"}
OPEN, OPEN_TYPES = 3, 2
"""Facets that are open at first, and the types of entities among them."""
SHOWN, LISTED = 10, 500
"""Values of a facet beside a result, and on its own page."""
MOST_YEARS = 300

Only = Annotated[str, Query(max_length=20_000, pattern=r"^[\d,]*$")]
"""A parameter of a route: the numbers of papers that were chosen on a map."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet: papers that have it, and the queries with it as a condition and without its papers."""

    name: str
    papers: int
    share: int  # of the most frequent value, in percent
    narrowed: str
    excluded: str
    chosen: bool = False  # the query asks for it: `narrowed` takes it out


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet and its first values; None where nobody has opened it, so that they are not counted."""

    name: str
    label: str
    values: Sequence[Value] | None
    more: bool = False  # there are more values than these


def url(query: str, only: str = "", offset: int = 0, path: str = "/", **more: str) -> str:
    """The page of a query."""
    told = {"q": query, "only": only, "offset": str(offset or ""), **more}
    fields = [f"{name}={quote_plus(value)}" for name, value in told.items() if value]
    return f"{path}?{'&'.join(fields)}" if fields else path


def chosen_only(only: str) -> Filter:
    """The condition that papers were chosen on a map. Raises as `numbers_of` does."""
    return Filter((Papers(numbers_of(only)),)) if only else Filter()


def counted_beside(reader: Reader, query: str) -> Mapping[str, int]:
    """What `beside` and `years` need to be counted in the result, as `Searcher.search` takes it: fields and how many
    values of each.
    """
    known = known_facets(reader)
    return {"year": MOST_YEARS} | {known[name][0]: SHOWN + 1 for name in _opened(reader, query)}


def beside(reader: Reader, query: str, where: Filter, counted: Counts) -> Sequence[Facet]:
    """The facets of the library in order, those that are open with their values."""
    known, opened, called = known_facets(reader), _opened(reader, query), labels(reader.library)
    counts = {name: counted.fields[known[name][0]] for name in opened}
    values = _values(reader, query, where, {name: known[name][0] for name in opened}, SHOWN + 1, counted=counts)
    facets = []
    for name in dict.fromkeys([*opened, *known]):
        if name not in opened:
            facets.append(Facet(name, called[name], None))
        elif values[name]:
            facets.append(Facet(name, called[name], values[name][:SHOWN], len(values[name]) > SHOWN))
    return facets


def _opened(reader: Reader, query: str) -> Sequence[str]:
    """The facets that are open: the first ones, the types named most, and what the query has a condition on."""
    known, types = known_facets(reader), tuple(reader.library.entities.types())
    frequent = sorted((name for name in known if name in types), key=lambda name: -known[name][1])[:OPEN_TYPES]
    first = [name for name in ("cat", *frequent, "author", "venue") if name in known][:OPEN]
    asked = fields_of(query, types)
    return list(dict.fromkeys([*first, *(name for name in known if name in asked)]))


def years(query: str, types: Collection[str], counted: Sequence[tuple[str, int]]) -> Sequence[Value]:
    """Every year from the first to the last that was counted, those without papers included."""
    counts = {int(year): papers for year, papers in counted}
    if len(counts) < 2 or max(counts) - min(counts) > MOST_YEARS:
        return ()
    most = max(counts.values())
    return [
        Value(
            str(year),
            papers,
            max(round(100 * papers / most), 3 * bool(papers)),
            narrowed(query, types, "year", str(year)),
            "",
        )
        for year in range(min(counts), max(counts) + 1)
        for papers in [counts.get(year, 0)]
    ]


def labels(library: Library) -> Mapping[str, str]:
    """What a reader calls each facet, "Computing facility", by what a query calls it, "computingfacility"."""
    tagging = library.entities.tagging()
    types = tagging.types if tagging else ()
    return LABELS | {short_type(kind): re.sub("(?<=[a-z])(?=[A-Z])", " ", kind).capitalize() for kind in types}


@remembered
def known_facets(reader: Reader) -> Mapping[str, tuple[str, int]]:
    """The facets that any paper has a value of: the engines' field, and the papers of the most frequent value."""
    fields = {**FACETS, **reader.library.entities.types()}
    counts = reader.searcher.counts(EVERYTHING, list(fields.values()), limit=1).fields
    return {name: (field, counts[field][0][1]) for name, field in fields.items() if counts[field]}


def _values(
    reader: Reader,
    query: str,
    where: Filter,
    fields: Mapping[str, str],
    limit: int,
    pattern: str = "",
    counted: Mapping[str, Sequence[tuple[str, int]]] = MappingProxyType({}),
) -> Mapping[str, Sequence[Value]]:
    """The most frequent values of some facets. Those beside a chosen one are counted as alternatives to it.

    `counted` are those of the query as it stands, where they are known already.
    """
    types = tuple(reader.library.entities.types())
    wider = {name: widened(query, types, name) for name in fields}
    found = {name: counted[name] for name in fields if name in counted and wider[name] == query}
    left = [name for name in fields if name not in found]
    for asked in dict.fromkeys(wider[name] for name in left):
        alike = {name: fields[name] for name in left if wider[name] == asked}
        by = list(alike.values())
        counts = reader.searcher.counts(asked or EVERYTHING, by, limit=limit, where=where, values=pattern).fields
        found |= {name: counts[field] for name, field in alike.items()}
    return {name: _linked(query, types, name, found[name]) for name in fields}


def _linked(query: str, types: Sequence[str], name: str, counts: Sequence[tuple[str, int]]) -> Sequence[Value]:
    most = max((papers for _, papers in counts), default=1)
    return [
        Value(
            value,
            papers,
            round(100 * papers / most),
            narrowed(query, types, name, value),
            excluded(query, types, name, value),
            is_chosen(query, types, name, value),
        )
        for value, papers in counts
    ]


@router.get("/facets/{name}", response_class=HTMLResponse)
async def facet_page(
    request: Request,
    shared: Shared,
    name: str,
    q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "",
    only: Only = "",
    find: Annotated[str, Query(max_length=200)] = "",
    piece: bool = False,
) -> Response:
    """The values of a facet in a result, those that have `find` in them; as a `piece` to put beside the result."""

    def work(reader: Reader) -> Response:
        known = known_facets(reader)
        if name not in known:
            raise NothingFound(f"there is no facet {name[:100]} here")
        query, limit = q.strip(), SHOWN if piece else LISTED
        pattern = containing(find) if find.strip() else ""
        values = _values(reader, query, chosen_only(only), {name: known[name][0]}, limit + 1, pattern)[name]
        facet = Facet(name, labels(reader.library)[name], values[:limit], len(values) > limit)
        return page(
            request,
            "facet_values.html" if piece else "facet.html",
            facet=facet,
            q=query,
            only=only,
            find=find.strip(),
            url=partial(url, only=only),
        )

    return await shared.read(work)
