"""The collection in Qdrant: how it is made, a passage as a point of it, and conditions as its filters.

Vectors are compared by cosine. What is searched first is their int8 form, kept in memory; the best are compared again
in full precision, which is read from disk for those few. A graph (HNSW) is built by the server in the background as
soon as a segment is large enough; until then it compares with every vector. `keywords.<field>`, `year` and `paper` have
payload indexes: filters are applied while the graph is walked, so few matches cost no more than many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from qdrant_client import models as qdrant

from litdex.index.engine import KEYWORD_FIELDS, IndexedPassage, Vectors
from litdex.index.filters import Condition, Either, Filter, Papers, Terms, Years, is_negated

M, EF_CONSTRUCT, QUANTILE = 16, 128, 0.99
OVERSAMPLING = 2.0  # candidates compared again for one asked for
EF_SEARCH = 128  # of the graph; Qdrant takes the limit where that is more
SCHEMAS: Mapping[str, qdrant.PayloadSchemaType] = {
    "paper": qdrant.PayloadSchemaType.INTEGER,
    "year": qdrant.PayloadSchemaType.INTEGER,
}


def collection(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What a collection is made with. `settings` are the generation's: dimension, shards, hnsw_m and so on."""
    int8 = qdrant.ScalarQuantizationConfig(
        type=qdrant.ScalarType.INT8, quantile=float(settings.get("quantile", QUANTILE)), always_ram=True
    )
    return {
        "vectors_config": qdrant.VectorParams(
            size=int(settings["dimension"]), distance=qdrant.Distance.COSINE, on_disk=True
        ),
        "quantization_config": qdrant.ScalarQuantization(scalar=int8),
        "hnsw_config": qdrant.HnswConfigDiff(
            m=int(settings.get("hnsw_m", M)), ef_construct=int(settings.get("hnsw_ef_construct", EF_CONSTRUCT))
        ),
        "shard_number": int(settings.get("shards", 1)),
        "replication_factor": 1 + int(settings.get("replicas", 0)),
    }


def search_params() -> qdrant.SearchParams:
    """How a search goes about it."""
    rescored = qdrant.QuantizationSearchParams(rescore=True, oversampling=OVERSAMPLING)
    return qdrant.SearchParams(hnsw_ef=EF_SEARCH, quantization=rescored)


def payload_fields(documents: Iterable[IndexedPassage]) -> set[str]:
    """The payload fields that need an index before these passages can be filtered on all they have."""
    names = {name for document in documents for name in document.keywords}
    return {*SCHEMAS, *map(payload_field, {*KEYWORD_FIELDS, *names})}


def payload_schema(field: str) -> qdrant.PayloadSchemaType:
    """What kind of index a payload field has."""
    return SCHEMAS.get(field, qdrant.PayloadSchemaType.KEYWORD)


def payload_field(name: str) -> str:
    """Where the values of a keyword field are: `entity.Star` is the one key "entity.Star", not a key in another."""
    return f'keywords."{name}"' if "." in name else f"keywords.{name}"


def point(document: IndexedPassage, vector: Vectors) -> qdrant.PointStruct:
    """A passage as a point."""
    keywords = {name: [*map(_encodable, values)] for name, values in document.keywords.items()}
    payload: dict[str, Any] = {"paper": document.paper, "keywords": keywords}
    if document.year is not None:
        payload["year"] = document.year
    return qdrant.PointStruct(id=point_id(document), vector=vector.tolist(), payload=payload)


def point_id(document: IndexedPassage) -> str:
    """The passage's number with its paper's in front: a search then needs no payload."""
    return str(UUID(int=document.paper << 64 | document.number))


def numbers(point: Any) -> tuple[int, int]:
    """The passage's number and its paper's, out of a point's id."""
    whole = UUID(str(point)).int
    return whole & (1 << 64) - 1, whole >> 64


def of_papers(papers: Iterable[int], but: Iterable[str] = ()) -> qdrant.Filter:
    """The points of some papers, except those with the ids `but`."""
    ids: list[int | str | UUID] = [*but]
    return qdrant.Filter(
        must=[qdrant.FieldCondition(key="paper", match=qdrant.MatchAny(any=list(papers)))],
        must_not=[qdrant.HasIdCondition(has_id=ids)] if ids else None,
    )


def conditions(where: Filter) -> qdrant.Filter:
    """A filter as Qdrant's."""
    negated: list[qdrant.Condition] = [_condition(one) for one in where.conditions if is_negated(one)]
    others: list[qdrant.Condition] = [_condition(one) for one in where.conditions if not is_negated(one)]
    return qdrant.Filter(must=others or None, must_not=negated or None)


def _condition(condition: Condition) -> qdrant.Condition:
    """The condition itself; that it is negated is for the caller to heed."""
    if isinstance(condition, Terms):
        values = [*map(_encodable, condition.values)]
        return qdrant.FieldCondition(key=payload_field(condition.field), match=qdrant.MatchAny(any=values))
    if isinstance(condition, Papers):
        return qdrant.FieldCondition(key="paper", match=qdrant.MatchAny(any=list(condition.numbers)))
    if isinstance(condition, Either):
        if not condition.alternatives:  # Qdrant takes an empty list of alternatives for no condition at all
            return _NOTHING
        return qdrant.Filter(should=[conditions(one) for one in condition.alternatives])
    if condition == Years():
        return qdrant.Filter(must_not=[qdrant.IsEmptyCondition(is_empty=qdrant.PayloadField(key="year"))])
    return qdrant.FieldCondition(key="year", range=qdrant.Range(gte=condition.first, lte=condition.last))


_NOTHING = qdrant.FieldCondition(key="paper", match=qdrant.MatchAny(any=[-1]))


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
