"""From sums to scores and probabilities, as Scanpy's `rank_genes_groups` defines them (1.11), so that a result here and
one there are the same number.

Wilcoxon: the rank-sum test in its normal approximation, without the tie correction unless asked for. Welch: the t-test
for unequal variances (`t-test`). Probabilities are two-sided; adjusted by Benjamini and Hochberg (1995). Fold changes
are those of `expm1` of the means, since values are taken to be logarithms of counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Method = Literal["wilcoxon", "t-test"]
TINY = 1e-9
"""Added to both sides of a fold change, as Scanpy does."""


@dataclass(frozen=True, slots=True)
class Against:
    """One group of every gene, or all that it is compared with. Arrays have one number a gene."""

    size: int
    totals: NDArray[np.float64]
    squares: NDArray[np.float64]
    expressed: NDArray[np.int64]

    @property
    def means(self) -> NDArray[np.float64]:
        return self.totals / self.size

    @property
    def variances(self) -> NDArray[np.float64]:
        import numpy as np

        means = self.means
        # Rounding may put a constant gene below 0.
        return np.maximum(self.squares / self.size - means * means, 0) * (self.size / (self.size - 1))

    @property
    def shares(self) -> NDArray[np.float64]:
        return self.expressed / self.size


def wilcoxon(
    ranks: NDArray[np.float64], ties: NDArray[np.float64], size: int, other: int, correct: bool
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Scores and probabilities; `ranks` are the rank sums of the group of `size` cells."""
    import numpy as np
    from scipy.special import ndtr

    cells = float(size + other)
    factor = 1 - ties / (cells**3 - cells) if correct else np.ones_like(ties)
    deviation = np.sqrt(factor * size * other * (cells + 1) / 12)
    with np.errstate(invalid="ignore", divide="ignore"):
        scores = (ranks - size * (cells + 1) / 2) / deviation
    scores[np.isnan(scores)] = 0
    return scores, 2 * ndtr(-np.abs(scores))


def welch(one: Against, other: Against) -> tuple[NDArray[Any], NDArray[Any]]:
    import numpy as np
    from scipy.special import stdtr

    a, b = one.variances / one.size, other.variances / other.size
    with np.errstate(invalid="ignore", divide="ignore"):
        scores = (one.means - other.means) / np.sqrt(a + b)
        freedom = (a + b) ** 2 / (a * a / (one.size - 1) + b * b / (other.size - 1))
        freedom[np.isnan(freedom)] = 1
        chances = 2 * stdtr(freedom, -np.abs(scores))
    scores[np.isnan(scores)] = 0
    chances[np.isnan(chances)] = 1
    return scores, chances


def of_correlations(found: NDArray[np.float64], cells: int) -> NDArray[Any]:
    """Two-sided probabilities of Pearson's correlations over so many cells."""
    import numpy as np
    from scipy.special import stdtr

    with np.errstate(divide="ignore"):
        scores = found * np.sqrt((cells - 2) / (1 - found * found))
    return np.asarray(2 * stdtr(cells - 2, -np.abs(scores)))


def adjusted(chances: NDArray[Any]) -> NDArray[Any]:
    """Benjamini and Hochberg's, in the order of `chances`."""
    import numpy as np

    count = len(chances)
    order = np.argsort(chances)
    scaled = chances[order] * count / np.arange(1, count + 1)
    rising = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    found = np.empty(count)
    found[order] = rising
    return found


def fold_changes(one: Against, other: Against) -> NDArray[Any]:
    """log2."""
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        return np.log2((np.expm1(one.means) + TINY) / (np.expm1(other.means) + TINY))
