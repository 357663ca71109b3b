"""What a search answers with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from litdex.index.engine import Counts
from litdex.index.library import Pending
from litdex.ingest.paper import Paper
from litdex.ingest.passages import PassageKind
from litdex.search.ranking import Ranking
from litdex.search.retrieval import LEGS, Leg

__all__ = ["LEGS", "Counted", "Explanation", "Hit", "HitPassage", "Leg", "LegScore", "Results", "Snippet"]


@dataclass(frozen=True, slots=True)
class LegScore:
    """Where one leg ranked a paper: rank from 1, the leg's own score, and what that gave to the fused score."""

    rank: int
    score: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """The piece of a passage that answers best. Offsets count characters of the paper's text.

    `by` is "words" where the sentences with the most words of the query were taken, "meaning" where no word of it is in
    the passage and the sentences nearest to it were.
    """

    text: str
    start: int
    end: int
    marks: tuple[tuple[int, int], ...] = ()  # the matched words
    by: Literal["words", "meaning"] = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class HitPassage:
    """A passage for which a paper was found. The section of a caption is its label: "Figure 3"."""

    section: str
    text: str
    start: int
    end: int
    snippet: Snippet
    kind: PassageKind = "text"


@dataclass(frozen=True, slots=True)
class Counted:
    """A passage whose score, the leg's own, made a paper's score in that leg."""

    section: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a paper stands where it does.

    `terms` maps each of the query's index terms, which are cut to their stems, to the words of the title and of the
    counted passages that have it: none where none has.
    """

    terms: Mapping[str, tuple[str, ...]]
    counted: Mapping[Leg, tuple[Counted, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One paper of a result list."""

    id: str
    score: float  # the fused one, which is the sum of the legs' shares; the second stage's where there is one
    paper: Paper  # its metadata: abstract, sections, captions and references are empty
    legs: Mapping[Leg, LegScore]
    passages: tuple[HitPassage, ...]
    explanation: Explanation | None = None

    @property
    def title(self) -> str:
        """The paper's title."""
        return self.paper.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A page of hits, best first; iterate over it. `missing` names each leg that could not answer, and why."""

    query: str
    hits: tuple[Hit, ...]
    ranking: Ranking
    reranker: str = ""  # the name of the second stage's model
    missing: Mapping[Leg, str] = field(default_factory=dict)
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    facets: Counts | None = None
    pending: Pending | None = None  # what an ingest that goes on, or was cut off, has still before it

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)
