"""A document in memory, for tests of parsers."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from litdex.ingest.blob import HEAD_BYTES, Blob, Fault
from litdex.ingest.paper import Paper


@dataclass(frozen=True)
class Bytes:
    data: bytes
    name: str = "a.xml"

    def head(self) -> bytes:
        return self.data[:HEAD_BYTES]

    def open(self) -> BinaryIO:
        return io.BytesIO(self.data)

    def read(self) -> bytes:
        return self.data

    def sibling(self, relative: str) -> Blob | None:
        return None

    def siblings(self) -> list[str]:
        return []


Parse = Callable[[Blob], Iterator[Paper | Fault]]


def papers(parse: Parse, data: str | bytes) -> list[Paper]:
    """All papers of a document that is expected to have no faults."""
    found = list(parse(Bytes(data.encode() if isinstance(data, str) else data)))
    faults = [each for each in found if isinstance(each, Fault)]
    assert not faults, faults
    return [each for each in found if isinstance(each, Paper)]


def paper(parse: Parse, data: str | bytes) -> Paper:
    """The one paper of a document."""
    (found,) = papers(parse, data)
    return found
