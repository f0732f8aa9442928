"""What an opened dataset keeps in memory while nobody reads it."""

from __future__ import annotations

import weakref
from pathlib import Path

import numpy as np
from scipy import sparse

from fumehood.datasets.genes.blocks import Blocks
from fumehood.datasets.h5ad.tree import H5Tree
from fumehood.datasets.opening import open_dataset


def test_a_file_that_is_open_keeps_nothing_that_grows_with_its_cells(tmp_path: Path) -> None:
    import anndata

    cells = 150_000
    matrix = sparse.csr_matrix(([1.0], ([3], [1])), shape=(cells, 2), dtype=np.float32)
    place = tmp_path / "many.h5ad"
    anndata.AnnData(matrix, obsm={"X_umap": np.zeros((cells, 2), np.float32)}).write_h5ad(place)
    dataset = open_dataset(place)
    first = weakref.ref(dataset.reader().indptr())
    blocks = Blocks(dataset.reader())
    assert first() is None, "8 bytes a cell were kept that nobody reads"
    assert blocks.columns(0, blocks.load(0), np.array([1], np.uint32))[0][0].tolist() == [3]
    held = weakref.ref(dataset.reader().indptr())
    assert held() is not None, "a pass would read them anew for each piece"
    with H5Tree(place)._file as file:
        assert file.id.get_access_plist().get_cache()[2] == 0, "HDF5 keeps chunks that nobody asks for twice"
    dataset.close()
