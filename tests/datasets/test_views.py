"""A view of an AnnData is read where its whole lies, and as seldom as the whole itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from fumehood.datasets.dataset import OpenOptions
from fumehood.datasets.genes.blocks import Blocks
from fumehood.datasets.matrices import StoredMatrix
from fumehood.datasets.memory import arrays
from fumehood.datasets.memory.dataset import MemoryDataset

CELLS, GENES = 900, 60


def _whole(layout: str, folder: Path) -> Any:
    import anndata

    random = np.random.default_rng(4)
    matrix = sparse.random(CELLS, GENES, 0.2, "csr", np.float32, random)
    made = matrix.toarray() if layout == "dense" else matrix.tocsc() if layout == "csc" else matrix
    whole = anndata.AnnData(made, obsm={"X_umap": random.normal(size=(CELLS, 2)).astype(np.float32)})
    if layout == "backed":
        whole.write_h5ad(folder / "whole.h5ad")
        whole = anndata.read_h5ad(folder / "whole.h5ad", backed="r")
    return whole


@pytest.mark.parametrize("layout", ["csr", "csc", "dense", "backed"])
@pytest.mark.parametrize("order", ["some", "shuffled", "twice"])
def test_a_view_has_the_values_of_its_cells_and_genes(layout: str, order: str, tmp_path: Path) -> None:
    whole, random = _whole(layout, tmp_path), np.random.default_rng(5)
    cells = np.flatnonzero(random.random(CELLS) < 0.5)
    genes = np.flatnonzero(random.random(GENES) < 0.5)
    if order == "shuffled":
        cells, genes = random.permutation(cells), random.permutation(genes)
    elif order == "twice":
        cells, genes = np.sort(np.append(cells, cells[:9])), np.append(genes, genes[:3])
    if layout == "backed":
        cells, genes = np.unique(cells), np.unique(genes)  # HDF5 has no others
    expected = _whole("dense", tmp_path).X[cells][:, genes]
    view = MemoryDataset(whole[cells, genes], OpenOptions())
    block = view.reader().block(slice(0, len(cells)), slice(0, len(genes)))
    assert np.array_equal(block, expected)
    assert np.array_equal(view.reader().block(slice(7, 40), slice(3, 5)), expected[7:40, 3:5])
    assert view.reader().block(slice(4, 4), slice(0, 2)).shape == (0, 2)
    assert np.array_equal(view.gene(2), expected[:, 2])


@pytest.mark.parametrize("layout", ["csr", "backed"])
def test_all_genes_of_a_view_cost_one_pass(layout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _whole(layout, tmp_path)
    view = MemoryDataset(whole[::2, 5:55], OpenOptions())
    read: list[int] = []
    for kind in (arrays.SparseReader, StoredMatrix):
        plain = kind.entries

        def counted(self: Any, start: int, stop: int, plain: Any = plain) -> Any:
            read.append(stop - start)
            return plain(self, start, stop)

        monkeypatch.setattr(kind, "entries", counted)
    blocks = Blocks(view.reader(), piece=2_000)
    assert blocks.count > 5
    total = sum(int(blocks.sorted(number)[2].sum()) for number in range(blocks.count))
    assert total == np.count_nonzero(_whole("dense", tmp_path).X[::2, 5:55])
    assert sum(read) <= int(0.2 * CELLS * GENES * 1.1), "a pass for each gene, or for each turn of cells"
