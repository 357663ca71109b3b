"""LanceDB in a folder: a vector index, a full-text index, bitmaps for what is filtered on, RRF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lancedb
import pyarrow as pa
from lancedb.index import FTS, Bitmap, IvfPq

from benchmarks.peers import corpus
from benchmarks.peers.workers.serve import LIMIT, Paper, Where, id_of, metadata, serve

BATCH = 10_000
REFINE = 10  # candidates of which the true distance is taken, for one asked for


class Lance:
    """One table."""

    modes = frozenset({"lexical", "dense", "hybrid"})
    facets = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._table: Any = None

    def build(self, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        database = lancedb.connect(str(self._folder))
        self._table = database.create_table("papers", _rows(papers[:BATCH], vectors[:BATCH]))
        for at in range(BATCH, len(papers), BATCH):
            self._table.add(_rows(papers[at : at + BATCH], vectors[at : at + BATCH]))
        self._table.create_index("vector", config=IvfPq(distance_type="cosine"))
        self._table.create_index("text", config=FTS())
        for column in ("tenth", "hundredth"):
            self._table.create_index(column, config=Bitmap())
        self._table.optimize()

    def open(self) -> None:
        self._table = lancedb.connect(str(self._folder)).open_table("papers")

    def search(self, mode: str, text: str, vector: corpus.Vectors, where: Where, facets: bool) -> list[str]:
        if mode == "hybrid":
            query = self._table.search(query_type="hybrid").vector(vector.tolist()).text(text)
        elif mode == "dense":
            query = self._table.search(vector.tolist(), query_type="vector", vector_column_name="vector")
        else:
            query = self._table.search(text, query_type="fts")
        if mode != "lexical":
            query = query.refine_factor(REFINE)
        if mode == "dense":
            query = query.distance_type("cosine")
        if where:
            query = query.where(f"{where[0]} = {where[1]}", prefilter=True)
        scores = {"dense": ["_distance"], "lexical": ["_score"]}.get(mode, [])
        found = query.select(["id", "title", *scores]).limit(LIMIT).to_arrow()
        return [str(one) for one in found["id"].to_pylist()]

    def add(self, papers: Sequence[Paper], vectors: corpus.Vectors) -> None:
        self._table.add(_rows(papers, vectors))

    def remove(self, ids: Sequence[str]) -> None:
        self._table.delete("id IN ({})".format(", ".join(f"'{one}'" for one in ids)))


def _rows(papers: Sequence[Paper], vectors: corpus.Vectors) -> Any:
    kept = [{"id": id_of(paper), "text": corpus.text(paper), **metadata(paper)} for paper in papers]
    table = pa.Table.from_pylist(kept)
    flat = pa.array(vectors.reshape(-1), pa.float32())
    return table.append_column("vector", pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1]))


if __name__ == "__main__":
    serve(Lance)
