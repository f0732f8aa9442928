"""Small datasets that have everything: every kind of column, names that are no file names, a graph, vectors."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any


def atlas(cells: int = 300, genes: int = 40, seed: int = 1) -> Any:
    import anndata
    import numpy as np
    import pandas as pd
    import scipy.sparse as sp

    dice = np.random.default_rng(seed)
    matrix = sp.random(cells, genes, 0.2, "csr", np.float32, rng=dice)
    groups = [f"group {number}/ü" for number in range(5)]
    kind = pd.Categorical(dice.choice([*groups, "none of them"], cells), categories=groups)
    many = [f"clone {number}" for number in range(260)]
    score = dice.normal(size=cells)
    score[::7] = np.nan
    score[3] = np.inf
    obs = pd.DataFrame(
        {
            "cell type": kind,
            "many": pd.Categorical(dice.choice(many, cells), categories=many),
            "flag": dice.random(cells) > 0.5,
            "text": dice.choice(["x", "y", "z"], cells),
            "score": score,
            "n:counts": dice.integers(0, 5000, cells),
            "float32": dice.random(cells).astype(np.float32),
            "nothing": np.full(cells, np.nan),
        },
        index=[f"cell-{number}" for number in range(cells)],
    )
    names = [f"G{number}" for number in range(genes)]
    names[:3] = ["HLA/A", "Ünter", "a b.c"]
    data = anndata.AnnData(matrix, obs=obs, var=pd.DataFrame(index=names))
    data.obsm["X_umap_2d"] = dice.normal(size=(cells, 2)).astype(np.float32)
    data.obsm["X_umap"] = dice.normal(size=(cells, 3))
    data.obsm["X_pca"] = dice.normal(size=(cells, 8)).astype(np.float32)
    data.obsm["velocity_umap_2d"] = dice.normal(size=(cells, 2)).astype(np.float32)
    data.obsm["drift_umap"] = dice.normal(size=(cells, 3))
    near = sp.random(cells, cells, 0.02, "csr", rng=dice)
    data.obsp["connectivities"] = near.maximum(near.T)
    return data


def written(folder: Path, **more: Any) -> Path:
    place = folder / "atlas.h5ad"
    atlas(**more).write_h5ad(place)
    return place


def written_zarr(folder: Path, **more: Any) -> Path:
    place = folder / "atlas.zarr"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of formats to come
        atlas(**more).write_zarr(place)
    return place
