"""Both legs of a search at once: the engines of one library, opened when they are first needed, and the encoder."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Literal

import numpy as np

from litdex.encoder.base import Encoder, Vectors
from litdex.errors import LibraryBusy, LitdexError, SystemFault, UserError
from litdex.index.engine import LexicalIndex, Scored, VectorIndex
from litdex.index.filters import of_papers
from litdex.index.library import Library, encoder_for
from litdex.index.outbox import Generation, Kind
from litdex.search.query.meaning import Meaning
from litdex.search.retrieval import LEGS, Leg, Retrieved, fetch_passages

Mode = Literal["hybrid", "lexical", "dense"]


class Legs:
    """The engines stay as they were when they were opened until `close`, or until a rebuild is in use.

    The legs' threads never touch the database: one connection is not for two threads at once.
    """

    def __init__(self, library: Library, encoder: Callable[..., Encoder]) -> None:
        self._library = library
        self._load_encoder = encoder
        self._encoder: Encoder | None = None
        self._lexical: LexicalIndex | None = None
        self._vectors: VectorIndex | None = None
        self._opening: Future[VectorIndex] = Future()
        self._pool: ThreadPoolExecutor | None = None
        self._state: tuple[int, int] | None = None
        self._generations: dict[str, Generation] = {}
        self._names: dict[int, str] = {}

    def close(self) -> None:
        """Release the engines; the library stays open."""
        if self._pool:
            self._pool.shutdown()
        for engine in (self._lexical, self._vectors):
            if engine:
                engine.close()
        self._lexical = self._vectors = self._pool = None

    def wanted(self) -> bool:
        """Whether a writer waits for the engines to be closed. For who keeps them open between searches."""
        vectors = self._vectors
        return vectors is not None and vectors.wanted()

    @property
    def ready(self) -> bool:
        """Whether there is anything in the library's engines, as of the last `refresh`."""
        return bool(self._generations)

    def refresh(self) -> None:
        """Forget what was read of a library that has changed since. For once a query, before its first look-up."""
        state = self._library.store.version()
        if state != self._state:
            self._state = state
            self._names = {}  # a new one: what was retrieved before keeps the old
            active = self._library.outbox.generations("active")
            self._use({g.kind: g for g in active if self._library.is_begun(g)})

    def _use(self, generations: dict[str, Generation]) -> None:
        """Search these generations from now on: both at once, so that no search mixes those before a rebuild."""
        before, self._generations = self._generations, generations
        if before and generations != before:
            self.close()
            self._encoder = None

    def lexical(self) -> LexicalIndex:
        """The words' engine."""
        if self._lexical is None:
            self._lexical = self._library.lexical(self._used("lexical"))
        return self._lexical

    def vectors(self) -> VectorIndex:
        """The engine of meaning, for use between searches."""
        return self._vectors or self._open_vectors()

    def _used(self, kind: Kind) -> Generation:
        """The engine in use. Raises SystemFault where an ingest was cut off before its first batch was in it."""
        if kind not in self._generations:
            raise SystemFault(f"the {kind} engine has taken over nothing yet: `litdex ingest` goes on with it")
        return self._generations[kind]

    def names(self, papers: Iterable[int]) -> Mapping[int, str]:
        """The public ids of papers, of at least these; those that are gone are left out."""
        unknown = [paper for paper in papers if paper not in self._names]
        if unknown:
            self._names |= self._library.store.names(unknown)
        return self._names

    def run(
        self, asked: Meaning, text: str, depth: int, mode: Mode, meanwhile: Callable[[], object] = lambda: None
    ) -> Retrieved:
        """The passages that answer best, of `depth` papers or more a leg, where so many match.

        `text` is what the lexical leg looks for: the query's words, and those of papers to be like. A leg that fails or
        is busy is named in what is missing; if none is left, its error is raised. `meanwhile` is done here while the
        other thread looks for meaning, which takes longest; not where the words' engine failed.
        """
        # Conditions alone rank nothing: the papers are listed, the newest first, and the words' engine knows how.
        running = [leg for leg in LEGS if mode in ("hybrid", leg)] if text.strip() else [LEGS[0]]
        dense = self._start(self._search_meaning, asked, depth) if "dense" in running else None
        answers: dict[Leg, Callable[[], _Answer]] = {"dense": dense.result} if dense else {}
        if "lexical" in running:
            answers["lexical"] = lambda: _timed(self._search_words, asked, text, depth)
        found: dict[Leg, list[Scored]] = {}
        missing: dict[Leg, str] = {}
        milliseconds: dict[str, float] = {}
        failures: list[Exception] = []
        names: Mapping[int, str] = {}
        for leg in running:  # words first: they are looked for here, while the other thread looks for meaning
            try:
                found[leg], milliseconds[leg] = answers[leg]()
            except Exception as error:
                fault = _as_fault(error)
                missing[leg] = str(fault)
                failures.append(fault)
            else:
                names = self.names({scored.paper for scored in found[leg]})
            if leg == "lexical" and leg in found:
                meanwhile()
        if not found:
            raise failures[0]
        return Retrieved(found, names, missing, milliseconds)

    def _start(self, leg: Callable[..., list[Scored]], *arguments: Any) -> Future[_Answer]:
        """Run a leg in another thread. One more opens the vector engine while the encoder loads."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(2, "litdex-search")
        if self._vectors is None:
            self._opening = self._pool.submit(self._open_vectors)
        return self._pool.submit(_timed, leg, *arguments)

    def _search_words(self, asked: Meaning, text: str, depth: int) -> list[Scored]:
        engine = self.lexical()
        if not text.strip():
            return engine.newest(limit=depth, where=of_papers(asked.where))
        return fetch_passages(lambda limit: engine.search(text, limit=limit, where=asked.where), depth)

    def _search_meaning(self, asked: Meaning, depth: int) -> list[Scored]:
        vectors = [self.encoder().encode_query(asked.words)] if asked.words else []
        engine = self._vectors or self._opening.result()
        vectors += [vector for paper in asked.similar for vector in _mean(engine.stored(paper))]
        if not vectors:
            return []
        (vector,) = _mean(np.stack(vectors)) if len(vectors) > 1 else vectors
        return fetch_passages(lambda limit: engine.search(vector, limit=limit, where=asked.where), depth)

    def _open_vectors(self) -> VectorIndex:
        self._vectors = self._library.vectors(self._used("vectors"))
        return self._vectors

    def encoder(self) -> Encoder:
        """The encoder. Raises EncoderMismatch where the library's vectors are of another one."""
        if self._encoder is None:
            self._encoder = encoder_for(self._used("vectors"), self._load_encoder, self._library.folder)
        return self._encoder


_Answer = tuple[list[Scored], float]


def _as_fault(error: Exception) -> LitdexError:
    """Why a leg did not answer: a damaged engine fails by errors of many kinds. The user's mistakes are raised."""
    if isinstance(error, UserError) and not isinstance(error, LibraryBusy):
        raise error
    return (
        error if isinstance(error, LitdexError) else SystemFault(" ".join(f"{type(error).__name__}: {error}".split()))
    )


def _mean(vectors: Vectors) -> list[Vectors]:
    """The mean direction of some vectors, of unit length; none where there is no vector."""
    total = np.asarray(vectors.sum(axis=0), np.float32)
    length = float(np.linalg.norm(total))
    return [np.asarray(total / length, np.float32)] if length else []


def _timed(leg: Callable[..., list[Scored]], *arguments: Any) -> _Answer:
    begun = time.perf_counter()
    found = leg(*arguments)
    return found, (time.perf_counter() - begun) * 1000
