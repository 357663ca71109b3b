"""Latency of a hybrid query: p50 and p99 of its ranking, of a page of ten hits with snippets, and with facets.

    python -m benchmarks.query_latency [--passages 100000] [--queries 1000] [--work FOLDER]

Passages are the abstracts of the physics train files, one a paper, ingested as a user's would be, but for their
vectors: random ones around 3,000 centres, of unit length, since embedding them takes an hour. Queries are titles of the
devel file. "Embedded" queries go through the encoder that ships; for the others its vectors are made beforehand. The
library is made once and kept in the work folder.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from litdex.encoder.base import Encoder, Vectors
from litdex.encoder.load import load_encoder
from litdex.index.library import Library
from litdex.pipeline.ingest import ingest
from litdex.search.searcher import Searcher

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "physics"
CENTRES = 3000
WARM = 50  # queries before the clock runs
AIMS = {(False, "ranking"): 2, (True, "ranking"): 8, (False, "page"): 2, (True, "page"): 8}
Ask = Callable[[Searcher, str], Mapping[str, float]]


class Synthetic:
    """Has the shipped encoder's name and vectors of queries made beforehand, and random vectors for passages."""

    def __init__(self, real: Encoder, queries: Sequence[str] = ()) -> None:
        self.name, self.fingerprint, self.dimension = real.name, real.fingerprint, real.dimension
        self._rng = np.random.default_rng(0)
        self._centres = self._rng.standard_normal((CENTRES, self.dimension), dtype=np.float32)
        self._queries = {query: real.encode_query(query) for query in queries}

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """One vector a text, whatever it says."""
        near = self._centres[self._rng.integers(0, CENTRES, len(texts))]
        vectors = near + self._rng.standard_normal(near.shape, dtype=np.float32)
        if progress:
            progress(len(texts))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def encode_query(self, text: str) -> Vectors:
        """The vector made beforehand."""
        return self._queries[text]


def records(pattern: str, count: int) -> Iterator[dict[str, Any]]:
    """The first records of some of the physics files."""
    for path in sorted(DATA.glob(pattern)):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in itertools.islice(lines, count):
                count -= 1
                yield json.loads(line)


def make_library(folder: Path, count: int, real: Encoder) -> None:
    """Ingest `count` papers with synthetic vectors, where the folder does not have them yet."""
    papers = folder / "papers.jsonl"
    if not papers.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with papers.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(record) + "\n" for record in records("train-*.jsonl.xz", count))
    with Library.open_or_create(folder / "library") as library:
        ingest(library, [papers], lambda: Synthetic(real))


def ranking(searcher: Searcher, query: str) -> Mapping[str, float]:
    """Ids and scores of ten papers."""
    searcher.fused(query, limit=10)
    return {}


def page(*facets: str) -> Ask:
    """Ten hits as they are shown, with counts over all matches."""
    return lambda searcher, query: searcher.search(query, limit=10, facets=facets).milliseconds


ASKED: Mapping[str, Ask] = {
    "ranking": ranking,
    "page": page(),
    "page, category, year": page("category", "year"),
    "page, author": page("name"),
}


def measure(searcher: Searcher, queries: Sequence[str], ask: Ask) -> tuple[float, float, Mapping[str, float]]:
    """p50 and p99 of the milliseconds of a query, and the median of each part that it tells."""
    for query in queries[:WARM]:
        ask(searcher, query)
    wall, parts = [], []
    for query in queries:
        begun = time.perf_counter()
        parts.append(ask(searcher, query))
        wall.append((time.perf_counter() - begun) * 1000)
    names = {name: None for part in parts for name in part if name != "total"}
    told = {name: float(np.median([part[name] for part in parts if name in part])) for name in names}
    return float(np.percentile(wall, 50)), float(np.percentile(wall, 99)), told


def main(folder: Path, count: int, asked: int) -> None:
    """Print the table."""
    real = load_encoder()
    make_library(folder, count, real)
    queries = [" ".join(str(record["title"]).split()) for record in records("devel.jsonl.xz", asked)]
    with Library.open(folder / "library") as library:
        papers, passages = library.store.counts()
        print(f"{papers:,} papers, {passages:,} passages, {len(queries)} queries; milliseconds")
        print(f"{'embedded':9} {'what':21} {'p50':>7} {'aim':>4} {'p99':>7} {'p99/p50':>8}  medians of the parts")
        for embedded in (False, True):
            with Searcher(library, partial(_encoder, real, () if embedded else queries)) as searcher:
                for what, ask in ASKED.items():
                    p50, p99, parts = measure(searcher, queries, ask)
                    told = ", ".join(f"{part} {value:.2f}" for part, value in parts.items())
                    numbers = f"{p50:7.2f} {AIMS.get((embedded, what), ''):>4} {p99:7.2f} {p99 / p50:8.1f}"
                    print(f"{'yes' if embedded else 'no':9} {what:21} {numbers}  {told}", flush=True)


def _encoder(real: Encoder, queries: Sequence[str], *_: object) -> Encoder:
    return Synthetic(real, queries) if queries else real


def arguments(description: str | None, queries: int, work: str) -> argparse.Namespace:
    """What is given on the command line, by default so many queries and this folder of the temporary one."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=queries)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / work)
    return parser.parse_args()


if __name__ == "__main__":
    given = arguments(__doc__, 1000, "litdex-bench-latency")
    main(given.work / str(given.passages), given.passages, given.queries)
