"""The one split of raw text into words, the same in training and in tagging.

A word is a run of letters and digits; every other character that is not white space is a word by itself: "IL-2's" is
"IL", "-", "2", "'", "s". NCBI-disease, BC2GM and BC5CDR come split like this; the tokens of corpora that are split at
white space only (WIESP2022-DEAL) are split further on reading, so all corpora look to a model as raw text will.
"""

from __future__ import annotations

import re

# Combining accents and arrows belong to the letter before them; the underscore, which \w takes in, does not.
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff])+|\S")


def words(text: str) -> list[tuple[int, int]]:
    """The words of `text` in order, as (start, end) offsets, end excluded. They cover all that is not white space."""
    return [match.span() for match in _WORD.finditer(text)]
