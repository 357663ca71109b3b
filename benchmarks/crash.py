"""Ingest killed with SIGKILL at random moments and completed, against an undisturbed run: `litdex ingest` itself.

    python -m benchmarks.crash [KILLS]

Batches are small, so that kills fall between batches, into them and into the commits. After four kills, or when one
came too late, the ingest is completed; papers, passages and the top-10 lists of forty queries in each mode must equal
the undisturbed run's.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.library import DATA
from litdex.encoder.load import load_encoder
from litdex.evaluation.beir import read_lines
from litdex.index.library import Library
from litdex.search.searcher import Mode, Searcher

PAPERS, FILES, ARTICLES, KILLS_A_ROUND = 240, 6, 2, 4
PROGRAM = """
import sys
from litdex.pipeline import apply
from litdex.pipeline import ingest as intake
from litdex.pipeline import reading
apply.BATCH_PASSAGES, intake.WORDS_EVERY, reading.BATCH_RECORDS = 50, 0.0, 16
from litdex.cli.main import run
sys.exit(run(sys.argv[1:]))
"""
MODES: tuple[Mode, ...] = ("lexical", "dense", "hybrid")


def main(kills: int) -> None:
    """Print one line a round, and what was lost."""
    with tempfile.TemporaryDirectory() as scratch:
        source = make_papers(Path(scratch) / "papers")
        queries = [str(paper["title"]) for paper in read_lines(DATA / "physics" / "devel.jsonl.xz")][:40]
        begun = time.perf_counter()
        if not run(source, Path(scratch) / "undisturbed", None):
            raise SystemExit("the undisturbed run failed")
        usual = time.perf_counter() - begun
        expected = contents(Path(scratch) / "undisturbed", queries)
        print(f"undisturbed: {len(expected['papers'])} papers, {expected['passages']} passages, {usual:.1f} s")
        chance, done, different, rounds = random.Random(11), 0, 0, 0
        while done < kills:
            library = Path(scratch) / f"round{rounds}"
            killed = 0
            while killed < KILLS_A_ROUND and not run(source, library, chance.uniform(0.2, usual / 2)):
                killed += 1
            run(source, library, None)
            equal = contents(library, queries) == expected
            done, rounds, different = done + killed, rounds + 1, different + (not equal)
            print(f"round {rounds}: {killed} kills, {'equal' if equal else 'DIFFERENT'} ({done} so far)", flush=True)
        print(f"{done} kills in {rounds} rounds, {different} differ from the undisturbed run")


def make_papers(folder: Path) -> Path:
    """Files of abstracts, and two articles' full texts."""
    folder.mkdir()
    papers = list(read_lines(DATA / "physics" / "devel.jsonl.xz"))[:PAPERS]
    for file in range(FILES):
        (folder / f"{file}.jsonl").write_text("\n".join(map(json.dumps, papers[file::FILES])))
    for article in sorted((DATA / "papers" / "jats").glob("*.xml"))[:ARTICLES]:
        (folder / article.name).write_bytes(article.read_bytes())
    return folder


def run(source: Path, library: Path, kill_after: float | None) -> bool:
    """`litdex ingest`, killed after so many seconds; whether it came to its end."""
    command = [sys.executable, "-c", PROGRAM, "ingest", str(source), "--library", str(library)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            _, errors = process.communicate(timeout=kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
            return False
    if process.returncode:
        raise SystemExit(f"ingest failed: {errors.decode()}")
    return True


def contents(folder: Path, queries: list[str]) -> dict[str, Any]:
    """What a user can tell a library by."""
    with Library.open(folder) as library, Searcher(library, load_encoder) as searcher:
        return {
            "papers": sorted(library.store.names(library.store.numbers()).values()),
            "passages": library.store.counts()[1],
            "pending": library.outbox.counts(),
            "top": [searcher.rank(query, limit=10, mode=mode) for query in queries for mode in MODES],
        }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
