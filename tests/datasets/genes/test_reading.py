"""Genes while there is no store, while it is built, and when it has gone wrong: always the right ones."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anndata
import msgspec
import numpy as np
import pytest

from fumehood.core.errors import PlaceUnsafe
from fumehood.core.paths import private_folder
from fumehood.datasets.genes import reading, scanning
from fumehood.datasets.genes.background import Background, Task
from fumehood.datasets.genes.blocks import Blocks
from fumehood.datasets.genes.building import build
from fumehood.datasets.genes.keys import key
from fumehood.datasets.genes.reading import Genes
from fumehood.datasets.genes.scanning import Scanner
from fumehood.datasets.opening import open_dataset
from tests.datasets.genes.matrices import Counting, sparse, write


@pytest.fixture(scope="module")
def matrix() -> Any:
    return sparse(2_000, 60, 0.1)


@pytest.fixture(scope="module")
def truth(matrix: Any) -> Any:
    return np.asarray(matrix.todense())


@pytest.fixture
def file(tmp_path: Path, matrix: Any) -> Path:
    return write(tmp_path / "x.h5ad", matrix)


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Genes], None]]:
    """Stores are made of small matrices, too; called, it waits until the one that is being made has ended."""
    monkeypatch.setattr(reading, "GENES_STORE_LEAST", 100)
    ended: dict[int, threading.Event] = {}

    class Heard(Background):
        def __init__(self, task: Any, tell: Any) -> None:
            event = threading.Event()
            ended[id(tell.__self__)] = event

            def told(news: Any) -> None:
                tell(news)
                if news.finished or news.code:
                    event.set()

            super().__init__(task, told)

    monkeypatch.setattr(reading, "Background", Heard)
    yield lambda genes: None if ended[id(genes)].wait(50) else pytest.fail("no end of the build")


def _all_as(genes: Genes, truth: Any) -> None:
    for gene in range(truth.shape[1]):
        np.testing.assert_array_equal(genes.column(gene).dense(), truth[:, gene])


@pytest.mark.parametrize("layout", ["csr", "csc", "dense", "narrow", "memory"])
def test_genes_are_right_without_a_store(tmp_path: Path, matrix: Any, truth: Any, layout: str) -> None:
    if layout == "memory":
        source: Any = anndata.AnnData(matrix, obsm={"X_umap": truth[:, 3:5]})
    elif layout == "narrow":  # dense, in chunks of four genes
        source = write(tmp_path / "x.zarr", truth, chunks=(len(truth), 4))
    else:
        source = write(tmp_path / "x.h5ad", truth if layout == "dense" else matrix.asformat(layout))
    genes = Genes(open_dataset(source), folder=tmp_path / "shelf")
    _all_as(genes, truth)
    assert genes.state().how == ("straight" if layout in ("csc", "narrow", "memory") else "scanning")
    assert not (tmp_path / "shelf").exists()


def test_all_that_wait_share_a_pass(file: Path, truth: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "Blocks", lambda reader: Blocks(reader, 2_000))
    reader = Counting(open_dataset(file).reader())
    gate = threading.Event()
    plain = reader.entries

    def held(start: int, stop: int) -> Any:
        gate.wait(30)
        return plain(start, stop)

    reader.entries = held  # type: ignore[method-assign]
    scanner = Scanner(lambda: reader)
    pieces = Blocks(reader, 2_000).count
    with ThreadPoolExecutor(40) as pool:
        waiting = [pool.submit(scanner.column, gene) for gene in range(40)]
        while len(scanner._waiting) < 40:
            threading.Event().wait(0.001)
        gate.set()
        for gene, one in enumerate(waiting):
            np.testing.assert_array_equal(one.result().dense(), truth[:, gene])
    assert pieces > 5
    assert scanner.pieces_read <= pieces + 1, "one round, and what was read before the last one came"
    assert reader.largest <= 2_000


def test_a_pass_that_fails_is_told_to_all_and_the_next_one_works(file: Path, truth: Any) -> None:
    reader = Counting(open_dataset(file).reader())
    plain, broken = reader.entries, [True]

    def entries(start: int, stop: int) -> Any:
        if broken:
            raise OSError("the disk is gone")
        return plain(start, stop)

    reader.entries = entries  # type: ignore[method-assign]
    scanner = Scanner(lambda: reader)
    with ThreadPoolExecutor(4) as pool:
        for one in [pool.submit(scanner.column, gene) for gene in range(4)]:
            with pytest.raises(OSError, match="gone"):
                one.result()
    broken.clear()
    np.testing.assert_array_equal(scanner.column(5).dense(), truth[:, 5])


def test_a_store_is_made_in_the_background_used_and_found_again(
    tmp_path: Path, file: Path, truth: Any, settled: Callable[[Genes], None]
) -> None:
    dataset = open_dataset(file)
    genes = Genes(dataset, folder=tmp_path / "shelf")
    np.testing.assert_array_equal(genes.column(1).dense(), truth[:, 1])  # while it is built
    settled(genes)
    assert genes.state().how == "ready"
    assert genes.scanner is not None
    read = genes.scanner.pieces_read
    _all_as(genes, truth)
    assert genes.scanner.pieces_read == read, "nothing was scanned any more"
    genes.close()
    again = Genes(dataset, folder=tmp_path / "shelf")
    again.prepare()
    assert again.state().how == "ready"
    # A file that changed is never answered from the old store.
    again.column(3)
    file.touch()
    _all_as(again, truth)
    assert again.state().how == "changed"
    # Opened anew, it is another content, and gets another store.
    anew = Genes(open_dataset(file), folder=tmp_path / "shelf")
    anew.prepare()
    assert anew.state().how == "building"
    settled(anew)
    assert len([place for place in (tmp_path / "shelf").iterdir() if place.is_dir()]) == 2


def test_a_damaged_store_is_made_again_and_no_gene_is_wrong(
    file: Path, truth: Any, settled: Callable[[Genes], None]
) -> None:
    genes = Genes(open_dataset(file), beside=True)
    genes.prepare()
    settled(genes)
    assert genes.state().how == "ready"
    shard = file.with_name(file.name + ".hoodgenes") / "shard-00000"
    data = shard.read_bytes()
    with shard.open("r+b") as opened:  # in place: the store has it open
        opened.write(bytes(len(data)))
    _all_as(genes, truth)
    settled(genes)
    assert genes.state().how == "ready"
    assert shard.read_bytes() == data


def test_where_no_store_can_be_made_the_genes_go_on_and_the_reason_is_told(
    tmp_path: Path, file: Path, truth: Any, settled: Callable[[Genes], None]
) -> None:
    dataset = open_dataset(file)
    (tmp_path / "file").write_text("no folder")
    genes = Genes(dataset, folder=tmp_path / "file" / "shelf")
    genes.prepare()
    assert genes.state().how == "failed"
    assert "could not be made" in genes.state().reason
    _all_as(genes, truth)
    # The process that builds finds out: something lies where it would work.
    (tmp_path / "shelf").mkdir(mode=0o700)
    (tmp_path / "shelf" / (key(dataset.reader(), file) + ".part")).write_text("in the way")
    genes = Genes(dataset, folder=tmp_path / "shelf")
    genes.prepare()
    settled(genes)
    assert genes.state().how == "failed"
    assert "is not a folder" in genes.state().reason
    assert str(tmp_path) not in genes.state().reason
    _all_as(genes, truth)
    # A folder that others could have put numbers into is not used.
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    genes = Genes(dataset, folder=tmp_path / "open")
    genes.prepare()
    assert genes.state().how == "failed"
    assert not list((tmp_path / "open").iterdir())


def test_a_store_that_another_process_builds_is_used_when_it_is_there(
    tmp_path: Path, file: Path, truth: Any, settled: Callable[[Genes], None]
) -> None:
    dataset = open_dataset(file)
    shelf = private_folder(tmp_path / "shelf")
    genes = Genes(dataset, folder=shelf)

    def meanwhile(done: float) -> bool:
        if done == 0.0:
            genes.prepare()
            settled(genes)
            _all_as(genes, truth)
            assert genes.state().how == "building"
        return True

    found = key(dataset.reader(), file)
    build(dataset.reader(), found, shelf / found, meanwhile)
    _all_as(genes, truth)
    assert genes.state().how == "ready"


def test_a_store_that_somebody_else_put_beside_the_file_is_not_read(
    file: Path, truth: Any, settled: Callable[[Genes], None]
) -> None:
    file.chmod(0o644)
    genes = Genes(open_dataset(file), beside=True)
    genes.prepare()
    settled(genes)
    store = file.with_name(file.name + ".hoodgenes")
    assert (store.stat().st_mode & 0o777, (store / "table").stat().st_mode & 0o777) == (0o755, 0o644)
    for spoil in (_opened_to_all, _exchanged):
        spoil(store)
        again = Genes(open_dataset(file))
        assert not again._opened(store)
        _all_as(again, truth)


def _opened_to_all(store: Path) -> None:
    store.chmod(0o777)


def _exchanged(store: Path) -> None:
    store.chmod(0o700)
    store.rename(store.with_name("elsewhere"))
    store.symlink_to(store.with_name("elsewhere"))


def test_where_a_build_would_work_lies_a_link_and_nothing_behind_it_is_touched(tmp_path: Path, file: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "id_rsa").write_text("kept")
    (tmp_path / "s.part").symlink_to(theirs)
    with pytest.raises(PlaceUnsafe):
        build(open_dataset(file).reader(), "k", tmp_path / "s", lambda done: True)
    assert [place.name for place in theirs.iterdir()] == ["id_rsa"]


def test_what_was_read_is_kept_within_the_budget(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "GENES_KEPT", 20_000)
    genes = Genes(open_dataset(file))
    for gene in (*range(10, 40), 39, 39):
        genes.column(gene)
    assert 0 < genes._kept.bytes <= 20_000
    assert genes.scanner is not None
    read = genes.scanner.pieces_read
    genes.column(39)
    assert genes.scanner.pieces_read == read


def test_a_build_ends_with_those_who_listen_and_leaves_what_it_has(tmp_path: Path, file: Path) -> None:
    place = tmp_path / "shelf" / "s"
    found = key(open_dataset(file).reader(), file)
    task = msgspec.json.encode(Task(str(file), {"matrix": "X"}, found, str(place)))
    argv = [sys.executable, "-P", "-m", "fumehood.datasets.genes"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.close()
        process.stdin.write(task)
        process.stdin.close()
        assert process.wait(50) == 1
    assert not place.exists()
    assert (tmp_path / "shelf" / "s.part" / "progress.json").exists()
