"""Measures of a run against qrels, one value a query: nDCG@k, RR, AP, R@k, P@k and whatever else `ir_measures` knows.

A run maps each query to its ranked ids. The values are trec_eval's own: `ir_measures` (Apache-2.0) names the measures
and `pytrec-eval-terrier` (MIT) computes them. Of the well-kept libraries these were chosen: 800 queries with 100 ids
each take 40 ms for nDCG@10, nothing is compiled at start (`ranx`, MIT, brings numba, pandas and 11 packages more), and
the numbers are those of papers to the last digit. They bring scipy, so they are the extra `evaluate`.

nDCG has linear gain (Järvelin and Kekäläinen, TOIS 2002). RR and AP look at the whole run, however deep it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litdex.errors import UserError
from litdex.evaluation.collection import Qrels, answerable

Run = Mapping[str, Sequence[str]]
"""query -> ids, best first."""
Values = dict[str, float]
"""query -> value. Two runs of one collection have the same queries in the same order."""

DEFAULT_MEASURES = ("nDCG@10", "RR", "AP", "R@100", "P@10")


def evaluate(run: Run, qrels: Qrels, measures: Sequence[str] = DEFAULT_MEASURES) -> dict[str, Values]:
    """Each measure's value for every query that has a relevant document; 0 where the run lacks the query.

    Raises UserError for a name that is no measure (MRR and MAP are other names of RR and AP).
    """
    return Judge(qrels, measures)(run)


class Judge:
    """Measures many runs against the same qrels."""

    def __init__(self, qrels: Qrels, measures: Sequence[str] = DEFAULT_MEASURES) -> None:
        provider = _provider()
        self._queries = sorted(answerable(qrels))
        self._measures = {name: _parsed(name) for name in measures}
        judged = {query: dict(qrels[query]) for query in self._queries}
        self._evaluator = provider.evaluator(set(self._measures.values()), judged)

    def __call__(self, run: Run) -> dict[str, Values]:
        """The values of one run."""
        found: dict[Any, Values] = {measure: dict.fromkeys(self._queries, 0.0) for measure in self._measures.values()}
        # trec_eval sorts by score and breaks ties by id: scores that fall with the rank keep the run's own order.
        scored = {query: _falling(run[query]) for query in self._queries if run.get(query)}
        for metric in self._evaluator.iter_calc(scored) if scored else ():
            found[metric.measure][metric.query_id] = float(metric.value)
        return {name: found[measure] for name, measure in self._measures.items()}


def check_measures(names: Sequence[str]) -> None:
    """Raise UserError unless every name is a measure: before a long run, not after it."""
    for name in names:
        _parsed(name)


def _falling(ids: Sequence[str]) -> dict[str, float]:
    return {name: float(len(ids) - rank) for rank, name in enumerate(ids)}


def _parsed(name: str) -> Any:
    try:
        measure = _provider().parse_measure(name)
        _provider().evaluator([measure], {"q": {"d": 1}})
    except (NameError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        raise UserError(f"{name} is no measure: give names like {', '.join(DEFAULT_MEASURES)}") from error
    return measure


def _provider() -> Any:
    try:
        import ir_measures
    except ImportError as error:
        raise UserError("measures need the extra `evaluate`: pip install 'litdex[evaluate]'") from error
    return ir_measures
