"""What every worker does alike: requests as JSON lines on standard input, answers on standard output.

A worker gives a `Backend` to `serve`. With `--cold` it opens its index, answers one question and ends.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from benchmarks.peers import corpus

Paper = dict[str, Any]
Where = tuple[str, int] | None
"""A condition: ("tenth", 3) holds for a tenth of the papers, ("hundredth", 7) for a hundredth."""
LIMIT, DEPTH = 10, 100  # hits that are wanted, and how many each leg gives a fusion that is ours to make


class Backend(Protocol):
    """One system with one index in one folder."""

    modes: frozenset[str]  # of "lexical", "dense", "hybrid"
    facets: bool  # whether it counts values over what matches

    def build(self, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        """Index the papers and leave the index on disk."""

    def open(self) -> None:
        """Open the index for searching."""

    def search(self, mode: str, text: str, vector: corpus.Vectors, where: Where, facets: bool) -> list[str]:
        """The ids of the ten best papers, with their titles read; where `facets`, categories and years are counted."""

    def add(self, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        """Bring papers into the index, for searches to find."""

    def remove(self, ids: Sequence[str]) -> None:
        """Take papers out of the index, for searches to find no more."""


def id_of(paper: Paper) -> str:
    """What a paper is called."""
    return str(paper["identifiers"]["local"])


def group(paper: Paper, name: str) -> int:
    """The number of a paper's group: its keyword "tenth 3" gives 3 for "tenth"."""
    return next(int(word.split()[1]) for word in paper["keywords"] if word.startswith(f"{name} "))


def metadata(paper: Paper) -> dict[str, Any]:
    """What systems keep beside the text, where they take plain values only: of the categories the primary one."""
    groups = {name: group(paper, name) for name in ("tenth", "hundredth")}
    return {"title": paper["title"], "category": paper["categories"][0], "year": int(paper["date"][:4]), **groups}


def fused(*rankings: Sequence[str]) -> list[str]:
    """Reciprocal rank fusion, for a system that leaves it to its user."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, paper in enumerate(ranking, start=1):
            scores[paper] = scores.get(paper, 0.0) + 1 / (60 + rank)
    return sorted(scores, key=lambda paper: -scores[paper])[:LIMIT]


def serve(make: Callable[[Path], Backend]) -> None:
    """Answer requests until there are none."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    folder, source = Path(sys.argv[1]), Path(sys.argv[2])
    backend = make(folder)
    texts, vectors = corpus.queries(source)
    if "--cold" in sys.argv:
        backend.open()
        assert len(
            backend.search("hybrid" if "hybrid" in backend.modes else "dense", texts[0], vectors[0], None, False)
        )
        answers.close()
        os._exit(0)  # what a process does to end is no part of a search
    worker = _Worker(backend, source, texts, vectors)
    for line in sys.stdin:
        request = json.loads(line)
        begun, cpu = time.perf_counter(), time.process_time()
        try:
            answer = getattr(worker, request.pop("do"))(**request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        answer |= {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


class _Worker:
    """A method for each request."""

    def __init__(self, backend: Backend, source: Path, texts: list[str], vectors: corpus.Vectors) -> None:
        self.backend, self.source, self.texts, self.vectors = backend, source, texts, vectors

    def build(self, papers: str, vectors: str) -> dict[str, Any]:
        with Path(papers).open(encoding="utf-8") as lines:
            found = [json.loads(line) for line in lines]
        given = np.load(vectors, mmap_mode="r")
        begun, cpu = time.perf_counter(), time.process_time()
        self.backend.build(found, given)
        return {"build": time.perf_counter() - begun, "build_cpu": time.process_time() - cpu}

    def open(self) -> Mapping[str, Any]:
        self.backend.open()
        return {"modes": sorted(self.backend.modes), "facets": self.backend.facets}

    def ask(self, mode: str, numbers: list[int], group: str, facets: bool, patience: float) -> dict[str, Any]:
        """Ask some of the queries, none after `patience` seconds; the milliseconds of each, and what was found."""
        where = {"": None, "tenth": ("tenth", 3), "hundredth": ("hundredth", 7)}[group]
        found, wall, cpu = [], [], []
        until = time.perf_counter() + patience
        for number in numbers:
            begun, used = time.perf_counter(), time.process_time()
            found.append(self.backend.search(mode, self.texts[number], self.vectors[number], where, facets))
            cpu.append((time.process_time() - used) * 1000)
            wall.append((time.perf_counter() - begun) * 1000)
            if time.perf_counter() > until:
                break
        return {"found": found, "wall": wall, "process": cpu}

    def add(self, papers: list[Paper], vectors: list[list[float]]) -> dict[str, Any]:
        """Add papers, and look for the first and the last until both are found by their own vectors."""
        given = np.array(vectors, np.float32)
        begun = time.perf_counter()
        self.backend.add(papers, given)
        while not all(self._finds(papers[at], given[at]) for at in (0, -1)):
            if time.perf_counter() - begun > 120:
                raise TimeoutError("not found after two minutes")
        return {}

    def remove(self, papers: list[Paper], vectors: list[list[float]]) -> dict[str, Any]:
        self.backend.remove([id_of(paper) for paper in papers])
        if self._finds(papers[0], np.array(vectors[0], np.float32)):
            raise ValueError("what was deleted is still found")
        return {}

    def _finds(self, paper: Paper, vector: corpus.Vectors) -> bool:
        return id_of(paper) in self.backend.search("dense", paper["title"], vector, None, False)
