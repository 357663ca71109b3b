"""The JSON that commands print and the server answers: field names are stable, and listed in `docs/datamodel.md`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from litdex.index.engine import Counts
from litdex.index.library import Library
from litdex.index.store import Card
from litdex.ingest.identifiers import format_id
from litdex.ingest.paper import Paper
from litdex.ingest.serialise import to_dict
from litdex.search.hit import Explanation, Hit, HitPassage, Results


def results_json(results: Results, facets: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """What `litdex search --json` prints; `facets` maps what each facet is called to its field."""
    return {
        "query": results.query,
        "hits": [hit_json(hit) for hit in results.hits],
        "ranking": {**asdict(results.ranking), "reranker": results.reranker},
        "missing": dict(results.missing),
        **({"pending": asdict(results.pending)} if results.pending else {}),
        "milliseconds": {name: round(value, 3) for name, value in results.milliseconds.items()},
        **(counts_json(results.facets, facets) if results.facets else {}),
    }


def counts_json(counts: Counts, facets: Mapping[str, str]) -> dict[str, Any]:
    """How many papers match, and under each facet its first values with their counts."""
    return {"papers": counts.papers, "facets": {name: counts.fields[field] for name, field in facets.items()}}


def hit_json(hit: Hit) -> dict[str, Any]:
    """One hit of a result list."""
    return {
        "id": hit.id,
        "score": hit.score,
        **metadata_json(hit.paper),
        "legs": {leg: asdict(standing) for leg, standing in hit.legs.items()},
        "passages": [passage_json(passage) for passage in hit.passages],
        **({"explanation": explanation_json(hit.explanation)} if hit.explanation else {}),
    }


def explanation_json(why: Explanation) -> dict[str, Any]:
    """Why a hit stands where it does."""
    return {
        "terms": {term: list(words) for term, words in why.terms.items()},
        "counted": {leg: [asdict(passage) for passage in passages] for leg, passages in why.counted.items()},
    }


def metadata_json(paper: Paper) -> dict[str, Any]:
    """A paper's metadata."""
    return {
        "title": paper.title,
        "authors": [author.name for author in paper.authors],
        "year": paper.year,
        "date": paper.date,
        "venue": paper.venue,
        "categories": list(paper.categories),
        "field": paper.field,
        "identifiers": {scheme: format_id(scheme, value) for scheme, value in sorted(paper.identifiers.items())},
        "retracted": paper.retracted,
    }


def passage_json(passage: HitPassage) -> dict[str, Any]:
    """A passage for which a paper was found. All offsets count characters of the paper's text."""
    return {
        "section": passage.section,
        "kind": passage.kind,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "snippet": {
            "text": passage.snippet.text,
            "start": passage.snippet.start,
            "end": passage.snippet.end,
            "marks": [list(mark) for mark in passage.snippet.marks],
            "by": passage.snippet.by,
        },
    }


def card_json(card: Card) -> dict[str, Any]:
    """A paper in a list."""
    return {"id": card.name, **metadata_json(card.paper)}


def paper_json(library: Library, number: int) -> dict[str, Any]:
    """One paper whole: its record, text, passages, entities and the files that told of it.

    A reference to a paper in the library has its id as `paper`.
    """
    store = library.store
    paper = store.paper(number)
    passages = [
        {"ordinal": p.ordinal, "section": p.section, "kind": p.kind, "start": p.start, "end": p.end, "text": p.text}
        for _, p in store.passages(number)
    ]
    record, here = to_dict(paper), library.citations.resolved(number)
    names = store.names([number, *here.values()])
    for place, cited in here.items():
        record["references"][place]["paper"] = names[cited]
    return {
        **record,
        "id": names[number],
        "text": paper.text,
        "passages": passages,
        "entities": [asdict(mention) for mention in library.entities.of(number)],
        "files": [{"path": origin.path, "format": origin.format} for origin in store.origins(number)],
    }
