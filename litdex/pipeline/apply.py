"""From the truth to the engines: embed what is pending and let the engines take it over.

The order makes a kill at any moment harmless: the truth was committed before, the engines' `replace` may be repeated,
and an entry leaves a generation's list only after its engine has it on disk. Each generation has its own list, so an
engine that is down keeps the others from nothing: what it missed waits for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from litdex.encoder.base import Encoder
from litdex.errors import LitdexError, SystemFault, in_one_line
from litdex.index import gate
from litdex.index.documents import documents
from litdex.index.engine import IndexedPassage, LexicalIndex, Vectors
from litdex.index.library import Library
from litdex.index.outbox import Generation, Kind
from litdex.index.schema import transaction
from litdex.ingest.passages import embedding_text

_LOG = logging.getLogger(__name__)
BATCH_PASSAGES = 1024
"""How many passages are embedded and written together: what a kill can cost at most."""
FEW = 32
"""Passages that are embedded sooner than a vector engine is opened to see whether it can be."""
OPTIMISE_AT = 10_000
"""How many passages must be new, at least, before the vector engine is told to optimise itself."""


@dataclass(slots=True)
class Applied:
    """What the engines took over, and which of them could not, with the reason."""

    embedded: int = 0  # passages
    missing: dict[Kind, str] = field(default_factory=dict)
    error: LitdexError | None = None  # the first engine's that failed


def apply_pending(
    library: Library,
    encoder: Encoder | None,
    progress: Callable[[int], None] | None = None,
    *,
    to: Sequence[Generation] | None = None,
    reuse: bool = False,
) -> Applied:
    """Bring the active generations (or those in `to`) up to date. The caller holds the write lock.

    Vectors need `encoder`; with `reuse`, passages that the vector engine has keep the vectors that they have there,
    for papers of which only the entities are new. An engine that fails keeps its list, and is named in the result;
    where all fail, the first one's error is raised.
    """
    run = Feeding(library, encoder, progress, library.outbox.generations("active") if to is None else to, reuse)
    try:
        while run.alive and (papers := library.outbox.papers(BATCH_PASSAGES, run.alive)):
            run.batch(*take(library, papers))
    finally:
        run.close()
    if run.applied.error and not run.alive:
        raise run.applied.error
    return run.applied


class Feeding:
    """The generations at work. One that fails is left out of the batches that follow."""

    def __init__(
        self,
        library: Library,
        encoder: Encoder | None,
        progress: Callable[[int], None] | None,
        generations: Sequence[Generation],
        reuse: bool = False,
    ) -> None:
        if not generations:
            raise SystemFault(f"{library.folder} has no engines yet")
        self._library = library
        self._encoder = encoder
        self._progress = progress
        self._reuse = reuse
        self._counts_words = all(one.kind == "lexical" for one in generations)  # else what is embedded is counted
        self._lexical: dict[int, LexicalIndex] = {}
        self._reached: set[int] = set()
        self.alive = {one.id: one for one in generations}
        self.applied = Applied()

    def close(self) -> None:
        """Close what stayed open between batches."""
        for engine in self._lexical.values():
            engine.close()

    def batch(self, papers: Collection[int], batch: Sequence[IndexedPassage], made: Vectors | None = None) -> None:
        """Let each generation take over those of the papers that are on its list.

        `made` are the vectors of those passages that the vector engine takes over, where somebody has embedded them.
        """
        for generation in list(self.alive.values()):
            entries = [one for one in self._library.outbox.of(papers) if one.generation == generation.id]
            mine = {entry.paper for entry in entries}
            own = [document for document in batch if document.paper in mine]
            if mine and self._tried(self._reach, generation, len(own) if made is None else 0):
                vectors = made
                if generation.kind == "vectors" and made is None and not self._reuse:
                    own, vectors = self._embed(own)
                with gate.changing(self._library.folder):
                    if self._tried(self._replace, generation, mine, own, vectors):
                        with transaction(self._library.connection):
                            self._library.outbox.applied(entries)

    def _tried(self, work: Callable[..., None], generation: Generation, *arguments: Any) -> bool:
        """Whether the work was done; if not, the generation is out. Engines fail by errors of many kinds."""
        try:
            work(generation, *arguments)
        except Exception as error:
            fault = error if isinstance(error, LitdexError) else SystemFault(in_one_line(error))
            self.applied.missing[generation.kind] = str(fault)
            self.applied.error = self.applied.error or fault
            del self.alive[generation.id]
            return False
        return True

    def _reach(self, generation: Generation, to_embed: int) -> None:
        """Open an engine for the first time: before much is embedded for nothing."""
        if generation.id in self._reached:
            return
        check_there(self._library, generation)
        if generation.kind == "lexical":
            self._lexical[generation.id] = self._library.lexical(generation, writable=True)
        elif to_embed > FEW:
            self._library.vectors(generation, writable=True).close()
        self._reached.add(generation.id)

    def _embed(self, batch: Sequence[IndexedPassage]) -> tuple[list[IndexedPassage], Vectors]:
        """The passages with their vectors, shape (passages, dimension).

        A paper over which the encoder fails is left out and noted against its file. Raises what the encoder raises
        where it fails over every paper: then it is no paper's fault.
        """
        if self._encoder is None:
            raise SystemFault(f"{self._library.folder}: there are vectors to make, and no encoder")
        self.applied.embedded += len(batch)
        texts = [embedding_text(document.title, document.text) for document in batch]
        try:
            return list(batch), self._encoder.encode_passages(texts, self._progress)
        except LitdexError:
            raise
        except Exception as error:
            papers = {document.paper for document in batch}
            if len(papers) == 1:
                return self._left_out(papers.pop(), error)
        alone = [self._embed([one for one in batch if one.paper == paper]) for paper in sorted(papers)]
        if not any(passages for passages, _ in alone):
            raise SystemFault("the encoder fails over every paper: `litdex status` says how")
        return [one for passages, _ in alone for one in passages], np.concatenate([vectors for _, vectors in alone])

    def _left_out(self, paper: int, error: Exception) -> tuple[list[IndexedPassage], Vectors]:
        assert self._encoder
        _LOG.debug("paper %d", paper, exc_info=error)
        with transaction(self._library.connection):
            self._library.catalogue.fault_of_paper(paper, "meaning", f"the encoder failed: {in_one_line(error)}")
        return [], np.empty((0, self._encoder.dimension), np.float32)

    def _replace(
        self, generation: Generation, papers: Collection[int], batch: Sequence[IndexedPassage], vectors: Vectors | None
    ) -> None:
        if generation.kind == "lexical":
            self._lexical[generation.id].replace(papers, batch)
            if self._progress and self._counts_words:
                self._progress(len(batch))
            return
        engine = self._library.vectors(generation, writable=True)
        try:
            if vectors is None:
                batch, vectors = self._renewed(engine.held(papers), batch)
            engine.replace(papers, batch, vectors)
        finally:
            engine.close()

    def _renewed(
        self, held: Mapping[int, Vectors], batch: Sequence[IndexedPassage]
    ) -> tuple[list[IndexedPassage], Vectors]:
        """The passages with their vectors: those that the engine has, and new ones for what it lacks."""
        known = [one for one in batch if one.number in held]
        if not known:
            return self._embed(batch)
        lacking = [one for one in batch if one.number not in held]
        made, vectors = self._embed(lacking) if lacking else ([], None)
        kept = np.stack([held[one.number] for one in known])
        return [*known, *made], kept if vectors is None else np.concatenate([kept, vectors])


def check_there(library: Library, generation: Generation) -> None:
    """Raise SystemFault where an embedded engine's folder is gone: a new one would lack what was in it."""
    papers = library.store.counts()[0]
    waiting = library.outbox.counts(generation.state).get(generation.id, 0)
    if generation.engine in EMBEDDED and waiting < papers and not library.home(generation).is_dir():
        raise SystemFault(
            f"{library.home(generation)} is gone: `litdex check --repair` builds it again from the library"
        )


EMBEDDED = ("tantivy", "qdrant-edge")


def optimise(library: Library, added: int) -> None:
    """Let the vector engine quantise, where a whole ingest added so much that searches gain more than it costs.

    Where the engine is busy or down nothing is lost: the next large ingest does it.
    """
    generation = library.generation("vectors")
    if generation is None or added < max(OPTIMISE_AT, library.store.counts()[1] // 10):
        return
    try:
        with gate.changing(library.folder):
            vectors = library.vectors(generation, writable=True)
            try:
                vectors.optimise()
            finally:
                vectors.close()
    except LitdexError:
        return


def take(library: Library, papers: list[int]) -> tuple[list[int], list[IndexedPassage]]:
    """As many of the papers as make a batch, and their documents. A paper that is gone has none."""
    taken: list[int] = []
    batch: list[IndexedPassage] = []
    for paper in papers:
        card = library.store.card(paper)
        if card:
            batch.extend(documents(card, library.store.passages(paper), library.entities.keywords(paper)))
        taken.append(paper)
        if len(batch) >= BATCH_PASSAGES:
            break
    return taken, batch
