"""The hybrid searcher: both legs at once, fused, with snippets.

A leg that cannot answer is named in the results, and the other one answers alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from litdex.encoder.base import Encoder, Vectors
from litdex.errors import LibraryBusy, SystemFault, UserError
from litdex.index.engine import Counts, LexicalIndex, Scope, Scored, VectorIndex
from litdex.index.filters import Filter
from litdex.index.library import Library, check_encoder
from litdex.index.outbox import Generation
from litdex.index.store import Store
from litdex.search.fusion.rrf import rrf
from litdex.search.hit import LEGS, Hit, HitPassage, Leg, Results, Standing
from litdex.search.query.meaning import Meaning, meaning
from litdex.search.query.reading import parse
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
        asked = self._understand(query, where)
        legs = self._run_legs(asked, max(DEPTH, limit + offset), mode)
        page = _fuse(legs.rankings)[offset : offset + limit]
        marker = Marker(asked.words, self._lexical.terms if self._lexical else str.split)
        hits = tuple(self._hit(name, score, legs.rankings, marker) for name, score in page)
        milliseconds = {**legs.milliseconds, "total": (time.perf_counter() - begun) * 1000}
        return Results(query=query, hits=hits, missing=legs.missing, milliseconds=milliseconds)

    def rank(self, query: str, *, limit: int, where: Filter = Filter(), mode: Mode = "hybrid") -> list[str]:
        """The ids of the `limit` best papers, without loading them. Raises as `search` does."""
        asked = self._understand(query, where)
        return [name for name, _ in _fuse(self._run_legs(asked, limit, mode).rankings)[:limit]]

    def counts(self, query: str, by: Sequence[str], *, limit: int = 10, where: Filter = Filter()) -> Counts:
        """How many papers match, and the `limit` most frequent values of each field of `by` among them.

        A paper matches that satisfies the query's conditions and has at least one of its words, if it has any. `by`
        names keyword fields of `litdex.index.engine`, `entity.<type>`, or "year". Raises as `search` does.
        """
        asked = self._understand(query, where)
        if not self._generations:
            return Counts(0, dict.fromkeys(by, ()))
        return self._open_lexical().counts(asked.words, by, limit=limit, where=asked.where)

    def having(self, text: str, scope: Scope, exact: bool) -> Sequence[int]:
        """The papers that have the words, or the phrase, in a part of them (for the query language)."""
        return self._open_lexical().having(text, scope=scope, exact=exact) if self._generations else ()

    def _understand(self, query: str, where: Filter) -> Meaning:
        """Read a query and look up its conditions, before any leg has a thread."""
        if not query.strip():
            raise UserError("the query is empty: give words to search for")
        self._generations = {g.kind: g for g in self._library.outbox.generations() if g.state == "active"}
        found = meaning(parse(query), _Lookup(self, self._library.store))
        return replace(found, where=where & found.where)

    def _run_legs(self, asked: Meaning, wanted: int, mode: Mode) -> _Legs:
        """Every leg in a thread of its own; which answered, which did not and why, and how long each took.

        The threads leave the database alone: one connection is not for two threads at once.
        """
        legs: Mapping[Leg, Callable[[Meaning, str, int], list[Scored]]] = {
            "lexical": self._lexical_leg,
            "dense": self._dense_leg,
        }
        answers = _Legs()
        failures: list[Exception] = []
        if not self._generations:
            return answers
        # Conditions alone rank nothing: the papers are listed, the newest first, and the words' engine knows how.
        running = [leg for leg in LEGS if mode in ("hybrid", leg)] if asked.words or asked.similar else [LEGS[0]]
        papers = [self._library.store.paper(number) for number in asked.similar]
        text = "\n".join([asked.words, *(f"{paper.title}\n{paper.abstract}" for paper in papers)])
        with ThreadPoolExecutor(len(running) + 1) as pool:
            if "dense" in running and self._vectors is None:
                self._opening = pool.submit(self._open_vectors)  # while the encoder loads
            futures = {leg: pool.submit(_timed, legs[leg], asked, text, wanted) for leg in running}
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

    def _open_lexical(self) -> LexicalIndex:
        if self._lexical is None:
            self._lexical = self._library.lexical(self._generations["lexical"])
        return self._lexical

    def _lexical_leg(self, asked: Meaning, text: str, wanted: int) -> list[Scored]:
        engine = self._open_lexical()
        if not text.strip():
            return engine.newest(limit=wanted, where=asked.where)
        return fetch_passages(lambda limit: engine.search(text, limit=limit, where=asked.where), wanted)

    def _dense_leg(self, asked: Meaning, text: str, wanted: int) -> list[Scored]:
        vectors = [self._encode(asked.words)] if asked.words else []
        engine = self._vectors or self._opening.result()
        vectors += [vector for paper in asked.similar for vector in _mean(engine.stored(paper))]
        if not vectors:
            return []
        (vector,) = _mean(np.stack(vectors)) if len(vectors) > 1 else vectors
        return fetch_passages(lambda limit: engine.search(vector, limit=limit, where=asked.where), wanted)

    def _open_vectors(self) -> VectorIndex:
        self._vectors = self._library.vectors(self._generations["vectors"])
        return self._vectors

    def _encode(self, words: str) -> Vectors:
        if self._encoder is None:
            self._encoder = self._load_encoder()
            check_encoder(self._generations["vectors"], self._encoder, self._library.folder)
        return self._encoder.encode_query(words)

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


@dataclass(frozen=True, slots=True)
class _Lookup:
    """Where a query's conditions are looked up: phrases in the engine, ids and citations in the store."""

    searcher: Searcher
    store: Store

    def having(self, text: str, scope: Scope, exact: bool) -> Sequence[int]:
        return self.searcher.having(text, scope, exact)

    def find(self, text: str) -> int | None:
        return self.store.find(text)

    def citing(self, paper: int) -> Sequence[int]:
        return self.store.citing(paper)

    def cited_by(self, paper: int) -> Sequence[int]:
        return self.store.cited_by(paper)


def _mean(vectors: Vectors) -> list[Vectors]:
    """The mean direction of some vectors, of unit length; none where there is no vector."""
    total = np.asarray(vectors.sum(axis=0), np.float32)
    length = float(np.linalg.norm(total))
    return [np.asarray(total / length, np.float32)] if length else []


def _timed(
    leg: Callable[[Meaning, str, int], list[Scored]], asked: Meaning, text: str, wanted: int
) -> tuple[list[Scored], float]:
    begun = time.perf_counter()
    found = leg(asked, text, wanted)
    return found, (time.perf_counter() - begun) * 1000
