"""Browsing: an index of the entities that the papers name and of categories, and a page of each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from litdex.errors import NothingFound
from litdex.index.definitions import concept_of
from litdex.index.entities import short_type
from litdex.index.values import beginning
from litdex.ner.naming import canonical
from litdex.ner.vocabulary import Concept
from litdex.server.page.asked import condition
from litdex.server.page.facets import EVERYTHING, known_facets, labels
from litdex.server.page.overview import Overview, overview
from litdex.server.page.paper import colours_of
from litdex.server.page.render import category_url, entity_url, page
from litdex.server.readers import Reader
from litdex.server.state import Shared

router = APIRouter(include_in_schema=False)
LISTED = 500
"""Names on one page of the index."""
DEEPEST = 10_000
"""Names of a type, or of a letter, that the index reaches; a search finds the rest."""
LETTERS = (*ascii_uppercase, "#")
CATEGORY = "category"


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A page of the index: what is listed, how, and the links that go on from here."""

    kind: str  # a type as users write it, or `CATEGORY`
    order: str
    letter: str
    names: Sequence[tuple[str, int, str]]  # name, papers, the address of its page
    offset: int
    more: bool


@router.get("/entities", response_class=HTMLResponse)
async def index_page(
    request: Request,
    shared: Shared,
    kind: Annotated[str, Query(alias="type", max_length=100)] = "",
    order: Annotated[str, Query(pattern="^(count|name)$")] = "count",
    letter: Annotated[str, Query(pattern="^[A-Z#]?$")] = "",
    offset: Annotated[int, Query(ge=0, le=DEEPEST - LISTED)] = 0,
) -> Response:
    """The entities of one type, or the categories, the most frequent first or from A to Z."""

    def work(reader: Reader) -> Response:
        types, known = reader.library.entities.types(), known_facets(reader)
        called = {name: label for name, label in labels(reader.library).items() if name in types and name in known}
        if "cat" in known:
            called[CATEGORY] = "Category"
        shown = next((name for name in (kind, short_type(kind), *called) if name in called), "")
        return page(
            request,
            "entities.html",
            index=_index(reader, shown, order, letter, offset) if shown else None,
            labels=called,
            letters=LETTERS,
            size=LISTED,
            colours=colours_of(reader.library),
            url=lambda **fields: f"/entities?{urlencode({name: value for name, value in fields.items() if value})}",
        )

    return await shared.read(work)


@router.get("/entities/{kind}/{name:path}", response_class=HTMLResponse)
async def entity_page(request: Request, shared: Shared, kind: str, name: str) -> Response:
    """One entity: its names, its papers over the years, what comes with it, and its best papers."""

    def work(reader: Reader) -> Response:
        short = short_type(kind)
        if short not in reader.library.entities.types() or not name.strip():
            raise NothingFound(f"there are no entities of the type {kind[:100]} here")
        concept = concept_of(reader.library.folder, name, short)
        return page(
            request,
            "entity.html",
            kind=short,
            name=name,
            concept=concept,
            aliases=_also_called(reader, short, name, concept),
            view=_overview(reader, str(condition(f"entity.{short}", name)), name),
            labels=labels(reader.library),
            colours=colours_of(reader.library),
        )

    return await shared.read(work)


@router.get("/categories/{name:path}", response_class=HTMLResponse)
async def category_page(request: Request, shared: Shared, name: str) -> Response:
    """One category: its papers over the years, the entities that they name, related categories, its best papers."""

    def work(reader: Reader) -> Response:
        if not name.strip():
            raise NothingFound("there is no such category")
        return page(
            request,
            "category.html",
            name=name,
            view=_overview(reader, str(condition("cat", name)), "", name),
            labels=labels(reader.library),
            colours=colours_of(reader.library),
        )

    return await shared.read(work)


def _overview(reader: Reader, query: str, about: str, name: str = "") -> Overview:
    try:
        return overview(reader, query, about)
    except NothingFound:
        raise NothingFound(f"no paper has {(name or about)[:200]}") from None


def _index(reader: Reader, kind: str, order: str, letter: str, offset: int) -> Index:
    """One page of names. Where there are more than fit on one, the alphabet is gone through letter by letter."""
    field = "category" if kind == CATEGORY else reader.library.entities.types()[kind]

    def counted(limit: int, values: str = "") -> Sequence[tuple[str, int]]:
        return reader.searcher.counts(EVERYTHING, [field], limit=limit, values=values).fields[field]

    by_name = order == "name"
    if by_name and not letter and len(counted(LISTED + 1)) > LISTED:
        letter = LETTERS[0]
    wanted = DEEPEST if by_name and letter else offset + LISTED + 1
    counts = list(counted(wanted, beginning(letter) if by_name and letter else ""))
    if by_name:
        counts.sort(key=lambda one: one[0].casefold())
    names = counts[offset : offset + LISTED]
    return Index(
        kind=kind,
        order=order,
        letter=letter if by_name else "",
        names=[(name, papers, _address(kind, name)) for name, papers in names],
        offset=offset,
        more=len(counts) > offset + LISTED and offset + LISTED <= DEEPEST - LISTED,
    )


def _address(kind: str, name: str) -> str:
    return category_url(name) if kind == CATEGORY else entity_url(kind, name)


def _also_called(reader: Reader, kind: str, name: str, concept: Concept | None) -> Sequence[str]:
    """The names that an entity goes by: as the vocabulary writes them, and what the papers call it beside that."""
    written = dict.fromkeys(concept.synonyms if concept else ())
    folded = {canonical(one) for one in (name, *written)}
    aliases = reader.library.entities.aliases(reader.library.entities.types()[kind], name)
    return [*written, *(alias for alias in aliases if alias not in folded)]
