"""Ovid's exports: tagged lines ("TI  - …"), or each field's name on a line of its own with its value below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from litdex.ingest.blob import Blob, Fault
from litdex.ingest.dates import find_date
from litdex.ingest.decoding import decode
from litdex.ingest.identifiers import find_identifiers
from litdex.ingest.kinds import has_isbn_of_its_own, kind_of
from litdex.ingest.paper import Author, Paper
from litdex.ingest.parsers.records import read_records
from litdex.ingest.parsers.tagged import (
    Layout,
    Record,
    Tags,
    authors_of,
    identifiers_of,
    isbn_of,
    pages_of,
    paper_of,
    read_tagged,
)

_NUMBER = r"<(?=\d+\s?\.?\s?>)"  # "<12. >" begins a record
TAGGED = Layout(re.compile(rf" ?({_NUMBER}|[A-Z]{{2,6}}(?= {{0,3}}-(?:\s|$)))(?: *- ?)?(.*)"), begins=frozenset("<"))
HEADED = Layout(re.compile(rf"({_NUMBER}|[A-Z][\w /&()'-]{{1,60}}(?=\s*$))(.*)"), begins=frozenset("<"))
_IS_TAGGED = re.compile(r"^ ?(?:VN|DB|AU|TI|UI|AN) {1,3}- ", re.MULTILINE)
_TAGS: Tags = {
    "title": ("TI", "Title", "Chapter Title", "BT"),
    "abstract": ("AB", "Abstract"),
    "editors": ("ED",),
    "keywords": ("KW", "DE", "MH", "Author Keywords", "Key Concepts", "MeSH Subject Headings"),
    "venue": ("JN",),
    "volume": ("VO", "VI"),
    "issue": ("IP",),
    "start": ("PG",),
    "publisher": ("PU", "PB", "Publisher"),
    "language": ("LG", "LA", "Language"),
}
_KINDS = ("PT", "DT", "Publication Type", "Document Type")
_KINDS_IN_ORDER = ("patent", "phdthesis", "mastersthesis", "thesis", "incollection", "inproceedings", "book", "article")
_DATES = ("YR", "DP", "Year of Publication", "PD", "DA")
_DOIS = ("DO", "DI", "DOI Number", "DOI", "Digital Object Identifier")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Spring|Summer|Autumn|Fall|Winter)"
_ISSUE = r"(?P<volume>\d+)(?:\((?P<issue>\w[^ ]*?)\))?"
_PAGES = r"(?P<start>[\w-]+)"
_SOURCES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<venue>.+?)\.?\s+(?P<date>{_MONTH}[\w/ -]*\d{{4}});{_ISSUE}:{_PAGES}",
        rf"(?P<venue>.+?)\.\s+{_ISSUE}:\s?{_PAGES}[,.]?\s*(?P<date>.*)",
        rf"(?P<venue>.+?)\.\s*Vol\.?\s*{_ISSUE}[, ]+(?P<date>[\w ]*\d{{4}}),\s*(?:pp\. )?{_PAGES}",
        rf"(?P<venue>.+?),?\s+{_ISSUE}(?:,\s*(?P<date>[\w ]*\d{{4}}))?:\s*{_PAGES}",
        r"(?P<venue>.+?)\.?:(?P<start>\d+-\d+), (?P<date>.*)",
        r"(?P<venue>.+?)\.(?:\s|$)(?P<date>.*)",
    )
)
_MARKS = re.compile(r"(?:\s*\[[^\]]*\]|[\s,]+\(?(?:[\d*+]|\b[a-z]\b)+\)?|[\s,;]+|(?<=\w\w)\.)$")
_EDITORS = re.compile(r"(?:[^\[\]]{3,80}?\s*\[[^\]]*\bEd(?:itor|s)?\b[^\]]*\][,;.]?\s*)+")  # "Kamp, Rosa [Editor], …"
_YEAR_FIRST = re.compile(r"^\W*\(\d{4}\)\W*")
_DEGREE = re.compile(r"[A-Z]{2,}|(?:[A-Z][a-z]{0,2}\.?){1,3}[A-Z]\.?[a-z]*\.?|[A-Z][a-z]?\.[A-Z]\.")
_REMARK = re.compile(r"\s*\.?\s*\[[A-Z][\w\s.,;:/-]{0,60}\]\.?$")  # "[Article]", "[References]", "[Review] [50 refs]"


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The papers of a file, a record each."""
    text = decode(blob.read(), blob.name)
    layout = TAGGED if _IS_TAGGED.search(text) else HEADED
    yield from read_records(blob, (one for one in read_tagged(text, layout) if len(one.lines) > 1), _paper)


def _paper(record: Record) -> Paper:
    told = {kind_of(text) for text in record.every(*_KINDS)}
    kind = next((one for one in _KINDS_IN_ORDER if one in told), "")
    identifiers = {**find_identifiers(" ".join(record.every("UR"))), **identifiers_of({"doi": record.every(*_DOIS)})}
    if re.search(r"medline|pubmed", record.first("DB", "Database"), re.IGNORECASE):
        identifiers |= identifiers_of({"pmid": record.every("UI", "PM", "Unique Identifier")})
    if has_isbn_of_its_own(kind):
        identifiers |= isbn_of(record.first("IB"))
    paper = paper_of(record, _TAGS, kind, identifiers)
    book, editors = _book(record.first("BT") or record.first("SO", "Source"))
    book = book if record.first("BT") else ""
    source = _source(_YEAR_FIRST.sub("", _EDITORS.sub("", record.first("SO", "Source"))))
    if book and book != _title(paper.title):
        kind, source = "incollection" if kind in ("", "book") else kind, {**source, "venue": book}
    authors = tuple(_authors(record.every("FA", "AU", "Author", "Authors")))
    editors = tuple(_authors(record.every("ED"))) or editors
    return replace(
        paper,
        kind=kind or ("article" if source.get("volume") else ""),
        title=_title(paper.title),
        authors=authors or editors,
        editors=editors,
        date=find_date(next(iter(record.every(*_DATES)), "")) or find_date(source.get("date", "")),
        keywords=tuple(dict.fromkeys(word.strip("*") for word in paper.keywords)),
        venue=paper.venue or source.get("venue", ""),
        language=paper.language.rstrip("."),
        volume=paper.volume or source.get("volume", ""),
        issue=paper.issue or source.get("issue", ""),
        pages=paper.pages or pages_of(source.get("start", "")),
    )


def _book(text: str) -> tuple[str, tuple[Author, ...]]:
    """The title and the editors of the book that a chapter stands in: "Doe, J. [Ed]; Roe, K. [Ed]. (2012). Title."."""
    named = _EDITORS.match(text)
    editors = re.split(r"\[[^\]]*\][,;.]?\s*", named[0]) if named else []
    bare = re.match(r"\[([^\]]+)\]|([^.]+)", _YEAR_FIRST.sub("", text[named.end() :] if named else text))
    return (bare[1] or bare[2]).strip() if bare else "", tuple(_authors([one for one in editors if one.strip()]))


def _source(text: str) -> dict[str, str]:
    """Journal, volume, issue, pages and date out of the one string that Ovid has for them, where they can be told."""
    text = " ".join(text.split())
    match = next((match for pattern in _SOURCES if (match := pattern.match(text))), None)
    return {name: value for name, value in match.groupdict().items() if value} if match else {}


def _title(text: str) -> str:
    """The title without the remarks, quotation marks and full stop that Ovid puts around it."""
    before = ""
    while before != text:
        before, text = text, _REMARK.sub("", text)
    text = re.sub(r"^\[(.*)\]\.?$", r"\1", text.rstrip())
    return re.sub(r"^\"(.*)\"\.?$", r"\1", re.sub(r"(?<!\.)\.$", "", text)) or before


def _authors(values: list[str]) -> Iterator[Author]:
    """Names without degrees, roles and marks: "Redlich, Carrie A. MD, MPH 1", "Wabner, Cindy L. [Inventor]"."""
    for name in (name for value in values for name in re.split(r";\s{2,}", value)):
        while (bare := _MARKS.sub("", name)) != name and bare:
            name = bare
        family, comma, given = name.partition(",")
        words = given.replace(";", ",").split()
        kept = next((i for i, word in enumerate(words) if i and _DEGREE.fullmatch(word.strip(",."))), len(words))
        yield from authors_of([f"{family}{comma} {' '.join(words[:kept]).strip(' ,')}".strip()])
