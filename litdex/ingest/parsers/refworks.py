"""RefWorks' tagged form: "RT Journal Article", "A1 Doe, J."."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from litdex.ingest.blob import Blob, Fault
from litdex.ingest.decoding import decode
from litdex.ingest.identifiers import find_identifiers
from litdex.ingest.kinds import has_isbn_of_its_own, kind_of
from litdex.ingest.paper import Paper
from litdex.ingest.parsers.records import read_records
from litdex.ingest.parsers.tagged import (
    Layout,
    Record,
    Tags,
    identifiers_of,
    isbn_of,
    paper_of,
    read_tagged,
    unless_own,
)

LAYOUT = Layout(re.compile(r"([A-Z][A-Z0-9])(?: (.*)|\s*$)"), begins=frozenset({"RT"}))
_TAGS: Tags = {
    "title": ("T1",),
    "abstract": ("AB",),
    "authors": ("A1",),
    "editors": ("A2",),
    "date": ("YR", "FD"),
    "keywords": ("K1",),
    "venue": ("T2", "JF", "JO"),
    "volume": ("VO",),
    "issue": ("IS",),
    "start": ("SP",),
    "end": ("OP",),
    "publisher": ("PB",),
    "language": ("LA",),
}


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The papers of a file, a record each."""
    yield from read_records(blob, read_tagged(decode(blob.read(), blob.name), LAYOUT), _paper)


def _paper(record: Record) -> Paper:
    kind = kind_of(record.first("RT"))
    identifiers = {**find_identifiers(" ".join(record.every("LK", "UL"))), **identifiers_of({"doi": record.all("DO")})}
    if has_isbn_of_its_own(kind):
        identifiers |= isbn_of(record.first("SN"))
    claims = unless_own(find_identifiers(" ".join(record.every("NO"))), identifiers)
    return replace(paper_of(record, _TAGS, kind, identifiers), claims=claims)
