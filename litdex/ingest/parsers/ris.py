"""RIS records (what reference managers and publishers export) as metadata of papers."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from litdex.ingest.blob import Blob, Fault
from litdex.ingest.decoding import decode
from litdex.ingest.identifiers import find_identifiers, normalise_arxiv, printed_arxiv
from litdex.ingest.kinds import has_isbn_of_its_own, kind_of
from litdex.ingest.paper import Paper
from litdex.ingest.parsers.records import read_records
from litdex.ingest.parsers.tagged import (
    Layout,
    Record,
    authors_of,
    date_of,
    identifiers_of,
    isbn_of,
    pages_of,
    read_tagged,
    unless_own,
)

_FIRST = re.compile(r"^\ufeff?TY( {0,2})-", re.MULTILINE)
_AUTHORS = ("A1", "AU")  # the primary author stands under A1, also where the others stand under AU
_EDITORS = ("ED", "A2")
_LINKS = ("UR", "L1", "L2", "LK")
_NOTES = ("N1", "C7", "RN")
_IN_BOOKS = frozenset({"inproceedings", "incollection", "inbook"})


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The papers of an RIS file, a record each."""
    text = decode(blob.read(), blob.name)
    yield from read_records(blob, read_tagged(text, _layout(text)), _paper)


def _layout(text: str) -> Layout:
    """Lines as the first TY has them: with "TY  -", a line of prose that begins "CT-guided" or "T2 -" is no tag."""
    first = _FIRST.search(text)
    spaces = len(first[1]) if first else 2
    blank = "" if spaces == 2 else r"(?:\s|$)"
    tag = rf"(?:[A-Z][A-Z0-9]|PMID|PMCID)(?= {{{spaces}}}-{blank})|ER(?= *-\s*$)|TY(?= {{0,2}}-)"
    return Layout(re.compile(rf"({tag}) *-(.*)"), frozenset({"TY"}), frozenset({"ER"}), frozenset({"KW"}))


def _paper(record: Record) -> Paper:
    kind = _kind(record)
    own = ("BT", "T2") if has_isbn_of_its_own(kind) else ()
    title = clean(record.first("TI", "T1", "CT", *own, "ST"))
    if not record.first("TY"):
        raise ValueError("does not begin with TY, so it is no RIS record")
    if not title:
        raise ValueError("has no title (TI or T1)")
    identifiers = _identifiers(record, kind)
    authors, editors = authors_of(record.every(*_AUTHORS)), authors_of(record.all(*_EDITORS))
    book = ("BT", "T2") if kind in _IN_BOOKS else ()
    venue = clean(record.first(*book, "JF", "T2", "JO", "JA", "BT", "J2"))
    return Paper(
        identifiers=identifiers,
        claims=unless_own(find_identifiers(" ".join(record.every(*_NOTES))), identifiers),
        kind=kind,
        title=title,
        abstract=clean(record.first("AB", "N2")),
        authors=authors or editors,
        editors=editors,
        date=date_of(record.every("DA", "PY", "Y1")),
        keywords=tuple(dict.fromkeys(map(clean, record.all("KW")))),
        venue=venue if venue != title else "",
        volume=record.first("VL", "VO"),
        issue=record.first("IS"),
        pages=pages_of(record.first("SP"), record.first("EP")),
        publisher=clean(record.first("PB")),
        language=record.first("LA"),
    )


def _kind(record: Record) -> str:
    """The kind; RIS has one for all theses, and says in M3 which it is."""
    kind, work = kind_of(record.first("TY")), kind_of(record.first("M3"))
    return work if kind in ("phdthesis", "thesis") and "thesis" in work else kind


def clean(text: str) -> str:
    """A value without the markup of web pages, white space folded."""
    if "<" in text:
        text = re.sub(r"</?(?:[a-z]+:)?(?:i|b|u|em|strong|sub|sup|p|italic|bold|title|sec|span|sc)\b[^<>]*>", "", text)
    return " ".join(html.unescape(text).split())


def _identifiers(record: Record, kind: str) -> dict[str, str]:
    """The record's own: what stands under tags for it, and where it is found. Notes are of other works."""
    printed = find_identifiers(" ".join(record.every(*_LINKS)))
    pmcids = [*record.all("PMCID"), *(text for text in record.all("C2") if text.startswith("PMC"))]
    found = identifiers_of({"doi": record.every("DO", "M3"), "pmcid": pmcids, "pmid": record.all("PMID")})
    if re.search(r"pubmed|medline|nlm", " ".join(record.every("DB", "DP")).lower()):
        found |= identifiers_of({"pmid": record.all("AN")})
    if has_isbn_of_its_own(kind):
        found |= isbn_of(record.first("SN"))
    if arxiv := _arxiv(record):
        found["arxiv"] = arxiv
    return {**printed, **found}


def _arxiv(record: Record) -> str:
    named = (value for value in record.every("AN", "M1", "PB", "ID") if "arxiv" in value.lower())
    found = next((found[0] for value in named if (found := normalise_arxiv(value))), "")
    venue = " ".join(record.every("JF", "JO", "T2", "JA", "PB"))
    return found or printed_arxiv(venue, *record.every("VL", "IS", "SP", "M1", "C7"))
