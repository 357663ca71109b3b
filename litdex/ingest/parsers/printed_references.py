"""References as they are printed, told apart from one another and read as far as the print allows."""

from __future__ import annotations

import re

from litdex.ingest.identifiers import find_identifiers
from litdex.ingest.names import parse_name, split_names
from litdex.ingest.paper import Reference

_START = re.compile(r"\s*(?:[-*+]\s+)?(?:\[\^?[\w+.:-]{1,24}\]:?|\(\d{1,3}\)|\d{1,3}[.)])\s+|\s*[-*+•]\s+")

Parts = tuple[tuple[str, ...], str, str]
"""Authors, title, venue."""
_YEAR_FIRST = re.compile(
    r"([^()\[\]“\"]{3,3000}?)[\s,]*\((?:18|19|20)\d\d[a-z]?\)[.,:]?\s+((?:[^\W_]|\$).+)", re.DOTALL
)
_NAME = r"(?:[a-z]{1,4} ){0,3}[A-Z][^\s,.;:\d]*(?: [A-Z][^\s,.;:\d]+){0,3} [A-Z]{1,4}"
_VANCOUVER = re.compile(rf"({_NAME}(?:, {_NAME}){{0,200}}(?:,? et al)?)\.\s+(\S.+)", re.DOTALL)
_SENTENCE = re.compile(
    r"(?:(?<=[^\W_][\w)\]”’'])|(?<=[$}%])|(?<=[ .]\d))[.?!]{1,2}\s+(?=[^\W\d_a-z])(?!(?:Part )?[IVX]{1,4}[.:]\s)"
    r"|(?<=[?!])\s+(?=[^\W\d_a-z])"
)
_INSIDE = re.compile(r"[^\W\d_]{3}:? $|\(\d{4}[a-z]?\).*\w{3}")  # before a quotation that is within a title
_QUOTES = (re.compile(r"“([^“”]{8,300}?)[,.]?”"), re.compile(r"\"([^“”\"]{8,300}?)[,.]?\""))
_JOURNAL = re.compile(r"([^\W\d_][^\d,;]{1,150}?)(?=[,;.:(]?\s*(?:\d|[Vv]ol\b)|[,;]\s)")


def split_entries(text: str) -> list[str]:
    """The entries of a list of references: by their numbers or bullets, else a paragraph each."""
    lines = text.split("\n")
    if sum(bool(_START.match(line)) for line in lines) >= 2 or (lines and _START.match(lines[0])):
        entries: list[str] = []
        for line in lines:
            mark = _START.match(line)
            if mark:
                entries.append(line[mark.end() :])
            elif entries and line.strip():
                entries[-1] += " " + line.strip()
    else:
        entries = re.split(r"\n\s*\n", text)
        if len(entries) == 1 and all(re.search(r"\d{4}", line) for line in lines if line.strip()):
            entries = lines
    return [entry for entry in (" ".join(entry.split()) for entry in entries) if re.search(r"[^\W\d_]", entry)]


def printed_reference(text: str) -> Reference:
    """A printed entry: its year and identifiers; authors, title and venue where quotes or punctuation tell them."""
    authors, title, venue = _quoted(text) or _after_year(text) or _by_sentences(text) or ((), "", "")
    return Reference(
        text=text,
        title=title,
        authors=authors,
        year=printed_year(text),
        venue=venue,
        identifiers=find_identifiers(text),
    )


def _quoted(text: str) -> Parts | None:
    """Authors, “Title,” Venue, … as physicists and engineers print it."""
    match = _quotation(text)
    if match is None or _INSIDE.search(text[: match.start()]):
        return None
    return printed_authors(text[: match.start()]), match[1], _venue(text[match.end() :])


def _after_year(text: str) -> Parts | None:
    """Authors (Year) Title. Venue … as APA and PLoS print it."""
    match = _YEAR_FIRST.match(text)
    return _parted(match[1], match[2]) if match else None


def _by_sentences(text: str) -> Parts | None:
    """Family AB, Family CD. Title. Venue. Year … as Vancouver prints it."""
    match = _VANCOUVER.match(text)
    return _parted(match[1], match[2]) if match else None


def _parted(names: str, rest: str) -> Parts | None:
    """The names, and the first two sentences of the rest; None where these are no names, or that is no title."""
    title, _, after = _SENTENCE.sub("\n", rest, count=1).partition("\n")
    authors = printed_authors(names)
    if not authors or any(char.isdigit() for char in names) or not re.search(r"[^\W\d_]{3}", title) or not after:
        return None
    return authors, title.rstrip(" ."), _venue(after)


def _venue(text: str) -> str:
    """The journal at the head of a text, up to its volume or year."""
    match = _JOURNAL.match(text.lstrip(" .,"))
    return match[1].rstrip(" .,:;(") if match else ""


def quoted_title(text: str) -> str:
    """What stands in double quotes, long enough to be a title."""
    match = _quotation(text)
    return match[1] if match else ""


def _quotation(text: str) -> re.Match[str] | None:
    return next((match for marks in _QUOTES if (match := marks.search(text))), None)


def printed_authors(text: str) -> tuple[str, ...]:
    """The names at the head of an entry."""
    text = re.sub(r"\(\d{4}[a-z]?\).*|,?\s*“.*", "", text)
    names = (parse_name(name).name for name in split_names(text.rstrip(" .,:")))
    return tuple(name for name in names if len(name) > 2 and not any(char.isdigit() for char in name))


def printed_year(text: str) -> int | None:
    """The year printed in brackets, else the last one that stands alone."""
    bracketed = re.search(r"\((?:[A-Z][a-z]+\.? )?((?:18|19|20)\d\d)[a-z]?\)", text)
    if bracketed:
        return int(bracketed[1])
    alone = re.findall(r"(?<![\w.:/–-])((?:18|19|20)\d\d)[a-z]?(?![\w/–-]|\.\d)", text)
    return int(alone[-1]) if alone else None
