"""Papers cut into passages: pieces of about `TARGET_WORDS` words that end where sentences end.

A passage is what both engines hold and what a search answers with. It never crosses a section, and its offsets into
`Paper.text` hold exactly. Captions, tables and notes are passages of their own kinds, after those of the running text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from litdex.ingest.paper import CaptionKind, Paper
from litdex.ingest.sentences import Span, sentences

TARGET_WORDS = 200
OVERLAP_WORDS = 40
_SLACK = 1.5  # a text up to this many targets stays whole: half a passage would say too little
_LONG_TOKEN = 16  # characters of one unbroken run that weigh as much as a word (formulas, CJK)
_TOKEN = re.compile(r"\S+")

PassageKind = Literal["text"] | CaptionKind
APART: tuple[CaptionKind, ...] = get_args(CaptionKind)
"""The kinds of passages that are not running text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of a paper: `paper.text[start:end] == text`."""

    ordinal: int  # 0-based, in reading order
    section: str  # of a caption its label: "Figure 3"
    text: str
    start: int
    end: int
    kind: PassageKind = "text"


def title_beside(title: str, passage: Passage) -> str:
    """The title that counts with a passage: none where the passage is the title, or stands apart from the text: it is
    short enough to be found by its own words, and would be found by every word of the title else."""
    return "" if passage.section == "Title" or passage.kind != "text" else title


def embedding_text(title: str, passage: str) -> str:
    """What the encoder reads of a passage: the paper's title in front, unless the passage is the title."""
    return f"{title}\n{passage}" if title and title != passage else passage


def passages(paper: Paper) -> list[Passage]:
    """All passages of a paper. A paper without prose has one, its title; one without that too has none."""
    text = paper.text
    blocks: list[tuple[PassageKind, str, Span]] = []
    at = 0
    for piece, role, section in paper.pieces():
        kind: PassageKind | None = "text" if role == "prose" else next((kind for kind in APART if kind == role), None)
        if kind:
            blocks.append((kind, section, (at, at + len(piece))))
        at += len(piece)
    spans = [(kind, section, span) for kind, section, block in blocks for span in _cut(text, *block)]
    if paper.title and not any(kind == "text" for kind, _, _ in spans):
        spans.insert(0, ("text", "Title", (0, len(paper.title))))
    return [
        Passage(ordinal=ordinal, section=section, text=text[start:end], start=start, end=end, kind=kind)
        for ordinal, (kind, section, (start, end)) in enumerate(spans)
    ]


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut `text[start:end]` into passages of equal length, as near as sentence ends allow."""
    units = [piece for span in sentences(text, start, end) for piece in _bounded(text, span)]
    if not units:
        return
    sizes = [_size(text, *unit) for unit in units]
    total = sum(sizes)
    count = 1 if total <= TARGET_WORDS * _SLACK else math.ceil(total / TARGET_WORDS)
    share = total / count
    first, done, held = 0, 0, 0
    for index, size in enumerate(sizes):
        held += size
        full = done + held >= share * 0.999 * (round(done / share) + 1)
        if index + 1 == len(units) or (full and count > 1):
            yield units[first][0], units[index][1]
            done += held
            held = 0
            first = _overlap(sizes, first, index) if index + 1 < len(units) else first


def _overlap(sizes: list[int], first: int, last: int) -> int:
    """The unit at which the next passage starts: the last one is repeated when it is short enough."""
    return last if last > first and sizes[last] <= OVERLAP_WORDS else last + 1


def _bounded(text: str, span: Span) -> Iterator[Span]:
    """The span itself, or its pieces where one "sentence" is longer than a passage may be."""
    if _size(text, *span) <= TARGET_WORDS * _SLACK:
        yield span
        return
    first, held = span[0], 0
    previous_end = span[0]
    for token in _tokens(text, *span):
        held += _weight(token)
        if held > TARGET_WORDS and previous_end > first:
            yield first, previous_end
            first, held = token[0], _weight(token)
        previous_end = token[1]
    yield first, span[1]


def _tokens(text: str, start: int, end: int) -> Iterator[Span]:
    """Runs without white space; a run of thousands of characters in pieces."""
    longest = TARGET_WORDS * _LONG_TOKEN // 2
    for match in _TOKEN.finditer(text, start, end):
        for at in range(match.start(), match.end(), longest):
            yield at, min(at + longest, match.end())


def _weight(token: Span) -> int:
    return 1 + (token[1] - token[0]) // _LONG_TOKEN


def _size(text: str, start: int, end: int) -> int:
    """The length of `text[start:end]` in words."""
    words = text[start:end].split()
    return len(words) + sum(len(word) // _LONG_TOKEN for word in words if len(word) >= _LONG_TOKEN)
