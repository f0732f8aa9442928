from __future__ import annotations

from pathlib import Path

import pytest

from fumehood.core import limits
from fumehood.core.errors import BadMessage
from fumehood.core.ids import BlobHash, blob_hash
from fumehood.store.blobs import BlobStore
from fumehood.store.ephemeral import EphemeralBlobs


def blob(n: int, size: int = 10) -> tuple[BlobHash, bytes]:
    data = n.to_bytes(4, "big") * (size // 4 + 1)
    return blob_hash(data[:size]), data[:size]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> EphemeralBlobs:
    monkeypatch.setattr(limits, "EPHEMERAL_BLOBS_OF_OWNER", 100)
    monkeypatch.setattr(limits, "EPHEMERAL_BLOBS", 150)
    return EphemeralBlobs()


def test_a_buffer_is_there_until_its_owner_goes(small: EphemeralBlobs) -> None:
    name, data = blob(1)
    small.put("a", name, data)
    assert small.get(name) == data
    small.drop("b")
    assert small.get(name) == data
    small.drop("a")
    assert small.get(name) is None
    assert small.held() == 0


def test_a_buffer_of_two_owners_stays_for_the_other(small: EphemeralBlobs) -> None:
    name, data = blob(1)
    small.put("a", name, data)
    small.put("b", name, data)
    small.drop("a")
    assert small.get(name) == data


def test_an_owner_over_its_bound_loses_its_oldest_only(small: EphemeralBlobs) -> None:
    other, bytes_ = blob(99)
    small.put("quiet", other, bytes_)
    for n in range(12):
        small.put("loud", *blob(n))
    assert [small.get(blob(n)[0]) is not None for n in range(12)] == [False] * 2 + [True] * 10
    assert small.get(other) == bytes_


def test_the_sum_is_bounded_and_the_largest_owner_pays(small: EphemeralBlobs) -> None:
    small.put("quiet", *blob(99))
    for n in range(10):
        small.put("a", *blob(n))
    for n in range(20, 28):
        small.put("b", *blob(n))
    assert small.held() <= 150
    assert small.get(blob(99)[0]) is not None
    assert small.get(blob(0)[0]) is None


def test_a_buffer_over_the_bound_is_not_kept(small: EphemeralBlobs) -> None:
    small.put("a", *blob(1))
    small.put("a", *blob(2, 101))
    assert small.get(blob(2, 101)[0]) is None
    assert small.get(blob(1)[0]) is not None


def test_putting_again_makes_it_the_newest_and_counts_once(small: EphemeralBlobs) -> None:
    for n in (1, 2, 1):
        small.put("a", *blob(n))
    assert small.held() == 20
    for n in range(10, 19):
        small.put("a", *blob(n))
    assert small.get(blob(2)[0]) is None
    assert small.get(blob(1)[0]) is not None


def test_bytes_under_a_false_hash_are_refused(tmp_path: Path) -> None:
    store = BlobStore(tmp_path / "blobs")
    with pytest.raises(BadMessage):
        store.put_ephemeral("a", blob_hash(b"something else"), b"x")
    assert store.ephemeral(blob_hash(b"something else")) is None


def test_ephemeral_bytes_never_reach_the_disk(tmp_path: Path) -> None:
    store = BlobStore(tmp_path / "blobs")
    name, data = blob(1)
    assert store.put_ephemeral("a", name, data).size == 10
    assert store.read(name) == data
    assert store.size(name) == 10
    assert store.path(name) is None
    store.sync()
    assert [place for place in store.folder.rglob("*") if place.is_file()] == []
