"""What a dataset answers by name: all that its overview declares, each made once, and nothing else."""

from __future__ import annotations

import json
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import brotli
import numpy as np
import pytest
import zstandard
from scipy import sparse

from fumehood.datasets import compressing
from fumehood.datasets.compressing import Bodies
from fumehood.datasets.genes.cache import Kept
from fumehood.datasets.genes.column import Column
from fumehood.datasets.genes.encoding import decode
from fumehood.datasets.genes.reading import Genes
from fumehood.datasets.opening import open_dataset
from fumehood.datasets.resource import Resource
from fumehood.datasets.resources import Resources


@pytest.fixture(scope="module")
def adata() -> Any:
    import scanpy

    adata = scanpy.datasets.pbmc68k_reduced()
    adata.obsm["velocity_umap"] = (adata.obsm["X_umap"] * 0.1).astype(np.float32)
    adata.var_names = ["HLA/A", "HLA:A", "HLA_A", *adata.var_names[3:]]
    adata.uns = {}
    del adata.raw
    return adata


@pytest.fixture(scope="module")
def table(adata: Any, tmp_path_factory: pytest.TempPathFactory) -> Resources:
    place = tmp_path_factory.mktemp("resources") / "pbmc.h5ad"
    adata.write_h5ad(place)
    dataset = open_dataset(place)
    return Resources(dataset, Genes(dataset))


def _found(table: Resources, path: str) -> Resource:
    found = table.find(path)
    assert found is not None, path
    return found


def _json(table: Resources, path: str) -> Any:
    return json.loads(bytes(_found(table, path).read()))


def test_everything_that_the_overview_declares_is_there_and_right(table: Resources, adata: Any) -> None:
    said = _json(table, "overview.json")
    assert (said["n_cells"], said["n_genes"]) == adata.shape
    assert _json(table, said["genes"]["names"]) == list(adata.var_names)
    assert all(table.find(f"gene/0/{bits}") is not None for bits in said["genes"]["bits"])
    assert _json(table, "cells/names/5-9") == list(adata.obs_names[5:9])
    for column in said["columns"]:
        found = np.frombuffer(_found(table, column["path"]).read(), column["type"])
        if column["kind"] == "category":
            labels = adata.obs[column["key"]].astype("category").cat
            assert column["categories"] == [str(one) for one in labels.categories]
            np.testing.assert_array_equal(np.where(found == column["missing"], -1, found.astype(int)), labels.codes)
        else:
            np.testing.assert_allclose(found, adata.obs[column["key"]].to_numpy(np.float32))
    for embedding in said["embeddings"]:
        for number, path in embedding["paths"].items():
            found = np.frombuffer(_found(table, path).read(), "<f4").reshape(-1, int(number))
            assert len(found) == adata.n_obs
            assert abs(np.ptp(found, axis=0).max() - 2) < 1e-5
    umap = next(one for one in said["embeddings"] if one["key"] == "X_umap")
    points = np.frombuffer(_found(table, umap["paths"]["2"]).read(), "<f4")
    vectors = np.frombuffer(_found(table, said["vectors"][0]["paths"]["2"]).read(), "<f4")
    there = points.reshape(-1, 2) - points.reshape(-1, 2).mean(axis=0)
    moved = vectors.reshape(-1, 2) - vectors.reshape(-1, 2).mean(axis=0)
    np.testing.assert_allclose(moved, there * 0.1, atol=1e-5)
    assert (
        len(_found(table, said["graph"]["sources"]).read()) == len(_found(table, said["graph"]["targets"]).read()) > 0
    )


def test_a_text_column_that_turns_out_to_be_names_is_left_out_and_the_others_are_there(
    adata: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fumehood.core.limits.DATASET_CATEGORIES", 300)
    monkeypatch.setattr("fumehood.core.limits.DATASET_SAMPLE", 100)
    other = adata.copy()
    # Not to be seen from its first rows.
    names = [f"clone {number // 2}" for number in range(other.n_obs)]
    other.obs["clone"] = np.asarray(names, object)
    place = tmp_path / "clones.h5ad"
    other.write_h5ad(place, convert_strings_to_categoricals=False)
    dataset = open_dataset(place)
    found = Resources(dataset, Genes(dataset))
    said = _json(found, "overview.json")
    assert "clone" in [column.key for column in dataset.columns], "it is to be found out later"
    assert [one["key"] for one in said["columns"]] == [
        column.key for column in dataset.columns if column.key != "clone"
    ]
    assert any(note["member"] == "obs/clone" for note in said["notes"])
    told = _json(found, "obs_manifest.json")
    assert "clone" not in [field[0] for field in told["_categoricalFields"]]
    for column in said["columns"]:
        assert _found(found, column["path"]).read()


def test_a_gene_has_every_width_and_every_name_means_one_gene(table: Resources, adata: Any) -> None:
    truth = np.asarray(adata.X)
    spread = np.ptp(truth, axis=0)
    for gene in (0, 1, 2, 400):
        for bits, close in ((8, 1 / 254), (16, 1 / 65_534), (32, 0.0)):
            found = decode(_found(table, f"gene/{gene}/{bits}").read()).dense()
            assert abs(found - truth[:, gene]).max() <= close * spread[gene] * 0.51 + 1e-6 * (bits != 32)
    # The exact name wins; what only looks the same once it is a file's name does not take its place.
    for name, gene in (("HLA/A", 0), ("HLA:A", 1), ("HLA_A", 2)):
        found = np.frombuffer(_found(table, f"var/{name}.values.f32").read(), "<f4")
        np.testing.assert_array_equal(found, truth[:, gene])


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "overview", "gene/", "gene/-1", "gene/765", "gene/00", "gene/1/64", "gene/99999999999"),
        *("genes", "cells/names/0-0", "cells/names/9-5", "cells/names/0-701", "columns/99/codes", "columns/0/x"),
        *("embeddings/0/4", "embeddings/99/2", "vectors/0/3", "vectors/9/2", "points_1d.bin", "points_2d.bin.gz"),
        *("obs/../overview.json", "obs/none.values.f32", "obs/bulk_labels.codes.u16", "var/none.values.f32"),
        *(
            "pbmc.h5ad",
            ".env",
            "obs/n_genes.codes.u8",
            "obs/n_genes.outliers.f32",
            "a" * 2_000,
            "obs/\udcff.values.f32",
        ),
    ],
)
def test_what_is_not_declared_is_not_there(table: Resources, path: str) -> None:
    assert table.find(path) is None


def test_tags_name_bytes_for_as_long_as_the_dataset_is_open(table: Resources) -> None:
    one, again, other = (_found(table, path).etag for path in ("gene/1", "gene/1", "gene/2"))
    assert one == again != other
    assert _found(table, "points_2d.bin").etag == _found(table, "embeddings/0/2").etag, "the same bytes, kept once"
    anew = Resources(table.dataset, Genes(table.dataset))
    assert _found(anew, "gene/1").etag != one


def _unpacked(encoding: str | None, data: bytes) -> bytes:
    if encoding == "gzip":
        return zlib.decompress(data, 31)
    if encoding == "zstd":
        return zstandard.ZstdDecompressor().decompress(data)
    return bytes(brotli.decompress(data)) if encoding == "br" else data


def test_a_body_is_compressed_once_for_all_who_take_that_encoding(table: Resources) -> None:
    resource = _found(table, "var_manifest.json")
    plain = bytes(resource.read())
    before = table.bodies.compressed
    with ThreadPoolExecutor(8) as pool:
        for encoding in ("gzip", "zstd", "br"):
            bodies = list(pool.map(lambda _, one=encoding: resource.body((one, "unknown")), range(40)))
            assert {body.encoding for body in bodies} == {encoding}
            assert {_unpacked(encoding, bytes(body.data)) for body in bodies} == {plain}
    assert table.bodies.compressed - before == 3
    assert resource.body(("unknown",)).encoding is None


def test_a_large_body_is_given_at_once_and_compressed_for_the_next_reader() -> None:
    bodies = Bodies()
    data = bytes(range(256)) * 8_000
    assert bodies.body("k", ["gzip"], lambda: data) == (None, data)
    bodies.settle()
    encoding, packed = bodies.body("k", ["gzip"], lambda: pytest.fail("it was kept"))
    assert (encoding, _unpacked("gzip", bytes(packed))) == ("gzip", data)
    noise = np.random.default_rng(0).bytes(len(data))
    for _ in range(3):
        assert bodies.body("n", ["gzip"], lambda: noise).encoding is None
        bodies.settle()
    assert bodies.compressed == 2, "what does not shrink is tried once"
    bodies.close()


def test_a_gene_of_many_cells_is_packed_as_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import anndata

    random = np.random.default_rng(3)
    matrix = sparse.random(150_000, 3, 0.02, "csc", np.float32, random).tolil()
    matrix[:, 1] = 0
    matrix[:, 2] = random.random((150_000, 1), np.float32)
    matrix[[0, 65_535, 65_536, 131_071, 149_999], 0] = [1, np.nan, -2, 3, np.inf]
    place = tmp_path / "many.h5ad"
    data = anndata.AnnData(matrix.tocsc(), obsm={"X_umap": random.random((150_000, 2), np.float32)})
    data.var_names = ["rare", "never", "often"]
    data.write_h5ad(place)
    table = Resources(open_dataset(place))
    plain = {name: bytes(_found(table, f"var/{name}.values.f32").body(()).data) for name in data.var_names}
    assert plain["rare"] == matrix[:, 0].toarray().astype("<f4").tobytes()

    with monkeypatch.context() as patch:
        patch.setattr(Column, "dense", lambda _: pytest.fail("all of it was made"))
        for name in ("rare", "never"):
            resource = _found(table, f"var/{name}.values.f32")
            with ThreadPoolExecutor(4) as pool:
                bodies = list(pool.map(lambda _, one=resource: one.body(("gzip", "zstd")), range(8)))
            assert {body.encoding for body in bodies} == {"zstd"}
            assert len({id(body.data) for body in bodies}) == 1, "it was made more than once"
            assert _unpacked("zstd", bytes(bodies[0].data)) == plain[name]
    often = _found(table, "var/often.values.f32")
    assert often.body(("zstd",)).encoding is None, "the first reader does not wait"
    assert _found(table, "var/rare.values.f32").body(("gzip",)).data is not None
    table.close()


def test_bodies_stay_within_their_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = Bodies(100_000)
    monkeypatch.setattr(compressing, "DATASET_COMPRESS_AT_ONCE", 10_000)
    for number in range(50):
        bodies.body(str(number), ["gzip"], lambda: bytes(9_000))
        bodies.body(f"large {number}", ["gzip"], lambda: bytes(90_000))
        assert bodies._kept.bytes <= 100_000
    bodies.close()


def test_a_slow_maker_holds_up_only_those_who_want_the_same() -> None:
    kept: Kept[bytes] = Kept(100, len)
    begun, gate = threading.Event(), threading.Event()

    def slow() -> bytes:
        begun.set()
        gate.wait(30)
        return b"slow"

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(kept.get, "slow", slow)
        begun.wait(30)
        second = pool.submit(kept.get, "slow", lambda: pytest.fail("made twice"))
        assert kept.get("quick", lambda: b"quick") == b"quick"
        assert not first.done()
        gate.set()
        assert first.result() == second.result() == b"slow"
    with pytest.raises(ZeroDivisionError):
        kept.get("bad", lambda: bytes(1 // 0))
    assert kept.get("bad", lambda: b"good") == b"good"


def test_a_gene_that_takes_long_keeps_nothing_else_waiting(table: Resources, tmp_path: Path) -> None:
    gate = threading.Event()

    class Slow(Genes):
        def _read(self, index: int) -> Any:
            gate.wait(30)
            return super()._read(index)

    slow = Resources(table.dataset, Slow(table.dataset))
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(_found(slow, f"gene/{gene}").body, ()) for gene in range(4)]
        for path in ("overview.json", "points_2d.bin", "obs_manifest.json", "obs/louvain.codes.u8", "genes/state"):
            assert _found(slow, path).read()
        assert not any(one.done() for one in waiting)
        gate.set()
        assert all(one.result().data for one in waiting)


def test_of_an_anndata_in_memory_nothing_is_kept_that_the_user_may_change(adata: Any) -> None:
    mine = adata.copy()
    mine.X = sparse.csr_matrix(mine.X)
    table = Resources(open_dataset(mine))
    before = len(_json(table, "overview.json")["columns"])
    np.testing.assert_array_equal(decode(_found(table, "gene/7/32").read()).dense(), mine.X[:, 7].toarray()[:, 0])
    mine.obs["mine"] = np.arange(mine.n_obs, dtype=np.float32)
    mine.X.data *= 2
    assert len(_json(table, "overview.json")["columns"]) == before + 1
    np.testing.assert_array_equal(np.frombuffer(_found(table, "obs/mine.values.f32").read(), "<f4"), mine.obs["mine"])
    np.testing.assert_array_equal(decode(_found(table, "gene/7/32").read()).dense(), mine.X[:, 7].toarray()[:, 0])
    mine.X = mine.X.toarray() + 1
    np.testing.assert_array_equal(decode(_found(table, "gene/7/32").read()).dense(), mine.X[:, 7])
    assert _found(table, "gene/7").etag != _found(table, "gene/7").etag
