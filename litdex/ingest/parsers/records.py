"""What the parsers of many-record files share: one bad record is a fault, a file of bad records only is unreadable."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, TypeVar

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob, Fault
from litdex.ingest.decoding import MARKS, decode
from litdex.ingest.paper import Paper

MAX_LINE = 64 * 1024 * 1024  # bytes of one record in a file of JSON lines
PATIENCE = 1000  # bad records without a good one among them after which a file is given up

R = TypeVar("R")


def read_records(
    blob: Blob, records: Iterable[R | Fault], read: Callable[[R], Paper | None]
) -> Iterator[Paper | Fault]:
    """The papers that `read` makes of records; its `ValueError` is that record's fault, its None no paper at all.

    Raises `UnreadableFile` with the first fault's reason where no record is good.
    """
    held: list[Fault] = []
    hopeful = True
    for ordinal, record in enumerate(records):
        found = record if isinstance(record, Fault) else _attempt(read, record, ordinal)
        if isinstance(found, Fault) and hopeful:
            held.append(found)
            if len(held) == PATIENCE:
                break
        elif found is not None:
            hopeful = False
            yield from held
            held.clear()
            yield found
    if held:
        raise UnreadableFile(f"{blob.name}: record {held[0].ordinal + 1}: {held[0].reason}")
    if hopeful:
        raise UnreadableFile(f"{blob.name}: holds no record of a paper")


def _attempt(read: Callable[[R], Paper | None], record: R, ordinal: int) -> Paper | Fault | None:
    try:
        return read(record)
    except ValueError as error:
        return Fault(ordinal, str(error))


def json_objects(blob: Blob) -> Iterator[dict[str, Any] | Fault]:
    """The objects of a JSON file: one a line (read as a stream), one alone, or the members of one array.

    Raises `UnreadableFile` where the file is empty.
    """
    with blob.open() as stream:
        if not blob.head().startswith(tuple(mark for mark, encoding in MARKS if encoding != "utf-8")):
            first = _first_line(stream)
            if not first:
                raise UnreadableFile(f"{blob.name}: is empty")
            if _is_complete(first):
                yield from _lines(blob, first, stream)
                return
    yield from _values(decode(blob.read(), blob.name))


def _first_line(stream: BinaryIO) -> bytes:
    """The first line that is not blank, at most `MAX_LINE` bytes of it."""
    line = stream.readline(MAX_LINE)
    while line and not line.strip(b"\xef\xbb\xbf \t\r\n"):
        line = stream.readline(MAX_LINE)
    return line


def _is_complete(line: bytes) -> bool:
    """Whether the first line looks like a whole record, good or bad, so that the file is one of lines."""
    line = line.removeprefix(b"\xef\xbb\xbf").strip()
    return (
        line.startswith(b"{") and line != b"{" and (line.endswith(b"}") or not line.endswith((b",", b":", b"[", b"{")))
    )


def _lines(blob: Blob, first: bytes, stream: BinaryIO) -> Iterator[dict[str, Any] | Fault]:
    line, ordinal = first.removeprefix(b"\xef\xbb\xbf"), 0
    while line:
        if len(line) >= MAX_LINE and not line.endswith(b"\n"):
            yield Fault(ordinal, f"a line of more than {MAX_LINE >> 20} MB is no record")
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE)
            ordinal += 1
        elif not line.isspace():
            yield _object(line, ordinal, blob.name)
            ordinal += 1
        line = stream.readline(MAX_LINE)


def _object(line: bytes, ordinal: int, name: str) -> dict[str, Any] | Fault:
    try:
        try:
            value = _loads(line)
        except UnicodeDecodeError:
            value = _loads(decode(line, name))
    except (ValueError, RecursionError, UnreadableFile) as error:
        return Fault(ordinal, f"is no JSON: {_brief(error)}")
    return value if isinstance(value, dict) else Fault(ordinal, "is no JSON object")


def _values(text: str) -> Iterator[dict[str, Any] | Fault]:
    """The objects of a text in which JSON values follow each other, or stand in one array."""
    decoder, at, ordinal = json.JSONDecoder(), _skip(text, 0, " \t\r\n["), 0
    while at < len(text) and text[at] != "]":
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield Fault(ordinal, f"is no JSON, so what follows cannot be read: {_brief(error)}")
            return
        yield _sound(value) if isinstance(value, dict) else Fault(ordinal, "is no JSON object")
        at, ordinal = _skip(text, at, " \t\r\n,"), ordinal + 1


def _skip(text: str, at: int, blanks: str) -> int:
    while at < len(text) and text[at] in blanks:
        at += 1
    return at


def _brief(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error).split("\n")[0]


_UNSOUND = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")  # what JSON can escape and UTF-8 or a database cannot hold


def _loads(line: bytes | str) -> Any:
    value = json.loads(line)
    text = line if isinstance(line, str) else line.decode(errors="replace") if b"\\u" in line else ""
    return _sound(value) if _UNSOUND.search(text) else value


def _sound(value: Any) -> Any:
    """A JSON value with half characters in its strings shown as U+FFFD and NULs taken out."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
    if isinstance(value, list):
        return [_sound(item) for item in value]
    return {_sound(key): _sound(item) for key, item in value.items()} if isinstance(value, dict) else value
