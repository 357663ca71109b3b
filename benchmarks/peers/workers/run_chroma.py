"""Chroma in a folder. It filters by words, but does not rank by them on one machine: so there is one leg."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import chromadb

from benchmarks.peers import corpus
from benchmarks.peers.workers.serve import LIMIT, Paper, Where, id_of, metadata, serve


class Chroma:
    """A persistent client with one collection."""

    modes = frozenset({"dense"})
    facets = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._collection: Any = None

    def build(self, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        client = chromadb.PersistentClient(str(self._folder))
        self._collection = client.create_collection(
            "papers", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )
        most = min(client.get_max_batch_size(), 5000)
        for at in range(0, len(papers), most):
            self.add(papers[at : at + most], vectors[at : at + most])

    def open(self) -> None:
        client = chromadb.PersistentClient(str(self._folder))
        self._collection = client.get_collection("papers", embedding_function=None)

    def search(self, mode: str, text: str, vector: corpus.Vectors, where: Where, facets: bool) -> list[str]:
        condition: Any = {where[0]: where[1]} if where else None
        found = self._collection.query(
            query_embeddings=[vector], n_results=LIMIT, where=condition, include=["metadatas", "distances"]
        )
        return [str(one) for one in found["ids"][0]]

    def add(self, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        self._collection.add(
            ids=[id_of(paper) for paper in papers],
            embeddings=[*vectors],
            documents=[corpus.text(paper) for paper in papers],
            metadatas=[metadata(paper) for paper in papers],
        )

    def remove(self, ids: Sequence[str]) -> None:
        self._collection.delete(ids=list(ids))


if __name__ == "__main__":
    serve(Chroma)
