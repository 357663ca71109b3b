"""One leg of a search: from an engine's passages to a ranking of papers by their best passage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from litdex.index.engine import Scored

DEPTH = 100
"""How many papers each leg ranks at least, where so many match."""
_MAX_PASSAGES = 100_000


@dataclass(frozen=True, slots=True)
class RankedPaper:
    """A paper in one leg's ranking: its public id, its best passage's score, and all its passages that were found."""

    name: str
    paper: int
    score: float
    passages: tuple[Scored, ...]


def fetch_passages(fetch: Callable[[int], list[Scored]], wanted: int) -> list[Scored]:
    """The best passages of at least `wanted` papers, if so many match.

    `fetch` gives an engine's best passages, as many as it is asked for. It is asked for more until they come from
    enough papers: a long paper may have a hundred good passages.
    """
    limit = 2 * wanted
    found = fetch(limit)
    while len(found) >= limit and len({scored.paper for scored in found}) < wanted and limit < _MAX_PASSAGES:
        limit *= 4
        found = fetch(limit)
    return found


def rank_papers(found: Sequence[Scored], names: Callable[[Iterable[int]], Mapping[int, str]]) -> list[RankedPaper]:
    """Passages, best first, to papers by their best passage; ties are broken by public id."""
    by_paper: dict[int, list[Scored]] = {}
    for scored in found:
        by_paper.setdefault(scored.paper, []).append(scored)
    known = names(by_paper)
    ranked = [
        RankedPaper(known[paper], paper, passages[0].score, tuple(passages))
        for paper, passages in by_paper.items()
        if paper in known  # a paper removed a moment ago may still be in an engine
    ]
    return sorted(ranked, key=lambda item: (-item.score, item.name))
