"""The test collections of `benchmarks.ranking`, from the corpora in ../shared/data.

`physics` and `physics-devel` ask with a title for its abstract, with no title in the index; `citations` asks with a
citing paper's title for the titles that it cites, among all titles cited by anyone in the test file.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from litdex.evaluation.beir import read_beir, read_lines
from litdex.evaluation.collection import Collection

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
CITING = 1000
"""How many citing papers are drawn as queries."""


def physics(work: Path, part: str) -> Collection:
    """Titles as queries, abstracts as the corpus."""
    papers = list(read_lines(DATA / "physics" / f"{part}.jsonl.xz"))
    corpus = _kept(work / f"physics-{part}.jsonl", ({**paper, "title": ""} for paper in papers))
    queries = {str(paper["id"]): str(paper["title"]) for paper in papers}
    return Collection(
        name=f"physics-{part}", corpus=corpus, queries=queries, qrels={query: {query: 1} for query in queries}
    )


def citations(work: Path) -> Collection:
    """A seeded sample of citing papers' titles as queries, all titles that the file's papers cite as the corpus."""
    titles = dict(_rows("titles"))
    qrels: dict[str, dict[str, int]] = {}
    for citing, cited in _rows("test-edges"):
        qrels.setdefault(citing, {})[cited] = 1
    wanted = sorted({cited for grades in qrels.values() for cited in grades})
    corpus = _kept(work / "citations.jsonl", ({"_id": name, "title": titles[name], "text": ""} for name in wanted))
    whole = Collection(
        name="citations",
        corpus=corpus,
        queries={query: titles[query] for query in qrels},
        qrels=qrels,
        without_self=True,
    )
    return whole.sample(CITING)


SETS: Mapping[str, Callable[[Path], Collection]] = {
    "scifact": lambda work: read_beir(DATA / "retrieval" / "scifact"),
    "cranfield": lambda work: read_beir(DATA / "retrieval" / "cranfield"),
    "physics": lambda work: physics(work, "test"),
    "citations": citations,
}
"""What is reported. Nothing may be chosen by these."""

DEVEL: Mapping[str, Callable[[Path], Collection]] = {
    "scifact-train": lambda work: read_beir(DATA / "retrieval" / "scifact", "train"),
    "physics-devel": lambda work: physics(work, "devel"),
}
"""What settings are chosen by."""


def narrowed(collection: Collection, limit: int, work: Path) -> Collection:
    """A small one for a rehearsal: `limit` queries, their judged documents and as many others."""
    small = collection.sample(limit)
    judged = {document for grades in small.qrels.values() for document in grades}
    assert collection.corpus is not None
    records = list(read_lines(collection.corpus))
    others = {name for name in map(_id, records) if name not in judged}
    kept = judged | set(sorted(others)[:limit])
    name = f"{collection.name.replace('/', '-')}-{limit}"
    corpus = _kept(work / f"{name}.jsonl", (record for record in records if _id(record) in kept))
    return replace(small, name=name, corpus=corpus)


def _id(record: Mapping[str, Any]) -> str:
    return str(record.get("_id", record.get("id")))


def _rows(name: str) -> list[tuple[str, str]]:
    with lzma.open(DATA / "citations" / f"{name}.tsv.xz", "rt", encoding="utf-8") as lines:
        return [(first, second) for first, second in (line.rstrip("\n").split("\t") for line in lines)]


def _kept(path: Path, records: Iterable[Mapping[str, Any]]) -> Path:
    """A file of JSON lines, written the first time."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        draft.replace(path)
    return path
