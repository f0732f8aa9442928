"""The widgets of a room: what its kernel's comms said, folded into a Yjs document that clients follow.

Only the kernel's word gets in, through the runtime; what a page wants changed goes to the kernel as `comm.send` and
comes back from there. The models that the file keeps are a picture, beside those of a kernel, for as long as the
notebook shows them; after a kernel's end its last ones are one too, until the next kernel opens a widget. Large buffers
are ephemeral blobs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

import msgspec

from fumehood.core import limits
from fumehood.core.errors import BadMessage, LimitExceeded
from fumehood.core.ids import BlobHash, RoomId, blob_hash
from fumehood.daemon.subscribers import Subscribers
from fumehood.document.widgets import VIEW, WidgetModels, joined
from fumehood.protocol.base import decode_json
from fumehood.protocol.events import CommEvent
from fumehood.protocol.frames import Document, Kind
from fumehood.protocol.methods import CommParams
from fumehood.protocol.outputs import BlobRef, Output
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
        self._saved: Set[str] = set(self._models.models())
        """Those of the file."""
        self._untold: list[bytes] = []
        """What the document has since its followers were told, change by change."""
        self._unsubscribe = self._models.on_update(self._untold.append)

    def _put(self, data: bytes) -> BlobRef:
        return self._blobs.put_ephemeral(self._room, blob_hash(data), data)

    @property
    def untold(self) -> bool:
        return self._models.worn or bool(self._untold)

    def tell(self) -> None:
        """What was heard, in one message: after all that came at once, and before what has to come after it."""
        untold = self._untold[:]
        self._untold.clear()
        if self._models.worn:
            self._models.renew()
            self._peers.frame(Document.WIDGETS, Kind.STEP2, self._models.state())
        elif untold:
            self._peers.frame(Document.WIDGETS, Kind.UPDATE, joined(untold))

    def heard(self, event: CommEvent) -> bool:
        """Whether the document says it all, to whom it is told. Raises LimitExceeded; then the models are what they
        were."""
        said = self._models.tells(event)
        if self._pictured:
            self._pictured = False
            self._models.clear(but=self._saved)
        self._spoken = True
        try:
            self._models.apply(event)
        except LimitExceeded:
            if not self._saved:
                raise
            # What lives goes before what is a picture.
            live = set(self._models.models()) - self._saved
            self._saved = frozenset()
            self._models.clear(but=live)
            self._models.apply(event)
        return said

    def diff(self, state_vector: bytes) -> bytes:
        """Raises UpdateRefused for what is no state vector."""
        self.tell()
        return self._models.diff(state_vector)

    def connecting(self) -> None:
        """Whatever is live is told anew."""
        self._pictured = True

    def kernel_ended(self) -> None:
        """Its models stay to be looked at, until the next kernel opens one."""
        self._pictured = True
        self._models.end(but=self._saved)
        self.tell()

    def snapshot(self, shown: Iterable[Output]) -> Mapping[str, Any] | None:
        """For the notebook's metadata; None: what the file has stays. `shown`: the notebook's outputs."""
        if not self._spoken:
            return None
        unseen = self._saved - self._models.reached(views(shown)) if self._saved else ()
        return self._models.snapshot(self._read, but=unseen)

    def _read(self, ref: BlobRef) -> bytes | None:
        return self._blobs.ephemeral(BlobHash(ref.blob))

    def close(self) -> None:
        self._unsubscribe()
        self._models.close()
        self._blobs.drop_ephemeral(self._room)


def views(outputs: Iterable[Output]) -> Iterator[str]:
    """The models that outputs display."""
    for output in outputs:
        data = getattr(output, "data", {}).get(VIEW)
        if not isinstance(data, str):
            continue
        try:
            yield decode_json(data.encode(), _View).model_id
        except BadMessage:
            continue


class _View(msgspec.Struct, frozen=True):
    model_id: str


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
