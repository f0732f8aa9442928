"""One dataset, written once in every format; tests copy what they spoil."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.datasets.opening import making


def written(adata: Any, folder: Path) -> Path:
    import anndata as ad

    folder.mkdir()
    # For these files only: what is set stays set for every test behind.
    with warnings.catch_warnings(), ad.settings.override(allow_write_nullable_strings=True, zarr_write_format=2):
        warnings.simplefilter("ignore")
        adata.write_h5ad(folder / "plain.h5ad")
        adata.write_h5ad(folder / "gzip.h5ad", compression="gzip")
        adata.write_h5ad(folder / "lzf.h5ad", compression="lzf")
        adata.write_zarr(folder / "two.zarr")
        with ad.settings.override(zarr_write_format=3):
            adata.write_zarr(folder / "three.zarr", chunks=(16, 3))
    return folder


@pytest.fixture(scope="session")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(making.anndata(), tmp_path_factory.mktemp("datasets") / "honest")


@pytest.fixture(scope="session")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of somebody else on the same machine: every number in it is `making.SECRET`."""
    import warnings

    folder = tmp_path_factory.mktemp("elsewhere")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        making.anndata(making.SECRET).write_h5ad(folder / "secret.h5ad")
    return folder / "secret.h5ad"
