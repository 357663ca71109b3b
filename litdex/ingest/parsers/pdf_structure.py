"""From the lines of a PDF to a `Paper`: each line's zone decides whether it is text, caption, reference or left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from litdex.ingest.paper import Caption, Paper, Section, SectionKind
from litdex.ingest.parsers.pdf_blocks import BACK, CAPTION, REFERENCES, Measures, bare_title, heading_level, measure
from litdex.ingest.parsers.pdf_front import read_front
from litdex.ingest.parsers.pdf_identity import agreed_date, imprint, own_doi, plausible_year, printed_date
from litdex.ingest.parsers.pdf_lines import Line
from litdex.ingest.parsers.pdf_page import Document
from litdex.ingest.parsers.pdf_references import references_of
from litdex.ingest.parsers.pdf_text import Vocabulary, joined, mended, paragraphs, vocabulary
from litdex.ingest.readers.zones import HEADINGS, zones

_RUN_IN = re.compile(rf"(?:{BACK.pattern})\s*[.:—–-]?\s+(?=\S)", re.I)


@dataclass(slots=True)
class _Draft:
    """A section whose lines are still being gathered."""

    title: str
    level: int = 1
    kind: SectionKind = "body"
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """Takes the lines in turn and puts each where its zone says."""

    usual: Measures
    words: Vocabulary
    drafts: list[_Draft] = field(default_factory=lambda: [_Draft("")])
    captions: list[list[Line]] = field(default_factory=list)
    references: list[Line] = field(default_factory=list)
    heading: list[Line] = field(default_factory=list)
    before: str = ""

    def take(self, line: Line, zone: str) -> None:
        if zone in HEADINGS:
            if self.heading and not _runs_on(self.heading[-1], line, self.usual):
                self.close_heading()
            self.heading.append(line)
        else:
            self.close_heading()
            self.put(line, zone)
        self.before = zone

    def put(self, line: Line, zone: str) -> None:
        if zone == "references":
            self.references.append(line)
        elif zone == "caption":
            if self.before != "caption" or CAPTION.match(line.text) or not self.captions:
                self.captions.append([])
            self.captions[-1].append(line)
        elif zone in ("body", "back"):
            kind: SectionKind = "back" if zone == "back" else "body"
            if kind == "back" and self.drafts[-1].kind == "body":
                self.drafts.append(_Draft("", 1, "back"))
            self.drafts[-1].lines.append(line)

    def close_heading(self) -> None:
        """Begin the section whose heading has been read."""
        if not self.heading:
            return
        text = joined([line.text for line in self.heading], self.words)
        level = heading_level(text, self.heading[0], self.usual)
        self.heading = []
        number, title = bare_title(text)
        if REFERENCES.fullmatch(title):
            return
        title = f"{number} {title}" if number.lower().startswith("appendix") else title
        kind: SectionKind = "back" if BACK.fullmatch(title) else "body"
        if kind == "body" and self.drafts[-1].kind == "back" and level > self.drafts[-1].level:
            kind = "back"
        self.drafts.append(_Draft(title.strip(" :.") if kind == "back" else title.strip(" :"), level, kind))


def _runs_on(before: Line, line: Line, usual: Measures) -> bool:
    """Whether a line of a heading goes on with the one before."""
    same = before.column == line.column and abs(before.size - line.size) < 0.5 and before.bold == line.bold
    return same and line.y - before.y < 1.6 * max(usual.leading, 1.2 * line.size) and not bare_title(line.text)[0]


def structured(lines: Sequence[Line], furniture: Sequence[str], document: Document) -> Paper:
    """The paper that the lines of a document make, with what its heads, feet and file information tell of it."""
    usual, words = measure(lines), vocabulary(lines)
    parts = zones(lines, usual)
    front = read_front(lines, parts, usual, words, document.title)
    reader = _Reader(usual, words)
    for line, zone in zip(lines, parts, strict=True):
        reader.take(line, zone)
    reader.close_heading()
    references = references_of(reader.references, words)
    telling = [*furniture, *(mended(line.text) for line in front.telling)]
    where = imprint([*telling, document.subject], front.title)
    doi = own_doi(telling, (document.subject, document.title))
    year = where.year or plausible_year(document.created, references)
    return Paper(
        identifiers={"doi": doi} if doi else {},
        title=front.title,
        abstract=front.abstract,
        authors=front.authors,
        keywords=front.keywords,
        date=agreed_date(where.year, printed_date(front.dates, telling)) or year,
        venue=where.venue,
        volume=where.volume,
        issue=where.issue,
        pages=where.pages,
        sections=tuple(_sections(reader)),
        captions=tuple(_caption(lines, words) for lines in reader.captions),
        references=references,
    )


def _caption(lines: Sequence[Line], words: Vocabulary) -> Caption:
    text = joined([line.text for line in lines], words)
    match = CAPTION.match(text)
    return Caption(label=mended(match["label"]), text=text[match.end() :]) if match else Caption(label="", text=text)


def _sections(reader: _Reader) -> list[Section]:
    result = []
    for draft in reader.drafts:
        text = "\n\n".join(paragraphs(draft.lines, reader.words, reader.usual.leading))
        title = draft.title
        if draft.kind == "back" and not title and (match := _RUN_IN.match(text)):
            title, text = match[0].strip(" .:—–-"), text[match.end() :]
        if title or text:
            result.append(Section(title=title, text=text, level=draft.level, kind=draft.kind))
    return result
