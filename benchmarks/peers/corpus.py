"""The papers, vectors and queries that every system is given, made once and kept in a folder.

    python -m benchmarks.peers.corpus FOLDER [--minutes 20]

Papers are those of the physics train files whose abstract is one passage, as litdex reads and cuts them, so that every
system holds the same texts, one a paper. Each has an invented keyword that a tenth of the papers have, and one that a
hundredth have. Vectors of as many of them as can be made within some minutes of one core are the shipped encoder's;
those of the others are derived: the vector of an encoded one with noise, at a cosine of about .8 to it.
Queries are titles of the devel file, with the encoder's vectors.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "physics"
PAPERS, ENCODED, QUERIES, QUERY_VECTORS = "papers.jsonl", "encoded.npy", "queries.json", "queries.npy"
ASKED = 300  # queries
NOISE = 0.75  # length of what is added to a vector that is derived
BATCH, SAVED_EVERY = 256, 4  # texts encoded at once, and after how many batches all is saved
Vectors = NDArray[np.float32]


def papers(folder: Path, count: int) -> Iterator[dict[str, Any]]:
    """The first `count` papers."""
    with (folder / PAPERS).open(encoding="utf-8") as lines:
        yield from map(json.loads, itertools.islice(lines, count))


def text(paper: dict[str, Any]) -> str:
    """What is indexed and embedded of a paper."""
    return f"{paper['title']}\n{paper['abstract']}"


def vectors(folder: Path, count: int) -> Vectors:
    """Vectors of the first `count` papers, shape (count, dimension), unit length: the encoder's, then derived ones."""
    encoded: Vectors = np.load(folder / ENCODED)
    if count <= len(encoded):
        return encoded[:count]
    rng = np.random.default_rng(0)
    source = encoded[np.arange(count - len(encoded)) % len(encoded)]
    noise = rng.standard_normal(source.shape, dtype=np.float32) * np.float32(NOISE / np.sqrt(source.shape[1]))
    derived = source + noise
    derived /= np.linalg.norm(derived, axis=1, keepdims=True)
    return np.concatenate([encoded, derived])


def queries(folder: Path) -> tuple[list[str], Vectors]:
    """The queries' texts and vectors."""
    return json.loads((folder / QUERIES).read_text()), np.load(folder / QUERY_VECTORS)


def make(folder: Path, minutes: float) -> None:
    """Make what is not there yet. What a call that was cut off has encoded is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / PAPERS).exists():
        _write_papers(folder)
    if not (folder / ENCODED).exists():
        _encode(folder, minutes)


def _records(pattern: str) -> Iterator[dict[str, Any]]:
    for path in sorted(DATA.glob(pattern)):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _write_papers(folder: Path) -> None:
    """Every paper of one passage, in the form that litdex exports."""
    from litdex.ingest.paper import Paper
    from litdex.ingest.parsers.tex_text import plain_tex
    from litdex.ingest.passages import passages

    draft, number = folder / f"{PAPERS}.new", 0
    with draft.open("w", encoding="utf-8") as out:
        for record in _records("train-*.jsonl.xz"):
            title, abstract = plain_tex(record["title"]), plain_tex(record["abstract"])
            if len(passages(Paper(title=title, abstract=abstract))) == 1 and abstract:
                paper = {
                    "litdex": 1,
                    "identifiers": {"local": f"p{number}"},  # not all that the files have are arXiv's
                    "title": title,
                    "abstract": abstract,
                    "date": record["date"],
                    "categories": record["categories"],
                    "keywords": [f"tenth {number % 10}", f"hundredth {number % 100}"],
                }
                out.write(json.dumps(paper) + "\n")
                number += 1
    draft.rename(folder / PAPERS)


def _encode(folder: Path, minutes: float) -> None:
    os.environ["LITDEX_THREADS"] = "1"
    from litdex.encoder.load import load_encoder
    from litdex.ingest.parsers.tex_text import plain_tex

    encoder = load_encoder()
    titles = [plain_tex(record["title"]) for record in itertools.islice(_records("devel.jsonl.xz"), ASKED)]
    (folder / QUERIES).write_text(json.dumps(titles))
    np.save(folder / QUERY_VECTORS, np.stack([encoder.encode_query(title) for title in titles]))
    part = folder / f"{ENCODED}.part"
    found = [np.load(part)] if part.exists() else []
    source = itertools.islice(papers(folder, 10**9), sum(map(len, found)), None)
    while time.process_time() < 60 * minutes and (batch := list(itertools.islice(source, BATCH))):
        found.append(encoder.encode_passages([text(paper) for paper in batch]))
        if len(found) % SAVED_EVERY == 0:
            _save(part, found)
    _save(folder / ENCODED, found)
    part.unlink(missing_ok=True)


def _save(path: Path, found: Sequence[Vectors]) -> None:
    draft = path.with_name("draft.npy")
    np.save(draft, np.concatenate(found))
    draft.rename(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=20, help="of CPU time, for embedding")
    given = parser.parse_args()
    make(given.folder, given.minutes)
