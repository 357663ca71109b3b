"""From a file to what it tells, with no library in sight: so it can be done in any process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeVar

from litdex.errors import LitdexError
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.containers import open_unit
from litdex.ingest.detect import detect
from litdex.ingest.paper import Paper
from litdex.ingest.parsers import FORMATS
from litdex.ingest.walk import Unit

BATCH_RECORDS = 256
WHOLE = -1
"""The ordinal of a fault that is a whole document's."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of what one document in a file tells."""

    document: str  # its name; "" for the file as a whole
    format: str  # the parser, "" where there is none
    items: tuple[Paper | Fault, ...]


class Reader(Protocol):
    """Reads files; may be told of those that come next."""

    @property
    def window(self) -> int:
        """Of how many files it wants to be told at a time."""

    def ahead(self, unit: Unit) -> None:
        """This unit is asked for soon."""

    def pieces(self, unit: Unit) -> Iterator[Piece]:
        """All that a unit tells, in order. A bad file raises nothing: its last piece is a fault."""


class Here:
    """Reads in this process, when it is asked."""

    window = 0

    def ahead(self, unit: Unit) -> None:
        """Nothing."""

    def pieces(self, unit: Unit) -> Iterator[Piece]:
        """As the interface says."""
        return read(unit)


def read(unit: Unit, batch_size: int | None = None) -> Iterator[Piece]:
    """All that a unit tells, a batch of records of one document at a time."""
    size = batch_size or BATCH_RECORDS
    for item in _guarded(open_unit(unit), str(unit.path)):
        if isinstance(item, Fault):
            yield Piece("", "", (item,))
            continue
        name = detect(item)
        if name is None:
            reason = "not a format that litdex reads (see `litdex help formats`)"
            yield Piece(item.name, "", (Fault(WHOLE, reason),))
            continue
        papers = _guarded(FORMATS[name].parser()(item), item.name)
        batch = tuple(islice(papers, size))
        yield Piece(item.name, name, batch)
        while batch := tuple(islice(papers, size)):
            yield Piece(item.name, name, batch)


Item = TypeVar("Item", Blob, Paper)


def _guarded(items: Iterator[Item | Fault], name: str) -> Iterator[Item | Fault]:
    """The items; what they raise becomes a last Fault, so that one bad file never stops the others."""
    try:
        yield from items
    except LitdexError as error:
        yield Fault(WHOLE, str(error), getattr(error, "lacks", ""))
    except (OSError, MemoryError, RecursionError) as error:
        yield Fault(WHOLE, f"{name}: cannot be read: {_line(error)}")
    except Exception as error:  # a parser's own mistake must not cost the user the other files
        yield Fault(WHOLE, f"{name}: its parser failed ({_line(error)}): please report this file")


def _line(error: BaseException) -> str:
    text = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
