"""Text out of XML with inline markup: words never run together, paragraphs kept, sub- and superscripts readable.

A `Dialect` says in tables what the elements of one vocabulary are. While text is collected, control characters that XML
forbids stand for breaks: PARAGRAPH, LINE, and APART (a space if letters would meet).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from litdex.ingest.parsers.xml import Element

PARAGRAPH, LINE, APART = "\f", "\v", "\x1d"

_SPACE = re.compile(r"[ \t\r\n\xa0\u2002-\u200a\u202f\u205f\u3000]+")
_PARAGRAPHS = re.compile(r"[ \v\x1d]*\f[ \v\f\x1d]*")
_LINES = re.compile(r"[ \x1d]*\v[ \v\x1d]*")
_MEETING = re.compile(r"(?<=[^\s(\[\"“‘/–—-])\x1d+(?=[\w(\[\"“‘])")

_CHARGE = re.compile(r"\d*[+\-−–](?:/[+\-−–])?|st|nd|rd|th", re.IGNORECASE)
_EXPONENT = re.compile(r"[+\-−–]?[\w.]+")


@dataclass(frozen=True)
class Dialect:
    """What the elements of a vocabulary mean for its text. An element in no table is transparent."""

    dropped: frozenset[str] = frozenset()
    paragraphs: frozenset[str] = frozenset()  # stand on their own
    lines: frozenset[str] = frozenset()  # begin a line
    apart: frozenset[str] = frozenset()  # must not run together with their neighbours
    handlers: Mapping[str, Handler] = field(default_factory=dict)


def tags(names: str) -> frozenset[str]:
    """A set of names written in one string."""
    return frozenset(names.split())


Handler = Callable[[Element, list[str], Dialect], None]
"""Appends an element's text, without its tail, to what was collected so far."""


def flow(element: Element, dialect: Dialect) -> str:
    """The text of an element's content: paragraphs parted by a blank line, lines (of a list) by a newline."""
    return finish(collect(element, dialect))


def inline(element: Element | None, dialect: Dialect) -> str:
    """The text of an element's content on one line; "" for None."""
    if element is None:
        return ""
    if not len(element):
        return " ".join((element.text or "").split())
    return " ".join(flow(element, dialect).split())


def collect(element: Element, dialect: Dialect) -> list[str]:
    """The pieces of an element's content, breaks as control characters."""
    out: list[str] = []
    walk(element, out, dialect)
    return out


def finish(pieces: list[str]) -> str:
    """Pieces joined, space folded, breaks written out."""
    text = _SPACE.sub(" ", "".join(pieces))
    text = _LINES.sub("\v", _PARAGRAPHS.sub("\f", text))
    text = _MEETING.sub(" ", text).replace(APART, "")
    text = re.sub(r"\f ", "\f", re.sub(r"\v ", "\v", text))
    return text.strip(" \f\v").replace(PARAGRAPH, "\n\n").replace(LINE, "\n")


def walk(element: Element, out: list[str], dialect: Dialect) -> None:
    """Append the text of an element's content to `out`."""
    if element.text:
        out.append(element.text)
    for child in element:
        visit(child, out, dialect)
        if child.tail:
            out.append(child.tail)


def visit(child: Element, out: list[str], dialect: Dialect) -> None:
    """Append the text of `child` itself, with the breaks around it, to `out`."""
    tag = child.tag
    if tag in dialect.handlers:
        dialect.handlers[tag](child, out, dialect)
    elif tag not in dialect.dropped:
        before, after = _breaks(tag, dialect)
        out.append(before)
        walk(child, out, dialect)
        out.append(after)


def _breaks(tag: str, dialect: Dialect) -> tuple[str, str]:
    for tags, mark in ((dialect.paragraphs, PARAGRAPH), (dialect.lines, LINE), (dialect.apart, APART)):
        if tag in tags:
            return mark, mark
    return "", ""


def last_character(out: list[str]) -> str:
    """The character that what was collected ends with, "" at the beginning."""
    return next((piece[-1] for piece in reversed(out) if piece), "")


def superscript(element: Element, out: list[str], dialect: Dialect) -> None:
    """10<sup>6</sup> -> "10^6", x<sup>n+1</sup> -> "x^(n+1)"; charges, ordinals and isotopes as they are: "Ca2+"."""
    raise_text(inline(element, dialect), out)


def raise_text(text: str, out: list[str]) -> None:
    """Append a superscript."""
    before = last_character(out)
    carries = before.isalnum() or before in {")", "]", "}"}
    if carries and text and not _CHARGE.fullmatch(text) and (text[0].isalnum() or len(text) > 1):
        text = f"^{text}" if _EXPONENT.fullmatch(text) else f"^({text})"
    out.append(text)


def subscript(element: Element, out: list[str], dialect: Dialect) -> None:
    """H<sub>2</sub>O -> "H2O", k<sub>cat</sub> -> "kcat"; a number under a number is marked: "10_2"."""
    text = inline(element, dialect)
    out.append(f"_{text}" if last_character(out).isdigit() and text[:1].isdigit() else text)


def table_text(table: Element, dialect: Dialect) -> str:
    """The cells of a table (of HTML, CALS or TEI), a row in a line, parted by " | "."""
    rows = (
        [inline(cell, dialect) for cell in row if cell.tag in {"td", "th", "entry", "cell"}]
        for row in table.iter("tr", "row")
    )
    return "\n".join(" | ".join(cell for cell in row if cell) for row in rows if any(row))


def attribute(element: Element, name: str) -> str:
    """An attribute by its local name, in whatever namespace; "" if absent."""
    value = element.get(name)
    if value is None:
        value = next((str(value) for key, value in element.attrib.items() if str(key).endswith("}" + name)), "")
    return value.strip()


def each_once(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts that are not empty, in order, each once whatever its case."""
    first: dict[str, str] = {}
    for text in texts:
        if text:
            first.setdefault(text.casefold(), text)
    return tuple(first.values())
