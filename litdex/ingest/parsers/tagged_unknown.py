"""Tagged exports of programs that litdex does not know: refused by name, so that their tags are never read as prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.decoding import decode_head
from litdex.ingest.paper import Paper

_PROGRAMS = (
    ("INSPEC or SilverPlatter", re.compile(r"INSPEC|SilverPlatter|^[A-Z]{2} ~ ", re.MULTILINE)),
    ("Biblioscape", re.compile(r"^--[A-Z]{2}--", re.MULTILINE)),
    ("Copac", re.compile(r"^[A-Z]{2}- ", re.MULTILINE)),
)


def parse(blob: Blob) -> Iterator[Paper | Fault]:
    """Raise `UnreadableFile` when the first paper is asked for, always."""
    yield from ()
    text = decode_head(blob.head(), cut=True) or ""
    program = next((name for name, marks in _PROGRAMS if marks.search(text)), "a program that it does not know")
    raise UnreadableFile(
        f"{blob.name}: is a tagged export of {program}, which litdex does not read: export it as RIS, BibTeX or .nbib"
    )
