"""Every format that AnnData is written in opens as the same dataset: the one that anndata itself reads."""

from __future__ import annotations

import gc
import os
import random
import shutil
import subprocess
import sys
import threading
import warnings
import weakref
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from fumehood.core.errors import (
    DatasetClosed,
    DatasetMemberMissing,
    DatasetMemberUnreadable,
    DatasetReplaced,
    DatasetUnreadable,
    FileMissing,
    HoodError,
    NoEmbedding,
    NotAFile,
    NotAnnData,
)
from fumehood.datasets import embeddings
from fumehood.datasets.dataset import Dataset, OpenOptions
from fumehood.datasets.opening import open_dataset
from tests.datasets.opening import making
from tests.matrix import ALL

FORMATS = ("plain.h5ad", "gzip.h5ad", "lzf.h5ad", "two.zarr", "three.zarr", "zip", "memory", "backed", "view", "lazy")
PBMC = Path(pytest.importorskip("scanpy").__file__).parent / "datasets" / "10x_pbmc68k_reduced.h5ad"


@pytest.fixture(scope="module")
def truth() -> Any:
    return making.anndata()


@pytest.fixture(params=FORMATS)
def dataset(request: pytest.FixtureRequest, honest: Path, tmp_path: Path, truth: Any) -> Any:
    import anndata as ad

    if request.param == "zip":
        path = tmp_path / "three.zarr.zip"
        with zipfile.ZipFile(path, "w") as packed:
            for file in sorted((honest / "three.zarr").rglob("*")):
                packed.write(file, file.relative_to(honest / "three.zarr").as_posix())
        source: Any = path
    elif request.param == "memory":
        source = truth
    elif request.param == "view":
        source = making.anndata()[::-1][::-1]
        assert source.is_view
    elif request.param == "backed":
        source = ad.read_h5ad(honest / "gzip.h5ad", backed="r")
    elif request.param == "lazy":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            source = pytest.importorskip("anndata.experimental").read_lazy(honest / "plain.h5ad")
    else:
        source = honest / request.param
    found = open_dataset(source)
    yield found
    found.close()


@pytest.mark.filterwarnings("ignore")
def test_a_dataset_is_what_anndata_reads(dataset: Dataset, truth: Any) -> None:
    assert (dataset.n_cells, dataset.n_genes) == truth.shape
    assert list(dataset.gene_names()) == list(truth.var_names)
    assert list(dataset.cell_names()) == list(truth.obs_names)
    assert dataset.cell_names(np.array([3, 0, 59], np.uint32)) == ["cell-3", "cell-0", "cell-59"]

    columns = {column.key: column for column in dataset.columns}
    kinds = {key: column.kind for key, column in columns.items()}
    numbers = {"score", "whole"}
    assert kinds == {key: "continuous" if key in numbers else "category" for key in truth.obs.columns}
    for key in numbers:
        expected = truth.obs[key].to_numpy(dtype="f4", na_value=np.nan)
        assert np.array_equal(dataset.values(key), expected, equal_nan=True)
    for key in set(kinds) - numbers:
        expected = truth.obs[key].astype("category")
        if getattr(getattr(dataset, "_adata", None), "is_view", False):
            expected = expected.cat.remove_unused_categories()  # as views of AnnData do
        assert columns[key].categories == tuple(map(str, expected.cat.categories))
        codes = dataset.codes(key)
        assert codes.dtype == np.uint8
        assert codes.tolist() == [255 if code < 0 else code for code in expected.cat.codes]

    dense = truth.X.toarray()
    for index in range(making.GENES):
        assert np.array_equal(dataset.gene(index), dense[:, index])
        sparse = dataset.gene_sparse(index)
        if sparse is not None:
            assert sparse[0].tolist() == np.flatnonzero(dense[:, index]).tolist()
            assert np.array_equal(sparse[1], dense[sparse[0], index])

    keys = ["X_umap", "X_frame", "X_sparse", "X_pca"]
    assert [(found.key, found.dimensions, found.width) for found in dataset.embeddings] == list(
        zip(keys, (2, 3, 3, 3), (2, 3, 3, 10), strict=True)
    )
    for key in keys:
        value = truth.obsm[key]
        if key == "X_frame" and dataset.kind == "memory":  # lazy tables of anndata have an order of their own
            value = value[list(dataset._adata.obsm[key].columns)]  # type: ignore[attr-defined]
        value = value.toarray() if hasattr(value, "toarray") else np.asarray(value)
        for dimensions in (1, 2):
            points = dataset.points(key, dimensions)
            assert points.dtype == np.float32 and points.flags.c_contiguous
            assert np.array_equal(points, value[:, :dimensions].astype("f4"))
    assert [(field.id, field.label, field.keys) for field in dataset.vectors] == [
        ("velocity_umap", "Velocity (UMAP)", ((2, "velocity_umap"),))
    ]
    assert np.array_equal(dataset.vector("velocity_umap", 2), truth.obsm["velocity_umap"])
    latent = dataset.latent()
    assert latent is not None and latent.key == "X_pca" and latent.values.shape == (60, 10)

    both = (truth.obsp["connectivities"] + truth.obsp["connectivities"].T).tocoo()
    wanted = sorted({(int(a), int(b)) for a, b in zip(both.row, both.col, strict=True) if a < b})
    assert list(zip(*(side.tolist() for side in dataset.edges()), strict=True)) == wanted
    assert dataset.edges()[0].dtype == np.uint16

    assert dataset.fingerprint().cells == open_dataset(truth).fingerprint().cells
    assert dataset.fingerprint().genes == open_dataset(truth).fingerprint().genes
    assert dataset.notes == ()


def test_names_in_another_order_are_another_fingerprint(truth: Any) -> None:
    here, there = open_dataset(truth).fingerprint(), open_dataset(truth[::-1].copy()).fingerprint()
    assert here.cells != there.cells and here.genes == there.genes
    joined = making.anndata()
    joined.obs_names = ["cell-0cell-1", "", *joined.obs_names[2:]]  # the same letters, cut elsewhere
    assert open_dataset(joined).fingerprint().cells != here.cells


@pytest.mark.parametrize("name", ["plain.h5ad", "two.zarr", "three.zarr", "memory"])
@pytest.mark.parametrize("matrix", ["raw", "layers/counts", "layers/dense"])
def test_another_matrix_is_read_when_it_is_named(honest: Path, truth: Any, name: str, matrix: str) -> None:
    source = truth if name == "memory" else honest / name
    dataset = open_dataset(source, OpenOptions(matrix=matrix, genes="symbol"))
    assert dataset.matrix().layout == {"raw": "csr", "layers/counts": "csc", "layers/dense": "dense"}[matrix]
    assert np.array_equal(dataset.gene(2), truth.X.toarray()[:, 2])
    assert list(dataset.gene_names()) == list("ABCDEFG")
    info, reader = dataset.matrix(), dataset.reader()
    if info.layout == "dense":
        assert np.array_equal(reader.block(slice(5, 9), slice(1, 3)), truth.layers["dense"][5:9, 1:3])
    else:
        starts = reader.indptr()
        assert starts[-1] == info.stored == truth.X.nnz


@pytest.mark.parametrize("kind", ["h5ad", "memory"])
def test_without_x_genes_are_of_another_matrix(tmp_path: Path, truth: Any, kind: str) -> None:
    adata = making.anndata()
    adata.X = None
    if kind == "h5ad":
        adata.write_h5ad(tmp_path / "without.h5ad")
    dataset = open_dataset(adata if kind == "memory" else tmp_path / "without.h5ad")
    assert dataset.matrix().name == "layers/counts"
    assert np.array_equal(dataset.gene(3), truth.X.toarray()[:, 3])
    adata.raw = None
    adata.layers.clear()
    adata.write_h5ad(tmp_path / "nothing.h5ad")
    with pytest.raises(DatasetMemberMissing, match="no X, no layers and no raw"):
        open_dataset(adata if kind == "memory" else tmp_path / "nothing.h5ad")


@pytest.mark.parametrize("name", ["plain.h5ad", "three.zarr", "memory"])
def test_what_is_not_there_is_an_error_that_names_what_is_near(honest: Path, truth: Any, name: str) -> None:
    source = truth if name == "memory" else honest / name
    dataset = open_dataset(source)
    with pytest.raises(DatasetMemberMissing, match="no column 'Scor'") as missing:
        dataset.values("Scor")
    assert missing.value.data["near"] == ["score"] and "score" in missing.value.hint
    for ask in (
        lambda: dataset.points("X_tsne", 2),
        lambda: dataset.points("X_umap", 3),
        lambda: dataset.vector("velocity_umap", 3),
        lambda: dataset.vector("velo", 2),
        lambda: dataset.gene(7),
        lambda: dataset.gene(-1),
        lambda: dataset.cell_names(np.array([60], np.uint32)),
        lambda: open_dataset(source, OpenOptions(matrix="layers/count")),
        lambda: open_dataset(source, OpenOptions(latent="X_pcb")).latent(),
        lambda: open_dataset(source, OpenOptions(genes="symbols")).gene_names(),
    ):
        with pytest.raises(DatasetMemberMissing):
            ask()
    with pytest.raises(DatasetMemberUnreadable, match="numbers, without categories"):
        dataset.codes("score")
    with pytest.raises(DatasetMemberUnreadable, match="categories, not of numbers"):
        dataset.values("label")


def test_duplicate_names_stay_and_columns_of_names_are_no_categories(tmp_path: Path) -> None:
    import pandas as pd

    adata = making.anndata(cells=70_000)
    adata.obs["many"] = pd.Categorical([f"c{n}" for n in range(70_000)])
    adata.obs["some"] = [f"s{n % 300}" for n in range(70_000)]
    adata.obs["mixed"] = pd.Categorical([None] * 70_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        adata.obs_names = ["same"] * 70_000
        adata.var_names = ["gene"] * 7
        adata.write_h5ad(tmp_path / "many.h5ad")
    for source in (adata, tmp_path / "many.h5ad"):
        dataset = open_dataset(source)
        assert dataset.cell_names()[69_999] == "same" and list(dataset.gene_names()) == ["gene"] * 7
        assert [dataset.codes(key).dtype for key in ("some", "mixed")] == ["uint16", "uint8"]
        assert [note.member for note in dataset.notes] == ["obs/barcode", "obs/many"]
        assert not {"barcode", "many"} & {column.key for column in dataset.columns}
        assert set(dataset.codes("mixed").tolist()) == {255}
        assert dataset.edges()[0].dtype == np.uint32


@pytest.mark.parametrize("name", ["plain.h5ad", "two.zarr", "three.zarr"])
def test_texts_that_may_be_missing_are_read(honest: Path, tmp_path: Path, name: str) -> None:
    import anndata as ad
    import pandas as pd
    import zarr

    path = making.copied(honest / name, tmp_path / name)
    values = pd.array([None if number % 6 == 0 else f"n{number % 3} é" for number in range(making.CELLS)], "string")
    file: Any = zarr.open_group(path, mode="a", use_consolidated=False) if path.is_dir() else h5py.File(path, "a")
    with warnings.catch_warnings(), ad.settings.override(allow_write_nullable_strings=True):
        warnings.simplefilter("ignore")
        ad.io.write_elem(file, "obs/noted", values)
    assert file["obs/noted"].attrs["encoding-type"] == "nullable-string-array"
    if not path.is_dir():
        file.close()
    dataset = open_dataset(path)
    (noted,) = [column for column in dataset.columns if column.key == "noted"]
    assert noted.categories == ("n0 é", "n1 é", "n2 é")
    assert dataset.codes("noted").tolist() == [255 if n % 6 == 0 else n % 3 for n in range(making.CELLS)]


# -- old files


def test_the_oldest_layout_is_read(tmp_path: Path) -> None:
    """anndata 0.6: tables of records, categories in `uns`, the graph in `uns`, `raw.X` beside `X`."""
    import anndata as ad

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        truth = ad.read_h5ad(PBMC)
    dataset = open_dataset(PBMC)
    assert (dataset.n_cells, dataset.n_genes) == truth.shape and dataset.notes == ()
    for column in dataset.columns:
        if column.kind == "category":
            assert column.categories == tuple(truth.obs[column.key].cat.categories)
            assert dataset.codes(column.key).tolist() == truth.obs[column.key].cat.codes.tolist()
        else:
            assert np.array_equal(dataset.values(column.key), truth.obs[column.key].to_numpy("f4"))
    assert np.array_equal(dataset.points("X_umap", 2), truth.obsm["X_umap"].astype("f4"))
    assert np.array_equal(dataset.gene(5), truth.X[:, 5])
    assert list(dataset.cell_names()) == list(truth.obs_names)
    assert dataset.graph is not None and len(dataset.edges()[0]) == 4996
    raw = open_dataset(PBMC, OpenOptions(matrix="raw"))
    assert np.array_equal(raw.gene(5), truth.raw.X[:, 5].toarray()[:, 0])


def test_categories_beside_the_columns_are_read_and_their_references_are_not_followed(
    honest: Path, tmp_path: Path
) -> None:
    """anndata 0.7: the codes point to their categories by a reference."""
    path = making.copied(honest / "plain.h5ad", tmp_path / "old.h5ad")
    with h5py.File(path, "a") as file:
        obs = file["obs"]
        codes, labels = obs["label/codes"][()], obs["label/categories"][()]
        del obs["label"]
        obs.create_dataset("__categories/label", data=labels, dtype=h5py.string_dtype())
        obs["label"] = codes
        obs["label"].attrs["categories"] = file["obs/score"].ref  # points elsewhere
    dataset, new = open_dataset(path), open_dataset(honest / "plain.h5ad")
    there = {column.key: column for column in dataset.columns}
    assert there["label"].categories == ("t0", "t1", "t2", "t3")
    assert np.array_equal(dataset.codes("label"), new.codes("label"))


# -- damage


def test_what_is_no_dataset_is_told_apart(honest: Path, tmp_path: Path) -> None:
    for name in ("empty", "text", "short", "zip"):
        path = tmp_path / f"{name}.h5ad"
        path.write_bytes({"empty": b"", "text": b"hello " * 100, "zip": b"PK\3\4" + bytes(50)}.get(name, b""))
        if name == "short":
            raw = (honest / "plain.h5ad").read_bytes()
            path.write_bytes(raw[: len(raw) * 2 // 3])
        with pytest.raises(DatasetUnreadable) as told:
            open_dataset(path)
        assert ("truncated" in told.value.message) == (name == "short")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["weights"] = [1.0]
    with pytest.raises(NotAnnData, match="it has weights"):
        open_dataset(tmp_path / "other.h5")
    (tmp_path / "folder").mkdir()
    with pytest.raises(DatasetUnreadable):
        open_dataset(tmp_path / "folder")
    with pytest.raises(FileMissing):
        open_dataset(tmp_path / "nowhere.h5ad")
    with pytest.raises(NotAFile):
        open_dataset(making.fifo(tmp_path / "pipe.h5ad"))
    with pytest.raises(NotAnnData):
        open_dataset(object())
    if os.geteuid() != 0:
        (tmp_path / "other.h5").chmod(0)
        with pytest.raises(DatasetUnreadable, match="permissions"):
            open_dataset(tmp_path / "other.h5")


def test_a_file_that_is_being_written_says_so(honest: Path, tmp_path: Path) -> None:
    path = making.copied(honest / "plain.h5ad", tmp_path / "busy.h5ad")
    program = "import h5py, sys; file = h5py.File(sys.argv[1], 'a'); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None and writer.stdin is not None
        assert writer.stdout.readline() == "open\n"
        with pytest.raises(DatasetUnreadable, match="being written by another program"):
            open_dataset(path)
        writer.stdin.close()
    open_dataset(path).close()


@pytest.mark.parametrize("name", ["plain.h5ad", "three.zarr", "memory"])
def test_without_an_embedding_the_error_says_what_there_is_and_how_to_compute_one(
    honest: Path, tmp_path: Path, name: str
) -> None:
    if name == "memory":
        source: Any = making.anndata()
        source.obsm.clear()
    else:
        source = making.copied(honest / name, tmp_path / name)
        if source.is_dir():
            shutil.rmtree(source / "obsm")
        else:
            with h5py.File(source, "a") as file:
                del file["obsm"]
                file["obsm/names"] = np.array([b"x"] * making.CELLS)
    with pytest.raises(
        NoEmbedding, match=r"'names', which cannot be drawn" if name == "plain.h5ad" else "empty"
    ) as told:
        open_dataset(source)
    assert "sc.tl.umap" in told.value.hint


def _shorter(file: h5py.File, place: str) -> None:
    values, attributes = file[place][()], dict(file[place].attrs)
    del file[place]
    file[place] = values[:-1]
    file[place].attrs.update(attributes)


@pytest.mark.parametrize("place", ["obs/score", "obs/label/codes", "obsm/X_umap", "obsp/connectivities/indptr"])
def test_a_member_of_another_length_is_left_out(honest: Path, tmp_path: Path, place: str) -> None:
    path = making.copied(honest / "plain.h5ad", tmp_path / "damaged.h5ad")
    with h5py.File(path, "a") as file:
        _shorter(file, place)
    dataset = open_dataset(path)
    assert [note.member for note in dataset.notes] == ["/".join(place.split("/")[:2])]
    assert dataset.notes[0].member in dataset.notes[0].reason


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        ("X/indices", 7, "point outside"),
        ("X/indices", -1, "point outside"),
        ("X/indptr", 10**9, "does not rise"),
        ("obsp/connectivities/indices", 60, "point outside"),
    ],
)
def test_indices_that_point_outside_are_refused_before_they_are_used(
    honest: Path, tmp_path: Path, place: str, value: int, expected: str
) -> None:
    path = making.copied(honest / "plain.h5ad", tmp_path / "damaged.h5ad")
    with h5py.File(path, "a") as file:
        file[place][5] = value
    dataset = open_dataset(path)
    with pytest.raises(DatasetMemberUnreadable, match=expected):
        dataset.edges() if place.startswith("obsp") else dataset.gene(0)


def test_groups_in_groups_without_end_are_walked_once(honest: Path, tmp_path: Path) -> None:
    path = making.copied(honest / "plain.h5ad", tmp_path / "round.h5ad")
    with h5py.File(path, "a") as file:
        file["obs/round"] = file["obs"]  # a hard link to its own parent
        file["uns/deep/root"] = file["/"]
    assert [note.member for note in open_dataset(path).notes] == ["obs/round"]


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("name", ["plain.h5ad", "gzip.h5ad", "three.zarr"])
def test_any_byte_may_be_wrong(honest: Path, tmp_path: Path, name: str) -> None:
    """Whatever comes of it is one of our errors, or values: never anything else, and no end of the process."""
    chance = random.Random(name)
    outcomes = set()
    for number in range(25 if ALL else 6):
        path = making.copied(honest / name, tmp_path / f"{number}-{name}")
        files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
        for _ in range(3):
            file = chance.choice(files)
            raw = bytearray(file.read_bytes()) or bytearray(1)
            for _ in range(chance.choice([1, 4, 20])):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
            file.write_bytes(raw)
        outcomes.add(_tried(path))
    assert outcomes <= {"read", "refused"}


def test_a_heap_without_end_is_refused_where_hdf5_does_not_come_back(honest: Path, tmp_path: Path) -> None:
    path = making.copied(honest / "plain.h5ad", tmp_path / "endless.h5ad")
    raw = bytearray(path.read_bytes())
    heap = raw.find(b"GCOL")
    while heap >= 0:
        raw[heap + 24 : heap + 32] = (2**64 - 16).to_bytes(8, "little")  # with its own 16 bytes: nothing
        heap = raw.find(b"GCOL", heap + 4)
    path.write_bytes(raw)
    plain = [sys.executable, "-c", "import h5py, sys; h5py.File(sys.argv[1])['obs'].attrs['column-order']", str(path)]
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run(plain, timeout=4, check=False)
    with pytest.raises(DatasetUnreadable, match="damaged"):
        open_dataset(path)


def _tried(path: Path) -> str:
    try:
        dataset = open_dataset(path)
    except HoodError:
        return "refused"
    asks: list[Callable[[], object]] = [lambda: dataset.gene(1), dataset.edges, dataset.fingerprint, dataset.latent]
    asks += [partial(dataset.points, found.key, found.dimensions) for found in dataset.embeddings]
    asks += [partial(dataset.codes if c.kind == "category" else dataset.values, c.key) for c in dataset.columns]
    for ask in asks:
        try:
            ask()
        except HoodError:
            continue
    dataset.close()
    return "read"


# -- how


def test_a_file_opens_without_anndata_and_reads_no_values(honest: Path) -> None:
    program = (
        "import sys; from fumehood.datasets.h5ad import reading; from fumehood.datasets.opening import open_dataset\n"
        "reading.numbers = reading.texts = reading.field = None\n"
        "for path in sys.argv[1:]: open_dataset(path).embeddings\n"
        "print([name for name in ('anndata', 'pandas', 'scipy', 'zarr', 'dask', 'aiohttp') if name in sys.modules])"
    )
    paths = [str(honest / name) for name in ("gzip.h5ad", "two.zarr", "three.zarr")]
    told = subprocess.run([sys.executable, "-c", program, *paths], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["gzip.h5ad", "three.zarr", "memory"])
def test_readers_are_shared_by_threads(honest: Path, truth: Any, name: str) -> None:
    dataset = open_dataset(truth if name == "memory" else honest / name)
    expected = truth.X.toarray()
    wrong: list[object] = []

    def read(seed: int) -> None:
        try:
            for turn in range(15):
                index = (seed + turn) % making.GENES
                if not np.array_equal(dataset.gene(index), expected[:, index]):
                    wrong.append(index)
                dataset.codes("text"), dataset.points("X_umap", 2), dataset.edges(), dataset.fingerprint()
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("name", ["gzip.h5ad", "three.zarr"])
def test_a_closed_dataset_says_that_it_is_closed(honest: Path, name: str) -> None:
    dataset = open_dataset(honest / name)
    told: list[BaseException] = []

    def read() -> None:
        try:
            while True:
                dataset.gene(1), dataset.values("score"), dataset.points("X_umap", 2)
        except BaseException as error:
            told.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    dataset.close()
    dataset.close()
    for reader in readers:
        reader.join()
    assert [type(error) for error in told] == [DatasetClosed] * 4


def test_an_object_that_changes_is_read_as_it_is_now_until_its_cells_are_others(truth: Any) -> None:
    adata = making.anndata()
    dataset = open_dataset(adata)
    adata.obs["new"] = np.arange(making.CELLS)
    assert "new" in {column.key for column in dataset.columns}
    assert dataset.values("new")[3] == 3
    adata.obs["new"] = ["x"] * making.CELLS
    assert dataset.codes("new").tolist() == [0] * making.CELLS
    adata.obsm["X_tsne"] = adata.obsm["X_umap"] * 2
    assert np.array_equal(dataset.points("X_tsne", 2), adata.obsm["X_umap"] * 2)
    assert "X_tsne" in {found.key for found in dataset.embeddings}
    count = len(dataset.edges()[0])
    old = weakref.ref(adata.X), weakref.ref(adata.obsp["connectivities"])
    adata.X = adata.X.toarray() + 1
    adata.obsp["connectivities"] = adata.obsp["connectivities"] * 0
    gc.collect()
    assert [one() for one in old] == [None, None]  # what the user has replaced is not held
    assert dataset.matrix().layout == "dense" and dataset.gene(1).min() == 1
    assert count > 0 and len(dataset.edges()[0]) == 0
    before = dataset.fingerprint()
    adata.obs_names = [f"n{number}" for number in range(making.CELLS)]
    assert dataset.fingerprint() != before and dataset.cell_names()[1] == "n1"
    adata._inplace_subset_obs(np.arange(10))
    for ask in (lambda: dataset.gene(0), lambda: dataset.values("score"), lambda: dataset.cell_names()):
        with pytest.raises(DatasetReplaced):
            ask()


# -- places of points and labels


def test_points_are_put_into_a_box_around_the_origin() -> None:
    points = np.array([[0, 10], [4, 12], [np.nan, 11], [2, np.inf]], np.float32)
    put, placement = embeddings.placed(points)
    assert placement.centre == (2.0, 11.0) and placement.factor == 0.5
    assert put[:2].tolist() == [[-1, -0.5], [1, 0.5]] and np.isnan(put[2, 0]) and np.isinf(put[3, 1])
    for odd in (np.zeros((5, 2), np.float32), np.full((5, 2), np.nan, np.float32), np.zeros((0, 3), np.float32)):
        assert embeddings.placed(odd)[0].shape == odd.shape
