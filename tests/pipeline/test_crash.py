"""Ingest killed by SIGKILL at random moments, then completed: as if nothing had happened.

`benchmarks/crash.py` does the same through the command line with the shipped encoder, fifty times.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from litdex.index.library import Library
from litdex.search.searcher import Searcher
from tests.index.conftest import HashingEncoder, engines
from tests.paths import ROOT

KILLS = 12
QUERIES = [f"paper about topic{n} and shared matter" for n in range(8)]


def ingest(papers: Path, library: Path, kill_after: float | None = None) -> bool:
    """Run an ingest, killed so many seconds after it has begun to work; returns whether it came to its end."""
    command = [sys.executable, "-m", "tests.pipeline.killed_ingest", str(papers), str(library)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            _, errors = process.communicate(timeout=kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return False
    assert process.returncode == 0, errors
    return True


def contents(folder: Path) -> dict[str, Any]:
    """What a user can tell a library by: papers, passages, what each engine holds, result lists."""
    with Library.open(folder) as library, Searcher(library, HashingEncoder) as searcher:
        lexical, vectors = engines(library)
        names = library.store.names(library.store.numbers())
        found = {
            "papers": sorted(names.values()),
            "passages": library.store.counts()[1],
            "pending": library.outbox.counts(),
            "lexical": (lexical.count(), sorted(names[paper] for paper in lexical.papers())),
            "vectors": (vectors.count(), sorted(names[paper] for paper in vectors.papers())),
            "top": [searcher.rank(query, limit=10, mode=mode) for query in QUERIES for mode in ("hybrid", "dense")],
        }
        found["mentions"] = {names[paper]: library.entities.of(paper) for paper in sorted(names)}
        found["entities"] = searcher.counts("paper", ["entity.topic"], limit=20).fields
        lexical.close()
        vectors.close()
    return found


@pytest.mark.slow
def test_a_killed_ingest_loses_and_doubles_nothing(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    for file in range(5):
        records = [
            {
                "id": f"09{file + 1:02d}.{n:04d}",
                "title": f"Paper {n} of file {file}",
                "abstract": f"The paper is about topic{n % 8} and shared matter, number {n * 7919 % 101}.",
                "categories": ["quant-ph"],
                "date": "2009-01-01",
            }
            for n in range(40)
        ]
        (papers / f"{file}.jsonl").write_text("\n".join(map(json.dumps, records)))
    topics = "".join(f"T{n}\ttopic{n}\t\tTopic\n" for n in range(8))
    (tmp_path / "names.tsv").write_text(topics)
    begun = time.monotonic()
    assert ingest(papers, tmp_path / "undisturbed")
    usual = time.monotonic() - begun
    expected = contents(tmp_path / "undisturbed")
    assert expected["passages"] == 200
    assert sum(map(len, expected["mentions"].values())) == 200
    chance = random.Random(7)
    kills = 0
    for round_ in range(KILLS):
        library = tmp_path / f"killed{round_}"
        while not ingest(papers, library, kill_after=chance.uniform(0, usual / 2)):
            kills += 1
        assert contents(library) == expected
        if kills >= KILLS:
            break
    assert kills >= KILLS
