"""A zarr store that would make us read elsewhere on this machine, or run what is in a chunk."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fumehood.core.errors import DatasetMemberUnreadable, DatasetReachesOut, DatasetUnreadable, HoodError
from fumehood.datasets.opening import open_dataset
from tests.datasets.opening import making

LINKS = (
    "obs",
    "obs/score",
    "obs/score/zarr.json",
    "obs/score/c",
    "obs/score/c/0",
    "obs/label/codes",
    "obsm/X_umap/c/0",
    "obsm/X_frame/x/c/0",
    "X/indices/c/0",
    "obsp/connectivities/indptr",
    "zarr.json",
)


def everything(path: Path) -> None:
    """Reads all that can be shown."""
    dataset = open_dataset(path)
    try:
        for column in dataset.columns:
            (dataset.codes if column.kind == "category" else dataset.values)(column.key)
        for embedding in dataset.embeddings:
            dataset.points(embedding.key, embedding.dimensions)
        dataset.gene(1), dataset.edges(), dataset.fingerprint()
    finally:
        dataset.close()


@pytest.mark.parametrize("place", LINKS)
@pytest.mark.parametrize("target", ["outside", "beside"])
def test_a_symbolic_link_is_refused_by_name_wherever_it_leads(
    honest: Path, tmp_path: Path, place: str, target: str
) -> None:
    import zarr

    store = making.copied(honest / "three.zarr", tmp_path / "hostile.zarr")
    elsewhere = (tmp_path if target == "outside" else store) / "elsewhere"
    (store / place).rename(elsewhere)
    (store / place).symlink_to(elsewhere)
    followed: Any = zarr.open_group(store, mode="r", use_consolidated=False)["obs/score"]
    assert followed[:].size == making.CELLS
    with pytest.raises(DatasetReachesOut) as refused:
        everything(store)
    assert refused.value.data["kind"] == "symbolic link"
    assert refused.value.data["place"].startswith(place) or place.startswith(refused.value.data["place"])


def test_the_folder_itself_may_be_a_link(honest: Path, tmp_path: Path) -> None:
    (tmp_path / "link.zarr").symlink_to(honest / "three.zarr")
    everything(tmp_path / "link.zarr")


@pytest.mark.parametrize("kind", ["fifo", "device"])
def test_a_chunk_that_is_no_file_is_refused_and_not_waited_for(honest: Path, tmp_path: Path, kind: str) -> None:
    store = making.copied(honest / "three.zarr", tmp_path / "hostile.zarr")
    chunk = store / "obs/score/c/0"
    chunk.unlink()
    if kind == "fifo":
        os.mkfifo(chunk)
    else:
        try:
            os.mknod(chunk, 0o20666, os.makedev(1, 5))  # /dev/zero
        except PermissionError:
            os.mkfifo(chunk)
    with pytest.raises(DatasetReachesOut, match="no regular file"):
        open_dataset(store).values("score")


def _edited(store: Path, place: str, change: Any) -> None:
    path = store / place
    said = json.loads(path.read_text())
    change(said)
    path.write_text(json.dumps(said))


def test_a_chunk_that_is_a_pickle_is_refused_by_name_and_does_not_run(
    honest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """numcodecs has a codec `pickle`; zarr takes it from a store's metadata. The newest numcodecs asks for the user's
    word first, which whoever has old stores has given; older ones run it at once."""
    import pickle

    import numcodecs.pickles
    import zarr

    class Program:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "it ran"),)

    store = making.copied(honest / "two.zarr", tmp_path / "hostile.zarr")

    def hostile(said: dict[str, Any]) -> None:
        said.update(dtype="|O", filters=[{"id": "vlen-utf8"}], compressor={"id": "pickle"}, fill_value="")

    _edited(store, "obs/score/.zarray", hostile)
    next((store / "obs/score").glob("[0-9]*")).write_bytes(pickle.dumps(Program()))
    monkeypatch.setattr(numcodecs.pickles, "ALLOW_UNSAFE_PICKLE_DECODE", True, raising=False)
    with pytest.raises(Exception):  # noqa: B017 - what comes after it ran is no array
        run: Any = zarr.open_group(store, mode="r", use_consolidated=False)["obs/score"]
        run[:]
    assert (tmp_path / "it ran").is_dir()
    (tmp_path / "it ran").rmdir()

    with pytest.raises(DatasetReachesOut, match=r"obs/score is packed by 'pickle'") as refused:
        open_dataset(store)
    assert refused.value.data["kind"] == "pickle"
    assert not (tmp_path / "it ran").exists()


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("obs/score/zarr.json", {"codecs": [{"name": "numcodecs.pickle"}]}),
        ("obs/score/zarr.json", {"codecs": [{"name": "bytes"}, {"name": "numcodecs.cloudpickle"}]}),
        ("obsm/X_umap/zarr.json", {"codecs": [{"name": "sharding_indexed", "configuration": {
            "chunk_shape": [1, 1], "codecs": [{"name": "pickle"}],
            "index_codecs": [{"name": "bytes"}, {"name": "crc32c"}]}}]}),
    ],
)  # fmt: skip
def test_codecs_of_programs_are_refused_in_version_3_too(
    honest: Path, tmp_path: Path, place: str, change: dict[str, Any]
) -> None:
    store = making.copied(honest / "three.zarr", tmp_path / "hostile.zarr")
    _edited(store, place, lambda said: said.update(change))
    with pytest.raises(DatasetReachesOut, match=place.removesuffix("/zarr.json")):
        open_dataset(store)


@pytest.mark.parametrize(
    "change",
    [
        {"codecs": [{"name": "bytes"}, {"name": "mystery"}]},
        {"data_type": "complex128"},
        {"data_type": {"name": "struct", "configuration": {}}},
        {"shape": [-1]},
        {"shape": [2**60]},
        {"shape": [making.CELLS, 1, 1, 1]},
        {"shape": "many"},
        {"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [0]}}},
        {"chunk_grid": {"name": "rectilinear"}},
        {"chunk_key_encoding": {"name": "default", "configuration": {"separator": "/../../"}}},
        {"storage_transformers": [{"name": "x"}]},
        {"fill_value": {"a": 1}},
        {"zarr_format": 4},
        {"codecs": []},
    ],
)
def test_what_is_not_read_is_left_out_with_a_note(honest: Path, tmp_path: Path, change: dict[str, Any]) -> None:
    store = making.copied(honest / "three.zarr", tmp_path / "odd.zarr")
    _edited(store, "obs/score/zarr.json", lambda said: said.update(change))
    dataset = open_dataset(store)
    assert [note.member for note in dataset.notes] == ["obs/score"]
    assert "score" not in {column.key for column in dataset.columns}


@pytest.mark.parametrize("depth", [1_000, 1_000_000])
def test_metadata_without_end_is_an_error(honest: Path, tmp_path: Path, depth: int) -> None:
    store = making.copied(honest / "two.zarr", tmp_path / "odd.zarr")
    (store / ".zattrs").write_bytes(b'{"x":' + b"[" * depth)
    (store / "obs/.zattrs").write_bytes(b'{"_index":' + b"[" * depth)
    with pytest.raises(HoodError):
        open_dataset(store)


def test_consolidated_metadata_tell_us_nothing(honest: Path, tmp_path: Path) -> None:
    store = making.copied(honest / "three.zarr", tmp_path / "odd.zarr")

    def hostile(said: dict[str, Any]) -> None:
        for value in said["consolidated_metadata"]["metadata"].values():
            value["attributes"] = {"_index": "../../elsewhere"}

    _edited(store, "zarr.json", hostile)
    everything(store)


def test_a_name_that_climbs_is_no_member(honest: Path, tmp_path: Path) -> None:
    store = making.copied(honest / "three.zarr", tmp_path / "odd.zarr")
    shutil.copytree(honest / "three.zarr" / "obs/_index", tmp_path / "outside")
    for name in ("../../outside", "..", "a\0b"):
        _edited(store, "obs/zarr.json", lambda said, name=name: said["attributes"].update(_index=name))
        with pytest.raises((DatasetReachesOut, DatasetUnreadable)):
            open_dataset(store)


def test_a_store_in_a_zip_file_has_no_links_and_no_paths_of_its_own(honest: Path, tmp_path: Path) -> None:
    path = tmp_path / "hostile.zarr.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for file in sorted((honest / "three.zarr").rglob("*")):
            if file.is_file():
                packed.write(file, file.relative_to(honest / "three.zarr").as_posix())
        link = zipfile.ZipInfo("obs/extra/zarr.json")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
        packed.writestr("../../outside", "x")
    with pytest.raises(DatasetReachesOut, match="obs/extra"):
        open_dataset(path)


def test_a_shard_that_points_outside_itself_is_damage(honest: Path, tmp_path: Path) -> None:
    import google_crc32c
    import zarr

    store = making.copied(honest / "three.zarr", tmp_path / "odd.zarr")
    shutil.rmtree(store / "obs/score")
    array = zarr.create_array(store / "obs/score", shape=(making.CELLS,), shards=(64,), chunks=(16,), dtype="f8")
    array[:] = np.arange(making.CELLS)
    assert open_dataset(store).values("score").tolist() == list(range(making.CELLS))

    shard = store / "obs/score/c/0"
    raw = bytearray(shard.read_bytes())
    index = np.frombuffer(raw[-68:-4], "<u8").copy().reshape(-1, 2)
    for offset, size in ((2**63, 10), (0, 2**40), (10**9, 10), (2**64 - 1, 5)):
        index[1] = offset, size
        body = index.tobytes()
        shard.write_bytes(bytes(raw[:-68]) + body + int(google_crc32c.value(body)).to_bytes(4, "little"))
        with pytest.raises(DatasetMemberUnreadable, match="obs/score"):
            open_dataset(store).values("score")
    shard.write_bytes(bytes(raw[:-1]) + b"x")
    with pytest.raises(DatasetMemberUnreadable, match="damaged"):
        open_dataset(store).values("score")
