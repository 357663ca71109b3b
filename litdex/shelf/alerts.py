"""What is new to a saved search: papers that came into the library since it last looked, and that it finds."""

from __future__ import annotations

from collections.abc import Sequence

from litdex.errors import LitdexError
from litdex.index.filters import Filter, Papers
from litdex.index.library import Library
from litdex.search.searcher import Searcher
from litdex.shelf.store import SavedSearch, shelf

DEPTH = 100
"""How far down the list of a search by words a paper may stand to be told of: words exclude no paper."""
MOST = 1000
"""Papers that a search of conditions alone tells of at once."""


def new_papers(library: Library, searcher: Searcher, query: str, newer: Sequence[int]) -> list[str]:
    """Those of the papers `newer` that `query` finds, best first.

    Of a query of conditions alone these are all that satisfy them; words only rank, so of a query with words they are
    those among its first `DEPTH`. Raises as `Searcher.search` does.
    """
    if not newer:
        return []
    found = searcher.rank(query, limit=MOST, where=Filter((Papers(tuple(newer)),)))
    if not found or searcher.lists(query):
        return found
    best = set(searcher.rank(query, limit=DEPTH))
    return [paper for paper in found if paper in best]


def look(library: Library, searcher: Searcher) -> list[SavedSearch]:
    """Note on the shelf what is new to each saved search, and return them all.

    Costs nothing where no paper came. A search that cannot be made any more, because a paper that it names has gone or
    an engine is down, is left as it is and looks again the next time.
    """
    with shelf(library.folder) as kept:
        searches = kept.searches()
    looked = {saved.id: found for saved in searches if (found := _look(library, searcher, saved)) is not None}
    if not looked:
        return searches
    with shelf(library.folder, write=True) as kept:
        for number, (papers, reached) in looked.items():
            kept.note(number, papers, reached)
        return kept.searches()


def save_search(library: Library, searcher: Searcher, name: str, query: str, chosen: Sequence[str] = ()) -> int:
    """Keep a search, within the papers `chosen` if there are any; what is in the library already is not new to it.

    Raises UserError for a query that is none.
    """
    searcher.lists(query)
    reached = settled(library, 0)
    with shelf(library.folder, write=True) as kept:
        return kept.save(name, query, reached, chosen)


def settled(library: Library, after: int) -> int:
    """The number up to which all papers above `after` are in the engines, so that a search can find them."""
    waiting = library.outbox.first_above(after)
    return library.store.last() if waiting is None else waiting - 1


def _look(library: Library, searcher: Searcher, saved: SavedSearch) -> tuple[list[str], int] | None:
    """What is new to a search, and how far it has looked; None where there was nothing to look at."""
    reached = settled(library, saved.reached)
    if reached == saved.reached:
        return None
    newer = library.store.newer(saved.reached, reached)
    with shelf(library.folder) as kept:
        if chosen := kept.chosen(saved.id):
            newer = sorted({*newer}.intersection(library.store.found(chosen)))
    try:
        return new_papers(library, searcher, saved.query, newer), reached
    except LitdexError:
        return None
