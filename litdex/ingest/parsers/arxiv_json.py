"""JSON lines of arXiv's public metadata snapshot: one record a paper, TeX in every field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import find_date
from litdex.ingest.identifiers import normalise_arxiv, normalise_doi
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Author, Paper
from litdex.ingest.parsers.arxiv_authors import printed_authors
from litdex.ingest.parsers.records import json_objects, read_records
from litdex.ingest.parsers.tex_text import plain_tex

_WITHDRAWN = re.compile(
    r"\b(?:paper|article|submission|manuscript|preprint|work)\s+(?:has been|is|was)\s+(?:being\s+)?withdrawn\b"
    r"|\bwithdrawn\s+by\s+(?:the\s+)?(?:author|arxiv)",
    re.IGNORECASE,
)


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The papers of a snapshot, a line each."""
    return read_records(blob, json_objects(blob), read_record)


def read_record(record: dict[str, Any]) -> Paper:
    """The paper of one record. Raises `ValueError` where it has no number or title."""
    number = normalise_arxiv(_text(record, "id"))
    if number is None:
        raise ValueError(f"id: {_text(record, 'id')[:40]!r} is no arXiv number")
    title = plain_tex(_text(record, "title"))
    if not title:
        raise ValueError(f"{number[0]}: has no title")
    abstract = plain_tex(_text(record, "abstract"))
    doi = normalise_doi(_text(record, "doi"))
    versions = record.get("versions") or []
    return Paper(
        identifiers={"arxiv": number[0], **({"doi": doi} if doi else {})},
        version=len(versions) or number[1],
        title=title,
        abstract=abstract,
        authors=_authors(record),
        date=_first_date(versions) or find_date(_text(record, "update_date")),
        categories=tuple(_text(record, "categories").split()),
        venue=plain_tex(_text(record, "journal-ref")),
        license=_text(record, "license"),
        retracted=bool(_WITHDRAWN.search(abstract[:400]) or _WITHDRAWN.search(_text(record, "comments"))),
    )


def _text(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{name}: must be a string")
    return value


def _first_date(versions: Any) -> str:
    """The day on which the first version was submitted."""
    first = versions[0] if isinstance(versions, list) and versions else {}
    created = first.get("created") if isinstance(first, dict) else None
    return find_date(created) if isinstance(created, str) else ""


def _authors(record: dict[str, Any]) -> tuple[Author, ...]:
    """`authors_parsed` (lists of family name, given name, suffix), else the printed list."""
    parsed = record.get("authors_parsed")
    if isinstance(parsed, list) and parsed and all(_is_name(name) for name in parsed):
        authors = [_author(*(plain_tex(part) for part in [*name, "", "", ""][:3])) for name in parsed]
    else:
        return printed_authors(_text(record, "authors"))
    return tuple(author for author in authors if author.family)


def _is_name(name: Any) -> bool:
    return isinstance(name, list) and bool(name) and all(isinstance(part, str) for part in name)


def _author(family: str, given: str, suffix: str) -> Author:
    if not given:
        return parse_name(family)
    return Author(family=f"{family} {suffix}".strip(), given=given)
