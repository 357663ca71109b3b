"""Pages of a PDF as pictures, by pdfium."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from litdex.ingest.ocr.engine import PageImage
from litdex.ingest.parsers.pdf_page import opened

MAX_PIXELS = 40_000_000
"""A page that would have more is drawn coarser, so that memory stays bounded."""


def page_image(data: bytes, name: str, number: int, dpi: int) -> PageImage | None:
    """The page `number`, from 0; None where pdfium cannot draw it. Raises `UnreadableFile` as opening the file does."""
    import pypdfium2

    with opened(data, name) as document:
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            return None
        with closing(page):
            return _drawn(page, dpi)


def _drawn(page: Any, dpi: int) -> PageImage | None:
    import pypdfium2

    width, height = page.get_size()
    if width < 1 or height < 1:
        return None
    scale = min(dpi / 72, (MAX_PIXELS / (width * height)) ** 0.5)
    try:
        return PageImage(page.render(scale=scale).to_pil().convert("RGB"), scale)
    except (pypdfium2.PdfiumError, ValueError, MemoryError):
        return None
