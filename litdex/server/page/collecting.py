"""The routes of what a reader keeps and takes away: stars, collections, saved searches, feeds, exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from litdex.errors import UserError
from litdex.server.page.facets import EVERYTHING, Only, chosen_only, url
from litdex.server.page.posted import back_to, posted
from litdex.server.page.render import page
from litdex.server.page.shelf import ENDINGS, EXPORTS, cards, exported, names_of, star, whole_result
from litdex.server.readers import Reader
from litdex.server.schemas import LONGEST_QUERY
from litdex.server.state import Shared
from litdex.shelf.alerts import look, save_search
from litdex.shelf.atom import feed
from litdex.shelf.store import STARS, SavedSearch, shelf

router = APIRouter(include_in_schema=False)
T = TypeVar("T")
SHELF = "/collections"
MOST_SHOWN = 1000
"""Papers of a collection that its page lists."""


@router.get(SHELF, response_class=HTMLResponse)
async def shelf_page(request: Request, shared: Shared) -> Response:
    """All collections, and all saved searches with what is new to them."""

    def work(reader: Reader) -> Response:
        searches = look(reader.library, reader.searcher)
        with shelf(reader.library.folder) as kept:
            collections = kept.collections()
            links = {saved.id: _link(reader, saved, kept.chosen(saved.id)) for saved in searches}
        return page(request, "shelf.html", collections=collections, searches=searches, links=links, stars=STARS)

    return await shared.read(work)


@router.get("/collections/{number}", response_class=HTMLResponse)
async def collection_page(request: Request, shared: Shared, number: int) -> Response:
    """The papers of one collection."""

    def work(reader: Reader) -> Response:
        with shelf(reader.library.folder) as kept:
            collection, papers = kept.collection(number), kept.papers(number)[:MOST_SHOWN]
        return page(
            request,
            "collection.html",
            title=collection.name,
            cards=cards(reader.library, papers),
            collection=number,
            source=f"collection:{number}",
            exports=EXPORTS,
        )

    return await shared.read(work)


@router.get("/saved/{number}", response_class=HTMLResponse)
async def saved_page(request: Request, shared: Shared, number: int) -> Response:
    """What came to a saved search; what was new to it is marked, and is not new the next time."""

    def work(reader: Reader) -> Response:
        look(reader.library, reader.searcher)
        with shelf(reader.library.folder) as kept:
            saved, fresh = kept.search(number), kept.unseen(number)
            link = _link(reader, saved, kept.chosen(number))
            papers = [one.paper for one in kept.found(number, MOST_SHOWN)]
        if fresh:
            with shelf(reader.library.folder, write=True) as kept:
                kept.see(number)
        return page(
            request,
            "collection.html",
            title=saved.name,
            query=saved.query,
            link=link,
            feed=f"/saved/{number}/feed.atom",
            cards=cards(reader.library, papers),
            fresh=frozenset(fresh),
            source=f"saved:{number}",
            exports=EXPORTS,
        )

    return await shared.read(work)


@router.get("/saved/{number}/feed.atom")
async def saved_feed(request: Request, shared: Shared, number: int) -> Response:
    """The Atom feed of a saved search."""
    base = str(request.base_url).rstrip("/")

    def work(reader: Reader) -> str:
        look(reader.library, reader.searcher)
        with shelf(reader.library.folder) as kept:
            saved = kept.search(number)
        return feed(reader.library, saved, base)

    return Response(await shared.read(work), media_type="application/atom+xml")


@router.post("/star")
async def give_star(request: Request, shared: Shared) -> Response:
    """Give a paper (`id`) a star where `on` says something, else take it away."""
    form = await posted(request)

    def work(reader: Reader) -> None:
        card, *_ = _some(cards(reader.library, [form.one("id")]))
        star(reader.library, card.name, bool(form.one("on")))

    await shared.read(work)
    return back_to(form.one("back"), SHELF)


@router.post("/collect")
async def collect(request: Request, shared: Shared) -> Response:
    """Put papers (`id`, or `only` by numbers) into the collection `name`."""
    form = await posted(request)

    def work(reader: Reader) -> None:
        wanted = [*form.all("id"), *names_of(reader.library, form.one("only"))]
        papers = [card.name for card in _some(cards(reader.library, wanted))]
        with shelf(reader.library.folder, write=True) as kept:
            kept.add(form.one("name"), papers)

    await shared.read(work)
    return back_to(form.one("back"), SHELF)


@router.post("/collections/{number}/take")
async def take(request: Request, shared: Shared, number: int) -> Response:
    """Take papers (`id`) out of a collection."""
    form = await posted(request)

    def work(reader: Reader) -> None:
        with shelf(reader.library.folder, write=True) as kept:
            kept.take(kept.collection(number).id, form.all("id"))

    await shared.read(work)
    return back_to(form.one("back"), f"{SHELF}/{number}")


@router.post("/collections/{number}/drop")
async def drop(request: Request, shared: Shared, number: int) -> Response:
    """Delete a collection."""
    await posted(request)

    def work(reader: Reader) -> None:
        with shelf(reader.library.folder, write=True) as kept:
            kept.drop(kept.collection(number).id)

    await shared.read(work)
    return back_to("", SHELF)


@router.post("/saved")
async def save(request: Request, shared: Shared) -> Response:
    """Save the search `query`, within the papers `only` if there are any, under `name` or else itself."""
    form = await posted(request)
    query, only = form.one("query"), form.one("only")
    if len(query) > LONGEST_QUERY:
        raise UserError("the query is too long to be saved")

    def work(reader: Reader) -> None:
        chosen = names_of(reader.library, only) if only else []
        called = query[:200] or (f"{len(chosen):,} papers chosen on the map" if chosen else "")
        asked = query or (EVERYTHING if chosen else "")
        save_search(reader.library, reader.searcher, form.one("name") or called, asked, chosen)

    await shared.read(work)
    return back_to(form.one("back"), f"{SHELF}#saved")


@router.post("/saved/{number}/forget")
async def forget(request: Request, shared: Shared, number: int) -> Response:
    """Forget a saved search."""
    await posted(request)

    def work(reader: Reader) -> None:
        with shelf(reader.library.folder, write=True) as kept:
            kept.forget(kept.search(number).id)

    await shared.read(work)
    return back_to("", f"{SHELF}#saved")


@router.get("/export")
async def export(
    shared: Shared,
    form: Annotated[str, Query(alias="as", max_length=20)] = "bibtex",
    paper: Annotated[list[str], Query(alias="id", max_length=1000)] = [],  # noqa: B006
    everything: Annotated[str, Query(alias="all", max_length=100)] = "",
    q: Annotated[str, Query(max_length=LONGEST_QUERY)] = "",
    only: Only = "",
) -> Response:
    """The papers `id`; without any, all of a collection or saved search (`all`), or of the result of `q` and `only`."""

    def work(reader: Reader) -> str:
        is_result = bool(q.strip() or only)
        names = paper or (_result(reader, q.strip(), only) if is_result else _all_of(reader, everything))
        return exported(reader, form, _some(names))

    text = await shared.read(work)
    ending, kind = ENDINGS[form]
    headers = {"Content-Disposition": f'attachment; filename="litdex.{ending}"'}
    return Response(text, media_type=f"{kind}; charset=utf-8", headers=headers)


def _result(reader: Reader, query: str, only: str) -> list[str]:
    return whole_result(reader, query or EVERYTHING, chosen_only(only))


def _link(reader: Reader, saved: SavedSearch, chosen: Sequence[str]) -> str:
    """The search that was saved, as it was: only papers that have gone are left out."""
    numbers = reader.library.store.found(chosen)
    query = "" if chosen and saved.query == EVERYTHING else saved.query
    return url(query, ",".join(map(str, numbers)))


def _all_of(reader: Reader, what: str) -> list[str]:
    kind, _, number = what.partition(":")
    if not number.isdecimal():
        return []
    with shelf(reader.library.folder) as kept:
        if kind == "collection":
            return kept.papers(kept.collection(int(number)).id)
        return [one.paper for one in kept.found(kept.search(int(number)).id, MOST_SHOWN)]


def _some(papers: list[T]) -> list[T]:
    if not papers:
        raise UserError("choose a paper first")
    return papers
