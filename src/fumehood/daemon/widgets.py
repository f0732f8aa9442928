"""The widgets of a room: what its kernel's comms said, folded into a Yjs document that clients follow.

Only the kernel's word gets in, through the runtime; what a page wants changed goes to the kernel as `comm.send` and
comes back from there. While no kernel has spoken, the models are those that the file keeps, and after a kernel's end
its last ones: a picture, until the next kernel opens a widget. Large buffers are ephemeral blobs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded
from fumehood.core.ids import BlobHash, RoomId, blob_hash
from fumehood.daemon.subscribers import Subscribers
from fumehood.document.widgets import WidgetModels
from fumehood.protocol.events import CommEvent
from fumehood.protocol.frames import Document, Kind
from fumehood.protocol.methods import CommParams
from fumehood.protocol.outputs import BlobRef
from fumehood.protocol.stream import CommSend
from fumehood.store.blobs import BlobStore


class RoomWidgets:
    def __init__(self, room: RoomId, peers: Subscribers, blobs: BlobStore, saved: Mapping[str, Any] | None) -> None:
        self._room = room
        self._peers = peers
        self._blobs = blobs
        self._models = WidgetModels()
        self._pictured = True
        """What the models show has no kernel behind it."""
        self._spoken = False
        """A kernel opened widgets since the room is in memory: the file's are out of date."""
        if saved is not None:
            try:
                self._models.load(saved, self._put)
            except LimitExceeded:
                self._models.clear()
        self._unsubscribe = self._models.on_update(self._updated)

    def _put(self, data: bytes) -> BlobRef:
        return self._blobs.put_ephemeral(self._room, blob_hash(data), data)

    def _updated(self, update: bytes) -> None:
        self._peers.frame(Document.WIDGETS, Kind.UPDATE, update)

    def heard(self, event: CommEvent) -> None:
        """Raises LimitExceeded; then the models are what they were."""
        if self._pictured:
            self._pictured = False
            self._models.clear()
        self._spoken = True
        self._models.apply(event)

    def diff(self, state_vector: bytes) -> bytes:
        """Raises UpdateRefused for what is no state vector."""
        return self._models.diff(state_vector)

    def kernel_ended(self) -> None:
        """Or the connection to it: whatever is live is told anew."""
        self._pictured = True

    def snapshot(self) -> Mapping[str, Any] | None:
        """For the notebook's metadata; None: what the file has stays."""
        return self._models.snapshot(self._read) if self._spoken else None

    def _read(self, ref: BlobRef) -> bytes | None:
        return self._blobs.ephemeral(BlobHash(ref.blob))

    def close(self) -> None:
        self._unsubscribe()
        self._models.close()
        self._blobs.drop_ephemeral(self._room)


def command(params: CommParams) -> CommSend:
    """Raises LimitExceeded."""
    if sum(map(len, params.buffers)) > limits.STREAM_FRAME // 2:
        raise LimitExceeded(f"A widget message may carry {limits.STREAM_FRAME // 2} bytes of buffers.")
    return CommSend(
        kind=params.kind,
        comm=params.comm,
        data=params.data,
        target=params.target,
        metadata=params.metadata,
        buffers=params.buffers,
    )
