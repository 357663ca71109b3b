"""The same library embedded and on servers: ranking quality of both, and how far their answers agree.

    python -m benchmarks.server_parity [scifact|cranfield] [--queries N]

Takes the Elasticsearch that LITDEX_TEST_ELASTICSEARCH_URL names, else starts the tests' own, and the Qdrant server that
LITDEX_TEST_QDRANT_URL names, else the client's local mode. Needs the corpora in ../shared/data.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from uuid import uuid4

import numpy as np

from benchmarks.ranking_sets import DATA
from benchmarks.search_quality import MODES, ids
from litdex.encoder.base import Encoder, Vectors
from litdex.encoder.load import load_encoder
from litdex.evaluation.beir import read_beir
from litdex.evaluation.measures import Run, evaluate
from litdex.index.library import Library
from litdex.pipeline.ingest import ingest
from litdex.search.searcher import Searcher
from tests.index.elasticsearch_server import running

MEASURES = ("nDCG@10", "R@100")


class Remembering:
    """An encoder that keeps what it has embedded: the second library costs no second embedding."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}
        self.name, self.fingerprint, self.dimension = encoder.name, encoder.fingerprint, encoder.dimension

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """One vector a text."""
        unknown = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(unknown, self._encoder.encode_passages(unknown, progress), strict=True))
        found = np.asarray([self._known[text] for text in texts], np.float32)
        return found.reshape(len(texts), self.dimension)

    def encode_query(self, text: str) -> Vectors:
        """The query's vector."""
        return self._encoder.encode_query(text)


def stacks(elasticsearch: str) -> dict[str, dict[str, str]]:
    """Where each stack keeps its engines."""
    name = f"parity-{uuid4().hex[:8]}"
    qdrant = os.environ.get("LITDEX_TEST_QDRANT_URL", "").replace("http", "qdrant", 1) or "qdrant+memory://parity"
    servers = {"lexical": f"{elasticsearch.replace('http', 'elasticsearch', 1)}/{name}", "vectors": f"{qdrant}/{name}"}
    return {"embedded": {"lexical": "embedded", "vectors": "embedded"}, "servers": servers}


def runs(
    folder: Path, engines: dict[str, str], corpus: Path, queries: Mapping[str, str], encoder: Encoder
) -> list[Run]:
    """What a library on these engines finds, a run for each of `MODES`."""
    with Library.open_or_create(folder) as library:
        library.choose_engines(**engines)
        begun = time.perf_counter()
        summary = ingest(library, [corpus], lambda: encoder)
        print(f"{folder.name}: {summary.papers:,} papers in {time.perf_counter() - begun:.0f} s", flush=True)
        found: list[Run] = []
        with Searcher(library, lambda: encoder) as searcher:
            for mode in MODES:
                begun = time.perf_counter()
                found.append({query: ids(searcher, text, mode) for query, text in queries.items()})
                print(f"  {mode:8} {(time.perf_counter() - begun) / len(queries) * 1000:6.1f} ms a query", flush=True)
        if engines["lexical"] != "embedded":
            for generation in library.outbox.generations():
                library.drop(generation)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collection", nargs="?", default="scifact")
    parser.add_argument("--queries", type=int, help="only the first so many")
    options = parser.parse_args()
    collection = read_beir(DATA / "retrieval" / options.collection)
    if collection.corpus is None:
        raise SystemExit(f"{options.collection} has no corpus")
    queries = dict(list(collection.queries.items())[: options.queries])
    qrels = {query: collection.qrels[query] for query in queries}
    encoder = Remembering(load_encoder())
    with tempfile.TemporaryDirectory() as scratch, running() as address:
        found = {
            name: runs(Path(scratch) / name, engines, collection.corpus, queries, encoder)
            for name, engines in stacks(address).items()
        }
    print(f"\n{options.collection}, {len(queries)} queries   nDCG@10   recall@100   top-10 overlap, same top 1")
    for place, mode in enumerate(MODES):
        for name, by_mode in found.items():
            measured = evaluate(by_mode[place], qrels, MEASURES)
            means = "    ".join(f"{statistics.mean(measured[one].values()):.4f}" for one in MEASURES)
            print(f"  {mode:8} {name:10} {means}", end="")
            print("" if name == "embedded" else agreement(found["embedded"][place], by_mode[place]))


def agreement(one: Run, other: Run) -> str:
    """The mean share of the first ten papers that two runs have in common, and how often the first is the same."""
    shared = [len({*one[query][:10]} & {*other[query][:10]}) / max(len(one[query][:10]), 1) for query in one]
    first = [one[query][:1] == other[query][:1] for query in one]
    return f"       {statistics.mean(shared):.3f}, {statistics.mean(first):.3f}"


if __name__ == "__main__":
    main()
