"""The fields of a printed reference, read word by word by a conditional random field.

`read` cuts an entry to tokens, describes each by its letters, its shape and its neighbours, and lets the model that
ships label them. What the labels say is put together here: names, title, venue, volume, pages and the year.
"""

from __future__ import annotations

import re
from calendar import month_abbr, month_name
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from litdex.ingest.readers.crf import model_file, tag_surely

MODEL = "references.crf"
SURE = 0.6
"""The mean probability that a run of labels needs to be believed."""
LONGEST = 400
"""Tokens of an entry that are read; what follows is remarks."""
FIELDS = ("author", "title", "venue", "volume", "issue", "pages", "year", "editor", "publisher", "id", "note", "other")
"""The labels of tokens. "other" is what belongs to no field: numbers of entries, "in", "pp.", punctuation between."""
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
_MONTHS = frozenset({"sept", *(name.lower() for name in (*month_abbr, *month_name) if name)})


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign of an entry: where it stands, and if a blank stands before it."""

    text: str
    start: int
    end: int
    spaced: bool


@dataclass(frozen=True, slots=True)
class Fields:
    """What an entry says, as it is printed. `authors` is the whole run of names."""

    authors: str = ""
    title: str = ""
    venue: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    year: str = ""


def tokens(text: str) -> list[Token]:
    """Cut an entry to tokens."""
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        found.append(Token(match[0], match.start(), match.end(), match.start() > end))
        end = match.end()
    return found[:LONGEST]


def read(text: str) -> Fields:
    """Return the fields of a printed entry; what it does not have is empty."""
    found = tokens(text)
    tagged = tag_surely(model_file(MODEL), features(found))
    return put_together(text, found, _believed(tagged))


def _believed(tagged: Sequence[tuple[str, float]]) -> list[str]:
    """The labels, but for runs that are less sure than not on the whole: these are no field."""
    labels: list[str] = []
    for label, run in groupby(tagged, key=lambda item: item[0]):
        sure = [probability for _, probability in run]
        labels += [label if sum(sure) / len(sure) >= SURE else "other"] * len(sure)
    return labels


def put_together(text: str, found: Sequence[Token], labels: Sequence[str]) -> Fields:
    """Return the fields that the labels of an entry's tokens make."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for token, label, before in zip(found, labels, ["", *labels], strict=False):
        if label == before:
            spans[label][-1] = (spans[label][-1][0], token.end)
        else:
            spans.setdefault(label, []).append((token.start, token.end))
    return Fields(
        authors=_joined(text, spans.get("author", ())),
        title=_longest(text, spans.get("title", ())),
        venue=_longest(text, spans.get("venue", ())),
        volume=_first(text, spans.get("volume", ())),
        issue=_first(text, spans.get("issue", ())),
        pages=_first(text, spans.get("pages", ())),
        year=_first(text, spans.get("year", ())),
    )


def features(entry: Sequence[Token]) -> list[list[str]]:
    """Describe each token by itself, by what has stood before it, and by its neighbours up to three places away."""
    own = [_letters(token) for token in entry]
    shapes = [shape(token.text) for token in entry]
    where = _where(entry)
    described = []
    for at in range(len(entry)):
        found = [*own[at], *where[at]]
        for step in (-3, -2, -1, 1, 2, 3):
            place = at + step
            if 0 <= place < len(entry):
                found.append(f"{step}:s={shapes[place]}")
                if abs(step) < 3:
                    found.append(f"{step}:w={entry[place].text.lower()}")
            else:
                found.append(f"{step}:edge")
        if at + 1 < len(entry):
            found.append(f"s|s={shapes[at]}|{shapes[at + 1]}")
            found.append("joined" if not entry[at + 1].spaced else "parted")
        if at:
            found.append(f"p|s={shapes[at - 1]}|{shapes[at]}")
        described.append(found)
    return described


@cache
def shape(word: str) -> str:
    """The kind of a token: "Xx" for a capitalised word, "X" for an initial, "dddd" for four digits, a sign itself."""
    if word.isdigit():
        if len(word) == 4 and 1700 <= int(word) <= 2039:
            return "year"
        return "d" * min(len(word), 6)
    if word.isalpha():
        if len(word) == 1:
            return "X" if word.isupper() else "x"
        if word.isupper():
            return "XX" if len(word) < 4 else "XXXX"
        return ("Xx" if word[0].isupper() else "xx") + ("s" if len(word) < 5 else "")
    return word


def _letters(token: Token) -> list[str]:
    word = token.text.lower()
    found = [f"w={word}", f"s={shape(token.text)}", "spaced" if token.spaced else "close"]
    if len(word) > 3 and word.isalpha():
        found += [f"a={word[:3]}", f"z={word[-3:]}", f"z2={word[-2:]}"]
    if word in _MONTHS:
        found.append("month")
    return found


def _where(entry: Sequence[Token]) -> list[list[str]]:
    """For each token: how far along it stands, if inside brackets or quotation marks, and what came before it."""
    quoted = bracket = False
    has_quotes = any(token.text in '“”"' for token in entry)
    last = ""
    digits = sentence = 0
    year = False
    found = []
    for at, token in enumerate(entry):
        if token.text in ")]":
            bracket = False
        opens = token.text in "“" or (token.text == '"' and not quoted)
        closes = token.text in "”" or (token.text == '"' and quoted)
        if closes:
            quoted = False
        here = [
            f"at={min(9, 10 * at // max(1, len(entry)))}",
            f"nth={min(at, 4)}",
            f"left={min(len(entry) - 1 - at, 4)}",
            f"sentence={min(sentence, 4)}",
            f"numbers={min(digits, 4)}",
        ]
        here += ["bracket"] * bracket + ["quoted"] * quoted + ["quotes"] * has_quotes + ["after year"] * year
        here.append(f"mark={last}")
        found.append(here)
        if opens:
            quoted = True
        if token.text in "([":
            bracket = True
        if token.text.isdigit():
            digits += 1
            year = year or shape(token.text) == "year"
        if token.text in ".;:?!" and at and len(entry[at - 1].text) > 2:
            sentence += 1
        if not token.text.isalnum():
            last = token.text
    return found


def _joined(text: str, spans: Sequence[tuple[int, int]]) -> str:
    return text[spans[0][0] : spans[-1][1]] if spans and spans[-1][0] - spans[0][1] < 12 else _first(text, spans)


def _longest(text: str, spans: Sequence[tuple[int, int]]) -> str:
    return max((text[start:end] for start, end in spans), key=len, default="")


def _first(text: str, spans: Sequence[tuple[int, int]]) -> str:
    return text[slice(*spans[0])] if spans else ""
