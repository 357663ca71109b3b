"""Web of Science's tagged text (savedrecs.txt, .ciw), with the works that each paper cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import find_date, iso_date
from litdex.ingest.decoding import decode
from litdex.ingest.identifiers import find_identifiers
from litdex.ingest.kinds import has_isbn_of_its_own, kind_of
from litdex.ingest.paper import Author, Paper, Reference
from litdex.ingest.parsers.records import read_records
from litdex.ingest.parsers.tagged import (
    Layout,
    Record,
    Tags,
    authors_of,
    identifiers_of,
    isbn_of,
    paper_of,
    read_tagged,
)

LAYOUT = Layout(
    re.compile(r"([A-Z][A-Z0-9])(?: (.*)|\s*$)"),
    begins=frozenset({"PT"}),
    ends=frozenset({"ER", "EF"}),
    lists=frozenset({"AU", "AF", "BA", "BF", "BE", "CA", "ED", "CR"}),
)
_TAGS: Tags = {
    "title": ("TI", "FT", "BT"),
    "abstract": ("AB",),
    "authors": ("AF", "AU", "BF", "BA"),
    "editors": ("BE", "ED"),
    "keywords": ("DE", "MH"),
    "venue": ("SO", "JI", "J9"),
    "volume": ("VL",),
    "issue": ("IS",),
    "start": ("BP", "PS", "PG", "AR"),
    "end": ("EP",),
    "publisher": ("PU",),
    "language": ("LA",),
}
_SEASON = re.compile(r"[A-Z]{3}-[A-Z]{3}|[A-Z]{3}", re.IGNORECASE)


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The papers of a file, a record each."""
    records = read_tagged(decode(blob.read(), blob.name), LAYOUT)
    yield from read_records(blob, (record for record in records if not record.all("VR")), read_record)


def read_record(record: Record) -> Paper:
    """The paper of one record. Raises `ValueError` where it has no title."""
    kind = _kind(record)
    identifiers = identifiers_of({"doi": record.all("DI"), "pmid": [*record.all("PM"), *_medline(record)]})
    if has_isbn_of_its_own(kind):
        identifiers |= isbn_of(record.first("BN"))
    paper = paper_of(record, _TAGS, kind, identifiers)
    groups = tuple(Author(family=name) for name in record.all("CA"))
    return replace(
        paper,
        authors=(*_without_addresses(record, paper), *groups),
        venue=paper.venue if paper.venue != paper.title else "",
        date=_date(record.first("PD"), record.first("PY")),
        references=tuple(map(_reference, record.every("CR"))),
    )


def _kind(record: Record) -> str:
    """The kind that DT tells; PT only says if it stands in a journal (J), book (B) or series (S), or is a patent."""
    told = [kind_of(text) for text in record.first("DT").split(";")]
    if record.first("PT") in ("B", "S"):
        return next((kind for kind in ("inproceedings", "incollection", "book") if kind in told), "incollection")
    return "patent" if record.first("PT") == "P" else next((one for one in told if one not in ("", "misc")), "article")


def _medline(record: Record) -> list[str]:
    """Records that Web of Science has from MEDLINE carry their PMIDs as its own numbers."""
    return [value.partition(":")[2] for value in record.all("UT") if value.startswith("MEDLINE:")]


def _without_addresses(record: Record, paper: Paper) -> tuple[Author, ...]:
    """The authors without the e-mail addresses that Zoological Record puts behind them."""
    names = (re.sub(r"\s*\([^()]*@[^()]*\)", "", name) for name in record.all(*_TAGS["authors"]))
    return authors_of(names) or paper.authors


def _date(printed: str, year: str) -> str:
    """ "JUN 15" or "JUL-AUG" beside a year; the year may stand in both."""
    words = [word for word in re.split(r"[\s,]+", printed) if word != year]
    month = next((word[:3] for word in words if _SEASON.fullmatch(word[:7])), "")
    day = next((word for word in words if word.isdecimal()), "")
    return iso_date(year, month, day) or find_date(printed)


def _reference(printed: str) -> Reference:
    """ "Doe J, 2008, J OTTERS, V12, P34, DOI 10.1000/x"; a group has an asterisk before it."""
    parts = [part.strip() for part in printed.split(",")]
    place = next((i for i, part in enumerate(parts[:4]) if re.fullmatch(r"(?:1[5-9]|20)\d\d", part)), -1)
    cited = (parts[0][1:],) if parts[0].startswith("*") else tuple(author.name for author in authors_of(parts[:1]))
    return Reference(
        text=printed,
        authors=cited if place > 0 else (),
        year=int(parts[place]) if place >= 0 else None,
        venue=parts[place + 1] if 0 <= place < len(parts) - 1 else "",
        identifiers=find_identifiers(printed.replace("DOI DOI", "DOI")),
    )
