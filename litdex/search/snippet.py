"""The sentences of a passage that answer a query best, with the matched words marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from litdex.ingest.passages import Passage
from litdex.ingest.sentences import Span, sentences
from litdex.search.hit import Snippet

MAX_CHARACTERS = 320
_WORD = re.compile(r"\w+")


class Marker:
    """Finds the words of one query in any text, as the lexical engine would find them."""

    def __init__(self, query: str, terms: Callable[[str], Sequence[str]]) -> None:
        self._terms = terms
        self.wanted = tuple(dict.fromkeys(terms(query)))  # the query's index terms, in its order
        self._wanted = frozenset(self.wanted)
        self._known: dict[str, str] = {}

    def marks(self, text: str, start: int = 0, end: int | None = None) -> list[tuple[Span, str]]:
        """The words of `text[start:end]` that the query asks for: (offsets into `text`, index term)."""
        end = len(text) if end is None else end
        found = ((match.span(), self._term(match[0])) for match in _WORD.finditer(text, start, end))
        return [(span, term) for span, term in found if term in self._wanted]

    def _term(self, word: str) -> str:
        if word not in self._known:
            self._known[word] = next(iter(self._terms(word)), "")
        return self._known[word]

    def snippet(self, passage: Passage) -> Snippet:
        """The best sentences of a passage, at most about `MAX_CHARACTERS` long; its beginning where none matches."""
        start, end = self._best_window(passage.text)
        return Snippet(
            text=passage.text[start:end],
            start=passage.start + start,
            end=passage.start + end,
            marks=tuple(
                (passage.start + first, passage.start + last)
                for (first, last), _ in self.marks(passage.text, start, end)
            ),
        )

    def _best_window(self, text: str) -> Span:
        """The run of whole sentences with the most different query words; the earliest of equals."""
        spans = sentences(text) or [(0, len(text))]
        matched = [{term for _, term in self.marks(text, *span)} for span in spans]
        best, best_count = spans[0], -1
        for first in range(len(spans)):
            held: set[str] = set()
            for last in range(first, len(spans)):
                if last > first and spans[last][1] - spans[first][0] > MAX_CHARACTERS:
                    break
                held |= matched[last]
                if len(held) > best_count:
                    best, best_count = (spans[first][0], spans[last][1]), len(held)
        found = self.marks(text, *best)
        return clipped(text, best, found[0][0][0] if found else best[0])


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
