"""Full text in JSON lines as S2ORC has it, in the forms of unarXive, CORD-19 and S2ORC itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import find_date
from litdex.ingest.identifiers import find_identifiers, normalise
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Author, Caption, Paper, Reference, Section
from litdex.ingest.parsers import arxiv_json
from litdex.ingest.parsers.records import json_objects, read_records

_MARK = re.compile(r"\{\{(formula|cite|figure|table)\s*:\s*([\w-]+)\s*\}\}")
_SCHEMES = {
    "doi": "doi", "arxiv_id": "arxiv", "arxiv": "arxiv", "pubmed_id": "pmid", "pmid": "pmid", "pmc_id": "pmcid",
    "pmcid": "pmcid",
}  # fmt: skip


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The papers of a file, a line each."""
    return read_records(blob, json_objects(blob), _paper)


def _paper(record: dict[str, Any]) -> Paper:
    metadata = record.get("metadata")
    told = metadata if isinstance(metadata, dict) else record
    paper = arxiv_json.read_record(told) if isinstance(told.get("categories"), str) else _described(record, told)
    if not paper.title:
        raise ValueError("has no title")
    entries = _objects(record.get("ref_entries"))
    bibliography = _objects(record.get("bib_entries"))
    places = {key: f"[{number}]" for number, key in enumerate(bibliography, 1)}
    abstract = "\n\n".join(_read(part.get("text"), entries, places) for part in _parts(record.get("abstract")))
    return replace(
        paper,
        abstract=paper.abstract or abstract,
        sections=tuple(_sections(_parts(record.get("body_text")), entries, places)),
        captions=tuple(_captions(entries.values())),
        references=tuple(map(_reference, bibliography.values())),
    )


def _described(record: Mapping[str, Any], told: Mapping[str, Any]) -> Paper:
    """The paper by the metadata of CORD-19 and S2ORC."""
    given = ((scheme, _text(source.get(name))) for source in (told, record) for name, scheme in _SCHEMES.items())
    identifiers = {scheme: value for scheme, text in given if text and (value := normalise(scheme, text))}
    people = told.get("authors")
    return Paper(
        identifiers=identifiers,
        title=" ".join(_text(told.get("title")).split()),
        abstract=_text(told.get("abstract")),
        authors=tuple(author for one in people if (author := _author(one)).family) if isinstance(people, list) else (),
        date=find_date(_text(told.get("publish_time")) or _text(told.get("year"))),
        venue=_text(told.get("journal")) or _text(told.get("venue")),
    )


def _text(value: Any) -> str:
    """A string, or a number as one; "" for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def _objects(value: Any) -> dict[str, dict[str, Any]]:
    """The members of an object that are objects."""
    return {key: one for key, one in value.items() if isinstance(one, dict)} if isinstance(value, dict) else {}


def _parts(value: Any) -> list[dict[str, Any]]:
    """Paragraphs: a list of objects, or one alone."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _author(value: Any) -> Author:
    if not isinstance(value, dict):
        return parse_name(_text(value))
    middle = value.get("middle")
    names = [_text(value.get("first")), *(map(_text, middle) if isinstance(middle, list) else [_text(middle)])]
    given = " ".join(filter(None, names))
    family = f"{_text(value.get('last'))} {_text(value.get('suffix'))}".strip()
    return Author(family=family, given=given) if family else parse_name(given or _text(value.get("name")))


def _read(text: Any, entries: Mapping[str, Mapping[str, Any]], places: Mapping[str, str]) -> str:
    """A paragraph whose marks are what they stand for: formulas as TeX, citations by number, figures by name."""

    def shown(mark: re.Match[str]) -> str:
        kind, key = mark[1], mark[2]
        if kind == "formula":
            tex = _text(entries.get(key, {}).get("latex")).strip()
            return f"${tex}$" if tex else ""
        return places.get(key, "") if kind == "cite" else kind.capitalize()

    return " ".join(_MARK.sub(shown, _text(text)).split())


def _sections(
    parts: Iterable[Mapping[str, Any]], entries: Mapping[str, Mapping[str, Any]], places: Mapping[str, str]
) -> Iterator[Section]:
    """Paragraphs under one heading after the other as sections."""
    open_title, held = "", list[str]()
    for part in parts:
        title = _text(part.get("section")).strip()
        if title != open_title and held:
            yield Section(title=open_title, text="\n\n".join(held))
            held = []
        open_title = title
        if text := _read(part.get("text"), entries, places):
            held.append(text)
    if held:
        yield Section(title=open_title, text="\n\n".join(held))


def _captions(entries: Iterable[Mapping[str, Any]]) -> Iterator[Caption]:
    for entry in entries:
        kind = _text(entry.get("type")).lower()
        text = _text(entry.get("caption")) or _text(entry.get("text"))
        if text.strip() and kind in ("figure", "table"):
            yield Caption(label=kind.capitalize(), text=" ".join(text.split()))


def _reference(entry: Mapping[str, Any]) -> Reference:
    """An entry of the bibliography: printed (unarXive), or in parts (S2ORC, CORD-19)."""
    printed = _text(entry.get("bib_entry_raw")) or _text(entry.get("raw_text"))
    told = {**(_lists(entry.get("other_ids"))), **(_lists(entry.get("ids")))}
    ids = {
        scheme: value
        for name, text in told.items()
        if (scheme := _SCHEMES.get(name)) and (value := normalise(scheme, text))
    }
    people = entry.get("authors")
    people = people if isinstance(people, list) else []
    year = _text(entry.get("year"))
    return Reference(
        text=printed,
        title=_text(entry.get("title")),
        authors=tuple(author.name for author in map(_author, people) if author.family),
        year=int(year) if re.fullmatch(r"(?:1[4-9]|20)\d\d", year) else None,
        venue=_text(entry.get("venue")),
        identifiers=ids or find_identifiers(printed),
    )


def _lists(value: Any) -> dict[str, str]:
    """Identifiers by name in lower case, the first where several are listed."""
    pairs = value.items() if isinstance(value, dict) else ()
    return {name.lower(): _text(one[0] if isinstance(one, list) and one else one) for name, one in pairs}
