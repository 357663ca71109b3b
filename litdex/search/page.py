"""From a ranking to the hits of one page: metadata, passages, snippets, and why each hit stands where it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from litdex.encoder.base import Encoder
from litdex.errors import SystemFault
from litdex.index.store import Card, Store
from litdex.ingest.passages import Passage, embedding_text
from litdex.search.fusion.fuse import Fused
from litdex.search.hit import Counted, Explanation, Hit, HitPassage, LegScore
from litdex.search.nearest import nearest_sentences
from litdex.search.retrieval import Leg, RankedPaper
from litdex.search.snippet import Marker

PASSAGES_SHOWN = 3

Places = Mapping[Leg, tuple[int, RankedPaper]]


class Page:
    """Makes the hits of one search out of each leg's ranking."""

    def __init__(self, store: Store, rankings: Mapping[Leg, Sequence[RankedPaper]], marker: Marker) -> None:
        self._store = store
        self._places = {
            leg: {item.name: (rank, item) for rank, item in enumerate(ranking, start=1)}
            for leg, ranking in rankings.items()
        }
        self._marker = marker

    def hits(self, shown: Sequence[Fused[Leg]]) -> list[Hit]:
        """Papers as they are shown. Raises SystemFault where one was removed a moment ago."""
        places = [self._of(fused.paper) for fused in shown]
        cards = self._store.cards([_number(of) for of in places])
        best = [self._best(of, PASSAGES_SHOWN) for of in places]
        passages = self._store.some_passages([number for numbers in best for number in numbers])
        return [
            self._hit(fused, of, cards.get(_number(of)), [passages[number] for number in numbers if number in passages])
            for fused, of, numbers in zip(shown, places, best, strict=True)
        ]

    def _hit(self, fused: Fused[Leg], places: Places, card: Card | None, passages: Sequence[Passage]) -> Hit:
        if card is None:
            raise SystemFault(f"{fused.paper} was removed while it was being shown: search again")
        return Hit(
            id=fused.paper,
            score=fused.score,
            paper=card.paper,
            legs={leg: LegScore(rank, item.score, fused.shares[leg]) for leg, (rank, item) in places.items()},
            passages=tuple(
                HitPassage(
                    section=p.section,
                    text=p.text,
                    start=p.start,
                    end=p.end,
                    snippet=self._marker.snippet(p),
                    kind=p.kind,
                )
                for p in passages
            ),
        )

    def _best(self, places: Places, limit: int) -> list[int]:
        """The passages for which a paper was found, the one first that stands best within it over the legs."""
        worth: dict[int, float] = {}  # passage -> the sum over the legs of its reciprocal rank within the paper
        for _, item in places.values():
            for place, scored in enumerate(item.passages, start=1):
                worth[scored.number] = worth.get(scored.number, 0.0) + 1 / place
        return sorted(worth, key=lambda passage: (-worth[passage], passage))[:limit]

    def best_text(self, paper: str) -> str:
        """A paper's title and its best passage, "" where it was removed a moment ago."""
        places = self._of(paper)
        card = self._store.card(_number(places))
        best = [*self._store.some_passages(self._best(places, 1)).values()]
        return embedding_text(card.paper.title, best[0].text) if card and best else ""

    def explained(self, hit: Hit, best: int) -> Hit:
        """The hit with its explanation; `best` passages of a paper count in each leg."""
        numbers = {leg: item.passages[:best] for leg, (_, item) in self._of(hit.id).items()}
        known = self._store.some_passages({one.number for counted in numbers.values() for one in counted})
        terms: dict[str, dict[str, None]] = {term: {} for term in self._marker.wanted}
        for text in [hit.paper.title, *(passage.text for passage in known.values())]:
            for (start, end), term in self._marker.marks(text):
                terms[term][text[start:end]] = None
        counted = {
            leg: tuple(Counted(p.section, p.start, p.end, one.score) for one in found if (p := known.get(one.number)))
            for leg, found in numbers.items()
        }
        return replace(hit, explanation=Explanation({term: tuple(words) for term, words in terms.items()}, counted))

    def _of(self, paper: str) -> Places:
        return {leg: places[paper] for leg, places in self._places.items() if paper in places}


def with_meaning(hits: Sequence[Hit], query: str, encoder: Callable[[], Encoder]) -> list[Hit]:
    """The hits, those whose first passage has no word of the query with the sentences in it that are nearest to it."""
    wordless = [hit for hit in hits if "dense" in hit.legs and hit.passages and not hit.passages[0].snippet.marks]
    if not query or not wordless:
        return list(hits)
    snippets = nearest_sentences(query, [hit.passages[0] for hit in wordless], encoder())
    better = {
        hit.id: (replace(hit.passages[0], snippet=snippet), *hit.passages[1:])
        for hit, snippet in zip(wordless, snippets, strict=False)
    }
    return [replace(hit, passages=better.get(hit.id, hit.passages)) for hit in hits]


def _number(places: Places) -> int:
    return next(item.paper for _, item in places.values())
