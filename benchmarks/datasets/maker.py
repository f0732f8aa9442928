"""Datasets of the size of atlases, made once into a folder of the caller's, the same bytes' worth every time.

    python -m benchmarks.datasets.maker FOLDER [b] [--layout csr|csc] [--store h5ad|zarr]

The cells are those of scanpy's pbmc68k_reduced, drawn again and again with a little noise in embedding and latent
space, so that clusters look like clusters. The counts are random: the number of non-zeros of a gene varies as in real
data, its values are log1p of small counts. `a` has 100,000 cells, 2,000 genes and 5 % non-zeros, `b` 1,000,000, 1,000
and 3 %. Written row by row with h5py (or zarr), in bounded memory; as anndata lays it out, and readable by it.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROWS = 50_000


@dataclass(frozen=True)
class Size:
    name: str
    cells: int
    genes: int
    density: float
    graph: bool = True


SIZES = {
    "small": Size("small", 5_000, 300, 0.05),
    "a": Size("a", 100_000, 2_000, 0.05),
    "b": Size("b", 1_000_000, 1_000, 0.03, graph=False),
}


def make(
    folder: Path,
    size: Size,
    *,
    layout: Literal["csr", "csc"] = "csr",
    store: Literal["h5ad", "zarr"] = "h5ad",
    compression: str | None = None,
) -> Path:
    """The dataset in `folder`; made only where it is not there yet."""
    packed = f"-{compression}" if compression else ""
    place = folder / f"{size.name}-{size.cells}x{size.genes}-{layout}{packed}.{store}"
    if place.exists():
        return place
    folder.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f".{place.name}.part")
    _write(aside, size, layout, store, compression)
    aside.rename(place)
    return place


def _write(place: Path, size: Size, layout: str, store: str, compression: str | None) -> None:
    import anndata
    import h5py
    import numpy as np

    frame = _frame(size)
    if layout == "csc":
        frame.X = _matrix(size).tocsc()
        if store == "h5ad":
            frame.write_h5ad(place, compression=compression)
        else:
            frame.write_zarr(place)
        return
    if store == "zarr":
        frame.X = _matrix(size)
        frame.write_zarr(place)
        return
    frame.write_h5ad(place)
    with h5py.File(place, "r+") as file:
        if "X" in file:
            del file["X"]
        group = file.create_group("X")
        group.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0", "shape": list(frame.shape)})
        options: dict[str, Any] = {"maxshape": (None,), "compression": compression}
        indices = group.create_dataset("indices", (0,), "<i4", chunks=(1 << 17,), **options)
        data = group.create_dataset("data", (0,), "<f4", chunks=(1 << 17,), **options)
        starts = [np.zeros(1, np.int64)]
        for lengths, genes, values in _rows(size):
            starts.append(starts[-1][-1] + np.cumsum(lengths))
            for there, new in ((indices, genes), (data, values)):
                there.resize((there.shape[0] + new.size,))
                there[-new.size :] = new
        group.create_dataset("indptr", data=np.concatenate(starts))
    assert anndata.read_h5ad(place, backed="r").shape == (size.cells, size.genes)


def _matrix(size: Size) -> Any:
    import numpy as np
    from scipy import sparse

    parts = list(_rows(size))
    starts = np.concatenate([[0], np.cumsum(np.concatenate([part[0] for part in parts]))])
    genes, values = np.concatenate([part[1] for part in parts]), np.concatenate([part[2] for part in parts])
    return sparse.csr_matrix((values, genes, starts), shape=(size.cells, size.genes))


def _rows(size: Size) -> Any:
    """(non-zeros of each cell, genes ascending within each, values) of some cells at a time."""
    import numpy as np

    random = np.random.default_rng(20)
    weights = random.lognormal(0, 0.6, size.genes)
    chance = np.minimum(weights * (size.density / weights.mean()), 0.9).astype(np.float32)
    levels = np.log1p(np.arange(1, 16)).astype(np.float32)
    rows = min(_ROWS, 20_000_000 // size.genes)
    for start in range(0, size.cells, rows):
        count = min(rows, size.cells - start)
        there = random.random((count, size.genes), dtype=np.float32) < chance
        cells, genes = np.nonzero(there)
        values = levels[np.minimum(random.geometric(0.6, genes.size), 15) - 1]
        yield np.bincount(cells, minlength=count), genes.astype(np.int32), values


def _frame(size: Size) -> Any:
    """Everything but X."""
    import anndata
    import numpy as np
    import pandas as pd
    import scanpy
    from scipy import sparse

    random = np.random.default_rng(10)
    real = scanpy.datasets.pbmc68k_reduced()
    drawn = random.integers(0, real.n_obs, size.cells)

    def noisy(key: str, width: int, spread: float) -> NDArray[np.float32]:
        points = np.asarray(real.obsm[key], np.float32)[drawn, :width]
        return points + random.normal(0, spread, points.shape).astype(np.float32)

    labels = real.obs["bulk_labels"].cat
    kinds = pd.Categorical.from_codes(labels.codes.to_numpy()[drawn], labels.categories)
    batches = pd.Categorical.from_codes(random.integers(-1, 400, size.cells), [f"batch {n}" for n in range(400)])
    percent = real.obs["percent_mito"].to_numpy()[drawn].astype(np.float32)
    percent[::97] = np.nan
    obs = pd.DataFrame(
        {
            "bulk_labels": kinds,
            "batch": batches,
            "phase": pd.Categorical(np.array(["G1", "G2M", "S"])[random.integers(0, 3, size.cells)]),
            "percent_mito": percent,
            "n_counts": real.obs["n_counts"].to_numpy()[drawn].astype(np.float32),
        },
        index=[f"cell-{n}" for n in range(size.cells)],
    )
    flat = noisy("X_umap", 2, 0.15)
    obsm = {
        "X_umap": flat,
        "X_umap_3d": np.concatenate([flat, random.normal(0, 1, (size.cells, 1)).astype(np.float32)], axis=1),
        "X_pca": noisy("X_pca", 20, 0.1),
        "velocity_umap": (flat * 0.05).astype(np.float32),
    }
    var = pd.DataFrame(index=[f"GENE{n}" for n in range(size.genes)])
    empty = sparse.csr_matrix((size.cells, size.genes), dtype=np.float32)
    frame = anndata.AnnData(empty, obs=obs, var=var, obsm=obsm)
    if size.graph:
        near = np.concatenate([(np.arange(size.cells) + step) % size.cells for step in range(1, 8)])
        rows = np.tile(np.arange(size.cells), 7)
        graph = sparse.csr_matrix((np.ones(rows.size, np.float32), (rows, near)), shape=(size.cells, size.cells))
        frame.obsp["connectivities"] = graph.maximum(graph.T).tocsr()
    return frame


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("size", choices=sorted(SIZES), default="b", nargs="?")
    asked.add_argument("--layout", choices=("csr", "csc"), default="csr")
    asked.add_argument("--store", choices=("h5ad", "zarr"), default="h5ad")
    asked.add_argument("--compression", choices=("gzip", "lzf"))
    given = asked.parse_args()
    print(make(given.folder, SIZES[given.size], layout=given.layout, store=given.store, compression=given.compression))


if __name__ == "__main__":
    main()
