"""Titles compared: as words, without markup and small differences of print."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache

from litdex.ingest.names import fold

SMALL_WORDS = frozenset(
    ("a", "an", "the", "of", "on", "in", "at", "by", "for", "from", "to", "and", "or", "with", "is", "are", "as", "its")
)
"""Words of a title that tell nothing of it."""

SAME_TITLE = 0.85  # token overlap from which two titles are one, misprints and markup apart
_UNTELLING = re.compile(
    r"(?:editorials?|errat(?:um|a)|corrigend(?:um|a)|addendum|introduction|preface|foreword|prologue|epilogue|reply|"
    r"replies|comments?|commentary|correspondence|obituary|(?:book )?reviews?|letters?|letters? to the editor|news|"
    r"in this issue|authors? reply|response|abstracts?|contents|index|untitled|announcements?|retraction|correction)"
)


def title_key(title: str) -> str:
    """A title for comparison: words folded, TeX markup gone, Greek letters spelled out; words parted by a space."""
    return _title_key(title)


@lru_cache(maxsize=4096)
def _title_key(title: str) -> str:
    title = re.sub(r"\\(?:math|text)?(?:rm|bf|it|cal|sc|tt|sf|em|emph|bb|frak)\b|[${}^_~\\]", " ", title)
    if not title.isascii():
        title = "".join(_spelled(char) for char in title)
    return fold(re.sub(r"<[^<>]+>", "", title))


def _spelled(char: str) -> str:
    name = unicodedata.name(char, "") if "\u0370" <= char <= "\u03ff" else ""
    return f" {name.split()[3].lower()} " if " LETTER " in name and len(name.split()) > 3 else char


def is_telling(title: str) -> bool:
    """Whether there is a title, and not one that fits any paper, like "Introduction"."""
    key = title_key(title)
    return bool(key) and not _UNTELLING.fullmatch(key)


def title_likeness(first: str, second: str) -> float:
    """The share of words that two titles have in common (Dice), 0 to 1; of characters, where that says "the same"."""
    a, b = title_key(first), title_key(second)
    if not a or not b:
        return 0.0
    words_a, words_b = Counter(a.split()), Counter(b.split())
    dice = 2 * (words_a & words_b).total() / (words_a.total() + words_b.total())
    if dice >= SAME_TITLE or len(a) > 400 or len(b) > 400:
        return dice
    matcher = SequenceMatcher(None, a.replace(" ", ""), b.replace(" ", ""), autojunk=False)
    same = matcher.real_quick_ratio() > 0.92 and matcher.quick_ratio() > 0.92 and matcher.ratio() > 0.92
    return 1.0 if same else dice


def titles_apart(first: str, second: str) -> bool:
    """Whether at most half of the shorter title's telling words stand in the other: it is no shortened form of it."""
    a, b = ({*key.split()} - SMALL_WORDS for key in (first, second))
    return 2 * len(a & b) <= min(len(a), len(b))
