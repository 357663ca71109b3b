"""What formulas as words do to lexical ranking: nDCG@10 and recall@100, with and without.

    python -m benchmarks.formulas [physics] [cranfield] [scifact]

Needs the corpora in ../shared/data: "physics" looks for the abstracts of the devel papers by their titles, "scifact" is
its train split. No encoder is needed: passages go into the lexical engine alone. "with formulas" counts the queries
that have one, for which alone anything can change much.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks.ranking_sets import DEVEL, SETS
from litdex.evaluation.collection import Collection
from litdex.evaluation.measures import evaluate
from litdex.evaluation.significance import interval
from litdex.index.engine import IndexedPassage
from litdex.index.lexical.analysis import Writing
from litdex.index.lexical.formulas import folded
from litdex.index.tantivy.engine import TantivyIndex
from litdex.ingest.paper import Paper
from litdex.ingest.passages import passages
from litdex.ingest.walk import walk
from litdex.pipeline.reading import read
from litdex.search.retrieval import fetch_passages, rank_papers

MEASURES = ("nDCG@10", "R@100")
COLLECTIONS: Mapping[str, Callable[[Path], Collection]] = {
    "physics": DEVEL["physics-devel"],
    "cranfield": SETS["cranfield"],
    "scifact": DEVEL["scifact-train"],
}


def documents(corpus: Path) -> Iterator[tuple[str, list[IndexedPassage]]]:
    """Each paper's id, without its scheme, and its passages."""
    number = 0
    for unit in walk([corpus]):
        for piece in read(unit):  # type: ignore[arg-type]
            for paper in piece.items:
                if isinstance(paper, Paper):
                    number += 1
                    name = next(iter(paper.identifiers.values()))
                    yield (
                        name,
                        [
                            IndexedPassage(
                                number=number * 1000 + p.ordinal, paper=number, title=paper.title, text=p.text
                            )
                            for p in passages(paper)
                        ],
                    )


def run(index: TantivyIndex, queries: Mapping[str, str], names: Mapping[int, str]) -> dict[str, list[str]]:
    """The best 100 papers for each query."""
    found = {}
    for query, text in queries.items():
        hits = fetch_passages(lambda limit, text=text: index.search(text, limit=limit), 100)  # type: ignore[misc]
        found[query] = [one.name for one in rank_papers(hits, names)[:100]]
    return found


def measure(name: str, scratch: Path) -> None:
    """Index a collection both ways; a line each."""
    one = COLLECTIONS[name](scratch)
    papers = list(documents(one.corpus or Path()))
    names = {number: paper for number, (paper, _) in enumerate(papers, 1)}
    flat = [document for _, of in papers for document in of]
    formulas = {query for query, text in one.queries.items() if folded(text) != text}
    for label, on in (("as before", False), ("formulas", True)):
        index = TantivyIndex.open(scratch / f"{name}-{label}", writing=Writing(formulas=on))
        for at in range(0, len(flat), 4096):
            index.replace({document.paper for document in flat[at : at + 4096]}, flat[at : at + 4096])
        found = run(index, one.queries, names)
        gains, recall = (interval(values) for values in evaluate(found, one.qrels, MEASURES).values())
        some = {query: one.qrels[query] for query in formulas if query in one.qrels}
        own = interval(next(iter(evaluate({q: found[q] for q in some}, some, MEASURES[:1]).values()))) if some else "-"
        print(
            f"{name:<10}{label:<11} nDCG@10 {gains}  R@100 {recall}  {len(some):,} with formulas: {own}",
            flush=True,
        )
        index.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for chosen in sys.argv[1:] or COLLECTIONS:
            measure(chosen, Path(folder))
