"""Runs of one column to lines, from top to bottom, with what is raised kept apart and accents set over letters."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from litdex.ingest.parsers.pdf_page import SPACE, Run

WIDE = 0.9
"""A gap of so many sizes parts two names that stand beside each other."""


@dataclass(slots=True)
class Line:
    """One line of one column. `parts` keeps what was raised apart; `text` has everything, in order."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    page: int
    bold: bool = False
    italic: bool = False
    gap: float = 0.0  # the widest gap inside, in units of the size
    left: float = 0.0  # of the column
    right: float = 0.0
    column: int = 0  # counts columns of the whole document in reading order
    parts: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def level_text(self) -> str:
        """The text without what is raised above the line (names without their marks), a comma for each wide gap."""
        text = "".join(text for text, raised in self.parts if not raised)
        return " ".join(re.sub(r"(?<=[^,;\s])\t", ", ", text).split())


def lines_of(runs: Iterable[Run]) -> list[Line]:
    """The lines that runs of one column make, from top to bottom."""
    rows: list[list[Run]] = []
    heights: list[float] = []  # baselines of the rows, sorted; each row's first run is its largest
    for run in sorted(runs, key=lambda run: (-run.size, run.y, run.x0)):
        home = _home(run, rows, heights)
        if home is None:
            place = bisect_left(heights, run.y)
            heights.insert(place, run.y)
            rows.insert(place, [run])
        else:
            rows[home].append(run)
    return [line for line in map(_line, rows) if line.text]


def _home(run: Run, rows: list[list[Run]], heights: list[float]) -> int | None:
    """The row that a run belongs to: the one with which it shares most of its height."""
    best, most = None, 0.5
    place = bisect_left(heights, run.y - 1.2 * run.size)
    while place < len(rows) and heights[place] < run.y + 1.2 * rows[place][0].size:
        main = rows[place][0]
        shared = min(run.y + 0.2 * run.size, main.y + 0.2 * main.size) - max(
            run.y - 0.7 * run.size, main.y - 0.7 * main.size
        )
        if shared / (0.9 * run.size) > most:
            best, most = place, shared / (0.9 * run.size)
        place += 1
    return best


COMBINING = {"´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "ˇ": "\u030c",
             "˘": "\u0306", "˚": "\u030a", "¯": "\u0304", "˙": "\u0307", "˝": "\u030b"}  # fmt: skip
_ACCENT = re.compile(f"[{''.join(COMBINING)}]")
_NARROW = frozenset("ijltfrI.,;:'!|()[] ")
_BROAD = frozenset("mwMW")


def _without_accents(row: list[Run]) -> list[Run]:
    """A row's runs, those that are only an accent put over the letter that stands under them."""
    rest = [run for run in row if not _ACCENT.fullmatch(run.text)]
    for accent in row:
        if _ACCENT.fullmatch(accent.text):
            middle = (accent.x0 + accent.x1) / 2
            under = [run for run in rest if run.x0 - 1 <= middle <= run.x1 + 1]
            if under:
                under[0].text = _accented(under[0], middle, COMBINING[accent.text])
    return rest or row


def _accented(run: Run, middle: float, mark: str) -> str:
    """A run's text with a combining mark set on the letter nearest to a place; pdfium tells only where runs end."""
    widths = [0.5 if char in _NARROW else 1.5 if char in _BROAD else 1.0 for char in run.text]
    scale = (run.x1 - run.x0) / max(1e-6, sum(widths))
    best, least, end = -1, 1.2 * run.size, run.x0
    for index, (char, width) in enumerate(zip(run.text, widths, strict=True)):
        distance = abs(end + width * scale / 2 - middle) + (0 if char.lower() in "aeiouı" else 0.25 * run.size)
        end += width * scale
        if distance < least and len(unicodedata.normalize("NFC", char + mark)) == 1:
            best, least = index, distance
    return unicodedata.normalize("NFC", run.text[: best + 1] + mark + run.text[best + 1 :]) if best >= 0 else run.text


def _line(row: list[Run]) -> Line:
    main = row[0]
    row = sorted(_without_accents(row), key=lambda run: run.x0)
    parts: list[tuple[str, bool]] = []
    widest, end = 0.0, row[0].x0
    before: Run | None = None
    for run in row:
        gap = (run.x0 - end) / main.size
        if before is not None and (gap > SPACE or (before.spaced and gap > 0.05)):
            parts.append(("\t" if gap > WIDE else " ", False))
        widest, end, before = max(widest, gap), max(end, run.x1), run
        parts.append((run.text, run.y < main.y - 0.12 * main.size and run.size < 0.9 * main.size))
    letters = sum(len(run.text) for run in row)
    return Line(
        text="".join(text for text, _ in parts).replace("\t", " "),
        x0=row[0].x0,
        x1=end,
        y=main.y,
        size=main.size,
        page=main.page,
        bold=sum(len(run.text) for run in row if run.bold) >= 0.85 * letters,
        italic=sum(len(run.text) for run in row if run.italic) >= 0.85 * letters,
        gap=widest,
        parts=parts,
    )
