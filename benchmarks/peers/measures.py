"""What is measured of every system at one size, in turns, so that what else the machine does hits all alike."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers import corpus
from benchmarks.peers.process import Worker, cold_seconds

KINDS: Mapping[str, Mapping[str, Any]] = {
    "lexical": {"mode": "lexical", "group": "", "facets": False},
    "dense": {"mode": "dense", "group": "", "facets": False},
    "hybrid": {"mode": "hybrid", "group": "", "facets": False},
    "hybrid, 10 %": {"mode": "hybrid", "group": "tenth", "facets": False},
    "hybrid, 1 %": {"mode": "hybrid", "group": "hundredth", "facets": False},
    "dense, 10 %": {"mode": "dense", "group": "tenth", "facets": False},
    "dense, 1 %": {"mode": "dense", "group": "hundredth", "facets": False},
    "hybrid with facets": {"mode": "hybrid", "group": "", "facets": True},
}
CHANGED = 10  # papers added and deleted
COLD, BLOCK = 3, 25  # cold starts; queries of a kind and a system in a round
PATIENCE = 3.0  # seconds after which a block of queries is cut off


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything is."""

    envs: Path
    source: Path  # the corpus
    work: Path  # the indexes

    def index(self, name: str) -> Path:
        """A system's index."""
        return self.work / name

    def worker(self, name: str) -> Worker:
        """A process of a system."""
        return Worker(self.envs, name, self.index(name), self.source, self.work / f"{name}.log")


def measure(
    places: Places, count: int, names: Sequence[str], rounds: int, say: Callable[[str], None]
) -> dict[str, dict[str, Any]]:
    """Everything of each system over the first `count` papers. A system that fails has its error in its place."""
    places.work.mkdir(parents=True, exist_ok=True)
    papers = list(corpus.papers(places.source, count + CHANGED))
    vectors = corpus.vectors(places.source, count + CHANGED)
    _hand_over(places, count, vectors)
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        say(f"{count:,} papers: {name} builds its index")
        found[name] = _built(places, name, count)
    there = [name for name in names if "error" not in found[name]]
    for turn in range(COLD):
        say(f"{count:,} papers: cold starts, {turn + 1} of {COLD}")
        for name in there:
            cold = cold_seconds(places.envs, name, places.index(name), places.source)
            found[name].setdefault("cold", []).append(cold)
    with ExitStack() as stack:
        workers = {name: stack.enter_context(places.worker(name)) for name in there}
        for name, worker in workers.items():
            found[name] |= {"opened": worker.ask(do="open")}
        _queries(workers, found, vectors[:count], papers, places.source, rounds, say)
        for name, worker in workers.items():
            found[name]["memory"] = worker.memory()
        added = {"papers": papers[count:], "vectors": vectors[count:].tolist()}
        for do in ("add", "remove"):
            for name, worker in workers.items():
                say(f"{count:,} papers: {name}: {do}")
                found[name][do] = worker.ask(do=do, **added)
    return found


def _hand_over(places: Places, count: int, vectors: corpus.Vectors) -> None:
    """The files that every system reads to build its index."""
    np.save(places.work / "given.npy", vectors[:count])
    with (
        (places.source / corpus.PAPERS).open(encoding="utf-8") as lines,
        (places.work / "given.jsonl").open("w") as out,
    ):
        out.writelines(line for _, line in zip(range(count), lines, strict=False))


def _built(places: Places, name: str, count: int) -> dict[str, Any]:
    shutil.rmtree(places.index(name), ignore_errors=True)
    with places.worker(name) as worker:
        answer = worker.ask(do="build", papers=str(places.work / "given.jsonl"), vectors=str(places.work / "given.npy"))
        peak = worker.memory()["peak"] if "error" not in answer else 0.0
    size = sum(path.stat().st_blocks * 512 for path in places.index(name).rglob("*") if path.is_file()) / 1e6
    return {**answer, "peak": peak, "disk": size, "rate": count / answer.get("build", float("inf"))}


def _queries(
    workers: Mapping[str, Worker],
    found: dict[str, dict[str, Any]],
    vectors: corpus.Vectors,
    papers: Sequence[dict[str, Any]],
    source: Path,
    rounds: int,
    say: Callable[[str], None],
) -> None:
    """Blocks of queries, round after round: of each kind, one block a system."""
    asked = corpus.queries(source)[1]
    times: dict[tuple[str, str], dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    loads = []
    for turn in range(-1, rounds):  # the first one warms up and does not count
        say(f"{len(vectors):,} papers: queries, round {turn + 1} of {rounds}")
        numbers = [(max(turn, 0) * BLOCK + at) % len(asked) for at in range(BLOCK if turn >= 0 else 5)]
        loads.append(os.getloadavg()[0])
        for kind, request in KINDS.items():
            for name, worker in workers.items():
                told = found[name]["opened"]
                if request["mode"] not in told.get("modes", ()) or (request["facets"] and not told["facets"]):
                    continue
                answer = worker.ask(do="ask", numbers=numbers, patience=PATIENCE, **request)
                if "error" in answer:
                    found[name].setdefault("failed", {})[kind] = answer["error"]
                elif turn >= 0:
                    for part in ("wall", "process", "found"):
                        times[name, kind][part] += answer[part]
                    times[name, kind]["numbers"] += numbers[: len(answer["wall"])]
    for (name, kind), parts in times.items():
        found[name].setdefault("queries", {})[kind] = _summary(parts)
    for name in workers:
        answered = {kind: times[name, kind] for kind in KINDS}
        hits = {kind: dict(zip(one["numbers"], one["found"], strict=True)) for kind, one in answered.items()}
        found[name]["quality"] = _quality(hits, vectors, papers, asked)
        found[name]["load"] = loads


def _summary(parts: Mapping[str, list[Any]]) -> dict[str, float]:
    """Milliseconds: p50 and p99 of the clock, and the median of the processor's time; how many queries they are of."""
    p50, p99 = np.percentile(parts["wall"], [50, 99])
    return {"p50": p50, "p99": p99, "cpu": float(np.median(parts["process"])), "queries": len(parts["wall"])}


def _quality(
    hits: Mapping[str, Mapping[int, Sequence[str]]],
    vectors: corpus.Vectors,
    papers: Sequence[dict[str, Any]],
    asked: corpus.Vectors,
) -> dict[str, float]:
    """What share of the ten nearest papers is found, and of a hybrid's ten hits how many each leg alone has.

    Also what share of the hits under a condition satisfies it.
    """
    names = [str(paper["identifiers"]["local"]) for paper in papers[: len(vectors)]]
    quality: dict[str, float] = {}
    if hits["dense"]:
        numbers = sorted(hits["dense"])[:100]
        cosines = vectors @ asked[numbers].T  # (papers, queries)
        nearest = np.argpartition(-cosines, 10, axis=0)[:10]
        shares = [
            len({names[at] for at in nearest[:, column]} & set(hits["dense"][number])) / 10
            for column, number in enumerate(numbers)
        ]
        quality["recall"] = float(np.mean(shares))
    for leg in ("lexical", "dense"):
        both = [number for number in hits["hybrid"] if number in hits[leg]]
        if both:
            shared = [len(set(hits["hybrid"][number]) & set(hits[leg][number])) for number in both]
            quality[f"also {leg}"] = float(np.mean(shared))
    keywords = {name: paper["keywords"] for name, paper in zip(names, papers, strict=False)}
    for kind, word in (("hybrid, 10 %", "tenth 3"), ("hybrid, 1 %", "hundredth 7")):
        shown = [one for found in hits[kind].values() for one in found]
        if shown:
            quality[kind] = float(np.mean([word in keywords.get(one, ()) for one in shown]))
    return quality
