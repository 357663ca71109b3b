"""Cutting an abstract into sentences and crops, for pairs of a sentence with its own abstract."""

from __future__ import annotations

import random
import re

_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z(\[$\\])")
_ABBREVIATION = re.compile(r"(?:\b(?:[A-Z]|e\.g|i\.e|et al|vs|cf|Fig|Eq|Ref|Sec|resp|approx|Dr|No)\.)$")


def sentences(text: str) -> list[str]:
    """The sentences of `text`; a full stop after an abbreviation or an initial ends none."""
    found: list[str] = []
    for piece in _END.split(text.strip()):
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] += " " + piece
        else:
            found.append(piece)
    return [piece for piece in found if piece]


def crop(text: str, rng: random.Random, words: int) -> str:
    """At most `words` words of `text`, from its start or from the start of a random sentence."""
    all_words = text.split()
    if len(all_words) <= words:
        return text
    starts = [0]
    for sentence in sentences(text)[:-1]:
        starts.append(starts[-1] + len(sentence.split()))
    usable = [start for start in starts if start + words <= len(all_words)]
    start = rng.choice(usable)
    return " ".join(all_words[start : start + words])


def sentence_and_rest(text: str, rng: random.Random) -> tuple[str, str] | None:
    """One sentence of 6 to 60 words, and the text without it; None where the text has too few sentences."""
    parts = sentences(text)
    usable = [i for i, part in enumerate(parts) if 6 <= len(part.split()) <= 60]
    if len(parts) < 3 or not usable:
        return None
    chosen = rng.choice(usable)
    return parts[chosen], " ".join(parts[:chosen] + parts[chosen + 1 :])
