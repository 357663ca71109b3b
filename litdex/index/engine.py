"""What an engine is: the records it is given, the two interfaces it may implement, and what it answers.

An engine holds passages only, each under its passage number, and belongs to one generation of the library. It is
derived data: all of it can be built again from the store.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from litdex.index.filters import Filter

Vectors = NDArray[np.float32]

KEYWORD_FIELDS = ("id", "author", "name", "category", "field", "venue", "keyword")
"""Fields whose values are matched whole and can be counted. Entity types join them as `entity.<type>`."""

Scope = Literal["text", "title", "abstract", "venue", "keyword"]
SCOPES: tuple[Scope, ...] = ("text", "title", "abstract", "venue", "keyword")
"""The parts of a paper in which words and phrases can be asked for; "text" is its title and all its passages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedPassage:
    """One passage as an engine stores it.

    `keywords` maps a field of `KEYWORD_FIELDS` (or `entity.<type>`) to its values, already normalised. `number` is the
    passage's number in the store, `paper` its paper's: both are stable and below 2**63.
    """

    number: int
    paper: int
    title: str
    text: str
    section: str = ""  # "Abstract" and "Title" are told apart from the rest
    year: int | None = None
    keywords: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Scored(NamedTuple):
    """A passage that an engine found. Lists of these are sorted by score, best first, ties by passage number."""

    number: int
    paper: int
    score: float


@dataclass(frozen=True, slots=True)
class Counts:
    """How many papers match, and for each field asked for its most frequent values with the papers that have them."""

    papers: int
    fields: Mapping[str, Sequence[tuple[str, int]]]


class Engine(Protocol):
    """What both kinds of engine can do."""

    def count(self) -> int:
        """How many passages the engine holds."""

    def papers(self) -> set[int]:
        """The numbers of all papers that have a passage in the engine."""

    def passages(self) -> dict[int, int]:
        """The number of each passage in the engine, with its paper's."""

    def close(self) -> None:
        """Release files and locks. Calling it twice is fine."""


class LexicalIndex(Engine, Protocol):
    """Finds passages by their words."""

    def replace(self, papers: Collection[int], documents: Collection[IndexedPassage]) -> None:
        """Drop every passage of `papers`, add `documents`, and return only when that would survive a kill.

        Doing it twice is the same as doing it once.
        """

    def search(self, query: str, *, limit: int, where: Filter = Filter()) -> list[Scored]:
        """The best `limit` passages that contain any word of `query` and satisfy `where`, by BM25.

        `query` is free text: no character in it is an operator, and none is an error.
        """

    def terms(self, text: str) -> list[str]:
        """The index terms of `text`, in order, as the analyser makes them: what `search` would look up."""

    def having(self, text: str, *, scope: Scope = "text", exact: bool = False) -> list[int]:
        """The papers, in order, whose `scope` holds every word of `text`; where `exact`, the phrase that it is.

        Words meet in any form (as `terms` makes them), a phrase's words as they are written, but for case and accents.
        """

    def newest(self, *, limit: int, where: Filter = Filter()) -> list[Scored]:
        """A passage of each paper that satisfies `where`, the latest year first, then by number; the score is the year.

        Papers without a year come last, with score 0.
        """

    def counts(self, query: str, by: Mapping[str, int], *, where: Filter = Filter(), values: str = "") -> Counts:
        """Counts papers that satisfy `where` and have any word of `query`; an empty query asks for no word.

        `by` names keyword fields, or "year", and how many values of each are wanted: the most frequent, ties by value.
        Exact. `values` is a pattern of `litdex.index.values` for the values of keyword fields that are told.
        """


class VectorIndex(Engine, Protocol):
    """Finds passages by their vectors' cosine."""

    def replace(self, papers: Collection[int], documents: Collection[IndexedPassage], vectors: Vectors) -> None:
        """As `LexicalIndex.replace`; `vectors` has shape (len(documents), dimension), rows of unit length."""

    def search(self, vector: Vectors, *, limit: int, where: Filter = Filter()) -> list[Scored]:
        """The `limit` passages nearest to `vector`, shape (dimension,), among those that satisfy `where`."""

    def held(self, papers: Collection[int]) -> dict[int, Vectors]:
        """The vector of each passage of these papers that is in the engine, by passage number, shape (dimension,).

        A passage's text never changes under its number, so these need not be embedded again.
        """

    def stored(self, paper: int) -> Vectors:
        """The vectors of a paper's passages, shape (passages, dimension), in no particular order."""

    def means(self, papers: Collection[int]) -> dict[int, Vectors]:
        """The mean direction of each paper's passages, of shape (dimension,) and unit length; none for one without."""

    def wanted(self) -> bool:
        """Whether somebody waits for this reader to close: who holds an engine for long asks now and then."""

    def optimise(self) -> bool:
        """Make searches faster after much was added; True if there was anything to do. Results stay the same."""
