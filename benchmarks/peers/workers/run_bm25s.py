"""bm25s and an exact scan in numpy: what one writes in an afternoon. Whatever changes, the word index is made anew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer

from benchmarks.peers import corpus
from benchmarks.peers.workers.serve import DEPTH, LIMIT, Paper, Where, fused, id_of, metadata, serve

COLUMNS = ("tenth", "hundredth")


class Plain:
    """Files in a folder: the word index, an array of vectors, and what is shown."""

    modes = frozenset({"lexical", "dense", "hybrid"})
    facets = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stemmer = Stemmer.Stemmer("english")
        self._words: Any = None
        self._vectors = np.zeros((0, 0), np.float32)
        self._papers: list[dict[str, Any]] = []
        self._columns: dict[str, Any] = {}

    def build(self, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = [{"id": id_of(paper), "text": corpus.text(paper), **metadata(paper)} for paper in papers]
        np.save(self._folder / "vectors.npy", vectors)
        self._write(kept)

    def open(self) -> None:
        self._words = bm25s.BM25.load(str(self._folder / "words"), mmap=True)
        self._vectors = np.load(self._folder / "vectors.npy")
        self._papers = json.loads((self._folder / "papers.json").read_text())
        self._columns = {name: np.array([paper[name] for paper in self._papers]) for name in COLUMNS}

    def search(self, mode: str, text: str, vector: corpus.Vectors, where: Where, facets: bool) -> list[str]:
        mask = self._columns[where[0]] == where[1] if where else None
        depth = DEPTH if mode == "hybrid" else LIMIT
        legs = []
        if mode != "dense":
            tokens = bm25s.tokenize([text], stopwords="en", stemmer=self._stemmer, show_progress=False)
            found, scores = self._words.retrieve(
                tokens, k=min(depth, len(self._papers)), weight_mask=mask, show_progress=False, n_threads=0
            )
            legs.append([self._papers[at]["id"] for at, score in zip(found[0], scores[0], strict=True) if score > 0])
        if mode != "lexical":
            cosines = self._vectors @ vector
            if mask is not None:
                cosines[~mask] = -2
            best = np.argpartition(-cosines, depth)[:depth]
            legs.append([self._papers[at]["id"] for at in best[np.argsort(-cosines[best])] if cosines[at] > -2])
        return fused(*legs)

    def add(self, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        np.save(self._folder / "vectors.npy", np.concatenate([self._vectors, vectors]))
        self._write([*self._papers, *({"id": id_of(p), "text": corpus.text(p), **metadata(p)} for p in papers)])
        self.open()

    def remove(self, ids: Sequence[str]) -> None:
        gone = set(ids)
        kept = [at for at, paper in enumerate(self._papers) if paper["id"] not in gone]
        np.save(self._folder / "vectors.npy", self._vectors[kept])
        self._write([self._papers[at] for at in kept])
        self.open()

    def _write(self, papers: list[dict[str, Any]]) -> None:
        tokens = bm25s.tokenize(
            [paper["text"] for paper in papers], stopwords="en", stemmer=self._stemmer, show_progress=False
        )
        index = bm25s.BM25()
        index.index(tokens, show_progress=False)
        index.save(str(self._folder / "words"))
        (self._folder / "papers.json").write_text(json.dumps(papers))


if __name__ == "__main__":
    serve(Plain)
