"""Papers as points: deterministic, in proportion, in the unit square."""

from __future__ import annotations

import numpy as np
import pytest

from litdex.search.projection import project


@pytest.mark.parametrize("count", [0, 1, 2, 3, 50])
def test_points_lie_in_the_unit_square(count: int) -> None:
    points = project(np.random.default_rng(1).standard_normal((count, 8)).astype(np.float32))
    assert points.shape == (count, 2)
    assert ((points >= 0) & (points <= 1)).all()


def test_the_order_of_the_papers_does_not_matter() -> None:
    vectors = np.random.default_rng(1).standard_normal((40, 8)).astype(np.float32)
    assert np.allclose(project(vectors)[::-1], project(vectors[::-1]), atol=1e-6)


def test_groups_stay_apart_and_equal_papers_do_not_divide_by_zero() -> None:
    noise = np.random.default_rng(1).standard_normal((20, 8)) * 0.05
    vectors = (noise + np.repeat(np.eye(8)[:2], 10, axis=0)).astype(np.float32)
    points = project(vectors)
    assert abs(points[:10, 0].mean() - points[10:, 0].mean()) > 0.5
    assert np.allclose(project(np.ones((5, 8), np.float32)), 0.5)
