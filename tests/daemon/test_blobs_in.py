"""Bytes that come in pieces are whole, in order and what they were announced as, or they are nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fumehood.core import limits
from fumehood.core.errors import BadMessage, LimitExceeded
from fumehood.core.ids import blob_hash
from fumehood.daemon.blobs_in import IncomingBlobs
from fumehood.protocol.stream import BlobChunk
from fumehood.store.blobs import BlobStore


def pieces(data: bytes, size: int, *, ephemeral: bool = False) -> list[BlobChunk]:
    name = blob_hash(data)
    return [
        BlobChunk(hash=name, size=len(data), offset=at, data=data[at : at + size], ephemeral=ephemeral)
        for at in range(0, max(1, len(data)), size)
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.binary(max_size=300), st.integers(1, 100), st.booleans())
def test_a_blob_in_any_pieces_is_the_blob(tmp_path: Path, data: bytes, size: int, ephemeral: bool) -> None:
    store = BlobStore(tmp_path)
    incoming = IncomingBlobs(store, "rt")
    for chunk in pieces(data, size, ephemeral=ephemeral):
        assert ephemeral or incoming.complete or chunk.offset > 0
        incoming.take(chunk)
    assert incoming.complete
    assert store.read(blob_hash(data)) == data


def test_a_piece_out_of_place_or_of_another_blob_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    incoming = IncomingBlobs(store, "rt")
    first, second, third = pieces(b"x" * 10 + b"y" * 10 + b"z" * 10, 10)
    with pytest.raises(BadMessage):
        incoming.take(second)
    incoming.take(first)
    assert not incoming.complete
    with pytest.raises(BadMessage):
        incoming.take(third)
    assert incoming.complete
    lie = BlobChunk(hash=blob_hash(b"truth"), size=3, offset=0, data=b"lie")
    with pytest.raises(BadMessage):
        incoming.take(lie)
    assert store.size(blob_hash(b"truth")) is None
    incoming.take(first)
    incoming.close()
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("ephemeral", [False, True])
def test_what_is_announced_too_large_is_refused_before_a_byte_is_kept(tmp_path: Path, ephemeral: bool) -> None:
    size = (limits.COMM_MESSAGE if ephemeral else limits.BLOB_BYTES) + 1
    chunk = BlobChunk(hash="0" * 64, size=size, offset=0, data=b"x", ephemeral=ephemeral)
    with pytest.raises((BadMessage, LimitExceeded)):
        IncomingBlobs(BlobStore(tmp_path), "rt").take(chunk)
