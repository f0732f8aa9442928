"""Small AnnData of every kind of member, and ways to spoil the files that it is written to."""

from __future__ import annotations

import os
import shutil
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import numpy as np

CELLS, GENES = 60, 7
SECRET = 4242.0


def anndata(value: float | None = None, cells: int = CELLS) -> Any:
    """With `value`, every number is it: what an attack on this file would carry away."""
    import anndata as ad
    import pandas as pd
    import scipy.sparse as sp

    random = np.random.default_rng(7)
    counts = random.poisson(0.7, (cells, GENES)).astype(np.float32)
    if value is not None:
        counts[:] = value
    names = [f"cell-{number}" for number in range(cells)]
    number = np.arange(cells)
    obs = pd.DataFrame(
        {
            "score": np.where(number % 5 == 0, np.nan, number / 3) if value is None else np.full(cells, value),
            "label": pd.Categorical([None if n % 7 == 0 else f"t{n % 3}" for n in number], [f"t{n}" for n in range(4)]),
            "whole": pd.array([None if n % 4 == 0 else int(value or n) for n in number], "Int64"),
            "flag": number % 2 == 0,
            "maybe": pd.array([None if n % 4 == 0 else bool(n % 2) for n in number], "boolean"),
            "text": [f"s{n % 2}" for n in number],
            "barcode": [f"ACGT-{n:05}" for n in number[::-1]],
            "size": pd.Categorical(number % 3 * 1.5),
        },
        index=names,
    )
    found = ad.AnnData(
        sp.csr_matrix(counts), obs=obs, var=pd.DataFrame({"symbol": list("ABCDEFG")}, index=[f"g{i}" for i in range(7)])
    )
    found.raw = found.copy()
    found.layers["counts"] = sp.csc_matrix(counts)
    found.layers["dense"] = counts
    points = random.normal(size=(cells, 3)).astype(np.float32) if value is None else np.full((cells, 3), value, "f4")
    found.obsm["X_umap"] = points[:, :2].copy()
    found.obsm["velocity_umap"] = points[:, 1:].copy()
    found.obsm["X_pca"] = random.normal(size=(cells, 10))
    found.obsm["X_frame"] = pd.DataFrame(points, columns=["x", "y", "z"], index=names)
    found.obsm["X_sparse"] = sp.csr_matrix(points)
    rows = np.repeat(number, 4)
    columns = (rows + np.tile([0, 1, 5, 11], cells)) % cells
    found.obsp["connectivities"] = sp.csr_matrix((np.full(rows.size, value or 1.0), (rows, columns)), (cells, cells))
    found.uns["deep"] = {"deeper": {"values": np.full(8, value if value is not None else 1.0)}}
    return found


def spoil(file: h5py.File, place: str, how: str, secret: Path) -> str:
    """Replaces a member by a way to another file; the place at which that way out lies."""
    original = file[place]
    shape: tuple[int, ...] = original.shape if isinstance(original, h5py.Dataset) else ()
    kind = original.dtype if isinstance(original, h5py.Dataset) else None
    attributes = dict(original.attrs)
    del file[place]
    if how == "external link":
        file[place] = h5py.ExternalLink(str(secret), f"/{place}")
    elif how == "soft link to one":
        file["away"] = h5py.ExternalLink(str(secret), "/")
        file[place] = h5py.SoftLink(f"/away/{place}")
        return "away"
    elif how == "virtual dataset":
        layout = h5py.VirtualLayout(shape, kind)
        with h5py.File(secret) as source:
            there = source[place].shape
        common = min(shape[0], there[0])
        layout[:common] = h5py.VirtualSource(str(secret), f"/{place}", there)[:common]
        file.create_virtual_dataset(place, layout)
    elif how == "external storage":
        with h5py.File(secret) as source:
            raw = secret.with_suffix(".raw")
            raw.write_bytes(np.ascontiguousarray(source[place][()]).tobytes())
        file.create_dataset(place, shape, kind, external=[(str(raw), 0, h5py.h5f.UNLIMITED)])
    for name, value in attributes.items():
        if how in ("virtual dataset", "external storage"):
            file[place].attrs[name] = value
    return place


def packed_chunk(file: h5py.File, place: str, bytes_inside: int) -> None:
    """Replaces an array by one chunk that is as long as before, and inflates to so many bytes."""
    shape, kind, attributes = file[place].shape, file[place].dtype, dict(file[place].attrs)
    del file[place]
    array = file.create_dataset(place, shape, kind, chunks=shape, compression="gzip")
    array.attrs.update(attributes)
    array.id.write_direct_chunk((0,) * len(shape), zeros(bytes_inside))


@cache
def zeros(count: int) -> bytes:
    """So many of them, deflated."""
    return zlib.compress(bytes(count), 9)


def copied(source: Path, target: Path) -> Path:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
    return target


def fifo(path: Path) -> Path:
    """Whoever opens it waits for ever."""
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    return path
