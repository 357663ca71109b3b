"""Elasticsearch killed with SIGKILL in the middle of an ingest, started again, and the ingest repeated, round by round.

    python -m benchmarks.server_kill [ROUNDS]

The words are on a real server of the benchmark's own, the vectors in the folder. A round ingests 400 papers in small
batches, kills the server after a random batch, checks that the ingest ends and says what is missing, that a search
answers by meaning, starts the server, ingests again with nothing new, and compares the server with the database,
passage by passage: what is missing is lost, what is there too often is doubled.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from litdex.index.library import Library
from litdex.pipeline.ingest import ingest
from litdex.search.searcher import Searcher
from tests.index.conftest import load, small_papers
from tests.index.own_elasticsearch import OwnServer
from tests.pipeline.test_degrading import QUERY, ingest_and_kill

FILES, PAPERS = 10, 40


def main(rounds: int) -> None:
    """Print one line a round, and the sums."""
    chance, lost, doubled = random.Random(13), 0, 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        papers = Path(scratch) / "papers"
        papers.mkdir()
        for file in range(FILES):
            small_papers(papers / f"{file}.jsonl", range(file * PAPERS, (file + 1) * PAPERS))
        with OwnServer() as server:
            for number in range(1, rounds + 1):
                begun, batch = time.perf_counter(), chance.randrange(1, FILES)
                gone, twice = one_round(papers, Path(scratch) / f"library{number}", server, batch)
                lost, doubled = lost + gone, doubled + twice
                seconds = time.perf_counter() - begun
                print(
                    f"round {number}: killed after batch {batch}: {gone} lost, {twice} doubled, {seconds:.0f} s",
                    flush=True,
                )
    print(f"{rounds} rounds: {lost} papers lost, {doubled} doubled")


def one_round(papers: Path, folder: Path, server: OwnServer, batch: int) -> tuple[int, int]:
    """Kill the server once; returns how many papers were lost and how many doubled in the end."""
    missing = ingest_and_kill(papers, folder, server, after=batch)
    if "lexical" not in missing:
        raise SystemExit("the kill came too late: the ingest missed nothing")
    with Library.open(folder) as library:
        with Searcher(library, load) as searcher:
            found = searcher.search(QUERY)
            if set(found.missing) != {"lexical"} or not found.hits:
                raise SystemExit(f"a search without the server: missing {dict(found.missing)}, {len(found.hits)} hits")
        server.start()
        if ingest(library, [papers], load).missing or library.outbox.counts():
            raise SystemExit("something still waits after the server came back")
        used = library.generation("lexical")
        if used is None:
            raise SystemExit("the library has no lexical engine")
        engine = library.lexical(used)
        held, expected = engine.passages(), dict(library.connection.execute("SELECT id, paper FROM passages"))
        gone = len({paper for _, paper in expected.items() - held.items()})
        twice = len({paper for _, paper in held.items() - expected.items()}) + engine.count() - len(held)
        engine.close()
    return gone, twice


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
