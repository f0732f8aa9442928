"""The widgets of a room's kernel: what its comms said, folded into a Yjs document that clients follow.

Only the kernel's word gets in, through the runtime; what a page wants changed goes to the kernel as `comm.send` and
comes back from there. Large buffers are ephemeral blobs. Kept in memory, and as a snapshot in the saved notebook.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fumehood.core import limits
from fumehood.core.errors import LimitExceeded
from fumehood.daemon.subscribers import Subscribers
from fumehood.protocol.events import CommEvent
from fumehood.protocol.frames import Document, Kind
from fumehood.protocol.methods import CommParams
from fumehood.protocol.stream import CommSend


class RoomWidgets:
    def __init__(self, peers: Subscribers) -> None:
        from fumehood.document.widgets import WidgetModels

        self._peers = peers
        self._models = WidgetModels()
        self._unsubscribe = self._models.on_update(self._updated)

    def _updated(self, update: bytes) -> None:
        self._peers.frame(Document.WIDGETS, Kind.UPDATE, update)

    def heard(self, event: CommEvent) -> None:
        self._models.apply(event)

    def diff(self, state_vector: bytes) -> bytes:
        """Raises UpdateRefused for what is no state vector."""
        return self._models.diff(state_vector)

    def kernel_ended(self) -> None:
        """The models stay as the last picture of what was there; a new kernel begins without them."""
        self._stale = True

    def snapshot(self) -> Mapping[str, Any] | None:
        """For the notebook's metadata; None where there are no models."""
        return self._models.snapshot()

    def close(self) -> None:
        self._unsubscribe()


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
