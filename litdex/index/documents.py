"""Papers as the engines are given them: one document a passage, with the paper's fields beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from litdex.index.engine import IndexedPassage
from litdex.index.filters import KIND, KINDS
from litdex.index.store import Card
from litdex.ingest.author_keys import author_keys
from litdex.ingest.identifiers import format_id
from litdex.ingest.paper import Author, Paper
from litdex.ingest.passages import Passage, title_beside


def documents(
    card: Card, passages: Sequence[tuple[int, Passage]], entities: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> list[IndexedPassage]:
    """One document for each (number, passage) of a paper; `entities` are the names of each entity field."""
    shared = {**keywords(card.paper), **entities}
    kinds = tuple(sorted({passage.kind for _, passage in passages} - {"text"}))
    if kinds:
        shared[KINDS] = kinds
    return [
        IndexedPassage(
            number=number,
            paper=card.number,
            title=title_beside(card.paper.title, passage),
            text=passage.text,
            section=passage.section,
            year=card.paper.year,
            keywords=shared if passage.kind == "text" else {**shared, KIND: (passage.kind,)},
        )
        for number, passage in passages
    ]


def keywords(paper: Paper) -> Mapping[str, tuple[str, ...]]:
    """The values that filters and facets work on, by field. Only fields with a value are there."""
    fields = {
        "id": tuple(format_id(scheme, value) for scheme, value in paper.identifiers.items()),
        "author": _authors(paper),
        "name": tuple(dict.fromkeys(short_name(author) for author in paper.authors)),
        "category": tuple(dict.fromkeys(name for category in paper.categories for name in with_parents(category))),
        "field": (paper.field,) if paper.field else (),
        "venue": (paper.venue,) if paper.venue else (),
        "keyword": paper.keywords,
    }
    return {name: values for name, values in fields.items() if values}


def with_parents(category: str) -> tuple[str, ...]:
    """A category and what it lies in, so that "cond-mat" finds "cond-mat.stat-mech"."""
    head = category.split(".")[0]
    return (category,) if head == category else (category, head)


def short_name(author: Author) -> str:
    """The one form under which an author is counted: "Hawking, S". Two people who share it are counted as one."""
    return f"{author.family}, {author.given[0].upper()}" if author.given else author.family


def _authors(paper: Paper) -> tuple[str, ...]:
    """Every form of every author's name; the first author's once more behind a "^"."""
    keys = [author_keys(author) for author in paper.authors]
    first = tuple(f"^{key}" for key in keys[0]) if keys else ()
    return tuple(dict.fromkeys(key for group in (*keys, first) for key in group))
