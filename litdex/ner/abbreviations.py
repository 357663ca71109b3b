"""Abbreviations that a text defines: short forms bound to their long forms.

Source: Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text", PSB 2003.
A short form stands in brackets behind its long form, or before a bracket that holds it; its letters are looked for from
the right in the words nearby, the first one at the beginning of a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from litdex.ingest.sentences import sentences

_BRACKET = re.compile(r"[(\[]([^()\[\]]{2,200})[)\]]")
_BEFORE = 400  # characters before a bracket that a long form may take
_SHORT = re.compile(r"[^\W_]\S{0,9}(?: \S{1,8})?")
_ASIDE = re.compile(r"[;,]\s")  # "(CF; MIM 219700)"
_TORN = re.compile(r"\s[(\[]|;\s")  # what a long form has not: a bracket by itself, the end of a clause
_PLAIN_WORD = re.compile(r"[A-Z]?[^\WA-Z\d_]{4,}|(?:[a-z]\.?)+")  # "genes", "Persian", "iii", "i.e."
_LAST_WORD = re.compile(r"(?<![^\s(\[])\S+\s*$")


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form and its long form, with the place of the long form in the text (end excluded)."""

    short: str
    long: str
    start: int
    end: int


def abbreviations(text: str) -> dict[str, Abbreviation]:
    """Each short form that `text` defines. Of several definitions of one the first counts."""
    found: dict[str, Abbreviation] = {}
    for definition in _definitions(text):
        found.setdefault(definition.short, definition)
    return found


def _definitions(text: str) -> Iterator[Abbreviation]:
    for match in _BRACKET.finditer(text):
        inside = _ASIDE.split(match[1])[0].strip()
        definition = _bound(text, inside, *_candidate(text, match.start(), inside)) if _is_short(inside) else None
        if definition is None and len(inside.split()) > 1:
            definition = _reversed(text, match)
        if definition is not None:
            yield definition


def _reversed(text: str, match: re.Match[str]) -> Abbreviation | None:
    """The short form before the bracket, the long one in it: "HST (Hubble Space Telescope)"."""
    word = _LAST_WORD.search(text, max(0, match.start() - 30), match.start())
    short = word[0].strip() if word else ""
    return _bound(text, short, match.start(1), match.end(1)) if _is_short(short) and _is_coined(short) else None


def _candidate(text: str, bracket: int, short: str) -> tuple[int, int]:
    """Where the long form is looked for: min(n + 5, 2 n) words before the bracket, n letters in the short form."""
    nearby = sentences(text, max(0, bracket - _BEFORE), bracket)
    if not nearby:
        return bracket, bracket
    start, end = nearby[-1]
    most = min(len(short) + 5, 2 * len(short))
    starts = [word.start() for word in re.finditer(r"\S+", text[start:end])]
    return (start + starts[-most] if len(starts) > most else start), end


def _bound(text: str, short: str, start: int, end: int) -> Abbreviation | None:
    """The shortest long form in `text[start:end]` that ends there and has the letters of `short` in their order."""
    at = _match(text, short, start, end)
    if at is None:
        return None
    long = text[at:end].rstrip()
    words = [word.strip("()[],;") for word in long.split()]
    if len(long) <= len(short) or short in words or _TORN.search(long) or long.count("(") != long.count(")"):
        return None
    return Abbreviation(short, long, at, at + len(long))


def _match(text: str, short: str, start: int, end: int) -> int | None:
    """The paper's findBestLongForm: the place of the long form's first letter."""
    at = end
    letters = [letter.lower() for letter in short if letter.isalnum()]
    for number, letter in reversed(list(enumerate(letters))):
        at -= 1
        while at >= start and not (
            text[at].lower() == letter and (number > 0 or at == start or not text[at - 1].isalnum())
        ):
            at -= 1
        if at < start:
            return None
    while at > start and not text[at - 1].isspace() and text[at - 1] not in "([":
        at -= 1  # the whole word: "non-small cell" for the s of SCLC would say something else
    return at


def _is_short(text: str) -> bool:
    """The paper's test: at most two words, two to ten characters, a letter among them, a letter or digit first.

    Beyond the paper: no plain word or number of a list, which stand in brackets as well.
    """
    right_size = 2 <= len(text) <= 10 and any(map(str.isalpha, text))
    return right_size and _SHORT.fullmatch(text) is not None and _PLAIN_WORD.fullmatch(text) is None


def _is_coined(text: str) -> bool:
    """Whether a word before a bracket looks made up: with two capitals, or a capital and a digit."""
    return sum(map(str.isupper, text)) + sum(map(str.isdigit, text)) >= 2 and any(map(str.isupper, text))
