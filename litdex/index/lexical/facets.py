"""The most frequent values of a field among the papers that match, exactly, without looking at every value.

Tantivy counts each segment apart and tells each one's first values, so a sum may lack what a value has where it is not
among the first. Telling a value costs most, since its text has to be unpacked: 8 us of 10, measured. So few are asked
for, each that can be among the wanted is counted exactly by a query of its own (25 us), and only where a value that no
segment told could still be one of them, more are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tantivy
from tantivy import Occur, Query

COLUMNS = "facets"
"""The JSON field that holds a column for each keyword field."""
FEW_VALUES = ("category", "field")  # of these there are few in all: to tell them is cheap, to count one costs more
SPARE = 10  # values asked for beyond those wanted
MORE = 8  # times as many, where they do not suffice
MANY = 1000  # values told, after which all are asked for
EVERY = 10_000_000


def column(name: str) -> str:
    """The column of a keyword field: its name may have no dot of its own."""
    return name.replace(".", "/")


def most_frequent(
    searcher: tantivy.Searcher, schema: tantivy.Schema, matched: Query, name: str, limit: int
) -> list[tuple[str, int]]:
    """The `limit` most frequent values of a keyword field, or of "year", with their counts; ties by value."""
    if name == "year":
        found, _ = _told(searcher, matched, "year", EVERY)
        return _first({str(int(year)): count for year, count in found.items()}, limit)
    field = f"{COLUMNS}.{column(name)}"
    wanted = max(limit, MANY) if name in FEW_VALUES else limit + SPARE
    while True:
        found, unseen = _told(searcher, matched, field, wanted if wanted <= MANY else EVERY)
        first = _first(_exact(searcher, schema, matched, field, found, unseen, limit) if unseen else found, limit)
        if not unseen or (len(first) == limit and first[-1][1] > unseen):
            return first
        wanted *= MORE


def _told(searcher: tantivy.Searcher, matched: Query, field: str, each: int) -> tuple[dict[Any, int], int]:
    """Values with counts that may be too low, and the most that any value's count may be too low by, told or not."""
    terms = {"terms": {"field": field, "size": each, "segment_size": each}}
    found: Mapping[str, Any] = searcher.aggregate(matched, {"found": terms})["found"]
    counts = {bucket["key"]: int(bucket["doc_count"]) for bucket in found["buckets"]}
    cut = min(counts.values()) if len(counts) == each else 0  # a value may have been told by a segment, but not to us
    return counts, max(cut, int(found["doc_count_error_upper_bound"] or 0))


def _exact(
    searcher: tantivy.Searcher,
    schema: tantivy.Schema,
    matched: Query,
    field: str,
    found: Mapping[str, int],
    unseen: int,
    limit: int,
) -> dict[str, int]:
    """The true counts of the values that can be among the first `limit`."""
    floor = sorted(found.values(), reverse=True)[:limit][-1] if found else 0
    exact = {}
    for value in [value for value, count in found.items() if count + unseen >= floor]:
        one = Query.boolean_query(
            [(Occur.Must, matched), (Occur.Must, Query.term_query(schema, field, value, "basic"))]
        )
        exact[value] = int(getattr(searcher.search(one, 1, count=True), "count", 0))  # the stubs lack it
    return exact


def _first(counts: Mapping[str, int], limit: int) -> list[tuple[str, int]]:
    ordered: Sequence[tuple[str, int]] = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return list(ordered[:limit])
