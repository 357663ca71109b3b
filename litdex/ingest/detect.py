"""Which format a document is in, told from its beginning; its name only settles Markdown against plain text.

One probe a family, asked in turn: PDF by its magic, XML by the root element, JSON by the keys of the first record, text
by its commands and marks.
"""

from __future__ import annotations

import re

from litdex.ingest.blob import HEAD_BYTES, Blob
from litdex.ingest.decoding import decode_head
from litdex.ingest.detect_json import json_format
from litdex.ingest.detect_text import text_format
from litdex.ingest.detect_xml import xml_format

_PDF = re.compile(rb"%PDF-\d\.\d")
_PDF_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")
PDF_JUNK = 1024  # bytes before the magic that readers of PDF bear with
_UTF16 = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"))  # XML in UTF-16 without a mark


def detect(blob: Blob) -> str | None:
    """The key of the document's format in `litdex.ingest.parsers.FORMATS`, or None where litdex does not read it.

    Raises `UnreadableFile` only where the bytes cannot be unpacked; whatever they are, it raises nothing else.
    """
    head = blob.head()
    return format_of(head, cut=len(head) >= HEAD_BYTES, name=blob.name)


def format_of(head: bytes, cut: bool, name: str = "") -> str | None:
    """The format of a document that begins with `head`; `cut` tells that it goes on after that."""
    if _is_pdf(head):
        return "pdf"
    text = _characters(head, cut)
    if text is None:
        return None
    text = text.lstrip("\ufeff \t\n\x0b\x0c")
    if text.startswith("<"):
        known, form = xml_format(text)
    else:
        known, form = json_format(text)
    return form if known else text_format(text, name)


def _is_pdf(head: bytes) -> bool:
    """Whether the magic comes first, or comes early and objects follow, as they do not in a text about PDF."""
    match = _PDF.search(head, 0, PDF_JUNK + 8)
    return match is not None and (match.start() == 0 or _PDF_OBJECT.search(head, match.end()) is not None)


def _characters(head: bytes, cut: bool) -> str | None:
    for magic, encoding in _UTF16:
        if head.startswith(magic):
            return head.decode(encoding, errors="replace")
    return decode_head(head, cut)
