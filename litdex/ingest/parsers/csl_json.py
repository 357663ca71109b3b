"""CSL-JSON (Zotero, Crossref, pandoc): metadata of papers, an item each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import find_date, iso_date
from litdex.ingest.identifiers import find_identifiers, normalise, normalise_arxiv, printed_arxiv
from litdex.ingest.kinds import has_isbn_of_its_own, kind_of
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Author, Paper
from litdex.ingest.parsers.records import json_objects, read_records
from litdex.ingest.parsers.ris import clean


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The papers of a CSL-JSON file: an array of items, one item, or an item a line."""
    return read_records(blob, json_objects(blob), _paper)


def _paper(item: dict[str, Any]) -> Paper:
    title = _text(item, "title")
    if not title:
        raise ValueError("has no title")
    identifiers = _identifiers(item)
    noted = find_identifiers(_text(item, "note"))
    authors, editors = _authors(item, "author"), _authors(item, "editor")
    return Paper(
        identifiers=identifiers,
        claims={scheme: value for scheme, value in noted.items() if identifiers.get(scheme) != value},
        kind=_kind(item),
        title=title,
        abstract=_text(item, "abstract"),
        authors=authors or editors,
        editors=editors,
        date=_date(item.get("issued")),
        keywords=_keywords(item),
        venue=_text(item, "container-title") or _text(item, "event-title"),
        volume=_text(item, "volume"),
        issue=_text(item, "issue"),
        pages=re.sub(r"\s*[-–—]+\s*", "-", _text(item, "page") or _text(item, "article-number")),
        publisher=_text(item, "publisher"),
        language=_text(item, "language"),
        license=_text(item, "license"),
    )


def _text(item: Mapping[str, Any], name: str) -> str:
    """A variable's text: a string, a number, or Crossref's list of which the first counts."""
    value = item.get(name)
    if isinstance(value, list) and value and isinstance(value[0], str):
        value = value[0]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return clean(value) if isinstance(value, str) else ""


def _authors(item: Mapping[str, Any], role: str) -> tuple[Author, ...]:
    people = item.get(role)
    if not isinstance(people, list):
        return ()
    return tuple(author for person in people if isinstance(person, dict) and (author := _author(person)).family)


def _author(person: Mapping[str, Any]) -> Author:
    """A name in its parts; `literal` (and Crossref's `name`) is an institution's, whole, unless it has initials."""
    parts = [_text(person, part) for part in ("dropping-particle", "non-dropping-particle", "family", "suffix")]
    family = " ".join(part for part in parts if part) if _text(person, "family") else ""
    orcid = re.search(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", _text(person, "ORCID"))
    if family:
        return Author(family=family, given=_text(person, "given"), orcid=orcid[0] if orcid else "")
    literal = _text(person, "literal") or _text(person, "name")
    named = parse_name(literal or _text(person, "given"))
    has_initials = re.search(r"(?:^|\s)[^\W\d_]\.", named.given) is not None
    return named if has_initials or not literal else Author(family=literal)


def _kind(item: Mapping[str, Any]) -> str:
    """The kind; CSL has one type for all theses, and says in `genre` which it is."""
    kind = kind_of(_text(item, "type"))
    return kind_of(_text(item, "genre")) if kind == "thesis" and "thesis" in kind_of(_text(item, "genre")) else kind


def _date(issued: Any) -> str:
    """ "date-parts" (the first of a range), else what `raw` or `literal` state."""
    if not isinstance(issued, dict):
        return find_date(issued) if isinstance(issued, str) else ""
    parts = issued.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list):
        date = iso_date(*(str(part) for part in [*parts[0], "", "", ""][:3]))
        if date:
            return date
    return find_date(_text(issued, "raw") or _text(issued, "literal"))


def _keywords(item: Mapping[str, Any]) -> tuple[str, ...]:
    """`keyword` is one string; Crossref's `subject` a list."""
    value = item.get("keyword") or item.get("subject") or ""
    words = re.split(r"\s*;\s*" if ";" in value else r"\s*,\s*", value) if isinstance(value, str) else value
    return tuple(dict.fromkeys(clean(word) for word in words if isinstance(word, str) and word.strip()))


def _identifiers(item: Mapping[str, Any]) -> dict[str, str]:
    found = {scheme: normalise(scheme, _text(item, scheme.upper())) for scheme in ("doi", "pmid", "pmcid")}
    if has_isbn_of_its_own(kind_of(_text(item, "type"))):
        found["isbn"] = re.sub(r"[^\dXx]", "", _text(item, "ISBN")).upper()
    places = [_text(item, name) for name in ("number", "archive_location", "archive-location", "volume", "page", "id")]
    arxiv = next((number for text in places if "arxiv" in text.lower() and (number := normalise_arxiv(text))), None)
    venue = " ".join(_text(item, name) for name in ("container-title", "archive", "publisher"))
    found["arxiv"] = arxiv[0] if arxiv else printed_arxiv(venue, *places)
    printed = find_identifiers(_text(item, "URL"))
    return {**printed, **{scheme: value for scheme, value in found.items() if value}}
