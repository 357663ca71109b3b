"""JSON formats told by the keys of the first record, even where the head ends in the middle of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

_OPENING = re.compile(r"(?:\[\s*)?\{\s*(?:\"|\}|$)")
_TOKEN = re.compile(r"\"(?:[^\"\\]|\\.)*(?:\"|\\?\Z)|[\[\]{},]", re.DOTALL)
MAX_LINES = 20  # records that are looked at, where the first ones are damaged

Record = dict[str, Any]


def json_format(text: str) -> tuple[bool, str | None]:
    """(whether the text is JSON or JSON lines, its format if litdex reads it)."""
    if not _OPENING.match(text):
        return False, None
    told = (form for record in _records(text) for form, fits in RULES if fits(record))
    return True, next(told, None)


def _records(text: str) -> Iterator[Record]:
    """The first object: the document itself, or the first element of its array; after it those that begin a line."""
    starts = [text.find("{")]
    starts += [match.end() for match in islice(re.finditer(r"\n[ \t]*(?=\{)", text), MAX_LINES)]
    for start in starts:
        record = _object(text, start)
        if record:
            yield record


def _object(text: str, start: int) -> Record | None:
    """The object that begins at `start`; if it is cut off, its complete members."""
    try:
        value, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        value = _complete_members(text, start)
    return value if isinstance(value, dict) else None


def _complete_members(text: str, start: int) -> Any:
    depth, last = 0, start
    for token in _TOKEN.finditer(text, start):
        char = token[0]
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(char, 0)
        if depth == 1 and char == ",":
            last = token.start()
        if depth <= 0:
            break
    try:
        return json.loads(text[start:last] + "}")
    except (ValueError, RecursionError):
        return None


def _is_litdex(record: Record) -> bool:
    if "litdex" in record:
        return True
    if "_id" in record:  # a corpus in BEIR's layout
        return _is_text(record, "title", "text")
    plain = isinstance(record.get("id"), str | int) and _is_text(record, "title")
    return plain and "type" not in record and isinstance(record.get("categories", []), list) and _tells_more(record)


def _tells_more(record: Record) -> bool:
    return any(key in record for key in ("abstract", "categories", "sections", "authors"))


def _is_arxiv(record: Record) -> bool:
    """The public snapshot of arXiv's metadata: categories in one string, parted by blanks."""
    return "id" in record and _is_text(record, "title", "categories")


def _is_csl(record: Record) -> bool:
    if not _is_text(record, "type", "title"):
        return False
    people = record.get("author", [])
    named = isinstance(people, list) and any(
        isinstance(person, dict) and {"family", "given", "literal"} & person.keys() for person in people
    )
    issued = record.get("issued")
    dated = isinstance(issued, dict) and bool({"date-parts", "raw", "literal"} & issued.keys())
    return named or dated or record["type"] in CSL_TYPES


def _is_s2orc(record: Record) -> bool:
    """Paragraphs of a body, and an id: S2ORC and what has its form. A record that is cut off has no body any more."""
    described = isinstance(record.get("metadata"), dict) or isinstance(record.get("abstract"), dict | list)
    return "paper_id" in record and (described or "body_text" in record)


def _is_text(record: Record, *keys: str) -> bool:
    return all(isinstance(record.get(key), str) for key in keys)


CSL_TYPES = frozenset({"article-journal", "paper-conference", "chapter", "thesis", "book", "report", "article"})

RULES: tuple[tuple[str, Callable[[Record], bool]], ...] = (
    ("s2orc", _is_s2orc),
    ("arxiv", _is_arxiv),
    ("csl", _is_csl),
    ("litdex", _is_litdex),
)
