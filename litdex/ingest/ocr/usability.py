"""Is the text layer of a page text? Measured by its characters, by known words, and by what words look like.

Scans with a bad text layer and fonts without a map to Unicode give characters, but no language: holes, private
characters, or letters moved along the alphabet ("7KH TXLFN EURZQ"). A page with few words is not judged by its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MIN_CHARACTERS = 10
MAX_BAD = 0.3  # share of characters without a meaning
MIN_WORDS = 60  # fewer say nothing about a language
MIN_KNOWN = 0.03  # share of function words; prose has .25 to .5, a page of references .05 to .15
MIN_WORDLIKE = 0.6

_BAD = re.compile(r"[\ufffd\ue000-\uf8ff\x00\x01\x03-\x1f\x7f-\x9f]")
_WORD = re.compile(r"[^\W_]{2,}")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f0-9]+")
_WORDLIKE = re.compile(r"(?=.*[aeiouyà-öø-ÿ])(?!.*[^aeiouyà-öø-ÿ]{6})[a-zà-öø-ÿ]+", re.I)
_CASE = re.compile(r"[A-ZÀ-Þ]?[a-zß-ÿ]+|[A-ZÀ-Þ]+")

_FUNCTION_WORDS = """
the of and to in is that for with as on by we are this be from at or an which it was can not have has were
these our where between all also been its such than using one two their but more both when then other only may
der die das und den von zu mit ist im des dem auf eine ein als für nicht sich auch werden durch bei wird sind
le la les des et en du un une que est dans pour par sur avec qui au ce sont plus pas nous cette el los las del
y una por con para se es como más su lo entre al il di che per un della con non si dei sono nel alla delle
come os da do em uma não com dos na no ao mais foi het een van dat op te zijn met voor niet aan bij worden
door
"""
KNOWN = frozenset(_FUNCTION_WORDS.split())
"""What every page of prose has: English, German, French, Spanish, Italian, Portuguese, Dutch."""


@dataclass(frozen=True, slots=True)
class Usability:
    """What was measured of a page's text."""

    characters: int  # letters and digits
    bad: float  # share of characters without a meaning
    words: int  # of Latin script, which the next two are shares of
    known: float  # function words of seven languages
    wordlike: float  # words as some language could have them: vowels, no six consonants on end, plain case

    @property
    def usable(self) -> bool:
        """Whether the page can be read as it is."""
        if self.characters < MIN_CHARACTERS or self.bad >= MAX_BAD:
            return False
        return self.words < MIN_WORDS or self.known >= MIN_KNOWN or self.wordlike >= MIN_WORDLIKE


def measure(text: str) -> Usability:
    """The measures of one page's text."""
    words = [word for word in _WORD.findall(text) if _LATIN.fullmatch(word) and not word.isdigit()]
    count = max(1, len(words))
    return Usability(
        characters=sum(char.isalnum() for char in text),
        bad=len(_BAD.findall(text)) / max(1, len(text)),
        words=len(words),
        known=sum(word.lower() in KNOWN for word in words) / count,
        wordlike=sum(bool(_WORDLIKE.fullmatch(word) and _CASE.fullmatch(word)) for word in words) / count,
    )
