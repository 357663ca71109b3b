"""The hybrid searcher: both legs at once, fused, with snippets.

A leg that cannot answer is named in the results, and the other one answers alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal

from litdex.encoder.base import Encoder
from litdex.errors import LibraryBusy, SystemFault, UserError
from litdex.index.engine import LexicalIndex
from litdex.index.filters import Filter
from litdex.index.library import Library
from litdex.search.fusion.rrf import rrf
from litdex.search.hit import LEGS, Hit, HitPassage, Leg, Results, Standing
from litdex.search.retrieval import DEPTH, RankedPaper, rank_papers
from litdex.search.snippet import Marker

Mode = Literal["hybrid", "lexical", "dense"]
PASSAGES_SHOWN = 3


class Searcher:
    """Searches one library. `encoder` is called when the dense leg first needs it."""

    def __init__(self, library: Library, encoder: Callable[[], Encoder]) -> None:
        self._library = library
        self._load_encoder = encoder
        self._encoder: Encoder | None = None
        self._lexical: LexicalIndex | None = None

    def close(self) -> None:
        """Release the engines; the library stays open."""
        if self._lexical:
            self._lexical.close()
            self._lexical = None

    def search(
        self, query: str, *, limit: int = 10, offset: int = 0, where: Filter = Filter(), mode: Mode = "hybrid"
    ) -> Results:
        """The papers that answer `query` best, `limit` of them after the first `offset`.

        The order is the same every time. Raises UserError for an empty query and EncoderMismatch; a leg that fails or
        is busy is named in `Results.missing`, and if no leg is left its error is raised.
        """
        if not query.strip():
            raise UserError("the query is empty: give words to search for")
        begun = time.perf_counter()
        wanted = max(DEPTH, limit + offset)
        asked = [leg for leg in LEGS if mode in ("hybrid", leg)]
        rankings, missing, milliseconds = self._run_legs(query, where, wanted, asked)
        fused = rrf({leg: [(item.name, item.score) for item in ranking] for leg, ranking in rankings.items()})
        page = fused[offset : offset + limit]
        marker = Marker(query, self._lexical.terms if self._lexical else str.split)
        hits = tuple(self._hit(name, score, rankings, marker) for name, score in page)
        milliseconds["total"] = (time.perf_counter() - begun) * 1000
        return Results(query=query, hits=hits, missing=missing, milliseconds=milliseconds)

    def _run_legs(
        self, query: str, where: Filter, wanted: int, asked: list[Leg]
    ) -> tuple[dict[Leg, list[RankedPaper]], dict[Leg, str], dict[str, float]]:
        """Every leg in a thread of its own; which answered, which did not and why, and how long each took."""
        legs: Mapping[Leg, Callable[[str, Filter, int], list[RankedPaper]]] = {
            "lexical": self._lexical_leg,
            "dense": self._dense_leg,
        }
        rankings: dict[Leg, list[RankedPaper]] = {}
        missing: dict[Leg, str] = {}
        milliseconds: dict[str, float] = {}
        failures: list[Exception] = []
        with ThreadPoolExecutor(len(asked)) as pool:
            futures: dict[Leg, Future[tuple[list[RankedPaper], float]]] = {
                leg: pool.submit(_timed, legs[leg], query, where, wanted) for leg in asked
            }
            for leg, future in futures.items():
                try:
                    rankings[leg], milliseconds[leg] = future.result()
                except (LibraryBusy, SystemFault) as error:
                    missing[leg] = str(error)
                    failures.append(error)
        if not rankings:
            raise failures[0]
        return rankings, missing, milliseconds

    def _lexical_leg(self, query: str, where: Filter, wanted: int) -> list[RankedPaper]:
        if self._lexical is None:
            self._lexical = self._library.lexical()
        engine = self._lexical
        if engine is None:
            return []
        return rank_papers(lambda limit: engine.search(query, limit=limit, where=where), self._names, wanted)

    def _dense_leg(self, query: str, where: Filter, wanted: int) -> list[RankedPaper]:
        if self._library.generation("vectors") is None:
            return []
        if self._encoder is None:
            self._encoder = self._load_encoder()
            self._library.use_encoder(self._encoder)
        vector = self._encoder.encode_query(query)
        engine = self._library.vectors()
        if engine is None:
            return []
        try:
            return rank_papers(lambda limit: engine.search(vector, limit=limit, where=where), self._names, wanted)
        finally:
            engine.close()  # others wait for it

    def _names(self, papers: Iterable[int]) -> Mapping[int, str]:
        return self._library.store.names(papers)

    def _hit(self, name: str, score: float, rankings: Mapping[Leg, list[RankedPaper]], marker: Marker) -> Hit:
        legs: dict[Leg, Standing] = {}
        best: dict[int, float] = {}  # passage -> its best reciprocal rank within the paper, over the legs
        number = 0
        for leg, ranking in rankings.items():
            for rank, item in enumerate(ranking, start=1):
                if item.name == name:
                    legs[leg] = Standing(rank, item.score)
                    number = item.paper
                    for place, scored in enumerate(item.passages, start=1):
                        best[scored.number] = best.get(scored.number, 0.0) + 1 / place
        card = self._library.store.card(number)
        if card is None:
            raise SystemFault(f"{name} was removed while it was being shown: search again")
        shown = sorted(best, key=lambda passage: (-best[passage], passage))[:PASSAGES_SHOWN]
        found = [self._library.store.passage(passage) for passage in shown]
        return Hit(
            id=name,
            score=score,
            paper=card.paper,
            legs=legs,
            passages=tuple(
                HitPassage(section=p.section, text=p.text, start=p.start, end=p.end, snippet=marker.snippet(p))
                for p in found
                if p
            ),
        )


def _timed(
    leg: Callable[[str, Filter, int], list[RankedPaper]], query: str, where: Filter, wanted: int
) -> tuple[list[RankedPaper], float]:
    begun = time.perf_counter()
    ranking = leg(query, where, wanted)
    return ranking, (time.perf_counter() - begun) * 1000
