"""Where cells are going, as arrows in an embedding: from a matrix of transitions, such as CellRank's.

The arrow of a cell leads to the mean of where its transitions lead. A cell without any stays where it is. Must never
hold more than one block of rows besides its input and its result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fumehood.core.errors import BadSetting, ColumnTaken, DatasetMemberMissing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BLOCK: Final = 1 << 23
"""Values of a dense matrix that are worked on at once."""


def compute_transition_drift(
    transition_matrix: Any, embedding: Any, *, normalize_rows: bool = True
) -> NDArray[np.float32]:
    """(cells, dimensions), float32: what is expected after one step, less where the cell is.

    `normalize_rows`: each row counts as if it summed to one. Raises BadSetting where the shapes do not fit.
    """
    import numpy as np

    points = np.asarray(embedding, dtype=np.float64)
    if points.ndim != 2:
        raise BadSetting(f"The embedding has {points.ndim} axes; it needs two, cells and dimensions.")
    shape = tuple(getattr(transition_matrix, "shape", np.shape(transition_matrix)))
    if shape != (len(points), len(points)):
        raise BadSetting(f"The transition matrix is {shape}; {len(points)} cells need ({len(points)}, {len(points)}).")
    sparse = hasattr(transition_matrix, "tocsr")
    matrix = transition_matrix.tocsr() if sparse else np.asarray(transition_matrix)
    drift = np.empty(points.shape, np.float32)
    step = len(points) if sparse else max(1, _BLOCK // max(1, len(points)))
    for first in range(0, len(points), step):
        rows = matrix if sparse else matrix[first : first + step].astype(np.float64)
        here = points[first : first + step]
        expected = np.asarray(rows @ points)
        if normalize_rows:
            sums = np.asarray(rows.sum(axis=1), dtype=np.float64).reshape(-1, 1)
            goes = sums != 0
            expected = np.where(goes, expected / np.where(goes, sums, 1.0), here)
        drift[first : first + step] = expected - here
    return drift


def add_transition_drift_to_obsm(
    adata: Any,
    transition_matrix: Any,
    *,
    basis: str = "umap",
    field_prefix: str = "T_fwd",
    dim: int | None = None,
    explicit_dim_suffix: bool = True,
    normalize_rows: bool = True,
    overwrite: bool = False,
) -> str:
    """Puts the arrows into `adata.obsm`, where viewers find them; the key that they got ("T_fwd_umap_2d").

    `dim`: of the embedding; the largest that there is. Raises DatasetMemberMissing, ColumnTaken, BadSetting.
    """
    source, dim = _embedding(adata, basis, dim)
    key = f"{field_prefix}_{basis}_{dim}d" if explicit_dim_suffix else f"{field_prefix}_{basis}"
    if key in adata.obsm and not overwrite:
        raise ColumnTaken(f"obsm has {key!r} already.", hint="Say overwrite=True, or give another field_prefix.")
    adata.obsm[key] = compute_transition_drift(transition_matrix, adata.obsm[source], normalize_rows=normalize_rows)
    return key


def _embedding(adata: Any, basis: str, dim: int | None) -> tuple[str, int]:
    widths = {key: adata.obsm[key].shape[1] for key in adata.obsm if len(adata.obsm[key].shape) == 2}
    for wanted in (3, 2, 1) if dim is None else (dim,):
        explicit = f"X_{basis}_{wanted}d"
        if explicit in widths:
            if widths[explicit] != wanted:
                raise BadSetting(f"obsm[{explicit!r}] has {widths[explicit]} dimensions.")
            return explicit, wanted
    plain = f"X_{basis}"
    if plain not in widths:
        raise DatasetMemberMissing(f"obsm has no {plain!r}, and none with a number of dimensions behind it.")
    if widths[plain] not in (1, 2, 3) or dim not in (None, widths[plain]):
        raise BadSetting(f"obsm[{plain!r}] has {widths[plain]} dimensions.", hint="Arrows are drawn in 1, 2 or 3.")
    return plain, widths[plain]
