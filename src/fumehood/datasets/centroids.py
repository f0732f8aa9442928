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
_FEW = 32


@dataclass(frozen=True, slots=True)
class Centroid:
    category: int
    position: tuple[float, ...]
    points: int
    """Cells that it is the mean of."""


def centroids(points: NDArray[np.float32], codes: NDArray[Any], categories: int) -> list[Centroid]:
    """Of categories with at least `FEWEST` cells; `points` as they are drawn (`embeddings.placed`)."""
    import numpy as np

    mean = _mean if points.shape[1] > 1 else _mean_alone
    planes = [np.ascontiguousarray(points[:, number]) for number in range(points.shape[1])]
    found = []
    for category, cells in members(codes, categories):
        if cells.size < FEWEST:
            continue
        there = [plane[cells] for plane in planes]
        centre, used = [mean(one, None) for one in there], cells.size
        if used > FEWEST:
            distances = _distances(there, centre)
            inside = distances <= float(np.quantile(distances, QUANTILE))
            if (count := int(np.count_nonzero(inside))) >= FEWEST:
                centre, used = [mean(one, inside) for one in there], count
        found.append(Centroid(category, tuple(map(float, centre)), int(used)))
    return found


def _mean(values: NDArray[np.float32], inside: NDArray[np.bool_] | None) -> np.float32:
    """One coordinate of `points[inside].mean(axis=0)`, to the last bit: numpy adds row after row there, and zeros in
    place of what is left out change no sum."""
    import numpy as np

    kept = values if inside is None else np.where(inside, values, np.float32(0))
    count = values.size if inside is None else np.count_nonzero(inside)
    return np.float32(np.add.accumulate(kept)[-1] / np.float32(count))


def _mean_alone(values: NDArray[np.float32], inside: NDArray[np.bool_] | None) -> np.float32:
    """The same of a single column, which numpy adds pair by pair."""
    import numpy as np

    return np.float32((values if inside is None else values[inside]).mean())


def _distances(there: list[NDArray[np.float32]], centre: list[np.float32]) -> NDArray[np.float32]:
    """`norm(there - centre, axis=1)`, to the last bit, without its passes over rows of two or three numbers."""
    import numpy as np

    squares: list[NDArray[np.float32]] = []
    for values, middle in zip(there, centre, strict=True):
        away = values - middle
        squares.append(np.multiply(away, away, out=away))
    rest = squares[-1]
    for square in reversed(squares[1:-1]):
        rest = np.add(square, rest, out=rest)
    total = np.add(squares[0], rest, out=rest) if len(squares) > 1 else rest
    np.sqrt(total, out=total)
    return total


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
    """Each category with its cells, ascending: of a few by a look for each, of many by one sort, which needs eight
    bytes for every cell."""
    import numpy as np

    if categories <= _FEW:
        for category in range(categories):
            yield category, np.flatnonzero(codes == category)
        return
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(categories + 1))
    for category in range(categories):
        yield category, order[ends[category] : ends[category + 1]]
