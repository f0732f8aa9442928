"""The gene-major store: the same genes as the matrix has, built in bounded pieces, and never trusted."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from fumehood.core.errors import Busy, GeneDamaged, StorageFailed
from fumehood.datasets.genes import building, shelf
from fumehood.datasets.genes.building import PART, Cancelled, build
from fumehood.datasets.genes.keys import key
from fumehood.datasets.genes.store import Store
from fumehood.datasets.opening import open_dataset
from tests.datasets.genes.matrices import Counting, sparse, write

_PIECE = 4_000


def _always(done: float) -> bool:
    return True


@pytest.fixture(scope="module")
def matrix() -> Any:
    return sparse(3_000, 120, 0.08)


@pytest.fixture
def file(tmp_path: Path, matrix: Any) -> Path:
    return write(tmp_path / "x.h5ad", matrix)


@pytest.mark.parametrize("layout", ["rows", "shuffled", "dense", "zarr"])
def test_every_gene_is_as_numpy_has_it(tmp_path: Path, matrix: Any, layout: str) -> None:
    x: Any = np.asarray(matrix.todense())
    if layout != "dense":
        x = matrix.copy()
        if layout == "shuffled":  # columns of a row in any order, and some written as two entries that add up
            x = _shuffled(x)
    with_file = open_dataset(write(tmp_path / (f"{layout}.h5ad" if layout != "zarr" else "x.zarr"), x))
    reader = Counting(with_file.reader())
    build(reader, "k", tmp_path / "store", _always, piece=_PIECE)
    store = Store(tmp_path / "store", "k", *matrix.shape)
    truth = np.asarray(matrix.todense())
    for gene in range(matrix.shape[1]):
        np.testing.assert_allclose(store.read(gene).dense(), truth[:, gene], rtol=1e-6)
    assert reader.largest <= max(_PIECE, matrix.shape[1])
    assert reader.read == (x.size if layout == "dense" else x.nnz), "each entry is read once"
    assert sorted(place.name for place in (tmp_path / "store").iterdir()) == [
        "in-use",
        "index.json",
        "shard-00000",
        "table",
    ]


def _shuffled(x: Any) -> Any:
    from scipy import sparse as sp

    parts = x.tocoo()
    half = np.arange(parts.nnz) % 5 == 0
    values = np.where(half, parts.data / 2, parts.data).astype(np.float32)
    rows = np.concatenate([parts.row, parts.row[half]])
    columns = np.concatenate([parts.col, parts.col[half]])
    values = np.concatenate([values, values[half]])
    order = np.lexsort((np.random.default_rng(5).random(rows.size), rows))
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=x.shape[0]))])
    return sp.csr_matrix((values[order], columns[order], starts), shape=x.shape)


def test_a_gene_costs_its_own_bytes_whatever_the_others_have(tmp_path: Path) -> None:
    costs = []
    for name, density in (("thin", 0.02), ("thick", 0.6)):
        x = sparse(2_000, 40, density, seed=7).tolil()
        x[:, 20] = sparse(2_000, 40, 0.1, seed=8)[:, 20]
        dataset = open_dataset(write(tmp_path / f"{name}.h5ad", x.tocsr()))
        build(dataset.reader(), "k", tmp_path / name, _always)
        store = Store(tmp_path / name, "k", 2_000, 40)
        store.read(20)
        costs.append((store.reads, store.bytes_read))
    assert costs[0] == costs[1]
    assert costs[0][0] == 1


def test_an_interrupted_build_is_taken_up_where_it_was(
    tmp_path: Path, file: Path, matrix: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "GENES_SHARD", 10_000)
    reader = Counting(open_dataset(file).reader())
    for stop_at in (0.2, 0.45, 0.75, 0.9):
        with pytest.raises(Cancelled):
            build(reader, "k", tmp_path / "s", stop_at.__gt__, piece=_PIECE)
        assert not (tmp_path / "s").exists()
    build(reader, "k", tmp_path / "s", _always, piece=_PIECE)
    assert reader.read == matrix.nnz, "no entry was read twice"
    truth = np.asarray(matrix.todense())
    store = Store(tmp_path / "s", "k", *matrix.shape)
    assert len(list((tmp_path / "s").glob("shard-*"))) > 3
    np.testing.assert_array_equal(np.stack([store.read(g).dense() for g in range(120)], 1), truth)


def test_what_was_begun_of_another_content_is_not_taken_up(tmp_path: Path, file: Path, matrix: Any) -> None:
    reader = Counting(open_dataset(file).reader())
    with pytest.raises(Cancelled):
        build(reader, "old", tmp_path / "s", lambda done: done < 0.3, piece=_PIECE)
    reader.read = 0
    build(reader, "new", tmp_path / "s", _always, piece=_PIECE)
    assert reader.read == matrix.nnz


@pytest.mark.parametrize("part", ["pwrite", "fsync", "rename"])
def test_a_full_disk_is_said_and_leaves_nothing(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    target = tmp_path / "folder" / "s"
    with monkeypatch.context() as patched, pytest.raises(StorageFailed, match="the disk is full"):
        patched.setattr(Path if part == "rename" else os, part, full)
        build(open_dataset(file).reader(), "k", target, _always, piece=_PIECE)
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_disk_that_has_less_than_it_needs_is_said_before_a_byte_is_written(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1))
    reader = Counting(open_dataset(file).reader())
    with pytest.raises(StorageFailed, match="and the disk has less"):
        build(reader, "k", tmp_path / "s", _always)
    assert reader.read == 0


def test_two_builds_of_one_store_do_not_meet(tmp_path: Path, file: Path) -> None:
    reader = open_dataset(file).reader()

    def meanwhile(done: float) -> bool:
        with pytest.raises(Busy):
            build(reader, "k", tmp_path / "s", _always)
        return True

    build(reader, "k", tmp_path / "s", meanwhile)
    assert Store(tmp_path / "s", "k", 3_000, 120).read(1).values.size == 3_000


def _cut(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:-1])


def _flip(place: Path) -> None:
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 0x10
    place.write_bytes(data)


def _link(place: Path) -> None:
    aside = place.with_name("elsewhere")
    place.rename(aside)
    place.symlink_to(aside)


@pytest.mark.parametrize("damage", [_cut, _flip, _link, Path.unlink])
@pytest.mark.parametrize("name", ["index.json", "table", "shard-00000"])
def test_damage_is_found_before_a_wrong_value_is_seen(
    tmp_path: Path, file: Path, matrix: Any, name: str, damage: Callable[[Path], None]
) -> None:
    build(open_dataset(file).reader(), "k", tmp_path / "s", _always)
    damage(tmp_path / "s" / name)
    truth = np.asarray(matrix.todense())
    with pytest.raises((GeneDamaged, OSError)):
        store = Store(tmp_path / "s", "k", *matrix.shape)
        for gene in range(matrix.shape[1]):
            np.testing.assert_array_equal(store.read(gene).dense(), truth[:, gene])


def test_a_store_of_something_else_does_not_open(tmp_path: Path, file: Path) -> None:
    build(open_dataset(file).reader(), "k", tmp_path / "s", _always)
    for wrong in (("other", 3_000, 120), ("k", 3_001, 120), ("k", 3_000, 119)):
        with pytest.raises(GeneDamaged):
            Store(tmp_path / "s", *wrong)


def test_another_content_has_another_key(tmp_path: Path, matrix: Any) -> None:
    one, two = tmp_path / "one.h5ad", tmp_path / "two.h5ad"
    write(one, matrix)
    other = matrix.copy()
    other.data[:] = other.data[::-1]
    write(two, other)
    times = one.stat()
    first = key(open_dataset(one).reader(), one)
    assert first == key(open_dataset(one).reader(), one)
    two.replace(one)
    os.utime(one, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert one.stat().st_size == times.st_size
    assert key(open_dataset(one).reader(), one) != first


def test_room_is_made_from_what_was_not_used_for_longest_and_is_not_open(tmp_path: Path, file: Path) -> None:
    places = [tmp_path / "shelf" / name for name in ("oldest", "old", "new")]
    for age, place in enumerate(places):
        build(open_dataset(file).reader(), place.name, place, _always)
        os.utime(place / "index.json", (age, age))
    sizes = [sum(entry.stat().st_size for entry in place.iterdir()) for place in places]
    total = sum(sizes)
    held = Store(places[0], "oldest", 3_000, 120)
    assert shelf.make_room(tmp_path / "shelf", 5, limit=total) == sizes[1]
    assert [place.exists() for place in places] == [True, False, True]
    del held
    assert shelf.make_room(tmp_path / "shelf", total, limit=total) == sizes[0] + sizes[2]
    assert not list((tmp_path / "shelf").iterdir())
    assert PART not in str(places)
