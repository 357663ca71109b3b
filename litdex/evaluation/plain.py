"""A collection's query as words: its punctuation must not be read as the query language, which would exclude papers."""

from __future__ import annotations

import re

_SIGNS = (
    (re.compile(r"[\"“”]"), "'"),
    (re.compile(r"(?<![^\W_])([A-Za-z][\w.]*):(?=\S)"), r"\1: "),  # not a field
    (re.compile(r"(?<!\w)-(?=[^\W\d]|\()"), "- "),  # not a negation
    (re.compile(r"\bOR\b"), "or"),
)


def plain(text: str) -> str:
    """The same text, changed so little that neither leg sees another query, with no sign of the language in it."""
    for sign, instead in _SIGNS:
        text = sign.sub(instead, text)
    return text
