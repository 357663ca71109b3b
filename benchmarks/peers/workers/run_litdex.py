"""litdex, as its own command line sets it up, with vectors that were made beforehand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import numpy as np

from benchmarks.peers import corpus
from benchmarks.peers.workers.serve import LIMIT, Paper, Where, serve
from litdex.index.filters import Filter, Terms
from litdex.index.library import Library
from litdex.index.sources import Sources
from litdex.pipeline.apply import apply_pending
from litdex.pipeline.ingest import ingest
from litdex.search.searcher import Mode, Searcher


class Given:
    """An encoder that knows its texts' vectors already."""

    name = fingerprint = "given"

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.query = np.zeros(dimension, np.float32)
        self._rows: dict[bytes, int] = {}
        self._vectors = np.zeros((0, dimension), np.float32)

    def know(self, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        """The vectors of the papers that are ingested next."""
        self._rows = {_key(corpus.text(paper)): row for row, paper in enumerate(papers)}
        self._vectors = vectors

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> corpus.Vectors:
        """The vectors of papers; of a sentence, which a hit without a word of the query shows, any vector."""
        rows = [self._rows.get(_key(text)) for text in texts]
        found = [self.query if row is None else self._vectors[row] for row in rows]
        return np.array(found, np.float32).reshape(len(texts), self.dimension)

    def encode_query(self, text: str) -> corpus.Vectors:
        return self.query


class Litdex:
    """A library in a folder."""

    modes = frozenset({"lexical", "dense", "hybrid"})
    facets = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._encoder = Given(384)
        self._library: Library | None = None
        self._searcher: Searcher | None = None

    def build(self, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        self._ingest("papers.jsonl", papers, vectors)

    def open(self) -> None:
        self._library = Library.open(self._folder / "library")
        self._searcher = Searcher(self._library, lambda *_: self._encoder)

    def search(self, mode: str, text: str, vector: corpus.Vectors, where: Where, facets: bool) -> list[str]:
        assert self._searcher
        self._encoder.query = vector
        condition = Filter((Terms("keyword", (f"{where[0]} {where[1]}",)),)) if where else Filter()
        results = self._searcher.search(
            text,
            limit=LIMIT,
            where=condition,
            mode=cast(Mode, mode),
            facets=("category", "year") if facets else (),
        )
        return [hit.id.removeprefix("local:") for hit in results.hits]

    def add(self, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        self._close()
        self._ingest("more.jsonl", papers, vectors)
        self.open()

    def remove(self, ids: Sequence[str]) -> None:
        self._close()
        with Library.open(self._folder / "library") as library, library.writing():
            numbers = library.store.found(f"local:{one}" for one in ids)
            assert len(numbers) == len(ids)
            Sources(library.connection).remove(numbers)
            apply_pending(library, self._encoder)
        self.open()

    def _ingest(self, name: str, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        source = self._folder / name
        source.write_text("".join(json.dumps(paper) + "\n" for paper in papers), encoding="utf-8")
        self._encoder.know(papers, vectors)
        with Library.open_or_create(self._folder / "library") as library:
            ingest(library, [source], lambda *_: self._encoder)
        source.unlink()  # what the user has anyhow is no part of the index's size

    def _close(self) -> None:
        if self._searcher and self._library:
            self._searcher.close()
            self._library.close()


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


if __name__ == "__main__":
    serve(Litdex)
