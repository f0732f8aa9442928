"""How long places are by `uns["spatial"]`: said of a file, a folder and memory alike, and never by what is wrong."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd
import pytest

from fumehood.datasets.dataset import OpenOptions
from fumehood.datasets.embeddings import placed
from fumehood.datasets.genes.reading import Genes
from fumehood.datasets.lengths import Scale, length, micrometres
from fumehood.datasets.memory.dataset import MemoryDataset
from fumehood.datasets.opening import open_dataset
from fumehood.datasets.resources import Resources

SPOT = 89.438
PIXEL = 65 / SPOT
"""As 10x computes it on its page of `scalefactors_json.json`."""


def spots() -> Any:
    """100 µm apart, every second row moved by half of it, in pixels."""
    rows, columns = np.divmod(np.arange(400), 20)
    apart = 100 / PIXEL
    return np.column_stack([(columns + rows % 2 / 2) * apart, rows * apart * np.sqrt(3) / 2])


def make(factors: dict[str, Any], points: Any = None) -> Any:
    names = pd.DataFrame(index=[str(one) for one in range(400)])
    adata = anndata.AnnData(np.zeros((400, 2), np.float32), obs=names)
    adata.obsm["spatial"] = spots() if points is None else points
    adata.obsm["X_umap"] = spots()
    adata.uns["spatial"] = {"slide": {"scalefactors": factors, "images": {"hires": np.zeros((2, 2))}}}
    return adata


def said(dataset: Any) -> dict[str, Any]:
    found = Resources(dataset, Genes(dataset)).find("overview.json")
    assert found is not None
    overview = json.loads(bytes(found.read()))
    return {one["key"]: one for one in overview["embeddings"]}


@pytest.mark.parametrize("kind", ["h5ad", "zarr", "memory"])
def test_spots_of_visium_say_how_long_a_pixel_is_in_every_kind_of_store(tmp_path: Path, kind: str) -> None:
    adata = make({"spot_diameter_fullres": SPOT, "tissue_hires_scalef": 0.17})
    place = tmp_path / f"slide.{kind}"
    if kind == "h5ad":
        adata.write_h5ad(place)
    elif kind == "zarr":
        with warnings.catch_warnings(), anndata.settings.override(zarr_write_format=2):
            warnings.simplefilter("ignore")
            adata.write_zarr(place)
    dataset = MemoryDataset(adata, OpenOptions()) if kind == "memory" else open_dataset(place)
    found = said(dataset)
    factor = placed(spots().astype(np.float32))[1].factor
    assert found["spatial"]["micrometres"] == pytest.approx(PIXEL / factor, rel=1e-4)
    assert "micrometres" not in found["X_umap"]
    dataset.close()


@pytest.mark.parametrize(
    "value", [0, -1, float("nan"), float("inf"), 1e300, "89", "", True, np.array([89.0]), np.array([]), {"a": 1}]
)
def test_what_is_no_length_is_none_and_the_rest_is_shown(tmp_path: Path, value: Any) -> None:
    adata = make({"spot_diameter_fullres": value})
    place = tmp_path / "slide.h5ad"
    adata.write_h5ad(place)
    for dataset in (open_dataset(place), MemoryDataset(adata, OpenOptions())):
        found = said(dataset)
        assert found["spatial"]["unit"] > 0
        assert "micrometres" not in found["spatial"]


def test_a_diameter_is_believed_only_where_the_spots_are_as_far_apart_as_it_says() -> None:
    points, spot = spots().astype(np.float32), Scale(None, SPOT)
    assert micrometres((spot,), points) == pytest.approx(PIXEL)
    # Of the small image, of a reader that made it up, of cells, of places on top of each other, of none.
    for other in (points * np.float32(0.17), np.random.default_rng(1).random((400, 2)) * 9000, points * 0, points[:0]):
        assert micrometres((spot,), other.astype(np.float32)) is None
    assert micrometres((Scale(None, 10.0),), points) is None
    assert micrometres((Scale(0.25, 10.0),), points) == 0.25, "Visium HD says it"
    assert micrometres((spot, Scale(None, None)), points) is None
    assert micrometres((Scale(0.25, None), Scale(0.5, None)), points) is None
    assert micrometres((), points) is None


def test_objects_that_are_no_numbers_are_no_lengths() -> None:
    class Odd:
        shape = ()

        def item(self) -> Any:
            return "nan"

    assert [length(one) for one in (Odd(), None, 1j, 10**400, np.float32(2), np.array(4))] == [None] * 4 + [2, 4]
    adata = make({})
    odd: tuple[dict[str, Any], ...] = (
        {"spatial": 1},
        {"spatial": {"a": 1}},
        {"spatial": {str(one): {} for one in range(65)}},
        {},
    )
    for uns in odd:
        adata.uns = uns
        assert MemoryDataset(adata, OpenOptions()).scales() in ((), (Scale(None, None),))
