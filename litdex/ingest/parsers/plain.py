"""Plain text to a `Paper`: title, abstract, headings and references as far as the print shows them, carefully."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.decoding import decode
from litdex.ingest.identifiers import find_identifiers
from litdex.ingest.paper import Author, Caption, Paper, Section
from litdex.ingest.parsers.headings import ABSTRACT, BACK, KNOWN, NUMBER, REFERENCES, bare, kind_of, unnumbered
from litdex.ingest.parsers.plain_lines import paragraphs, rejoined, vocabulary
from litdex.ingest.parsers.printed_names import names_line
from litdex.ingest.parsers.printed_references import printed_reference, split_entries

MIN_WORDS = 20
"""A text with fewer words is no paper."""
HEAD = 3000  # characters in which a paper prints its own identifiers
_CAPTION = re.compile(r"(Figure|Fig\.|Table)\s*(\d{1,3}|[IVX]{1,4})\s*[.:]\s+(?=[A-Z])")
_INLINE_ABSTRACT = re.compile(r"abstract\s*[.:—–-]\s*(?=\S)", re.IGNORECASE)


@dataclass(slots=True)
class Part:
    """A heading with the paragraphs below it, each a list of lines."""

    title: str = ""
    level: int = 1
    paragraphs: list[list[str]] = field(default_factory=list)


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """The one paper of a text. Raises `UnreadableFile` where it has no letters or fewer than `MIN_WORDS` words."""
    text = decode(blob.read(), blob.name)
    count = sum(1 for _, _ in zip(range(MIN_WORDS), re.finditer(r"[^\W\d_]{2,}|\b[aI]\b", text), strict=False))
    if count == 0:
        raise UnreadableFile(f"{blob.name}: holds no words; if it is a scan or binary data, give its PDF instead")
    if count < MIN_WORDS:
        raise UnreadableFile(f"{blob.name}: fewer than {MIN_WORDS} words, too short to be a paper")
    yield _paper(text)


def _paper(text: str) -> Paper:
    words = vocabulary(text)
    found = paragraphs(text)
    claims = {scheme: value for scheme, value in find_identifiers(text[:HEAD]).items() if scheme in ("arxiv", "doi")}
    title, authors, found = _take_front(found)
    parts, captions = _parts(found, words)
    references = [part for part in parts if REFERENCES.match(bare(part.title))]
    entries = "\n\n".join("\n".join(lines) for part in references for lines in part.paragraphs)
    body = [part for part in parts if part not in references]
    abstract = _take_abstract(body, words)
    return Paper(
        claims=claims,
        title=title,
        abstract=abstract,
        authors=authors,
        sections=tuple(_sections(body, words)),
        captions=captions,
        references=tuple(map(printed_reference, split_entries(entries))) if entries else (),
    )


def _take_front(found: list[list[str]]) -> tuple[str, tuple[Author, ...], list[list[str]]]:
    """(title, authors, the paragraphs after them). Short lines at the head that print identifiers are skipped."""
    at = 0
    while at < min(len(found), 3) and len(found[at]) <= 2 and _is_banner(" ".join(found[at])):
        at += 1
    if at >= len(found) or (at + 1 >= len(found) and len(found[at]) < 3):
        return "", (), found
    lines = [line for line in found[at] if not _is_banner(line)]
    names = next((number for number, line in enumerate(lines) if number and _is_name_list(line)), len(lines))
    title = " ".join(lines[:names])
    if names > 3 or not 1 <= len(title.split()) <= 30 or title.endswith((".", ";", ",")) or _heading(lines[:names]):
        return "", (), found
    at += 1
    rest = lines[names:]
    authors = names_line(" ".join(rest)) or tuple(author for line in rest for author in names_line(line))
    if not rest and at < len(found) and len(found[at]) <= 6:
        authors = names_line(" ".join(found[at])) or names_line(found[at][0])
        at += bool(authors)
    return title, authors, found[at:]


def _is_name_list(line: str) -> bool:
    """Whether a line lists names: two at least, as a title's second line may look like one."""
    return bool(re.search(r",|;|\band\b|&", line) and names_line(line))


def _is_banner(line: str) -> bool:
    """A line that only prints an identifier, a date or a journal's head."""
    rest = re.sub(r"(?i)https?://\S+|arxiv:\S+(\s*\[[\w.-]+\])?|doi:?\s*10\.\S+|\b10\.\d{4,}/\S+|preprint", "", line)
    return rest != line and len(rest.split()) <= 4


def _heading(lines: list[str]) -> tuple[str, int] | None:
    """(title, level) where a paragraph is a heading: one line, numbered, known, or in capitals."""
    line = lines[0] if len(lines) == 1 else ""
    text = bare(line)
    if not text or len(text.split()) > 10 or len(text) > 90:
        return None
    if KNOWN.match(text) or ABSTRACT.match(text) or REFERENCES.match(text) or (BACK.match(text) and len(text) < 40):
        return line.rstrip(" .:"), _level(line)
    if line.endswith((".", ",", ";", ":", "?")):
        return None
    numbered = NUMBER.match(line) and text[0].isupper() and not re.search(r"[=<>{}]", text)
    capitals = text.isupper() and len(re.findall(r"[^\W\d_]", text)) >= 4 and not re.search(r"[=\d@]", text)
    return (line, _level(line)) if numbered or capitals else None


def _level(line: str) -> int:
    number = re.match(r"\d+(?:\.\d+)*", line)
    return number[0].count(".") + 1 if number else 1


def _parts(found: list[list[str]], words: frozenset[str]) -> tuple[list[Part], tuple[Caption, ...]]:
    parts, captions = [Part()], []
    headings = _headings(found)
    for lines, heading in zip(found, headings, strict=True):
        caption = _CAPTION.match(lines[0])
        if heading:
            parts.append(Part(*heading))
        elif caption:
            label = f"{'Table' if caption[1] == 'Table' else 'Figure'} {caption[2]}"
            captions.append(Caption(label=label, text=rejoined(lines, words)[caption.end() :].strip()))
        else:
            parts[-1].paragraphs.append(lines)
    return parts, tuple(captions)


def _headings(found: list[list[str]]) -> list[tuple[str, int] | None]:
    """The heading that each paragraph is. A known one may have its text in the same paragraph: it is parted here."""
    for at in range(len(found) - 1, -1, -1):
        first = bare(found[at][0])
        thanks = BACK.match(first) and len(first.split()) <= 4 and not found[at][0].endswith((".", ","))
        if len(found[at]) > 1 and (thanks or KNOWN.match(first) or ABSTRACT.match(first) or REFERENCES.match(first)):
            found[at : at + 1] = [found[at][:1], found[at][1:]]
    headings = [_heading(lines) for lines in found]
    listed = [_is_listed(headings, at) for at in range(len(headings))]
    return [None if in_list else heading for heading, in_list in zip(headings, listed, strict=True)]


def _is_listed(headings: list[tuple[str, int] | None], at: int) -> bool:
    """Whether a numbered line is an item of a list: its neighbour is one of the same depth, with nothing between."""
    here = headings[at]
    if here is None or not here[0][0].isdigit():
        return False
    beside = headings[max(at - 1, 0) : at] + headings[at + 1 : at + 2]
    return any(other is not None and other[0][0].isdigit() and other[1] == here[1] for other in beside)


def _take_abstract(parts: list[Part], words: frozenset[str]) -> str:
    """The text under the heading "Abstract", or what follows that word, or the first paragraph before a heading."""
    for part in parts[:3]:
        if ABSTRACT.match(bare(part.title)) and part.paragraphs:
            parts.remove(part)
            return "\n\n".join(rejoined(lines, words) for lines in part.paragraphs)
    lead = parts[0].paragraphs
    for lines in lead[:6]:
        text = rejoined(lines, words)
        if match := _INLINE_ABSTRACT.match(text):
            lead.remove(lines)
            return text[match.end() :]
    if len(parts) > 1 and len(lead) == 1 and MIN_WORDS <= len(rejoined(lead[0], words).split()) <= 500:
        return rejoined(lead.pop(), words)
    return ""


def _sections(parts: list[Part], words: frozenset[str]) -> Iterator[Section]:
    for part in parts:
        text = "\n\n".join(rejoined(lines, words) for lines in part.paragraphs)
        if text or part.title:
            yield Section(title=unnumbered(part.title), text=text, level=part.level, kind=kind_of(part.title))
