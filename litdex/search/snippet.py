"""The sentences of a passage that answer a query best, with the matched words marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from litdex.index.lexical.cjk import RUN, pairs
from litdex.ingest.passages import Passage
from litdex.ingest.sentences import Span, sentences
from litdex.search.hit import Snippet

MAX_CHARACTERS = 320
_WORD = re.compile(r"\w+")


class Words:
    """The index terms of single words, as an analyser makes them, remembered: most words come again and again."""

    MOST = 50_000  # words remembered

    def __init__(self, analyse: Callable[[str], Sequence[str]]) -> None:
        self.analyse = analyse
        self.terms: dict[str, str] = {}  # word -> its index term, "" where it has none
        self._having: dict[str, set[str]] = {}  # index term -> the words that have it

    def having(self, terms: Iterable[str], words: set[str]) -> set[str]:
        """Those of some words that have one of some index terms."""
        if len(self.terms) > self.MOST:
            self.terms.clear()
            self._having.clear()
        for word in words.difference(self.terms):
            term = self.terms[word] = next(iter(self.analyse(word)), "")
            self._having.setdefault(term, set()).add(word)
        return words & set[str]().union(*(self._having.get(term, ()) for term in terms))


class Marker:
    """Finds the words of one query in any text, as the lexical engine would find them."""

    def __init__(self, query: str, words: Words) -> None:
        self._words = words
        self.wanted = tuple(dict.fromkeys(words.analyse(query)))  # the query's index terms, in its order

    def marks(self, text: str) -> list[tuple[Span, str]]:
        """The words of `text` that the query asks for: (offsets into `text`, index term)."""
        asked = self._words.having(self.wanted, set(_words(text)))
        terms = self._words.terms
        found = sorted((span, terms[word]) for word in asked for span in _places(word, text))
        return found if text.isascii() else _joined(found)

    def snippet(self, passage: Passage) -> Snippet:
        """The best sentences of a passage, at most about `MAX_CHARACTERS` long; its beginning where none matches."""
        marks = self.marks(passage.text)
        start, end = _best_window(passage.text, marks)
        return Snippet(
            text=passage.text[start:end],
            start=passage.start + start,
            end=passage.start + end,
            marks=tuple(
                (passage.start + first, passage.start + last)
                for (first, last), _ in marks
                if start <= first and last <= end
            ),
        )


def _words(text: str) -> Iterator[str]:
    """The words of a text; of scripts without blanks the pairs of characters that lexical engines have for words."""
    yield from _WORD.findall(text if text.isascii() else RUN.sub(" ", text))
    if not text.isascii():
        for run in RUN.finditer(text):
            yield from pairs(run[0])


def _joined(marks: Sequence[tuple[Span, str]]) -> list[tuple[Span, str]]:
    """Marks in order, those that overlap (pairs of characters) as one, which goes by the first one's term."""
    joined: list[tuple[Span, str]] = []
    for (start, end), term in marks:
        if joined and start < joined[-1][0][1]:
            (first, last), name = joined.pop()
            joined.append(((first, max(last, end)), name))
        else:
            joined.append(((start, end), term))
    return joined


def _places(word: str, text: str) -> Iterator[Span]:
    """Where a word stands as a whole word. A search for each of the few is much faster than a look at every word."""
    at, length = text.find(word), len(word)
    while at >= 0:
        end = at + length
        if RUN.match(word) or not (_is_of_a_word(text[at - 1 : at]) or _is_of_a_word(text[end : end + 1])):
            yield at, end
        at = text.find(word, end)


def _is_of_a_word(character: str) -> bool:
    """As a regular expression's `w` class has it; "" is not."""
    return character.isalnum() or character == "_"


def _best_window(text: str, marks: Sequence[tuple[Span, str]]) -> Span:
    """The run of whole sentences with the most different query words; the earliest of equals."""
    spans = sentences(text) or [(0, len(text))]
    matched = [{term for (at, _), term in marks if start <= at < end} for start, end in spans]
    best, best_count = spans[0], -1
    for first in range(len(spans)):
        held: set[str] = set()
        for last in range(first, len(spans)):
            if last > first and spans[last][1] - spans[first][0] > MAX_CHARACTERS:
                break
            held |= matched[last]
            if len(held) > best_count:
                best, best_count = (spans[first][0], spans[last][1]), len(held)
    found = [at for (at, _), _ in marks if best[0] <= at < best[1]]
    return clipped(text, best, found[0] if found else best[0])


def clipped(text: str, span: Span, middle: int) -> Span:
    """The span, or where one sentence is far too long, a window of words around `middle`."""
    start, end = span
    if end - start <= 2 * MAX_CHARACTERS:
        return span
    first = max(start, middle - MAX_CHARACTERS // 2)
    if first > start:
        gap = text.find(" ", first, middle)
        first = gap + 1 if gap >= 0 else first
    last = min(end, first + MAX_CHARACTERS)
    if last < end:
        gap = text.rfind(" ", first, last)
        last = gap if gap > first else last
    return first, last
