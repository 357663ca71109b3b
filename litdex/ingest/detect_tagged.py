"""Text whose lines begin with tags: which of the exports that litdex reads it is, or that it is another one.

A tagged export must never be read as prose: one that litdex does not know gets the format "tagged", which is refused.
"""

from __future__ import annotations

import re

_LOOKED_AT = 8192  # characters
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("wos", re.compile(r"(?:FN [^\n]*\n\s*VR |(?:[^\n]{0,99}\n){0,4}?PT [A-Z]\s*\n(?:[A-Z][A-Z0-9] |   ))")),
    ("ovid", re.compile(r" ?<\d+\s?\.?\s?>\s*\n\s*(?:[A-Z]{2,6} {0,3}- |[A-Z][\w /&()'-]{1,60}\n\s{1,8}\S)")),
    ("ovid", re.compile(r"(?:(?:Score|Accession Number|Unique Identifier|Database|Authors?|Title)[ \t]*\n  .*\n){2}")),
    ("nbib", re.compile(r"(?!TY)(?=.{4}- )[A-Z]{2,4} {0,2}- .*\n(?:.*\n){0,400}?(?=.{4}- )(?:B?TI|T[IT]) {1,2}- ")),
    ("endnote", re.compile(r"%[0-9A-Z@] \S.*\n(?:.*\n){0,60}?%[TA0] \S")),
    (
        "refworks",
        re.compile(r"(?:Refworks Export.*\n(?:.*\n){0,200}?)?RT [A-Z].*\n(?:[A-Z][A-Z0-9] .*\n){0,12}?[AT]1 "),
    ),
)
_TAG = re.compile(r"(?:[A-Z][A-Z0-9]{1,3} {0,2}[-~:] ?|--[A-Z]{2}--|:[A-Z]{2}:|\[[A-Z]{2}\])(?=\s|$|\S)")
_MIN_TAGS = 5  # different ones
_MIN_SHARE = 0.7  # of the lines that are not indented


def tagged_format(text: str) -> str | None:
    """The format of a tagged export that litdex reads by a module of its own; None for any other text."""
    start = text.lstrip("\ufeff \t\n")[:_LOOKED_AT] if text[:1] != " " else text[:_LOOKED_AT]
    return next((form for form, pattern in _FORMS if pattern.match(start)), None)


def is_tagged(text: str) -> bool:
    """Whether nearly all lines begin with tags, of whatever program."""
    lines = [line for line in text[:_LOOKED_AT].split("\n") if line.strip() and not line[0].isspace()]
    found = [match[0].rstrip(" -~:") for line in lines if (match := _TAG.match(line))]
    return len({*found}) >= _MIN_TAGS and len(found) >= _MIN_SHARE * len(lines)
