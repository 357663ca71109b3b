"""References as they are printed, told apart from one another and read as far as the print allows."""

from __future__ import annotations

import re

from litdex.ingest.identifiers import find_identifiers
from litdex.ingest.names import parse_name, split_names
from litdex.ingest.paper import Reference
from litdex.ingest.readers.reference_fields import Fields, read

_START = re.compile(r"\s*(?:[-*+]\s+)?(?:\[\^?[\w+.:-]{1,24}\]:?|\(\d{1,3}\)|\d{1,3}[.)])\s+|\s*[-*+•]\s+")

_INITIAL = re.compile(r"(?<![^\W\d_])[^\W\d_]\.$")
_QUOTES = (re.compile(r"“([^“”]{8,300}?)[,.]?”"), re.compile(r"\"([^“”\"]{8,300}?)[,.]?\""))


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
    """Read a printed entry by the model of `litdex.ingest.readers.reference_fields`: what it is sure of."""
    fields = read(text)
    if not (fields.authors or re.search(r"\d", fields.year)):  # a remark, or a style that is not known
        return Reference(text=text, year=printed_year(text), identifiers=find_identifiers(text))
    title = fields.title.strip(" .,;:“”\"'‘’")
    return Reference(
        text=text,
        title=title if re.search(r"[^\W\d_]{3}", title) else "",
        authors=printed_authors(fields.authors),
        year=printed_year(fields.year) or _year_beside(text, fields),
        venue=fields.venue.strip(" .,;:(") + "." * fields.venue.rstrip(" ,;:(").endswith("."),
        volume=fields.volume.strip(" .,;:()"),
        pages=fields.pages.strip(" .,;:()"),
        identifiers=find_identifiers(text),
    )


def _year_beside(text: str, fields: Fields) -> int | None:
    """The year of an entry whose year the model did not find: never a page, a volume or a part of an identifier."""
    for taken in (fields.pages, fields.volume, fields.title):
        text = text.replace(taken, " ") if taken else text
    return printed_year(re.sub(r"\b(?:10\.\d{4,}/|https?:|arXiv:)\s*\S+|\b\d{4}\.\d{4,5}\b", " ", text))


def quoted_title(text: str) -> str:
    """What stands in double quotes, long enough to be a title."""
    match = _quotation(text)
    return match[1] if match else ""


def _quotation(text: str) -> re.Match[str] | None:
    return next((match for marks in _QUOTES if (match := marks.search(text))), None)


def printed_authors(text: str) -> tuple[str, ...]:
    """The names at the head of an entry."""
    text = re.sub(r"\(\d{4}[a-z]?\).*|,?\s*“.*", "", text)
    text = text.rstrip(" ,:;&")
    text = text if _INITIAL.search(text) else text.rstrip(" .")
    names = (parse_name(name).name for name in split_names(text))
    return tuple(name for name in names if len(name) > 2 and not any(char.isdigit() for char in name))


def printed_year(text: str) -> int | None:
    """The year printed in brackets, else the last one that stands alone."""
    bracketed = re.search(r"\((?:[A-Z][a-z]+\.? )?((?:18|19|20)\d\d)[a-z]?\)", text)
    if bracketed:
        return int(bracketed[1])
    alone = re.findall(r"(?<![\w.:/–-])((?:18|19|20)\d\d)[a-z]?(?![\w/–-]|\.\d)", text)
    return int(alone[-1]) if alone else None
