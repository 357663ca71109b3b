"""The search, the first page: results with their snippets, and facets that narrow and exclude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from litdex.index.entities import short_type
from litdex.index.library import Library
from litdex.ner.mention import Mention
from litdex.search.hit import Hit, Snippet
from litdex.server.page.asked import chips, within_years
from litdex.server.page.facets import EVERYTHING, Only, beside, chosen_only, counted_beside, url, years
from litdex.server.page.paper import colours_of
from litdex.server.page.render import page
from litdex.server.page.shelf import EXPORTS, names_of, starred
from litdex.server.readers import Reader
from litdex.server.schemas import LONGEST_QUERY
from litdex.server.state import Shared

router = APIRouter(include_in_schema=False)
PAGE = 20
MOST_ENTITIES = 6
"""Entities shown of one hit."""


@dataclass(frozen=True, slots=True)
class Row:
    """A hit: its snippet cut into words that match and the rest, where it stands, and entities that it names."""

    hit: Hit
    snippet: Sequence[tuple[str, bool]]
    by_meaning: bool
    pending: bool  # it has no word of the query: a snippet by meaning may come
    at: str  # the snippet's range, for the paper's page
    entities: Sequence[Mention]
    shares: Mapping[str, int]  # each leg's share of the score, in percent


@router.get("/", response_class=HTMLResponse)
async def search_page(
    request: Request,
    shared: Shared,
    q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "",
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
    only: Only = "",
    first: Annotated[str, Query(alias="from", pattern=r"^\d{0,4}$")] = "",
    last: Annotated[str, Query(alias="to", pattern=r"^\d{0,4}$")] = "",
) -> Response:
    """The results of `q`, or of all papers; `only` are the numbers of papers that were chosen on a map.

    `from` and `to` are the years of a form, and become a part of the query.
    """

    def work(reader: Reader) -> Response:
        query = q.strip()
        types = reader.library.entities.types()
        if first or last:
            return RedirectResponse(url(within_years(query, types, first, last), only), 303)
        where = chosen_only(only)
        results = reader.searcher.search(
            query or EVERYTHING,
            limit=PAGE,
            offset=offset,
            where=where,
            facets=counted_beside(reader, query),
            by_meaning=False,
        )
        return page(
            request,
            "search.html",
            q=query,
            only=only,
            chosen=len(names_of(reader.library, only)) if only else 0,
            offset=offset,
            size=PAGE,
            results=results,
            rows=[_row(reader.library, hit) for hit in results.hits],
            facets=beside(reader, query, where, results.facets) if results.facets and results.facets.papers else (),
            years=years(query, types, results.facets.fields["year"]) if results.facets else (),
            chips=chips(query, types),
            starred=starred(reader.library, [hit.id for hit in results.hits]),
            exports=EXPORTS,
            colours=colours_of(reader.library),
            here=f"/?{request.url.query}",
            url=partial(url, only=only),
            turned=lambda to: url(query, only, to),
            short_type=short_type,
        )

    return await shared.read(work)


@router.get("/snippets")
async def snippets(
    shared: Shared,
    q: Annotated[str, Query(max_length=LONGEST_QUERY)],
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
    only: Only = "",
) -> JSONResponse:
    """The snippets by meaning of a page of the search, which come after it: sentences are encoded for them."""

    def work(reader: Reader) -> Mapping[str, Mapping[str, str]]:
        if not q.strip():
            return {}
        results = reader.searcher.search(q, limit=PAGE, offset=offset, where=chosen_only(only))
        rows = (_row(reader.library, hit) for hit in results.hits)
        return {row.hit.id: {"text": row.snippet[0][0], "at": row.at} for row in rows if row.by_meaning}

    return JSONResponse(await shared.read(work))


def _row(library: Library, hit: Hit) -> Row:
    snippet = hit.passages[0].snippet if hit.passages else None
    number = library.store.find(hit.id)
    mentions = {(one.type, one.name): one for one in (library.entities.of(number) if number else ())}
    total = sum(standing.share for standing in hit.legs.values()) or 1.0
    return Row(
        hit=hit,
        snippet=_marked(snippet) if snippet else (),
        by_meaning=snippet is not None and snippet.by == "meaning",
        pending=snippet is not None and not snippet.marks and "dense" in hit.legs,
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
