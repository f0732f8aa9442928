"""Small matrices in files, and a reader that counts what is read of them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from fumehood.datasets.dataset import MatrixInfo, MatrixReader


def sparse(cells: int, genes: int, density: float, seed: int = 0) -> Any:
    """CSR with floats, counts, an empty gene, a full one, and one with a NaN."""
    from scipy import sparse as sp

    random = np.random.default_rng(seed)
    found = sp.random(cells, genes, density, format="lil", dtype=np.float32, rng=random)
    found[:, 0] = 0
    found[:, 1] = random.integers(1, 300, (cells, 1))
    found[3, 2] = np.nan
    return found.tocsr()


def write(place: Path, x: Any, chunks: tuple[int, int] | None = None) -> Path:
    import anndata

    adata = anndata.AnnData(x)
    adata.obsm["X_umap"] = np.random.default_rng(1).normal(size=(x.shape[0], 2)).astype(np.float32)
    if place.suffix == ".zarr":
        with warnings.catch_warnings(), anndata.settings.override(zarr_write_format=3):
            warnings.simplefilter("ignore")  # texts of zarr 3 are not yet in its specification
            adata.write_zarr(place, chunks=chunks)
    else:
        adata.write_h5ad(place)
    return place


class Counting:
    """A `MatrixReader` that notes how many entries were read."""

    def __init__(self, reader: MatrixReader) -> None:
        self._reader = reader
        self.read = 0
        self.largest = 0

    @property
    def info(self) -> MatrixInfo:
        return self._reader.info

    def indptr(self) -> NDArray[np.int64]:
        return self._reader.indptr()

    def entries(self, start: int, stop: int) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        self.read += stop - start
        self.largest = max(self.largest, stop - start)
        return self._reader.entries(start, stop)

    def block(self, cells: slice, genes: slice) -> NDArray[np.float32]:
        found = self._reader.block(cells, genes)
        self.read += found.size
        self.largest = max(self.largest, found.size)
        return found
