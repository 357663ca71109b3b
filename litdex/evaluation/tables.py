"""Figures as tables: a row a run, a row a query, a row a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from litdex.evaluation.significance import Comparison, Interval, interval

Evaluated = Mapping[str, Mapping[str, Mapping[str, float]]]
"""run -> measure -> query -> value"""


def summary(evaluated: Evaluated) -> dict[str, dict[str, Interval]]:
    """run -> measure -> mean with its interval."""
    return {
        run: {measure: interval(values) for measure, values in measures.items()} for run, measures in evaluated.items()
    }


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of columns that stand under one another: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def summary_rows(found: Mapping[str, Mapping[str, Interval]]) -> list[list[str]]:
    """The table of `summary`, with a header."""
    measures = list(next(iter(found.values())))
    return [["", *measures]] + [[run, *(str(means[measure]) for measure in measures)] for run, means in found.items()]


def comparison_rows(compared: Sequence[Comparison]) -> list[list[str]]:
    """The table of comparisons, with a header; a star marks those that chance hardly explains."""
    rows = [["", "difference", "p (Holm)", ""]]
    for one in compared:
        rows.append(
            [f"{one.one} - {one.other}", f"{one.difference:+.4f}", f"{one.p:.4f}", "*" if one.significant else ""]
        )
    return rows


def write_per_query(path: Path, evaluated: Evaluated, queries: Mapping[str, str]) -> None:
    """A table by tabs: a query a row, with its text, and a column for each run's value of each measure."""
    runs = [(run, measure) for run, measures in evaluated.items() for measure in measures]
    lines = ["\t".join(["query", *(f"{run} {measure}" for run, measure in runs), "text"])]
    for query, text in queries.items():
        values = (evaluated[run][measure].get(query) for run, measure in runs)
        cells = ("" if value is None else f"{value:.6f}" for value in values)
        lines.append("\t".join([query, *cells, " ".join(text.split())]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def as_json(evaluated: Evaluated, compared: Sequence[Comparison], measure: str) -> dict[str, Any]:
    """Means with intervals, comparisons, and every query's values."""
    return {
        "runs": {
            run: {name: {"mean": i.mean, "low": i.low, "high": i.high} for name, i in measures.items()}
            for run, measures in summary(evaluated).items()
        },
        "compared_by": measure,
        "comparisons": [
            {"one": c.one, "other": c.other, "difference": c.difference, "p": c.p, "significant": c.significant}
            for c in compared
        ],
        "queries": evaluated,
    }
