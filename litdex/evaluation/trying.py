"""Trying settings of the ranking on a collection: one retrieval a query, every setting measured."""

from __future__ import annotations

from collections.abc import Sequence

from litdex.evaluation.collection import Collection
from litdex.evaluation.runs import Names, Progress, leg_alone, retrieve_all
from litdex.evaluation.significance import LEVEL, Floats, holm, randomisation
from litdex.evaluation.tuning import Tried, Tuned, measured, rank_each
from litdex.index.library import Library
from litdex.search.ranking import Ranking
from litdex.search.retrieval import LEGS
from litdex.search.searcher import Searcher


def try_all(
    library: Library,
    searcher: Searcher,
    collection: Collection,
    settings: Sequence[Ranking],
    measure: str,
    *,
    language: bool = False,
    progress: Progress | None = None,
) -> Tried:
    """The values of each of the settings on each query. All `settings` rank to the same depth.

    Raises as `Searcher.retrieve` does, and UserError for an unknown measure.
    """
    depth = settings[0].depth
    keep = _places(measure, depth)
    names = Names(library, collection)
    runs: list[dict[str, list[str]]] = [{} for _ in settings]
    legs: dict[str, dict[str, list[str]]] = {leg: {} for leg in LEGS}
    alone = {leg: leg_alone(leg, settings[0]) for leg in LEGS}
    for query, text, retrieved in retrieve_all(searcher, collection, depth=depth, language=language, progress=progress):
        own = query if collection.without_self else None
        known: dict[tuple[str, ...], list[str]] = {}  # many settings agree on what comes first: keep one list of it
        for run, ranked in zip(runs, rank_each(retrieved, settings, keep + 1), strict=True):
            first = tuple(ranked)
            run[query] = known.setdefault(first, names.documents(first, keep, own))
        for leg, way in alone.items():
            legs[leg][query] = names.documents(way(text, retrieved), keep, own)
    return measured(collection.name, runs, legs, collection.qrels, measure)


def means_by_collection(tried: Sequence[Tried], found: Tuned) -> dict[str, list[float]]:
    """The mean on each collection of each leg, the default, the choice held out, and the choice where it was made."""
    values: dict[str, list[Floats]] = {leg: [one.legs[leg] for one in tried] for leg in LEGS}
    values["default"] = [one.values[0] for one in tried]
    values["chosen, held out"] = list(found.values)
    values["chosen"] = [one.values[found.choice] for one in tried]
    return {label: [float(each.mean()) for each in arrays] for label, arrays in values.items()}


def against_legs(tried: Sequence[Tried], choice: int) -> list[str]:
    """For each collection a line that compares the choice with the better of the legs (Holm over the collections)."""
    better = [max(one.legs, key=lambda leg, one=one: float(one.legs[leg].mean())) for one in tried]  # type: ignore[misc]
    differences = [one.values[choice] - one.legs[leg] for one, leg in zip(tried, better, strict=True)]
    corrected = holm([randomisation(each) for each in differences])
    return [
        f"{one.name}: {each.mean():+.4f} against its better leg, {leg} (p = {p:.4f})"
        + (", significantly below" if p < LEVEL and each.mean() < 0 else "")
        for one, leg, each, p in zip(tried, better, differences, corrected, strict=True)
    ]


def _places(measure: str, depth: int) -> int:
    """How many ranks a measure looks at: the number behind its @, else all."""
    _, at, cutoff = measure.rpartition("@")
    return min(depth, int(cutoff)) if at and cutoff.isdigit() else depth
