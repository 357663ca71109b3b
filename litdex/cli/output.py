"""Text for the terminal: wrapped, aligned, marked. Colours vanish by themselves where output is not a terminal."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import click

from litdex.ingest.paper import Author, Paper

MAX_WIDTH = 100


def width() -> int:
    """Columns to use: the terminal's, within reason; 80 where there is none."""
    return max(40, min(MAX_WIDTH, shutil.get_terminal_size((80, 24)).columns))


def echo_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def wrapped(text: str, indent: int = 0, lines: int | None = None) -> str:
    """`text` in lines that fit, each after `indent` blanks; at most `lines` of them."""
    return textwrap.fill(
        clean(text),
        width=width(),
        initial_indent=" " * indent,
        subsequent_indent=" " * indent,
        max_lines=lines,
        placeholder=" …",
        break_on_hyphens=False,
    )


def clean(text: str) -> str:
    """One line, without control characters: a paper must not be able to steer the terminal."""
    return " ".join("".join(char if char.isprintable() or char in _MARKS else " " for char in text).split())


def byline(paper: Paper, name: str) -> str:
    """Authors, year, venue or category, and id, parted by dots."""
    parts = [short_authors(paper.authors), str(paper.year or ""), paper.venue or " ".join(paper.categories[:2]), name]
    return " · ".join(part for part in parts if part)


def short_authors(authors: Sequence[Author]) -> str:
    """Up to three names, then "et al."."""
    names = ", ".join(author.name for author in authors[:3])
    return f"{names} et al." if len(authors) > 3 else names


def marked(text: str, start: int, marks: Iterable[tuple[int, int]]) -> str:
    """`text`, whose first character has offset `start`, with the marked ranges in bold."""
    pieces, at = [], 0
    for first, last in marks:
        pieces.append(text[at : first - start])
        pieces.append(f"{_ON}{text[first - start : last - start]}{_OFF}")
        at = last - start
    return "".join([*pieces, text[at:]])


def styled(text: str) -> str:
    """Replace the place-holders of `marked` by the terminal's bold, after wrapping has counted characters."""
    for mark, colour in zip(_COLOURS, COLOURS, strict=True):
        text = text.replace(mark, f"\x1b[4;{colour}m")
    return text.replace(_ON, "\x1b[1;33m").replace(_OFF, "\x1b[0m")


def coloured(text: str, start: int, marks: Iterable[tuple[int, int, int]]) -> str:
    """As `marked`, for (first, last, colour): colours count from 0, and begin again after `len(COLOURS)`."""
    pieces, at = [], 0
    for first, last, colour in marks:
        opening = _COLOURS[colour % len(COLOURS)]
        pieces += [text[at : first - start], opening, text[first - start : last - start], _OFF]
        at = last - start
    return "".join([*pieces, text[at:]])


COLOURS = (36, 33, 32, 35, 34, 31, 96, 93, 92, 95)
"""The terminal's codes for colours that can be told apart."""
# Private-use characters: they survive wrapping as parts of their words. In a paper's own text they can do no harm.
_ON, _OFF, *_COLOURS = [chr(0xE000 + number) for number in range(2 + len(COLOURS))]
_MARKS = (_ON, _OFF, *_COLOURS)
