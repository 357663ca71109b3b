"""`litdex evaluate`: how well a library answers the queries of a test collection."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from litdex.cli.collections import FILE, FOLDER, Chosen, collection_options, query_bar
from litdex.cli.options import json_option
from litdex.cli.output import echo_json
from litdex.errors import UserError

if TYPE_CHECKING:
    from litdex.evaluation.collection import Collection
    from litdex.evaluation.runs import Way
    from litdex.evaluation.significance import Comparison
    from litdex.search.ranking import Ranking
    from litdex.search.searcher import Searcher

MEASURES = "nDCG@10,RR,AP,R@100,P@10"

Values = dict[str, dict[str, dict[str, float]]]  # mode -> measure -> query -> value


@click.command()
@click.argument("collection", default="", metavar="[COLLECTION[:SPLIT]]")
@collection_options
@click.option(
    "--modes", default="", show_default="all", help="Of lexical, dense, rrf, minmax, dbsf, default, set; by commas."
)
@click.option(
    "--measures", default=MEASURES, show_default=True, help="By commas; the first is what runs are compared by."
)
@click.option("--depth", type=click.IntRange(1, 1000), default=100, show_default=True, help="Papers in a ranking.")
@click.option("--ranking", "ranking_file", type=FILE, help="Settings (TOML) for mode `set`, else the library's own.")
@click.option("--rerank", default="", metavar="MODEL", help="Also mode `reranked`: a CrossEncoder as second stage.")
@click.option("--rerank-depth", type=click.IntRange(1, 1000), default=50, show_default=True, help="Papers it reads.")
@click.option("--against", default="", help="Compare every mode with this one only, instead of each with each.")
@click.option("--out", type=FOLDER, help="Write TREC runs and a table with every query's values into this folder.")
@click.option("--figure", type=FILE, help="Draw the best mode minus --against (else the better leg) by query.")
@json_option
def evaluate(
    collection: str,
    modes: str,
    measures: str,
    depth: int,
    ranking_file: Path | None,
    rerank: str,
    rerank_depth: int,
    against: str,
    out: Path | None,
    figure: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Measure how well the queries of COLLECTION are answered, by each leg and by each way of fusing them.

    COLLECTION is a folder in BEIR's layout or an id of the package ir_datasets. Figures have 95 % bootstrap intervals,
    differences the p of a paired randomisation test, corrected by Holm for all comparisons of the table.

    \b
    litdex evaluate ~/data/scifact
    litdex evaluate judged --library ~/library --modes lexical,rrf --out runs
    """
    from litdex.evaluation.figure import check_figure
    from litdex.evaluation.measures import check_measures
    from litdex.search.ranking import read_ranking

    names, wanted = _listed(modes), _listed(measures)
    check_measures(wanted)
    if figure:
        check_figure(figure)
    ranking = read_ranking(ranking_file) if ranking_file else None
    asked = _Asked(names, ranking, depth, rerank, rerank_depth)
    asked.check(against)
    chosen = Chosen(**options)
    found = chosen.collection(collection)
    runs, notes = _run(chosen, found, asked)
    values = _measured(runs, found, wanted)
    compared = _compared(values, wanted[0], against)
    if out:
        _write(out, runs, values, found)
    if figure:
        _draw(figure, values, wanted[0], against)
    if as_json:
        from litdex.evaluation.tables import as_json as tables_json

        echo_json({"collection": found.name, "notes": notes, **tables_json(values, compared, wanted[0])})
    else:
        _print(found, notes, values, compared, wanted[0])


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which ways of ranking to evaluate."""

    names: list[str]
    ranking: Ranking | None
    depth: int
    rerank: str
    rerank_depth: int

    def check(self, against: str) -> None:
        """Raise UserError for names that are none: before a long run, not after it."""
        from litdex.evaluation.runs import ways
        from litdex.search.ranking import Ranking

        known = {*ways(self.ranking or Ranking(), self.names), *(["reranked"] if self.rerank else [])}
        if against and against not in known:
            raise UserError(f"--against {against}: give one of the modes that are evaluated")

    def ways(self, searcher: Searcher) -> dict[str, Way]:
        """The ways by name."""
        from litdex.evaluation.runs import at_depth, reranked, ways

        found = ways(at_depth(searcher.ranking, self.depth), self.names)
        return found | ({"reranked": reranked(searcher, self.depth)} if self.rerank else {})


def _run(chosen: Chosen, collection: Collection, asked: _Asked) -> tuple[dict[str, dict[str, list[str]]], list[str]]:
    from litdex.evaluation.runs import run_all
    from litdex.search.rerank import load_reranker

    # Only mode `reranked` asks this searcher to rank; the others take what it retrieves and rank by themselves.
    reranker = partial(load_reranker, asked.rerank) if asked.rerank else None
    with (
        chosen.searcher(collection, asked.ranking, reranker, asked.rerank_depth) as (library, searcher),
        query_bar(collection.name, len(collection.queries)) as bar,
    ):
        runs, took, missing = run_all(
            library,
            searcher,
            collection,
            asked.ways(searcher),
            depth=asked.depth,
            language=chosen.language,
            progress=bar,
        )
    notes = [", ".join(f"{leg} {milliseconds:.1f} ms a query" for leg, milliseconds in sorted(took.items()))]
    if missing:
        shown = ", ".join(missing[:3]) + (", …" if len(missing) > 3 else "")
        notes.append(f"{len(missing)} judged documents are not in the library, as if they were never found: {shown}")
    return runs, notes


def _measured(runs: dict[str, dict[str, list[str]]], collection: Collection, measures: list[str]) -> Values:
    from litdex.evaluation.measures import Judge

    judge = Judge(collection.qrels, measures)
    return {name: judge(run) for name, run in runs.items()}


def _compared(values: Values, measure: str, against: str) -> list[Comparison]:
    from itertools import combinations

    from litdex.evaluation.significance import compare

    pairs = [(name, against) for name in values if name != against] if against else list(combinations(values, 2))
    return compare({name: by_measure[measure] for name, by_measure in values.items()}, pairs)


def _write(out: Path, runs: dict[str, dict[str, list[str]]], values: Values, collection: Collection) -> None:
    from litdex.evaluation.tables import write_per_query
    from litdex.evaluation.trec import write_run

    for name, run in runs.items():
        write_run(out / f"{name}.run", run, f"litdex-{name}")
    write_per_query(out / "queries.tsv", values, collection.queries)
    click.echo(f"Written: {out}/queries.tsv and {len(runs)} runs", err=True)


def _draw(figure: Path, values: Values, measure: str, against: str) -> None:
    from litdex.evaluation.figure import draw_differences

    by_mode = {name: by_measure[measure] for name, by_measure in values.items()}

    def mean(name: str) -> float:
        return sum(by_mode[name].values())

    other = against or max((leg for leg in ("lexical", "dense") if leg in by_mode), key=mean, default="")
    rest = [name for name in by_mode if name != other]
    if not other or not rest:
        raise UserError("--figure needs two modes: give them with --modes, and --against for the one to compare with")
    draw_differences(figure, by_mode, max(rest, key=mean), other, measure)


def _print(collection: Collection, notes: list[str], values: Values, compared: list[Comparison], measure: str) -> None:
    from litdex.evaluation.tables import aligned, comparison_rows, summary, summary_rows

    click.secho(f"{collection.name}: {len(collection.queries):,} queries", bold=True)
    for note in notes:
        click.echo(note)
    click.echo("\n" + "\n".join(aligned(summary_rows(summary(values)))))
    if compared:
        click.secho(f"\nDifferences in {measure}", bold=True)
        click.echo("\n".join(aligned(comparison_rows(compared))))


def _listed(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
