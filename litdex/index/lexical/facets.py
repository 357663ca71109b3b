"""The most frequent values of a field among the papers that match, exactly, looking at few values where few suffice.

Tantivy counts each segment apart and tells each one's first values, so a sum may lack what a value has where it is not
among the first. To tell a value costs most, since its text has to be unpacked: about 8 us. So few are asked for, and
all only where one that was not told could still be among the wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tantivy
from tantivy import Occur, Query

COLUMNS = "facets"
"""The JSON field that holds a column for each keyword field."""
FEW_VALUES = ("category", "field")  # of these there are few in all: to tell them is cheap, to count one costs more
SPARE = 10  # values asked for beyond those wanted
TIED = 200  # values fetched beyond those wanted, since they may tie with the last of them
EVERY = 10_000_000


def column(name: str) -> str:
    """The column of a keyword field: its name may have no dot of its own."""
    return name.replace(".", "/")


def most_frequent(
    searcher: tantivy.Searcher, schema: tantivy.Schema, matched: Query, name: str, limit: int
) -> list[tuple[str, int]]:
    """The `limit` most frequent values of a keyword field, or of "year", with their counts; ties by value."""
    if name == "year":
        found = _all_told(searcher, matched, "year", limit)
        return _first({str(int(year)): count for year, count in found.items()}, limit)
    field = f"{COLUMNS}.{column(name)}"
    found, unseen = _told(searcher, matched, field, max(limit, 1000) if name in FEW_VALUES else limit + SPARE)
    if unseen and _first(found, limit)[-1][1] > unseen:
        floor = _first(found, limit)[-1][1]
        able = [value for value, count in found.items() if count + unseen >= floor]
        return _first({value: _count(searcher, schema, matched, field, value) for value in able}, limit)
    if unseen:
        found = _all_told(searcher, matched, field, limit)
    return _first(found, limit)


def _told(searcher: tantivy.Searcher, matched: Query, field: str, each: int) -> tuple[dict[Any, int], int]:
    """Some values with counts, and by how much they may be too low: as much as a value that was not told may have."""
    counts, error = _aggregated(searcher, matched, field, each, each)
    cut = min(counts.values()) if len(counts) == each else 0  # told by a segment, but left out of the sum's first
    return counts, cut + error


def _all_told(searcher: tantivy.Searcher, matched: Query, field: str, limit: int) -> dict[Any, int]:
    """The most frequent values with their counts: the first `limit`, and what ties with the last of them."""
    wanted = limit + TIED
    counts, _ = _aggregated(searcher, matched, field, wanted, EVERY)
    frequent = sorted(counts.values(), reverse=True)
    if len(frequent) == wanted and frequent[-1] == frequent[limit - 1]:
        counts, _ = _aggregated(searcher, matched, field, EVERY, EVERY)
    return counts


def _aggregated(
    searcher: tantivy.Searcher, matched: Query, field: str, size: int, each: int
) -> tuple[dict[Any, int], int]:
    """The first `size` values of the sum of what the segments tell, `each` of them, and the most that a count lacks."""
    terms = {"terms": {"field": field, "size": size, "segment_size": each}}
    found: Mapping[str, Any] = searcher.aggregate(matched, {"found": terms})["found"]
    counts = {bucket["key"]: int(bucket["doc_count"]) for bucket in found["buckets"]}
    return counts, int(found["doc_count_error_upper_bound"] or 0)


def _count(searcher: tantivy.Searcher, schema: tantivy.Schema, matched: Query, field: str, value: str) -> int:
    having = Query.term_query(schema, field, value, "basic")
    both = Query.boolean_query([(Occur.Must, matched), (Occur.Must, having)])
    return int(getattr(searcher.search(both, 1, count=True), "count", 0))  # the stubs lack `count`


def _first(counts: Mapping[str, int], limit: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]
