"""Speed and size of the embedded engines: `python -m benchmarks.engines [--passages N] [--dimension D]`.

Passages are the abstracts of the physics train files; vectors are random around 500 centres, of unit length. Each
opening is measured in a process of its own, from before the import of the engine (numpy apart) to the first answer.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import lzma
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from litdex.index.edge.engine import EdgeIndex
from litdex.index.engine import IndexedPassage, Vectors
from litdex.index.filters import Filter, Terms
from litdex.index.tantivy.engine import TantivyIndex

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
BATCH = 1000
FILTERS = {
    "plain": Filter(),
    "10 % filter": Filter((Terms("venue", ("tenth 3",)),)),
    "1 % filter": Filter((Terms("keyword", ("hundredth 7",)),)),
}


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSON lines file packed by xz."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def beir(folder: Path, split: str) -> tuple[list[dict[str, Any]], dict[str, str], dict[str, dict[str, int]]]:
    """A data set in BEIR's layout: its documents, its judged queries' texts, and for each the judged documents."""
    relevant: dict[str, dict[str, int]] = {}
    with (folder / "qrels" / f"{split}.tsv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            relevant.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    queries = {one["_id"]: one["text"] for one in json_lines(folder / "queries.jsonl.xz") if one["_id"] in relevant}
    return list(json_lines(folder / "corpus.jsonl.xz")), queries, relevant


def passages(count: int) -> list[IndexedPassage]:
    """The first `count` abstracts, with venue and keyword values that a tenth and a hundredth of them have."""
    files = sorted((DATA / "physics").glob("train-*.jsonl.xz"))
    records = itertools.islice(itertools.chain.from_iterable(map(json_lines, files)), count)
    return [
        IndexedPassage(
            number=number,
            paper=number,
            title=one["title"],
            text=one["abstract"],
            year=int(one["date"][:4]),
            keywords={
                "id": (f"arxiv:{one['id']}",),
                "category": one["categories"],
                "field": (one["field"],),
                "venue": (f"tenth {number % 10}",),
                "keyword": (f"hundredth {number % 100}",),
            },
        )
        for number, one in enumerate(records)
    ]


def clustered(count: int, dimension: int) -> Vectors:
    """Unit vectors around 500 centres, shape (count, dimension)."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((500, dimension)).astype(np.float32)
    vectors = rng.standard_normal((count, dimension), dtype=np.float32) + centres[rng.integers(0, 500, count)]
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def size_mb(folder: Path) -> float:
    """Megabytes that a folder takes on disk, holes left out."""
    return sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file()) / 1e6


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def print_latencies(search: Callable[..., object], questions: Sequence[Any]) -> None:
    """Median and 99th percentile of a search, in milliseconds, under each of `FILTERS`."""
    print("             ms a query, limit 100        p50      p99")
    for name, where in FILTERS.items():
        times = []
        for question in questions:
            start = time.perf_counter()
            search(question, limit=100, where=where)
            times.append(1000 * (time.perf_counter() - start))
        print(f"             {name:24} {np.percentile(times, 50):8.2f} {np.percentile(times, 99):8.2f}")


OPEN = {
    "lexical": """
from litdex.index.tantivy.engine import TantivyIndex
index = TantivyIndex.open(Path(sys.argv[1]), writable=False)
opened = time.perf_counter()
index.search("spin squeezing in a condensate", limit=100)
answered = time.perf_counter()
""",
    "vector": """
import numpy as np
from litdex.index.edge.engine import EdgeIndex
index = EdgeIndex.open(Path(sys.argv[1]), int(sys.argv[2]), writable=False)
opened = time.perf_counter()
index.search(np.eye(1, int(sys.argv[2]), dtype=np.float32)[0], limit=100)
answered = time.perf_counter()
""",
}


def cold_open(kind: str, folder: Path, dimension: int) -> str:
    """Milliseconds to import and open, and then to the first answer, the best of five new processes; its memory."""
    code = "import sys, time, numpy; from pathlib import Path; start = time.perf_counter()\n" + OPEN[kind]
    code += "peak = Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]\n"
    code += "print(opened - start, answered - opened, peak)"
    command = [sys.executable, "-c", code, str(folder), str(dimension)]
    runs = [subprocess.run(command, capture_output=True, check=True, text=True).stdout.split() for _ in range(5)]
    opened, first, memory = min(runs, key=lambda run: float(run[0]))
    return f"open {1000 * float(opened):.0f} ms, first answer {1000 * float(first):.0f} ms, {int(memory) / 1024:.0f} MB"


def _written(engine: str, rate: float, folder: Path) -> str:
    return f"{engine:12} {rate:8.0f} passages/s {size_mb(folder):8.1f} MB on disk, peak {peak_mb():.0f} MB"


def lexical(folder: Path, documents: Sequence[IndexedPassage]) -> None:
    index, start = TantivyIndex.open(folder), time.perf_counter()
    for at in range(0, len(documents), BATCH):
        batch = documents[at : at + BATCH]
        index.replace([one.paper for one in batch], batch)
    index.close()
    took = time.perf_counter() - start
    print(_written("tantivy", len(documents) / took, folder))
    print("             cold:", cold_open("lexical", folder, 0))
    index = TantivyIndex.open(folder, writable=False)
    page = " ".join(one.text for one in documents[:40])
    print_latencies(index.search, [one.title for one in documents[: 300 * 7 : 7]])
    print(f"             pages of {len(page.split())} words:")
    print_latencies(index.search, [page] * 20)
    index.close()


def vector(folder: Path, documents: Sequence[IndexedPassage], dimension: int) -> None:
    vectors = clustered(len(documents), dimension)
    index, start = EdgeIndex.open(folder, dimension), time.perf_counter()
    for at in range(0, len(documents), BATCH):
        batch = documents[at : at + BATCH]
        index.replace([one.paper for one in batch], batch, vectors[at : at + BATCH])
    took = time.perf_counter() - start
    index.close()
    print(_written("qdrant-edge", len(documents) / took, folder))
    _vector_queries(folder, vectors)
    index, start = EdgeIndex.open(folder, dimension), time.perf_counter()
    index.optimise()
    took = time.perf_counter() - start
    index.close()
    print(f"  optimised  in {took:.1f} s, {size_mb(folder):.1f} MB on disk, peak {peak_mb():.0f} MB")
    _vector_queries(folder, vectors)


def _vector_queries(folder: Path, vectors: Vectors) -> None:
    dimension = vectors.shape[1]
    print("             cold:", cold_open("vector", folder, dimension))
    index = EdgeIndex.open(folder, dimension, writable=False)
    rng = np.random.default_rng(1)
    near = vectors[:300] + rng.standard_normal((300, dimension), dtype=np.float32) / 20
    near = (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)
    print_latencies(index.search, list(near))
    kept = [{one.number for one in index.search(query, limit=10)} for query in near[:50]]
    exact = [set(np.argsort(-(vectors @ query))[:10].tolist()) for query in near[:50]]
    print(f"             recall@10 {np.mean([len(a & b) / 10 for a, b in zip(kept, exact, strict=True)]):.3f}")
    index.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--only", choices=("lexical", "vector"))
    options = parser.parse_args()
    documents = passages(options.passages)
    print(
        f"{len(documents)} passages, {options.dimension} numbers a vector; peak memory with the data {peak_mb():.0f} MB"
    )
    with tempfile.TemporaryDirectory() as folder:
        if options.only != "vector":
            lexical(Path(folder) / "lexical", documents)
        if options.only != "lexical":
            vector(Path(folder) / "vector", documents, options.dimension)


if __name__ == "__main__":
    main()
