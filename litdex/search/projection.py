"""Papers as points of a plane, from their vectors: principal components, or UMAP where its library is installed.

Source of the picture: PhysBERT (Hellert et al., 2024) shows its embeddings so, coloured by category.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from litdex.index.engine import Vectors

Layout = Literal["pca", "umap"]
Points = NDArray[np.float64]
BLOCK, ITERATIONS = 8, 40
"""Axes that are iterated together, and how often: the error falls as (9th / 2nd eigenvalue) to the power of it."""


def layouts() -> tuple[Layout, ...]:
    """The layouts that can be made here."""
    return ("pca", "umap") if find_spec("umap") else ("pca",)


def project(vectors: Vectors, layout: Layout = "pca") -> Points:
    """Places in the unit square, shape (papers, 2), of vectors of shape (papers, dimension).

    The same vectors give the same places, in whichever order they come where the layout is "pca".
    """
    if len(vectors) < 3:  # no plane: beside each other
        return np.stack([np.linspace(0.25, 0.75, max(len(vectors), 1)), np.full(max(len(vectors), 1), 0.5)], axis=1)[
            : len(vectors)
        ]
    return _spread(_umap(vectors) if layout == "umap" else _components(vectors))


def _components(vectors: Vectors) -> Points:
    """The first two principal components; each points to where its largest loading is positive.

    By subspace iteration: of all the axes only two are wanted, and a whole decomposition takes ten times as long.
    """
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    covariance = centred.T @ centred
    axes = np.random.default_rng(0).standard_normal((len(covariance), min(BLOCK, len(covariance))))
    for _ in range(ITERATIONS):
        axes, _ = np.linalg.qr(covariance @ axes)
    _, mix = np.linalg.eigh(axes.T @ covariance @ axes)
    axes = axes @ mix[:, -1:-3:-1]
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(2)]
    return np.asarray(centred @ (axes * np.where(largest < 0, -1.0, 1.0)))


def _umap(vectors: Vectors) -> Points:
    import umap  # type: ignore[import-not-found]

    made: Any = umap.UMAP(n_components=2, n_neighbors=min(15, len(vectors) - 1), metric="cosine", random_state=0)
    return np.asarray(made.fit_transform(vectors), np.float64)


def _spread(points: Points) -> Points:
    """Both axes by the same factor, so that distances keep their proportions, into the middle of the unit square."""
    low, high = points.min(axis=0), points.max(axis=0)
    size = float((high - low).max()) or 1.0
    return np.asarray((points - (low + high) / 2) / size + 0.5)
