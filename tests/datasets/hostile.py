"""Datasets that a stranger might send to see what breaks: in names, in numbers, in sizes.

`python -m tests.datasets.hostile FOLDER` writes those that a file can hold, for the tests of the page. All are small
but `crowded`, which has as many categories as there may be, and more.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CELLS: Final = 40
GENES: Final = 6
LONG: Final = 20_000

NAMES: Final = (
    "<img src=x onerror=\"document.title='ran'\">",
    "<script>document.title='ran'</script>",
    "javascript:document.title='ran'",
    "\u202egnp.exe\u2066",
    "line\none\r\ttab",
    "\x01\x1b[31mred\x7f\x9b",
    "__proto__",
    "constructor",
    "toString",
    "",
    "   ",
    '=HYPERLINK("http://x.example","y")',
    "'; DROP TABLE cells; --",
    "${7*7}{{7*7}}",
    "</style><b>bold</b>",
    "a" * LONG,
    "\u0e49" * 300,
    "b" * 900,
    "\U0001f9ea\u200d\ufeff",
    "nan",
    "-1",
)

COLOURS: Final = (
    "red; background: url(http://x.example/)",
    "<svg onload=document.title='ran'>",
    "#12",
    "expression(1)",
    "#zzzzzz",
    "",
    "var(--danger)",
    "a" * LONG,
)


def made(cells: int = CELLS, genes: int = GENES, seed: int = 1) -> Any:
    import anndata
    import pandas as pd

    dice = np.random.default_rng(seed)
    matrix = dice.random((cells, genes)).astype(np.float32)
    obs = pd.DataFrame(
        {"kind": pd.Categorical([f"k{at % 3}" for at in range(cells)]), "score": dice.random(cells)},
        index=[f"cell-{at}" for at in range(cells)],
    )
    found = anndata.AnnData(matrix, obs=obs, var=pd.DataFrame(index=[f"G{at}" for at in range(genes)]))
    found.obsm["X_umap"] = dice.normal(size=(cells, 2)).astype(np.float32)
    return found


def named(longest: int = 950) -> Any:
    """Every name is one of `NAMES`: of cells, genes, columns, categories, embeddings and colours; those of members are
    as long as their file may have them."""
    import pandas as pd

    found = made(cells=len(NAMES), genes=len(NAMES))
    found.obs_names = list(NAMES)
    found.var_names = list(NAMES)
    keys = [name for name in NAMES if 0 < len(name.encode()) < longest and "/" not in name]
    for at, key in enumerate(keys):
        labels = [NAMES[(at + cell) % len(NAMES)] for cell in range(len(NAMES))]
        found.obs[key] = pd.Categorical(labels) if at % 3 else np.arange(len(NAMES)) / 7
        found.obsm[f"X_{key}"] = np.asarray(found.obsm["X_umap"]) * (at + 1)
        found.uns[f"{key}_colors"] = np.array([COLOURS[cell % len(COLOURS)] for cell in range(len(NAMES))], object)
    found.uns["kind_colors"] = np.array(COLOURS[:3], object)
    found.obsm["velocity_<b>umap<b>"] = np.asarray(found.obsm["X_umap"])
    return found


def crowded(categories: int = 60_000, more: int = 100_000, cells: int = 3_000) -> Any:
    """Two columns of far too many categories; of `more`, which is more than there may be, only words are shown."""
    import pandas as pd

    found = made(cells=cells, genes=3)
    codes = np.random.default_rng(2).integers(0, categories, cells)
    found.obs["crowded"] = pd.Categorical.from_codes(codes, [f"<i>{at}</i>" for at in range(categories)])
    found.obs["beyond"] = pd.Categorical.from_codes(codes, [f"c{at}" for at in range(more)])
    return found


def broken_numbers() -> Any:
    """What is no number, or hardly one, wherever numbers are."""
    found = made(cells=60, genes=10)
    strange = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-45, 3e38, -3e38, 1e-30, 7.0])
    matrix = np.asarray(found.X)
    matrix[:10] = strange.astype(np.float32)
    matrix[:, 0] = np.nan
    matrix[:, 1] = np.inf
    matrix[:, 2] = -np.inf
    matrix[:, 3] = 5.0
    matrix[:, 4] = np.where(np.arange(60) % 2, np.inf, np.nan)
    matrix[:, 5] = np.where(np.arange(60) % 2, 3e38, -3e38)
    found.X = matrix
    for name, values in columns_of_numbers(60).items():
        found.obs[name] = values
    points = np.asarray(found.obsm["X_umap"]).copy()
    points[:10] = np.column_stack([strange, strange[::-1]]).astype(np.float32)
    found.obsm["X_umap"] = points
    found.obsm["X_wide"] = np.full((60, 50), np.nan)
    found.obsm["X_far"] = (np.asarray(found.obsm["X_umap"]) * 0 + [1e30, 1e-30]).astype(np.float64)
    found.obsm["X_whole"] = np.arange(120).reshape(60, 2)
    found.obsp["connectivities"] = _ring(60, np.nan)
    return found


def columns_of_numbers(cells: int) -> dict[str, NDArray[Any]]:
    at = np.arange(cells)
    return {
        "all nan": np.full(cells, np.nan),
        "all infinite": np.full(cells, np.inf),
        "both infinities": np.where(at % 2, np.inf, -np.inf),
        "one number": np.where(at == 3, 1.5, np.nan),
        "constant": np.full(cells, 5.0),
        "constant nought": np.zeros(cells),
        "hardly apart": 1.0 + at * 1e-16,
        "far apart": np.where(at % 2, 1e308, -1e308),
        "whole and huge": (2**62 + at).astype(np.int64),
        "unsigned": (2**64 - 1 - at.astype(np.uint64)).astype(np.uint64),
        "flags": at % 2 == 0,
        "one flag": np.ones(cells, bool),
    }


def _ring(cells: int, weight: float) -> Any:
    import scipy.sparse as sp

    at = np.arange(cells)
    return sp.csr_matrix((np.full(cells, weight), (at, (at + 1) % cells)), (cells, cells))


def with_points(points: Callable[[int], NDArray[Any]], cells: int = CELLS) -> Any:
    found = made(cells=cells)
    found.obsm["X_umap"] = points(cells)
    return found


def lost(cells: int) -> NDArray[Any]:
    return np.full((cells, 2), np.nan, np.float32)


def one_place(cells: int) -> NDArray[Any]:
    return np.full((cells, 3), 7.5, np.float32)


def flat(cells: int) -> NDArray[Any]:
    """Three columns, of which one alone says anything."""
    return np.column_stack([np.zeros(cells), np.linspace(-1, 1, cells), np.full(cells, 1e20)]).astype(np.float32)


def line(cells: int) -> NDArray[Any]:
    return np.linspace(0, 1, cells, dtype=np.float32)[:, None]


def tiny(cells: int) -> NDArray[Any]:
    return (np.linspace(0, 1e-44, cells)[:, None] * [1, 2]).astype(np.float32)


def endless(cells: int) -> NDArray[Any]:
    return np.where(np.arange(cells)[:, None] % 2, np.inf, -np.inf) * np.ones((1, 2))


def repeated() -> Any:
    found = made()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found.obs_names = ["same"] * found.n_obs
        found.var_names = ["SAME", "same", "Same", "SAME", "same ", "SAME"]
    return found


def same_columns() -> Any:
    """Only in memory: no file has two members of one name."""
    import pandas as pd

    found = made()
    found.obs = pd.concat([found.obs, found.obs["score"] * 2], axis=1)
    found.obs["</script>/../x"] = found.obs["kind"]
    there = pd.DataFrame(np.asarray(found.obsm["X_umap"]), index=found.obs_names, columns=["x", "y"])
    found.obsm["X_</script>/../x"] = np.asarray(found.obsm["X_umap"])
    found.obsm["X_frame"] = pd.concat([there, there["x"]], axis=1)
    return found


FILES: Final[dict[str, Callable[[], Any]]] = {
    "named": named,
    "crowded": crowded,
    "broken-numbers": broken_numbers,
    "one-cell": partial(made, cells=1),
    "two-cells": partial(made, cells=2, genes=1),
    "no-cells": partial(made, cells=0),
    "no-genes": partial(made, genes=0),
    "nothing": partial(made, cells=0, genes=0),
    "lost": partial(with_points, lost),
    "one-place": partial(with_points, one_place),
    "flat": partial(with_points, flat),
    "line": partial(with_points, line),
    "tiny": partial(with_points, tiny),
    "endless": partial(with_points, endless),
    "repeated": repeated,
}
MEMORY: Final[dict[str, Callable[[], Any]]] = {**FILES, "same-columns": same_columns}


def listed_twice(path: Path) -> Path:
    """A file that names its columns twice in their order."""
    import h5py

    with h5py.File(path, "r+") as file:
        order = [str(one) for one in file["obs"].attrs["column-order"]]
        file["obs"].attrs["column-order"] = np.array([*order, *order, "none"], h5py.string_dtype())
    return path


def written(name: str, folder: Path) -> Path:
    place = folder / f"{name}.h5ad"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        FILES[name]().write_h5ad(place)
    return listed_twice(place) if name == "repeated" else place


def written_zarr(name: str, folder: Path) -> Path:
    place = folder / f"{name}.zarr"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (named(200) if name == "named" else FILES[name]()).write_zarr(place)
    return place


if __name__ == "__main__":
    for name in FILES:
        written(name, Path(sys.argv[1]))
