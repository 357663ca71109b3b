"""How a written text cites: keys in square brackets, and quotations; and how a stream of text becomes sentences.

Keys come as models write them: "[1]", "[1,2]", "[1-3]", "[01]", "[passage 2]", full-width brackets and digits,
circled and raised digits, brackets in brackets, a bracket that the text's end left open. Whatever stands in square
brackets and is made of digits, such words and punctuation alone is a citation, and none is left in the text: an
invented key cannot slip through in another dress. (So an interval such as "[0, 1]" is taken for keys, too.)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from litdex.ingest.sentences import sentences

MAX_KEYS = 50
"""How many keys one pair of brackets may stand for; "[1-1000000]" is no list of passages."""

_OPEN, _CLOSE = "[\\[［【〔]", "[\\]］】〕]"
_DASH = r"\-‐‑‒–—−－"
_DIGIT = r"\d\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089\u2460-\u249b"
_AROUND = r"(?:passages?|sources?|references?|refs?|documents?|docs?|papers?|keys?|cite|see|cf|nos?|pp?|and|to)\b"
_INSIDE = rf"(?:{_AROUND}|[\s.,:;，、#^†*&@|/_{_DASH}])*[{_DIGIT}](?:{_AROUND}|[\s.,:;，、#^†*&@|/_{_DASH}{_DIGIT}])*"
_KEYS = re.compile(rf"\s*{_OPEN}(?i:({_INSIDE})){_CLOSE}(?:\([^\s()]*\))?")
_LEFT_OPEN = re.compile(rf"\s*{_OPEN}(?i:({_INSIDE}))\Z")
_EMPTY = re.compile(rf"\s*{_OPEN}\s*(?:{_CLOSE}|\Z)")
_PAGE = re.compile(rf"\bpp?\b[\s.]*[{_DIGIT}]+(?:[{_DASH}][{_DIGIT}]+)?", re.IGNORECASE)
_AFTER_STOP = re.compile(rf"([.!?][\"”']?)((?:{_KEYS.pattern})+)(?=\s*$|\s+[^\sa-z])")
_ONLY_KEYS = re.compile(rf"(?:{_KEYS.pattern}|\s)*(?:{_OPEN}[^\]］】〕]{{0,30}})?")
_QUOTATION = re.compile(r"[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]")
_LEAD = re.compile(r"\s*(?:(?:[-*•+]|\d{1,2}[.)]|#{1,6}|>)\s+)*")
_MAY_END = re.compile(r"[.!?\n]")
LONGEST = 4000
"""Characters after which a sentence is taken to end; none is that long."""
QUOTED_WORDS = 3
"""A quotation has at least so many words; fewer are a name or a term."""


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as it was written: without its keys, the keys, its quotations, and what stood before it (a bullet)."""

    text: str
    keys: tuple[int, ...]
    quotations: tuple[str, ...]
    lead: str = ""


def read_sentence(sentence: str) -> Written:
    """Take a sentence apart. Keys are in order, each once."""
    lead = _LEAD.match(sentence)
    start = lead.end() if lead else 0
    text, keys = _parted(sentence[start:])
    quotations = tuple(q.strip() for q in _QUOTATION.findall(text) if len(q.split()) >= QUOTED_WORDS)
    return Written(text, tuple(dict.fromkeys(keys)), quotations, sentence[:start].lstrip(" "))


def _parted(text: str) -> tuple[str, list[int]]:
    """The text without any key, and the keys. What removing one key makes into another is a key too."""
    keys: list[int] = []
    while found := [*_KEYS.finditer(text), *_LEFT_OPEN.finditer(text)]:
        keys += [key for match in found for key in _numbers(match[1])]
        text = _EMPTY.sub("", _LEFT_OPEN.sub("", _KEYS.sub("", text)))
    return " ".join(text.split()), keys


def sentences_of(pieces: Iterable[str]) -> Iterator[str]:
    """The sentences of a text that comes piece by piece, each as soon as it is whole.

    Keys that stand after the full stop belong to the sentence before it. Together they hold all that was written, but
    for white space between them.
    """
    held = ""
    for piece in pieces:
        held += piece
        if not _MAY_END.search(held):
            continue
        *whole, held = _split(held) if len(held) < LONGEST else (held, "")
        yield from whole
    yield from (sentence for sentence in _split(held) if sentence.strip())


def _split(text: str) -> list[str]:
    """The sentences of `text`. The last may go on: more words or keys may come."""
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        for sentence in _of_line(line):
            if found and _ONLY_KEYS.fullmatch(sentence):
                found[-1] += sentence
            else:
                found.append(sentence)
    return found or [text]


def _of_line(line: str) -> list[str]:
    """A line's sentences; the first keeps what stands before it, each what stands after it."""
    moved = _AFTER_STOP.sub(r"\2\1", line)
    starts = [start for start, _ in sentences(moved)]
    lead = _LEAD.match(moved)
    starts = [start for start in starts if lead is None or start >= lead.end()]
    bounds = [0, *starts[1:], len(moved)]
    return [moved[start:end] for start, end in pairwise(bounds) if start < end]


def _numbers(inside: str) -> Iterator[int]:
    """The keys that the inside of brackets stands for; a range that is too long or backwards gives its ends."""
    plain = unicodedata.normalize("NFKC", _PAGE.sub(" ", inside))
    for part in re.split(r"[^\d-]+", re.sub(rf"\s*[{_DASH}]+\s*", "-", plain)):
        ends = [int(end[:9]) for end in re.findall(r"\d+", part)]
        if len(ends) == 2 and 0 <= ends[1] - ends[0] < MAX_KEYS:
            yield from range(ends[0], ends[1] + 1)
        else:
            yield from ends[:MAX_KEYS]
