"""Exported folders: what the manifests declare is all that there is, and what they declare is not believed."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fumehood.core.errors import DatasetMemberMissing, DatasetReachesOut, DatasetUnreadable, GeneDamaged, HoodError
from fumehood.datasets.dataset import OpenOptions
from fumehood.datasets.exported import ExportedDataset, exports_in, is_export, open_exported
from fumehood.datasets.genes.column import column_of
from fumehood.datasets.genes.encoding import decode, encode
from fumehood.datasets.genes.quantise import quantise
from fumehood.datasets.opening import open_dataset
from fumehood.datasets.resources import Resources
from fumehood.doors.datasets.sources import open_sources

_N = 50
_VALUES = np.random.default_rng(0).random(_N, np.float32)
_CODES = (np.arange(_N) % 3).astype(np.uint8)
_GENE = np.where(np.arange(_N) % 4 == 0, _VALUES, 0).astype(np.float32)


def _json(place: Path, value: Any) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(value))


def make(folder: Path, *, second: bool = False) -> Path:
    """An export as cellucid has it, of the first generation (files named by key) or of the second (by index)."""
    n, index = _N, [0] if second else []
    name = "{index}" if second else "{key}"
    files: dict[str, Any] = {"2d": "points_2d.bin.gz"}
    embeddings: dict[str, Any] = {"available_dimensions": [2], "default_dimension": 2, "files": files}
    vectors = {"2d": "vectors/v_2d.bin"}
    if second:
        embeddings = {
            "default_dimension": 2,
            "defaults": {"2d": "X_umap"},
            "items": {"X_umap": {"label": "UMAP", "dimension": 2, "file": "points_2d.bin.gz"}},
        }
        vectors = {"X_umap": "vectors/v_2d.bin"}
    identity = {"id": "d", "name": "D", "embeddings": embeddings}
    identity["vector_fields"] = {
        "default_field": "v",
        "fields": {"v": {"label": "V", "files": vectors, "basis": "umap"}},
    }
    _json(folder / "dataset_identity.json", identity)
    plain = {"ext": "u8", "dtype": "uint8", "quantized": True, "quantizationBits": 8}
    categorical = {"codesPathPattern": f"obs/{name}.codes.{{ext}}"}
    categories = ["kind", ["a", "b", "c"], "uint8", 255, {}]
    obs = {
        "_format": "compact_v2" if second else "compact_v1",
        "n_points": n,
        "_obsSchemas": {"continuous": {"pathPattern": f"obs/{name}.values.u8", **plain}, "categorical": categorical},
        "_continuousFields": [[*([1] if second else []), "n/x", 0.0, 1.0]],
        "_categoricalFields": [[*index, *categories]],
    }
    _json(folder / "obs_manifest.json", obs)
    var = {
        "_format": obs["_format"],
        "n_points": n,
        "_varSchema": {"pathPattern": f"var/{name}.values.f32", "ext": "f32", "dtype": "float32", "quantized": False},
        "fields": [[*index, "HLA/A"]],
    }
    _json(folder / "var_manifest.json", var)
    graph = {"n_edges": 2, "index_dtype": "uint16", "sourcesPath": "graph/src.bin", "destinationsPath": "graph/dst.bin"}
    _json(folder / "connectivity_manifest.json", graph)
    written: dict[str, bytes] = {
        "points_2d.bin.gz": gzip.compress(np.ones((n, 2), "<f4").tobytes()),
        "vectors/v_2d.bin": np.ones((n, 2), "<f4").tobytes(),
        "obs/1.values.u8" if second else "obs/n_x.values.u8": quantise(_VALUES, 0, 1, 8).tobytes(),
        "obs/0.codes.u8" if second else "obs/kind.codes.u8": _CODES.tobytes(),
        "var/0.values.f32" if second else "var/HLA_A.values.f32": _GENE.tobytes(),
        "graph/src.bin": np.array([0, 1], "<u2").tobytes(),
        "graph/dst.bin": np.array([1, 2], "<u2").tobytes(),
    }
    for path, data in written.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.mark.parametrize("second", [False, True])
def test_both_generations_are_datasets_and_folders_of_declared_files(tmp_path: Path, second: bool) -> None:
    folder = make(tmp_path / "d", second=second)
    (folder / ".env").write_text("TOKEN=1")
    (folder / "obs" / "notes.txt").write_text("not declared")
    dataset = open_exported(folder)
    assert [(column.key, column.kind) for column in dataset.columns] == [
        *([("kind", "category")] if second else []),
        ("n/x", "continuous"),
        *([] if second else [("kind", "category")]),
    ]
    np.testing.assert_array_equal(dataset.codes("kind"), _CODES)
    assert abs(dataset.values("n/x") - _VALUES).max() <= 0.5 / 254 + 1e-6
    np.testing.assert_array_equal(dataset.gene(0), _GENE)
    assert list(dataset.gene_names()) == ["HLA/A"]
    assert dataset.cell_names(np.array([7], np.uint32)) == ["7"]
    table = Resources(dataset)
    gene = table.find("gene/0/32")
    assert gene is not None
    np.testing.assert_array_equal(decode(gene.read()).dense(), _GENE)
    there = {str(place.relative_to(folder)) for place in folder.rglob("*") if place.is_file()}
    for path in there - {".env", "obs/notes.txt"}:
        found = table.find(path)
        assert found is not None
        assert found.opens is not None
        with found.opens() as file:
            assert file.read() == found.read() == (folder / path).read_bytes()
    for path in (".env", "obs/notes.txt", "obs", "", "/", "../d/var_manifest.json", "obs/../.env", "gene/1", "a\0b"):
        assert table.find(path) is None
    categories = 0 if second else 1
    codes, values = f"columns/{categories}/codes", f"columns/{1 - categories}/values"
    for name in ("overview.json", "embeddings/0/2", "vectors/0/2", codes, values, "graph/targets"):
        ours = table.find(name)
        assert ours is not None
        assert ours.read()


def _edit(name: str, change: Callable[[Any], Any]) -> Callable[[Path], None]:
    def work(folder: Path) -> None:
        value = json.loads((folder / name).read_text())
        _json(folder / name, changed if (changed := change(value)) is not None else value)

    return work


def _set(name: str, *path: Any) -> Callable[[Path], None]:
    *way, last, new = path

    def change(value: Any) -> None:
        for step in way:
            value = value[step]
        value[last] = new

    return _edit(name, change)


def _pipe(place: Path) -> None:
    place.unlink()
    os.mkfifo(place)


_OBS, _VAR, _ID, _GRAPH = (
    "obs_manifest.json",
    "var_manifest.json",
    "dataset_identity.json",
    "connectivity_manifest.json",
)
_AT_OPEN: list[tuple[type[HoodError], Callable[[Path], Any]]] = [
    *(
        (DatasetReachesOut, _set(_VAR, "_varSchema", "pathPattern", pattern))
        for pattern in (
            "../secret",
            "/etc/passwd",
            "var/../../{key}",
            ".env",
            "var/.hidden",
            "a//b",
            "a\\..\\b",
            "a\x00b",
        )
    ),
    (DatasetReachesOut, _set(_ID, "embeddings", "files", "2d", "../points.bin")),
    (DatasetReachesOut, _set(_ID, "_fumehood", {"cells": "/proc/self/environ"})),
    (DatasetReachesOut, _set(_GRAPH, "sourcesPath", ".ssh/id")),
    (DatasetUnreadable, _set(_ID, "embeddings", "files", {})),
    (DatasetUnreadable, _set(_ID, "embeddings", [])),
    (DatasetUnreadable, _set(_ID, "id", {"a": 1})),
    (DatasetUnreadable, _set(_OBS, "_format", "compact_v9")),
    *((DatasetUnreadable, _set(_OBS, "n_points", n)) for n in (-1, 1 << 60, "50", None, True, 1.5)),
    (DatasetUnreadable, _set(_OBS, "_continuousFields", [["n/x"]])),
    (DatasetUnreadable, _set(_OBS, "_continuousFields", [["n/x", 0, "1"]])),
    (DatasetUnreadable, _set(_OBS, "_categoricalFields", [["kind", ["a"] * 300, "uint8", 255, {}]])),
    (DatasetUnreadable, _set(_OBS, "_categoricalFields", [["kind", ["a"], "float32", 255, {}]])),
    (DatasetUnreadable, _set(_OBS, "_obsSchemas", "continuous", "dtype", "O")),
    (DatasetUnreadable, _set(_OBS, "_continuousFields", [[]])),
    (DatasetUnreadable, _set(_VAR, "fields", {"HLA": 1})),
    (DatasetUnreadable, _edit(_VAR, lambda _: [1])),
    (DatasetUnreadable, lambda folder: (folder / _OBS).write_text("[" * 100_000)),
    (DatasetUnreadable, lambda folder: (folder / _OBS).write_text('{"n_points": NaN}')),
    (DatasetUnreadable, lambda folder: (folder / _ID).write_bytes(b"\xff\xfe")),
    (DatasetUnreadable, lambda folder: (folder / _ID).unlink()),
    (DatasetUnreadable, lambda folder: _pipe(folder / _OBS)),
    (DatasetReachesOut, lambda folder: _outside(folder, _OBS)),
]


def _outside(folder: Path, path: str) -> None:
    aside = folder.parent / "outside"
    (folder / path).rename(aside)
    (folder / path).symlink_to(aside)


@pytest.mark.parametrize("case", range(len(_AT_OPEN)))
def test_a_hostile_manifest_is_refused_when_it_is_opened(tmp_path: Path, case: int) -> None:
    error, spoil = _AT_OPEN[case]
    folder = make(tmp_path / "d")
    spoil(folder)
    with pytest.raises(error):
        open_exported(folder)


def _bomb(folder: Path) -> None:
    (folder / "points_2d.bin.gz").write_bytes(gzip.compress(bytes(1 << 24)))


_LATER: list[tuple[str, Callable[[Path], Any], Callable[[ExportedDataset], Any]]] = [
    ("vectors/v_2d.bin", lambda f: _outside(f, "vectors/v_2d.bin"), lambda d: d.vector("v", 2)),
    ("vectors/v_2d.bin", lambda f: _outside(f, "vectors"), lambda d: d.vector("v", 2)),
    ("var/HLA_A.values.f32", lambda f: (f / "var/HLA_A.values.f32").write_bytes(b"123"), lambda d: d.gene(0)),
    ("graph/src.bin", lambda f: (f / "graph/src.bin").write_bytes(b"\xff" * 4), lambda d: d.edges()),
    ("obs/kind.codes.u8", lambda f: (f / "obs/kind.codes.u8").write_bytes(b"\x07" * _N), lambda d: d.codes("kind")),
    ("points_2d.bin.gz", _bomb, lambda d: d.points("X_umap_2d", 2)),
    (
        "points_2d.bin.gz",
        lambda f: (f / "points_2d.bin.gz").write_bytes(b"no gzip"),
        lambda d: d.points("X_umap_2d", 2),
    ),
]


@pytest.mark.parametrize("case", range(len(_LATER)))
def test_a_file_that_is_not_as_declared_is_refused_when_it_is_read(tmp_path: Path, case: int) -> None:
    _, spoil, read = _LATER[case]
    folder = make(tmp_path / "d")
    dataset = open_exported(folder)
    spoil(folder)
    with pytest.raises((DatasetUnreadable, DatasetReachesOut)):
        read(dataset)


def test_a_link_out_of_the_folder_is_served_by_no_name(tmp_path: Path) -> None:
    folder = make(tmp_path / "d")
    table = Resources(open_exported(folder))
    for path in ("graph/src.bin", "vectors/v_2d.bin"):
        _outside(folder, path)
        with pytest.raises(DatasetReachesOut, match=path):
            table.find(path)


def test_a_folder_that_is_exchanged_leads_nowhere_else(tmp_path: Path) -> None:
    folder = make(tmp_path / "d")
    dataset = open_exported(folder)
    folder.rename(tmp_path / "old")
    other = make(tmp_path / "d")
    (other / "var/HLA_A.values.f32").write_bytes(np.full(_N, 9, "<f4").tobytes())
    np.testing.assert_array_equal(dataset.gene(0), _GENE)


def test_another_matrix_than_the_one_that_was_exported_is_an_error_and_not_that_one(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make(tmp_path / name)
    for wanted in (OpenOptions(matrix="raw"), OpenOptions(genes="symbol")):
        with pytest.raises(DatasetMemberMissing, match="one is an export"):
            open_dataset(tmp_path / "one", wanted)
        with pytest.raises(DatasetUnreadable, match="one is an export"):
            open_sources(tmp_path, wanted)
    open_sources(tmp_path, OpenOptions()).close()


def test_genes_of_ours_are_read_by_one_range_each(tmp_path: Path) -> None:
    folder = make(tmp_path / "d")
    random = np.random.default_rng(2)
    columns = [
        column_of(_N, np.flatnonzero(there := random.random(_N) < 0.3), random.random(there.sum())) for _ in range(5)
    ]
    parts = [gzip.compress(encode(column, 32)) for column in columns]
    for name, some in (("genes/0.bin", parts[:3]), ("genes/1.bin", parts[3:])):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"".join(some))
    shards = [
        {"path": f"genes/{i}.bin", "lengths": [len(part) for part in some]}
        for i, some in ((0, parts[:3]), (1, parts[3:]))
    ]
    said = {"format": "fumehood_genes", "version": 1, "n_cells": _N, "names": list("abcde"), "shards": shards}
    _json(folder / "gene_shards.json", said)
    dataset = open_exported(folder)
    opened = dataset.files.opened
    for index, column in enumerate(columns):
        np.testing.assert_array_equal(dataset.gene(index), column.dense())
    assert dataset.files.opened - opened == len(columns)
    (folder / "genes/1.bin").write_bytes(
        gzip.compress(encode(columns[3], 32)[:-1]).ljust(sum(map(len, parts[3:])), b"\0")
    )
    for index in (3, 4):
        with pytest.raises((GeneDamaged, DatasetUnreadable)):
            dataset.gene(index)
    _json(folder / "gene_shards.json", said | {"names": ["a"]})
    with pytest.raises(DatasetUnreadable):
        open_exported(folder)


def test_a_folder_of_exports_is_listed_without_links_and_hidden_ones(tmp_path: Path) -> None:
    for name in ("b", "a", ".hidden"):
        make(tmp_path / name)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    (tmp_path / "none").mkdir()
    assert [place.name for place in exports_in(tmp_path)] == ["a", "b"]
    assert not is_export(tmp_path)
    shutil.rmtree(tmp_path / "a")
