"""Bytes that come up a runtime's stream in pieces, on their way into the blob store.

A piece must be the next one of its blob. While a blob is incomplete, nothing that came after its first piece may be
acknowledged: a runtime sends again from the acknowledged number on, and half a blob cannot be continued.
A piece that a full disk did not take may be offered again, or its blob given up.
"""

from __future__ import annotations

from fumehood.core import limits
from fumehood.core.errors import BadMessage, HoodError, LimitExceeded, StorageFailed
from fumehood.core.ids import BlobHash, parse_blob_hash
from fumehood.protocol.stream import BlobChunk
from fumehood.store.blobs import BlobStore, BlobWriter


class IncomingBlobs:
    def __init__(self, store: BlobStore, owner: str) -> None:
        self._store = store
        self._owner = owner
        """Of ephemeral blobs: the runtime."""
        self._open: dict[BlobHash, BlobWriter] = {}
        self._unnamed: set[BlobHash] = set()
        """Written to the last byte, and without their name because the disk was full."""
        self._given_up: set[BlobHash] = set()
        self._passing: dict[BlobHash, bytearray] = {}

    @property
    def complete(self) -> bool:
        return not self._open

    def take(self, chunk: BlobChunk) -> None:
        """Blocks for the disk's cache, not for the disk. Raises BadMessage, LimitExceeded, StorageFailed.

        After StorageFailed the same piece is offered again, or `give_up` is called.
        """
        name = parse_blob_hash(chunk.hash)
        if chunk.ephemeral:
            self._take_passing(name, chunk)
            return
        last = chunk.offset + len(chunk.data) >= chunk.size
        if name in self._given_up and chunk.offset:
            if last:
                self._given_up.discard(name)
            return
        writer = self._open.get(name)
        if writer is None:
            if chunk.offset:
                raise BadMessage("A blob begins in the middle.")
            writer = self._open[name] = self._store.writer(name, chunk.size)
        try:
            if name not in self._unnamed:
                writer.write(chunk.offset, chunk.data)
            if last:
                self._unnamed.add(name)
                writer.finish()
                self._forget(name)
        except StorageFailed:
            raise
        except HoodError:
            self._forget(name)
            writer.abort()
            raise

    def give_up(self, chunk: BlobChunk) -> None:
        """The blob of this piece is not kept; the rest of it is not looked at."""
        name = parse_blob_hash(chunk.hash)
        writer = self._open.get(name)
        self._forget(name)
        if writer is not None:
            writer.abort()
        if chunk.offset + len(chunk.data) < chunk.size:
            self._given_up.add(name)

    def _forget(self, name: BlobHash) -> None:
        self._open.pop(name, None)
        self._unnamed.discard(name)

    def _take_passing(self, name: BlobHash, chunk: BlobChunk) -> None:
        if chunk.size > limits.COMM_MESSAGE:
            raise LimitExceeded("A widget's buffer is too large.")
        held = self._passing.setdefault(name, bytearray())
        if chunk.offset != len(held) or len(held) + len(chunk.data) > chunk.size:
            del self._passing[name]
            raise BadMessage("A piece of a buffer is not where it belongs.")
        held += chunk.data
        if len(held) == chunk.size:
            del self._passing[name]
            self._store.put_ephemeral(self._owner, name, bytes(held))

    def close(self) -> None:
        for writer in self._open.values():
            writer.abort()
        self._open.clear()
        self._unnamed.clear()
        self._given_up.clear()
        self._passing.clear()
