"""The most frequent values of a field among the papers that match, exactly, looking at few values where few suffice.

Tantivy counts each segment apart and tells each one's first values, so a sum may lack what a value has where it is not
among the first. To tell a value costs most, since its text has to be unpacked: about 8 us. So few are asked for, and
all only where one that was not told could still be among the wanted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tantivy
from tantivy import Occur, Query

from litdex.index.engine import Counts

COLUMNS = "facets"
"""The JSON field that holds a column for each keyword field."""
FEW_VALUES = ("category", "field")  # of these there are few in all: to tell them is cheap, to count one costs more
SPARE = 10  # values asked for beyond those wanted
TIED = 200  # values fetched beyond those wanted, since they may tie with the last of them
EVERY = 10_000_000


def column(name: str) -> str:
    """The column of a keyword field: its name may have no dot of its own."""
    return name.replace(".", "/")


def counted(
    searcher: tantivy.Searcher, schema: tantivy.Schema, matched: Query, by: Sequence[str], limit: int
) -> Counts:
    """How many heads match, and the `limit` most frequent values of each field of `by` among them; ties by value.

    One pass over the matches counts all fields; a field where that leaves a doubt is looked at again alone.
    """
    if not by:
        return Counts(int(getattr(searcher.search(matched, 1, count=True), "count", 0)), {})  # not in the stubs
    first = {name: _first_look(name, limit) for name in by}
    asked = {str(place): {"terms": first[name]} for place, name in enumerate(by)}
    found = searcher.aggregate(matched, {"papers": {"value_count": {"field": "number"}}, **asked})
    told = {name: _told(found[str(place)]) for place, name in enumerate(by)}
    fields = {name: _settled(searcher, schema, matched, first[name], *told[name], limit) for name in by}
    return Counts(int(found["papers"]["value"]), fields)


def _first_look(name: str, limit: int) -> dict[str, Any]:
    """What is asked of a field at first: `size` values of the sum of what the segments tell, `segment_size` each."""
    if name == "year":
        return {"field": "year", "size": limit + TIED, "segment_size": EVERY}
    each = max(limit, 1000) if name in FEW_VALUES else limit + SPARE
    return {"field": f"{COLUMNS}.{column(name)}", "size": each, "segment_size": each}


def _settled(
    searcher: tantivy.Searcher,
    schema: tantivy.Schema,
    matched: Query,
    looked: Mapping[str, Any],
    found: dict[str, int],
    error: int,
    limit: int,
) -> list[tuple[str, int]]:
    """The `limit` most frequent values, exactly, where a first look `found` some with counts too low by `error`."""
    cut = min(found.values()) if len(found) == looked["size"] else 0  # told by a segment, but not among the sum's first
    unseen = cut + error  # as many as a value that was not told may have
    if looked["segment_size"] == EVERY:
        tied = cut and cut == _first(found, limit)[-1][1]
        return _first(_all_told(searcher, matched, looked["field"], EVERY) if tied else found, limit)
    if unseen and _first(found, limit)[-1][1] > unseen:
        floor = _first(found, limit)[-1][1]
        able = [value for value, count in found.items() if count + unseen >= floor]
        return _first({value: _count(searcher, schema, matched, looked["field"], value) for value in able}, limit)
    if unseen:
        again = {**looked, "size": limit + TIED, "segment_size": EVERY}
        found, error = _told(searcher.aggregate(matched, {"again": {"terms": again}})["again"])
        return _settled(searcher, schema, matched, again, found, error, limit)
    return _first(found, limit)


def _told(answer: Mapping[str, Any]) -> tuple[dict[str, int], int]:
    """Values with counts, and by how much these may be too low. Years are told as numbers."""
    buckets = {_name(bucket["key"]): int(bucket["doc_count"]) for bucket in answer["buckets"]}
    return buckets, int(answer["doc_count_error_upper_bound"] or 0)


def _name(key: object) -> str:
    return key if isinstance(key, str) else str(int(key))  # type: ignore[call-overload]


def _all_told(searcher: tantivy.Searcher, matched: Query, field: str, size: int) -> dict[str, int]:
    """Every value with its count."""
    terms = {"terms": {"field": field, "size": size, "segment_size": EVERY}}
    return _told(searcher.aggregate(matched, {"all": terms})["all"])[0]


def _count(searcher: tantivy.Searcher, schema: tantivy.Schema, matched: Query, field: str, value: str) -> int:
    having = Query.term_query(schema, field, value, "basic")
    both = Query.boolean_query([(Occur.Must, matched), (Occur.Must, having)])
    return int(getattr(searcher.search(both, 1, count=True), "count", 0))  # the stubs lack `count`


def _first(counts: Mapping[str, int], limit: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]
