"""How well litdex ranks: every leg and fusion on four test collections, and the choice of the default on two others.

    python -m benchmarks.ranking [--work FOLDER] [--sets scifact,cranfield] [--limit N] [--no-tuning]

From the corpora in ../shared/data to the table: libraries are made once and kept in --work, settings are chosen on
SciFact train and physics devel only, then nDCG@10 and recall@100 with 95 % intervals are measured on the test sets, and
the default is compared with the better leg of each set and of their mean (randomisation tests, Holm over the sets).
With --limit, a rehearsal: so many queries, and a corpus as small.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import numpy as np

from benchmarks.ranking_sets import DEVEL, SETS, narrowed
from litdex.cli.tune import print_tuned
from litdex.encoder.base import Encoder
from litdex.encoder.load import load_encoder
from litdex.evaluation.built import built, default_cache
from litdex.evaluation.collection import Collection
from litdex.evaluation.measures import Judge
from litdex.evaluation.runs import fused, run_all, ways
from litdex.evaluation.significance import compare, interval
from litdex.evaluation.tables import aligned, comparison_rows, summary, summary_rows
from litdex.evaluation.trying import try_all
from litdex.evaluation.tuning import grid, p_of_means, tune
from litdex.index.library import Library
from litdex.search.ranking import Ranking
from litdex.search.searcher import Searcher

MEASURES = ("nDCG@10", "R@100")
LEGS = ("lexical", "dense")
KNOWN = {"scifact": "BM25 .679, MiniLM .649, bge-small .713", "cranfield": "BM25 .385, MiniLM .400"}

Values = dict[str, dict[str, dict[str, float]]]  # way -> measure -> query -> value


@click.command()
@click.option("--work", type=click.Path(path_type=Path), default=default_cache, help="Where the libraries are kept.")
@click.option("--sets", default=",".join(SETS), show_default=True)
@click.option("--limit", type=int, help="Rehearse on so many queries.")
@click.option("--tuning/--no-tuning", default=True, help="Choose settings on the devel sets first.")
def main(work: Path, sets: str, limit: int | None, tuning: bool) -> None:
    """Print the whole table."""
    encoder = load_encoder()
    chosen = choose(work, encoder, limit) if tuning else None
    found = {}
    for name in sets.split(","):
        collection = opened(SETS[name], work, limit)
        found[name] = measure(collection, work, encoder, chosen)
        report(name, collection, found[name])
    against_legs(found)


def opened(make: Callable[[Path], Collection], work: Path, limit: int | None) -> Collection:
    """A collection, whole or for a rehearsal."""
    whole = make(work)
    return narrowed(whole, limit, work) if limit else whole


def choose(work: Path, encoder: Encoder, limit: int | None) -> Ranking:
    """The settings that are best on the devel sets."""
    settings = grid(Ranking())
    tried = []
    for make in DEVEL.values():
        collection = opened(make, work, limit)
        with library_of(collection, work, encoder) as (library, searcher):
            tried.append(try_all(library, searcher, collection, settings, MEASURES[0]))
    result = tune(tried)
    print_tuned(tried, result, settings, MEASURES[0])
    return settings[result.choice]


@contextmanager
def library_of(collection: Collection, work: Path, encoder: Encoder) -> Iterator[tuple[Library, Searcher]]:
    """The collection's library, made the first time, and its searcher with the default settings."""
    begun = time.monotonic()
    folder = built(collection, lambda *_: encoder, work)
    with Library.open(folder) as library:
        papers, passages = library.store.counts()
        seconds = time.monotonic() - begun
        print(f"\n{collection.name}: {papers:,} papers, {passages:,} passages, made in {seconds:.0f} s", flush=True)
        with Searcher(library, lambda *_: encoder, ranking=Ranking()) as searcher:
            yield library, searcher


def measure(collection: Collection, work: Path, encoder: Encoder, chosen: Ranking | None) -> Values:
    """Every way of ranking, measured."""
    asked = ways(Ranking(), [*LEGS, "rrf", "minmax", "dbsf", "default"])
    if chosen:
        asked["tuned"] = fused(chosen)
    with library_of(collection, work, encoder) as (library, searcher):
        runs, took, missing = run_all(library, searcher, collection, asked)
    print(", ".join(f"{leg} {milliseconds:.1f} ms" for leg, milliseconds in took.items()), end=" a query; ")
    print(f"{len(missing)} judged documents are not in the library")
    judge = Judge(collection.qrels, MEASURES)
    return {name: judge(run) for name, run in runs.items()}


def report(name: str, collection: Collection, values: Values) -> None:
    """Print the table of one set."""
    print(f"{len(collection.queries):,} queries. Known: {KNOWN.get(name, 'nothing')}")
    print("\n".join(aligned(summary_rows(summary(values)))), flush=True)


def against_legs(found: Mapping[str, Values]) -> None:
    """Print the default's and the tuned settings' differences from the better leg of each set, and of the mean."""
    first = MEASURES[0]
    for way in ("default", "tuned"):
        if not all(way in values for values in found.values()):
            continue
        print(f"\n{way} against the better leg, {first}")
        by_run = {f"{name} {run}": values[run][first] for name, values in found.items() for run in values}
        pairs = [(f"{name} {way}", f"{name} {better(values)}") for name, values in found.items()]
        print("\n".join(aligned(comparison_rows(compare(by_run, pairs)))))
        on_the_mean(list(found.values()), way)


def better(values: Values) -> str:
    """The leg with the higher mean."""
    return max(LEGS, key=lambda leg: interval(values[leg][MEASURES[0]], rounds=1).mean)


def on_the_mean(sets: Sequence[Values], way: str) -> None:
    """Print the means over the sets, and the difference from the leg that is better on the mean."""
    arrays = {run: [np.array(list(values[run][MEASURES[0]].values())) for values in sets] for run in (*LEGS, way)}
    means = {run: float(np.mean([values.mean() for values in each])) for run, each in arrays.items()}
    leg = max(LEGS, key=lambda name: means[name])
    p = p_of_means(arrays[way], arrays[leg])
    print(", ".join(f"{run} {mean:.4f}" for run, mean in means.items()), end=" on the mean of the sets: ")
    print(f"{means[way] - means[leg]:+.4f} against {leg}, p = {p:.4f}", flush=True)


if __name__ == "__main__":
    main()
