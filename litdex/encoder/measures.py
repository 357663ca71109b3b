"""The measures of the encoder's evaluation, each from plain arrays, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Value:
    """A measure in percent with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.1f} [{self.low:.1f}, {self.high:.1f}]"


def bootstrap(each: Sequence[float] | Floats, *, samples: int = 1000, seed: int = 0) -> Value:
    """The mean of per-item scores (fractions) in percent, with its percentile interval over resampled items."""
    scores = np.asarray(each, dtype=np.float64)
    rng = np.random.default_rng(seed)
    means = [scores[rng.integers(0, len(scores), len(scores))].mean() for _ in range(samples)]
    low, high = np.percentile(means, [2.5, 97.5])
    return Value(100 * float(scores.mean()), 100 * float(low), 100 * float(high))


def v_measure(vectors: NDArray[np.float32], labels: Sequence[str], *, seed: int = 0) -> float:
    """V-measure of KMeans with as many clusters as labels; `vectors` (n, d)."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import v_measure_score

    found = KMeans(len(set(labels)), n_init=4, random_state=seed).fit_predict(vectors)
    return float(v_measure_score(list(labels), found))


def v_measure_of_folds(
    vectors: NDArray[np.float32], labels: Sequence[str], *, folds: int = 10, seed: int = 0
) -> list[float]:
    """V-measure within each part of a stratified split, as PhysBERT's evaluation averages it."""
    from sklearn.model_selection import StratifiedKFold

    names = np.asarray(labels)
    split = StratifiedKFold(folds, shuffle=True, random_state=seed).split(names, names)
    return [v_measure(vectors[part], list(names[part]), seed=seed) for _, part in split]


def v_interval(vectors: NDArray[np.float32], labels: Sequence[str], *, samples: int = 200, seed: int = 0) -> Value:
    """V-measure of one clustering, with an interval over resampled papers (the clusters stay as they are)."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import v_measure_score

    names = np.asarray(labels)
    found = KMeans(len(set(labels)), n_init=4, random_state=seed).fit_predict(vectors)
    rng = np.random.default_rng(seed)
    draws = (rng.integers(0, len(names), len(names)) for _ in range(samples))
    drawn = np.array([v_measure_score(names[d], found[d]) for d in draws])
    value = float(v_measure_score(names, found))
    drawn += value - drawn.mean()  # papers drawn twice raise V: without that shift the interval would miss the value
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Value(100 * value, 100 * float(low), 100 * float(high))


def best_threshold(cosines: Floats, related: NDArray[np.bool_]) -> float:
    """The cosine that parts related from unrelated pairs with the fewest errors."""
    order = np.argsort(-cosines, kind="stable")
    sign = np.where(related[order], 1, -1)
    gains = np.concatenate([[0], np.cumsum(sign)])  # gains[k]: calling the k highest related
    best = int(np.argmax(gains))
    ranked = cosines[order]
    if best in (0, len(ranked)):
        return float(ranked[0] + 1) if best == 0 else float(ranked[-1])
    return float((ranked[best - 1] + ranked[best]) / 2)


def right_at_threshold(cosines: Floats, related: NDArray[np.bool_]) -> Floats:
    """1.0 for each pair that the best threshold calls right, else 0.0."""
    right: Floats = ((cosines > best_threshold(cosines, related)) == related).astype(np.float64)
    return right


def ndcg(
    scores: Callable[[slice], NDArray[np.float32]],
    relevant: Sequence[Mapping[int, float]],
    *,
    depth: int = 10,
    block: int = 512,
) -> list[float]:
    """nDCG at `depth` for each query. `scores(part)` gives (queries in part, documents); `relevant` grades columns."""
    found: list[float] = []
    discount = 1 / np.log2(np.arange(2, depth + 2))
    for start in range(0, len(relevant), block):
        part = scores(slice(start, start + block))
        top = np.argsort(-part, axis=1, kind="stable")[:, :depth]
        for row, grades in zip(top, relevant[start : start + block], strict=True):
            gains = np.array([grades.get(int(column), 0.0) for column in row])
            ideal = np.sort(np.array(list(grades.values())))[::-1][:depth]
            best = float(ideal @ discount[: len(ideal)])
            found.append(float(gains @ discount[: len(gains)]) / best if best else 0.0)
    return found
