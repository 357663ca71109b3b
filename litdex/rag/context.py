"""The passages that a question's answer may stand in: chosen, packed into a token budget, and each under a key.

A paper's best passage stands at the paper's rank, each further one `STEP` places lower. So a long paper gives a second
passage where that is worth more than a distant paper's first, and a third only when nobody else has anything left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from litdex.errors import UserError
from litdex.index.filters import Filter
from litdex.ingest.sentences import sentences
from litdex.rag.tokens import count_tokens
from litdex.rag.wording import same_text
from litdex.search.hit import Hit, HitPassage
from litdex.search.searcher import Searcher

BUDGET = 2000
"""Tokens of context, unless told otherwise: about ten abstracts."""
PAPERS = 20
"""How many papers are looked at."""
PER_PAPER = 2
"""How many passages a paper may give while others have some left."""
STEP = 4
"""How many places in the ranking a paper's second passage waits behind its first."""
MIN_BUDGET = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A passage under a key. `paper.text[start:end] == text`, with that text as `litdex show --json` prints it."""

    key: int  # from 1: "[1]"
    paper: str  # the public id
    title: str
    year: int | None
    section: str
    text: str
    start: int
    end: int
    retracted: bool = False
    tokens: int = 0  # of the text and the line above it

    @property
    def label(self) -> str:
        """What is said of the passage in one line: title, year, id, section, and whether the paper was retracted."""
        year = f"({self.year})" if self.year else ""
        title = " ".join(f"{self.title} {year}".split())
        parts = (title, self.paper, " ".join(self.section.split()), "RETRACTED" if self.retracted else "")
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What was found for a question, best first. `missing` names each leg that did not answer, and why."""

    question: str
    sources: tuple[Source, ...]
    budget: int
    missing: Mapping[str, str] = field(default_factory=dict)

    @property
    def tokens(self) -> int:
        """How many of the budget's tokens are used."""
        return sum(source.tokens for source in self.sources)

    def source(self, key: int) -> Source | None:
        """The passage that has this key; None if none has."""
        return self.sources[key - 1] if 1 <= key <= len(self.sources) else None

    def markdown(self) -> str:
        """The passages as a prompt may hold them: under each key a line on the paper, then its text as a quotation."""
        blocks = [f"**[{source.key}]** {source.label}\n\n{_quoted(source.text)}" for source in self.sources]
        return "\n\n".join(blocks)


def build_context(
    searcher: Searcher,
    question: str,
    *,
    budget: int = BUDGET,
    where: Filter = Filter(),
    papers: int = PAPERS,
    per_paper: int = PER_PAPER,
) -> Context:
    """The best passages for `question` (in the query language) that fit into `budget` tokens, at least 50.

    `where` restricts the papers, `papers` are looked at, and no paper gives more than `per_paper` passages while
    another has one left. A passage that says the same as a better one is left out. Keys are 1, 2, … in order of rank,
    and the same question to the same library gives the same keys. Raises UserError, and as `Searcher.search` does.
    """
    if budget < MIN_BUDGET:
        raise UserError(f"a budget of {budget} tokens holds no passage: give {MIN_BUDGET} or more")
    results = searcher.search(question, limit=papers, where=where)
    packed = _pack(_in_order(results.hits, per_paper), budget)
    missing = {str(leg): reason for leg, reason in results.missing.items()}
    return Context(question=question, sources=tuple(packed), budget=budget, missing=missing)


def _in_order(hits: Sequence[Hit], per_paper: int) -> list[Source]:
    """Every passage of every hit, those first that should be taken first."""
    placed = [
        (place >= per_paper, rank + STEP * place, place, _source(hit, passage))
        for rank, hit in enumerate(hits)
        for place, passage in enumerate(hit.passages)
    ]
    return [source for *_, source in sorted(placed, key=lambda item: item[:3])]


def _source(hit: Hit, passage: HitPassage) -> Source:
    return Source(
        key=0,
        paper=hit.id,
        title=hit.paper.title,
        year=hit.paper.year,
        section=passage.section,
        text=passage.text,
        start=passage.start,
        end=passage.end,
        retracted=hit.paper.retracted,
    )


def _pack(candidates: Iterable[Source], budget: int) -> list[Source]:
    """Those that fit, in order; the very first is cut at a sentence's end if it alone is too long."""
    packed: list[Source] = []
    left = budget
    for candidate in candidates:
        if any(same_text(candidate.text, taken.text) for taken in packed):
            continue
        source = replace(candidate, key=len(packed) + 1, tokens=_tokens(candidate))
        if source.tokens > left and not packed:
            source = _cut(source, left)
        if source.tokens <= left:
            packed.append(source)
            left -= source.tokens
        if left < MIN_BUDGET:
            break
    return packed


def _tokens(source: Source) -> int:
    return count_tokens(f"[{source.key}] {source.label}\n{source.text}")


def _cut(source: Source, room: int) -> Source:
    """As many of the passage's first sentences as fit, or if not even one does, as many of its words."""
    ends = [end for _, end in sentences(source.text)]
    words = [at for at, char in enumerate(source.text) if char.isspace()]
    for end in [*reversed(ends), *reversed(words)]:
        shorter = replace(source, text=source.text[:end], end=source.start + end)
        shorter = replace(shorter, tokens=_tokens(shorter))
        if shorter.tokens <= room:
            return shorter
    return source


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
