"""Authors printed under the title of a PDF: lines of names told from lines of addresses, marks taken off."""

from __future__ import annotations

import re
from collections.abc import Sequence

from litdex.ingest.names import PARTICLES, parse_name, split_names
from litdex.ingest.paper import Author
from litdex.ingest.parsers.pdf_lines import Line
from litdex.ingest.parsers.pdf_text import mended

MAX_AUTHORS = 5000

_PLACE = re.compile(
    r"universi|department|\bdept|institut|laborator|\blab\b|college|school|facult|centre|center|academy|hospital|"
    r"division|observator|@|http|www\.|e-?mail|received|accepted|published|submitted|dated|correspond|\bauthors?\b|"
    r"\bUSA\b|\bU\.S\.A|\bUK\b|china|germany|france|italy|japan|spain|russia|canada|india|netherlands|switzerland|"
    r"editor|citation|copyright|doi\b|box \d|street|avenue|\broad\b|address|company|\binc\b|research group|"
    r"journal|volume|preprint|version",
    re.I,
)
_ROLES = re.compile(
    r",?\s*\b((senior|student|life|associate)?\s*(member|fellow),?\s*(IEEE|ACM|OSA)?|IEEE|Ph\.?\s?D\.?|"
    r"M\.?D\.?(?!\w)|M\.?Sc\.?)(?=[,;\s]|$)",
    re.I,
)
_MARKS = re.compile(r"[*†‡§¶∗#‖⋆⊥|✉]+|\d+(\s*,\s*\d+)*")
_INITIAL_LAST = re.compile(r", [A-Z][\w.-]*( [A-Z]\.)+$")
_GROUP = re.compile(
    r"(?:the |for the |on behalf of the )?[\w .&-]{1,60}\b(?:collaborations?|consortium|team|working group)", re.I
)


def names_place(text: str) -> bool:
    """Whether a line tells an address, a date or another thing that stands about the authors."""
    return bool(_PLACE.search(text))


def authors_in(zone: Sequence[Line]) -> tuple[Author, ...]:
    """The authors named in the lines between title and abstract: those in the type of the first line with names."""
    found: list[Author] = []
    style: Style | None = None
    for key, whole, level in _unbroken(zone):
        names = _named(whole, level) if style in (None, key) else []
        if names:
            style = key
            found += names
    unique = {author.name: author for author in found}
    return tuple(unique.values())[:MAX_AUTHORS]


Style = tuple[float, bool, bool]


def _unbroken(zone: Sequence[Line]) -> list[tuple[Style, str, str]]:
    """Type, text and level text of each line, those of two in one where the first ends within a name, at an initial."""
    result: list[tuple[Style, str, str]] = []
    for line in zone:
        key = (round(line.size), line.bold, line.italic)
        if result and result[-1][0] == key and _INITIAL_LAST.search(_MARKS.sub("", result[-1][2]).strip()):
            _, whole, level = result.pop()
            result.append((key, f"{whole} {line.text}", f"{level} {line.level_text}"))
        else:
            result.append((key, line.text, line.level_text))
    return result


def names_in(line: Line) -> list[Author]:
    """The people that a line names, or nothing where it is no list of names."""
    return _named(line.text, line.level_text)


def _named(whole: str, level: str) -> list[Author]:
    """The same of a text as it stands, and without what is raised in it."""
    if _PLACE.search(whole) and not _GROUP.search(whole):
        return []
    text = _MARKS.sub(" ", mended(level))
    text = _ROLES.sub("", text)
    text = re.sub(r"\s+([,;])", r"\1", re.sub(r"(\s*,){2,}", ",", " ".join(text.split()))).strip(" ,;&")
    text = re.sub(r"^(by|and|with)\s+|[,\s]+and$", "", text, flags=re.I).strip(" ,;&")
    names = split_names(text.replace("&", " and ").replace("·", ", ").replace("•", ", ")) if text else []
    good = [name for name in names if _is_name(name)]
    return [_author(name) for name in good] if good and len(good) >= 0.6 * len(names) else []


def _is_name(text: str) -> bool:
    if _GROUP.fullmatch(text):
        return True
    tokens = text.replace(",", " ").split()
    proper = [token for token in tokens if token not in PARTICLES]
    return (
        2 <= len(tokens) <= 6
        and len(proper) >= 2
        and len(text) < 50
        and all(re.fullmatch(r"[^\W\d_][\w'’.-]*", token) and token[0].isupper() for token in proper)
        and any(len(token.strip(".")) > 1 for token in proper)
        and not re.search(r"\b(and|of|the|for|in|on|to)\b", text, re.I)
    )


def _author(text: str) -> Author:
    if _GROUP.fullmatch(text):
        return Author(family=re.sub(r"^(for |on behalf of )", "", text, flags=re.I))
    if text.isupper() and len(text) > 6:
        text = " ".join(word if len(word) < 3 or "." in word else word.title() for word in text.split())
    return parse_name(text)
