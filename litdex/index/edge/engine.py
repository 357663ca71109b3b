"""The embedded vector engine: Qdrant's own, in process, in a folder of its own.

Which settings, and why (100,000 vectors of 384 numbers, 2 cores; `python -m benchmarks.engines` measures it again):

- No graph. A scan over vectors of 4 bits a number (TurboQuant) with the best rescored takes 1.8 ms and misses none of
  the best 157 (int8: 2.4 ms, and twice the memory; 2 bits miss some). Building HNSW takes over ten times as long as
  quantising alone, and over vectors in tight groups its graph missed half. Qdrant quantises when `optimise` runs;
  what an earlier litdex quantised in int8 is read as it is until then.
- No write-ahead log. litdex has its own journal: `replace` returns after a flush, and one cut off is done again. The
  log would double the files and make opening two to three times as slow.
- Originals are mapped, not read, on opening: only the few that are rescored are touched.

Without its log Qdrant takes no lock, and of two processes that write, one loses its changes without a word (tried). So
a lock file beside the shard is held from `open` to `close`: shared by those who only search, exclusive for the writer.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import numpy as np
import qdrant_edge as qdrant

from litdex.errors import LibraryBusy, SystemFault
from litdex.index.engine import IndexedPassage, Scored, Vectors
from litdex.index.filters import Condition, Either, Filter, Papers, Terms, Years, is_negated, keyword
from litdex.index.means import mean_directions
from litdex.index.ties import exact_top

PATIENCE = 10.0  # seconds to wait for the lock
THREADS = 2
BATCH = 1000  # points handed over at once: bounds memory, each is a list of Python floats on the way
OVERSAMPLING = 2.0  # candidates rescored for one asked for
MOST_STORED = 10_000  # vectors of one paper that `stored` gives at most
QUANTISE_ABOVE = 5000  # kilobytes of vectors in a segment, under which `optimise` leaves it alone
_LOW = (1 << 64) - 1  # of a point's id: the passage's number
READ_WHOLE = ("quantized.data", "flags_a.dat")  # files of a segment, when it is opened
AHEAD = 128 * 1024  # bytes that any kernel reads ahead for one call; of more it may leave out the rest
LOCK, TURNSTILE, SHARD, UNFINISHED = "lock", "turnstile", "shard", "unfinished"


class EdgeIndex:
    """A `VectorIndex` in a folder: one writer, or any number of readers, at a time."""

    def __init__(self, shard: qdrant.EdgeShard, folder: Path, dimension: int, lock: IO[bytes], writable: bool) -> None:
        """Use `open`, which takes the lock and makes or opens the folder."""
        self._shard: qdrant.EdgeShard | None = shard
        self._folder = folder
        self._dimension = dimension
        self._lock = lock
        self._writable = writable

    @classmethod
    def open(cls, folder: Path, dimension: int, *, writable: bool = True, patience: float = PATIENCE) -> EdgeIndex:
        """Open the index in `folder`, or make an empty one, and hold its lock until `close`.

        Raises `LibraryBusy` after `patience` seconds, and `SystemFault` where the folder holds vectors of another
        dimension or something else, or nothing although `writable` is false.
        """
        if not writable and not (folder / SHARD).is_dir():
            raise SystemFault(f"{folder}: there is no vector index here: `litdex check --repair` builds it again")
        folder.mkdir(parents=True, exist_ok=True)
        lock = _take(folder, exclusive=writable, patience=patience)
        if not writable and (folder / UNFINISHED).exists():  # opening mends what a kill left, which is writing
            lock.close()
            lock = _take(folder, exclusive=True, patience=patience)
        try:
            return cls(_shard(folder, dimension), folder, dimension, lock, writable)
        except BaseException as error:
            lock.close()
            if isinstance(error, Exception) and not isinstance(error, SystemFault):
                reason = " ".join(str(error).split())[:200]
                raise SystemFault(f"{folder}: the vector index cannot be opened ({reason})") from error
            raise

    def count(self) -> int:
        return self._open_shard().count(qdrant.CountRequest(exact=True))

    def papers(self) -> set[int]:
        shard = self._open_shard()
        facets = qdrant.FacetRequest("paper", limit=max(self.count(), 1), exact=True)
        return {int(hit.value) for hit in shard.facet(facets).hits}

    def passages(self) -> dict[int, int]:
        found: dict[int, int] = {}
        at: Any = None
        while True:
            request = qdrant.ScrollRequest(offset=at, limit=MOST_STORED, with_payload=False, with_vector=False)
            records, at = self._open_shard().scroll(request)
            found.update(_numbers(record.id) for record in records)
            if at is None:
                return found

    def close(self) -> None:
        shard, self._shard = self._shard, None
        if shard is not None:
            shard.close()
            self._lock.close()

    def wanted(self) -> bool:
        with (self._folder / TURNSTILE).open("ab") as turnstile:
            try:
                fcntl.flock(turnstile, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def replace(self, papers: Collection[int], documents: Collection[IndexedPassage], vectors: Vectors) -> None:
        """As the interface says. Raises `ValueError` for vectors of the wrong shape, or with a number that is none."""
        shard = self._open_shard()
        if not self._writable:
            raise SystemFault(f"{self._folder}: the vector index was opened for reading only")
        if vectors.shape != (len(documents), self._dimension) or not np.isfinite(vectors).all():
            raise ValueError(
                f"vectors of shape {vectors.shape} for {len(documents)} x {self._dimension} finite numbers"
            )
        gone = sorted({*papers, *(document.paper for document in documents)})
        if not gone:
            return
        (self._folder / UNFINISHED).touch()
        those = qdrant.Filter(must=[qdrant.FieldCondition("paper", match=qdrant.MatchAny(gone))])
        shard.update(qdrant.UpdateOperation.delete_points_by_filter(those))
        points = list(zip(documents, vectors, strict=True))
        for start in range(0, len(points), BATCH):
            batch = [_point(document, vector) for document, vector in points[start : start + BATCH]]
            shard.update(qdrant.UpdateOperation.upsert_points(batch))
        shard.flush()
        (self._folder / UNFINISHED).unlink()

    def search(self, vector: Vectors, *, limit: int, where: Filter = Filter()) -> list[Scored]:
        shard = self._open_shard()
        if vector.shape != (self._dimension,):
            raise ValueError(f"a query vector of shape {vector.shape} for dimension {self._dimension}")
        nearest = qdrant.Query.Nearest(vector.tolist())
        conditions = _conditions(where) if where else None

        def fetch(wanted: int) -> list[Scored]:
            request = qdrant.SearchRequest(
                nearest, wanted, filter=conditions, params=_search_params(), with_payload=False
            )
            found = [(hit.id.int, hit.score) for hit in shard.search(request)]  # type: ignore[union-attr]
            return [Scored(point & _LOW, point >> 64, score) for point, score in found]

        return exact_top(fetch, limit)

    def stored(self, paper: int) -> Vectors:
        those = qdrant.Filter(must=[qdrant.FieldCondition("paper", match=qdrant.MatchAny([paper]))])
        request = qdrant.ScrollRequest(limit=MOST_STORED, filter=those, with_vector=True, with_payload=False)
        records, _ = self._open_shard().scroll(request)
        return np.asarray([record.vector for record in records], np.float32).reshape(len(records), self._dimension)

    def held(self, papers: Collection[int]) -> dict[int, Vectors]:
        return {number: vector for number, _, vector in self._vectors_of(papers)} if papers else {}

    def means(self, papers: Collection[int]) -> dict[int, Vectors]:
        return mean_directions((paper, vector) for _, paper, vector in self._vectors_of(papers)) if papers else {}

    def _vectors_of(self, papers: Collection[int]) -> Iterator[tuple[int, int, Vectors]]:
        """Yield the number, the paper and the vector of each passage."""
        those = qdrant.Filter(must=[qdrant.FieldCondition("paper", match=qdrant.MatchAny(list(papers)))])
        at: Any = None
        while True:
            request = qdrant.ScrollRequest(
                offset=at, limit=MOST_STORED, filter=those, with_vector=True, with_payload=False
            )
            records, at = self._open_shard().scroll(request)
            yield from ((*_numbers(record.id), np.asarray(record.vector, np.float32)) for record in records)
            if at is None:
                return

    def optimise(self) -> bool:
        """Merge and quantise what was added, and drop what was deleted; True if there was anything to do.

        Blocks, for 0.4 s at 12,000 vectors and about 15 s at 100,000. Searches give the same results before and after.
        """
        shard = self._open_shard()
        if not self._writable:
            raise SystemFault(f"{self._folder}: the vector index was opened for reading only")
        (self._folder / UNFINISHED).touch()
        changed = shard.optimize()
        shard.flush()
        (self._folder / UNFINISHED).unlink()
        return changed

    def _open_shard(self) -> qdrant.EdgeShard:
        if self._shard is None:
            raise SystemFault(f"{self._folder}: the vector index is closed")
        return self._shard


def _take(folder: Path, *, exclusive: bool, patience: float) -> IO[bytes]:
    """The lock file, locked. The kernel lets go of it when the process ends, however it ends.

    Everyone passes a turnstile to get there, and a writer stands in it while it waits: else readers that come and go
    all the time would keep it out for ever.
    """
    kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    deadline = time.monotonic() + patience
    with _locked(folder / TURNSTILE, kind, deadline):
        return _locked(folder / LOCK, kind, deadline)


def _locked(path: Path, kind: int, deadline: float) -> IO[bytes]:
    file = path.open("ab")
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
            return file
        except BlockingIOError:
            if time.monotonic() >= deadline:
                file.close()
                raise LibraryBusy(f"{path.parent}: in use by another process; try again when it ends") from None
            time.sleep(0.01)


def _shard(folder: Path, dimension: int) -> qdrant.EdgeShard:
    path = folder / SHARD
    if path.is_dir():
        _fetch(path)
        return qdrant.EdgeShard.load(str(path), _config(dimension))
    # A shard half made by a killed process must not be taken for a whole one: make it aside, and rename it.
    aside = folder / f"{SHARD}.new"
    shutil.rmtree(aside, ignore_errors=True)
    shard = qdrant.EdgeShard.create(str(aside), _config(dimension))
    for name, params in _payload_indexes().items():
        shard.update(qdrant.UpdateOperation.create_field_index(name, params))
    shard.flush()
    shard.close()
    aside.rename(path)
    return qdrant.EdgeShard.load(str(path), _config(dimension))


def _fetch(shard: Path) -> None:
    """Have the kernel read at once what Qdrant reads a page at a time, and has put out of memory when it closed."""
    if hasattr(os, "posix_fadvise"):  # not on macOS
        for path in shard.rglob("*"):
            if path.name in READ_WHOLE:
                with path.open("rb") as file:
                    for at in range(0, path.stat().st_size, AHEAD):
                        os.posix_fadvise(file.fileno(), at, AHEAD, os.POSIX_FADV_WILLNEED)


def _config(dimension: int) -> qdrant.EdgeConfig:
    codes = qdrant.TurboQuantQuantizationConfig(bits=qdrant.TurboQuantBitSize.Bits4, memory=qdrant.Memory.Cached)
    return qdrant.EdgeConfig(
        vectors=qdrant.EdgeVectorParams(
            dimension, qdrant.Distance.Cosine, quantization_config=codes, memory=qdrant.Memory.Cold
        ),
        hnsw_config=qdrant.HnswIndexConfig(m=0, ef_construct=100, full_scan_threshold=10_000),
        optimizers=qdrant.EdgeOptimizersConfig(indexing_threshold=QUANTISE_ABOVE, default_segment_number=1),
        max_search_threads=THREADS,
        wal_enabled=False,
    )


def _payload_indexes() -> dict[str, Any]:
    """What is filtered on. Cold: mapped, not read into tables, which tripled the time that opening takes."""
    cold = qdrant.Memory.Cold
    return {
        "paper": qdrant.IntegerIndexParams(lookup=True, range=False, memory=cold, enable_hnsw=False),
        "year": qdrant.IntegerIndexParams(lookup=False, range=True, memory=cold, enable_hnsw=False),
        "keywords": qdrant.KeywordIndexParams(memory=cold, enable_hnsw=False),
    }


def _search_params() -> qdrant.SearchParams:
    return qdrant.SearchParams(quantization=qdrant.QuantizationSearchParams(rescore=True, oversampling=OVERSAMPLING))


def _point(document: IndexedPassage, vector: Vectors) -> qdrant.Point:
    payload: dict[str, Any] = {"paper": document.paper}
    if document.year is not None:
        payload["year"] = document.year
    payload["keywords"] = [keyword(name, value) for name, values in document.keywords.items() for value in values]
    return qdrant.Point(_point_id(document), vector.tolist(), payload)


def _point_id(document: IndexedPassage) -> UUID:
    """The passage's number with its paper's in front: a search then needs no payload, which halves its time."""
    return UUID(int=document.paper << 64 | document.number)


def _numbers(point: Any) -> tuple[int, int]:
    """The passage's number and its paper's, out of a point's id."""
    return point.int & _LOW, point.int >> 64


def _conditions(where: Filter) -> qdrant.Filter:
    negated = [one for one in where.conditions if is_negated(one)]
    others = [one for one in where.conditions if not is_negated(one)]
    return qdrant.Filter(must=[_condition(one) for one in others], must_not=[_condition(one) for one in negated])


def _condition(condition: Condition) -> qdrant.FieldCondition | qdrant.Filter:
    """The condition itself; that it is negated is for the caller to heed."""
    if isinstance(condition, Terms):
        values = [keyword(condition.field, value) for value in condition.values]
        return qdrant.FieldCondition("keywords", match=qdrant.MatchAny(values))
    if isinstance(condition, Papers):
        return qdrant.FieldCondition("paper", match=qdrant.MatchAny(list(condition.numbers)))
    if isinstance(condition, Either):
        if not condition.alternatives:  # Qdrant takes an empty list of alternatives for no condition at all
            return qdrant.FieldCondition("paper", match=qdrant.MatchAny([-1]))
        return qdrant.Filter(should=[_conditions(one) for one in condition.alternatives])
    if condition == Years():
        return qdrant.FieldCondition("year", is_empty=False)
    return qdrant.FieldCondition("year", range=qdrant.RangeFloat(gte=condition.first, lte=condition.last))
