"""Blocks of lines in one style, and what a block is: heading, caption, footnote, part of a float, or prose."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

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


CAPTION = re.compile(
    r"(?P<label>(?:(?:Supplementary|Supporting|Extended Data|Appendix)\s+)?"
    r"(?:Figure|FIGURE|Fig\.?|FIG\.?|Table|TABLE|Tab\.|Scheme|SCHEME|Plate|Chart|Algorithm|Box|Video|Movie)\s*"
    r"(?:[A-Z]?\.?\d+(?:\.\d+)?[A-Za-z]?|[IVXL]+)\b)(?P<mark>\s*[.:|–—]\s*|\s*$|\s+)"
)


_NUMBER = re.compile(
    r"(?P<number>(?:\d{1,2}\.)*\d{1,2}\.?|[IVX]{1,5}\.|[A-H]\.(?:\d{1,2}\.?)?|(?:Appendix|APPENDIX)\s+[A-Z0-9]{1,2}[.:]?)"
    r"\s+(?P<title>\S.*)"
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


def heading_level(text: str, first: Line, told: int, usual: Measures) -> int:
    """The depth of a heading: by its number, else by what the same style had before, else as told by its zone."""
    number, title = bare_title(text)
    style = (round(first.size, 0), first.bold, first.italic, title.isupper())
    if re.fullmatch(r"[\d.]+", number):
        level = number.strip(".").count(".") + 1
    elif re.fullmatch(r"[IVX]+", number) or number.lower().startswith("appendix"):
        level = 1
    elif number:
        level = 2
    else:
        return usual.levels.setdefault(style, told)
    usual.levels.setdefault(style, level)
    return level
