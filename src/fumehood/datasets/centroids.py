"""Where the labels of categories stand, and how far out a cell lies within its own. Pure.

The numbers are cellucid's, to the last bit on the same input: a centroid is the mean of a category's points, then of
those within the 0.95 quantile of the distances to it; a cell's outlier quantile is the share of its category that lies
no farther from the category's mean in the latent space.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

QUANTILE = 0.95
FEWEST = 10


@dataclass(frozen=True, slots=True)
class Centroid:
    category: int
    position: tuple[float, ...]
    points: int
    """Cells that it is the mean of."""


def centroids(points: NDArray[np.float32], codes: NDArray[Any], categories: int) -> list[Centroid]:
    """Of categories with at least `FEWEST` cells; `points` as they are drawn (`embeddings.placed`)."""
    import numpy as np

    found = []
    for category, cells in members(codes, categories):
        if cells.size < FEWEST:
            continue
        there = points[cells]
        centre, used = there.mean(axis=0), cells.size
        if used > FEWEST:
            distances = np.linalg.norm(there - centre, axis=1)
            inside = distances <= float(np.quantile(distances, QUANTILE))
            if int(inside.sum()) >= FEWEST:
                centre, used = there[inside].mean(axis=0), int(inside.sum())
        found.append(Centroid(category, tuple(centre.astype(float).tolist()), int(used)))
    return found


def outliers(latent: NDArray[np.float32] | None, codes: NDArray[Any], categories: int) -> NDArray[np.float32]:
    """0 < q <= 1; NaN for missing labels and small categories; all 0 without a latent space."""
    import numpy as np

    if latent is None:
        return np.zeros(codes.size, np.float32)
    result = np.full(codes.size, np.nan, np.float32)
    for _, cells in members(codes, categories):
        if cells.size < FEWEST:
            continue
        there = latent[cells]
        distances = np.linalg.norm(there - there.mean(axis=0), axis=1)
        ranks = np.searchsorted(np.sort(distances), distances, side="right")
        result[cells] = ranks.astype(np.float32) / cells.size
    return result


def members(codes: NDArray[Any], categories: int) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Each category with its cells, ascending: one sort for all of them."""
    import numpy as np

    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(categories + 1))
    for category in range(categories):
        yield category, order[ends[category] : ends[category + 1]]
