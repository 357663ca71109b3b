"""litdex alone at a million passages: memory, and how long a ranking takes.

    python -m benchmarks.million [--passages 1000000] [--work FOLDER]

Passages are the abstracts of the physics train files, four a paper, and again from the start with a tenth of the words
left out where they run out. Vectors are random around 3,000 centres, of unit length; those of queries lie near one.
Both engines and the fusion are litdex's own; the database is left out, so a paper's number stands for its id. The
engines are built once and kept in the work folder; what is measured runs in a new process.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from litdex.index.edge.engine import EdgeIndex
from litdex.index.engine import IndexedPassage, Scored, Vectors
from litdex.index.tantivy.engine import TantivyIndex
from litdex.search.ranking import Ranking, order
from litdex.search.retrieval import Leg, Retrieved, fetch_passages

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "physics"
DIMENSION, CENTRES, PASSAGES_A_PAPER, BATCH = 384, 3000, 4, 4096
ASKED = 300


def documents(count: int) -> Iterator[IndexedPassage]:
    """The passages."""
    rng = random.Random(0)
    for number, (record, again) in zip(range(count), _endless(), strict=False):
        text = record["abstract"]
        if again:
            text = " ".join(word for word in text.split() if rng.random() > 0.1)
        paper = number // PASSAGES_A_PAPER
        year, categories = int(record["date"][:4]), tuple(record["categories"])
        yield IndexedPassage(
            number=number, paper=paper, title=record["title"], text=text, year=year, keywords={"category": categories}
        )


def _endless() -> Iterator[tuple[dict[str, Any], bool]]:
    """The papers, again and again; whether it is again."""
    for again in itertools.chain([False], itertools.repeat(True)):
        yield from ((record, again) for record in _records("train-*.jsonl.xz"))


def _records(pattern: str) -> Iterator[dict[str, Any]]:
    for path in sorted(DATA.glob(pattern)):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


class Space:
    """Where vectors come from."""

    def __init__(self, seed: int) -> None:
        self._centres = np.random.default_rng(0).standard_normal((CENTRES, DIMENSION), dtype=np.float32)
        self._rng = np.random.default_rng(seed)

    def some(self, count: int) -> Vectors:
        """Unit vectors, shape (count, DIMENSION)."""
        near = self._centres[self._rng.integers(0, CENTRES, count)]
        found = near + self._rng.standard_normal(near.shape, dtype=np.float32)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def build(folder: Path, count: int) -> None:
    """Fill both engines, where they are not there."""
    if (folder / "built").exists():
        return
    space, begun, cpu = Space(1), time.perf_counter(), time.process_time()
    words, meaning = TantivyIndex.open(folder / "lexical"), EdgeIndex.open(folder / "vectors", DIMENSION)
    source, done = documents(count), 0
    while batch := list(itertools.islice(source, BATCH)):
        papers = {one.paper for one in batch}
        words.replace(papers, batch)
        meaning.replace(papers, batch, space.some(len(batch)))
        done += len(batch)
        print(f"\r{done:,} passages", end="", file=sys.stderr, flush=True)
    words.close()
    meaning.optimise()
    meaning.close()
    told = f"built in {time.perf_counter() - begun:.0f} s, {time.process_time() - cpu:.0f} of them of the processor"
    (folder / "built").write_text(told)


def measure(folder: Path) -> None:
    """Print the table: each leg alone, and both at once with their fusion."""
    words = TantivyIndex.open(folder / "lexical", writable=False)
    meaning = EdgeIndex.open(folder / "vectors", DIMENSION, writable=False)
    titles = [record["title"] for record in itertools.islice(_records("devel.jsonl.xz"), ASKED)]
    vectors = Space(2).some(ASKED)
    pool, ranking = ThreadPoolExecutor(1), Ranking()

    def lexical(at: int) -> list[Scored]:
        return fetch_passages(lambda limit: words.search(titles[at], limit=limit), ranking.depth)

    def dense(at: int) -> list[Scored]:
        return fetch_passages(lambda limit: meaning.search(vectors[at], limit=limit), ranking.depth)

    def hybrid(at: int) -> None:
        waiting = pool.submit(dense, at)
        found: dict[Leg, list[Scored]] = {"lexical": lexical(at)}
        found["dense"] = waiting.result()
        order(Retrieved(found, {one.paper: str(one.paper) for leg in found.values() for one in leg}), ranking)

    print(f"{words.count():,} passages; {(folder / 'built').read_text()}; load {os.getloadavg()[0]:.1f}")
    print("ms a query           p50      p99   processor's p50   least")
    for name, ask in {"lexical": lexical, "dense": dense, "hybrid": hybrid}.items():
        for at in range(20):
            ask(at)
        wall, cpu = [], []
        for at in range(ASKED):
            begun, used = time.perf_counter(), time.process_time()
            ask(at)
            cpu.append(1000 * (time.process_time() - used))
            wall.append(1000 * (time.perf_counter() - begun))
        p50, p99 = np.percentile(wall, [50, 99])
        print(f"{name:12} {p50:11.1f} {p99:8.1f} {np.median(cpu):17.1f} {min(wall):7.1f}")
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    own, whole, peak = (int(status[name].split()[0]) / 1024 for name in ("RssAnon", "VmRSS", "VmHWM"))
    print(f"memory: {own:.0f} MB of its own, {whole:.0f} with mapped files, peak {peak:.0f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "litdex-bench-million")
    parser.add_argument("--only-measure", action="store_true")
    given = parser.parse_args()
    place = given.work / str(given.passages)
    if given.only_measure:
        measure(place)
    else:
        build(place, given.passages)
        subprocess.run([sys.executable, "-m", "benchmarks.million", *sys.argv[1:], "--only-measure"], check=True)
