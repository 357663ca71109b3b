"""Documents a second into a real Elasticsearch: litdex's `replace` against a bare `helpers.parallel_bulk`.

    python -m benchmarks.server_bulk [--documents N] [--rounds N] [--batches N …]

The same documents, abstracts of the physics train files, into the same kind of index. parallel_bulk is given them ready
made, with its own defaults (4 threads, 500 a request), and refreshes once at the end; litdex makes them, asks what is
there already, and has every batch on disk and visible before it goes on; `litdex ingest` makes batches of 1024.
Takes the server that LITDEX_TEST_ELASTICSEARCH_URL names, else starts the tests' own.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from elasticsearch import Elasticsearch, helpers

from benchmarks.engines import passages
from litdex.index.elasticsearch.engine import Elastic
from litdex.index.elasticsearch.mapping import source
from litdex.index.engine import IndexedPassage
from litdex.index.lexical.analysers import WRITING
from litdex.index.lexical.analysis import NOW
from litdex.index.outbox import Generation
from tests.index.elasticsearch_server import running

NOWHERE = Path("/nonexistent")
BARE = "parallel_bulk"


def by_litdex(address: str, documents: Sequence[IndexedPassage], batch: int) -> float:
    """Seconds until all documents are written and found."""
    generation = _generation(address)
    index = Elastic().open(generation, NOWHERE, True)
    begun = time.perf_counter()
    for start in range(0, len(documents), batch):
        part = documents[start : start + batch]
        index.replace([one.paper for one in part], part)
    took = time.perf_counter() - begun
    _check(index.count(), documents)
    index.close()
    Elastic().drop(generation, NOWHERE)
    return took


def by_helpers(address: str, documents: Sequence[dict[str, Any]]) -> float:
    """The same, by the client's own helper."""
    generation = _generation(address)
    Elastic().open(generation, NOWHERE, True).close()
    name = f"{generation.settings['url'].rpartition('/')[2]}-g1"
    client = Elasticsearch(address, request_timeout=60)
    begun = time.perf_counter()
    deque(helpers.parallel_bulk(client, _actions(name, documents)), maxlen=0)
    client.indices.refresh(index=name)
    took = time.perf_counter() - begun
    _check(int(client.count(index=name)["count"]), documents)
    client.close()
    Elastic().drop(generation, NOWHERE)
    return took


def _actions(name: str, documents: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return ({"_index": name, "_id": one["number"], "_source": one} for one in documents)


def _generation(address: str) -> Generation:
    url = f"{address.replace('http', 'elasticsearch', 1)}/bulk-{uuid4().hex[:8]}"
    return Generation(id=1, kind="lexical", engine="elasticsearch", state="building", settings={"url": url, **WRITING})


def _check(count: int, documents: Sequence[Any]) -> None:
    if count != len(documents):
        raise SystemExit(f"{count} documents arrived, {len(documents)} were sent")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batches", type=int, nargs="+", default=[1024, 4096], help="passages replaced at a time")
    options = parser.parse_args()
    documents = passages(options.documents)
    made = [source(one, [one], NOW) for one in documents]
    with running() as address:
        ways: dict[str, Callable[[], float]] = {BARE: lambda: by_helpers(address, made)}
        for batch in options.batches:
            ways[f"litdex, by {batch:,}"] = partial(by_litdex, address, documents, batch)
        for way in ways.values():  # the server warms up
            way()
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(options.rounds):
            for name, way in ways.items():
                taken[name].append(way())
    print(f"{len(documents):,} documents, {options.rounds} rounds in turn        median       best    ratio (lowest)")
    for name, times in taken.items():
        rates = [len(documents) / one for one in times]
        ratios = [bare / ours for ours, bare in zip(times, taken[BARE], strict=True)]
        ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f})"
        print(f"  {name:20} documents/s {statistics.median(rates):20,.0f} {max(rates):10,.0f}    {ratio}")


if __name__ == "__main__":
    main()
