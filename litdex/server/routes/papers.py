"""`/v1/search`, `/v1/facets`, `/v1/papers/{id}`: the library as `litdex search`, `facets` and `show` give it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from litdex.errors import NothingFound
from litdex.search.as_json import counts_json, paper_json, results_json
from litdex.search.facets import facet_fields
from litdex.search.searcher import Mode
from litdex.server.conditions import Conditioned
from litdex.server.faults import without_paths
from litdex.server.readers import Reader
from litdex.server.schemas import CountsBody, PaperBody, ResultsBody, Text
from litdex.server.state import Shared

router = APIRouter(prefix="/v1", tags=["papers"])

Facets = Annotated[
    str, Query(max_length=1000, description="category, year, author, venue, field, entity or a type of entities.")
]


@router.get("/search", responses={200: {"model": ResultsBody}})
async def search(
    shared: Shared,
    q: Annotated[Text, Query(description="The query language of `litdex help query`.")],
    conditions: Conditioned,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0,
    mode: Mode = "hybrid",
    facets: Facets = "",
    explain: bool = False,
) -> JSONResponse:
    """Find the papers that answer a query best."""

    def work(reader: Reader) -> dict[str, Any]:
        fields = facet_fields(facets, "facets", reader.library)
        results = reader.searcher.search(
            q,
            limit=limit,
            offset=offset,
            where=conditions.where(reader.library),
            mode=mode,
            explain=explain,
            facets=list(fields.values()),
        )
        return results_json(results, fields)

    found = await shared.read(work)
    library = shared.settings.library
    found["missing"] = {leg: without_paths(reason, library) for leg, reason in found["missing"].items()}
    legs = {name: each for name, each in found["milliseconds"].items() if name != "total"}
    shared.metrics.searched(legs, found["missing"])
    # A result that one engine had no part in says so where nobody can overlook it.
    headers = {"Litdex-Missing": ",".join(sorted(found["missing"]))} if found["missing"] else None
    return JSONResponse(found, headers=headers)


@router.get("/facets", responses={200: {"model": CountsBody}})
async def facets(
    shared: Shared,
    q: Annotated[Text, Query(description="The query language of `litdex help query`.")],
    conditions: Conditioned,
    by: Facets = "category,year,author",
    limit: Annotated[int, Query(ge=1, le=1000)] = 10,
) -> JSONResponse:
    """Count all papers that match."""

    def work(reader: Reader) -> dict[str, Any]:
        fields = facet_fields(by, "by", reader.library)
        where = conditions.where(reader.library)
        return counts_json(reader.searcher.counts(q, list(fields.values()), limit=limit, where=where), fields)

    return JSONResponse(await shared.read(work))


@router.get("/papers/{paper:path}", responses={200: {"model": PaperBody}})
async def paper(shared: Shared, paper: str) -> JSONResponse:
    """One paper by its id: an arXiv id, a DOI, a PMID, or what a search gave."""

    def work(reader: Reader) -> dict[str, Any]:
        number = reader.library.store.find(paper)
        if number is None:
            raise NothingFound(f"no paper {paper[:200]}")
        found = paper_json(reader.library, number)
        del found["files"]  # where they lie is this machine's own business
        return found

    return JSONResponse(await shared.read(work))
