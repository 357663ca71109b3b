"""PDF with a text layer: one paper a file. Pages without text are told as a fault beside it, for OCR."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.grobid import read_by_grobid
from litdex.ingest.identifiers import find_identifiers, normalise_arxiv
from litdex.ingest.ocr.pages import recognise, with_markdown
from litdex.ingest.paper import Paper
from litdex.ingest.parsers.pdf_furniture import Stamp, drop_furniture, read_stamp
from litdex.ingest.parsers.pdf_layout import layout
from litdex.ingest.parsers.pdf_page import Document, read_document
from litdex.ingest.parsers.pdf_structure import structured


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """Yield the paper, then a fault where some of its pages need OCR, and one where it has too many.

    Raises `UnreadableFile` for an empty, damaged or protected file, and where no page has text.
    """
    data = blob.read()
    document = read_document(data, blob.name)
    has_text = not any(page.scanned for page in document.pages)
    read = recognise(data, blob.name, document)
    scanned = sum(page.scanned for page in document.pages)
    need = f"{scanned} of {document.count} pages have no usable text layer"
    need += ", and OCR found none either" if read.tried else ": they need OCR (litdex[rapidocr] or litdex[ocr])"
    lacks = "" if read.tried else "ocr"
    paper = with_markdown(_paper(document), read.markdown)
    if not paper.text:
        why = need if scanned else f"the PDF has no text on its {document.count} pages; nothing can be read"
        raise UnreadableFile(f"{blob.name}: {'; '.join([why, *read.faults])}", lacks if scanned else "")
    paper, fault = read_by_grobid(data, blob.name, paper) if has_text else (paper, "")
    yield paper
    yield from (Fault(1, reason) for reason in [*read.faults, fault] if reason)
    if scanned:
        yield Fault(1, need, lacks)
    if len(document.pages) < document.count:
        yield Fault(1, f"only the first {len(document.pages)} of {document.count} pages were read; split the file")


def _paper(document: Document) -> Paper:
    first = document.pages[0]
    printed = " ".join(run.text for run in first.runs)
    stamp = read_stamp(first.side) or read_stamp(printed)
    furniture = drop_furniture(document.pages)
    lines = layout(document.pages)
    paper = structured(lines, furniture, document) if lines else Paper()
    paper = replace(paper, claims=find_identifiers(printed))
    return _stamped(paper, stamp) if stamp else paper


def _stamped(paper: Paper, stamp: Stamp) -> Paper:
    """The paper with what arXiv printed in the margin."""
    found = normalise_arxiv(stamp.arxiv)
    if found is None:
        return paper
    return replace(
        paper,
        identifiers={**paper.identifiers, "arxiv": found[0]},
        version=stamp.version,
        date=stamp.first_date,
        categories=(stamp.category,) if stamp.category else (),
    )
