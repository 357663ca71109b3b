"""Exports whose lines begin with a tag ("AU  - Doe, J."): one reader for RIS, PubMed, Web of Science, Ovid, EndNote.

A `Layout` says how a format's lines look; what its tags mean stands in the format's own module, in a table.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from litdex.ingest.dates import find_date, iso_date
from litdex.ingest.identifiers import normalise
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Author


@dataclass(frozen=True, slots=True)
class Layout:
    """How the lines of a format look. A line without a tag goes on with the value before it."""

    line: re.Pattern[str]  # groups: tag, value
    begins: frozenset[str] = frozenset()  # tags that begin a record
    ends: frozenset[str] = frozenset()  # tags that end one
    lists: frozenset[str] = frozenset()  # tags of which each line without a tag is a further value


@dataclass(slots=True)
class Record:
    """The tags of one record with their values in order."""

    tags: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def all(self, *tags: str) -> list[str]:
        """The values under the first of the tags that has any."""
        return next((values for tag in tags if (values := self.tags.get(tag))), [])

    def every(self, *tags: str) -> list[str]:
        """The values under all of the tags, each once, in the order of the tags."""
        return list(dict.fromkeys(value for tag in tags for value in self.tags.get(tag, ())))

    def first(self, *tags: str) -> str:
        """The first value under the first of the tags that has any, or ""."""
        return next(iter(self.all(*tags)), "")


def read_tagged(text: str, layout: Layout) -> Iterator[Record]:
    """The records of a text in order. What stands before the first tag, or after the last of a record, is left out."""
    record, tag = Record(), ""
    for line in text.split("\n"):
        match = layout.line.match(line.lstrip("\ufeff"))
        if not match:
            _go_on(record, tag, line.strip(), layout)
            continue
        tag, value = match[1], (match[2] or "").strip()
        if tag in layout.begins | layout.ends and record.tags:
            yield record
            record = Record()
        if tag in layout.ends:
            tag = ""
        elif value:
            record.tags[tag].append(value)
        else:
            record.tags.setdefault(tag, [])
    if record.tags:
        yield record


def _go_on(record: Record, tag: str, line: str, layout: Layout) -> None:
    if not tag or not line:
        return
    values = record.tags[tag]
    if values and tag not in layout.lists:
        values[-1] += f" {line}"
    else:
        values.append(line)


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


def unless_own(claims: Mapping[str, str], identifiers: Mapping[str, str]) -> dict[str, str]:
    """What a note claims, without what the record has for its own."""
    return {scheme: value for scheme, value in claims.items() if identifiers.get(scheme) != value}
