"""What a parser is given: bytes with a name, however they are packed on disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from litdex.ingest.paper import Paper

HEAD_BYTES = 64 * 1024
MAX_WHOLE = 128 * 1024 * 1024
"""The most bytes that a format which must be held in memory whole (PDF, JATS, LaTeX) may have, unpacked."""


class Blob(Protocol):
    """One document's bytes, unpacked.

    `name` is what a message calls it: the path, and inside an archive the member after an exclamation mark
    (`papers.zip!a/b.pdf`).
    """

    @property
    def name(self) -> str:
        """Path, and member where there is one."""

    def head(self) -> bytes:
        """The first `HEAD_BYTES` bytes at most, for telling the format."""

    def open(self) -> BinaryIO:
        """A stream over all bytes. Raises `UnreadableFile` on damage, and where unpacking passes the safe bounds."""

    def read(self) -> bytes:
        """All bytes. Raises `UnreadableFile` over `MAX_WHOLE`."""

    def sibling(self, relative: str) -> Blob | None:
        """The document at a path relative to this one, for a format of several files; None if absent.

        Never leaves the folder or archive that the document belongs to, whatever `relative` says.
        """

    def siblings(self) -> list[str]:
        """The relative paths of all documents that `sibling` would give, sorted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A record inside a document that could not be read; the records beside it are still good."""

    ordinal: int  # 0-based position of the record in the document
    reason: str  # one line
    lacks: str = ""  # "ocr": it can be read once there is an engine for OCR


class Parser(Protocol):
    """The one function that each module of `litdex.ingest.parsers` has under the name `parse`."""

    def __call__(self, blob: Blob) -> Iterator[Paper | Fault]:
        """Yield the document's papers in order, lazily. Raises `UnreadableFile` where nothing can be read."""
