"""From a file to what it tells, with no library in sight: so it can be done in any process."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol, TypeVar

from litdex.errors import LitdexError, in_one_line
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.containers import open_unit
from litdex.ingest.detect import detect
from litdex.ingest.paper import Paper
from litdex.ingest.parsers import FORMATS
from litdex.ingest.storable import storable
from litdex.ingest.walk import Unit

_LOG = logging.getLogger(__name__)
BATCH_RECORDS = 256
WHOLE = -1
"""The ordinal of a fault that is a whole document's."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of what one document in a file tells."""

    document: str  # its name; "" for the file as a whole
    format: str  # the parser, "" where there is none
    items: tuple[Paper | Fault, ...]


@dataclass(frozen=True, slots=True)
class Begun:
    """A document is about to be parsed: whom to blame if the process ends over it."""

    document: str
    format: str


class Reader(Protocol):
    """Reads files; may be told of those that come next."""

    @property
    def window(self) -> int:
        """Of how many files it wants to be told at a time."""

    def ahead(self, unit: Unit) -> None:
        """This unit is asked for soon."""

    def pieces(self, unit: Unit) -> Iterator[Piece]:
        """All that a unit tells, in order. A bad file raises nothing: its last piece is a fault."""

    def close(self) -> None:
        """Let go of what was read ahead."""


class Here:
    """Reads in this process, when it is asked."""

    window = 0

    def ahead(self, unit: Unit) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""

    def pieces(self, unit: Unit) -> Iterator[Piece]:
        """As the interface says."""
        for piece in read(unit):
            yield replace(piece, items=tuple(storable(item) for item in piece.items))


def read(unit: Unit, batch_size: int | None = None) -> Iterator[Piece]:
    """Yield all that a unit tells, a batch of records of one document at a time."""
    return (piece for piece in read_aloud(unit, batch_size) if isinstance(piece, Piece))


def read_aloud(unit: Unit, batch_size: int | None = None) -> Iterator[Piece | Begun]:
    """As `read`, with a `Begun` before each document."""
    size = batch_size or BATCH_RECORDS
    for item in _guarded(lambda: open_unit(unit), str(unit.path)):
        if isinstance(item, Fault):
            yield Piece("", "", (item,))
        else:
            yield from _document(item, size)


def _document(blob: Blob, size: int) -> Iterator[Piece | Begun]:
    """Yield what one document tells."""
    try:
        name = detect(blob)
    except Exception as error:
        yield Piece(blob.name, "", (_fault(error, blob.name),))
        return
    if name is None:
        reason = "not a format that litdex reads (see `litdex help formats`)"
        yield Piece(blob.name, "", (Fault(WHOLE, reason),))
        return
    yield Begun(blob.name, name)
    papers = _guarded(lambda: FORMATS[name].parser()(blob), blob.name)
    batch = tuple(islice(papers, size))
    yield Piece(blob.name, name, batch)
    while batch := tuple(islice(papers, size)):
        yield Piece(blob.name, name, batch)


Item = TypeVar("Item", Blob, Paper)


def _guarded(opened: Callable[[], Iterator[Item | Fault]], name: str) -> Iterator[Item | Fault]:
    """Yield the items; what opening or reading them raises is a last Fault, so one bad file never stops the others."""
    try:
        yield from opened()
    except Exception as error:  # a parser's own mistake must not cost the user the other files
        yield _fault(error, name)


def _fault(error: Exception, name: str) -> Fault:
    """The one line that stands for an exception."""
    _LOG.debug("%s", name, exc_info=error)
    if isinstance(error, LitdexError):
        return Fault(WHOLE, str(error), getattr(error, "lacks", ""))
    if isinstance(error, MemoryError):
        return Fault(WHOLE, f"{name}: reading it takes too much memory (see --parse-memory)")
    if isinstance(error, OSError | RecursionError):
        return Fault(WHOLE, f"{name}: cannot be read: {in_one_line(error)}")
    return Fault(WHOLE, f"{name}: its parser failed ({in_one_line(error)}): please report this file")
