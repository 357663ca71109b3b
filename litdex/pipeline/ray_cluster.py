"""The stages of an ingest as Ray Data, over the machines of a cluster (extra `ray`).

Files are parsed by tasks, in order, and written to the database by the one that runs the ingest. What is on the
engines' lists is then dealt out: each worker embeds a batch of papers and lets Elasticsearch and Qdrant `replace` them
itself; an embedded engine is written by the one that runs the ingest, with vectors that come back from the workers.

A batch leaves the lists only when its writes are acknowledged. A worker that dies has its batch done again by another,
and an ingest that dies is done again by the next: writes happen at least once, and twice is the same as once. All
machines must see the files under the same paths and have the same litdex.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from litdex.encoder.base import Encoder, Vectors
from litdex.errors import SystemFault, UserError
from litdex.index import gate
from litdex.index.engine import IndexedPassage
from litdex.index.engines import open_lexical, open_vectors
from litdex.index.library import Library
from litdex.index.outbox import Generation, Pending
from litdex.index.schema import transaction
from litdex.ingest.passages import embedding_text
from litdex.ingest.walk import Unit
from litdex.pipeline.apply import EMBEDDED, Applied, Feeding, apply_pending, take
from litdex.pipeline.reading import Here, Piece
from litdex.pipeline.workers import Executor

LOCAL = "local"
"""The name of a cluster that is started on this machine, and ends with the ingest."""
ROUND = 64
"""Batches that are dealt out together: what waits in the cluster's memory."""
EVERY = 1 << 40  # files to be told of: all of them
MOST_RECORDS = 2000
"""A file that tells more than this is read by the writer: what the cluster has read waits in memory."""
Loader = Callable[..., Encoder]


@contextmanager
def on_ray(address: str, load: Loader) -> Iterator[Executor]:
    """The executor of an ingest on the cluster at `address`, which may be "auto" or "local".

    Raises UserError where Ray is not installed or there is no such cluster.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_raylet_start_wait_time_s", "300")  # a busy machine takes its time
    try:
        import ray
    except ImportError:
        raise UserError("--ray needs Ray: pip install 'litdex[ray]'") from None
    place: dict[str, Any] = {"include_dashboard": False} if address == LOCAL else {"address": address}
    try:
        ray.init(**place, logging_level="error", log_to_driver=False, configure_logging=False)
    except Exception as error:  # Ray has no errors of its own for this
        raise UserError(f"--ray {address}: there is no cluster ({' '.join(str(error).split())[:200]})") from error
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    try:
        yield Executor(Parsed(), load, partial(_apply, load))
    finally:
        ray.shutdown()


class Parsed:
    """A `Reader` whose files are parsed by the cluster: told of all of them, it gives what they tell in order."""

    window = EVERY

    def __init__(self) -> None:
        self._units: list[Unit] = []
        self._rows: Iterator[tuple[Unit, list[Piece] | None]] | None = None

    def ahead(self, unit: Unit) -> None:
        """As the interface says."""
        self._units.append(unit)

    def pieces(self, unit: Unit) -> Iterator[Piece]:
        """As the interface says. What is much, or was not told of, is read here."""
        if self._rows is None:
            self._rows = _parsed(self._units)
        for parsed, pieces in self._rows:  # those that come before it were not asked for after all
            if parsed == unit:
                return Here().pieces(unit) if pieces is None else iter(pieces)
        return Here().pieces(unit)

    def close(self) -> None:
        """Nothing."""


def _parsed(units: Sequence[Unit]) -> Iterator[tuple[Unit, list[Piece] | None]]:
    import ray

    if not units:
        return
    rows = ray.data.from_items([{"place": place, "unit": pickle.dumps(unit)} for place, unit in enumerate(units)])
    for row in rows.map(_parse).iter_rows():
        yield units[row["place"]], pickle.loads(row["pieces"])


def read_whole(unit: Unit) -> list[Piece] | None:
    """Return all that a file tells, or None where that is much."""
    pieces, records = [], 0
    for piece in Here().pieces(unit):
        pieces.append(piece)
        records += len(piece.items)
        if records > MOST_RECORDS:
            return None
    return pieces


def _parse(row: dict[str, Any]) -> dict[str, Any]:
    """On the cluster: what a file tells."""
    return {"place": row["place"], "pieces": pickle.dumps(read_whole(pickle.loads(row["unit"])))}


@dataclass(frozen=True, slots=True)
class _Work:
    """A batch of papers for a worker: their passages, and which papers are on which generation's list."""

    entries: tuple[Pending, ...]
    documents: tuple[IndexedPassage, ...]

    def of(self, generation: Generation) -> tuple[set[int], list[IndexedPassage]]:
        """The papers on a generation's list, and their passages."""
        papers = {entry.paper for entry in self.entries if entry.generation == generation.id}
        return papers, [document for document in self.documents if document.paper in papers]


@dataclass(frozen=True, slots=True)
class _Done:
    """What a worker did with a batch."""

    work: _Work
    written: tuple[int, ...]  # generations
    failed: tuple[tuple[int, str], ...]  # generations, and why
    embedded: int  # passages
    vectors: Vectors | None  # of the passages for the vector engine, where that is not a server


def _apply(
    load: Loader,
    library: Library,
    encoder: Encoder | None,
    progress: Callable[[int], None] | None = None,
    *,
    to: Sequence[Generation] | None = None,
    reuse: bool = False,
) -> Applied:
    """As `apply_pending`, on the cluster; with `reuse` nothing is embedded, and this process does it."""
    if reuse:
        return apply_pending(library, encoder, progress, to=to, reuse=True)
    dealing = _Dealing(library, library.outbox.generations("active") if to is None else to, progress)
    vectors = [one for one in dealing.alive if one.kind == "vectors"]
    loader = partial(load, vectors[0].source) if vectors and vectors[0].source else load
    try:
        while dealing.alive and (works := list(_works(library, [one.id for one in dealing.alive]))):
            for done in _dealt(works, dealing.alive, loader):
                dealing.settle(done)
    finally:
        dealing.close()
    if dealing.applied.error and not dealing.alive:
        raise dealing.applied.error
    return dealing.applied


class _Dealing:
    """What comes back from the cluster: lists are shortened, and the embedded engines written."""

    def __init__(
        self, library: Library, generations: Sequence[Generation], progress: Callable[[int], None] | None
    ) -> None:
        self._library = library
        self._progress = progress or (lambda passages: None)
        self._served = {one.id: one for one in generations if one.engine not in EMBEDDED}
        embedded = [one for one in generations if one.engine in EMBEDDED]
        self._here = Feeding(library, None, None, embedded) if embedded else None
        self.applied = self._here.applied if self._here else Applied()

    @property
    def alive(self) -> list[Generation]:
        """The generations that have not failed."""
        return [*self._served.values(), *(self._here.alive.values() if self._here else ())]

    def close(self) -> None:
        """Close what was opened here."""
        if self._here:
            self._here.close()

    def settle(self, done: _Done) -> None:
        """Take what was written off the lists, and write what is for this process to write."""
        for number, reason in done.failed:
            if number in self._served:
                self.applied.missing[self._served.pop(number).kind] = reason
                self.applied.error = self.applied.error or SystemFault(reason)
        with gate.changing(self._library.folder), transaction(self._library.connection):
            self._library.outbox.applied(entry for entry in done.work.entries if entry.generation in done.written)
        if self._here and self._here.alive:
            self._here.batch(sorted({entry.paper for entry in done.work.entries}), done.work.documents, done.vectors)
        self.applied.embedded += done.embedded
        self._progress(done.embedded)


def _works(library: Library, generations: Sequence[int]) -> Iterator[_Work]:
    """The next `ROUND` batches. They leave the lists later, so each begins after the last paper of the one before."""
    waiting = library.outbox.papers(-1, generations)
    for _ in range(ROUND):
        if not waiting:
            return
        papers, documents = take(library, waiting)
        waiting = waiting[len(papers) :]
        entries = [entry for entry in library.outbox.of(papers) if entry.generation in generations]
        yield _Work(tuple(entries), tuple(documents))


def _dealt(works: Sequence[_Work], generations: Sequence[Generation], load: Callable[[], Encoder]) -> Iterator[_Done]:
    """What the cluster's workers did with the batches."""
    import ray

    workers = max(1, min(len(works), int(ray.cluster_resources().get("CPU", 1))))
    rows = ray.data.from_items([{"work": pickle.dumps(work)} for work in works], override_num_blocks=len(works))
    given = {"generations": pickle.dumps(list(generations)), "load": pickle.dumps(load)}
    for row in rows.map(Worker, concurrency=workers, num_cpus=1, fn_constructor_kwargs=given).iter_rows():
        yield pickle.loads(row["done"])


class Worker:
    """On the cluster: embeds batches, and writes them to those engines that are servers."""

    def __init__(self, generations: bytes, load: bytes) -> None:
        os.environ["LITDEX_THREADS"] = "1"
        self._generations: list[Generation] = pickle.loads(generations)
        self._load: Callable[[], Encoder] = pickle.loads(load)
        self._encoder: Encoder | None = None
        self._engines: dict[int, Any] = {}

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """One batch."""
        work: _Work = pickle.loads(row["work"])
        written, failed, embedded, given = [], [], 0, None
        for generation in self._generations:
            papers, documents = work.of(generation)
            vectors = self._embed(documents) if generation.kind == "vectors" else None
            embedded += len(documents) if vectors is not None else 0
            if generation.engine in EMBEDDED:
                given = vectors if vectors is not None else given
                continue
            try:
                self._write(generation, papers, documents, vectors)
                written.append(generation.id)
            except Exception as error:  # the others go on, and the list keeps what this one missed
                failed.append((generation.id, " ".join(str(error).split())[:300]))
        return {"done": pickle.dumps(_Done(work, tuple(written), tuple(failed), embedded, given))}

    def _embed(self, documents: Sequence[IndexedPassage]) -> Vectors:
        if self._encoder is None:
            self._encoder = self._load()
        return self._encoder.encode_passages([embedding_text(one.title, one.text) for one in documents])

    def _write(
        self, generation: Generation, papers: set[int], documents: Sequence[IndexedPassage], vectors: Vectors | None
    ) -> None:
        if generation.id not in self._engines:
            opener = open_lexical if generation.kind == "lexical" else open_vectors
            self._engines[generation.id] = opener(generation, Path("/nonexistent"), writable=True)
        more = () if vectors is None else (vectors,)
        self._engines[generation.id].replace(papers, documents, *more)
