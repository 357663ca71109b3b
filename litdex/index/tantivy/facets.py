"""The most frequent values of a field among the papers that match, exactly, looking at few values where few suffice.

Tantivy counts each segment apart and tells each one's first values, so a sum may lack what a value has where it is not
among the first. To tell a value costs most, since its text has to be unpacked: about 8 us. So few are asked for, and
all only where one that was not told could still be among the wanted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tantivy
from tantivy import Query

from litdex.index.engine import Counts

COLUMNS = "facets"
"""The JSON field that holds a column for each keyword field."""
FEW_VALUES = ("category", "field")  # of these there are few in all: to tell them all is cheap
SPARE = 10  # values asked for beyond those wanted
TIED = 200  # values fetched beyond those wanted, since they may tie with the last of them
EVERY = 10_000_000


def column(name: str) -> str:
    """The column of a keyword field: its name may have no dot of its own."""
    return name.replace(".", "/")


def counted(searcher: tantivy.Searcher, matched: Query, by: Mapping[str, int], values: str = "") -> Counts:
    """How many papers match, and of keyword fields, or "year", the most frequent values, as many of each as `by` says.

    Ties by value. Of the values of keyword fields only those are told that the pattern `values` holds for, if any.
    """
    counter = _Counter(searcher, matched, values)
    papers, told = counter.told({name: _few(name, limit) for name, limit in by.items()})
    unsure = {name: limit for name, limit in by.items() if _is_unsure(*told[name], limit)}
    found = {name: _settled(counter, name, *told[name], by[name]) for name in by if name not in unsure}
    found |= counter.all(unsure)
    return Counts(papers, {name: _first(found[name], limit) for name, limit in by.items()})


def by_year(searcher: tantivy.Searcher, matched: Query) -> dict[int, int]:
    """How many of the papers are of each year."""
    return {int(year): count for year, count in counted(searcher, matched, {"year": EVERY}).fields["year"]}


def _few(name: str, limit: int) -> int:
    """How many values of a field are asked for at first."""
    if name == "year":
        return EVERY
    return max(limit, 1000) if name in FEW_VALUES else limit + SPARE


def _is_unsure(found: dict[str, int], unseen: int, limit: int) -> bool:
    """Whether a value that was not told may be among the first, when counts are `unseen` too low at most."""
    return bool(unseen) and not (found and _first(found, limit)[-1][1] > unseen)


def _settled(counter: _Counter, name: str, found: dict[str, int], unseen: int, limit: int) -> dict[str, int]:
    """Values with counts, the first `limit` of them right."""
    if not unseen:
        return found
    floor = _first(found, limit)[-1][1]
    return counter.of(name, [value for value, count in found.items() if count + unseen >= floor])


class _Counter:
    """Counts values among the papers that match."""

    def __init__(self, searcher: tantivy.Searcher, matched: Query, values: str = "") -> None:
        self._searcher, self._matched, self._values = searcher, matched, values

    def told(self, asked: Mapping[str, int]) -> tuple[int, dict[str, tuple[dict[str, int], int]]]:
        """How many papers match; and of each field some values, as many as are asked for, with counts, and by how much
        they may be too low: as much as a value that was not told may have.
        """
        papers, answer = self._aggregated({name: (each, each) for name, each in asked.items()})
        found = {}
        for name, (counts, error) in answer.items():
            cut = min(counts.values()) if len(counts) == asked[name] else 0  # a segment told it, the sum leaves it out
            found[name] = counts, cut + error
        return papers, found

    def all(self, limits: Mapping[str, int]) -> dict[str, dict[str, int]]:
        """The most frequent values of fields with their counts: the first ones, and what ties with the last of them."""
        if not limits:
            return {}
        _, answer = self._aggregated({name: (limit + TIED, EVERY) for name, limit in limits.items()})
        found = {name: counts for name, (counts, _) in answer.items()}
        for name, limit in limits.items():
            frequent = sorted(found[name].values(), reverse=True)
            if len(frequent) == limit + TIED and frequent[-1] == frequent[limit - 1]:
                found[name] = self._aggregated({name: (EVERY, EVERY)})[1][name][0]
        return found

    def of(self, name: str, values: Sequence[str]) -> dict[str, int]:
        """The counts of some values."""
        each = len(values)
        return self._aggregated({name: (each, each)}, values)[1][name][0]

    def _aggregated(
        self, asked: Mapping[str, tuple[int, int]], only: Sequence[str] = ()
    ) -> tuple[int, dict[str, tuple[dict[str, int], int]]]:
        """How many papers match; and of each field the first values of the sum of what the segments tell, so and so
        many of them of so many each, and the most that a count lacks. All in one pass. `only` are values to be told.
        """
        wanted = {str(place): self._terms(name, *asked[name], only or self._values) for place, name in enumerate(asked)}
        answer = self._searcher.aggregate(self._matched, {"papers": {"value_count": {"field": "number"}}, **wanted})
        return int(answer["papers"]["value"]), {
            name: _read(answer[str(place)], name) for place, name in enumerate(asked)
        }

    def _terms(self, name: str, size: int, each: int, only: str | Sequence[str]) -> dict[str, Any]:
        include = {"include": only} if only and name != "year" else {}
        return {"terms": {"field": _field(name), "size": size, "segment_size": each, **include}}


def _field(name: str) -> str:
    return "year" if name == "year" else f"{COLUMNS}.{column(name)}"


def _read(found: Mapping[str, Any], name: str) -> tuple[dict[str, int], int]:
    counts = {
        str(int(bucket["key"]) if name == "year" else bucket["key"]): int(bucket["doc_count"])
        for bucket in found["buckets"]
    }
    return counts, int(found["doc_count_error_upper_bound"] or 0)


def _first(counts: Mapping[str, int], limit: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]
