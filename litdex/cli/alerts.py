"""`litdex alerts`: what is new to the searches that were saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from litdex.cli.options import json_option, library_option
from litdex.cli.output import byline, clean, echo_json, wrapped
from litdex.errors import NothingFound

if TYPE_CHECKING:
    from litdex.index.library import Library
    from litdex.index.store import Card
    from litdex.search.searcher import Searcher
    from litdex.shelf.store import SavedSearch

New = list[tuple["SavedSearch", list["Card"]]]


@click.command()
@library_option
@click.option("--save", default="", metavar="QUERY", help="Save a search, instead: see `litdex help query`.")
@click.option("--name", default="", help="Under this name; else it is called by its query.")
@click.option("--forget", default="", metavar="NAME", help="Drop a saved search, instead.")
@click.option("--list", "listing", is_flag=True, help="List the saved searches, instead.")
@click.option(
    "--atom",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Also write each search's Atom feed, of all that came since it was saved, into this folder.",
)
@json_option
def alerts(library: Path, save: str, name: str, forget: str, listing: bool, atom: Path | None, as_json: bool) -> None:
    """Print the papers that came to each saved search since this was last called; exit code 1 where there is none.

    Searches are saved here or on the page of `litdex serve`. Of a search by words the papers among its first 100 count.

    \b
    litdex alerts --save "spin squeezing cat:quant-ph"
    litdex ingest ~/papers && litdex alerts
    """
    from litdex.encoder.load import load_encoder
    from litdex.index.library import Library
    from litdex.search.searcher import Searcher

    with Library.open(library) as opened, Searcher(opened, load_encoder) as searcher:
        if save:
            _save(opened, searcher, name or save, save)
        elif forget:
            _forget(opened, forget)
        elif listing:
            _list(opened, as_json)
        else:
            _tell(opened, searcher, atom, as_json)


def _tell(library: Library, searcher: Searcher, atom: Path | None, as_json: bool) -> None:
    new = _new(library, searcher)
    if atom:
        _write_feeds(library, atom)
    if as_json:
        from litdex.search.as_json import card_json

        echo_json({"searches": [{**_search_json(saved), "new": [card_json(card) for card in c]} for saved, c in new]})
    elif new:
        _print(new)
    if not new:
        raise NothingFound("nothing is new to the saved searches")


def _save(library: Library, searcher: Searcher, name: str, query: str) -> None:
    from litdex.shelf.alerts import save_search

    save_search(library, searcher, name, query)
    click.echo(f"saved: {clean(name)}", err=True)


def _forget(library: Library, name: str) -> None:
    from litdex.shelf.store import shelf

    with shelf(library.folder, write=True) as kept:
        found = [saved for saved in kept.searches() if saved.name == name]
        if not found:
            raise NothingFound(f"no saved search is called {name}: `litdex alerts --list` lists them")
        kept.forget(found[0].id)


def _list(library: Library, as_json: bool) -> None:
    from litdex.shelf.store import shelf

    with shelf(library.folder) as kept:
        searches = kept.searches()
    if as_json:
        echo_json({"searches": [_search_json(saved) for saved in searches]})
    if not searches:
        raise NothingFound("no search is saved: `litdex alerts --save QUERY` saves one")
    if not as_json:
        for saved in searches:
            click.echo(click.style(clean(saved.name), bold=True))
            click.echo(wrapped(saved.query, indent=2))


def _new(library: Library, searcher: Searcher) -> New:
    """What is new to each search, and is so no more. Raises NothingFound where no search is saved."""
    from litdex.shelf.alerts import look
    from litdex.shelf.store import shelf

    searches = look(library, searcher)
    if not searches:
        raise NothingFound("no search is saved: `litdex alerts --save QUERY` saves one")
    with shelf(library.folder, write=True) as kept:
        untold = [(saved, kept.untold(saved.id)) for saved in searches]
        for saved in searches:
            kept.tell(saved.id)
    found = []
    for saved, papers in untold:
        cards = list(library.store.cards(library.store.found(papers)).values())
        found += [(saved, cards)] if cards else []
    return found


def _write_feeds(library: Library, folder: Path) -> None:
    from litdex.shelf.atom import feed
    from litdex.shelf.store import shelf

    folder.mkdir(parents=True, exist_ok=True)
    with shelf(library.folder) as kept:
        searches = kept.searches()
    for saved in searches:
        (folder / f"{saved.id}.atom").write_text(feed(library, saved), encoding="utf-8")


def _search_json(saved: SavedSearch) -> dict[str, Any]:
    return {"id": saved.id, "name": saved.name, "query": saved.query}


def _print(new: New) -> None:
    for saved, cards in new:
        count = "1 new paper" if len(cards) == 1 else f"{len(cards):,} new papers"
        click.echo(click.style(clean(saved.name), bold=True) + f" · {count}")
        for card in cards:
            click.echo(wrapped(card.paper.title or "(no title)", indent=2))
            click.echo(wrapped(byline(card.paper, card.name), indent=4))
        click.echo()
