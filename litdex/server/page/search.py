"""The search, the first page: results with their snippets, and facets that narrow and exclude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from litdex.index.entities import short_type
from litdex.index.filters import Filter, Papers
from litdex.index.library import Library
from litdex.ner.mention import Mention
from litdex.search.hit import Hit, Results, Snippet
from litdex.server.page.asked import chips, excluded, is_chosen, narrowed, widened, within_years
from litdex.server.page.paper import colours_of
from litdex.server.page.render import page
from litdex.server.page.shelf import EXPORTS, names_of, numbers_of, starred
from litdex.server.readers import Reader
from litdex.server.schemas import LONGEST_QUERY
from litdex.server.state import Shared

router = APIRouter(include_in_schema=False)
PAGE = 20
EVERYTHING = "-year:9999"
"""A query that every paper answers: what is shown before anything is asked."""
FACETS = {"cat": "category", "field": "field", "author": "name", "venue": "venue"}
"""What a query calls each facet, and the engines' field that is counted."""
LABELS = {"cat": "Category", "field": "Field", "author": "Author", "venue": "Venue"}
MOST_YEARS = 300
MOST_ENTITIES = 6
"""Entities shown of one hit."""


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
class Row:
    """A hit: its snippet cut into words that match and the rest, where it stands, and entities that it names."""

    hit: Hit
    snippet: Sequence[tuple[str, bool]]
    by_meaning: bool
    at: str  # the snippet's range, for the paper's page
    entities: Sequence[Mention]
    shares: Mapping[str, int]  # each leg's share of the score, in percent


@router.get("/", response_class=HTMLResponse)
async def search_page(
    request: Request,
    shared: Shared,
    q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "",
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
    only: Annotated[str, Query(max_length=20_000, pattern=r"^[\d,]*$")] = "",
    first: Annotated[str, Query(alias="from", pattern=r"^\d{0,4}$")] = "",
    last: Annotated[str, Query(alias="to", pattern=r"^\d{0,4}$")] = "",
) -> Response:
    """The results of `q`, or of all papers; `only` are the numbers of papers that were chosen on a map.

    `from` and `to` are the years of a form, and become a part of the query.
    """

    def work(reader: Reader) -> Response:
        asked = q.strip() or EVERYTHING
        types = reader.library.entities.types()
        if first or last:
            return RedirectResponse(_url(within_years(q, types, first, last), only), 303)
        fields = {**FACETS, **types}
        where = Filter((Papers(numbers_of(only)),)) if only else Filter()
        results = reader.searcher.search(asked, limit=PAGE, offset=offset, where=where, facets=list(fields.values()))
        names = [hit.id for hit in results.hits]
        return page(
            request,
            "search.html",
            q=q.strip(),
            only=only,
            chosen=len(names_of(reader.library, only)) if only else 0,
            offset=offset,
            size=PAGE,
            results=results,
            rows=[_row(reader.library, hit) for hit in results.hits],
            facets=_facets(reader, results, fields, q, where, tuple(types)),
            labels=LABELS,
            chips=chips(q, types),
            years=_years(reader, asked, where, q, tuple(types)),
            starred=starred(reader.library, names),
            exports=EXPORTS,
            colours=colours_of(reader.library),
            here=f"/?{request.url.query}",
            url=lambda query: _url(query, only),
            turned=lambda to: _url(q, only, to),
            short_type=short_type,
        )

    return await shared.read(work)


def _url(query: str, only: str = "", offset: int = 0) -> str:
    """The page of a query."""
    fields = {name: value for name, value in (("q", query), ("only", only), ("offset", offset or "")) if value}
    return f"/?{urlencode(fields)}" if fields else "/"


def _facets(
    reader: Reader, results: Results, fields: Mapping[str, str], query: str, where: Filter, types: Sequence[str]
) -> Mapping[str, Sequence[Value]]:
    """The values of each facet that has some, by how many papers have them."""
    if results.facets is None:
        return {}
    found = {}
    for name, field in fields.items():
        counted = results.facets.fields[field]
        wider = widened(query, types, name)
        if wider != query:
            counted = reader.searcher.counts(wider or EVERYTHING, [field], where=where).fields[field]
        counts = [(str(value), papers) for value, papers in counted]
        most = max((papers for _, papers in counts), default=1)
        found[name] = [
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
    return {name: values for name, values in found.items() if values}


def _years(reader: Reader, asked: str, where: Filter, query: str, types: Sequence[str]) -> Sequence[Value]:
    """The papers of every year from the first to the last, those without any included."""
    fields = reader.searcher.counts(asked, ["year"], limit=MOST_YEARS, where=where).fields
    counts = {int(year): papers for year, papers in fields["year"]}
    if len(counts) < 2 or max(counts) - min(counts) > MOST_YEARS:
        return ()
    most = max(counts.values())
    return [
        Value(str(year), papers, round(100 * papers / most), narrowed(query, types, "year", str(year)), "")
        for year in range(min(counts), max(counts) + 1)
        for papers in [counts.get(year, 0)]
    ]


def _row(library: Library, hit: Hit) -> Row:
    snippet = hit.passages[0].snippet if hit.passages else None
    number = library.store.find(hit.id)
    mentions = {(one.type, one.name): one for one in (library.entities.of(number) if number else ())}
    total = sum(standing.share for standing in hit.legs.values()) or 1.0
    return Row(
        hit=hit,
        snippet=_marked(snippet) if snippet else (),
        by_meaning=snippet is not None and snippet.by == "meaning",
        at=f"{snippet.start}-{snippet.end}" if snippet else "",
        entities=list(mentions.values())[:MOST_ENTITIES],
        shares={leg: round(100 * standing.share / total) for leg, standing in hit.legs.items()},
    )


def _marked(snippet: Snippet) -> list[tuple[str, bool]]:
    """A snippet in pieces, each with whether it is a word that was asked for."""
    pieces, at = [], 0
    for start, end in snippet.marks:
        low, high = start - snippet.start, end - snippet.start
        pieces += [(snippet.text[at:low], False), (snippet.text[low:high], True)]
        at = high
    return [(text, is_marked) for text, is_marked in [*pieces, (snippet.text[at:], False)] if text]
