"""Several sources of one paper made into one record: each field from the better source.

What "better" means is told by `ORDERS`, one order of formats for each group of fields; a format that an order does not
name comes after all that it does. Within a format the higher arXiv version wins, then the longer record, then a hash:
the answer is the same in whatever order the sources are given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from litdex.ingest.identity import strong_ids
from litdex.ingest.names import family_key, given_key
from litdex.ingest.paper import Author, Paper
from litdex.ingest.serialise import to_json

Source = tuple[str, Paper]  # (name of the format, what it tells)

ORDERS: dict[str, tuple[tuple[str, ...], ...]] = {
    # title, abstract, authors, date, keywords, language, license, publisher, identifiers where two disagree
    "metadata": (
        ("litdex",),
        ("jats", "elsevier"),
        ("pubmed", "nbib"),
        ("oai", "arxiv"),
        ("csl",),
        ("wos", "ovid"),
        ("ris", "endnote", "endnotexml", "refworks"),
        ("marcxml",),
        ("bibtex",),
        ("csv",),
        ("s2orc",),
        ("tei",),
        ("latex",),
        ("markdown",),
        ("pdf",),
        ("text",),
    ),
    # venue, volume, issue, pages: together from one source. arXiv has them in one string, which is worse than fields
    "printed": (
        ("litdex",),
        ("jats", "elsevier"),
        ("pubmed", "nbib"),
        ("csl",),
        ("wos", "ovid"),
        ("ris", "endnote", "endnotexml", "refworks"),
        ("marcxml",),
        ("bibtex",),
        ("csv",),
        ("tei",),
        ("oai", "arxiv", "s2orc"),
    ),
    # sections (all from one source), captions, references
    "text": (("litdex",), ("jats", "elsevier"), ("latex",), ("tei", "s2orc"), ("markdown",), ("pdf",), ("text",)),
    "categories": (("oai", "arxiv"), ("litdex",)),
}


def merge(sources: Sequence[Source]) -> Paper:
    """One record out of all that the sources tell. One source alone comes back as it is.

    Raises `ValueError` where there is no source.
    """
    if not sources:
        raise ValueError("a paper has at least one source")
    if len(sources) == 1:
        return sources[0][1]
    ordered = _ordered(sources)
    best, printed, text = ordered["metadata"], ordered["printed"], ordered["text"]
    identifiers = _identifiers(best)
    journal = _first_with(printed, "venue")
    return Paper(
        identifiers=identifiers,
        claims=_claims(best, identifiers),
        version=max(paper.version for paper in best),
        kind=_kind(printed),
        title=_first(best, "title"),
        abstract=_first(best, "abstract"),
        authors=_authors(best),
        editors=_first(printed, "editors"),
        date=_date(best),
        categories=_first(ordered["categories"], "categories"),
        keywords=_first(best, "keywords"),
        venue=journal.venue,
        volume=journal.volume,
        issue=journal.issue,
        pages=journal.pages,
        publisher=_first(best, "publisher"),
        language=_first(best, "language"),
        license=_first(best, "license"),
        retracted=any(paper.retracted for paper in best),
        sections=next(filter(_has_body, text), _first_with(text, "sections")).sections,
        captions=_first(text, "captions"),
        references=next(filter(_has_structured_references, text), _first_with(text, "references")).references,
    )


def _ordered(sources: Sequence[Source]) -> dict[str, list[Paper]]:
    """For each group of fields the papers of the sources, the better first."""
    settled = sorted(sources, key=_weight)
    ordered = {}
    for group, order in ORDERS.items():
        rank = {form: i for i, forms in enumerate(order) for form in forms}
        ordered[group] = [paper for _, paper in sorted(settled, key=lambda source: rank.get(source[0], len(rank)))]
    return ordered


def _weight(source: Source) -> tuple[int, int, bytes, str]:
    data = to_json(source[1])
    return -source[1].version, -len(data), hashlib.blake2b(data).digest(), source[0]


def _first_with(papers: Sequence[Paper], name: str) -> Paper:
    return next((paper for paper in papers if getattr(paper, name)), papers[0])


def _first(papers: Sequence[Paper], name: str) -> Any:
    """The first value that is not empty, else the empty one."""
    return getattr(_first_with(papers, name), name)


def _has_body(paper: Paper) -> bool:
    return any(section.kind == "body" and section.text for section in paper.sections)


def _has_structured_references(paper: Paper) -> bool:
    return any(reference.title or reference.identifiers or reference.authors for reference in paper.references)


def _identifiers(papers: Sequence[Paper]) -> dict[str, str]:
    """The identifiers of all, the better source's where two disagree.

    A DOI that arXiv gave out stays only where no publisher gave another; its arXiv number is kept besides.
    """
    united = _united([{**paper.identifiers, **strong_ids(paper)} for paper in papers])
    published = _united([strong_ids(paper) for paper in papers]).get("doi")
    return {**united, "doi": published} if published else united


def _claims(papers: Sequence[Paper], identifiers: Mapping[str, str]) -> dict[str, str]:
    """The claims of all, without those that became identifiers."""
    claims = _united([paper.claims for paper in papers])
    return {scheme: value for scheme, value in claims.items() if identifiers.get(scheme) != value}


def _united(mappings: Sequence[Mapping[str, str]]) -> dict[str, str]:
    united: dict[str, str] = {}
    for scheme, value in chain.from_iterable(mapping.items() for mapping in mappings):
        united.setdefault(scheme, value)
    return dict(sorted(united.items()))


def _kind(papers: Sequence[Paper]) -> str:
    """The kind that the best source tells; "misc" tells nothing."""
    kinds = [paper.kind for paper in papers if paper.kind]
    return next((kind for kind in kinds if kind != "misc"), "misc" if kinds else "")


def _date(papers: Sequence[Paper]) -> str:
    """The best source's date, or the most precise one of the same day, month or year."""
    date: str = _first(papers, "date")
    finer = [paper.date for paper in papers if date and paper.date.startswith(f"{date}-")]
    return max(finer, key=len, default=date)  # the first of the longest: the better source's


def _authors(papers: Sequence[Paper]) -> tuple[Author, ...]:
    """The best source's list, its initials spelled out where another source lists the same people."""
    authors: tuple[Author, ...] = _first(papers, "authors")
    same = [paper.authors for paper in papers if _same_people(authors, paper.authors)]
    return tuple(_fullest(persons) for persons in zip(*same, strict=True))


def _same_people(first: Sequence[Author], second: Sequence[Author]) -> bool:
    return len(first) == len(second) and all(map(_same_person, first, second))


def _same_person(first: Author, second: Author) -> bool:
    """Equal family names, and initials of which one's are the beginning of the other's."""
    a, b = ([word[0] for word in given_key(author)] for author in (first, second))
    return family_key(first) == family_key(second) and all(x == y for x, y in zip(a, b, strict=False))


def _fullest(persons: Sequence[Author]) -> Author:
    """The first person, with the given name of whoever spells out more of it."""
    given = max(persons, key=_spelled_out).given
    return replace(persons[0], given=given, orcid=next((person.orcid for person in persons if person.orcid), ""))


def _spelled_out(author: Author) -> tuple[int, int]:
    words = given_key(author)
    return sum(len(word) > 1 for word in words), len(words)
