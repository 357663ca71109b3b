"""The vector engine on a Qdrant server, over REST or gRPC: a collection for each generation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from qdrant_client import QdrantClient
from qdrant_client import models as qdrant
from qdrant_client.http.exceptions import UnexpectedResponse

from litdex.errors import SystemFault
from litdex.index.engine import IndexedPassage, Scored, Vectors
from litdex.index.filters import Filter
from litdex.index.means import mean_directions
from litdex.index.outbox import Generation
from litdex.index.qdrant.client import WRITE_SECONDS, connect, faults, insist, release
from litdex.index.qdrant.collection import (
    collection,
    conditions,
    numbers,
    of_papers,
    payload_fields,
    payload_schema,
    point,
    point_id,
    search_params,
)
from litdex.index.settings import Address, connection, parse
from litdex.index.ties import exact_top

BATCH = 256  # points in a request: 0.5 MB at 384 numbers
PAGE = 10_000  # points read at a time where all are wanted
OWNER = "library"


class QdrantIndex:
    """A `VectorIndex` on a server. Any number may read and write; one paper is for one writer at a time."""

    def __init__(self, client: QdrantClient, address: Address, name: str, dimension: int) -> None:
        """Use `Qdrant.open`, which makes the collection where it is not there. Sends nothing yet."""
        self._client = client
        self._address = address
        self._name = name
        self._dimension = dimension
        self._indexed: set[str] = set()

    def count(self) -> int:
        with faults(self._address):
            return int(self._client.count(self._name, exact=True).count)

    def papers(self) -> set[int]:
        return {*self.passages().values()}

    def passages(self) -> dict[int, int]:
        with faults(self._address):
            return dict(numbers(record.id) for record in self._scroll(None, with_vectors=False))

    def close(self) -> None:
        """Close the connections; nothing else is held."""
        release(self._address, self._client)

    def replace(self, papers: Collection[int], documents: Collection[IndexedPassage], vectors: Vectors) -> None:
        """As the interface says. Raises `ValueError` for vectors of the wrong shape, or with a number that is none.

        What is new is written before what is old is deleted: a search in between misses nothing.
        """
        if vectors.shape != (len(documents), self._dimension) or not np.isfinite(vectors).all():
            raise ValueError(
                f"vectors of shape {vectors.shape} for {len(documents)} x {self._dimension} finite numbers"
            )
        concerned = sorted({*papers, *(document.paper for document in documents)})
        if not concerned:
            return
        with faults(self._address):
            self._index_payload(payload_fields(documents))
            points = list(zip(documents, vectors, strict=True))
            for start in range(0, len(points), BATCH):
                self._upsert([point(document, vector) for document, vector in points[start : start + BATCH]])
            old = qdrant.FilterSelector(filter=of_papers(concerned, but=map(point_id, documents)))
            insist(lambda: self._client.delete(self._name, old, wait=True))

    def search(self, vector: Vectors, *, limit: int, where: Filter = Filter()) -> list[Scored]:
        if vector.shape != (self._dimension,):
            raise ValueError(f"a query vector of shape {vector.shape} for dimension {self._dimension}")
        nearest = vector.tolist()

        def fetch(wanted: int) -> list[Scored]:
            answer = self._client.query_points(
                self._name,
                query=nearest,
                query_filter=conditions(where) if where else None,
                limit=wanted,
                search_params=search_params(),
                with_payload=False,
            )
            return [Scored(*numbers(hit.id), hit.score) for hit in answer.points]

        with faults(self._address):
            return exact_top(fetch, limit)

    def stored(self, paper: int) -> Vectors:
        with faults(self._address):
            found = [record.vector for record in self._scroll(of_papers([paper]), with_vectors=True)]
        return np.asarray(found, np.float32).reshape(len(found), self._dimension)

    def held(self, papers: Collection[int]) -> dict[int, Vectors]:
        if not papers:
            return {}
        with faults(self._address):
            records = self._scroll(of_papers(sorted(papers)), with_vectors=True)
        return {numbers(one.id)[0]: np.asarray(one.vector, np.float32) for one in records}

    def means(self, papers: Collection[int]) -> dict[int, Vectors]:
        if not papers:
            return {}
        with faults(self._address):
            records = self._scroll(of_papers(sorted(papers)), with_vectors=True)
        return mean_directions((numbers(one.id)[1], np.asarray(one.vector, np.float32)) for one in records)

    def wanted(self) -> bool:
        """Never: a server's readers and writers are not in each other's way."""
        return False

    def optimise(self) -> bool:
        """Nothing: the server does it by itself, in the background."""
        return False

    def _upsert(self, points: list[qdrant.PointStruct]) -> None:
        insist(lambda: self._client.upsert(self._name, points, wait=True))

    def _index_payload(self, fields: set[str]) -> None:
        """Have an index on each of the payload fields, before there is anything in them."""
        if not fields <= self._indexed:
            self._indexed |= set(self._client.get_collection(self._name).payload_schema)
        for field in sorted(fields - self._indexed):
            make = partial(self._client.create_payload_index, self._name, field, payload_schema(field), wait=True)
            insist(make)
            self._indexed.add(field)

    def _scroll(self, where: qdrant.Filter | None, *, with_vectors: bool) -> list[qdrant.Record]:
        found: list[qdrant.Record] = []
        at: Any = None
        while True:
            page, at = self._client.scroll(
                self._name, where, limit=PAGE, offset=at, with_payload=False, with_vectors=with_vectors
            )
            found.extend(page)
            if at is None:
                return found


class Qdrant:
    """The backend: a collection called `NAME-gN` for a generation, and the alias NAME for the one that is in use."""

    def open(self, generation: Generation, folder: Path, writable: bool) -> QdrantIndex:
        """Open it. Raises SystemFault where another library uses the name, or for writing, the server is gone."""
        address, name, client = _place(generation, writable)
        if writable:
            with faults(address):
                made = insist(lambda: _make(client, name, generation.settings))
                _check_owner(client, address, name, generation)
            if made and generation.state == "active":
                self.publish(generation)
        return QdrantIndex(client, address, name, int(generation.settings["dimension"]))

    def publish(self, generation: Generation) -> None:
        """Let the alias mean this generation's collection, and no other one, in one step."""
        address, name, client = _place(generation, True)
        create = qdrant.CreateAlias(collection_name=name, alias_name=address.name)
        actions: list[Any] = [qdrant.CreateAliasOperation(create_alias=create)]
        with faults(address):
            known = {one.alias_name for one in client.get_aliases().aliases}
            if address.name in known:
                old = qdrant.DeleteAlias(alias_name=address.name)
                actions.insert(0, qdrant.DeleteAliasOperation(delete_alias=old))
            insist(lambda: client.update_collection_aliases(actions))
        release(address, client)

    def drop(self, generation: Generation, folder: Path) -> None:
        """Delete the collection. Raises SystemFault where it is another library's."""
        address, name, client = _place(generation, True)
        with faults(address):
            if client.collection_exists(name):
                _check_owner(client, address, name, generation)
                client.delete_collection(name)
        release(address, client)


def _place(generation: Generation, writable: bool) -> tuple[Address, str, QdrantClient]:
    address = parse(str(generation.settings["url"]), "vectors")
    client = connect(address, connection(address.engine), writable=writable)
    return address, f"{address.name}-g{generation.id}", client


def _make(client: QdrantClient, name: str, settings: Mapping[str, Any]) -> bool:
    """Make the collection; False where it was there."""
    if client.collection_exists(name):
        return False
    try:
        owner = {OWNER: settings.get("library", "")}
        return bool(client.create_collection(name, **collection(settings), metadata=owner, timeout=WRITE_SECONDS))
    except UnexpectedResponse:
        if not client.collection_exists(name):  # else another writer was faster
            raise
        return False


def _check_owner(client: QdrantClient, address: Address, name: str, generation: Generation) -> None:
    """Servers before 1.16 keep no such note: there the name alone must do."""
    note = client.get_collection(name).config.metadata or {}
    if note.get(OWNER, "") not in ("", generation.settings.get("library", "")):
        raise SystemFault(f"{address.url}: another library keeps its collection {name} there: take another name")
