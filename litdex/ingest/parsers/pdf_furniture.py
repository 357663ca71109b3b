"""What stands on a PDF page beside the paper: running heads and feet, page numbers, line numbers, arXiv's stamp."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from litdex.ingest.parsers.pdf_page import Page, Run

EDGE_ROWS = 4  # how many rows from the top and from the bottom may be running heads or feet
MAX_FOOT = 5  # rows
FOOT = 0.85  # of the page's height, from which a foot may begin
TELLING_PAGES = 3  # so many pages' heads and feet tell where the paper appeared
MIN_NUMBERS = 8  # so many aligned numbers in the margin are line numbers

_PAGE_NUMBER = re.compile(r"[-–—|\s]*(page\s*)?(\d{1,5}|[ivxl]{1,6})(\s*(of|/)\s*\d{1,4})?[-–—|.\s]*", re.I)
_FOOT = re.compile(
    r"proceedings|\u00a9|copyright|\bdoi\b|conference|symposium|workshop|journal|\bissn\b|pages? \d", re.I
)
_STAMP = re.compile(
    r"arXiv:\s*(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Za-z-]{2,})?/\d{7})(?:\s*v\s?(?P<version>\d{1,2}))?"
    r"(?:\s*\[(?P<category>[A-Za-z.-]+)\])?(?:\s*(?P<date>\d{1,2}\s+[A-Z][a-z]{2}\s+\d{4}))?"
)
_MONTHS = {
    name: n
    for n, name in enumerate(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1)
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """arXiv's note in the margin of page one."""

    arxiv: str
    version: int = 0
    category: str = ""
    date: str = ""  # of this version

    @property
    def first_date(self) -> str:
        """When the paper came out: the stamp's date on a first version, else the month that the id tells."""
        if self.version <= 1 and self.date:
            return self.date
        digits = self.arxiv.rpartition("/")[2]
        year = int(digits[:2])
        return f"{1900 + year if year > 90 else 2000 + year}-{digits[2:4]}"


def read_stamp(text: str) -> Stamp | None:
    """The stamp in a text. An arXiv id that stands there without category and date is no stamp."""
    for match in _STAMP.finditer(text):
        if match["category"] or match["date"]:
            return Stamp(match["id"], int(match["version"] or 0), match["category"] or "", _iso(match["date"] or ""))
    return None


def _iso(date: str) -> str:
    words = date.split()
    return f"{words[2]}-{_MONTHS[words[1]]:02}-{int(words[0]):02}" if len(words) == 3 and words[1] in _MONTHS else ""


def drop_furniture(pages: list[Page]) -> list[str]:
    """Take running heads, feet, page numbers, line numbers and a stamp out of the pages' runs.

    Returns the texts of the rows that went from the first pages: they may tell where the paper appeared.
    """
    before = [_rows(page.runs) for page in pages[:TELLING_PAGES]]
    _drop_all(pages)
    left = {id(run) for page in pages[:TELLING_PAGES] for run in page.runs}
    return [row.text for rows in before for row in rows if not any(id(run) in left for run in row.runs)]


def _drop_all(pages: list[Page]) -> None:
    for page in pages:
        page.runs = [run for run in page.runs if not (run.page == 0 and read_stamp(run.text))]
        _drop(page, _line_numbers(page.runs))
    rows = {page.number: _rows(page.runs) for page in pages}
    for number, row in _repeated(rows):
        _drop(pages[number], row.runs)
    for page in pages[:1]:
        for row in _imprint(_rows(page.runs), page.height):
            _drop(page, row.runs)
    for page in pages:
        for row in _page_numbers(_rows(page.runs)):
            _drop(page, row.runs)


def _drop(page: Page, runs: Iterable[Run]) -> None:
    gone = {id(run) for run in runs}
    if gone:
        page.runs = [run for run in page.runs if id(run) not in gone]


@dataclass(slots=True)
class _Row:
    """Runs on one height of the page, whatever their column."""

    y: float
    runs: list[Run]

    @property
    def text(self) -> str:
        return " ".join(run.text for run in sorted(self.runs, key=lambda run: run.x0))

    @property
    def size(self) -> float:
        return max(run.size for run in self.runs)


def _rows(runs: list[Run]) -> list[_Row]:
    rows: list[_Row] = []
    for run in sorted(runs, key=lambda run: run.y):
        if rows and run.y - rows[-1].y < 2.5:
            rows[-1].runs.append(run)
        else:
            rows.append(_Row(run.y, [run]))
    return rows


def _repeated(rows: dict[int, list[_Row]]) -> list[tuple[int, _Row]]:
    """Rows near an edge whose text, digits aside, or whose lonely place comes back on other pages."""
    texts: dict[str, list[tuple[int, _Row]]] = defaultdict(list)
    places: dict[int, list[tuple[int, _Row]]] = defaultdict(list)
    for number, page in rows.items():
        for row in [*page[:EDGE_ROWS], *page[EDGE_ROWS:][-EDGE_ROWS:]]:
            texts[re.sub(r"\d+|\s+", "#", row.text.lower()).strip("#")].append((number, row))
        for row in _lonely(page):
            places[round(row.y / 3)].append((number, row))
    found: list[tuple[int, _Row]] = []
    for text, group in texts.items():
        heights = median(row.y for _, row in group)
        near = [(number, row) for number, row in group if abs(row.y - heights) < 6]
        if text and len({number for number, _ in near}) >= (2 if len(rows) < 6 else 3):
            found += near
    for group in places.values():
        if len(group) >= max(3, 0.6 * len(rows)):
            found += group
    return found


def _lonely(page: list[_Row]) -> list[_Row]:
    """The first and the last row of a page, where it is short and stands well apart from the next one."""
    if len(page) < 4:
        return []
    pairs = ((page[0], page[1].y - page[0].y), (page[-1], page[-1].y - page[-2].y))
    return [row for row, gap in pairs if gap > 1.7 * row.size and len(row.text) < 100]


def _imprint(page: list[_Row], height: float) -> list[_Row]:
    """The foot of the first page, well apart from the text, where it tells of proceedings, rights or the page."""
    for place in range(len(page) - 1, max(0, len(page) - MAX_FOOT) - 1, -1):
        row = page[place]
        if row.y < FOOT * height:
            return []
        if place and row.y - page[place - 1].y > 2.2 * row.size:
            foot = page[place:]
            return foot if any(_FOOT.search(row.text) or _PAGE_NUMBER.fullmatch(row.text) for row in foot) else []
    return []


def _page_numbers(page: list[_Row]) -> list[_Row]:
    """A bare number as the first or the last row, with nothing but space around it."""
    if len(page) < 2:
        return []
    return [row for row in (page[0], page[-1]) if _PAGE_NUMBER.fullmatch(row.text)]


def _line_numbers(runs: list[Run]) -> list[Run]:
    """Numbers that stand under one another in a margin and count up evenly."""
    numbers = [run for run in runs if run.text.isdecimal() and len(run.text) < 5]
    if len(numbers) < MIN_NUMBERS:
        return []
    others = [run for run in runs if not run.text.isdecimal()]
    if not others:
        return []
    starts, ends = sorted(run.x0 for run in others), sorted(run.x1 for run in others)
    inner = starts[len(starts) // 50], ends[-1 - len(ends) // 50]
    margin = [run for run in numbers if run.x1 < inner[0] or run.x0 > inner[1]]
    margin.sort(key=lambda run: run.y)
    steps = [int(after.text) - int(before.text) for before, after in itertools.pairwise(margin)]
    even = sum(step == median(steps) > 0 for step in steps) if steps else 0
    return margin if len(margin) >= MIN_NUMBERS and even >= 0.8 * len(steps) else []
