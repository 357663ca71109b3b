"""Characters of PDF pages as runs: stretches of one font on one baseline, with where they stand.

Only pdfium is asked, through raw pointers: a page of 5,000 characters costs about 5 ms so, and four times that through
checked calls. pdfium is not safe in threads, so one document is open at a time in a process, under `_LOCK`.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from litdex.errors import UnreadableFile
from litdex.ingest.ocr.usability import measure
from litdex.ingest.parsers.pdf_glyphs import UNIT, Boxes, Glyphs

MAX_PAGES = 2_000
MAX_CHARS = 8_000_000
"""Beyond these a file is no paper: what comes after is left out, so that time and memory stay bounded."""

MAX_OUTLINES = 400  # a page without text that has more lines and curves than this shows letters drawn as shapes

SPACE = 0.14
"""A gap of this share of the size or more parts two words."""

_LOCK = threading.Lock()
_BOLD = re.compile(r"bold|black|heavy|demi|cmbx|sfbx|bx\d|medi(?:$|ital)|-b$|\.b\b", re.I)
_ITALIC = re.compile(r"ital|obli|slant|cmti|cmsl|sfti|-i$|\.i\b|cmmi", re.I)
_BREAKS = re.compile(r"[\r\n]")


@dataclass(slots=True)
class Run:
    """Characters of one font on one baseline without a wide gap. Points, y downwards from the top of the page."""

    text: str
    x0: float
    x1: float
    y: float  # of the baseline
    size: float
    bold: bool = False
    italic: bool = False
    spaced: bool = False  # a space follows in the file
    page: int = 0


@dataclass(slots=True)
class Page:
    """One page's runs in the order of the file, and the text that stands at a right angle to them."""

    number: int
    width: float
    height: float
    runs: list[Run] = field(default_factory=list)
    side: str = ""
    scanned: bool = False  # shows something, but no usable text


@dataclass(slots=True)
class Document:
    """What is read of a file: its pages, how many it has, and what its information names."""

    pages: list[Page]
    count: int
    title: str = ""
    subject: str = ""  # often the journal, volume and DOI
    created: str = ""  # the year in which the file was made


@contextmanager
def opened(data: bytes, name: str) -> Iterator[Any]:
    if not data.strip():
        raise UnreadableFile(f"{name}: the file is empty; fetch it again")
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise UnreadableFile(f"{name}: {_reason(error, data)}") from None
        with closing(document):
            yield document


def _reason(error: Exception, data: bytes) -> str:
    code = getattr(error, "err_code", None)  # pdfium may still tell the last file's: look at the file, too
    if code == pdfium.FPDF_ERR_PASSWORD and b"/Encrypt" in data:
        return "the PDF is protected by a password; save a copy without it"
    if code == pdfium.FPDF_ERR_SECURITY and b"/Encrypt" in data:
        return "the PDF uses an unknown kind of encryption; save a copy without it"
    return "the PDF is damaged, cut short or without pages; fetch it again"


def read_document(data: bytes, name: str) -> Document:
    """The runs of all pages. Raises `UnreadableFile` where the file cannot be opened or has no page."""
    with opened(data, name) as document:
        count = len(document)
        title, subject, keywords, created = (
            " ".join((document.get_metadata_value(key) or "").split())
            for key in ("Title", "Subject", "Keywords", "CreationDate")
        )
        year = re.match(r"(?:D:)?((?:19|20)\d\d)", created)
        pages, chars = [], 0
        for number in range(min(count, MAX_PAGES)):
            page = _read_page(document, number)
            pages.append(page)
            chars += sum(len(run.text) for run in page.runs)
            if chars > MAX_CHARS:
                break
        return Document(pages, count, title, f"{subject} {keywords}".strip(), year[1] if year else "")


def _read_page(document: Any, number: int) -> Page:
    """A page's runs. A page that pdfium cannot load is as good as an empty one."""
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return Page(number, 0, 0)
    with closing(page):
        left, bottom, right, top = page.get_bbox()
        result = Page(number, right - left, top - bottom)
        handle = pdfium.FPDFText_LoadPage(page.raw)
        if not handle:
            return result
        try:
            _fill(result, Glyphs(handle, page.get_rotation()), (left, bottom, right, top))
        finally:
            pdfium.FPDFText_ClosePage(handle)
        if not _usable(result.runs):
            result.runs = []
            result.scanned = _shows_something(page)
        return result


def _shows_something(page: Any) -> bool:
    """Whether a page without usable text has a picture, text of unknown characters, or many outlines."""
    count = min(pdfium.FPDFPage_CountObjects(page.raw), MAX_OUTLINES)
    kinds = (pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page.raw, index)) for index in range(count))
    return count == MAX_OUTLINES or any(kind != pdfium.FPDF_PAGEOBJ_PATH for kind in kinds)


def _usable(runs: list[Run]) -> bool:
    """Whether the text is text, by its characters and its words."""
    return measure(" ".join(run.text for run in runs)).usable


def _turned(boxes: Boxes, turns: int) -> Boxes:
    """Boxes as they stand after so many quarter turns clockwise about the origin."""
    for _ in range(turns):
        left, top, right, bottom = boxes.T
        boxes = np.stack([bottom, -left, top, -right], axis=1)
    return boxes


def _fill(page: Page, glyphs: Glyphs, box: tuple[float, float, float, float]) -> None:
    """Put the runs of the page's main writing direction in `page.runs`, the text at right angles to it in `side`."""
    stretches = list(_stretches(glyphs.text, glyphs.boxes))
    turns = [glyphs.angle(first) for first, _ in stretches]
    weight = [0, 0, 0, 0]
    for (first, last), turn in zip(stretches, turns, strict=True):
        if turn >= 0:
            weight[turn] += last - first + 1
    main = max(range(4), key=lambda turn: (weight[turn], -turn))
    page.side = "".join(
        glyphs.text[first : last + 1].replace(UNIT, "") + (" " if glyphs.text[last + 1 : last + 2].isspace() else "")
        for (first, last), turn in zip(stretches, turns, strict=True)
        if turn not in (main, -1)
    )
    corner = np.array([[box[0], box[3], box[2], box[1]]], dtype=np.float32)
    left, top, right, bottom = (float(value) for value in _turned(corner, main)[0])
    page.width, page.height = right - left, top - bottom
    if main:
        upright = {i for (a, b), turn in zip(stretches, turns, strict=True) if turn == main for i in range(a, b + 1)}
        glyphs.boxes = _turned(glyphs.boxes, main)
        stretches = [(a, b) for a, b in _stretches(glyphs.text, glyphs.boxes) if a in upright]
    else:
        stretches = [s for s, turn in zip(stretches, turns, strict=True) if turn == main]
    runs = [_run(glyphs, first, last, main) for first, last in stretches]
    for run in _merged(runs):
        run.x0, run.x1, run.y, run.page = run.x0 - left, run.x1 - left, top - run.y, page.number
        if run.text and -2 <= run.x0 <= page.width and 0 <= run.y <= page.height + 2 and run.size > 1:
            page.runs.append(run)


def _merged(runs: list[Run]) -> Iterator[Run]:
    """Runs with those joined that follow one another on one baseline in one style."""
    last: Run | None = None
    for run in runs:
        if (
            last is not None
            and abs(run.y - last.y) < 0.3
            and (run.size, run.bold, run.italic) == (last.size, last.bold, last.italic)
            and -0.3 * run.size < run.x0 - last.x1 < 0.55 * run.size
        ):
            gap = " " if last.spaced or run.x0 - last.x1 > SPACE * run.size else ""
            last.text, last.x1, last.spaced = f"{last.text}{gap}{run.text}", max(last.x1, run.x1), run.spaced
            continue
        if last is not None:
            yield last
        last = run
    if last is not None:
        yield last


def _stretches(text: str, boxes: Boxes) -> Iterator[tuple[int, int]]:
    """First and last index of each stretch of characters that share font, size and baseline and stand close."""
    printed = np.array(
        [index for index, char in enumerate(text) if not char.isspace() and char != UNIT], dtype=np.int64
    )
    if not len(printed):
        return
    left, top, right, bottom = boxes[printed].T
    height = np.maximum(np.abs(top - bottom), 1.0)
    # A single glyph may stick out of its font's cell at one end; another size or baseline moves both ends.
    cut = (np.abs(np.diff(top)) > 0.05) & (np.abs(np.diff(bottom)) > 0.05)
    cut |= (left[1:] - right[:-1] > 0.55 * height[1:]) | (np.diff(left) < -0.3 * height[1:])
    starts = np.concatenate([[0], np.flatnonzero(cut) + 1, [len(printed)]])
    for begin, end in itertools.pairwise(starts):
        yield int(printed[begin]), int(printed[end - 1])


def _run(glyphs: Glyphs, first: int, last: int, main: int) -> Run:
    raw = glyphs.text[first : last + 1]
    text = _BREAKS.sub(" ", raw.replace(UNIT, ""))
    x, y = glyphs.origin(first)
    for _ in range(main):
        x, y = y, -x
    font = glyphs.font(first)
    return Run(
        text=" ".join(text.split(" ")).strip(),
        x0=float(glyphs.boxes[first, 0]),
        x1=float(glyphs.boxes[last, 2]),
        y=y,
        size=glyphs.run_size(first, last),
        bold=bool(_BOLD.search(font)),
        italic=bool(_ITALIC.search(font)),
        spaced=glyphs.text[last + 1 : last + 2] == " ",
    )
