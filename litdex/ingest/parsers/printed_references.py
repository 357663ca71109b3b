"""References as they are printed, told apart from one another and read as far as the print allows."""

from __future__ import annotations

import re

from litdex.ingest.identifiers import find_identifiers
from litdex.ingest.names import parse_name, split_names
from litdex.ingest.paper import Reference

_START = re.compile(r"\s*(?:[-*+]\s+)?(?:\[\^?[\w+.:-]{1,24}\]:?|\(\d{1,3}\)|\d{1,3}[.)])\s+|\s*[-*+•]\s+")


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
    """A printed entry: its year and identifiers, and, where the title stands in quotes, title and authors."""
    title = quoted_title(text)
    authors = printed_authors(text.partition("“")[0].partition('"')[0]) if title else ()
    return Reference(
        text=text, title=title, authors=authors, year=printed_year(text), identifiers=find_identifiers(text)
    )


def quoted_title(text: str) -> str:
    """What stands in double quotes, long enough to be a title."""
    match = re.search(r"[“\"]([^“”\"]{8,300}?)[,.]?[”\"]", text)
    return match[1] if match else ""


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
