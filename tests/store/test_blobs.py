from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from fumehood.core import limits
from fumehood.core.errors import BadMessage, BlobMissing, StorageFailed
from fumehood.core.ids import BlobHash, blob_hash
from fumehood.store.blobs import BlobStore
from fumehood.store.shards import sync_file
from tests.recovery.powerloss import Disk as PoweredDisk
from tests.store.conftest import Disk


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def name_of(data: bytes) -> BlobHash:
    return blob_hash(data)


def files(store: BlobStore) -> list[Path]:
    return sorted(place for place in store.folder.rglob("*") if place.is_file())


def test_bytes_are_readable_at_once_by_their_hash(store: BlobStore) -> None:
    ref = store.put(b"picture")
    assert ref.blob == name_of(b"picture")
    assert ref.size == 7
    assert store.read(name_of(b"picture")) == b"picture"
    assert store.size(name_of(b"picture")) == 7


def test_a_blob_lies_two_shards_deep_and_is_its_owners_alone(store: BlobStore) -> None:
    name = name_of(b"x")
    store.put(b"x")
    place = store.folder / name[:2] / name[2:4] / name
    assert store.path(name) == place
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700


def test_the_same_bytes_are_stored_once(store: BlobStore) -> None:
    store.put(b"x")
    before = files(store)[0].stat().st_ino
    store.put(b"x")
    assert [place.stat().st_ino for place in files(store)] == [before]


def test_what_was_never_put_is_missing(store: BlobStore) -> None:
    name = name_of(b"never")
    assert store.path(name) is None
    assert store.size(name) is None
    assert store.ephemeral(name) is None
    with pytest.raises(BlobMissing):
        store.read(name)


# -- what an earlier process left


def damage(store: BlobStore, data: bytes) -> BlobHash:
    """As a power loss leaves a file that was never synced: its name and size, without its bytes."""
    name = name_of(data)
    place = store.path(name)
    assert place is not None
    place.write_bytes(b"\0" * len(data))
    return name


def test_a_new_process_finds_the_blobs_of_the_one_before(store: BlobStore) -> None:
    store.put(b"kept")
    again = BlobStore(store.folder)
    assert again.known(name_of(b"kept")) is None  # not before it was read
    assert again.path(name_of(b"kept")) is not None
    assert again.known(name_of(b"kept")) == again.path(name_of(b"kept"))


def test_damaged_bytes_are_never_given_out(store: BlobStore) -> None:
    store.put(b"picture")
    name = damage(store, b"picture")
    again = BlobStore(store.folder)
    assert again.path(name) is None
    with pytest.raises(BlobMissing):
        again.read(name)


def test_putting_a_damaged_blob_again_repairs_it(store: BlobStore) -> None:
    store.put(b"picture")
    name = damage(store, b"picture")
    again = BlobStore(store.folder)
    again.put(b"picture")
    assert again.read(name) == b"picture"


def test_a_blob_that_arrives_in_pieces_repairs_a_damaged_one(store: BlobStore) -> None:
    store.put(b"picture")
    name = damage(store, b"picture")
    again = BlobStore(store.folder)
    writer = again.writer(name, 7)
    writer.write(0, b"picture")
    writer.finish()
    assert again.read(name) == b"picture"


def test_a_link_in_place_of_a_blob_is_not_followed(store: BlobStore, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    name = name_of(b"secret")
    place = store.folder / name[:2] / name[2:4] / name
    place.parent.mkdir(parents=True)
    place.symlink_to(tmp_path / "secret")
    assert store.path(name) is None


# -- pieces


def test_a_blob_in_pieces_is_there_when_it_is_finished(store: BlobStore) -> None:
    data = bytes(range(256)) * 40
    writer = store.writer(name_of(data), len(data))
    for at in range(0, len(data), 1000):
        assert store.path(name_of(data)) is None
        writer.write(at, data[at : at + 1000])
    assert writer.finish().size == len(data)
    assert store.read(name_of(data)) == data


def test_an_empty_blob_in_pieces(store: BlobStore) -> None:
    store.writer(name_of(b""), 0).finish()
    assert store.read(name_of(b"")) == b""


@pytest.mark.parametrize(
    ("pieces", "size"),
    [
        ([(1, b"bc")], 3),  # does not begin at the beginning
        ([(0, b"a"), (0, b"bc")], 3),  # overlaps
        ([(0, b"abcd")], 3),  # too long
    ],
)
def test_a_piece_that_is_not_the_next_one_ends_the_blob(
    store: BlobStore, pieces: list[tuple[int, bytes]], size: int
) -> None:
    writer = store.writer(name_of(b"abc"), size)
    with pytest.raises(BadMessage):
        for at, data in pieces:
            writer.write(at, data)
    assert files(store) == []


@pytest.mark.parametrize("data", [b"ab", b"abd"])
def test_bytes_that_are_not_those_announced_are_not_kept(store: BlobStore, data: bytes) -> None:
    writer = store.writer(name_of(b"abc"), 3)
    writer.write(0, data)
    with pytest.raises(BadMessage):
        writer.finish()
    assert files(store) == []


@pytest.mark.parametrize("size", [-1, limits.BLOB_BYTES + 1])
def test_an_impossible_size_is_refused_before_anything_is_written(store: BlobStore, size: int) -> None:
    with pytest.raises(BadMessage):
        store.writer(name_of(b"abc"), size)
    assert files(store) == []


def test_an_aborted_blob_leaves_nothing(store: BlobStore) -> None:
    writer = store.writer(name_of(b"abc"), 3)
    writer.write(0, b"a")
    writer.abort()
    writer.abort()
    assert files(store) == []


# -- durability


def test_sync_reaches_each_new_file_and_folder_once(store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{fd}").readlink()))
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    store.put(b"x")
    assert synced == []
    store.sync()
    name = name_of(b"x")
    shard = store.folder / name[:2] / name[2:4]
    assert sorted(synced) == sorted(map(str, [shard / name, shard, shard.parent, store.folder]))
    synced.clear()
    store.sync()
    assert synced == []


def test_after_a_power_loss_the_synced_blobs_are_there(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    disk = PoweredDisk(root, tmp_path)
    code = """
import pathlib, sys
from fumehood.store.blobs import BlobStore
from fumehood.store.shards import sync_file
store = BlobStore(pathlib.Path(sys.argv[1]) / "blobs")
for n in range(20):
    store.put(b"kept %d" % n)
    if n % 7 == 0:
        store.sync()
store.sync()
for n in range(20):
    store.put(b"lost %d" % n)
"""
    # The store's own folder was made long ago.
    (root / "blobs" / "tmp").mkdir(parents=True)
    disk.settle()
    subprocess.run([sys.executable, "-c", code, str(root)], env={**os.environ, **disk.environment()}, check=True)
    disk.lose_power()
    store = BlobStore(root / "blobs")
    assert [store.read(name_of(b"kept %d" % n)) for n in range(20)] == [b"kept %d" % n for n in range(20)]
    assert not any(store.path(name_of(b"lost %d" % n)) for n in range(20))


def test_a_failed_sync_says_so_and_the_next_one_uses_a_new_file(
    store: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = store.put(b"x")
    place = files(store)[0]
    before = place.stat().st_ino
    real = sync_file
    failed: list[Path] = []

    def fails_once(path: Path) -> None:
        if not failed:
            failed.append(path)
            raise OSError(5, "Input/output error")
        real(path)

    monkeypatch.setattr("fumehood.store.blobs.sync_file", fails_once)
    with pytest.raises(StorageFailed):
        store.sync()
    store.sync()
    assert place.stat().st_ino != before
    assert store.read(BlobHash(ref.blob)) == b"x"


def test_on_a_full_disk_a_blob_is_an_error_and_later_ones_work(disk: Disk) -> None:
    store = BlobStore(disk.folder / "blobs")
    kept = store.put(b"kept" * 1000)
    half = store.writer(name_of(b"h" * 500_000), 500_000)
    disk.fill()
    before = files(store)
    with pytest.raises(StorageFailed, match="full"):
        store.put(b"x" * 500_000)
    with pytest.raises(StorageFailed, match="full"):
        half.write(0, b"h" * 500_000)
    assert len(files(store)) == len(before)
    assert store.read(BlobHash(kept.blob)) == b"kept" * 1000
    disk.free()
    half.write(0, b"h" * 500_000)
    assert store.read(BlobHash(half.finish().blob)) == b"h" * 500_000
    ref = store.put(b"x" * 500_000)
    store.sync()
    assert store.read(BlobHash(ref.blob)) == b"x" * 500_000


# -- sweeping


def nothing(_: BlobHash) -> bool:
    return False


def test_what_nothing_names_goes_after_its_grace(store: BlobStore) -> None:
    store.put(b"named")
    store.put(b"not named")
    store.sync()
    referenced = {name_of(b"named")}
    assert store.sweep(referenced.__contains__, 60, time.time() + 30).removed == 0
    assert store.sweep(referenced.__contains__, 60, time.time() + 90) == (1, 9, 1)
    assert store.path(name_of(b"not named")) is None
    assert store.read(name_of(b"named")) == b"named"


def test_putting_again_begins_the_grace_anew(store: BlobStore) -> None:
    store.put(b"x")
    store.sync()
    os.utime(files(store)[0], (0, 0))
    store.put(b"x")
    store.sync()
    assert store.sweep(nothing, 60, time.time() + 30).removed == 0


def test_what_is_not_synced_yet_is_not_swept(store: BlobStore) -> None:
    store.put(b"x")
    assert store.sweep(nothing, 0, time.time() + 90).removed == 0


def test_a_sweep_leaves_no_empty_shards_and_blobs_can_come_again(store: BlobStore) -> None:
    store.put(b"x")
    store.sync()
    store.sweep(nothing, 0, time.time() + 1)
    assert [entry.name for entry in store.folder.iterdir()] == ["tmp"]
    store.put(b"x")
    store.sync()
    assert store.read(name_of(b"x")) == b"x"


def test_a_sweep_removes_what_a_killed_writer_left_and_nothing_that_is_not_ours(store: BlobStore) -> None:
    (store.folder / "tmp" / "half").write_bytes(b"half")
    (store.folder / "notes.txt").write_bytes(b"a person's")
    (store.folder / "ab" / "cd").mkdir(parents=True)
    (store.folder / "ab" / "cd" / "notes.txt").write_bytes(b"a person's")
    (store.folder / "ab" / "cd" / name_of(b"x")).write_bytes(b"in the wrong shard")
    store.sweep(nothing, 60, time.time() + 90)
    assert sorted(place.name for place in files(store)) == sorted(["notes.txt", "notes.txt", name_of(b"x")])


def test_a_blob_that_is_being_written_is_not_swept_however_slow_it_comes(store: BlobStore) -> None:
    writer = store.writer(name_of(b"slow"), 4)
    writer.write(0, b"sl")
    store.sweep(nothing, 0, time.time() + 1000)
    writer.write(2, b"ow")
    writer.finish()
    assert store.read(name_of(b"slow")) == b"slow"


def test_putting_while_sweeping_loses_nothing(store: BlobStore) -> None:
    data = [b"blob %d" % n for n in range(50)]
    stop = threading.Event()
    swept: list[int] = []

    def sweep() -> None:
        while not stop.is_set():
            swept.append(store.sweep(nothing, 0.05, time.time()).removed)

    with ThreadPoolExecutor(1) as pool:
        sweeping = pool.submit(sweep)
        try:
            for _ in range(40):
                for one in data:
                    ref = store.put(one)
                    assert store.read(BlobHash(ref.blob)) == one
                store.sync()
        finally:
            stop.set()
        sweeping.result()
    assert swept


class Stores(RuleBasedStateMachine):
    """The store against a dict, over processes that end without a word and sweeps in between."""

    known = Bundle("known")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="fh-blobs-"))
        self.store = BlobStore(self.folder / "blobs")
        self.there: dict[BlobHash, bytes] = {}
        self.referenced: set[BlobHash] = set()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @rule(target=known, data=st.binary(max_size=40))
    def put(self, data: bytes) -> BlobHash:
        name = BlobHash(self.store.put(data).blob)
        self.there[name] = data
        return name

    @rule(target=known, data=st.binary(max_size=40), cut=st.integers(0, 40))
    def put_in_two_pieces(self, data: bytes, cut: int) -> BlobHash:
        name = name_of(data)
        writer = self.store.writer(name, len(data))
        writer.write(0, data[:cut])
        writer.write(min(cut, len(data)), data[cut:])
        writer.finish()
        self.there[name] = data
        return name

    @rule(name=known)
    def reference(self, name: BlobHash) -> None:
        if name in self.there:
            self.referenced.add(name)

    @rule(name=known)
    def release(self, name: BlobHash) -> None:
        self.referenced.discard(name)

    @rule(name=known)
    def damage(self, name: BlobHash) -> None:
        place = self.store.path(name)
        if place is not None and name not in self.referenced:
            place.write_bytes(place.read_bytes() + b"?")
            self.store = BlobStore(self.store.folder)
            del self.there[name]

    @rule()
    def sync(self) -> None:
        self.store.sync()

    @rule()
    def restart(self) -> None:
        self.store = BlobStore(self.store.folder)

    @rule()
    def sweep(self) -> None:
        self.store.sync()
        self.store.sweep(self.referenced.__contains__, 0, time.time() + 10)
        self.there = {name: data for name, data in self.there.items() if name in self.referenced}

    @rule(name=known)
    def read(self, name: BlobHash) -> None:
        assert self.store.size(name) == (len(self.there[name]) if name in self.there else None)
        if name in self.there:
            assert self.store.read(name) == self.there[name]
        else:
            with pytest.raises(BlobMissing):
                self.store.read(name)

    @invariant()
    def nothing_lies_about(self) -> None:
        assert list((self.store.folder / "tmp").iterdir()) == []


Stores.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestStores = Stores.TestCase
