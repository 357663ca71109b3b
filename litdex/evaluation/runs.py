"""Runs of a library over a collection's queries: each query is retrieved once, then ranked in every way asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from litdex.errors import UserError
from litdex.evaluation.collection import Collection
from litdex.evaluation.plain import plain
from litdex.index.library import Library
from litdex.search.fusion import FUSIONS
from litdex.search.ranking import Ranking, order
from litdex.search.retrieval import LEGS, Leg, Retrieved, rank_papers
from litdex.search.searcher import Searcher

DEPTH = 100
"""How many papers a ranking holds, unless another number is asked for."""

PLAIN: Mapping[str, Any] = {"lexical_weight": 1.0, "dense_weight": 1.0, "k": 60.0, "best_passages": 1}
"""The settings under which fusions are compared."""

Way = Callable[[str, Retrieved], list[str]]
"""From a query and what the legs found for it to ids, best first."""
Progress = Callable[[int], None]


def leg_alone(leg: Leg, ranking: Ranking) -> Way:
    """Papers as one leg ranks them."""

    def ranked(query: str, retrieved: Retrieved) -> list[str]:
        papers = rank_papers(retrieved.found.get(leg, ()), retrieved.names, ranking.best_passages)
        return [paper.name for paper in papers[: ranking.depth]]

    return ranked


def fused(ranking: Ranking) -> Way:
    """Papers as a hybrid search ranks them."""
    return lambda query, retrieved: [one.paper for one in order(retrieved, ranking)[0]]


def reranked(searcher: Searcher, depth: int) -> Way:
    """Papers as a search with a second stage ranks them; it retrieves by itself."""
    return lambda query, retrieved: searcher.rank(query, limit=depth)


def ways(ranking: Ranking, names: Sequence[str] = ()) -> dict[str, Way]:
    """What can be compared, by name: each leg; each fusion with equal weights; "default"; "set", the settings given.

    With `names` only those, else all that differ. Raises UserError for a name that is none.
    """
    default = Ranking(depth=ranking.depth)
    settings = {kind: replace(default, fusion=kind, **PLAIN) for kind in FUSIONS}
    settings |= {"default": default, "set": ranking}
    known: dict[str, Way] = {leg: leg_alone(leg, ranking) for leg in LEGS}
    known |= {name: fused(setting) for name, setting in settings.items()}
    for name in names:
        if name not in known:
            raise UserError(f"--modes {name}: give some of {', '.join(known)}")
    others = [setting for name, setting in settings.items() if name != "set"]
    repeated = {"default"} if default in others[:-1] else set()
    repeated |= {"set"} if ranking in others else set()
    return {name: known[name] for name in names or (name for name in known if name not in repeated)}


class Names:
    """A collection's documents and a library's papers, by each other's ids."""

    def __init__(self, library: Library, collection: Collection) -> None:
        self._documents: dict[str, list[str]] = {}
        self.missing: list[str] = []
        judged = {document for grades in collection.qrels.values() for document in grades}
        own = set(collection.qrels) if collection.without_self else set()
        for document in sorted(judged | own):
            self._add(library, document, judged)

    def _add(self, library: Library, document: str, judged: set[str]) -> None:
        number = library.store.find(f"local:{document}") or library.store.find(document)
        card = library.store.card(number) if number else None
        if card:
            self._documents.setdefault(card.name, []).append(document)
        elif document in judged:
            self.missing.append(document)

    def documents(self, papers: Sequence[str], depth: int, without: str | None) -> list[str]:
        """Papers' public ids as the collection's. A paper that merged documents stands for each of them, in a row.

        Papers that nobody judged keep their public id: it makes no difference to any measure.
        """
        found = (
            document
            for paper in papers
            for document in self._documents.get(paper) or [paper.removeprefix("local:")]
            if document != without
        )
        return [document for document, _ in zip(found, range(depth), strict=False)]


def retrieve_all(
    searcher: Searcher, collection: Collection, *, depth: int, language: bool, progress: Progress | None = None
) -> Iterator[tuple[str, str, Retrieved]]:
    """Each query's id, its text and what the legs find; with `language` it is read as `litdex search` reads it."""
    for query, given in collection.queries.items():
        text = given if language else plain(given)
        # One more than asked for, where the query itself is going to be left out.
        yield query, text, searcher.retrieve(text, depth=depth + collection.without_self)
        if progress:
            progress(1)


def run_all(
    library: Library,
    searcher: Searcher,
    collection: Collection,
    asked: Mapping[str, Way],
    *,
    depth: int = DEPTH,
    language: bool = False,
    progress: Progress | None = None,
) -> tuple[dict[str, dict[str, list[str]]], dict[str, float], list[str]]:
    """(way -> run, milliseconds a query of each leg, judged documents that the library lacks).

    Raises as `Searcher.retrieve` does: a figure from one leg alone would be a wrong figure.
    """
    names = Names(library, collection)
    runs: dict[str, dict[str, list[str]]] = {name: {} for name in asked}
    took: dict[str, float] = {}
    for query, text, retrieved in retrieve_all(searcher, collection, depth=depth, language=language, progress=progress):
        own = query if collection.without_self else None
        for name, way in asked.items():
            runs[name][query] = names.documents(way(text, retrieved), depth, own)
        for leg, milliseconds in retrieved.milliseconds.items():
            took[leg] = took.get(leg, 0.0) + milliseconds / len(collection.queries)
    return runs, took, names.missing


def at_depth(ranking: Ranking, depth: int) -> Ranking:
    """The settings, with legs that rank at least `depth` papers."""
    return replace(ranking, depth=max(ranking.depth, depth))
