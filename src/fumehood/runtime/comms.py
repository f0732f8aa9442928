"""The live comms of a kernel, kept so that a daemon that comes later learns them (design, section 4).

Pure. For widgets (`jupyter.widget`) the state is folded: the latest value of each trait with its buffers. Of other
comms only how they were opened is kept; their messages pass by. Bounded in number and in bytes: what does not fit is
still passed on, but a later daemon will not learn it, and the caller is told so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from fumehood.core import ids, limits
from fumehood.core.errors import LimitExceeded
from fumehood.protocol.base import encode_pack
from fumehood.protocol.events import CommClosed, CommMessage, CommOpened
from fumehood.protocol.outputs import BlobRef
from fumehood.protocol.stream import BlobChunk, CommReport, EphemeralBlob

WIDGET = "jupyter.widget"
UPDATES = ("update", "echo_update")
_OPENED = ""
"""Stands for what a comm was opened with, among the names of traits."""
Path = tuple[str | int, ...]


class Comm:
    __slots__ = ("buffers", "data", "metadata", "opener", "size", "sizes", "state", "target")

    def __init__(self, target: str, opener: str) -> None:
        self.target = target
        self.opener = opener
        """Id of the execution whose code opened it; empty for none."""
        self.data: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.state: dict[str, Any] | None = None
        """Of a widget."""
        self.buffers: dict[Path, bytes] = {}
        self.sizes: dict[str, int] = {}
        """Bytes by trait, so that a change costs what changed."""
        self.size = 0


class Comms:
    def __init__(self) -> None:
        self._comms: dict[str, Comm] = {}
        self.bytes = 0
        self.forgotten = 0
        """How many comms and changes were not kept for want of space."""

    def __len__(self) -> int:
        return len(self._comms)

    def get(self, comm: str) -> Comm | None:
        return self._comms.get(comm)

    def is_widget(self, comm: str) -> bool:
        kept = self._comms.get(comm)
        return kept is not None and kept.state is not None

    def opened(
        self,
        comm: str,
        target: str,
        data: dict[str, Any],
        *,
        metadata: dict[str, Any],
        buffers: Sequence[bytes] = (),
        opener: str = "",
    ) -> bool:
        """False: it is not kept, or not with all its state, for want of space."""
        self.closed(comm)
        if len(self._comms) >= limits.COMMS:
            self.forgotten += 1
            return False
        kept = Comm(target, opener)
        given = data.get("state")
        state: dict[str, Any] | None = given if target == WIDGET and isinstance(given, dict) else None
        size = len(comm) + len(target) + _size(metadata)
        if state is None:
            size += _size(data) + sum(map(len, buffers))
        if not self._account(kept, _OPENED, size):
            return False
        self._comms[comm] = kept
        kept.metadata = metadata
        if state is not None:
            kept.state = {}
            return self._merge(kept, state, data.get("buffer_paths"), buffers)
        kept.data = data
        kept.buffers = {(index,): buffer for index, buffer in enumerate(buffers)}
        return True

    def updated(self, comm: str, data: dict[str, Any], buffers: Sequence[bytes] = ()) -> bool:
        """A `comm_msg` from either side. False: a change of state that could not be kept."""
        kept = self._comms.get(comm)
        if kept is None or kept.state is None or data.get("method") not in UPDATES:
            return True
        state = data.get("state")
        if not isinstance(state, dict):
            return True
        return self._merge(kept, state, data.get("buffer_paths"), buffers)

    def closed(self, comm: str) -> bool:
        kept = self._comms.pop(comm, None)
        if kept is None:
            return False
        self.bytes -= kept.size
        return True

    def close_all(self, but_widgets: bool = False) -> list[str]:
        """The ids of those that were open; for the end of a kernel."""
        gone = [comm for comm, kept in self._comms.items() if kept.state is None or not but_widgets]
        self._comms.clear()
        self.bytes = 0
        return gone

    def reports(self) -> Iterator[CommReport | EphemeralBlob]:
        """All live comms as they are now, for a daemon that has just come."""
        for comm, kept in self._comms.items():
            data = kept.data
            buffers = list(kept.buffers.values())
            if kept.state is not None:
                data = {"state": kept.state, "buffer_paths": [list(path) for path in kept.buffers]}
            yield from opening(comm, kept.target, data, kept.metadata, buffers)

    def _merge(self, kept: Comm, state: dict[str, Any], paths: Any, buffers: Sequence[bytes]) -> bool:
        assert kept.state is not None
        found = by_path(paths, buffers)
        whole = True
        for trait, value in state.items():
            if trait == _OPENED:
                continue
            carried = {path: buffer for path, buffer in found.items() if path[0] == trait}
            size = _size(value) + len(trait) + sum(map(len, carried.values()))
            if not self._account(kept, trait, size):
                whole = False
                continue
            for path in [path for path in kept.buffers if path[0] == trait]:
                del kept.buffers[path]
            kept.state[trait] = value
            kept.buffers.update(carried)
        for path, buffer in found.items():
            # A trait that is a buffer as a whole is not in the state at all.
            trait = str(path[0])
            if len(path) != 1 or trait in state or trait == _OPENED:
                continue
            if not self._account(kept, trait, len(buffer)):
                whole = False
                continue
            for old in [old for old in kept.buffers if old[0] == trait]:
                del kept.buffers[old]
            kept.state.pop(trait, None)
            kept.buffers[path] = buffer
        return whole

    def _account(self, kept: Comm, trait: str, size: int) -> bool:
        growth = size - kept.sizes.get(trait, 0)
        if growth > 0 and self.bytes + growth > limits.EPHEMERAL_BLOBS:
            self.forgotten += 1
            return False
        kept.sizes[trait] = size
        kept.size += growth
        self.bytes += growth
        return True


def _size(value: Any) -> int:
    if value is None or isinstance(value, bool | int | float):
        return 8
    if isinstance(value, str):
        return len(value)
    try:
        return len(encode_pack(value))
    except (msgspec.MsgspecError, OverflowError, RecursionError):
        return limits.EPHEMERAL_BLOBS + 1


def by_path(paths: Any, buffers: Sequence[bytes]) -> dict[Path, bytes]:
    found: dict[Path, bytes] = {}
    if isinstance(paths, list):
        for path, buffer in zip(paths, buffers, strict=False):
            if isinstance(path, list) and path and all(isinstance(step, str | int) for step in path):
                found[tuple(path)] = buffer
    return found


def _carried(buffers: Sequence[bytes]) -> tuple[list[EphemeralBlob], tuple[bytes | BlobRef, ...]]:
    chunks: list[EphemeralBlob] = []
    carried: list[bytes | BlobRef] = []
    inline = 0
    for buffer in buffers:
        if len(buffer) <= limits.EPHEMERAL_INLINE and inline <= limits.BLOB_CHUNK:
            inline += len(buffer)
            carried.append(buffer)
            continue
        name = ids.blob_hash(buffer)
        for offset in range(0, max(1, len(buffer)), limits.BLOB_CHUNK):
            piece = buffer[offset : offset + limits.BLOB_CHUNK]
            chunk = BlobChunk(hash=name, size=len(buffer), offset=offset, data=piece, ephemeral=True)
            chunks.append(EphemeralBlob(chunk))
        carried.append(BlobRef(blob=name, size=len(buffer)))
    return chunks, tuple(carried)


def _check(buffers: Sequence[bytes]) -> None:
    if sum(map(len, buffers)) > limits.COMM_MESSAGE:
        raise LimitExceeded("A widget sent more than fits into one message.")


def opening(
    comm: str, target: str, data: dict[str, Any], metadata: dict[str, Any], buffers: Sequence[bytes]
) -> list[CommReport | EphemeralBlob]:
    """Bytes of large buffers first. Raises `LimitExceeded`."""
    _check(buffers)
    chunks, carried = _carried(buffers)
    event = CommOpened(comm=comm, target=target, data=data, metadata=metadata, buffers=carried)
    return [*chunks, CommReport(event)]


def message(
    comm: str, data: dict[str, Any], metadata: dict[str, Any], buffers: Sequence[bytes]
) -> list[CommReport | EphemeralBlob]:
    """Bytes of large buffers first. Raises `LimitExceeded`."""
    _check(buffers)
    chunks, carried = _carried(buffers)
    return [*chunks, CommReport(CommMessage(comm=comm, data=data, metadata=metadata, buffers=carried))]


def closing(comm: str, data: dict[str, Any] | None = None) -> CommReport:
    return CommReport(CommClosed(comm=comm, data=data or {}))
