"""As many cells as are asked for, drawn again from a small public dataset: what a large atlas is to the page.

`python -m tests.datasets.resampled PLACE.h5ad CELLS` writes one in about a second; its genes are a few of them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

GENES: Final = ("CST3", "CD79A", "NKG7", "HLA-DRA")


def resampled(cells: int, seed: int = 7) -> Any:
    import anndata
    import pandas as pd
    import scanpy

    source = scanpy.datasets.pbmc68k_reduced()
    genes = [name for name in GENES if name in source.var_names]
    dice = np.random.default_rng(seed)
    which = dice.integers(0, source.n_obs, cells)
    obs = pd.DataFrame({"bulk_labels": pd.Categorical.from_codes(
        np.asarray(source.obs["bulk_labels"].cat.codes)[which], source.obs["bulk_labels"].cat.categories
    ), "n_genes": np.asarray(source.obs["n_genes"])[which]})  # fmt: skip
    obs.index = pd.RangeIndex(cells).astype(str)
    matrix = np.asfortranarray(np.asarray(source[:, genes].X, np.float32)[which])
    found = anndata.AnnData(matrix, obs=obs, var=pd.DataFrame(index=genes))
    points = np.asarray(source.obsm["X_umap"], np.float32)[which]
    found.obsm["X_umap"] = points + dice.normal(0, 0.15, points.shape).astype(np.float32)
    return found


if __name__ == "__main__":
    resampled(int(sys.argv[2])).write_h5ad(Path(sys.argv[1]))
