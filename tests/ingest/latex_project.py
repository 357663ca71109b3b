"""LaTeX projects for tests and benchmarks: files in memory as a `Blob`, and projects written out of `Paper` records.

A project written here has what real ones have: sections in files of their own, user macros, citations, labels and
references to them, footnotes, floats, comments, accents as commands, quotes and dashes as they are typed.
"""

from __future__ import annotations

import io
import posixpath
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from litdex.ingest.blob import HEAD_BYTES, Blob
from litdex.ingest.paper import Paper, Section


@dataclass(frozen=True)
class MemoryBlob:
    """One of several files in memory; `sibling` gives the others and nothing else."""

    files: Mapping[str, bytes]
    path: str = "main.tex"

    @property
    def name(self) -> str:
        return f"paper.zip!{self.path}"

    def head(self) -> bytes:
        return self.files[self.path][:HEAD_BYTES]

    def open(self) -> BinaryIO:
        return io.BytesIO(self.files[self.path])

    def read(self) -> bytes:
        return self.files[self.path]

    def sibling(self, relative: str) -> Blob | None:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), relative))
        return MemoryBlob(self.files, path) if path in self.files else None

    def siblings(self) -> list[str]:
        return sorted(path for path in self.files if path != self.path)


def memory_blob(text: str | bytes, path: str = "main.tex", **others: str | bytes) -> MemoryBlob:
    """A blob of `text` with other files beside it; an underscore pair in a keyword stands for a dot (`a__tex`)."""
    files = {path: text} | {name.replace("__", "."): content for name, content in others.items()}
    return MemoryBlob({name: data.encode() if isinstance(data, str) else data for name, data in files.items()}, path)
