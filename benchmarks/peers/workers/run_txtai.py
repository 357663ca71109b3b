"""txtai: an embeddings database with `hybrid` and `content`, given vectors by a function, filtered by SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from txtai import Embeddings

from benchmarks.peers import corpus
from benchmarks.peers.workers.serve import LIMIT, Paper, Where, id_of, metadata, serve

WEIGHTS = {"lexical": 0.0, "hybrid": 0.5, "dense": 1.0}  # of meaning
COUNTED = 1000  # candidates of which values are counted: SQL sees no more than these


class Txtai:
    """One index; the vectors of texts are looked up, that of a query is set before it is asked."""

    modes = frozenset({"lexical", "dense", "hybrid"})
    facets = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, corpus.Vectors] = {}
        self._query = np.zeros(384, np.float32)
        self._embeddings: Any = None

    def build(self, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._embeddings = Embeddings(self._config())
        self._known = {corpus.text(paper): vector for paper, vector in zip(papers, vectors, strict=True)}
        self._embeddings.index(_rows(papers))
        self._embeddings.save(str(self._folder / "index"))

    def open(self) -> None:
        self._embeddings = Embeddings()
        self._embeddings.load(str(self._folder / "index"), config={"transform": self._transform()})

    def search(self, mode: str, text: str, vector: corpus.Vectors, where: Where, facets: bool) -> list[str]:
        self._query = vector
        condition = f" AND {where[0]} = {where[1]}" if where else ""
        parameters = {"text": text, "weights": WEIGHTS[mode]}
        if facets:
            for column in ("category", "year"):
                self._embeddings.search(
                    f"SELECT {column}, count(*) c FROM txtai WHERE similar(:text, {COUNTED}, :weights){condition}"
                    f" GROUP BY {column} ORDER BY c DESC",
                    LIMIT,
                    parameters=parameters,
                )
        candidates = COUNTED if where else 100
        found = self._embeddings.search(
            f"SELECT id, title, score FROM txtai WHERE similar(:text, {candidates}, :weights){condition}",
            LIMIT,
            parameters=parameters,
        )
        return [str(one["id"]) for one in found]

    def add(self, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        self._known = {corpus.text(paper): vector for paper, vector in zip(papers, vectors, strict=True)}
        self._embeddings.upsert(_rows(papers))
        self._known = {}

    def remove(self, ids: Sequence[str]) -> None:
        self._embeddings.delete(list(ids))

    def _config(self) -> dict[str, Any]:
        return {"method": "external", "transform": self._transform(), "hybrid": True, "content": True}

    def _transform(self) -> Callable[[Sequence[str]], corpus.Vectors]:
        """Not a method itself: txtai calls what is no plain function without its texts."""

        def transform(texts: Sequence[str]) -> corpus.Vectors:
            return np.array([self._known.get(text, self._query) for text in texts], np.float32)

        return transform


def _rows(papers: Sequence[Paper]) -> list[tuple[str, dict[str, Any], None]]:
    return [(id_of(paper), {"text": corpus.text(paper), **metadata(paper)}, None) for paper in papers]


if __name__ == "__main__":
    serve(Txtai)
