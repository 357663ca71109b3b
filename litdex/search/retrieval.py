"""One leg of a search: from an engine's passages to a ranking of papers by their best passages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from litdex.index.engine import Scored

Leg = Literal["lexical", "dense"]
LEGS: tuple[Leg, ...] = ("lexical", "dense")
MOST_PASSAGES = 100_000
"""How many passages a search looks at, at most."""


class RankedPaper(NamedTuple):
    """A paper in one leg's ranking: its public id, its score, and all its passages that were found, best first."""

    name: str
    paper: int
    score: float
    passages: Sequence[Scored]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What the legs found for a query: passages, best first, and the public ids of the papers that they come from.

    `missing` names each leg that could not answer, and why; `milliseconds` is how long each leg took.
    """

    found: Mapping[Leg, list[Scored]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    missing: Mapping[Leg, str] = field(default_factory=dict)
    milliseconds: Mapping[str, float] = field(default_factory=dict)


def fetch_passages(fetch: Callable[[int], list[Scored]], wanted: int) -> list[Scored]:
    """The best passages of at least `wanted` papers, if so many match.

    `fetch` gives an engine's best passages, as many as it is asked for. It is asked for more until they come from
    enough papers: a long paper may have a hundred good passages.
    """
    limit = wanted + wanted // 4
    found = fetch(limit)
    while len(found) >= limit and len({scored.paper for scored in found}) < wanted and limit < MOST_PASSAGES:
        limit *= 4
        found = fetch(limit)
    return found


def rank_papers(found: Iterable[Scored], names: Mapping[int, str], best: int = 1) -> list[RankedPaper]:
    """Passages, best first, to papers by the sum of their `best` best passages; ties are broken by public id.

    A paper that `names` lacks is left out: one removed a moment ago may still be in an engine.
    """
    by_paper: dict[int, list[Scored]] = {}
    for scored in found:
        if (passages := by_paper.get(scored.paper)) is None:
            by_paper[scored.paper] = [scored]
        else:
            passages.append(scored)
    ranked = [
        (-sum([one.score for one in passages[:best]]) if best > 1 else -passages[0].score, name, paper, passages)
        for paper, passages in by_paper.items()
        if (name := names.get(paper))
    ]
    ranked.sort()  # by falling score, then by name; a name is one paper's, so nothing else is compared
    return [RankedPaper(name, paper, -score, passages) for score, name, paper, passages in ranked]
