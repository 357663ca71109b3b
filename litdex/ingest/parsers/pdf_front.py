"""The front matter of a PDF: title, authors, abstract, keywords and date, told by place, type and words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from litdex.ingest.dates import find_date
from litdex.ingest.names import fold
from litdex.ingest.paper import Author
from litdex.ingest.parsers.pdf_authors import authors_in, names_in, names_place
from litdex.ingest.parsers.pdf_blocks import (
    SMALL,
    Block,
    Measures,
    bare_title,
    caption_label,
    is_footnote,
    is_heading,
    is_prose,
    opens_body,
)
from litdex.ingest.parsers.pdf_lines import Line
from litdex.ingest.parsers.pdf_text import Vocabulary, joined, mended, paragraphs

_ABSTRACT = re.compile(r"(?:\d\.?\s+)?(?:abstract|a b s t r a c t|summary)\b\s*[.:—–-]*\s*", re.I)
_KEYWORDS = re.compile(
    r"(?:key\s?-?words?( and phrases)?|index terms|subject headings|subject terms)\b\s*[.:—–-]*\s*", re.I
)
_CODES = re.compile(r"(PACS|MSC|JEL|CCS|ACM)\b|.{0,40}(subject classification|Classification codes?)", re.I)
_NO_TITLE = re.compile(
    r"(untitled.*|microsoft word.*|.*\.(docx?|tex|dvi|pdf|ps|indd|qxd)|title|paper|.*\bet al\.?|\W*)", re.I
)
_DATE_LABEL = re.compile(
    r"\(?\b(dated|published( online)?|accepted|received|submitted|revised|posted|available online|this version)\b", re.I
)


@dataclass(slots=True)
class Front:
    """What the first page tells, and the place of the first block that belongs to the body."""

    title: str = ""
    authors: tuple[Author, ...] = ()
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    date: str = ""
    end: int = 0
    captions: list[int] = field(default_factory=list)  # places of those that stand in it


def read_front(blocks: Sequence[Block], usual: Measures, words: Vocabulary, info_title: str) -> Front:
    """The front matter of a document."""
    start, end = _title_blocks(blocks, usual, info_title)
    front = Front(title=joined([line.text for block in blocks[start:end] for line in block.lines], words))
    if not front.title and plausible_title(info_title):
        front.title = info_title
    zone: list[Line] = []
    abstract: list[Line] = []
    place = end
    while place < len(blocks) and blocks[place].first.page <= blocks[start].first.page + 1:
        block = blocks[place]
        if match := _KEYWORDS.match(block.text):
            front.keywords, place = _keywords(blocks, place, match.end())
        elif _CODES.match(block.text):
            place += 1
        elif caption_label(block, usual):
            front.captions.append(place)
            place += 1
        elif not abstract and _ABSTRACT.match(block.text) and _is_label(block):
            abstract, place = _abstract(blocks, place, usual)
        elif is_heading(block, usual) and (abstract or opens_body(block)):
            break
        elif _is_paragraph(block) and not is_footnote(place, blocks, usual):
            if abstract or not _stands_out(blocks, place, usual):
                if place > end and is_heading(blocks[place - 1], usual) and not _is_credit(blocks[place - 1]):
                    place -= 1
                break
            abstract, place = _stretch(blocks, place)
        elif abstract and block.first.size >= SMALL * usual.size and is_prose(block):
            break
        else:
            zone += [] if abstract else block.lines
            front.date = front.date or _date(block)
            place += 1
    front.end = place if abstract or place < len(blocks) else end
    front.abstract = _without_label("\n\n".join(paragraphs(abstract, words, usual.leading)))
    front.authors = authors_in(zone)
    return front


def plausible_title(title: str) -> bool:
    """Whether the title in a file's information is one, and not what some program left there."""
    return bool(len(title.split()) >= 3 and len(title) < 400 and not _NO_TITLE.fullmatch(title))


def _title_blocks(blocks: Sequence[Block], usual: Measures, info_title: str) -> tuple[int, int]:
    """First and last (excluded) place of the title's blocks: what the information names, else the largest type."""
    page = [place for place, block in enumerate(blocks) if block.first.page == blocks[0].first.page]
    wanted = fold(info_title) if plausible_title(info_title) else ""
    for start in page if wanted else []:
        for end in range(start + 1, min(start + 4, len(page) + 1)):
            if fold(mended(" ".join(block.text for block in blocks[start:end]))) == wanted:
                return start, end
    bottom = max((block.last.y for block in (blocks[place] for place in page)), default=0.0)
    able = [p for p in page if _may_be_title(blocks[p]) and blocks[p].first.y < max(0.6 * bottom, 300)]
    if not able:
        return 0, 0
    best = max(able, key=lambda p: (round(blocks[p].first.size), blocks[p].first.bold, -p))
    end = best + 1
    while (
        end in page
        and abs(blocks[end].first.size - blocks[best].first.size) < 0.4
        and blocks[end].gap < 2.2
        and blocks[end].first.size > usual.size * 1.1
        and blocks[end].first.bold == blocks[best].first.bold
    ):
        end += 1
    return best, end


def _may_be_title(block: Block) -> bool:
    text = block.text
    letters = sum(char.isalpha() for char in text)
    return (
        letters >= 8
        and not opens_body(block)
        and letters > 0.6 * len(text)
        and 2 <= len(text.split()) <= 60
        and not re.match(r"(abstract|received|accepted|published|open access|research article|article)\b", text, re.I)
    )


def _is_label(block: Block) -> bool:
    """Whether "Abstract" stands as a label: alone, before a stop, or in other type than what follows."""
    match = _ABSTRACT.match(block.text)
    if match is None:
        return False
    return (
        match.end() == len(block.text)
        or bool(re.search(r"[.:—–-]\s*$", match[0]))
        or match[0].strip().isupper()
        or len(block.text.split()) > 30
    )


def _without_label(text: str) -> str:
    match = _ABSTRACT.match(text)
    return text[match.end() :] if match and not text.lower().startswith("summary of") else text


def _abstract(blocks: Sequence[Block], place: int, usual: Measures) -> tuple[list[Line], int]:
    """The lines of the abstract whose label stands at a place, and the place after it."""
    match = _ABSTRACT.match(blocks[place].text)
    assert match is not None
    if match.end() < len(blocks[place].text):
        return _stretch(blocks, place)
    start = place + 1
    if start >= len(blocks):
        return [], start
    lines, end = _stretch(blocks, start)
    # A structured abstract has small headings of its own: read on while the type is small or the body has not begun.
    while end + 1 < len(blocks) and _is_part(blocks[end]) and blocks[end + 1].first.size == blocks[start].first.size:
        more, end = _stretch(blocks, end)
        lines += more
    return lines, end


def _is_part(block: Block) -> bool:
    return (
        bool(
            re.match(
                r"(background|objectives?|aims?|methods?( and findings)?|results|conclusions?|context)\b",
                block.text,
                re.I,
            )
        )
        and len(block.text.split()) < 6
        and block.first.size < 11
        and not re.match(r"\d|[IVX]+\.", block.text)
    )


def _stretch(blocks: Sequence[Block], place: int) -> tuple[list[Line], int]:
    """The lines from a place on that share its type and measure, over columns where a sentence runs on."""
    first = blocks[place].first
    lines = list(blocks[place].lines)
    place += 1
    while place < len(blocks):
        block = blocks[place]
        same = (
            abs(block.first.size - first.size) < 0.3
            and not _KEYWORDS.match(block.text)
            and not _CODES.match(block.text)
        )
        near = block.first.column == lines[-1].column and block.gap < 2.2
        runs_on = not re.search(r"[.!?]\W*$", lines[-1].text)
        broad = abs((block.first.right - block.first.left) - (first.right - first.left)) < 25
        number, _ = bare_title(block.text)
        alike = block.first.bold == first.bold and (near or (runs_on and broad)) and not (number and near)
        if not same or not (alike or (runs_on and near)):
            break
        lines += block.lines
        place += 1
    return lines, place


def _stands_out(blocks: Sequence[Block], place: int, usual: Measures) -> bool:
    """Whether a paragraph before the body is set as an abstract is: small, bold, inset, or wider than the columns."""
    block = blocks[place]
    body = [b for b in blocks[place + 1 :] if is_prose(b) and abs(b.first.size - usual.size) < 0.4][:5]
    if not body:
        return False
    if block.first.size < 0.97 * usual.size or block.first.bold or (block.first.italic and not body[0].first.italic):
        return True
    left, right = block.first.left, block.first.right
    follower = body[0].first
    return (left > follower.left + 8 and right < follower.right - 8) or (right - left) > 1.3 * (
        follower.right - follower.left
    )


def _keywords(blocks: Sequence[Block], place: int, start: int) -> tuple[tuple[str, ...], int]:
    """The keywords at a place, and the place after them. The label may stand alone over its list."""
    text = mended(blocks[place].text)[start:]
    place += 1
    if not text.strip() and place < len(blocks):
        text = mended(blocks[place].text)
        place += 1
    pieces = re.split(r"\s*[;·•]\s*|\s+[-–—]\s+" if re.search(r"[;·•]|\s[-–—]\s", text) else r",\s*", text[:2000])
    return tuple(piece for piece in (piece.strip(" .,\x02") for piece in pieces) if 1 < len(piece) < 80)[:40], place


def _date(block: Block) -> str:
    """A date that a block of the front matter prints alone or with a label; never only a year."""
    for line in block.lines:
        if _DATE_LABEL.search(line.text) or len(line.text) < 30:
            date = find_date(line.text)
            if len(date) >= 7:
                return date
    return ""


def _is_paragraph(block: Block) -> bool:
    """Whether a block in the front matter is running text, not a long list of authors or addresses."""
    if not is_prose(block) or len(block.text.split()) <= 30:
        return False
    return sum(bool(names_in(line)) for line in block.lines) < 0.4 * len(block.lines)


def _is_credit(block: Block) -> bool:
    """Whether a block names people or places."""
    return names_place(block.text) or any(names_in(line) for line in block.lines)
