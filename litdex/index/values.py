"""Which values of a field are told: a pattern that both lexical engines read, and that is blind to case and accents.

It is a regular expression for a whole value, of what tantivy's and Lucene's have in common: `.`, `*` and classes.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_OTHERS = {"o": "øØ", "l": "łŁ", "d": "đĐ", "i": "ıİ"}
"""Letters that Unicode does not take apart."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LONGEST = 25
"""Characters that are heeded: Elasticsearch reads patterns of a thousand characters."""


def containing(text: str) -> str:
    """Values that have `text` somewhere in them."""
    return f".*{_written(text)}.*"


def beginning(letter: str) -> str:
    """Values that begin with that letter of the Latin alphabet; with "#", those that begin with none."""
    if letter == "#":
        return f"[^{''.join(map(_variants, _LETTERS))}].*"
    return f"{_written(letter)}.*"


def _written(text: str) -> str:
    return "".join(f"[{_variants(base)}]" for base in _bases(" ".join(text.split()))[:_LONGEST])


def _bases(text: str) -> str:
    """The text without accents, in lower case."""
    plain = "".join(next((base for base, more in _OTHERS.items() if letter in more), letter) for letter in text)
    return "".join(one for one in unicodedata.normalize("NFKD", plain).casefold() if not unicodedata.combining(one))


@cache
def _variants(base: str) -> str:
    """What may stand inside the brackets for a character: itself in both cases, with all accents."""
    if base in _LETTERS:
        accented = [letter for letter in map(chr, range(0xC0, 0x250)) if _bases(letter) == base]
        return "".join([base, base.upper(), *accented])
    return "".join("\\" + one if one in "\\[]^-&~" else one for one in dict.fromkeys([base, *base.upper()]))
