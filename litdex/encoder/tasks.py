"""The tasks of the encoder's evaluation: what goes in, and which measure comes out, each as one score an item."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from litdex.encoder.corpus import FIELDS, Article, opened
from litdex.encoder.measures import Value, bootstrap, ndcg, right_at_threshold, v_interval, v_measure_of_folds
from litdex.encoder.models import Embedder

Edges = Sequence[tuple[str, str]]


class Task(Protocol):
    """One column, or several, of the evaluation's table."""

    def measure(self, embed: Embedder) -> dict[str, Value]:
        """Measures by column name, in percent."""


@dataclass(frozen=True)
class Clustering:
    """KMeans over abstracts of several labels; V-measure of all at once and its mean over stratified folds."""

    name: str
    texts: Sequence[str]
    labels: Sequence[str]
    folds: int = 10

    def measure(self, embed: Embedder) -> dict[str, Value]:
        vectors = embed(self.texts)
        parts = v_measure_of_folds(vectors, self.labels, folds=self.folds)
        return {self.name: v_interval(vectors, self.labels), f"{self.name} (folds)": bootstrap(parts)}


@dataclass(frozen=True)
class Citation:
    """Pairs of titles, half of them citing: accuracy at the best threshold of the cosine."""

    name: str
    pairs: Sequence[tuple[str, str]]
    related: Sequence[bool]

    def measure(self, embed: Embedder) -> dict[str, Value]:
        titles = sorted({title for pair in self.pairs for title in pair})
        row = {title: i for i, title in enumerate(titles)}
        vectors = embed(titles)
        sides = [vectors[[row[pair[side]] for pair in self.pairs]] for side in (0, 1)]
        cosines = (sides[0] * sides[1]).sum(axis=1).astype(np.float64)
        return {self.name: bootstrap(right_at_threshold(cosines, np.asarray(self.related)))}


@dataclass(frozen=True)
class Retrieval:
    """Queries against documents: nDCG@10 by cosine, without any other ranking."""

    name: str
    queries: Sequence[str]
    documents: Sequence[str]
    relevant: Sequence[Mapping[int, float]]  # for each query, grades by index of the document

    def measure(self, embed: Embedder) -> dict[str, Value]:
        documents, queries = embed(self.documents, "passage"), embed(self.queries, "query")
        return {self.name: bootstrap(ndcg(lambda part: queries[part] @ documents.T, self.relevant))}


def clustering(name: str, articles: Sequence[Article], *, each: int = 1000, folds: int = 10) -> Clustering:
    """The field task: up to `each` abstracts of each of the 21 fields, in the order given."""
    groups: defaultdict[str, list[Article]] = defaultdict(list)
    for article in articles:
        if article.field in FIELDS and len(groups[article.field]) < each:
            groups[article.field].append(article)
    chosen = [article for group in groups.values() for article in group]
    return Clustering(name, [a.abstract for a in chosen], [a.field for a in chosen], folds)


def sub_clustering(name: str, articles: Sequence[Article], field: str, *, least: int = 20) -> Clustering:
    """The sub-domain task: abstracts of one field by their own category, categories under `least` papers left out."""
    groups: defaultdict[str, list[Article]] = defaultdict(list)
    for article in articles:
        if article.field == field and article.category != field:
            groups[article.category].append(article)
    chosen = [article for group in groups.values() if len(group) >= least for article in group]
    return Clustering(name, [a.abstract for a in chosen], [a.category for a in chosen])


def citation(name: str, edges: Edges, titles: Mapping[str, str], *, size: int, seed: int = 0) -> Citation:
    """`size` citing pairs, and as many pairs of a citing and a cited paper drawn at random that no edge joins."""
    known = [edge for edge in edges if edge[0] in titles and edge[1] in titles]
    rng = random.Random(seed)
    positive = rng.sample(known, min(size, len(known)))
    joined = {frozenset(edge) for edge in known}
    negative: list[tuple[str, str]] = []
    while len(negative) < len(positive):
        pair = rng.choice(known)[0], rng.choice(known)[1]
        if pair[0] != pair[1] and frozenset(pair) not in joined:
            negative.append(pair)
    pairs = [(titles[a], titles[b]) for a, b in positive + negative]
    return Citation(name, pairs, [True] * len(positive) + [False] * len(negative))


def title_to_abstract(name: str, articles: Sequence[Article], *, queries: int | None = None) -> Retrieval:
    """Each title against all abstracts. `queries` limits the titles asked, not the abstracts."""
    asked = articles[:queries]
    return Retrieval(
        name, [a.title for a in asked], [a.abstract for a in articles], [{i: 1.0} for i in range(len(asked))]
    )


def beir(name: str, folder: Path, split: str, *, documents: int | None = None, queries: int | None = None) -> Retrieval:
    """A corpus in BEIR's layout (.xz). `documents` limits the corpus to the judged ones and others up to that many."""
    corpus = {r["_id"]: f"{r.get('title', '')} {r['text']}".strip() for r in _records(folder / "corpus.jsonl.xz")}
    asked = {r["_id"]: r["text"] for r in _records(folder / "queries.jsonl.xz")}
    grades: defaultdict[str, dict[str, float]] = defaultdict(dict)
    with opened(_qrels(folder, split)) as lines:
        next(lines)
        for line in lines:
            query, document, grade = line.split("\t")
            if float(grade) > 0:
                grades[query][document] = float(grade)
    wanted = list(grades)[:queries]
    judged = {document for query in wanted for document in grades[query]}
    ids = sorted(corpus, key=lambda document: document not in judged)[:documents]
    column = {document: i for i, document in enumerate(ids)}
    relevant = [{column[d]: g for d, g in grades[query].items() if d in column} for query in wanted]
    return Retrieval(name, [asked[query] for query in wanted], [corpus[document] for document in ids], relevant)


def _qrels(folder: Path, split: str) -> Path:
    plain = folder / "qrels" / f"{split}.tsv"
    return plain if plain.is_file() else plain.with_suffix(".tsv.xz")


def _records(path: Path) -> list[dict[str, str]]:
    with opened(path) as lines:
        return [json.loads(line) for line in lines]
