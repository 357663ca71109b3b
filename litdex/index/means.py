"""The mean direction of each paper's passages, as both vector engines give it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from litdex.index.engine import Vectors


def mean_directions(vectors: Iterable[tuple[int, Vectors]]) -> dict[int, Vectors]:
    """Of (paper, vector) pairs the sum of each paper's vectors, brought to unit length; a sum of zero is left out."""
    sums: dict[int, Vectors] = {}
    for paper, vector in vectors:
        sums[paper] = sums[paper] + vector if paper in sums else vector
    lengths = {paper: float(np.linalg.norm(total)) for paper, total in sums.items()}
    return {paper: np.asarray(sums[paper] / length, np.float32) for paper, length in lengths.items() if length}
