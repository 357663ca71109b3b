"""RIS records (what reference managers and publishers export) as metadata of papers."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import find_date, iso_date
from litdex.ingest.decoding import decode
from litdex.ingest.identifiers import find_identifiers, normalise, normalise_arxiv
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Author, Paper
from litdex.ingest.parsers.records import read_records

_LINE = re.compile(r"([A-Z][A-Z0-9]) {0,2}- ?(.*)")
_TAGS = {  # field of a paper -> the tags that may hold it, the better first
    "title": ("TI", "T1", "CT"),
    "book": ("BT", "T2"),
    "abstract": ("AB", "N2"),
    "authors": ("AU", "A1"),
    "editors": ("ED", "A2"),
    "date": ("DA", "PY", "Y1"),
    "keywords": ("KW",),
    "venue": ("JF", "T2", "JO", "JA", "BT", "J2"),
    "volume": ("VL",),
    "issue": ("IS",),
    "publisher": ("PB",),
    "language": ("LA",),
    "doi": ("DO", "M3"),
    "links": ("UR", "L1", "L2", "LK", "N1", "C7"),
}
_BOOKS = frozenset({"BOOK", "EBOOK", "EDBOOK", "CONF"})


@dataclass(slots=True)
class Record:
    """The tags of one record with their values in order."""

    tags: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def all(self, name: str) -> list[str]:
        """The values under the first of a field's tags that has any."""
        return next((values for tag in _TAGS.get(name, (name,)) if (values := self.tags.get(tag))), [])

    def first(self, name: str) -> str:
        """The first value under a field's tags, or ""."""
        return next(iter(self.all(name)), "")


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The papers of an RIS file, a record each."""
    return read_records(blob, read_entries(decode(blob.read(), blob.name)), _paper)


def read_entries(text: str) -> Iterator[Record]:
    """The records of an RIS text. A line without a tag goes on with the value before it."""
    record, tag = Record(), ""
    for line in text.split("\n"):
        match = _LINE.match(line.lstrip("\ufeff"))
        if not match:
            if tag and line.strip():
                record.tags[tag][-1] += f" {line.strip()}"
            continue
        tag, value = match[1], match[2].strip()
        if tag in ("TY", "ER") and record.tags:
            yield record
            record = Record()
        if tag == "ER":
            tag = ""
        elif value:
            record.tags[tag].append(value)
        else:
            tag = ""
    if record.tags:
        yield record


def _paper(record: Record) -> Paper:
    kind = record.first("TY")
    title = clean(record.first("title") or (record.first("book") if kind in _BOOKS else ""))
    if not kind:
        raise ValueError("does not begin with TY, so it is no RIS record")
    if not title:
        raise ValueError("has no title (TI or T1)")
    return Paper(
        identifiers=_identifiers(record, kind),
        title=title,
        abstract=clean(record.first("abstract")),
        authors=_authors(record.all("authors") or record.all("editors")),
        date=_date(record),
        keywords=tuple(dict.fromkeys(map(clean, record.all("keywords")))),
        venue=clean(record.first("venue")),
        volume=record.first("volume"),
        issue=record.first("issue"),
        pages=_pages(record.first("SP"), record.first("EP")),
        publisher=clean(record.first("publisher")),
        language=record.first("language"),
    )


def clean(text: str) -> str:
    """A value without the markup of web pages, white space folded."""
    if "<" in text:
        text = re.sub(r"</?(?:[a-z]+:)?(?:i|b|u|em|strong|sub|sup|p|italic|bold|title|sec|span|sc)\b[^<>]*>", "", text)
    return " ".join(html.unescape(text).split())


def _authors(names: list[str]) -> tuple[Author, ...]:
    return tuple(author for author in map(parse_name, names) if author.family)


def _date(record: Record) -> str:
    """The most precise of the dates; "2008/09/19/spring" is year, month, day and other information."""
    dates = []
    for tag in _TAGS["date"]:
        for value in record.tags.get(tag, []):
            year, month, day, *_ = [*value.split("/"), "", "", ""]
            dates.append(iso_date(year, month, day) or find_date(value))
    return max(dates, key=len, default="")


def _pages(start: str, end: str) -> str:
    start = re.sub(r"\s*[-–—]+\s*", "-", start)
    return f"{start}-{end}" if start and end and "-" not in start and end != start else start


def _identifiers(record: Record, kind: str) -> dict[str, str]:
    found: dict[str, str] = {}
    source = " ".join([*record.all("DB"), *record.all("DP")]).lower()
    if re.search(r"pubmed|medline|nlm", source):
        found["pmid"] = normalise("pmid", record.first("AN"))
    found["doi"] = next((doi for value in record.all("doi") if (doi := normalise("doi", value))), "")
    found["pmcid"] = next(
        (i for value in record.all("C2") if value.startswith("PMC") and (i := normalise("pmcid", value))), ""
    )
    if kind in _BOOKS:
        found["isbn"] = re.sub(r"[^\dXx]", "", record.first("SN")).upper()
    found["arxiv"] = _arxiv(record)
    printed = find_identifiers(" ".join(value for tag in _TAGS["links"] for value in record.tags.get(tag, [])))
    return {**printed, **{scheme: value for scheme, value in found.items() if value}}


def _arxiv(record: Record) -> str:
    for tag in ("AN", "M1", "JO", "T2", "PB", "ID"):
        for value in record.tags.get(tag, []):
            if "arxiv" in value.lower() and (found := normalise_arxiv(value)):
                return found[0]
    return ""
