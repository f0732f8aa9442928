"""Where labels stand, and how far out cells lie: the numbers of cellucid."""

from __future__ import annotations

import numpy as np
import pytest

from fumehood.datasets import centroids


def test_labels_stand_among_their_cells_and_outliers_are_ranked() -> None:
    points = np.concatenate([np.zeros((20, 2)), [[100, 100]], np.ones((5, 2))]).astype(np.float32)
    codes = np.array([0] * 21 + [1] * 5, np.uint8)
    (found,) = centroids.centroids(points, codes, 2)
    assert (found.category, found.points, found.position) == (0, 20, (0.0, 0.0))
    ranks = centroids.outliers(points, codes, 2)
    assert ranks[20] == 1.0 and ranks[:20].max() < 1 and np.isnan(ranks[21:]).all()
    assert centroids.outliers(None, codes, 2).tolist() == [0.0] * 26


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_labels_stand_where_numpy_puts_them_to_the_last_bit(dimensions: int) -> None:
    """As cellucid does it, row by row; what ours adds column by column must not differ in any bit."""
    random = np.random.default_rng(dimensions)
    for _ in range(40):
        count = int(random.integers(1, 6_000))
        points = random.normal(0, 10 ** random.uniform(-3, 3), (count, dimensions)).astype(np.float32)
        codes = random.integers(0, int(random.integers(1, 40)), count).astype(np.uint8)
        expected = []
        for category in range(40):
            there = points[codes == category]
            if len(there) < centroids.FEWEST:
                continue
            centre, used = there.mean(axis=0), len(there)
            distances = np.linalg.norm(there - centre, axis=1)
            inside = distances <= float(np.quantile(distances, centroids.QUANTILE))
            if used > centroids.FEWEST and inside.sum() >= centroids.FEWEST:
                centre, used = there[inside].mean(axis=0), int(inside.sum())
            expected.append(centroids.Centroid(category, tuple(centre.astype(float).tolist()), used))
        assert centroids.centroids(points, codes, 40) == expected
