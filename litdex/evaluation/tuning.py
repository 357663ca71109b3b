"""Choosing the settings of the ranking by cross-validation on given queries.

Each query is retrieved once; all settings are then tried in memory. What is reported is a *held-out* score: the
settings that rank a query were chosen without it. Whether they beat the default is a paired test of those scores, so
trying more settings does not make the claim easier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from litdex.evaluation.measures import Judge, Run
from litdex.evaluation.significance import LEVEL, randomisation
from litdex.search.fusion import FUSIONS
from litdex.search.ranking import Ranking
from litdex.search.retrieval import Retrieved, rank_papers

Floats = NDArray[np.float64]

SHARES = tuple(round(0.1 * tenth, 1) for tenth in range(1, 10))
"""The lexical leg's share of the weights, the dense leg has the rest."""
KS = (0.0, 5.0, 10.0, 20.0, 40.0, 60.0, 100.0)
BEST_PASSAGES = (1, 2, 3, 5)
FOLDS = 5


def grid(default: Ranking, *, best_passages: Sequence[int] = BEST_PASSAGES) -> list[Ranking]:
    """The settings to try, the default first; `k` differs only where the fusion has one."""
    found = [default]
    for best in best_passages:
        for kind in FUSIONS:
            for k in KS if kind == "rrf" else (default.k,):
                for share in SHARES:
                    found.append(
                        Ranking(
                            fusion=kind,
                            lexical_weight=share,
                            dense_weight=round(1 - share, 1),
                            k=k,
                            best_passages=best,
                            depth=default.depth,
                        )
                    )
    return found


def rank_each(retrieved: Retrieved, settings: Sequence[Ranking], limit: int) -> list[list[str]]:
    """The `limit` ids that `order` ranks first with each of the settings; faster, as they share most of the work."""
    found: list[list[str]] = []
    for (best, depth), group in groupby(settings, key=lambda one: (one.best_passages, one.depth)):
        legs = {leg: rank_papers(passages, retrieved.names, best)[:depth] for leg, passages in retrieved.found.items()}
        papers = sorted({paper.name for ranking in legs.values() for paper in ranking})
        place = {name: index for index, name in enumerate(papers)}
        columns = {leg: [place[paper.name] for paper in ranking] for leg, ranking in legs.items()}
        scores = {leg: [paper.score for paper in ranking] for leg, ranking in legs.items()}
        for (kind, k), alike in groupby(group, key=lambda one: (one.fusion, one.k)):
            points = np.zeros((len(legs), len(papers)))
            for row, leg in enumerate(sorted(legs)):
                points[row, columns[leg]] = FUSIONS[kind](scores[leg], k)
            weights = np.array([[one.weights[leg] for leg in sorted(legs)] for one in alike])
            # Added leg by leg as `fuse` adds: a matrix product rounds in another way, and ties would not be ties.
            totals = sum((weights[:, row, None] * points[row] for row in range(len(legs))), np.zeros(1))
            # Papers are in the order of their ids, and a stable sort leaves ties so.
            best_first = np.argsort(-totals, axis=1, kind="stable")[:, :limit]
            found += [[papers[index] for index in row] for row in best_first.tolist()]
    return found


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried on one collection: `values` has shape (settings, queries); `legs` has each leg's alone."""

    name: str
    queries: tuple[str, ...]
    values: Floats
    legs: Mapping[str, Floats]


def measured(
    name: str, runs: Sequence[Run], legs: Mapping[str, Run], qrels: Mapping[str, Mapping[str, int]], measure: str
) -> Tried:
    """The values of each setting's run and of each leg's."""
    judge = Judge(qrels, [measure])
    values = [judge(run)[measure] for run in runs]
    alone = {leg: np.array(list(judge(run)[measure].values())) for leg, run in legs.items()}
    return Tried(name, tuple(values[0]), np.array([list(each.values()) for each in values]), alone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """What tuning found. Scores are means over the collections, each of its mean over queries."""

    choice: int  # which of the settings is best on all queries
    best: float  # its score on the queries it was chosen by
    held_out: float  # the score of settings chosen without the query
    default: float
    p: float  # of held_out against default
    values: tuple[Floats, ...]  # each collection's held-out values, by query

    @property
    def better(self) -> bool:
        """Whether choosing beats the default by more than chance."""
        return self.held_out > self.default and self.p < LEVEL


def tune(tried: Sequence[Tried], *, folds: int = FOLDS, seed: int = 0) -> Tuned:
    """Choose among the settings, of which the first is the default, by the mean over the collections."""
    rng = np.random.default_rng(seed)
    parts = [rng.permutation(len(one.queries)) % folds for one in tried]
    held_out = [np.zeros(len(one.queries)) for one in tried]
    for fold in range(folds):
        choice = _best(tried, [part != fold for part in parts])
        for one, part, values in zip(tried, parts, held_out, strict=True):
            values[part == fold] = one.values[choice][part == fold]
    choice = _best(tried, [np.ones(len(part), bool) for part in parts])
    defaults = [one.values[0] for one in tried]
    return Tuned(
        choice=choice,
        best=_mean(one.values[choice] for one in tried),
        held_out=_mean(held_out),
        default=_mean(defaults),
        p=p_of_means(held_out, defaults, seed),
        values=tuple(held_out),
    )


def p_of_means(ones: Sequence[Floats], others: Sequence[Floats], seed: int = 0) -> float:
    """p of a difference in the mean over collections, each of which weighs the same however many queries it has."""
    return randomisation(
        np.concatenate([(one - other) / len(one) for one, other in zip(ones, others, strict=True)]), seed=seed
    )


def _best(tried: Sequence[Tried], parts: Sequence[NDArray[np.bool_]]) -> int:
    """The setting with the best mean over the collections' chosen queries; the earliest of equals."""
    means = [one.values[:, part].mean(axis=1) for one, part in zip(tried, parts, strict=True)]
    return int(np.argmax(np.round(np.mean(means, axis=0), 9)))


def _mean(values: Iterable[Floats]) -> float:
    return float(np.mean([one.mean() for one in values]))
