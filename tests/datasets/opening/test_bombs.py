"""Files that are small and ask for much memory: what plain readers take for each, and what ours takes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pytest

from fumehood.core.errors import DatasetMemberUnreadable
from fumehood.datasets.opening import open_dataset
from tests.datasets.opening import making

MEGABYTES = 128
MEASURED = """
import ctypes, gc, json, sys, warnings
warnings.simplefilter("ignore")
{imports}
def memory(which):  # of this program alone: ru_maxrss begins with what its parent had
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(which)) // 1024
found = []
for path in sys.argv[1:]:
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/clear_refs", "w") as peak:
        peak.write("5")
    before = memory("VmRSS")
    try:
        {body}
        said = "read"
    except Exception as error:
        said = str(error)
    found.append((said, memory("VmHWM") - before))
print(json.dumps(found))
"""
OURS = (
    "from fumehood.datasets.opening import open_dataset\n"
    "import numpy, h5py, numcodecs.blosc, numcodecs.vlen, zstandard",
    "dataset = open_dataset(path); dataset.values('score'); dataset.points('X_umap', 2); dataset.cell_names(); "
    "dataset.gene(1); dataset.codes('text')",
)
PLAIN_H5 = (
    "import h5py, numpy",
    "file = h5py.File(path); file['obs'].attrs['column-order']; "
    "file.visititems(lambda name, node: (node[()], None)[1] if isinstance(node, h5py.Dataset) else None)",
)
PLAIN_ZARR = (
    "import zarr, numcodecs",
    "store = zarr.open_group(path, mode='r', use_consolidated=False); store['obs'].attrs; store['obs/score'][:]",
)


SAID = (
    "obs/score is larger",
    "X/indices is larger",
    "obs/_index declares",
    "obs/text has a text",
    "obs/_index has a text",
    "column-order",
)


def measured(what: tuple[str, str], paths: list[Path]) -> list[tuple[str, int]]:
    """What was said of each, and the megabytes that it took."""
    program = MEASURED.format(imports=what[0], body=what[1])
    told = subprocess.run([sys.executable, "-c", program, *map(str, paths)], capture_output=True, text=True, check=True)
    return [(said, megabytes) for said, megabytes in json.loads(told.stdout)]


def chunk(file: h5py.File) -> None:
    making.packed_chunk(file, "obs/score", MEGABYTES << 20)


def indices(file: h5py.File) -> None:
    making.packed_chunk(file, "X/indices", MEGABYTES << 20)


def shape(file: h5py.File) -> None:
    """A column of 32 million values, none of them in the file; and an index to fit."""
    for place, kind in (("obs/score", "f8"), ("obs/_index", "S8")):
        del file[place]
        file.create_dataset(place, (MEGABYTES << 17,), kind, chunks=(1 << 16,))


def texts(file: h5py.File) -> None:
    """Texts that all lie at the same place of the file."""
    _all_alike(file, "obs/text", making.CELLS)


def names(file: h5py.File) -> None:
    _all_alike(file, "obs/_index", making.CELLS)


def order(file: h5py.File) -> None:
    """The same in an attribute: its places are written over those of the last one."""
    obs = file["obs"]
    count = 256
    del obs.attrs["column-order"]
    obs.attrs["column-order"] = ["A" * (MEGABYTES << 20 >> 8), *(f"{number:08}" for number in range(count - 1))]


def _all_alike(file: h5py.File, place: str, count: int) -> None:
    attributes = dict(file[place].attrs)
    del file[place]
    array = file.create_dataset(place, (count,), h5py.string_dtype())
    array.attrs.update(attributes)
    array[0] = "A" * ((MEGABYTES << 20) // count)


def alike(path: Path, place: bytes, count: int) -> None:
    """Every place in the heap becomes the first one: 16 bytes, repeated."""
    raw = bytearray(path.read_bytes())
    first = place[:16]
    at = raw.find(place[:16])
    assert at >= 0 and raw.count(first) == 1
    raw[at : at + 16 * count] = first * count
    path.write_bytes(raw)


def places(path: Path, place: str) -> bytes:
    with h5py.File(path) as file:
        start = file[place].id.get_offset()
    return path.read_bytes()[start : start + 16]


@pytest.fixture(scope="module")
def bombs(honest: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("bombs")
    found = []
    makers: list[Callable[[h5py.File], None]] = [chunk, indices, shape, texts, names, order]
    for make in makers:
        path = making.copied(honest / "plain.h5ad", folder / f"{make.__name__}.h5ad")
        with h5py.File(path, "a") as file:
            make(file)
        if make in (texts, names):
            alike(path, places(path, "obs/text" if make is texts else "obs/_index"), making.CELLS)
        if make is order:
            alike(path, _of_attribute(path), 256)
        found.append(path)
    return found


def _of_attribute(path: Path) -> bytes:
    """The first place of the attribute: its length, little endian, is known."""
    raw = path.read_bytes()
    length = (MEGABYTES << 20 >> 8).to_bytes(4, "little")
    at = next(
        at
        for at in range(len(raw))
        if raw[at : at + 4] == length and raw[at + 16 : at + 20] == (8).to_bytes(4, "little")
    )
    return raw[at : at + 16]


def test_plain_readers_unpack_what_they_are_told(bombs: list[Path]) -> None:
    for path, (said, megabytes) in zip(bombs, measured(PLAIN_H5, bombs), strict=True):
        assert megabytes > MEGABYTES * 0.8, (path.name, said, megabytes)


def test_ours_refuses_each_by_name_in_little_memory(bombs: list[Path]) -> None:
    assert all(path.stat().st_size < 8 << 20 for path in bombs)
    for (said, megabytes), expected in zip(measured(OURS, bombs), SAID, strict=True):
        assert expected in said
        assert megabytes < 32


# -- zarr


def _chunk_of(store: Path, place: str) -> Path:
    return next(
        path
        for path in sorted((store / place).rglob("*"))
        if path.is_file() and not path.name.endswith((".json", "zarray", "zattrs"))
    )


def _zstd(store: Path) -> None:
    import zstandard

    _chunk_of(store, "obs/score").write_bytes(zstandard.ZstdCompressor(19).compress(bytes(MEGABYTES << 20)))


def _endless_zstd(store: Path) -> None:
    """Without its size in the frame."""
    import zstandard

    packer = zstandard.ZstdCompressor(1, write_content_size=False).compressobj()
    packed = packer.compress(bytes(MEGABYTES << 20)) + packer.flush()
    _chunk_of(store, "obs/score").write_bytes(packed)


def _gzip(store: Path) -> None:
    import gzip

    path = store / "obs/score/zarr.json"
    said = json.loads(path.read_text())
    said["codecs"][1:] = [{"name": "gzip", "configuration": {"level": 5}}]
    path.write_text(json.dumps(said))
    _chunk_of(store, "obs/score").write_bytes(gzip.compress(bytes(MEGABYTES << 20), 9))


def _blosc(store: Path) -> None:
    import numcodecs.blosc

    path = store / "obs/score/zarr.json"
    said = json.loads(path.read_text())
    options = {"cname": "zstd", "clevel": 9, "shuffle": "noshuffle", "typesize": 1, "blocksize": 0}
    said["codecs"][1:] = [{"name": "blosc", "configuration": options}]
    path.write_text(json.dumps(said))
    _chunk_of(store, "obs/score").write_bytes(numcodecs.blosc.compress(bytes(MEGABYTES << 20), b"zstd", 9, 0))


def _many(store: Path) -> None:
    """Texts: as many as their chunk says, which is not what was declared."""
    import zstandard

    packed = zstandard.ZstdCompressor(1).compress((MEGABYTES << 17).to_bytes(4, "little") + bytes(64))
    _chunk_of(store, "obs/label/categories").write_bytes(packed)


def _wide(store: Path) -> None:
    """A chunk that is declared larger than any that is read."""
    path = store / "obs/score/zarr.json"
    said = json.loads(path.read_text())
    said["chunk_grid"]["configuration"]["chunk_shape"] = [MEGABYTES << 17]
    path.write_text(json.dumps(said))
    _zstd(store)


def _empty(store: Path) -> None:
    """A dataset of very many cells, none of which is there."""
    for place in ("obs/score", "obs/_index"):
        shutil.rmtree(store / place / "c")
        path = store / place / "zarr.json"
        said = json.loads(path.read_text())
        said["shape"], said["chunk_grid"]["configuration"]["chunk_shape"] = [MEGABYTES << 17], [1 << 20]
        path.write_text(json.dumps(said))


def _attributes(store: Path) -> None:
    """Lists of nothing: three bytes in the file, fifty in memory."""
    path = store / "obs/zarr.json"
    said = json.loads(path.read_text())
    said["attributes"]["column-order"] = [[]] * (MEGABYTES << 14)
    path.write_text(json.dumps(said, separators=(",", ":")))


ZARR: tuple[tuple[Callable[[Path], None], str], ...] = (
    (_zstd, "obs/score is larger"),
    (_endless_zstd, "obs/score is"),
    (_gzip, "obs/score is larger"),
    (_blosc, "obs/score is larger"),
    (_wide, "no column 'score'"),
    (_empty, "obs/_index declares"),
    (_attributes, "metadata of obs cannot be read"),
)


@pytest.fixture(scope="module")
def stores(honest: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("stores")
    found = []
    for make, _ in ZARR:
        store = making.copied(honest / "three.zarr", folder / make.__name__)
        make(store)
        found.append(store)
    return found


def test_zarr_unpacks_what_it_is_told(stores: list[Path]) -> None:
    for store, (said, megabytes) in zip(stores, measured(PLAIN_ZARR, stores), strict=True):
        assert megabytes > MEGABYTES * 0.8, (store.name, said, megabytes)


def test_ours_refuses_each_store_by_name_in_little_memory(stores: list[Path]) -> None:
    for (said, megabytes), (_, expected) in zip(measured(OURS, stores), ZARR, strict=True):
        assert expected in said
        assert megabytes < 32


def test_texts_that_are_not_as_many_as_declared_are_damage(honest: Path, tmp_path: Path) -> None:
    store = making.copied(honest / "three.zarr", tmp_path / "many.zarr")
    _many(store)
    dataset: Any = open_dataset(store)
    with pytest.raises(DatasetMemberUnreadable, match="has not the texts that it should"):
        dataset.codes("label")
