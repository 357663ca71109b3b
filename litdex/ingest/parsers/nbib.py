"""PubMed's own tagged form (.nbib, "MEDLINE"), as PubMed, ERIC and others export it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from litdex.ingest.blob import Blob, Fault
from litdex.ingest.decoding import decode
from litdex.ingest.identifiers import printed_arxiv
from litdex.ingest.kinds import kind_of
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Author, Paper
from litdex.ingest.parsers.records import read_records
from litdex.ingest.parsers.tagged import Layout, Record, Tags, identifiers_of, paper_of, read_tagged

LAYOUT = Layout(re.compile(r"(?=.{4}-(?:\s|$))([A-Z]{2,4}) {0,2}-(.*)"), begins=frozenset({"PMID"}), apart=True)
_TAGS: Tags = {
    "title": ("TI", "BTI", "TT", "VTI"),
    "abstract": ("AB", "OAB"),
    "editors": ("FED", "ED"),
    "date": ("DP", "DEP"),
    "keywords": ("OT", "MH"),
    "venue": ("JT", "TA", "CTI", "BTI"),
    "volume": ("VI",),
    "issue": ("IP",),
    "start": ("PG",),
    "publisher": ("PB",),
    "language": ("LA",),
}
_OWN = re.compile(r"(.+?)\s*\[(doi|pii)\]$")  # "10.1000/x [doi]"; comments and data sets have tags of their own


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The papers of a file, a record each."""
    yield from read_records(blob, read_tagged(decode(blob.read(), blob.name), LAYOUT), _paper)


def _paper(record: Record) -> Paper:
    types = [text.lower() for text in record.every("PT")]
    paper = paper_of(record, _TAGS, _kind(types, record), _identifiers(record))
    title = re.sub(r"^\[(.*?)\.?\]$", r"\1", re.sub(r"(?<!\.)\.$", "", paper.title))
    headings = (re.sub(r"/.*", "", word).strip("*") for word in paper.keywords)
    return replace(
        paper,
        title=title,
        authors=tuple(_authors(record)) or paper.editors,
        keywords=tuple(dict.fromkeys(word for word in headings if word)),
        venue=paper.venue if paper.venue != paper.title else "",
        retracted="retracted publication" in types or bool(record.all("RIN")),
    )


def _kind(types: list[str], record: Record) -> str:
    if record.first("BTI"):
        return "incollection" if record.first("TI", "CTI") else "book"
    told = [kind for text in types if (kind := kind_of(text)) not in ("", "misc")]
    return next((kind for kind in told if kind != "techreport"), "article")


def _identifiers(record: Record) -> dict[str, str]:
    printed = [match for value in record.every("LID", "AID") if (match := _OWN.fullmatch(value))]
    bare = [value for value in record.every("LID", "AID", "DOI") if value.lower().startswith(("10.", "http", "doi"))]
    dois = [match[1] for match in printed if match[2] == "doi"] + bare
    found = identifiers_of({"pmid": record.all("PMID"), "pmcid": record.all("PMC"), "doi": dois})
    arxiv = printed_arxiv(record.first("JT", "TA"), *(match[1] for match in printed))
    return {**found, "arxiv": arxiv} if arxiv else found


def _authors(record: Record) -> Iterator[Author]:
    """The authors in full where they are given so, groups (CN) in their places, each with the ORCID below it."""
    in_full = bool(record.all("FAU"))
    held: Author | None = None
    for tag, value in record.lines:
        if tag == ("FAU" if in_full else "AU") or tag == "CN":
            if held and held.family:
                yield held
            held = Author(family=value) if tag == "CN" else parse_name(value, family_first=True)
        elif tag == "AUID" and held and (orcid := re.search(r"(?:\d{4}-?){3}\d{3}[\dX]", value)):
            digits = orcid[0].replace("-", "")
            held = replace(held, orcid="-".join(digits[i : i + 4] for i in range(0, 16, 4)))
    if held and held.family:
        yield held
