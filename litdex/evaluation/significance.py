"""How sure a figure is: bootstrap intervals, paired randomisation tests, and Holm's correction for many of them.

Source: Smucker, Allan and Carterette, "A comparison of statistical significance tests for information retrieval
evaluation", CIKM 2007; Holm, "A simple sequentially rejective multiple test procedure", 1979.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDS = 10_000
LEVEL = 0.05
_BLOCK = 2**24  # random numbers at a time: bounds the memory
_EXACT = 13  # up to so many differences all 2**n signs are tried


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over queries and the bounds of its 95 % interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.4f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the same queries: the mean of `one` minus that of `other`, and how likely chance alone is."""

    one: str
    other: str
    difference: float
    p: float  # corrected, where it was one of several

    @property
    def significant(self) -> bool:
        """Whether chance is an unlikely reason."""
        return self.p < LEVEL


def interval(values: Mapping[str, float], rounds: int = 2000, seed: int = 0) -> Interval:
    """The mean over queries and its 95 % bootstrap interval (percentiles over resampled queries)."""
    sample = np.array(list(values.values()), np.float64)
    rng = np.random.default_rng(seed)
    drawn = (rng.integers(0, len(sample), (rows, len(sample)), np.int32) for rows in _blocks(rounds, len(sample)))
    low, high = np.percentile(np.concatenate([sample[rows].mean(axis=1) for rows in drawn]), [2.5, 97.5])
    return Interval(float(sample.mean()), float(low), float(high))


def randomisation(differences: Sequence[float] | Floats, rounds: int = ROUNDS, seed: int = 0) -> float:
    """The two-sided p of a paired randomisation test: how often signs drawn at random make as large a sum.

    Differences are one a query; weigh them to test a mean of means. All signs are tried where they are few. The same
    input has the same p every time.
    """
    given = np.asarray(differences, np.float64)
    moved = given[np.abs(given) > 1e-12]  # queries on which the runs are level have no say
    if not len(moved):
        return 1.0
    observed = abs(float(moved.sum())) * (1 - 1e-6)  # sums in another order differ in the last digits
    if len(moved) <= _EXACT:
        bits = np.arange(2 ** len(moved))[:, None] >> np.arange(len(moved)) & 1
        return float((np.abs((1 - 2 * bits) @ moved) >= observed).mean())
    rng = np.random.default_rng(seed)
    as_large = 0
    for rows in _blocks(rounds, len(moved)):
        packed = rng.integers(0, 256, (rows, -(-len(moved) // 8)), np.uint8)
        signs = np.unpackbits(packed, axis=1, count=len(moved)).astype(np.float32)  # 0 or 1
        sums = 2 * (signs @ moved.astype(np.float32)) - moved.sum()
        as_large += int((np.abs(sums) >= observed).sum())
    return (as_large + 1) / (rounds + 1)


def holm(ps: Sequence[float]) -> list[float]:
    """Each p corrected for there being several, in the order given."""
    corrected = [0.0] * len(ps)
    floor = 0.0
    for place, index in enumerate(sorted(range(len(ps)), key=lambda at: ps[at])):
        floor = max(floor, min(1.0, (len(ps) - place) * ps[index]))
        corrected[index] = floor
    return corrected


def compare(
    values: Mapping[str, Mapping[str, float]], pairs: Sequence[tuple[str, str]], seed: int = 0
) -> list[Comparison]:
    """Each pair of runs by a randomisation test, corrected by Holm for all of them. `values`: run -> query -> value."""
    differences = [_paired(values[one], values[other]) for one, other in pairs]
    corrected = holm([randomisation(each, seed=seed) for each in differences])
    return [
        Comparison(one, other, float(each.mean()), p)
        for (one, other), each, p in zip(pairs, differences, corrected, strict=True)
    ]


def _paired(one: Mapping[str, float], other: Mapping[str, float]) -> Floats:
    return np.array([value - other[query] for query, value in one.items()], np.float64)


def _blocks(rounds: int, size: int) -> Iterator[int]:
    """How many of the rounds, each of `size` random numbers, to do at a time."""
    step = max(1, _BLOCK // size)
    return (min(step, rounds - at) for at in range(0, rounds, step))
