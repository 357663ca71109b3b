"""The record that every corpus becomes: words, and spans of words with a type. It knows no tagging scheme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple


class Span(NamedTuple):
    """Words `start` to `end` (end excluded) of a sentence are a mention of `type`."""

    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words as `litdex.ner.words` splits them; spans in order of place, none overlapping another."""

    words: tuple[str, ...]
    spaces: tuple[bool, ...]  # whether white space follows each word; between a column file's tokens it is assumed
    spans: tuple[Span, ...] = ()
    document: str = ""  # the document it comes from, where the corpus says so

    @property
    def text(self) -> str:
        """The words as running text."""
        pairs = zip(self.words, self.spaces, strict=True)
        return "".join(chain.from_iterable((word, " " if space else "") for word, space in pairs)).rstrip(" ")

    @property
    def offsets(self) -> list[tuple[int, int]]:
        """Where each word stands in `text`: (start, end), end excluded."""
        places: list[tuple[int, int]] = []
        at = 0
        for word, space in zip(self.words, self.spaces, strict=True):
            places.append((at, at + len(word)))
            at += len(word) + space
        return places

    def mentions(self) -> Iterator[tuple[Span, str]]:
        """Each span with its text."""
        text, offsets = self.text, self.offsets
        for span in self.spans:
            yield span, text[offsets[span.start][0] : offsets[span.end - 1][1]]
