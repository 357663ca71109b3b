"""Blocks of lines in one style, and what a block is by rules of thumb: heading, caption, footnote, scrap, or prose.

The reader of lines (`litdex/ingest/readers/zones.py`) has these rules' answers among its features.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from litdex.ingest.parsers.pdf_glyphs import HYPHEN
from litdex.ingest.parsers.pdf_lines import Line

SMALL = 0.94  # a share of the body's size under which type is small
LARGE = 1.06


@dataclass(slots=True)
class Block:
    """Lines that follow one another in one column and one style."""

    lines: list[Line]
    gap: float = 0.0  # to the block above, in leadings

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def last(self) -> Line:
        return self.lines[-1]

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def fill(self) -> float:
        """The share of the column that the lines cover, the last one left out."""
        lines = self.lines[:-1] or self.lines
        return sum(line.x1 - line.x0 for line in lines) / (len(lines) * max(1.0, self.first.right - self.first.left))


@dataclass(slots=True)
class Measures:
    """What is usual in a document: the size of its body type, and the distance of its lines."""

    size: float
    leading: float
    bold: bool = False
    numbered: bool = False
    levels: dict[tuple[float, bool, bool, bool], int] = field(default_factory=dict)


LABEL = re.compile(
    r"(?:(abstract|key\s?-?words?|index terms|PACS|MSC)\b( and phrases)?\s*(numbers?|codes?)?\s*[.:—–-])|\[1\]\s", re.I
)
"""A label that begins a part of the front matter or the references, with or without space above it."""


def measure(lines: Sequence[Line]) -> Measures:
    """The measures of a document's body."""
    sizes: Counter[float] = Counter()
    for line in lines:
        if len(line.text) > 20:
            sizes[round(line.size * 2) / 2] += len(line.text)
    most = max(sizes.values(), default=0)
    size = max((size for size, count in sizes.items() if count > 0.35 * most), default=10.0)
    body = [line for line in lines if abs(line.size - size) < 0.3]
    steps = [b.y - a.y for a, b in itertools.pairwise(body) if a.column == b.column and b.y > a.y]
    close = [step for step in steps if step < 3 * size]
    bold = sum(len(line.text) for line in body if line.bold) > 0.6 * sum(len(line.text) for line in body)
    numbered = sum(bool(re.match(r"(\d{1,2}|[IVX]{1,4})\.?\s+[A-Z]", line.text)) for line in lines) >= 3
    return Measures(size, median(close) if close else 1.2 * size, bold, numbered)


def blocks_of(lines: Sequence[Line], usual: Measures) -> list[Block]:
    """The blocks of a document in reading order."""
    result: list[Block] = []
    for line in lines:
        before = result[-1].last if result else None
        if before is None or line.column != before.column:
            result.append(Block([line]))
            continue
        leading = usual.leading * max(1.0, line.size / usual.size)
        step = (line.y - before.y) / leading
        same = abs(line.size - before.size) <= 0.05 * before.size and line.bold == before.bold
        runs_on = step < 1.45 and not LABEL.match(line.text) and not _stands_alone(result[-1], line)
        if same and line.italic == before.italic and runs_on:
            result[-1].lines.append(line)
        else:
            result.append(Block([line], step))
    return result


def _stands_alone(block: Block, after: Line) -> bool:
    """Whether a block of one line in the body's type is a heading by its words, with little space under it."""
    line = block.first
    _, title = bare_title(line.text)
    known = bool(_KNOWN.fullmatch(title) or BACK.fullmatch(title)) and title[0].isupper()
    loud = title.isupper() and len(title) > 4 and not after.text.isupper()
    short = line.x1 < line.right - 2 * line.size and not line.text.endswith((".", ",", ";", "-", HYPHEN))
    spaced = block.gap > 1.25 or block.gap == 0
    return len(block.lines) == 1 and short and spaced and (loud or known)


CAPTION = re.compile(
    r"(?P<label>(?:(?:Supplementary|Supporting|Extended Data|Appendix)\s+)?"
    r"(?:Figure|FIGURE|Fig\.?|FIG\.?|Table|TABLE|Tab\.|Scheme|SCHEME|Plate|Chart|Algorithm|Box|Video|Movie)\s*"
    r"(?:[A-Z]?\.?\d+(?:\.\d+)?[A-Za-z]?|[IVXL]+)\b)(?P<mark>\s*[.:|–—]\s*|\s*$|\s+)"
)


def caption_label(block: Block, usual: Measures) -> re.Match[str] | None:
    """The label at the start of a caption. A sentence that begins "Figure 3 shows" is none."""
    match = CAPTION.match(block.first.text)
    if match is None:
        return None
    rest = block.first.text[match.end() :]
    other_style = block.first.size < SMALL * usual.size or (block.first.bold and not usual.bold)
    if match["mark"].strip() or not rest:
        # "see\nFig. 3. Then": a sentence's end and start, inside a paragraph
        return match if block.gap > 1.1 or block.gap == 0 or other_style else None
    return match if other_style or (rest[:1].isupper() and block.gap > 1.4) else None


_NUMBER = re.compile(
    r"(?P<number>(?:\d{1,2}\.)*\d{1,2}\.?|[IVX]{1,5}\.|[A-H]\.(?:\d{1,2}\.?)?|(?:Appendix|APPENDIX)\s+[A-Z0-9]{1,2}[.:]?)"
    r"\s+(?P<title>\S.*)"
)
_KNOWN = re.compile(
    r"(abstract|summary|author summary|(general )?introduction|background|motivation|related work|theory|"
    r"preliminaries|model|(materials?|patients|subjects|data|experimental)?( and | & )?methods?|methodology|"
    r"materials and methods|experimental( (section|procedures|setup|details|methods))?|simulations?|observations|"
    r"(main |numerical |experimental )?results( and discussions?)?|discussions?( and conclusions?)?|analysis|"
    r"(summary and |discussion and )?(conclusions?|concluding remarks|outlook)( and (outlook|discussion|future work))?|"
    r"limitations|future work|appendix|appendices|references( and notes)?|bibliography|literature cited|"
    r"works cited|acknowledge?ments?|note added|statistical analysis|supplementary (information|material)s?)\.?:?",
    re.I,
)
_OUTER = re.compile(
    r"(general )?introduction|background|(materials and |experimental )?methods|results( and discussion)?|discussion|"
    r"(summary|discussion)? ?(and )?conclusions?|acknowledge?ments?|references|bibliography|appendix",
    re.I,
)
REFERENCES = re.compile(
    r"(references( and notes)?|bibliography|literature( cited)?|works cited|references cited)\.?:?", re.I
)
BACK = re.compile(
    r"(acknowledge?ments?|funding( (sources?|information|statement))?|financial (support|disclosure)s?|"
    r"authors?['’]?s?['’]? contributions?|contributions?|(conflicts?|declaration) of (competing )?interests?|"
    r"(competing|conflicting) (financial )?interests?( statement)?|disclosures?|"
    r"(data|code|data and code) (availability|accessibility)( statement)?|availability of data.*|ethics.*statement|"
    r"supporting information|supplementa(ry|l) (information|materials?|data)|additional information|"
    r"abbreviations|author (information|details)|about the authors?|note added( in proof)?|credit author.*)\.?:?",
    re.I,
)


def bare_title(text: str) -> tuple[str, str]:
    """(number, title) of a heading: "2.1 Results" -> ("2.1", "Results")."""
    match = _NUMBER.fullmatch(text)
    return (match["number"].strip(".: "), match["title"]) if match else ("", text)


def is_heading(block: Block, usual: Measures) -> bool:
    """Whether a block is a heading: by its words, by its number and style, or by its style alone."""
    text = block.text
    if len(block.lines) > 3 or len(text) > 160 or not re.search(r"[^\W\d_]{3}", text):
        return False
    number, title = bare_title(text)
    style = block.first
    loud = style.size >= LARGE * usual.size or (style.bold and not usual.bold)
    if _KNOWN.fullmatch(title) or BACK.fullmatch(title):
        return title[0].isupper() and style.size >= 0.8 * usual.size
    if _is_formula(text) or block.last.text.endswith((",", ";", "-", "\x02")) or not title[0].isalnum():
        return False
    if style.size < SMALL * usual.size and not (style.bold and (number or block.gap == 0 or block.gap > 1.8)):
        return False
    if text.endswith(".") and not (loud and len(text.split()) < 14):
        return False
    if loud:
        return title[0].isupper() or title[0].isdigit() or bool(number)
    quiet = style.italic or (title.isupper() and len(title) > 5) or (bool(number) and usual.numbered)
    return quiet and title[0].isupper() and len(text.split()) < 16 and (block.gap > 1.15 or block.gap == 0)


def _is_formula(text: str) -> bool:
    letters = sum(char.isalpha() for char in text)
    return bool(re.search(r"[=≤≥∫∑√]|\(\d+\)$", text)) or letters < 0.5 * len(text)


def heading_level(text: str, first: Line, usual: Measures) -> int:
    """The depth of a heading: by its number, else by what the same style had before, else by rank of style."""
    number, title = bare_title(text)
    style = (round(first.size, 0), first.bold, first.italic, title.isupper())
    if re.fullmatch(r"[\d.]+", number):
        level = number.strip(".").count(".") + 1
    elif re.fullmatch(r"[IVX]+", number) or number.lower().startswith("appendix"):
        level = 1
    elif number:
        level = 2
    elif style in usual.levels:
        return usual.levels[style]
    elif _OUTER.fullmatch(title):
        level = 1
    else:
        # Larger before smaller, bold before regular, upright before italic, capitals before both cases
        larger = [lev for (size, bold, italic, caps), lev in usual.levels.items()
                  if (size, bold, not italic, caps) > (style[0], style[1], not style[2], style[3])]  # fmt: skip
        return usual.levels.setdefault(style, min(max(larger, default=0) + 1, 4))
    usual.levels.setdefault(style, level)
    return level


def is_prose(block: Block) -> bool:
    """Whether a block reads as sentences: lines that fill the column, made of words."""
    text = block.text
    words = re.findall(r"[^\W\d_]{2,}", text)
    if len(words) < 4 or sum(len(word) for word in words) < 0.5 * len(text):
        return False
    gaps = sum(line.gap > 2.0 for line in block.lines)
    return block.fill > 0.55 and gaps <= 0.4 * len(block.lines)


def is_scrap(block: Block, usual: Measures) -> bool:
    """Whether a block is what stands in a figure or a table: small, broken type, or a row of numbers."""
    small = block.first.size < SMALL * usual.size
    text = block.text
    letters = sum(char.isalpha() for char in text)
    if small and not is_prose(block):
        return True
    if "=" in text or re.search(r"\(\d+\)$", text):
        return False
    gaps = sum(line.gap > 2.0 for line in block.lines)
    return letters < 0.35 * len(text) or gaps > max(1, 0.4 * len(block.lines))


def is_footnote(place: int, blocks: Sequence[Block], usual: Measures) -> bool:
    """Whether a block stands in small type at the foot of its column, under type of the body's size."""
    block = blocks[place]
    if block.first.size >= SMALL * usual.size or len(block.lines) > 14:
        return False
    near = blocks[max(0, place - 60) : place + 60]
    if block.last.y < 0.5 * max(other.last.y for other in near if other.first.page == block.first.page):
        return False  # an abstract in small type over the columns
    same = [other for other in near if other.first.column == block.first.column]
    above = [b for b in same if b.last.y < block.first.y and b.first.size >= SMALL * usual.size and is_prose(b)]
    below = [b for b in same if b.first.y > block.last.y and b.first.size >= SMALL * usual.size]
    return (
        bool(above) and not below and all(b.first.size < SMALL * usual.size for b in same if b.first.y > block.first.y)
    )


def rule_of(place: int, blocks: Sequence[Block], usual: Measures) -> str:
    """What the rules take a block for: "caption", "heading", "foot", "scrap", "prose" or "other"."""
    block = blocks[place]
    if caption_label(block, usual):
        return "caption"
    if is_heading(block, usual):
        return "heading"
    if is_footnote(place, blocks, usual):
        return "foot"
    if is_scrap(block, usual):
        return "scrap"
    return "prose" if is_prose(block) else "other"
