"""What the type and the place of a printed line say about its part in a paper, as features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litdex.ingest.parsers.pdf_blocks import Measures
from litdex.ingest.parsers.pdf_lines import Line
from litdex.ingest.readers.line_words import bucket

SIZES = (0.7, 0.85, 0.945, 1.055, 1.2, 1.45, 1.8)
"""Shares of the body's size at which type counts as another one."""


@dataclass(slots=True)
class Sheet:
    """What the lines of one page have in common."""

    largest: float = 0.0
    left: float = 1e9
    right: float = 0.0
    top: float = 1e9
    bottom: float = 0.0

    def take(self, line: Line) -> None:
        if len(line.text) > 3:
            self.largest = max(self.largest, line.size)
        self.left, self.right = min(self.left, line.x0), max(self.right, line.x1)
        self.top, self.bottom = min(self.top, line.y), max(self.bottom, line.y)


def look_features(lines: Sequence[Line], usual: Measures) -> list[tuple[list[str], list[str]]]:
    """For each line all features of its look, and those that its neighbours see too."""
    sheets: dict[int, Sheet] = {}
    for line in lines:
        sheets.setdefault(line.page, Sheet()).take(line)
    result = []
    for place, line in enumerate(lines):
        before = lines[place - 1] if place else None
        after = lines[place + 1] if place + 1 < len(lines) else None
        result.append(_look(line, before, after, usual, sheets[line.page], place / len(lines)))
    return result


def _look(
    line: Line, before: Line | None, after: Line | None, usual: Measures, sheet: Sheet, share: float
) -> tuple[list[str], list[str]]:
    size = bucket(line.size / usual.size, *SIZES)
    bold, page = line.bold and not usual.bold, min(line.page, 2)
    above, below = step(before, line, usual), step(line, after, usual)
    seen = [f"sz{size}", f"sty{int(bold)}{int(line.italic)}{size}", *(["bold"] if bold else [])]
    width = max(1.0, line.right - line.left)
    start, rest = (line.x0 - line.left) / line.size, (line.right - line.x1) / line.size
    wide = bucket(width / max(1.0, sheet.right - sheet.left), 0.3, 0.6, 0.85)
    down = bucket((line.y - sheet.top) / max(1.0, sheet.bottom - sheet.top), 0.01, 0.1, 0.25, 0.5, 0.8, 0.93, 0.999)
    own = [
        f"pg{page}",
        f"pg{page}dn{down}",
        f"pg{page}sz{size}",
        f"pg{page}sz{size}dn{down}",
        f"up{above}",
        f"dn{below}",
        f"up{above}dn{below}sty{int(bold)}{int(line.italic)}{size}",
        f"in{bucket(start, -0.5, 0.4, 1.5, 4)}",
        f"re{bucket(rest, 0.5, 2, 6)}",
        f"wide{wide}",
        f"fill{bucket((line.x1 - line.x0) / width, 0.25, 0.5, 0.75, 0.95)}",
        f"gap{bucket(line.gap, 1, 2, 4)}",
        f"far{bucket(share, 0.05, 0.15, 0.4, 0.6, 0.8, 0.9)}",
        *(["largest"] if page == 0 and line.size >= 0.98 * sheet.largest else []),
        *(["centred"] if start > 1.2 and abs(start - rest) < 1.5 else []),
        *(["same"] if before is not None and _alike(before, line) else [f"was{_change(before, line)}"]),
        *(["same>"] if after is not None and _alike(line, after) else [f"will{_change(after, line)}"]),
    ]
    return own + seen, seen


def step(before: Line | None, line: Line | None, usual: Measures) -> str:
    """How far a line stands under the one before: in classes of the usual distance; "c" for another column."""
    if before is None or line is None:
        return "x"
    if before.column != line.column:
        return "p" if before.page != line.page else "c"
    return str(
        bucket((line.y - before.y) / (usual.leading * max(1.0, line.size / usual.size)), 0.3, 0.9, 1.15, 1.5, 2.2, 4)
    )


def _alike(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) < 0.05 * one.size and one.bold == other.bold and one.italic == other.italic


def _change(other: Line | None, line: Line) -> str:
    if other is None:
        return "x"
    size = "l" if other.size > 1.05 * line.size else "s" if other.size < 0.95 * line.size else "e"
    return f"{size}{int(other.bold)}{int(other.italic)}"
