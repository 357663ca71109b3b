"""Time to first byte of the page's search over 100,000 passages, and the bytes of its first load.

    python -m benchmarks.page_speed [--passages 100000] [--queries 300] [--work FOLDER]

The library is that of `benchmarks.query_latency` (abstracts of physics papers, synthetic vectors) with entities: the
20,000 most frequent pairs of words in the titles, dealt out to the types of the shipped tagger. The server is
`litdex serve` in a process of its own, asked by one browser, so to say: one request at a time over one connection.
Queries are titles of the devel file, whole, their first three words of six letters or more, and these within a field;
no query is asked twice. "processor" is what the server's process had of it a request: a busy machine makes the first
byte late, but hardly changes that. A query is embedded by the encoder that ships. Kept in the work folder.
"""

from __future__ import annotations

import gzip
import http.client
import itertools
import json
import os
import re
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.query_latency import Synthetic, arguments, records
from benchmarks.server_load import serving
from litdex.encoder.load import load_encoder
from litdex.index.library import Library
from litdex.ner.load import load_tagger
from litdex.pipeline.ingest import ingest
from litdex.pipeline.tagging import EntityOptions

NAMES = 20_000
"""Entities that are looked for."""
WARM = 40  # requests before the clock runs
FIELDS = ("astro-ph", "cond-mat", "hep", "quant-ph")
HEADERS = {"Accept": "text/html", "Accept-Encoding": "gzip"}
AIM_MILLISECONDS, AIM_BYTES = 30, 100_000


def make_library(folder: Path, count: int) -> Path:
    """Ingest `count` papers with synthetic vectors and entities, where the folder does not have them yet."""
    papers, names = folder / "papers.jsonl", folder / "entities.tsv"
    if not names.exists():
        folder.mkdir(parents=True, exist_ok=True)
        found = list(records("train-*.jsonl.xz", count))
        papers.write_text("".join(json.dumps(record) + "\n" for record in found), encoding="utf-8")
        names.write_text("".join(_entries([str(record["title"]) for record in found])), encoding="utf-8")
    real = load_encoder()
    with Library.open_or_create(folder / "library") as library:
        ingest(library, [papers], lambda: Synthetic(real), entities=EntityOptions(tagger=str(names)))
    return folder / "library"


def _entries(titles: Sequence[str]) -> Iterator[str]:
    """Lines of a list of entities."""
    types = load_tagger().types
    pairs = Counter(
        pair
        for title in titles
        for pair in itertools.pairwise(re.findall(r"[a-z]+", title.lower()))
        if min(map(len, pair)) > 3
    )
    for number, (pair, _) in enumerate(pairs.most_common(NAMES)):
        yield f"N{number}\t{' '.join(pair)}\t\t{types[number % len(types)]}\n"


def queries(count: int) -> dict[str, list[str]]:
    """Queries of each kind, all different."""
    titles = [" ".join(str(record["title"]).split()) for record in records("devel.jsonl.xz", 3 * count + WARM)]
    few = [" ".join(re.findall(r"[A-Za-z]{6,}", title)[:3]) for title in titles]
    whole, short, within = titles[:count], few[count : 2 * count], few[2 * count : 3 * count]
    return {
        "warm": few[3 * count :],
        "a title": whole,
        "three words": [one for one in short if one],
        "three words, a field": [f"{one} field:{field}" for one, field in zip(within, itertools.cycle(FIELDS)) if one],
        "conditions alone": [f"year:{year}.. cat:{field}" for field in FIELDS for year in range(1995, 2020)],
    }


class Browser:
    """One connection of a client."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def get(self, path: str) -> tuple[float, bytes, int]:
        """Seconds until the first byte of the answer, its body as it travels, and the server's whole answer's bytes."""
        begun = time.perf_counter()
        self._connection.request("GET", path, headers=HEADERS)
        answer = self._connection.getresponse()
        first = time.perf_counter() - begun
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
        head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        text = gzip.decompress(body) if answer.getheader("content-encoding") == "gzip" else body
        return first, text, head + len(body)


def first_byte(browser: Browser, asked: Sequence[str]) -> tuple[float, float]:
    """p50 and p99 of the milliseconds until the first byte."""
    found = [browser.get(f"/?{urllib.parse.urlencode({'q': query})}")[0] * 1000 for query in asked]
    return float(np.percentile(found, 50)), float(np.percentile(found, 99))


def worked(process: int) -> float:
    """Milliseconds of processor time that a process has had, all its threads together."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def first_load(browser: Browser, path: str) -> dict[str, int]:
    """The bytes that travel for a page and all that it needs, as a browser without a cache asks for them."""
    _, html, size = browser.get(path)
    files = dict.fromkeys(re.findall(r'(?:src|href)="(/static/[^"]+)"', html.decode()))
    return {"page": size} | {name.rsplit("/", 1)[1]: browser.get(name)[2] for name in files}


def main(folder: Path, count: int, asked: int) -> None:
    """Print both tables."""
    library = make_library(folder, count)
    kinds = queries(asked)
    with Library.open(library) as opened:
        papers, passages = opened.store.counts()
        _, mentions = opened.entities.counts()
        types = len(opened.entities.types())
    print(f"{papers:,} papers, {passages:,} passages, {mentions:,} mentions of {types} types")
    with serving(library, "4") as (port, process):
        browser = Browser(port)
        first_byte(browser, kinds.pop("warm") * 4)  # each reader opens its own
        print(f"{'time to first byte, ms':24} {'queries':>8} {'p50':>7} {'aim':>4} {'p99':>7} {'processor':>10}")
        for kind, some in kinds.items():
            before = worked(process.pid)
            p50, p99 = first_byte(browser, some)
            each = (worked(process.pid) - before) / len(some)
            print(f"{kind:24} {len(some):>8} {p50:7.1f} {AIM_MILLISECONDS:>4} {p99:7.1f} {each:>10.1f}", flush=True)
        for path in ("/", "/?q=spin+squeezing+of+cold+atoms"):
            sizes = first_load(browser, path)
            told = ", ".join(f"{name} {size:,}" for name, size in sizes.items())
            print(f"first load of {path}: {sum(sizes.values()):,} bytes (aim {AIM_BYTES:,}): {told}")


if __name__ == "__main__":
    given = arguments(__doc__, 300, "litdex-bench-page")
    main(given.work / str(given.passages), given.passages, given.queries)
