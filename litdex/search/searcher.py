"""The hybrid searcher: both legs at once, fused, with snippets.

A leg that cannot answer is named in the results, and the other one answers alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from litdex.encoder.base import Encoder
from litdex.errors import SystemFault, UserError
from litdex.index.engine import Counts, Scope
from litdex.index.filters import Filter
from litdex.index.library import Library
from litdex.index.store import Store
from litdex.search.fusion.fuse import Fused
from litdex.search.hit import Hit, HitPassage, Leg, Results, Standing
from litdex.search.legs import Legs, Mode
from litdex.search.query.meaning import Meaning, meaning
from litdex.search.query.reading import parse
from litdex.search.ranking import Ranking, kept_ranking, order
from litdex.search.retrieval import RankedPaper, Retrieved
from litdex.search.snippet import Marker

__all__ = ["Mode", "Searcher"]
PASSAGES_SHOWN = 3


class Searcher:
    """Searches one library. `encoder` is called when the dense leg first needs it.

    Without a `ranking` the library's own is used, which `litdex tune` may have left there, else the default. The
    engines are opened by the first search and stay as they were then until `close`; a writer waits that long.
    """

    def __init__(self, library: Library, encoder: Callable[[], Encoder], *, ranking: Ranking | None = None) -> None:
        self._library = library
        self._legs = Legs(library, encoder)
        self.ranking = ranking or kept_ranking(library)

    def close(self) -> None:
        """Release the engines; the library stays open."""
        self._legs.close()

    def __enter__(self) -> Searcher:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def search(
        self, query: str, *, limit: int = 10, offset: int = 0, where: Filter = Filter(), mode: Mode = "hybrid"
    ) -> Results:
        """The papers that answer `query` best, `limit` of them after the first `offset`.

        The order is the same every time. Raises UserError for an empty query and EncoderMismatch; a leg that fails or
        is busy is named in `Results.missing`, and if no leg is left its error is raised.
        """
        begun = time.perf_counter()
        asked = self._understand(query, where)
        depth = self._depth(limit + offset)
        retrieved = self._retrieve(asked, depth, mode)
        fused, legs = order(retrieved, replace(self.ranking, depth=depth))
        marker = Marker(asked.words, self._legs.lexical().terms if retrieved.found else str.split)
        hits = tuple(self._hit(one, legs, marker) for one in fused[offset : offset + limit])
        milliseconds = {**retrieved.milliseconds, "total": (time.perf_counter() - begun) * 1000}
        return Results(query=query, hits=hits, missing=retrieved.missing, milliseconds=milliseconds)

    def rank(self, query: str, *, limit: int, where: Filter = Filter(), mode: Mode = "hybrid") -> list[str]:
        """The ids of the `limit` best papers, without loading them. Raises as `search` does."""
        return [one.paper for one in self.fused(query, limit=limit, where=where, mode=mode)]

    def fused(self, query: str, *, limit: int, where: Filter = Filter(), mode: Mode = "hybrid") -> list[Fused[Leg]]:
        """The `limit` best papers with their scores and each leg's share. Raises as `search` does."""
        depth = self._depth(limit)
        retrieved = self._retrieve(self._understand(query, where), depth, mode)
        return order(retrieved, replace(self.ranking, depth=depth))[0][:limit]

    def retrieve(self, query: str, *, depth: int, where: Filter = Filter(), mode: Mode = "hybrid") -> Retrieved:
        """What each leg finds, before any ranking: for `order`, with any settings whose depth is not above `depth`.

        Raises as `search` does, and the error of a leg that did not answer.
        """
        retrieved = self._retrieve(self._understand(query, where), depth, mode)
        if retrieved.missing:
            raise SystemFault(
                "; ".join(f"the {leg} leg did not answer: {why}" for leg, why in retrieved.missing.items())
            )
        return retrieved

    def counts(self, query: str, by: Sequence[str], *, limit: int = 10, where: Filter = Filter()) -> Counts:
        """How many papers match, and the `limit` most frequent values of each field of `by` among them.

        A paper matches that satisfies the query's conditions and has at least one of its words, if it has any. `by`
        names keyword fields of `litdex.index.engine`, `entity.<type>`, or "year". Raises as `search` does.
        """
        asked = self._understand(query, where)
        if not self._legs.refresh():
            return Counts(0, dict.fromkeys(by, ()))
        return self._legs.lexical().counts(asked.words, by, limit=limit, where=asked.where)

    def _understand(self, query: str, where: Filter) -> Meaning:
        """Read a query and look up its conditions, before any leg has a thread."""
        if not query.strip():
            raise UserError("the query is empty: give words to search for")
        found = meaning(parse(query), _Lookup(self._legs, self._library.store))
        return replace(found, where=where & found.where)

    def _depth(self, wanted: int) -> int:
        """How many papers each leg ranks so that `wanted` are found: steps, so that few pages differ in it."""
        depth = self.ranking.depth
        while depth < wanted:
            depth *= 4
        return depth

    def _retrieve(self, asked: Meaning, depth: int, mode: Mode) -> Retrieved:
        if not self._legs.refresh():
            return Retrieved()
        papers = [self._library.store.paper(number) for number in asked.similar]
        text = "\n".join([asked.words, *(f"{paper.title}\n{paper.abstract}" for paper in papers)])
        return self._legs.run(asked, text, depth, mode)

    def _hit(self, fused: Fused[Leg], rankings: Mapping[Leg, list[RankedPaper]], marker: Marker) -> Hit:
        legs: dict[Leg, Standing] = {}
        best: dict[int, float] = {}  # passage -> the sum over the legs of its reciprocal rank within the paper
        number = 0
        for leg, ranking in rankings.items():
            for rank, item in enumerate(ranking, start=1):
                if item.name == fused.paper:
                    legs[leg] = Standing(rank, item.score, fused.shares[leg])
                    number = item.paper
                    for place, scored in enumerate(item.passages, start=1):
                        best[scored.number] = best.get(scored.number, 0.0) + 1 / place
        card = self._library.store.card(number)
        if card is None:
            raise SystemFault(f"{fused.paper} was removed while it was being shown: search again")
        shown = sorted(best, key=lambda passage: (-best[passage], passage))[:PASSAGES_SHOWN]
        found = [self._library.store.passage(passage) for passage in shown]
        return Hit(
            id=fused.paper,
            score=fused.score,
            paper=card.paper,
            legs=legs,
            passages=tuple(
                HitPassage(section=p.section, text=p.text, start=p.start, end=p.end, snippet=marker.snippet(p))
                for p in found
                if p
            ),
        )


@dataclass(frozen=True, slots=True)
class _Lookup:
    """Where a query's conditions are looked up: phrases in the engine, ids and citations in the store."""

    legs: Legs
    store: Store

    def having(self, text: str, scope: Scope, exact: bool) -> Sequence[int]:
        return self.legs.lexical().having(text, scope=scope, exact=exact) if self.legs.refresh() else ()

    def find(self, text: str) -> int | None:
        return self.store.find(text)

    def citing(self, paper: int) -> Sequence[int]:
        return self.store.citing(paper)

    def cited_by(self, paper: int) -> Sequence[int]:
        return self.store.cited_by(paper)
