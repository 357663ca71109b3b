"""EndNote's tagged form (.enw, refer): lines that begin with "%A", "%T" and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from litdex.ingest.blob import Blob, Fault
from litdex.ingest.decoding import decode
from litdex.ingest.identifiers import find_identifiers, printed_arxiv
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

LAYOUT = Layout(re.compile(r"%([0-9A-Z@!#$&()*+?\[\]^<>=~|-])(?:[ \t](.*)|\s*$)"), lists=frozenset({"K"}), apart=True)
_TAGS: Tags = {
    "title": ("T", "!"),
    "abstract": ("X",),
    "authors": ("A",),
    "editors": ("E",),
    "date": ("8", "D"),
    "keywords": ("K",),
    "venue": ("J", "B"),
    "volume": ("V",),
    "issue": ("N",),
    "start": ("P",),
    "publisher": ("I",),
    "language": ("G",),
}


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The papers of a file, a record each."""
    yield from read_records(blob, read_tagged(decode(blob.read(), blob.name), LAYOUT), _paper)


def _paper(record: Record) -> Paper:
    kind = kind_of(record.first("9")) if "thesis" in kind_of(record.first("9")) else kind_of(record.first("0"))
    kind = kind or ("article" if record.first("J") else "")
    identifiers = {**find_identifiers(" ".join(record.every("U"))), **identifiers_of({"doi": record.all("R")})}
    if arxiv := printed_arxiv(record.first("J", "B", "I"), *record.every("V", "N", "P", "R")):
        identifiers["arxiv"] = arxiv
    if has_isbn_of_its_own(kind):
        identifiers |= isbn_of(record.first("@"))
    paper = paper_of(record, _TAGS, kind, identifiers)
    claims = unless_own(find_identifiers(" ".join(record.every("O", "Z"))), identifiers)
    return replace(paper, claims=claims)
