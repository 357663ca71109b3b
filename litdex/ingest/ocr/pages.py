"""The pages of a PDF that have no usable text, read by the engine that the user chose, each kept once it is read.

An engine that finds lines gives them to the page, and columns, headings and paragraphs are found as on any other. One
that writes Markdown gives sections, which stand before the text of the other pages if the first page is among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO

from litdex.errors import LitdexError
from litdex.ingest.documents import Alone
from litdex.ingest.documents import Document as Bytes
from litdex.ingest.ocr.cache import PageCache
from litdex.ingest.ocr.engine import Choice, Engine, ReadPage, engine_for
from litdex.ingest.paper import Paper
from litdex.ingest.parsers.pdf_page import Document, Page, Run

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What a language model may write, and no text has."""


@dataclass(slots=True)
class Recognised:
    """What engines read of a document: Markdown by page, and one line for each page with a fault."""

    markdown: dict[int, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


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
    for page, read in _read(engine, choice.seconds, data, name, pages):
        if read.fault:
            result.faults.append(f"page {page.number + 1}: {read.fault}")
        if not read.empty:
            _take(page, read, result)
    return result


def _take(page: Page, read: ReadPage, result: Recognised) -> None:
    page.scanned = False
    page.runs = [Run(line.text, line.x0, line.x1, line.y, line.size, page=page.number) for line in read.lines]
    if markdown := _CONTROL.sub(" ", read.markdown).strip():
        result.markdown[page.number] = markdown


def _read(
    engine: Engine, limit: float, data: bytes, name: str, pages: Sequence[Page]
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
    for start in range(0, len(missing), engine.batch):
        batch = missing[start : start + engine.batch]
        drawn = [(page, page_image(data, name, page.number, engine.dpi)) for page in batch]
        yield from ((page, ReadPage(fault="cannot be drawn")) for page, image in drawn if image is None)
        good = [(page, image) for page, image in drawn if image is not None]
        for (page, _), read in zip(good, engine.read([image for _, image in good], limit), strict=True):
            if not read.again:
                cache.put(page.number, read)
            yield page, read


def with_markdown(paper: Paper, markdown: dict[int, str]) -> Paper:
    """The paper with the pages that were read as Markdown; they come first if the first page is among them."""
    text = "\n\n".join(markdown[number] for number in sorted(markdown))
    if not any(char.isalpha() for char in text):
        return paper
    from litdex.ingest.parsers.markdown import parse

    raw = text.encode()
    read = next(item for item in parse(Bytes("page.mmd", lambda: BytesIO(raw), len(raw), Alone(), "page.mmd")))
    if not isinstance(read, Paper):
        return paper
    first, second = (read, paper) if 0 in markdown else (paper, read)
    return replace(
        first,
        title=first.title or second.title,
        abstract=first.abstract or second.abstract,
        authors=first.authors or second.authors,
        claims={**second.claims, **first.claims},
        sections=first.sections + second.sections,
        captions=first.captions + second.captions,
        references=first.references + second.references,
    )
