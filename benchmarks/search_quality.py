"""Ranking quality of the whole path, ingest to result list: nDCG@10 and recall@100 of each leg and of both.

    python -m benchmarks.search_quality [physics] [scifact] [cranfield]

Needs the corpora in ../shared/data. "physics" searches by title for the abstract of 12,814 papers, with the titles left
out of the index.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.ranking_sets import SETS
from litdex.encoder.load import load_encoder
from litdex.evaluation.collection import Collection
from litdex.evaluation.measures import evaluate
from litdex.evaluation.significance import interval
from litdex.index.library import Library
from litdex.pipeline.ingest import ingest
from litdex.search.searcher import Mode, Searcher

KNOWN = {"scifact": {"lexical": 0.679, "dense": 0.649}, "cranfield": {"lexical": 0.385, "dense": 0.400}}
MODES: tuple[Mode, ...] = ("lexical", "dense", "hybrid")
DEPTH = 100
MEASURES = ("nDCG@10", f"R@{DEPTH}")
COLLECTIONS = {name: SETS[name] for name in ("physics", "scifact", "cranfield")}


def measure(name: str, scratch: Path) -> None:
    """Ingest one collection, run all its queries in each mode, print a line a mode."""
    collection = COLLECTIONS[name](scratch)
    encoder = load_encoder()
    with Library.open_or_create(scratch / name) as library:
        begun = time.perf_counter()
        summary = ingest(library, [collection.corpus or Path()], lambda: encoder)
        print(f"{name}: {summary.papers:,} papers in {time.perf_counter() - begun:.0f} s", flush=True)
        with Searcher(library, lambda: encoder) as searcher:
            for mode in MODES:
                begun = time.perf_counter()
                run = {query: ids(searcher, text, mode) for query, text in collection.queries.items()}
                each = (time.perf_counter() - begun) / len(run) * 1000
                report(name, mode, run, collection, each)


def ids(searcher: Searcher, text: str, mode: Mode) -> list[str]:
    """The papers found, without their scheme: the collection's own ids."""
    return [name.split(":", 1)[1] for name in searcher.rank(text, limit=DEPTH, mode=mode)]


def report(name: str, mode: str, run: dict[str, list[str]], collection: Collection, each: float) -> None:
    """Print one line of the table."""
    gains, found = (interval(values) for values in evaluate(run, collection.qrels, MEASURES).values())
    known = KNOWN.get(name, {}).get(mode)
    beside = f"  known {known:.3f}" if known else ""
    print(
        f"  {mode:8} nDCG@10 {gains}  recall@100 {found.mean:.4f}  {each:5.1f} ms{beside}",
        flush=True,
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for chosen in sys.argv[1:] or COLLECTIONS:
            measure(chosen, Path(folder))
