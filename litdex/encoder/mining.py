"""Hard negatives: for each paper the others that resemble it most, by BM25 or by a model.

A batch that holds a paper and its neighbours has hard negatives for nothing (see `pairs.OwnAbstract`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from litdex.encoder.corpus import Article
from litdex.encoder.models import Embedder

Neighbours = dict[str, list[str]]


def by_bm25(articles: Sequence[Article], count: int, *, k1: float = 1.2, b: float = 0.75) -> Neighbours:
    """The `count` papers whose abstracts match each title best, the paper itself left out.

    Source: BM25 as in Robertson and Zaragoza (2009), with Lucene's idf.
    """
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(stop_words="english", min_df=2, dtype=np.float32)
    counts = csr_matrix(counter.fit_transform([a.abstract for a in articles]))
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    often = np.diff(counts.tocsc().indptr)
    idf = np.log1p((len(articles) - often + 0.5) / (often + 0.5)).astype(np.float32)
    rows = np.repeat(np.arange(len(articles)), np.diff(counts.indptr))
    norm = k1 * (1 - b + b * lengths / max(lengths.mean(), 1e-9))
    counts.data *= idf[counts.indices] * (k1 + 1) / (counts.data + norm[rows])
    queries = csr_matrix(counter.transform([a.title for a in articles]))
    return _nearest(articles, count, (_dense(part) for part in _blocks(queries, counts)))


def by_model(articles: Sequence[Article], count: int, embed: Embedder) -> Neighbours:
    """The same by the cosine of a model between title and abstract."""
    titles = embed([a.title for a in articles], "query")
    abstracts = embed([a.abstract for a in articles], "passage")
    blocks = (titles[start : start + 1024] @ abstracts.T for start in range(0, len(articles), 1024))
    return _nearest(articles, count, blocks)


def _blocks(queries: Any, documents: Any, size: int = 256) -> Iterator[Any]:
    turned = documents.T.tocsr()
    for start in range(0, queries.shape[0], size):
        yield queries[start : start + size] @ turned


def _dense(part: Any) -> NDArray[np.float32]:
    return np.asarray(part.toarray(), dtype=np.float32)


def _nearest(articles: Sequence[Article], count: int, blocks: Iterator[NDArray[np.float32]]) -> Neighbours:
    ids = [article.id for article in articles]
    count = min(count, len(ids) - 1)
    found: Neighbours = {}
    for scores in blocks:
        own = len(found) + np.arange(len(scores))
        scores[np.arange(len(scores)), own] = -np.inf
        top = np.argpartition(-scores, count - 1, axis=1)[:, :count] if count else np.empty((len(scores), 0), int)
        for row, columns in zip(own, top, strict=True):
            found[ids[row]] = [ids[column] for column in columns]
    return found
