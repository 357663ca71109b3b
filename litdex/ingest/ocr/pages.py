"""The pages of a PDF that have no usable text, read by the engine that the user chose, each kept once it is read.

An engine that finds lines gives them to the page, and columns, headings and paragraphs are found as on any other. One
that writes Markdown gives sections, which go where the page stands: a mark on the page is found again in the text.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from statistics import median

from litdex.errors import LitdexError, UnreadableFile
from litdex.ingest.documents import Alone
from litdex.ingest.documents import Document as Bytes
from litdex.ingest.ocr.cache import PageCache
from litdex.ingest.ocr.engine import Choice, Engine, ReadPage, engine_for
from litdex.ingest.paper import Paper, Section
from litdex.ingest.parsers.pdf_page import Document, Page, Run

_LOG = logging.getLogger(__name__)
TELL_FROM = 60.0
"""Seconds of OCR for one document above which its cost is said before it starts."""
MARK = "Litdexpagemark"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What a language model may write, and no text has."""


@dataclass(slots=True)
class Recognised:
    """What engines read of a document: Markdown by page, and one line for each page with a fault."""

    markdown: dict[int, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    tried: bool = False  # an engine was there


def recognise(data: bytes, name: str, document: Document) -> Recognised:
    """Read the pages that need it; those read are scanned no longer. A page's failure is told, and raises nothing."""
    result = Recognised()
    choice = Choice.of_environment()
    pages = [page for page in document.pages if page.scanned or choice.mode == "always"]
    if not pages or not choice.active:
        return result
    try:
        engine = engine_for(choice)
    except LitdexError as error:
        result.faults.append(str(error))
        return result
    result.tried = True
    for page, read in _read(engine, choice, data, name, pages):
        if read.fault:
            result.faults.append(f"page {page.number + 1}: {read.fault}")
        if not read.empty:
            _take(page, read, result)
    _mark(document.pages, result.markdown)
    return result


def _take(page: Page, read: ReadPage, result: Recognised) -> None:
    page.scanned = False
    page.runs = [Run(line.text, line.x0, line.x1, line.y, line.size, page=page.number) for line in read.lines]
    if markdown := _CONTROL.sub(" ", read.markdown).strip():
        result.markdown[page.number] = markdown


def _read(
    engine: Engine, choice: Choice, data: bytes, name: str, pages: Sequence[Page]
) -> Iterator[tuple[Page, ReadPage]]:
    """Each page with what is on it: out of the cache, or read now and put there."""
    from litdex.ingest.ocr.render import page_image

    cache = PageCache(data, engine.fingerprint)
    missing = []
    for page in pages:
        if kept := cache.get(page.number):
            yield page, kept
        else:
            missing.append(page)
    _tell_cost(name, choice.name, len(missing), len(missing) * engine.seconds_a_page)
    for start in range(0, len(missing), engine.batch):
        batch = missing[start : start + engine.batch]
        drawn = [(page, page_image(data, name, page.number, engine.dpi)) for page in batch]
        yield from ((page, ReadPage(fault="cannot be drawn")) for page, image in drawn if image is None)
        good = [(page, image) for page, image in drawn if image is not None]
        for (page, _), read in zip(good, engine.read([image for _, image in good], choice.seconds), strict=True):
            if not read.again:
                cache.put(page.number, read)
            yield page, read


def _tell_cost(name: str, engine: str, pages: int, seconds: float) -> None:
    """Say beforehand what takes longer than a user would wait for without a word. Goes to stderr by default."""
    if seconds < TELL_FROM:
        return
    time = f"{seconds / 60:,.0f} minutes" if seconds < 5400 else f"{seconds / 3600:,.1f} hours"
    _LOG.warning(
        "%s: %s reads %d pages without usable text, which takes about %s; it can be interrupted and goes on there",
        *(name, engine, pages, time),
    )


def _mark(pages: Sequence[Page], markdown: dict[int, str]) -> None:
    """Put a mark on the first of the pages on end that were read as Markdown, but at the document's beginning."""
    sizes = [run.size for page in pages for run in page.runs]
    for page in pages:
        if page.number in markdown and page.number > 0 and page.number - 1 not in markdown and sizes:
            x0, x1, y = 0.15 * page.width, 0.85 * page.width, 0.5 * page.height
            page.runs = [Run(f"{MARK}{page.number}{MARK}.", x0, x1, y, median(sizes), page=page.number)]


def with_markdown(paper: Paper, markdown: dict[int, str]) -> Paper:
    """The paper with the pages that were read as Markdown where their marks are, or at its end without one."""
    paper = replace(paper, sections=tuple(map(_as_text, paper.sections)))
    for start in [number for number in sorted(markdown) if number - 1 not in markdown]:
        end = next(number for number in range(start, max(markdown) + 2) if number not in markdown)
        read = _paper_of("\n\n".join(markdown[number] for number in range(start, end)))
        if read is not None:
            paper = (
                _joined(read, paper, read.sections + paper.sections) if start == 0 else _inserted(paper, read, start)
            )
    return _unmarked(paper)


def _as_text(section: Section) -> Section:
    """The section with a mark out of its heading: a line by itself in the middle of a page looks like one."""
    found = re.search(rf"{MARK}\d+{MARK}\.?", section.title)
    if found is None:
        return section
    title = (section.title[: found.start()] + section.title[found.end() :]).strip()
    return replace(section, title=title, text=f"{found[0]}\n\n{section.text}".strip())


def _paper_of(text: str) -> Paper | None:
    from litdex.ingest.parsers.markdown import parse

    raw = text.encode()
    try:
        read = next(item for item in parse(Bytes("page.mmd", lambda: BytesIO(raw), len(raw), Alone(), "page.mmd")))
    except UnreadableFile:
        return None
    return read if isinstance(read, Paper) else None


def _inserted(paper: Paper, read: Paper, number: int) -> Paper:
    """`read` at its mark: what stands before and after it in a section stays before and after it."""
    mark = re.compile(rf"\s*{MARK}{number}{MARK}\.?\s*")
    lead = (Section(title=read.title, text=""),) if read.title else ()
    sections = lead + read.sections
    for place, section in enumerate(paper.sections):
        if found := mark.search(section.text):
            before = replace(section, text=section.text[: found.start()])
            rest = section.text[found.end() :]
            after = (replace(section, title="", text=rest),) if rest else ()
            if not before.text and not before.title:
                return _joined(paper, read, paper.sections[:place] + sections + after + paper.sections[place + 1 :])
            split = (before, *sections, *after)
            return _joined(paper, read, paper.sections[:place] + split + paper.sections[place + 1 :])
    return _joined(paper, read, paper.sections + sections)


def _joined(first: Paper, second: Paper, sections: tuple[Section, ...]) -> Paper:
    """Both papers in one, the first one's word before the second one's, with these sections."""
    return replace(
        first,
        title=first.title or second.title,
        abstract=first.abstract or second.abstract,
        authors=first.authors or second.authors,
        claims={**second.claims, **first.claims},
        sections=sections,
        captions=first.captions + second.captions,
        references=first.references + second.references,
    )


def _unmarked(paper: Paper) -> Paper:
    """The paper without marks that ended up in its title, its abstract or a reference."""
    mark = re.compile(rf"\s*{MARK}\d+{MARK}\.?")
    return replace(
        paper,
        title=mark.sub("", paper.title).strip(),
        abstract=mark.sub("", paper.abstract).strip(),
        sections=tuple(replace(section, text=mark.sub("", section.text)) for section in paper.sections),
        captions=tuple(replace(caption, text=mark.sub("", caption.text)) for caption in paper.captions),
        references=tuple(
            replace(one, text=mark.sub("", one.text), title=mark.sub("", one.title)) for one in paper.references
        ),
    )
