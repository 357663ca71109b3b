"""The names of a BibTeX field to authors: lists parted by "and", names in braces, biblatex's extended names.

A word in lower case is a particle, one in capitals is a given name or the family's: that is BibTeX's own rule. What
stands together in braces is one word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from litdex.ingest.names import parse_name, split_names
from litdex.ingest.paper import Author
from litdex.ingest.parsers.tex_text import plain_tex

_MARK = re.compile(r"[{}]| and (?=\S)|,", re.IGNORECASE)
_PART = re.compile(r"\s*(given|family|prefix|suffix)(?:-i)?\s*=\s*(.*)", re.IGNORECASE | re.DOTALL)
_EXTENDED = re.compile(r"\s*(?:given|family|prefix|suffix|id|useprefix)(?:-i)?\s*=", re.IGNORECASE)
_ACCENT_ONLY = re.compile(r"\\\W\s*\w|\\[a-zA-Z]+\s*\w?")
_JOINT = "\u2060"  # stands for a space inside braces: no space itself, so that names are not parted at it


def read_names(text: str) -> tuple[Author, ...]:
    """The authors that a field lists; a list that wrongly uses commas or semicolons only is taken as meant."""
    text = " ".join(text.split())
    pieces = [piece.strip() for piece in _parted(text, " and ")]
    unparted = len(pieces) == 1 and not text.startswith("{") and not _EXTENDED.match(text)
    if unparted and (";" in text or text.count(",") > 2):
        pieces = split_names(text)
    authors = (_author(piece) for piece in pieces if piece and piece.lower() != "others")
    return tuple(author for author in authors if author.family)


def _parted(text: str, separator: str) -> Iterator[str]:
    """`text` cut at each " and ", or each comma, outside of braces."""
    depth, start = 0, 0
    for mark in _MARK.finditer(text):
        if mark[0].lower() == separator and depth <= 0:
            yield text[start : mark.start()]
            start = mark.end()
        depth += (mark[0] == "{") - (mark[0] == "}")
    yield text[start:]


def _author(raw: str) -> Author:
    if _EXTENDED.match(raw):
        return _extended(raw)
    inner = raw[1:-1]
    whole = raw.startswith("{") and raw.endswith("}") and inner.find("}") >= inner.find("{")
    if whole and not _ACCENT_ONLY.fullmatch(inner):  # {ATLAS Collaboration}, but not {\'E}
        return Author(family=plain_tex(inner))
    found = parse_name(plain_tex(_joined(raw)), capitals=False)
    return Author(family=found.family.replace(_JOINT, " "), given=found.given.replace(_JOINT, " "))


def _joined(raw: str) -> str:
    """A name whose words in braces hold together: "Carlos {Barros Neto}"."""
    return re.sub(r"\{([^{}\\]* [^{}\\]*)\}", lambda group: "{" + group[1].replace(" ", _JOINT) + "}", raw)


def _extended(raw: str) -> Author:
    """ "given=Simo, family=Beaumont, prefix=de la": the parts in any order, each perhaps in braces or quotes."""
    parts = dict[str, str]()
    for piece in _parted(raw, ","):
        if match := _PART.fullmatch(piece):
            initials = re.match(r"\s*\w+-i", piece) is not None  # they only abbreviate what is given in full
            if not initials or match[1].lower() not in parts:
                parts[match[1].lower()] = plain_tex(match[2].strip().strip('"'))
    family = " ".join(part for name in ("prefix", "family", "suffix") if (part := parts.get(name)))
    return Author(family=family, given=parts.get("given", "")) if family else Author(family=parts.get("given", ""))
