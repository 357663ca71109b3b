"""Tables of papers (CSV, tab-separated): PubMed, Zotero, Scopus, Web of Science, Lens, OpenAlex, Embase, our own."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.columns import WOS_TAGS, delimiter_of, fields_of
from litdex.ingest.dates import find_date
from litdex.ingest.decoding import decode
from litdex.ingest.identifiers import find_identifiers, printed_arxiv, typed_id
from litdex.ingest.kinds import has_isbn_of_its_own, kind_of
from litdex.ingest.names import parse_name, split_names
from litdex.ingest.paper import Author, Paper
from litdex.ingest.parsers import wos
from litdex.ingest.parsers.records import read_records
from litdex.ingest.parsers.ris import clean
from litdex.ingest.parsers.tagged import Record, identifiers_of, isbn_of, pages_of, unless_own

LONGEST_CELL = 16 * 1024 * 1024
_NUMBER_OF_AUTHOR = re.compile(r"\s*\(\d{6,}\)")  # Scopus
_LABELLED = re.compile(r"^(?:PMID|PMCID|DOI|arXiv): *\S+(?: \[[\w.-]+\])?$", re.MULTILINE | re.IGNORECASE)
_EMPTY = frozenset({"NA", "nan", "None", "[No title]"})
_PRINTED = (  # journal, date, volume, issue and pages in one cell: Embase's source, PubMed's citation
    re.compile(
        r"(?P<venue>.+?) \((?P<date>\d{4})\)(?: (?P<volume>\d+)(?::(?P<issue>\S+))?)?(?: \((?P<pages>[\w-]+)\))?"
        r"(?:\.? Date of Publication: (?P<day>.*))?$"
    ),
    re.compile(r"(?P<venue>[^.]+)\. (?P<date>\d{4}[^;.]*);(?P<volume>\d+)(?:\((?P<issue>[^)]*)\))?:(?P<pages>[\w-]+)"),
)
_GLUED = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z]+[ .-])")  # Springer writes "Andy SmithTom Weber"


class Row:
    """A line of the table, whose cells are asked for by field."""

    def __init__(self, cells: Sequence[str], fields: dict[str, list[int]]) -> None:
        self._cells, self._fields = cells, fields

    def all(self, field: str) -> list[str]:
        """The cells of a field that are filled, the better column first."""
        found = (self._cells[i] for i in self._fields.get(field, ()) if i < len(self._cells))
        return [text for cell in found if (text := cell.strip()) and text not in _EMPTY]

    def first(self, field: str) -> str:
        """The first cell of a field that is filled, or ""."""
        return next(iter(self.all(field)), "")


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The papers of a table, a row each."""
    text = decode(blob.read(), blob.name).lstrip("\ufeff\n ")
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text.split("\n", 1)[0]))
    header = next(_rows(rows), None)
    if header is None or isinstance(header, Fault):
        raise UnreadableFile(f"{blob.name}: does not begin with the names of columns")
    if {*header} >= WOS_TAGS:
        yield from read_records(blob, _tagged(rows, header), wos.read_record)
        return
    fields = fields_of(header)
    yield from read_records(blob, (row if isinstance(row, Fault) else Row(row, fields) for row in _rows(rows)), _paper)


def _rows(rows: Iterator[list[str]]) -> Iterator[list[str] | Fault]:
    """The rows that have a filled cell. A table that breaks off is a fault of the row in which it does."""
    ordinal = 0
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Fault(ordinal, f"is no row of a table: {error}")
            return
        if any(cell.strip() for cell in row):
            yield row
            ordinal += 1


def _tagged(rows: Iterator[list[str]], header: Sequence[str]) -> Iterator[Record | Fault]:
    """Rows of Web of Science's table as records of its tagged text."""
    for row in _rows(rows):
        if isinstance(row, Fault):
            yield row
            continue
        lines = []
        for tag, cell in zip(header, row, strict=False):
            several = re.split(r";\s*", cell) if tag in wos.LAYOUT.lists else [cell]
            lines += [[tag, value.strip()] for value in several if value.strip()]
        yield Record(lines)


def _paper(row: Row) -> Paper:
    title = clean(row.first("title"))
    if not title:
        raise ValueError("has no title")
    kind = kind_of(row.first("kind"))
    identifiers = _identifiers(row, kind)
    noted = " ".join([*row.all("notes"), _LABELLED.sub("", row.first("extra"))])
    authors, editors = _authors(row.first("authors")), _authors(row.first("editors"))
    cited = _cited(row)
    return Paper(
        identifiers=identifiers,
        claims=unless_own(find_identifiers(noted), identifiers),
        kind=kind,
        title=re.sub(r"(?<!\.)\.$", "", title),
        abstract=clean(row.first("abstract")),
        authors=authors or editors,
        editors=editors,
        date=max((find_date(cell) for cell in (*row.all("date"), cited["date"], cited["day"])), key=len),
        categories=tuple(row.first("categories").split()),
        keywords=_keywords(row.first("keywords")),
        venue=cited["venue"],
        volume=row.first("volume") or cited["volume"],
        issue=row.first("issue") or cited["issue"],
        pages=pages_of(row.first("start") or cited["pages"], row.first("end")),
        publisher=clean(row.first("publisher")),
        language=row.first("language"),
        retracted=row.first("retracted").casefold() in ("yes", "true", "1"),
    )


def _cited(row: Row) -> dict[str, str]:
    """The journal, and what else is printed in one cell with it."""
    named = clean(row.first("venue"))
    found = next((m.groupdict("") for pattern in _PRINTED for m in [pattern.match(named)] if m), None)
    if found is None:
        cited = _PRINTED[1].match(row.first("citation"))
        found = {**(cited.groupdict("") if cited else {}), "venue": named}
    return {**dict.fromkeys(("venue", "date", "day", "volume", "issue", "pages"), ""), **found}


def _authors(cell: str) -> tuple[Author, ...]:
    """Names parted by semicolons or bars, listed as Python writes lists, or parted by commas."""
    cell = _NUMBER_OF_AUTHOR.sub("", clean(cell))
    listed = re.findall(r"'((?:[^'\\]|\\.)*)'|\"([^\"]*)\"", cell) if cell.startswith("[") else []
    if listed:
        names = [single or double for single, double in listed]
    elif re.search(r"[;|]", cell):
        names = re.split(r"\s*[;|]\s*", cell)
    else:
        names = split_names(cell) if "," in cell else _GLUED.split(cell)
    return tuple(author for author in map(parse_name, filter(None, names)) if author.family)


def _keywords(cell: str) -> tuple[str, ...]:
    cell = re.sub(r"^\[|\]$|(?<=[\[ ])'|'(?=[,\]])", "", cell)
    words = re.split(r"\s*[;|\n]\s*" if re.search(r"[;|\n]", cell) else r"\s*,\s*", cell)
    return tuple(dict.fromkeys(word for word in map(clean, words) if word))


def _identifiers(row: Row, kind: str) -> dict[str, str]:
    """The paper's own: columns for them, its address, lines of Zotero's Extra that are nothing else."""
    extra = "\n".join(match[0] for match in _LABELLED.finditer(row.first("extra")))
    printed = {**find_identifiers(extra), **find_identifiers(row.first("url"))}
    found = identifiers_of({scheme: row.all(scheme) for scheme in ("doi", "pmid", "pmcid", "arxiv")})
    venue = f"{row.first('venue')} {row.first('publisher')}"
    if arxiv := printed_arxiv(venue, *(row.first(field) for field in ("volume", "issue", "start"))):
        found.setdefault("arxiv", arxiv)
    if has_isbn_of_its_own(kind):
        found |= isbn_of(row.first("isbn"))
    named = typed_id(row.first("id"))
    return {**printed, **found} or (dict([named]) if named else {})
