"""The bibliography of a PDF: where one entry ends and the next begins."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from litdex.ingest.identifiers import find_identifiers, normalise_arxiv
from litdex.ingest.paper import Reference
from litdex.ingest.parsers.pdf_lines import Line
from litdex.ingest.parsers.pdf_text import Vocabulary, joined
from litdex.ingest.parsers.printed_references import printed_reference

MAX_ENTRY = 3000  # characters; a longer one is text that was taken for an entry

_LABELS = (
    re.compile(r"\[\s*(\d{1,4})\s*\]\s*"),
    re.compile(r"\(?(\d{1,4})[.)]\s+"),
    re.compile(r"(\d{1,4})\s+(?=[^\W\d_])"),
)
_KEY = re.compile(r"\[[A-Za-z+]{2,}[^\]]{0,40}\d{2,4}[a-z]?\]\s*")
_OLD_ARXIV = re.compile(r"\b(?:[a-z]{2,8}(?:-[a-z]{2,4})?)(?:\.[A-Z]{2})?/\d{7}\b")


def references_of(lines: Sequence[Line], words: Vocabulary) -> tuple[Reference, ...]:
    """The entries that the lines of a bibliography make."""
    groups = _numbered(lines) or _keyed(lines) or _hanging(lines)
    texts = (joined([_spaced(line) for line in group], words) for group in groups)
    return tuple(_reference(text[:MAX_ENTRY]) for text in texts if len(text) > 12)


def _numbered(lines: Sequence[Line]) -> list[list[Line]]:
    """Entries told by labels that count up; a number that does not follow the one before is no label."""
    for label in _LABELS:
        groups: list[list[Line]] = []
        expected = 0
        for line in lines:
            match = label.match(_spaced(line))
            number = int(match[1]) if match else -1
            if match and (number == expected + 1 or (expected and expected < number <= expected + 3) or not groups):
                groups.append([line])
                expected = number
            elif groups:
                groups[-1].append(line)
        if len(groups) >= 2 and expected <= 2 * len(groups) + 2 and len(groups) >= len(lines) / 25:
            return groups
    return []


def _spaced(line: Line) -> str:
    """A line's text, a raised number before it set apart: "12A. Bee" is entry 12."""
    first, raised = line.parts[0] if line.parts else ("", False)
    return f"{first} {line.text[len(first) :]}" if raised and first.isdecimal() else line.text


def _keyed(lines: Sequence[Line]) -> list[list[Line]]:
    starts = [place for place, line in enumerate(lines) if _KEY.match(line.text)]
    return _cut(lines, starts) if len(starts) > max(2, len(lines) / 15) else []


def _hanging(lines: Sequence[Line]) -> list[list[Line]]:
    """Entries whose first line begins further left than the others; else those that end before the margin."""
    if not lines:
        return []
    indented = [line for line in lines if line.x0 - line.left > 0.5 * line.size]
    if len(indented) > 0.2 * len(lines):
        return _cut(lines, [p for p, line in enumerate(lines) if p == 0 or line.x0 - line.left <= 0.5 * line.size])
    steps = [b.y - a.y for a, b in itertools.pairwise(lines) if a.column == b.column]
    usual = median(steps) if steps else 0.0
    starts = [0]
    for place, (before, line) in enumerate(itertools.pairwise(lines), 1):
        wide = line.column == before.column and line.y - before.y > 1.3 * usual
        if wide or (before.text.rstrip().endswith(".") and before.x1 < before.right - 2 * line.size):
            starts.append(place)
    return _cut(lines, starts)


def _cut(lines: Sequence[Line], starts: Sequence[int]) -> list[list[Line]]:
    ends = [*starts[1:], len(lines)]
    return [list(lines[start:end]) for start, end in zip(starts, ends, strict=True)]


def _reference(text: str) -> Reference:
    for label in (*_LABELS[:2], _KEY):
        if match := label.match(text):
            text = text[match.end() :]
            break
    else:
        text = re.sub(r"^\d{1,4}\s+(?=[^\W\d_])", "", text)
    identifiers = find_identifiers(text)
    if "arxiv" not in identifiers and (old := _OLD_ARXIV.search(text)) and (found := normalise_arxiv(old[0])):
        identifiers["arxiv"] = found[0]
    return replace(printed_reference(text), identifiers=identifiers)
