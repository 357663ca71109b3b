"""The hybrid searcher: both legs at once, fused, with snippets.

A leg that cannot answer is named in the results, and the other one answers alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal

from litdex.encoder.base import Encoder
from litdex.errors import LibraryBusy, SystemFault, UserError
from litdex.index.engine import LexicalIndex, Scored, VectorIndex
from litdex.index.filters import Filter
from litdex.index.library import Library, check_encoder
from litdex.index.outbox import Generation
from litdex.search.fusion.rrf import rrf
from litdex.search.hit import LEGS, Hit, HitPassage, Leg, Results, Standing
from litdex.search.retrieval import DEPTH, RankedPaper, fetch_passages, rank_papers
from litdex.search.snippet import Marker

Mode = Literal["hybrid", "lexical", "dense"]
PASSAGES_SHOWN = 3


class Searcher:
    """Searches one library. `encoder` is called when the dense leg first needs it.

    The engines are opened by the first search and stay as they were then until `close`; a writer waits that long.
    """

    def __init__(self, library: Library, encoder: Callable[[], Encoder]) -> None:
        self._library = library
        self._load_encoder = encoder
        self._encoder: Encoder | None = None
        self._lexical: LexicalIndex | None = None
        self._vectors: VectorIndex | None = None
        self._opening: Future[VectorIndex] = Future()
        self._generations: dict[str, Generation] = {}

    def close(self) -> None:
        """Release the engines; the library stays open."""
        for engine in (self._lexical, self._vectors):
            if engine:
                engine.close()
        self._lexical = self._vectors = None

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
        legs = self._run_legs(query, where, max(DEPTH, limit + offset), mode)
        page = _fuse(legs.rankings)[offset : offset + limit]
        marker = Marker(query, self._lexical.terms if self._lexical else str.split)
        hits = tuple(self._hit(name, score, legs.rankings, marker) for name, score in page)
        milliseconds = {**legs.milliseconds, "total": (time.perf_counter() - begun) * 1000}
        return Results(query=query, hits=hits, missing=legs.missing, milliseconds=milliseconds)

    def rank(self, query: str, *, limit: int, where: Filter = Filter(), mode: Mode = "hybrid") -> list[str]:
        """The ids of the `limit` best papers, without loading them. Raises as `search` does."""
        return [name for name, _ in _fuse(self._run_legs(query, where, limit, mode).rankings)[:limit]]

    def _run_legs(self, query: str, where: Filter, wanted: int, mode: Mode) -> _Legs:
        """Every leg in a thread of its own; which answered, which did not and why, and how long each took.

        The threads leave the database alone: one connection is not for two threads at once.
        """
        if not query.strip():
            raise UserError("the query is empty: give words to search for")
        legs: Mapping[Leg, Callable[[str, Filter, int], list[Scored]]] = {
            "lexical": self._lexical_leg,
            "dense": self._dense_leg,
        }
        answers = _Legs()
        failures: list[Exception] = []
        asked = [leg for leg in LEGS if mode in ("hybrid", leg)]
        self._generations = {g.kind: g for g in self._library.outbox.generations() if g.state == "active"}
        if not self._generations:
            return answers
        with ThreadPoolExecutor(len(asked) + 1) as pool:
            if "dense" in asked and self._vectors is None:
                self._opening = pool.submit(self._open_vectors)  # while the encoder loads
            futures = {leg: pool.submit(_timed, legs[leg], query, where, wanted) for leg in asked}
        for leg, future in futures.items():
            try:
                found, answers.milliseconds[leg] = future.result()
                answers.rankings[leg] = rank_papers(found, self._library.store.names)
            except (LibraryBusy, SystemFault) as error:
                answers.missing[leg] = str(error)
                failures.append(error)
        if not answers.rankings:
            raise failures[0]
        return answers

    def _lexical_leg(self, query: str, where: Filter, wanted: int) -> list[Scored]:
        if self._lexical is None:
            self._lexical = self._library.lexical(self._generations["lexical"])
        engine = self._lexical
        return fetch_passages(lambda limit: engine.search(query, limit=limit, where=where), wanted)

    def _open_vectors(self) -> VectorIndex:
        self._vectors = self._library.vectors(self._generations["vectors"])
        return self._vectors

    def _dense_leg(self, query: str, where: Filter, wanted: int) -> list[Scored]:
        if self._encoder is None:
            self._encoder = self._load_encoder()
            check_encoder(self._generations["vectors"], self._encoder, self._library.folder)
        vector = self._encoder.encode_query(query)
        engine = self._vectors or self._opening.result()
        return fetch_passages(lambda limit: engine.search(vector, limit=limit, where=where), wanted)

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


@dataclass(frozen=True, slots=True)
class _Legs:
    """What the legs answered."""

    rankings: dict[Leg, list[RankedPaper]] = field(default_factory=dict)
    missing: dict[Leg, str] = field(default_factory=dict)
    milliseconds: dict[str, float] = field(default_factory=dict)


def _fuse(rankings: Mapping[Leg, list[RankedPaper]]) -> list[tuple[str, float]]:
    return rrf({leg: [(item.name, item.score) for item in ranking] for leg, ranking in rankings.items()})


def _timed(
    leg: Callable[[str, Filter, int], list[Scored]], query: str, where: Filter, wanted: int
) -> tuple[list[Scored], float]:
    begun = time.perf_counter()
    found = leg(query, where, wanted)
    return found, (time.perf_counter() - begun) * 1000
