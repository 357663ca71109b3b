"""Columns, lines and reading order of a PDF page, from where its runs stand and never from their order in the file.

A page is cut at its gutter: a strip that no line of text crosses over a good part of the page, with text as wide as a
column on both sides. Lines that do cross the strip (title, abstract, wide figures) part the page into bands, read from
top to bottom; in a band the left column is read before the right one, and each may be cut again. Measured over the
order of the file: as good where that is the reading order, and independent of it where it is not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from litdex.ingest.parsers.pdf_page import SPACE, Page, Run

MIN_COLUMN = 0.2  # of the page's width
MIN_LINES = 4  # side by side, to believe in two columns on a page alone
MIN_FILL = 0.45  # how much of a column its lines cover on average; tables and formulas cover less


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
        """The text without what is raised above the line: names without their marks."""
        return " ".join("".join(text for text, raised in self.parts if not raised).split())


Box = tuple[float, float]
"""Left and right edge of a column."""


def layout(pages: list[Page]) -> list[Line]:
    """All lines of the document in reading order."""
    own = [_gutter(page.runs, 0.0, page.width) for page in pages]
    usual = _usual([gutter for gutter in own if gutter is not None])
    lines: list[Line] = []
    column = 0
    for page, gutter in zip(pages, own, strict=True):
        for runs in _columns(page.runs, gutter or usual, page.width):
            found = _lines(runs)
            if not found:
                continue
            left, right = _edges(found)
            for line in found:
                line.left, line.right, line.column = left, right, column
            lines.extend(found)
            column += 1
    return lines


def _usual(gutters: list[Box]) -> Box | None:
    """The gutter of most pages that have one, for pages with too little text to show theirs."""
    if not gutters:
        return None
    near = [[other for other in gutters if abs(sum(other) - sum(gutter)) < 12] for gutter in gutters]
    most = max(near, key=len)
    return max(left for left, _ in most), max(max(left for left, _ in most) + 1, min(right for _, right in most))


def _edges(lines: list[Line]) -> Box:
    """The left and right edge of a column: where lines mostly begin, and where the longest end."""
    starts = Counter(round(line.x0) for line in lines)
    left = min((x for x, n in starts.items() if n >= max(2, len(lines) // 4)), default=min(starts))
    ends = sorted(line.x1 for line in lines)
    return float(left), ends[min(len(ends) - 1, int(0.9 * len(ends)))]


def _gutter(runs: list[Run], x0: float, x1: float) -> Box | None:
    """The strip between two columns in a part of a page, or None where the text has one column."""
    width = x1 - x0
    if len(runs) < 2 * MIN_LINES or width < 100:
        return None
    spans = np.array([(run.x0, run.x1, run.y, run.size) for run in runs])
    grid = np.arange(int(x0 + MIN_COLUMN * width), int(x1 - MIN_COLUMN * width))
    crossed = ((spans[:, 0:1] < grid) & (spans[:, 1:2] > grid)).T @ spans[:, 3]
    # The strip is as wide as the place where the fewest lines cross; of several the widest.
    strip = _widest(grid, crossed <= crossed.min() + 0.02 * spans[:, 3].sum())
    while strip is not None:
        if _parts_columns(spans, strip):
            return strip
        grid, crossed = _outside(grid, crossed, strip)
        if len(grid) == 0 or crossed.min() > 0.5 * spans[:, 3].sum():
            return None
        strip = _widest(grid, crossed <= crossed.min() + 0.02 * spans[:, 3].sum())
    return None


Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def _widest(grid: Array, free: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Box | None:
    """The longest stretch of neighbouring free points."""
    places = grid[free]
    if len(places) == 0:
        return None
    pieces = np.split(places, np.flatnonzero(np.diff(places) > 1.5) + 1)
    best = max(pieces, key=len)
    return float(best[0]), float(best[-1])


def _outside(grid: Array, crossed: Array, strip: Box) -> tuple[Array, Array]:
    keep = (grid < strip[0]) | (grid > strip[1])
    return grid[keep], crossed[keep]


def _parts_columns(spans: Array, strip: Box) -> bool:
    """Whether text as wide as a column stands on both sides of a strip, on enough lines."""
    middle = sum(strip) / 2
    left, right = spans[spans[:, 1] <= middle + 1], spans[spans[:, 0] >= middle - 1]
    crossing = spans[(spans[:, 0] < middle - 1) & (spans[:, 1] > middle + 1)]
    if len(left) < MIN_LINES or len(right) < MIN_LINES:
        return False
    rows = [_cover(side) for side in (left, right)]
    free = ~_cover(crossing) if len(crossing) else np.ones_like(rows[0])
    both = rows[0] & rows[1] & free
    size = float(np.median(spans[:, 3]))
    if both.sum() < MIN_LINES * size * 0.9:
        return False
    return all(_fill(side, both, size) >= MIN_FILL for side in (left, right))


def _cover(spans: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which heights of the page, by the point, have text."""
    rows = np.zeros(5000, dtype=np.bool_)
    for _, _, y, size in spans:
        rows[max(0, int(y - 0.8 * size)) : max(0, int(y + 0.2 * size)) + 1] = True
    return rows


def _fill(side: Array, rows: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], size: float) -> float:
    """The share of a column's width that its text covers, on the rows where both columns have some."""
    inside = side[rows[np.clip(side[:, 2].astype(int) - 2, 0, len(rows) - 1)]]
    if len(inside) == 0:
        return 0.0
    width = np.percentile(inside[:, 1], 95) - np.percentile(inside[:, 0], 5)
    lines = len(np.unique(np.round(inside[:, 2] / (0.6 * size))))
    return float((inside[:, 1] - inside[:, 0]).sum() / max(1.0, width * lines)) if width > 8 * size else 0.0


def _columns(runs: list[Run], gutter: Box | None, width: float, depth: int = 0) -> list[list[Run]]:
    """The runs of each column, in reading order of the columns."""
    if gutter is None or depth > 2:
        return [runs] if runs else []
    middle = sum(gutter) / 2
    crossing = _crossing(runs, gutter)
    result: list[list[Run]] = []
    for is_wide, band in _bands(runs, crossing):
        if is_wide:
            result.append(band)
            continue
        for side, edges in (
            ([run for run in band if (run.x0 + run.x1) / 2 < middle], (0.0, gutter[0])),
            ([run for run in band if (run.x0 + run.x1) / 2 >= middle], (gutter[1], width)),
        ):
            inner = _gutter(side, *edges) if edges[1] - edges[0] > 0.45 * width else None
            result.extend(_columns(side, inner, edges[1], depth + 1))
    return result


def _crossing(runs: list[Run], gutter: Box) -> list[Run]:
    """Runs that lie over the gutter, and pairs that part by chance just there, with less room than it has."""
    middle, room = sum(gutter) / 2, 0.8 * (gutter[1] - gutter[0])
    wide = [run for run in runs if run.x0 < middle - 2 and run.x1 > middle + 2]
    right = {round(run.y): run for run in sorted(runs, key=lambda run: -run.x0) if run.x0 >= middle - 2}
    for run in runs:
        if gutter[0] - 2 * room < run.x1 <= middle + 2:
            other = right.get(round(run.y))
            if other is not None and other.x0 - run.x1 < room:
                wide += [run, other]
    return sorted(wide, key=lambda run: run.y)


def _bands(runs: list[Run], crossing: list[Run]) -> list[tuple[bool, list[Run]]]:
    """The runs by bands from top to bottom, each with whether it is as wide as the page."""
    rows = _wide_rows(crossing)
    tops = [top for top, _ in rows]
    groups: dict[tuple[int, int], list[Run]] = {}
    for run in runs:
        height = run.y - 0.3 * run.size
        place = bisect_left(tops, height)
        inside = place > 0 and height <= rows[place - 1][1]
        groups.setdefault((place, 0 if inside else 1), []).append(run)
    return [(wide == 0, groups[place, wide]) for place, wide in sorted(groups)]


def _wide_rows(crossing: list[Run]) -> list[Box]:
    """Top and bottom of each stack of lines that cross the gutter, lines of one stack a line's space apart."""
    rows: list[list[float]] = []
    for run in crossing:
        top, bottom = run.y - 0.75 * run.size, run.y + 0.2 * run.size
        if rows and top - rows[-1][1] < 0.7 * run.size:
            rows[-1][1] = max(rows[-1][1], bottom)
        else:
            rows.append([top, bottom])
    return [(top, bottom) for top, bottom in rows]


def _lines(runs: Iterable[Run]) -> list[Line]:
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


_ACCENT = re.compile(r"[´`¨ˆ˜ˇ˘˚¯˙˝]+")


def _line(row: list[Run]) -> Line:
    main = row[0]
    row = sorted((run for run in row if not (_ACCENT.fullmatch(run.text) and len(row) > 1)), key=lambda run: run.x0)
    if not row:
        return Line("", main.x0, main.x1, main.y, main.size, main.page)
    parts: list[tuple[str, bool]] = []
    widest, end = 0.0, row[0].x0
    before: Run | None = None
    for run in row:
        gap = (run.x0 - end) / main.size
        if before is not None and (gap > SPACE or (before.spaced and gap > 0.05)):
            parts.append((" ", False))
        widest, end, before = max(widest, gap), max(end, run.x1), run
        parts.append((run.text, run.y < main.y - 0.12 * main.size and run.size < 0.9 * main.size))
    letters = sum(len(run.text) for run in row)
    return Line(
        text="".join(text for text, _ in parts),
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
