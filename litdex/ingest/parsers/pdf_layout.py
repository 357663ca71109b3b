"""Columns, lines and reading order of a PDF page, from where its runs stand and never from their order in the file.

A page is cut at its gutter: a strip that no line of text crosses over a good part of the page, with text as wide as a
column on both sides. Lines that do cross the strip (title, abstract, wide figures) part the page into bands, read from
top to bottom; in a band the left column is read before the right one, and each may be cut again. Measured over the
order of the file: as good where that is the reading order, and independent of it where it is not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from statistics import median

import numpy as np

from litdex.ingest.parsers.pdf_lines import Line, lines_of
from litdex.ingest.parsers.pdf_page import Page, Run

MIN_COLUMN = 0.2  # of the page's width
MIN_LINES = 5  # side by side, to believe in two columns on a page alone
TOLERANCE = 0.007  # the share of a page's lines that may run over their column's edge
MIN_FILL = 0.45  # how much of a column its lines cover on average; tables and formulas cover less


MAX_BESIDE = 40  # pieces of lines over an abstract's height in the other column: names and addresses, no text

_ABSTRACT = re.compile(r"\W*(abstract|a\s?b\s?s\s?t\s?r\s?a\s?c\s?t)\b", re.I)

Box = tuple[float, float]
"""Left and right edge of a column."""


def layout(pages: list[Page]) -> list[Line]:
    """All lines of the document in reading order."""
    own = [_gutter(page.runs, 0.0, page.width) for page in pages]
    usual = _usual([gutter for gutter in own if gutter is not None], len(pages))
    lines: list[Line] = []
    column = 0
    for page, gutter in zip(pages, own, strict=True):
        for runs in _columns(page.runs, _agreed(gutter, usual, page.runs), page.width):
            found = lines_of(runs)
            if not found:
                continue
            left, right = _edges(found)
            for line in found:
                line.left, line.right, line.column = left, right, column
            lines.extend(found)
            column += 1
    return lines


def _usual(gutters: list[Box], pages: int) -> Box | None:
    """The gutter that many pages have, for pages with too little text to show theirs."""
    near = [[other for other in gutters if abs(sum(other) - sum(gutter)) < 12] for gutter in gutters]
    most = max(near, key=len, default=[])
    if not most or len(most) < max(2, 0.25 * pages):
        return None
    left, right = median(left for left, _ in most), median(right for _, right in most)
    return left, max(right, left + 1)


def _agreed(own: Box | None, usual: Box | None, runs: list[Run]) -> Box | None:
    """A page's gutter, or the document's where the page respects it too: more text has shown that one."""
    if own is None or usual is None:
        return own or usual
    middle = sum(usual) / 2
    over = sum(run.x0 < middle - 2 and run.x1 > middle + 2 for run in runs)
    overlap = own[0] < usual[1] and usual[0] < own[1]
    return usual if overlap or over <= 0.1 * len(runs) else own


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
    grid: Array = np.arange(int(x0 + MIN_COLUMN * width), int(x1 - MIN_COLUMN * width), dtype=np.float64)
    crossed: Array = ((spans[:, 0:1] < grid) & (spans[:, 1:2] > grid)).T @ spans[:, 3]
    # The strip is as wide as the place where the fewest lines cross; of several the widest.
    strip = _widest(grid, crossed <= crossed.min() + TOLERANCE * spans[:, 3].sum())
    while strip is not None:
        if _parts_columns(spans, strip):
            return strip
        grid, crossed = _outside(grid, crossed, strip)
        if len(grid) == 0 or crossed.min() > 0.5 * spans[:, 3].sum():
            return None
        strip = _widest(grid, crossed <= crossed.min() + TOLERANCE * spans[:, 3].sum())
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
    if both.sum() < max(MIN_LINES * size * 0.9, 0.3 * (~free).sum()) or not _aligned(right, both, size):
        return False
    return all(_fill(side, both, size) >= MIN_FILL for side in (left, right))


def _aligned(right: Array, rows: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], size: float) -> bool:
    """Whether the lines right of a strip begin under one another, as they do in a column and not after chance gaps."""
    starts: dict[int, float] = {}
    for x0, _, y, _ in right:
        if rows[min(len(rows) - 1, max(0, int(y) - 2))]:
            row = round(y / (0.6 * size))
            starts[row] = min(starts.get(row, x0), x0)
    places = Counter(round(x0 / 3) for x0 in starts.values())
    return bool(places) and max(n + places[place + 1] for place, n in places.items()) >= 0.4 * len(starts)


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
    for is_wide, band in _bands(runs, crossing, middle):
        if is_wide:
            result.append(band)
            continue
        for side, edges in (
            ([run for run in band if run.x0 < middle - 2], (0.0, gutter[0])),
            ([run for run in band if run.x0 >= middle - 2], (gutter[1], width)),
        ):
            inner = _gutter(side, *edges) if _extent(side) > 0.5 * width else None
            result.extend(_columns(side, inner, edges[1], depth + 1))
    return result


def _extent(runs: list[Run]) -> float:
    return max((run.x1 for run in runs), default=0.0) - min((run.x0 for run in runs), default=0.0)


def _crossing(runs: list[Run], gutter: Box) -> list[Run]:
    """Runs that lie over the gutter, and pairs that part by chance just there, with less room than it has."""
    middle, room = sum(gutter) / 2, 0.8 * (gutter[1] - gutter[0])
    rows: dict[int, list[float]] = defaultdict(list)
    for run in runs:
        if middle - 2 <= run.x0 < gutter[1] + 4 * run.size and len(run.text) > 3:
            rows[round(run.y / 4)].append(run.x0)

    def overfull(run: Run) -> bool:
        """Whether a line only runs over its column's edge: it ends in the gutter, or other text is printed there."""
        near = (x0 for row in (-1, 0, 1) for x0 in rows[round(run.y / 4) + row])
        return run.x1 < gutter[1] + 1 or any(x0 < run.x1 - 1 for x0 in near)

    wide = [run for run in runs if run.x0 < middle - 2 and run.x1 > middle + 2 and not overfull(run)]
    right = {round(run.y): run for run in sorted(runs, key=lambda run: -run.x0) if run.x0 >= middle - 2}
    starts = Counter(round(run.x0) for run in right.values())
    edges = {start for start, lines in starts.items() if lines >= MIN_LINES}  # where a column's lines begin
    for run in runs:
        if gutter[0] - 2 * room < run.x1 <= middle + 2:
            other = next((right[y] for y in _near(round(run.y)) if y in right), None)  # a mark stands a little higher
            gap = room if other is None else other.x0 - run.x1
            if other is not None and (gap < 0.5 * run.size or (gap < room and round(other.x0) not in edges)):
                wide += [run, other]
    return sorted(wide, key=lambda run: run.y)


def _near(height: int) -> tuple[int, ...]:
    return height, height - 1, height + 1, height - 2, height + 2, height - 3, height - 4, height - 5


def _bands(runs: list[Run], crossing: list[Run], middle: float) -> list[tuple[bool, list[Run]]]:
    """The runs by bands from top to bottom, each with whether it is as wide as the page."""
    rows = sorted([*_wide_rows(crossing, runs, middle), *_list_starts(runs, middle), *_abstract_starts(runs, middle)])
    tops = [top for top, _ in rows]
    groups: dict[tuple[int, int], list[Run]] = {}
    for run in runs:
        height = run.y - 0.3 * run.size
        place = bisect_left(tops, height)
        inside = place > 0 and height <= rows[place - 1][1]
        groups.setdefault((place, 0 if inside else 1), []).append(run)
    bands: list[tuple[bool, list[Run]]] = []
    for place, narrow in sorted(groups):
        band = groups[place, narrow]
        if bands and (not narrow or _is_end(band, middle)) and bands[-1][0]:
            bands[-1][1].extend(band)
        else:
            bands.append((not narrow, band))
    return bands


def _list_starts(runs: list[Run], middle: float) -> list[Box]:
    """Where references begin under columns that end above them, as in Physical Review: "[1]" under an empty strip."""
    result = []
    for first in (run for run in runs if run.x0 < middle and run.text.lstrip().startswith("[1]")):
        top = _top(first)
        above = max((run for run in runs if _bottom(run) <= top + 1), key=_bottom, default=None)
        beside = any(_top(run) < top - 1 < _bottom(run) for run in runs)
        if above is not None and not beside and top - _bottom(above) > 1.2 * first.size:
            result.append(((top + _bottom(above)) / 2,) * 2)
    return result


def _abstract_starts(runs: list[Run], middle: float) -> list[Box]:
    """Where the abstract begins in the left column under authors who stand side by side, over both columns."""
    for first in (run for run in runs if run.x1 < middle and _ABSTRACT.match(run.text)):
        top = _top(first)
        beside = [run for run in runs if run.x0 >= middle - 2 and _bottom(run) <= top + 0.5 * first.size]
        width = max((run.x1 for run in runs), default=0.0) - middle
        full = sum(run.x1 - run.x0 > 0.85 * width for run in beside)
        if beside and len(beside) <= MAX_BESIDE and full <= 0.3 * len(beside):
            return [(top - 1, top - 1)]
    return []


def _is_end(band: list[Run], middle: float) -> bool:
    """Whether a band is but the short last line of what is above, and no column."""
    heights = [run.y for run in band]
    return max(run.x1 for run in band) < middle and max(heights) - min(heights) < 0.5 * max(run.size for run in band)


def _wide_rows(crossing: list[Run], runs: list[Run], middle: float) -> list[Box]:
    """Top and bottom of each stack of lines that cross the gutter, lines of one stack a line's space apart."""
    rows: list[list[Run]] = []
    for run in crossing:
        if rows and _top(run) - max(map(_bottom, rows[-1])) < 0.7 * run.size:
            rows[-1].append(run)
        else:
            rows.append([run])
    return [(min(map(_top, row)), _end_of_stack(row, runs, middle)) for row in rows]


def _top(run: Run) -> float:
    return run.y - 0.75 * run.size


def _bottom(run: Run) -> float:
    return run.y + 0.2 * run.size


def _end_of_stack(row: list[Run], runs: list[Run], middle: float) -> float:
    """The bottom of a stack: a short line right under it counts in, if of its type, at its edge and alone."""
    last = max(row, key=_bottom)
    bottom, left = _bottom(last), min(run.x0 for run in row)
    below = [run for run in runs if bottom - 0.3 * last.size < _top(run) < bottom + 0.6 * last.size]
    alone = all(run.x1 < middle for run in below) and any(abs(run.x0 - left) < 2 for run in below)
    return max(map(_bottom, below)) if alone and all(run.size == last.size for run in below) else bottom
