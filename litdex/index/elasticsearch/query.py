"""Questions in Elasticsearch's query language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from litdex.index.filters import Condition, Either, Filter, Papers, Terms, Years, is_negated
from litdex.index.lexical.analysis import encodable

TITLE_BOOST = 0.3
"""As in the embedded engine, where it was chosen."""
YEARS = range(-(2**31), 2**31)  # what an integer field can be asked for

Query = dict[str, Any]


def ranked(terms: Iterable[str], where: Filter) -> Query:
    """Passages with one of the index terms, scored by BM25: what the title holds counts once more, a little."""
    should: list[Query] = []
    for term in terms:
        should.append({"term": {"joined": term}})
        should.append({"term": {"title": {"value": term, "boost": TITLE_BOOST}}})
    return {"bool": {"should": should, "minimum_should_match": 1, **clauses(where)}}


def heads(where: Filter = Filter(), also: Sequence[Query] = ()) -> Query:
    """One passage of each paper that satisfies `where`, and the queries of `also`."""
    inside = clauses(where)
    return {"bool": {**inside, "filter": [{"term": {"head": True}}, *also, *inside["filter"]]}}


def any_word(field: str, terms: Sequence[str]) -> Query:
    """What has one of the index terms."""
    return {"terms": {field: list(terms)}}


def clauses(where: Filter) -> dict[str, list[Query]]:
    """A filter as clauses of a `bool` query. None adds to a score."""
    return {
        "filter": [_condition(one) for one in where.conditions if not is_negated(one)],
        "must_not": [_condition(one) for one in where.conditions if is_negated(one)],
    }


def _condition(condition: Condition) -> Query:
    """The condition itself; that it is negated is for the caller to heed."""
    if isinstance(condition, Terms):
        return {"terms": {f"keywords.{condition.field}": [*map(encodable, condition.values)]}}
    if isinstance(condition, Papers):
        return {"terms": {"paper": list(condition.numbers)}}
    if isinstance(condition, Either):
        alternatives = [{"bool": clauses(one)} for one in condition.alternatives]
        return {"bool": {"should": alternatives, "minimum_should_match": 1}} if alternatives else {"match_none": {}}
    return {"range": {"year": ends}} if (ends := _ends(condition)) else {"exists": {"field": "year"}}


def _ends(years: Years) -> dict[str, int]:
    named = {"gte": years.first, "lte": years.last}
    return {end: min(max(year, YEARS[0]), YEARS[-1]) for end, year in named.items() if year is not None}
