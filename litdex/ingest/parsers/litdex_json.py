"""JSON records: our own form of `Paper`, the simple form of corpora, and BEIR's.

- own: what `litdex export --format jsonl` writes (`litdex.ingest.serialise`);
- simple: {"id", "title", "abstract", "authors": ["…"], "categories": ["…"], "date", …}; `id` is an identifier where it
  looks like one (arXiv, DOI, PMCID), else the corpus's own ("local");
- BEIR: {"_id", "title", "text"}; `_id` is always the corpus's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import find_date
from litdex.ingest.identifiers import normalise, parse_id
from litdex.ingest.identity import ID_ORDER
from litdex.ingest.names import parse_name, split_names
from litdex.ingest.paper import Author, Paper
from litdex.ingest.parsers.records import json_objects, read_records
from litdex.ingest.parsers.tex_text import plain_tex
from litdex.ingest.serialise import from_dict

_OWN_FIELDS = ("litdex", "identifiers", "sections")  # any of these tells our own form from the simple one
_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The papers of a JSON file, a line or an array member each."""
    return read_records(blob, json_objects(blob), _paper)


def _paper(record: dict[str, Any]) -> Paper:
    if any(name in record for name in _OWN_FIELDS):
        return _own(record)
    return _beir(record) if "_id" in record else _simple(record)


def _own(record: dict[str, Any]) -> Paper:
    paper = from_dict(record)
    paper = replace(
        paper, identifiers=_normalised(paper.identifiers), claims=_normalised(paper.claims), date=_date(paper.date)
    )
    return _required(paper)


def _normalised(identifiers: Any) -> dict[str, str]:
    pairs = ((scheme.lower(), normalise(scheme, value)) for scheme, value in identifiers.items())
    return {scheme: value for scheme, value in pairs if value}


def _beir(record: dict[str, Any]) -> Paper:
    return _required(
        Paper(
            identifiers={"local": _text(record, "_id")},
            title=" ".join(_text(record, "title").split()),
            abstract=_text(record, "text").strip(),
        )
    )


def _simple(record: dict[str, Any]) -> Paper:
    identifiers = _identifiers(record)
    return _required(
        Paper(
            identifiers=identifiers,
            title=plain_tex(_text(record, "title")),
            abstract=plain_tex(_text(record, "abstract") or _text(record, "text")),
            authors=_authors(record),
            date=_date(_text(record, "date") or _text(record, "year")),
            categories=_words(record, "categories"),
            keywords=_words(record, "keywords"),
            venue=_text(record, "venue") or _text(record, "journal"),
        )
    )


def _required(paper: Paper) -> Paper:
    if not paper.text:
        raise ValueError("has neither title nor text")
    return paper


def _text(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise ValueError(f"{name}: must be a string")


def _words(record: dict[str, Any], name: str) -> tuple[str, ...]:
    """A list of strings, or one string of words (as arXiv writes categories)."""
    value = record.get(name) or ()
    values = re.split(r"[;,]\s*" if re.search(r"[;,]", value) else r"\s+", value) if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(word, str) for word in values):
        raise ValueError(f"{name}: must be a list of strings")
    return tuple(word.strip() for word in values if word.strip())


def _identifiers(record: dict[str, Any]) -> dict[str, str]:
    given = {scheme: _text(record, scheme) for scheme in ID_ORDER if scheme in record}
    found = _normalised(given)
    own = _text(record, "id").strip()
    known = parse_id(own)
    if known and known[0] in ID_ORDER:
        found.setdefault(*known)
    elif own and not (known and known[0] == "litdex"):
        found["local"] = own
    return found


def _authors(record: dict[str, Any]) -> tuple[Author, ...]:
    value = record.get("authors") or ()
    names = split_names(plain_tex(value)) if isinstance(value, str) else value
    if not isinstance(names, list | tuple):
        raise ValueError("authors: must be a list")
    return tuple(author for author in map(_author, names) if author.family)


def _author(value: Any) -> Author:
    if isinstance(value, dict):
        value = value.get("name") or f"{value.get('family') or ''}, {value.get('given') or ''}"
    if not isinstance(value, str):
        raise ValueError("authors: must be a list of strings")
    return parse_name(plain_tex(value))


def _date(text: str) -> str:
    return text if _ISO.fullmatch(text) else find_date(text) if text else ""
