"""Searches while `litdex rebuild` goes on: how many, how many fail, how many mix the old engines with the new ones.

    python -m benchmarks.rebuild_search [PAPERS]

One searcher stays open all the while, as a server's does; another is made for each search, as a command line's is. The
rebuild embeds everything again and changes the analyser, so that result lists before and after it differ.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.library import DATA
from litdex.encoder.load import load_encoder
from litdex.evaluation.beir import read_lines
from litdex.index.library import Library
from litdex.pipeline.ingest import ingest
from litdex.search.searcher import Searcher

COMMAND = [sys.executable, "-m", "litdex", "rebuild", "--encoder", "litdex-small", "--analyzer", "plain", "--json"]
Lists = list[list[str]]


def main(papers: int) -> None:
    """Print what was counted."""
    with tempfile.TemporaryDirectory() as scratch:
        records = list(read_lines(DATA / "physics" / "devel.jsonl.xz"))[:papers]
        (Path(scratch) / "papers.jsonl").write_text("\n".join(map(json.dumps, records)))
        folder, queries = Path(scratch) / "library", [str(record["title"]) for record in records[:20]]
        with Library.open_or_create(folder) as library, Searcher(library, load_encoder) as searcher:
            ingest(library, [Path(scratch) / "papers.jsonl"], load_encoder)
            before = found(searcher, queries)
            process = subprocess.Popen([*COMMAND, "--library", str(folder)], stdout=subprocess.PIPE, text=True)
            seen = search_on(folder, searcher, queries, lambda: process.poll() is None)
            after = found(searcher, queries)
        if process.returncode:
            raise SystemExit("the rebuild failed")
        mixed = sum(count for (at, one), count in seen.items() if one and list(one) not in (before[at], after[at]))
        failed = sum(count for (_, one), count in seen.items() if not one)
        changed = sum(one != other for one, other in zip(before, after, strict=True))
        seconds = json.loads(process.stdout.read() if process.stdout else "{}")["seconds"]
        print(f"rebuild of {papers:,} papers: {seconds:.0f} s; {changed} of {len(queries)} result lists changed by it")
        print(f"{sum(seen.values()):,} searches meanwhile: {failed} failed, {mixed} mixed generations")


def search_on(
    folder: Path, searcher: Searcher, queries: list[str], go_on: Callable[[], bool]
) -> Counter[tuple[int, tuple[str, ...]]]:
    """Search in both ways while `go_on`; counts each query's result lists, an empty one where the search failed."""
    seen: Counter[tuple[int, tuple[str, ...]]] = Counter()
    encoder = load_encoder()
    while go_on():
        for at, query in enumerate(queries):
            seen[at, attempt(searcher, query)] += 1
        with Library.open(folder) as library, Searcher(library, lambda *source: encoder) as fresh:
            seen[0, attempt(fresh, queries[0])] += 1
        time.sleep(0.01)
    return seen


def attempt(searcher: Searcher, query: str) -> tuple[str, ...]:
    """What a search finds, nothing where it fails."""
    try:
        return tuple(searcher.rank(query, limit=10))
    except Exception as error:
        print(f"failed: {error}")
        return ()


def found(searcher: Searcher, queries: list[str]) -> Lists:
    """The result lists."""
    return [searcher.rank(query, limit=10) for query in queries]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
