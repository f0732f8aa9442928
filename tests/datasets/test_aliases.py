"""Genes under other names: columns of `var` that hold them, in files and in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest

from fumehood.datasets.aliases import columns
from fumehood.datasets.dataset import Dataset, OpenOptions
from fumehood.datasets.opening import open_dataset


@pytest.fixture(scope="module")
def adata() -> Any:
    import anndata

    var = pandas.DataFrame(
        {
            "gene_ids": ["ENSG00000167286", "ENSG00000156738"],
            "Feature_Name": pandas.Categorical(["CD3D", "MS4A1"]),
            "highly_variable": [True, False],
            "symbol": [1.5, 2.5],
        },
        index=["CD3D", "MS4A1"],
    )
    obs = pandas.DataFrame({"n": [1.0, 2.0, 3.0]}, index=["a", "b", "c"])
    made = anndata.AnnData(np.ones((3, 2), np.float32), obs=obs, var=var)
    made.obsm["X_umap"] = np.zeros((3, 2), np.float32)
    return made


@pytest.fixture(params=["h5ad", "memory"])
def source(request: pytest.FixtureRequest, adata: Any, tmp_path: Path) -> Any:
    if request.param == "memory":
        return adata
    path = tmp_path / "a.h5ad"
    adata.write_h5ad(path)
    return path


def test_columns_that_name_genes_are_told_and_one_that_says_the_same_is_not(source: Any) -> None:
    dataset: Dataset = open_dataset(source)
    found = {column: list(names) for column, names in dataset.gene_aliases()}
    assert found["gene_ids"] == ["ENSG00000167286", "ENSG00000156738"]
    assert "Feature_Name" not in found and "highly_variable" not in found
    dataset.close()


def test_where_a_column_names_the_genes_the_index_is_another_name(source: Any) -> None:
    dataset = open_dataset(source, OpenOptions(genes="gene_ids"))
    assert list(dataset.gene_names()) == ["ENSG00000167286", "ENSG00000156738"]
    assert {column: list(names) for column, names in dataset.gene_aliases()}[""] == ["CD3D", "MS4A1"]
    dataset.close()


def test_few_columns_are_sent_whatever_there_is() -> None:
    many = ["gene_symbols", "symbol", "feature_name", "gene_ids", "ensembl", "gene_name", "x"]
    assert len(columns(many, "symbol")) == 5 and "symbol" not in columns(many, "symbol")
