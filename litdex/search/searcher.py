"""The hybrid searcher: both legs at once, fused, with snippets.

A leg that cannot answer is named in the results, and the other one answers alone.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from litdex.encoder.base import Encoder
from litdex.errors import SystemFault, UserError
from litdex.index.citations import Citations
from litdex.index.engine import Counts, Scope, Vectors
from litdex.index.entities import Entities
from litdex.index.filters import Filter, Papers, Terms, is_of_passages, of_papers
from litdex.index.library import Library
from litdex.index.store import Store
from litdex.ingest.identifiers import typed_id
from litdex.search.entities import entity_names
from litdex.search.fusion.fuse import Fused
from litdex.search.hit import Results
from litdex.search.legs import Legs, Mode
from litdex.search.page import Page, with_meaning
from litdex.search.query.meaning import Meaning, meaning
from litdex.search.query.reading import parse
from litdex.search.ranking import Ranking, kept_ranking, order
from litdex.search.rerank import RERANK_DEPTH, Reranker, SecondStage
from litdex.search.retrieval import MOST_PASSAGES, Leg, Retrieved
from litdex.search.snippet import Marker, Words

__all__ = ["Mode", "Searcher"]
FACET_VALUES = 10  # shown of each facet


class Searcher:
    """Searches one library, for one thread at a time. `encoder` is called when the dense leg first needs it.

    Without a `ranking` the library's own is used, which `litdex tune` may have left there, else the default. The
    engines are opened by the first search and stay as they were then until `close`; a writer waits that long.
    """

    def __init__(
        self,
        library: Library,
        encoder: Callable[..., Encoder],
        *,
        ranking: Ranking | None = None,
        reranker: Callable[[], Reranker] | None = None,
        rerank_depth: int = RERANK_DEPTH,
    ) -> None:
        self._library = library
        self._legs = Legs(library, encoder)
        self._second: SecondStage[Leg] | None = SecondStage(reranker, rerank_depth) if reranker else None
        self._known_words: Words | None = None
        self.ranking = ranking or kept_ranking(library)

    def close(self) -> None:
        """Release the engines; the library stays open."""
        self._legs.close()

    def wanted(self) -> bool:
        """Whether a writer waits for `close`: who keeps a searcher for long asks now and then, between searches."""
        return self._legs.wanted()

    def encoder(self) -> Encoder:
        """The encoder that the library's vectors are of. Raises UserError where there are none, and EncoderMismatch."""
        self._legs.refresh()
        if not self._legs.ready:
            raise UserError("the library is empty: make one with `litdex ingest PATH`")
        return self._legs.encoder()

    def __enter__(self) -> Searcher:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        where: Filter = Filter(),
        mode: Mode = "hybrid",
        explain: bool = False,
        facets: Sequence[str] | Mapping[str, int] = (),
        by_meaning: bool = True,
    ) -> Results:
        """The papers that answer `query` best, `limit` of them after the first `offset`.

        `facets` names fields to count all matches by, as `counts` does, and may say how many values of each to tell.
        Without `by_meaning` a passage that has no word of the query is shown from its beginning, which spares encoding
        its sentences (see `litdex.search.nearest`). The order is the same every time. Raises UserError for an empty
        query and EncoderMismatch; a leg that fails or is busy is named in `Results.missing`, and if no leg is left its
        error is raised.
        """
        begun = time.perf_counter()
        asked = self._understand(query, where)
        milliseconds: dict[str, float] = {}
        wanted = facets if isinstance(facets, Mapping) else dict.fromkeys(facets, FACET_VALUES)
        count = cache(lambda: self._timed_counts(asked, wanted, mode, milliseconds) if wanted else None)
        ranked = self._rank(asked, limit + offset, mode, meanwhile=count)
        shown = ranked.fused[offset : offset + limit]
        hits = ranked.page.hits(shown)
        if by_meaning:
            hits = with_meaning(hits, asked.words, self._legs.encoder)
        if explain:
            hits = [ranked.page.explained(hit, self.ranking.best_passages) for hit in hits]
        counts = count() if "lexical" not in ranked.retrieved.missing else None
        milliseconds |= ranked.retrieved.milliseconds
        milliseconds["total"] = (time.perf_counter() - begun) * 1000
        return Results(
            query=query,
            hits=tuple(hits),
            ranking=self.ranking,
            reranker=self._second.name if self._second else "",
            missing=ranked.retrieved.missing,
            milliseconds=milliseconds,
            facets=counts,
            pending=self._library.pending(),
        )

    def rank(self, query: str, *, limit: int, where: Filter = Filter(), mode: Mode = "hybrid") -> list[str]:
        """The ids of the `limit` best papers, without loading them. Raises as `search` does."""
        return [one.paper for one in self.fused(query, limit=limit, where=where, mode=mode)]

    def fused(self, query: str, *, limit: int, where: Filter = Filter(), mode: Mode = "hybrid") -> list[Fused[Leg]]:
        """The `limit` best papers with their scores and each leg's share. Raises as `search` does."""
        return self._rank(self._understand(query, where), limit, mode).fused[:limit]

    def retrieve(self, query: str, *, depth: int, where: Filter = Filter(), mode: Mode = "hybrid") -> Retrieved:
        """What each leg finds, before any ranking: for `order`, with any settings whose depth is not above `depth`.

        Raises as `search` does, and the error of a leg that did not answer.
        """
        retrieved = self._retrieve(self._understand(query, where), depth, mode)
        if retrieved.missing:
            raise SystemFault(
                "; ".join(f"the {leg} leg did not answer: {why}" for leg, why in retrieved.missing.items())
            )
        return retrieved

    def means(self, papers: Sequence[int]) -> dict[int, Vectors]:
        """The mean direction of each paper's passages in the vector engine, shape (dimension,); none for one without.

        Raises LibraryBusy and SystemFault where that engine does not answer.
        """
        self._legs.refresh()
        return self._legs.vectors().means(papers) if self._legs.ready else {}

    def lists(self, query: str) -> bool:
        """Whether `query` is of conditions alone: it finds all papers that satisfy them, and not the best."""
        asked = self._understand(query, Filter())
        return not asked.free and not asked.similar

    def counts(
        self,
        query: str,
        by: Sequence[str],
        *,
        limit: int = FACET_VALUES,
        where: Filter = Filter(),
        mode: Mode = "hybrid",
        values: str = "",
    ) -> Counts:
        """How many papers match, and the `limit` most frequent values of each field of `by` among them.

        A paper matches that satisfies the query's conditions and has at least one of its words, if there are any
        outside conditions; in mode "dense" words exclude no paper. `by` names keyword fields of `litdex.index.engine`,
        `entity.<type>`, or "year". `values` is a pattern of `litdex.index.values`: only such values are told.
        Raises as `search` does.
        """
        return self._counts(self._understand(query, where), dict.fromkeys(by, limit), mode, values)

    def _counts(self, asked: Meaning, by: Mapping[str, int], mode: Mode, values: str = "") -> Counts:
        if not self._legs.ready:
            return Counts(0, dict.fromkeys(by, ()))
        words, engine = "" if mode == "dense" else asked.free, self._legs.lexical()
        if words and is_of_passages(asked.where):  # which passages have the words, only a search tells
            found = engine.search(words, limit=MOST_PASSAGES, where=asked.where)
            where = Filter((Papers(tuple({one.paper for one in found})),))
            return engine.counts("", by, where=where, values=values)
        return engine.counts(words, by, where=of_papers(asked.where), values=values)

    def _timed_counts(
        self, asked: Meaning, wanted: Mapping[str, int], mode: Mode, milliseconds: dict[str, float]
    ) -> Counts:
        begun = time.perf_counter()
        counts = self._counts(asked, wanted, mode)
        milliseconds["facets"] = (time.perf_counter() - begun) * 1000
        return counts

    def _understand(self, query: str, where: Filter) -> Meaning:
        """Read a query and look up its conditions, before any leg has a thread."""
        if not query.strip():
            raise UserError("the query is empty: give words to search for")
        self._legs.refresh()
        found = meaning(
            parse(query, self._library.entities.types()),
            _Lookup(self._legs, self._library.store, self._library.citations, self._library.entities),
        )
        return replace(found, where=where & found.where)

    def _rank(self, asked: Meaning, wanted: int, mode: Mode, meanwhile: Callable[[], object] = lambda: None) -> _Ranked:
        """Every stage but the last, which shows a page."""
        depth = self.ranking.depth
        while depth < wanted:  # in steps, so that few pages differ in it
            depth *= 4
        retrieved = self._retrieve(asked, depth, mode, meanwhile)
        fused, legs = order(retrieved, replace(self.ranking, depth=depth))
        page = Page(self._library.store, legs, Marker(asked.words, self._words(retrieved)))
        if self._second and asked.words:
            fused = self._second.order(asked.words, fused, page.best_text)
        return _Ranked(retrieved, fused, page)

    def _words(self, retrieved: Retrieved) -> Words:
        """The words' engine's view of words; where it is away, words as they are written."""
        if not retrieved.found or "lexical" in retrieved.missing:
            return Words(str.split)
        analyse = self._legs.lexical().terms
        if self._known_words is None or self._known_words.analyse != analyse:
            self._known_words = Words(analyse)
        return self._known_words

    def _retrieve(
        self, asked: Meaning, depth: int, mode: Mode, meanwhile: Callable[[], object] = lambda: None
    ) -> Retrieved:
        if not self._legs.ready:
            meanwhile()
            return Retrieved()
        papers = [self._library.store.paper(number) for number in asked.similar]
        text = "\n".join([asked.words, *(f"{paper.title}\n{paper.abstract}" for paper in papers)])
        return self._legs.run(asked, text, depth, mode, meanwhile)


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A search before its page is made."""

    retrieved: Retrieved
    fused: list[Fused[Leg]]
    page: Page


@dataclass(frozen=True, slots=True)
class _Lookup:
    """Where a query's conditions are looked up: phrases in the engine, ids in the store, and who cites whom."""

    legs: Legs
    store: Store
    citations: Citations
    entities: Entities

    def having(self, text: str, scope: Scope, exact: bool) -> Sequence[int]:
        return self.legs.lexical().having(text, scope=scope, exact=exact) if self.legs.ready else ()

    def find(self, text: str) -> int | None:
        return self.store.find(text)

    def named(self, text: str) -> Sequence[int] | None:
        if typed := typed_id(text):
            return self.store.known_as(*typed)
        digits = re.fullmatch(r"\s*(\d{5,9})\s*", text)  # a number is a PMID only if a paper has it
        return (self.store.known_as("pmid", digits[1]) or None) if digits else None

    def is_author(self, keys: Sequence[str]) -> bool:
        where = Filter((Terms("author", tuple(keys)),))
        return self.legs.ready and self.legs.lexical().counts("", {}, where=where).papers > 0

    def citing(self, paper: int) -> Sequence[int]:
        return self.citations.citing(paper)

    def cited_by(self, paper: int) -> Sequence[int]:
        return self.citations.cited_by(paper)

    def names(self, field: str, value: str) -> Sequence[str]:
        return entity_names(self.entities, field, value)
