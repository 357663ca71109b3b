"""Exports whose lines begin with a tag ("AU  - Doe, J."): one reader for RIS, PubMed, Web of Science, Ovid, EndNote.

A `Layout` says how a format's lines look; what its tags mean stands in the format's own module, in a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from litdex.ingest.dates import find_date, iso_date
from litdex.ingest.identifiers import normalise
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Author, Paper


@dataclass(frozen=True, slots=True)
class Layout:
    """How the lines of a format look. A line without a tag goes on with the value before it."""

    line: re.Pattern[str]  # groups: tag, value
    begins: frozenset[str] = frozenset()  # tags that begin a record
    ends: frozenset[str] = frozenset()  # tags that end one
    lists: frozenset[str] = frozenset()  # tags of which each line without a tag is a further value
    apart: bool = False  # whether an empty line parts records, where a tag follows it


@dataclass(slots=True)
class Record:
    """The lines of one record in order: [tag, value]. Values are never empty but for tags that stand alone."""

    lines: list[list[str]] = field(default_factory=list)

    def all(self, *tags: str) -> list[str]:
        """The values under the first of the tags that has any."""
        return next((values for tag in tags if (values := self.every(tag))), [])

    def every(self, *tags: str) -> list[str]:
        """The values under all of the tags, each once, in the order of the tags."""
        return list(dict.fromkeys(value for tag in tags for own, value in self.lines if own == tag and value))

    def first(self, *tags: str) -> str:
        """The first value under the first of the tags that has any, or ""."""
        return next(iter(self.all(*tags)), "")


def read_tagged(text: str, layout: Layout) -> Iterator[Record]:
    """The records of a text in order. What stands before the first tag, or after the last of a record, is left out."""
    record, is_open, blank = Record(), False, False
    for line in text.split("\n"):
        match = layout.line.match(line.lstrip("\ufeff"))
        if not match:
            blank = not line.strip()
            if is_open and not blank:
                _go_on(record.lines, line.strip(), layout)
            continue
        tag, value = match[1], (match[2] or "").strip()
        if record.lines and (tag in layout.begins or tag in layout.ends or (layout.apart and blank)):
            yield record
            record = Record()
        is_open, blank = tag not in layout.ends, False
        if is_open:
            record.lines.append([tag, value])
    if record.lines:
        yield record


def _go_on(lines: list[list[str]], text: str, layout: Layout) -> None:
    last = lines[-1]
    if not last[1]:
        last[1] = text
    elif last[0] in layout.lists:
        lines.append([last[0], text])
    else:
        last[1] += f" {text}"


Tags = Mapping[str, tuple[str, ...]]
"""What a format's tags mean: a field of `Paper`, or "start" and "end" page, and its tags, the better first."""


def paper_of(record: Record, tags: Tags, kind: str, identifiers: Mapping[str, str]) -> Paper:
    """The paper that a record tells of. Raises `ValueError` where it has no title."""

    def first(name: str) -> str:
        return " ".join(record.first(*tags.get(name, ())).split())

    title = re.sub(r"(?<!\.)\.$", "", first("title"))
    if not title:
        raise ValueError(f"has no title ({' or '.join(tags['title'])})")
    authors, editors = (authors_of(record.all(*tags.get(name, ()))) for name in ("authors", "editors"))
    words = (word.strip() for value in record.every(*tags.get("keywords", ())) for word in value.split(";"))
    return Paper(
        identifiers=identifiers,
        kind=kind,
        title=title,
        abstract=first("abstract"),
        authors=authors or editors,
        editors=editors,
        date=date_of(record.every(*tags.get("date", ()))),
        keywords=tuple(dict.fromkeys(word for word in words if word)),
        venue=first("venue"),
        volume=first("volume"),
        issue=first("issue"),
        pages=pages_of(first("start"), first("end")),
        publisher=first("publisher"),
        language=first("language"),
    )


def authors_of(names: Iterable[str]) -> tuple[Author, ...]:
    """Names as exports write them, family name first; several may stand in one value, parted by semicolons."""
    pieces = (piece.strip() for name in names for piece in re.split(r";(?=\s)|;$", name))
    authors = (parse_name(piece, family_first=True) for piece in pieces if piece)
    return tuple(dict.fromkeys(author for author in authors if author.family))


def date_of(values: Iterable[str]) -> str:
    """The most precise of some dates; "2008/09/19/spring" is year, month, day and other information."""
    dates = []
    for value in values:
        year, month, day, *_ = [*value.split("/"), "", "", ""]
        dates.append(iso_date(year, month, day) or find_date(value))
    return max(dates, key=len, default="")


def pages_of(start: str, end: str = "") -> str:
    """ "187-194" of a first and a last page, or of both in one; the digits that a last page leaves out are put back."""
    start = re.sub(r"\s*[-–—]+\s*", "-", start)
    pages = f"{start}-{end}" if start and end and "-" not in start and end != start else start
    short = re.fullmatch(r"(\d+)-(\d+)", pages)
    if short and len(short[2]) < len(short[1]):
        return f"{short[1]}-{short[1][: -len(short[2])]}{short[2]}"
    return pages


def identifiers_of(told: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Of texts by scheme, the first of each scheme that is an identifier."""
    found = {
        scheme: next(filter(None, (normalise(scheme, text) for text in texts)), "") for scheme, texts in told.items()
    }
    return {scheme: value for scheme, value in found.items() if value}


def isbn_of(text: str) -> dict[str, str]:
    """The first ISBN of a text as an identifier; none of an ISSN."""
    runs = (run.replace("-", "").upper() for run in re.findall(r"(?<![\dX-])[\dXx-]{10,17}(?![\dX-])", text))
    found = next((run for run in runs if re.fullmatch(r"\d{9}[\dX]|\d{13}", run)), "")
    return {"isbn": found} if found else {}


def unless_own(claims: Mapping[str, str], identifiers: Mapping[str, str]) -> dict[str, str]:
    """What a note claims, without what the record has for its own."""
    return {scheme: value for scheme, value in claims.items() if identifiers.get(scheme) != value}
