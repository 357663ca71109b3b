"""What a search answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from litdex.ingest.paper import Paper

Leg = Literal["lexical", "dense"]
LEGS: tuple[Leg, ...] = ("lexical", "dense")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one leg ranked a paper: rank from 1, the leg's own score, and what that gave to the fused score."""

    rank: int
    score: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """The piece of a passage that answers best. Offsets count characters of the paper's text."""

    text: str
    start: int
    end: int
    marks: tuple[tuple[int, int], ...] = ()  # the matched words


@dataclass(frozen=True, slots=True, kw_only=True)
class HitPassage:
    """A passage for which a paper was found."""

    section: str
    text: str
    start: int
    end: int
    snippet: Snippet


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One paper of a result list."""

    id: str
    score: float
    paper: Paper  # its metadata: abstract, sections, captions and references are empty
    legs: Mapping[Leg, Standing]
    passages: tuple[HitPassage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A page of hits, best first. `missing` names each leg that could not answer, and why."""

    query: str
    hits: tuple[Hit, ...]
    missing: Mapping[Leg, str] = field(default_factory=dict)
    milliseconds: Mapping[str, float] = field(default_factory=dict)
