"""Haystack's in-memory store: a pipeline of both retrievers and a joiner."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from benchmarks.peers import corpus
from benchmarks.peers.workers.serve import DEPTH, LIMIT, Paper, Where, id_of, metadata, serve


class Haystack:
    """A store that is written to a file, and read again whole."""

    modes = frozenset({"lexical", "dense", "hybrid"})
    facets = False

    def __init__(self, folder: Path) -> None:
        self._file = folder / "store.json"
        self._store: Any = None
        self._pipeline: Any = None

    def build(self, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        self.add(papers, vectors)
        self._store.save_to_disk(str(self._file))

    def open(self) -> None:
        self._store = InMemoryDocumentStore.load_from_disk(str(self._file))
        self._pipeline = Pipeline()
        self._pipeline.add_component("words", InMemoryBM25Retriever(self._store, top_k=DEPTH))
        self._pipeline.add_component("meaning", InMemoryEmbeddingRetriever(self._store, top_k=DEPTH))
        self._pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=LIMIT))
        self._pipeline.connect("words", "joiner")
        self._pipeline.connect("meaning", "joiner")

    def search(self, mode: str, text: str, vector: corpus.Vectors, where: Where, facets: bool) -> list[str]:
        condition: Any = {"field": f"meta.{where[0]}", "operator": "==", "value": where[1]} if where else None
        if mode == "lexical":
            found = InMemoryBM25Retriever(self._store, top_k=LIMIT).run(query=text, filters=condition)
        elif mode == "dense":
            retriever = InMemoryEmbeddingRetriever(self._store, top_k=LIMIT)
            found = retriever.run(query_embedding=vector.tolist(), filters=condition)
        else:
            asked = {
                "words": {"query": text, "filters": condition},
                "meaning": {"query_embedding": vector.tolist(), "filters": condition},
            }
            found = self._pipeline.run(asked)["joiner"]
        return [str(document.id) for document in found["documents"]]

    def add(self, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        self._store.write_documents(
            [
                Document(id=id_of(paper), content=corpus.text(paper), meta=metadata(paper), embedding=vector.tolist())
                for paper, vector in zip(papers, vectors, strict=True)
            ]
        )

    def remove(self, ids: Sequence[str]) -> None:
        self._store.delete_documents(list(ids))


if __name__ == "__main__":
    serve(Haystack)
