"""An h5ad file that would make us read another file, or run code: refused by name, wherever in it the way out lies."""

from __future__ import annotations

import os
from pathlib import Path

import h5py
import numpy as np
import pytest

from fumehood.core.errors import DatasetReachesOut, DatasetUnreadable
from fumehood.datasets.opening import open_dataset
from tests.datasets.opening import making

ARRAYS = (
    "X/data",
    "obs/score",
    "obs/whole/values",
    "obsm/X_umap",
    "obsm/X_frame/x",
    "obsm/X_sparse/data",
    "obsp/connectivities/data",
    "layers/counts/data",
    "raw/X/data",
    "uns/deep/deeper/values",
)
GROUPS = ("X", "obs", "obs/label", "obsm", "obsm/X_frame", "obsp", "raw", "uns/deep")
CASES = [
    *((place, how) for place in ARRAYS for how in ("external link", "soft link to one", "virtual dataset")),
    *((place, "external storage") for place in ("obs/score", "obsm/X_umap", "uns/deep/deeper/values")),
    *((place, how) for place in GROUPS for how in ("external link", "soft link to one")),
]


def everything(node: h5py.Group | h5py.Dataset) -> set[float]:
    """The numbers below a place, as h5py finds them."""
    if isinstance(node, h5py.Dataset):
        return set(np.ravel(node[()]).tolist()) if node.dtype.kind in "if" else set()
    return {number for name in node for number in everything(node[name])}


@pytest.mark.parametrize(("place", "how"), CASES)
def test_a_way_out_of_the_file_is_refused_by_name(
    honest: Path, secret: Path, tmp_path: Path, place: str, how: str
) -> None:
    path = making.copied(honest / "plain.h5ad", tmp_path / "hostile.h5ad")
    with h5py.File(path, "a") as file:
        assert place == "obs/label" or making.SECRET not in everything(file[place])
        offender = making.spoil(file, place, how, secret)
    with h5py.File(path) as file:  # h5py goes where it is sent
        found = everything(file[place])
        if place == "obs/label":
            assert sorted(file[place]) == ["categories", "codes"]
        else:
            assert making.SECRET in found

    with pytest.raises(DatasetReachesOut) as refused:
        open_dataset(path)
    assert refused.value.data["place"] == offender
    assert offender in refused.value.message
    assert refused.value.data["kind"] == how.replace("soft link to one", "external link")


def test_anndata_itself_reads_the_other_file(honest: Path, secret: Path, tmp_path: Path) -> None:
    import anndata as ad

    path = making.copied(honest / "plain.h5ad", tmp_path / "hostile.h5ad")
    with h5py.File(path, "a") as file:
        making.spoil(file, "obs/score", "external link", secret)
        making.spoil(file, "obsm/X_umap", "virtual dataset", secret)
    adata = ad.read_h5ad(path)
    assert set(adata.obs["score"]) == {making.SECRET}
    assert set(adata.obsm["X_umap"].ravel()) == {making.SECRET}


@pytest.mark.parametrize("how", ["external link", "virtual dataset", "external storage"])
def test_the_other_file_is_not_so_much_as_opened(honest: Path, secret: Path, tmp_path: Path, how: str) -> None:
    """It is a FIFO: whoever opened it would wait until the test is over time."""
    path = making.copied(honest / "plain.h5ad", tmp_path / "hostile.h5ad")
    bait = making.copied(secret, tmp_path / "bait.h5ad")
    with h5py.File(path, "a") as file:
        making.spoil(file, "obsm/X_umap", how, bait)
    for name in (bait, bait.with_suffix(".raw")):
        if name.exists():
            making.fifo(name)
    with pytest.raises(DatasetReachesOut):
        open_dataset(path)


def test_a_link_within_the_file_is_followed_and_one_through_another_is_not_endless(
    honest: Path, tmp_path: Path
) -> None:
    path = making.copied(honest / "plain.h5ad", tmp_path / "linked.h5ad")
    with h5py.File(path, "a") as file:
        file.move("obs/score", "uns/moved")
        file["obs/score"] = h5py.SoftLink("/uns/./again")
        file["uns/again"] = h5py.SoftLink("moved")
        file["obs/round"] = h5py.SoftLink("/obs/round")
        file["obs/lost"] = h5py.SoftLink("/nowhere/at/all")
    dataset = open_dataset(path)
    assert np.isnan(dataset.values("score")[0])
    assert {note.member for note in dataset.notes} == {"obs/round", "obs/lost"}
    dataset.close()


def test_a_filter_that_is_a_plugin_is_refused_and_no_library_is_loaded(
    honest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = making.copied(honest / "plain.h5ad", tmp_path / "hostile.h5ad")
    with h5py.File(path, "a") as file:
        del file["obs/score"]
        made = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        made.set_chunk((making.CELLS,))
        made.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, (3,))
        space = h5py.h5s.create_simple((making.CELLS,))
        h5py.h5d.create(file["obs"].id, b"score", h5py.h5t.IEEE_F64LE, space, made)
    with pytest.raises(DatasetReachesOut, match=r"obs/score needs the plugin .* \(filter 32015\)") as refused:
        open_dataset(path)
    assert "gzip" in refused.value.hint


@pytest.mark.parametrize("place", ["obs/odd", "obsm/X_odd", "uns/odd"])
@pytest.mark.parametrize("kind", ["reference", "lists", "opaque"])
def test_values_that_are_objects_are_left_out_by_name(honest: Path, tmp_path: Path, place: str, kind: str) -> None:
    """A reference could point anywhere, opaque bytes are where pickles hide: neither is read, or handed on."""
    path = making.copied(honest / "plain.h5ad", tmp_path / "odd.h5ad")
    with h5py.File(path, "a") as file:
        types = {"reference": h5py.ref_dtype, "lists": h5py.vlen_dtype("f8"), "opaque": np.dtype("V16")}
        file.create_dataset(place, (making.CELLS,), types[kind])
    dataset = open_dataset(path)
    members = [note.member for note in dataset.notes]
    assert members == ([] if place == "uns/odd" else [place])
    assert not any("odd" in column.key for column in dataset.columns)
    assert not any("odd" in embedding.key for embedding in dataset.embeddings)


def test_a_pickle_in_uns_is_never_loaded(honest: Path, tmp_path: Path) -> None:
    import pickle

    class Program:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "it ran"),)

    path = making.copied(honest / "plain.h5ad", tmp_path / "hostile.h5ad")
    with h5py.File(path, "a") as file:
        file["uns/pickled"] = np.void(pickle.dumps(Program()))
        file["uns/pickled"].attrs["encoding-type"] = "pickle"
    with h5py.File(path) as file:
        pickle.loads(file["uns/pickled"][()].tobytes())  # what it would do
    (tmp_path / "it ran").rmdir()
    dataset = open_dataset(path)
    dataset.fingerprint(), dataset.edges(), dataset.latent()
    assert not (tmp_path / "it ran").exists()


def test_the_index_and_the_matrix_may_not_be_of_odd_kinds(honest: Path, tmp_path: Path) -> None:
    for place in ("obs/_index", "X/indices", "X/data"):
        path = making.copied(honest / "plain.h5ad", tmp_path / f"{place.replace('/', '-')}.h5ad")
        with h5py.File(path, "a") as file:
            shape = file[place].shape
            del file[place]
            file.create_dataset(place, shape, h5py.ref_dtype)
        with pytest.raises(DatasetUnreadable, match="references"):
            open_dataset(path)
